// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/plan_convert.h"

#include "core/base/text.h"
#include "core/graph/value.h"
#include "core/platform/near_names.h"

#include <plan.pb.h>

#include <algorithm>

namespace cutline {
namespace {

/// Finds names and sees that every layer gets exactly one place.
class Placer {
public:
    Placer(const std::string& where, const Graph& graph, const System& system)
        : m_where(where), m_graph(graph), m_system(system), m_stage_of(graph.layerCount(), kNone) {}

    Result<PlatformId> platform(const std::string& name) const {
        if (const auto id = m_system.findPlatform(name)) return *id;
        std::vector<std::string> names;
        for (const Platform& platform : m_system.platforms) names.push_back(platform.name);
        return Error{m_where, "the system has no platform \"" + shown(name) + "\"", nearNames(name, names)};
    }

    Result<LayerId> place(const std::string& name, std::size_t stage) {
        const auto id = m_graph.findLayer(validUtf8(name));
        if (!id) {
            std::vector<std::string> names;
            for (const Layer& layer : m_graph.layers()) names.push_back(layer.name);
            return Error{m_where, "the model has no layer \"" + shown(name) + "\"", nearNames(name, names)};
        }
        if (m_stage_of[id->index()] != kNone)
            return Error{m_where, "layer " + shown(name) + " is placed twice", "place each layer once"};
        m_stage_of[id->index()] = stage;
        return *id;
    }

    /// Every layer has a place.
    std::optional<Error> unplaced() const {
        constexpr std::size_t kShown = 3;
        std::string names;
        std::size_t missing = 0;
        for (std::size_t l = 0; l < m_stage_of.size(); ++l) {
            if (m_stage_of[l] != kNone) continue;
            if (missing < kShown) names += (missing > 0 ? ", " : "") + shown(m_graph.layers()[l].name);
            ++missing;
        }
        if (missing == 0) return std::nullopt;
        if (missing > kShown) names += ", " + std::to_string(missing - kShown) + " more";
        return Error{m_where,
                     std::to_string(missing) + " of " + std::to_string(m_stage_of.size()) +
                         " layers have no place: " + names,
                     "add each to a stage"};
    }

    /// No layer reads from a later stage.
    std::optional<Error> backward() const {
        for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l)
            for (const LayerId before : m_graph.predecessors(LayerId{l}))
                if (m_stage_of[before.index()] > m_stage_of[l])
                    return Error{m_where,
                                 "layer " + shown(m_graph.layers()[l].name) + " in stage " +
                                     std::to_string(m_stage_of[l] + 1) + " reads from " +
                                     shown(m_graph.layer(before).name) + " in stage " +
                                     std::to_string(m_stage_of[before.index()] + 1),
                                 "let every stage come after what it reads from"};
        return std::nullopt;
    }

private:
    static constexpr std::size_t kNone = ~std::size_t{0};

