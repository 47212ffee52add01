// SPDX-License-Identifier: GPL-3.0-or-later
// Any assignment: additive objectives on chains, real networks on two accelerators.
#include "core/search/search.h"

#include <benchmark/benchmark.h>

#include <random>

using namespace cutline;

namespace {

/// A chain of layers with costs by chance, platforms in a chain of links.
Problem chain(int layers, int platforms)
{
    std::mt19937_64 random(7);
    const auto chance = [&] { return 0.1 + double(random() % 1000) / 1000; };
    std::vector<Layer> all;
    std::vector<Tensor> tensors;
    for (int l = 0; l <= layers; ++l) {
        Tensor t;
        t.name = "t" + std::to_string(l);
        t.type = ElementType::Float32;
        t.shape = Shape{static_cast<std::int64_t>(1000 + random() % 100'000)};
        t.is_graph_input = l == 0;
        t.is_graph_output = l == layers;
        tensors.push_back(t);
        if (l == layers) break;
        Layer layer;
        layer.name = "n" + std::to_string(l);
        layer.op = "Conv";
        layer.inputs = {TensorId{static_cast<std::uint32_t>(l)}};
        layer.outputs = {TensorId{static_cast<std::uint32_t>(l + 1)}};
        all.push_back(layer);
    }
    auto system = std::make_shared<System>();
    for (int p = 0; p < platforms; ++p) {
        Platform platform;
        platform.name = "P" + std::to_string(p);
        platform.activation_bits = platform.weight_bits = 8;
        system->platforms.push_back(platform);
        if (p == 0) continue;
        Connection c;
        c.link.name = "l" + std::to_string(p);
        c.link.rate_bits_per_s = 1e9;
        c.link.energy.pj_per_bit = 1000;
        c.ends = {NodeId{static_cast<std::uint32_t>(p - 1)}, NodeId{static_cast<std::uint32_t>(p)}};
        system->links.push_back(c);
    }
    Problem problem;
    problem.graph = std::make_shared<const Graph>("chain", all, tensors, std::vector<Weight>{});
    problem.system = system;
    auto costs = std::make_shared<CostTable>(problem.graph, problem.system, unfused(*problem.graph));
    for (int l = 0; l < layers; ++l)
        for (int p = 0; p < platforms; ++p) {
            Cost cost;
            cost.latency_s = 1e-3 * chance();
            cost.energy_j = 1e-3 * chance();
            cost.source = Source::User;
            costs->setLayer(LayerId{static_cast<std::uint32_t>(l)}, PlatformId{static_cast<std::uint32_t>(p)}, cost);
            costs->setGroup(static_cast<std::size_t>(l), PlatformId{static_cast<std::uint32_t>(p)}, cost, false);
        }
    problem.costs = costs;
    return problem;
}

void BM_AnyAdditive(benchmark::State& state)
{
    const Problem problem = chain(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
    SearchOptions options;
    options.objectives = {Objective::Energy, Objective::LinkBytes};
    options.cuts = CutKind::Any;
    for (auto _ : state) {
        Progress progress;
        const auto found = explore(problem, options, progress);
        state.counters["front"] = static_cast<double>(found->front.size());
        state.counters["complete"] = found->proof.kind == Proof::Kind::Complete;
    }
}
BENCHMARK(BM_AnyAdditive)
    ->ArgNames({"layers", "platforms"})
    ->Args({50, 4})
    ->Args({200, 2})
    ->Args({200, 4})
    ->Args({500, 2})
    ->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
