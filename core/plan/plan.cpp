// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plan.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace cutline {
namespace {

constexpr std::uint32_t kNoStage = std::numeric_limits<std::uint32_t>::max();

/// Position of every layer's stage in the plan; kNoStage for layers of no stage.
std::vector<std::uint32_t> stageOf(const Plan& plan, std::size_t layer_count) {
    std::vector<std::uint32_t> stage(layer_count, kNoStage);
    for (std::uint32_t s = 0; s < plan.stages.size(); ++s)
        for (const LayerId layer : plan.stages[s].layers) stage[layer.index()] = s;
    return stage;
}

/// Order of the platforms such that no edge goes backwards, earliest first layer first; empty where there is
/// none.
std::vector<PlatformId> pipelineOrder(const Graph& graph, std::span<const PlatformId> assignment) {
    std::vector<std::uint32_t> slot; // platform -> dense number in order of first use
    std::vector<PlatformId> used;
    for (const PlatformId p : assignment) {
        if (slot.size() <= p.index()) slot.resize(p.index() + 1, kNoStage);
        if (slot[p.index()] != kNoStage) continue;
        slot[p.index()] = static_cast<std::uint32_t>(used.size());
        used.push_back(p);
    }
    std::vector<std::vector<bool>> before(used.size(), std::vector<bool>(used.size(), false));
    for (std::uint32_t i = 0; i < graph.layerCount(); ++i)
        for (const LayerId next : graph.successors(LayerId{i}))
            before[slot[assignment[i].index()]][slot[assignment[next.index()].index()]] = true;

    std::vector<PlatformId> order;
    std::vector<bool> done(used.size(), false);
    while (order.size() < used.size()) {
        std::size_t next = 0;
        const auto ready = [&](std::size_t candidate) {
            for (std::size_t other = 0; other < used.size(); ++other)
                if (!done[other] && other != candidate && before[other][candidate]) return false;
            return true;
        };
        while (next < used.size() && (done[next] || !ready(next))) ++next;
        if (next == used.size()) return {};
        done[next] = true;
        order.push_back(used[next]);
    }
    return order;
}

} // namespace

std::vector<std::uint8_t> precisionsOf(const Plan& plan, std::size_t platform_count) {
    std::vector<std::uint8_t> precisions(platform_count, 0);
    for (const Stage& stage : plan.stages) precisions[stage.platform.index()] = stage.precision;
    return precisions;
}

void setPrecisions(Plan& plan, std::span<const std::uint8_t> by_platform) {
    for (Stage& stage : plan.stages) stage.precision = by_platform[stage.platform.index()];
}

Plan inPrecisionsOf(const Plan& before, Plan plan) {
    for (Stage& stage : plan.stages)
        for (const Stage& other : before.stages)
            if (other.platform == stage.platform) stage.precision = other.precision;
    return plan;
}

bool samePlaces(const Plan& a, const Plan& b, std::size_t layer_count) {
    const auto placesOf = [layer_count](const Plan& plan) {
        std::vector<std::pair<PlatformId, std::uint8_t>> places(layer_count);
        for (const Stage& stage : plan.stages)
            for (const LayerId layer : stage.layers) places[layer.index()] = {stage.platform, stage.precision};
        return places;
    };
    return placesOf(a) == placesOf(b);
}

std::vector<PlatformId> assignmentOf(const Plan& plan, std::size_t layer_count) {
    std::vector<PlatformId> assignment(layer_count, PlatformId{kNoStage});
    for (const Stage& stage : plan.stages)
        for (const LayerId layer : stage.layers) assignment[layer.index()] = stage.platform;
    assert(std::find(assignment.begin(), assignment.end(), PlatformId{kNoStage}) == assignment.end());
    return assignment;
}

Plan generalPlan(const Graph& graph, std::span<const PlatformId> assignment) {
    Plan plan{Scheme::General, {}};
    std::vector<std::uint32_t> stage(graph.layerCount(), 0);
    std::vector<std::uint32_t> latest; // platform -> its last stage
    for (std::uint32_t i = 0; i < graph.layerCount(); ++i) {
        const PlatformId platform = assignment[i];
        if (latest.size() <= platform.index()) latest.resize(platform.index() + 1, kNoStage);
        std::uint32_t& at = latest[platform.index()];
        bool joins = at != kNoStage;
        for (const LayerId before : graph.predecessors(LayerId{i}))
            joins = joins && stage[before.index()] <= at;
        if (!joins) {
            at = static_cast<std::uint32_t>(plan.stages.size());
            plan.stages.push_back({platform, {}});
        }
        stage[i] = at;
        plan.stages[at].layers.push_back(LayerId{i});
    }
    return plan;
}

Plan planFromAssignment(const Graph& graph, std::span<const PlatformId> assignment) {
    assert(assignment.size() == graph.layerCount());
    const std::vector<PlatformId> order = pipelineOrder(graph, assignment);
    if (order.empty()) return generalPlan(graph, assignment);
    Plan plan;
    for (const PlatformId platform : order) {
        Stage stage{platform, {}};
        for (std::uint32_t i = 0; i < assignment.size(); ++i)
            if (assignment[i] == platform) stage.layers.push_back(LayerId{i});
        plan.stages.push_back(std::move(stage));
    }
    return plan;
}

bool isPipeline(const Graph& graph, const Plan& plan) {
    for (std::size_t a = 0; a < plan.stages.size(); ++a)
        for (std::size_t b = a + 1; b < plan.stages.size(); ++b)
            if (plan.stages[a].platform == plan.stages[b].platform) return false;
    const std::vector<std::uint32_t> stage = stageOf(plan, graph.layerCount());
    for (std::uint32_t i = 0; i < graph.layerCount(); ++i)
        for (const LayerId next : graph.successors(LayerId{i}))
            if (stage[i] > stage[next.index()]) return false;
    return true;
}

std::string platformsText(const Plan& plan, const System& system, std::string_view separator) {
    std::string text;
    for (const Stage& stage : plan.stages) {
        if (!text.empty()) text += separator;
        text += system.platform(stage.platform).name + precisionSuffix(stage, system);
    }
    return text;
}

std::string precisionSuffix(const Stage& stage, const System& system) {
    const Platform& platform = system.platform(stage.platform);
    if (stage.precision == 0 || stage.precision > platform.precisions.size()) return {};
    return " " + bitsText(atPrecision(platform, stage.precision)) + " bit";
}

std::vector<std::vector<LayerId>> cutLayers(const Graph& graph, const Plan& plan) {
    const std::vector<std::uint32_t> stage = stageOf(plan, graph.layerCount());
    std::vector<std::vector<LayerId>> cuts(plan.stages.empty() ? 0 : plan.stages.size() - 1);
    for (std::uint32_t i = 0; i < graph.layerCount(); ++i) {
        if (stage[i] == kNoStage || stage[i] >= cuts.size()) continue;
        const auto later = [&](LayerId next) {
            return stage[next.index()] != kNoStage && stage[next.index()] > stage[i];
        };
        const auto successors = graph.successors(LayerId{i});
        if (std::any_of(successors.begin(), successors.end(), later)) cuts[stage[i]].push_back(LayerId{i});
    }
    return cuts;
}

} // namespace cutline
