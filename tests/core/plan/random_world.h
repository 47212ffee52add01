// SPDX-License-Identifier: GPL-3.0-or-later
// Random graphs, topologies, scenarios and pipelines out of a seed.
#pragma once

#include "tests/core/plan/small_world.h"

#include <algorithm>
#include <random>

namespace cutline::test {

using Random = std::mt19937;
inline int pick(Random& random, int low, int high) {
    return std::uniform_int_distribution(low, high)(random);
}
inline bool chance(Random& random, double share) {
    return std::uniform_real_distribution(0.0, 1.0)(random) < share;
}

inline std::string randomGraph(Random& random) {
    std::string text = "in x0 " + std::to_string(pick(random, 1, 400)) + ";";
    std::vector<std::string> tensors{"x0"};
    if (chance(random, 0.4)) {
        text += "in x1 " + std::to_string(pick(random, 1, 400)) + ";";
        tensors.push_back("x1");
    }
    const int layers = pick(random, 2, 10);
    for (int l = 0; l < layers; ++l) {
        text += "l" + std::to_string(l);
        std::vector<std::string> inputs;
        for (int i = pick(random, 1, 3); i > 0; --i) {
            const int newest = int(tensors.size()) - 1;
            const std::string& name =
                tensors[std::size_t(chance(random, 0.5) ? newest : pick(random, 0, newest))];
            if (std::find(inputs.begin(), inputs.end(), name) == inputs.end()) inputs.push_back(name);
        }
        for (const std::string& name : inputs) text += " " + name;
        tensors.push_back("t" + std::to_string(l));
        text += " -> t" + std::to_string(l) + " " + std::to_string(pick(random, 1, 500));
        if (chance(random, 0.6)) text += " w " + std::to_string(pick(random, 1, 900));
        if (chance(random, 0.2)) text += " shared";
        if (l + 1 == layers || chance(random, 0.1)) text += " out";
        text += ";";
    }
    return text;
}

inline Link randomLink(Random& random, int number) {
    Link link = linkOf("l" + std::to_string(number), pick(random, 20, 400));
    if (chance(random, 0.5)) link.duplex = Duplex::Half;
    if (chance(random, 0.5)) link.latency_s = 0.125;
    if (chance(random, 0.6))
        link.frame = {double(pick(random, 10, 200)), double(pick(random, 0, 9)), double(pick(random, 0, 50))};
    link.energy.power_while_sending_w = pick(random, 0, 3);
    link.energy.always_on_w = pick(random, 0, 2);
    return link;
}

inline System randomSystem(Random& random) {
    System system;
    const int platforms = pick(random, 2, 4);
    for (int p = 0; p < platforms; ++p) {
        Platform platform = platformOf(std::string(1, char('A' + p)), chance(random, 0.5) ? 8 : 16);
        platform.idle_power_w = pick(random, 0, 2);
        if (chance(random, 0.3)) platform.invoke_s = 0.25;
        if (chance(random, 0.3)) platform.copy_bandwidth_bytes_per_s = 100;
        system.platforms.push_back(platform);
    }
    const bool with_switch = chance(random, 0.3);
    if (with_switch) system.switches = {"sw"};
    const auto last = static_cast<std::uint32_t>(platforms - 1);
    // A row, a star around a switch, or a bus; then a few shortcuts.
    const int shape = with_switch ? 1 : pick(random, 0, 1) * 2;
    if (shape == 2) {
        Connection bus{randomLink(random, 0), {}};
        for (std::uint32_t p = 0; p <= last; ++p) bus.ends.push_back(NodeId{p});
        system.links.push_back(bus);
    }
    for (std::uint32_t p = 0; p <= last; ++p) {
        if (shape == 1) join(system, randomLink(random, int(system.links.size())), {p, last + 1});
        if (shape == 0 && p > 0) join(system, randomLink(random, int(system.links.size())), {p - 1, p});
    }
    for (int extra = pick(random, 0, 2); extra > 0; --extra) {
        const auto a = static_cast<std::uint32_t>(pick(random, 0, platforms - 1));
        const auto b = static_cast<std::uint32_t>(pick(random, 0, platforms - 1));
        if (a != b) join(system, randomLink(random, int(system.links.size())), {a, b});
    }
    return system;
}

/// Distinct platforms in random order, a random linear order of layers cut at random places.
inline Plan randomPipeline(Random& random, const Graph& graph, std::size_t platforms) {
    std::vector<std::uint32_t> order(platforms);
    for (std::uint32_t p = 0; p < platforms; ++p) order[p] = p;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<LayerId> layers;
    std::vector<int> waits(graph.layerCount());
    std::vector<std::uint32_t> ready;
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l)
        if ((waits[l] = int(graph.predecessors(LayerId{l}).size())) == 0) ready.push_back(l);
    while (!ready.empty()) {
        const auto at = ready.begin() + pick(random, 0, int(ready.size()) - 1);
        const LayerId layer{*at};
        ready.erase(at);
        layers.push_back(layer);
        for (const LayerId next : graph.successors(layer))
            if (--waits[next.index()] == 0) ready.push_back(next.value);
    }
    Plan plan;
    std::size_t begin = 0;
    for (std::size_t s = 0; s < platforms && begin < layers.size(); ++s) {
        const bool rest = s + 1 == platforms || chance(random, 0.2);
        const std::size_t count =
            rest ? layers.size() - begin : std::size_t(pick(random, 1, int(layers.size() - begin)));
        plan.stages.push_back(
            {PlatformId{order[s]},
             {layers.begin() + std::ptrdiff_t(begin), layers.begin() + std::ptrdiff_t(begin + count)}});
        begin += count;
    }
    return plan;
}

