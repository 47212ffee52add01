// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exchange.h"

#include "core/base/text.h"
#include "core/platform/near_names.h"

#include <algorithm>

namespace cutline {
namespace {

/// The name as it is, or percent-decoded (names with commas).
std::optional<LayerId> findLayer(const Graph& graph, const std::string& name) {
    if (const auto layer = graph.findLayer(name)) return layer;
    return graph.findLayer(percentDecoded(name));
}

/// The order that cuts are counted in: the schedule, else the file's.
struct Sequence {
    std::vector<LayerId> layers;
    std::vector<std::size_t> position; ///< by layer

    Sequence(const Graph& graph, std::span<const LayerId> schedule)
        : layers(schedule.begin(), schedule.end()), position(graph.layerCount()) {
        if (layers.empty())
            for (std::uint32_t l = 0; l < graph.layerCount(); ++l) layers.push_back(LayerId{l});
        for (std::size_t i = 0; i < layers.size(); ++i) position[layers[i].index()] = i;
    }
};

Result<std::vector<LayerId>> layersOf(const Graph& graph, std::string_view cuts, const Sequence& sequence) {
    std::vector<LayerId> layers;
    if (trimmed(cuts).empty()) return layers;
    // A single name with commas in it may come as it is.
    const auto parts = graph.findLayer(cuts) ? std::vector{std::string(cuts)} : split(cuts, ',');
    for (const std::string& part : parts) {
        const std::string name(trimmed(part));
        const auto layer = findLayer(graph, name);
        if (!layer) {
            std::vector<std::string> names;
            for (const Layer& known : graph.layers()) names.push_back(known.name);
            return Error{"--cut", "the model has no layer \"" + elided(printable(name), 120) + "\"",
                         nearNames(name, names)};
        }
        if (!layers.empty() && sequence.position[layer->index()] <= sequence.position[layers.back().index()])
            return Error{"--cut",
                         printable(graph.layer(*layer).name) + " does not come after " +
                             printable(graph.layer(layers.back()).name),
                         "name the cuts in the order of the file, or of --schedule"};
        layers.push_back(*layer);
    }
    if (sequence.position[layers.back().index()] + 1 == graph.layerCount())
        return Error{"--cut",
                     printable(graph.layer(layers.back()).name) +
                         " is the last layer, nothing is left after it",
                     "cut before it"};
    return layers;
}

Result<std::vector<PlatformId>> platformsOf(const System& system, std::string_view order) {
    std::vector<PlatformId> platforms;
    if (trimmed(order).empty() || trimmed(order) == "fixed") {
        for (std::uint32_t p = 0; p < system.platforms.size(); ++p) platforms.push_back(PlatformId{p});
        return platforms;
    }
    for (const std::string& part : split(order, ',')) {
        const std::string name(trimmed(part));
        auto platform = system.findPlatform(name);
        if (!platform) platform = system.findPlatform(percentDecoded(name));
        if (!platform) {
            std::vector<std::string> names;
            for (const Platform& known : system.platforms) names.push_back(known.name);
            return Error{"--order", "the system has no platform \"" + elided(printable(name), 80) + "\"",
                         nearNames(name, names)};
        }
        if (std::find(platforms.begin(), platforms.end(), *platform) != platforms.end())
            return Error{"--order", "platform " + printable(name) + " stands there twice", "name each once"};
        platforms.push_back(*platform);
    }
    return platforms;
}

} // namespace

Result<Plan> planFromCuts(const Graph& graph, const System& system, std::string_view cuts,
                          std::string_view order, std::span<const LayerId> schedule) {
    const Sequence sequence(graph, schedule);
    const auto layers = layersOf(graph, cuts, sequence);
    if (!layers) return layers.error();
    const auto platforms = platformsOf(system, order);
    if (!platforms) return platforms.error();
    if (layers->size() + 1 > platforms->size())
        return Error{"--cut",
                     std::to_string(layers->size()) + " cuts make " + std::to_string(layers->size() + 1) +
                         " stages for " + std::to_string(platforms->size()) + " platforms",
                     "give fewer cuts or more platforms"};
    Plan plan;
    std::size_t next = 0;
    for (std::size_t s = 0; s <= layers->size(); ++s) {
        const std::size_t end =
            s < layers->size() ? sequence.position[(*layers)[s].index()] + 1 : sequence.layers.size();
        Stage stage{(*platforms)[s], {}};
        for (; next < end; ++next) stage.layers.push_back(sequence.layers[next]);
        plan.stages.push_back(std::move(stage));
    }
    return plan;
}

} // namespace cutline
