// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exchange/exchange.h"
#include "core/platform/library.h"
#include "tests/core/search/small_world.h"

#include <QtGlobal>

namespace cutline {

/// A graph as text, a system as a descriptor, and costs of (layer + 1) * (platform + 1) ms and mJ.
struct World {
    GraphPtr graph;
    SystemPtr system;
    CostTablePtr costs;
    std::unique_ptr<Evaluator> evaluator;

    World(Graph g, const std::string& descriptor) : graph(std::make_shared<const Graph>(std::move(g))) {
        auto read = parseSystem(descriptor, "world", Library());
        if (!read) qFatal("%s", read.error().message().c_str());
        system = std::make_shared<const System>(std::move(*read));
        auto table = std::make_shared<CostTable>(graph, system, unfused(*graph));
        for (std::uint32_t l = 0; l < graph->layerCount(); ++l)
            for (std::uint32_t p = 0; p < system->platforms.size(); ++p) {
                Cost cost;
                cost.latency_s = cost.energy_j = 1e-3 * (l + 1) * (p + 1);
                cost.source = Source::User;
                cost.uncertainty = 0.3f;
                table->setLayer(LayerId{l}, PlatformId{p}, cost);
                table->setGroup(l, PlatformId{p}, cost, false);
            }
        costs = table;
        evaluator = std::make_unique<Evaluator>(Problem{graph, system, costs, {}, {}});
    }

    SearchResult search(bool all) const {
        SearchOptions options;
        options.keep_dominated = all;
        Progress progress;
        auto result = explore(evaluator->problem(), options, progress);
        if (!result) qFatal("%s", result.error().message().c_str());
        return std::move(*result);
    }
};

inline const char* const kThreeInARow = R"(name: "row" platform { name: "A" } platform { name: "B,2" }
    platform { name: "C" memory { capacity_bytes: 1e6 } }
    link { name: "ab" rate_bits_per_s: 1e6 between: "A" between: "B,2" }
    link { name: "bc" rate_bits_per_s: 1e6 between: "B,2" between: "C" })";

inline std::vector<std::uint32_t> everyCandidate(const SearchResult& result) {
    std::vector<std::uint32_t> which(result.candidates->size());
    for (std::uint32_t i = 0; i < which.size(); ++i) which[i] = i;
    return which;
}

} // namespace cutline