/// Some layers fall back from one platform to another.
inline void addFallBacks(Random& random, Problem& problem) {
    auto table = std::make_shared<CostTable>(*problem.costs);
    const auto last = int(problem.system->platforms.size()) - 1;
    const auto platform = [&] { return PlatformId{std::uint32_t(pick(random, 0, last))}; };
    const PlatformId weak = platform();
    for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l)
        if (chance(random, 0.4)) letFallBack(*table, LayerId{l}, weak, platform());
    problem.costs = table;
}

inline Problem randomProblem(Random& random) {
    const GraphPtr graph = graphOf(randomGraph(random));
    const System system = randomSystem(random);
    std::vector<std::vector<double>> latency;
    for (std::size_t l = 0; l < graph->layerCount(); ++l) {
        latency.emplace_back();
        for (std::size_t p = 0; p < system.platforms.size(); ++p)
            latency.back().push_back(0.25 * pick(random, 0, 20));
    }
    Problem problem = problemOf(graph, system, latency, 2);
    const auto anywhere = [&] {
        return system.platforms[std::size_t(pick(random, 0, int(system.platforms.size()) - 1))].name;
    };
    for (const TensorId t : graph->inputs())
        if (chance(random, 0.4)) {
            problem.scenario.inputs.push_back({graph->tensor(t).name, anywhere(), std::nullopt});
            if (chance(random, 0.5)) problem.scenario.inputs.back().type = ElementType::UInt8;
        }
    for (const TensorId t : graph->outputs())
        if (chance(random, 0.4)) {
            problem.scenario.outputs.push_back({graph->tensor(t).name, anywhere(), std::nullopt});
            if (chance(random, 0.4))
                problem.scenario.outputs.back().type = chance(random, 0.5) ? ElementType::Float32 : ElementType::UInt8;
        }
    if (chance(random, 0.3)) problem.scenario.background["l0"] = 0.5;
    if (chance(random, 0.3)) problem.scenario.rate_hz = 0.05;
    if (chance(random, 0.3)) addFallBacks(random, problem);
    return problem;
}

} // namespace cutline::test