    const std::string& m_where;
    const Graph& m_graph;
    const System& m_system;
    std::vector<std::size_t> m_stage_of;
};

/// The order within a stage as written where it can run so, else the file's, and a warning.
void orderLayers(Stage& stage, const Graph& graph, const std::string& where, std::vector<Error>& warnings) {
    std::vector<std::size_t> position(graph.layerCount(), 0); // 0: elsewhere
    for (std::size_t i = 0; i < stage.layers.size(); ++i) position[stage.layers[i].index()] = i + 1;
    for (const LayerId layer : stage.layers)
        for (const LayerId before : graph.predecessors(layer))
            if (position[before.index()] > position[layer.index()]) {
                warnings.push_back({where,
                                    "layer " + shown(graph.layer(layer).name) + " stands before " +
                                        shown(graph.layer(before).name) +
                                        ", which it reads: its stage is taken in the model's order",
                                    "write the layers of a stage in an order that can run"});
                std::sort(stage.layers.begin(), stage.layers.end());
                return;
            }
}

/// Which of the platform's precisions a stage names; bits that are absent are the platform's own.
Result<std::uint8_t> precisionIn(const proto::Stage& stage, const Platform& platform, const std::string& where) {
    const int weights = stage.has_weight_bits() ? stage.weight_bits() : platform.weight_bits;
    const int activations = stage.has_activation_bits() ? stage.activation_bits() : platform.activation_bits;
    Platform asked;
    asked.weight_bits = weights;
    asked.activation_bits = activations;
    const auto precision = precisionNamed(bitsText(asked), platform);
    if (!precision) return Error{where, "platform " + shown(platform.name) + " " + precision.error().what, precision.error().fix};
    return precision;
}

Result<Plan> fromStages(const proto::Plan& message, const std::string& where, const Graph& graph,
                        const System& system, std::vector<Error>& warnings) {
    Plan plan;
    plan.scheme = message.scheme() == proto::Plan::GENERAL ? Scheme::General : Scheme::Pipeline;
    Placer placer(where, graph, system);
    for (const proto::Stage& from : message.stages()) {
        const auto platform = placer.platform(from.platform());
        if (!platform) return platform.error();
        if (from.layers().empty()) continue;
        const bool again = std::any_of(plan.stages.begin(), plan.stages.end(),
                                       [&](const Stage& stage) { return stage.platform == *platform; });
        if (again && plan.scheme == Scheme::Pipeline)
            return Error{where, "platform " + shown(from.platform()) + " has two stages",
                         "a pipeline uses a platform once; for others give `assignment`"};
        Stage stage{*platform, {}};
        const auto precision = precisionIn(from, system.platform(*platform), where);
        if (!precision) return precision.error();
        stage.precision = *precision;
        for (const std::string& name : from.layers()) {
            const auto layer = placer.place(name, plan.stages.size());
            if (!layer) return layer.error();
            stage.layers.push_back(*layer);
        }
        plan.stages.push_back(std::move(stage));
    }
    if (auto error = placer.unplaced()) return *error;
    if (auto error = placer.backward()) return *error;
    for (Stage& stage : plan.stages) orderLayers(stage, graph, where, warnings);
    return plan;
}

Result<Plan> fromAssignment(const proto::Plan& message, const std::string& where, const Graph& graph,
                            const System& system) {
    Placer placer(where, graph, system);
    std::vector<PlatformId> assignment(graph.layerCount());
    for (const proto::Assignment& from : message.assignment()) {
        const auto platform = placer.platform(from.platform());
        if (!platform) return platform.error();
        const auto layer = placer.place(from.layer(), 0);
        if (!layer) return layer.error();
        assignment[layer->index()] = *platform;
    }
    if (auto error = placer.unplaced()) return *error;
    return generalPlan(graph, assignment);
}

} // namespace

Result<Plan> planFrom(const proto::Plan& message, const std::string& where, const Graph& graph,
                      const System& system, std::vector<Error>& warnings) {
    if (!message.stages().empty() && !message.assignment().empty())
        return Error{where, "has both `stages` and `assignment`", "give one of them"};
    if (!message.assignment().empty()) return fromAssignment(message, where, graph, system);
    if (message.stages().empty()) return Error{where, "has no `stages`", "give `stages` or `assignment`"};
    return fromStages(message, where, graph, system, warnings);
}

void fillStages(proto::Plan& message, const Plan& plan, const Graph& graph, const System& system) {
    if (plan.scheme == Scheme::General) message.set_scheme(proto::Plan::GENERAL);
    for (const Stage& stage : plan.stages) {
        auto* to = message.add_stages();
        to->set_platform(system.platform(stage.platform).name);
        if (stage.precision > 0) {
            const Platform at = atPrecision(system.platform(stage.platform), stage.precision);
            to->set_weight_bits(at.weight_bits);
            to->set_activation_bits(at.activation_bits);
        }
        for (const LayerId layer : stage.layers) to->add_layers(graph.layer(layer).name);
    }
}

} // namespace cutline
