// SPDX-License-Identifier: GPL-3.0-or-later
// How long a proven front takes: real networks on four library platforms over a Gigabit switch, long chains, wide graphs.
// One core; each row runs the whole search once or more and counts the plans on the front.
#include "core/cost/cost_model.h"
#include "core/graph/import.h"
#include "core/platform/library.h"
#include "core/search/search.h"
#include "tests/core/search/four_platforms.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

using namespace cutline;

namespace {

const std::string kRoot = CUTLINE_SOURCE_DIR;

template <class T> T orExit(Result<T> result)
{
    if (result) return *std::move(result);
    std::cerr << result.error().message() << '\n';
    std::exit(1);
}

/// Fewer bits lose more, and every layer in its own measure: stands for a measured table.
SensitivityPtr losses(const Graph& graph, const System& system)
{
    SensitivityTable table(graph.layerCount(), system.platforms.size());
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> factor(0.1, 1);
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const double scale = factor(random);
        for (std::uint32_t p = 0; p < system.platforms.size(); ++p)
            table.set(LayerId{l}, PlatformId{p}, scale * std::exp2(-system.platforms[p].weight_bits));
    }
    return std::make_shared<const SensitivityTable>(table);
}

Problem problemOf(GraphPtr graph, const std::string& system_text)
{
    Progress progress;
    const Library library = Library::load({kRoot + "/platforms"});
    Problem problem;
    problem.graph = std::move(graph);
    problem.system = std::make_shared<const System>(orExit(parseSystem(system_text, "bench", library)));
    problem.costs = orExit(buildCostTable(problem.graph, problem.system, {}, progress));
    problem.sensitivity = losses(*problem.graph, *problem.system);
    return problem;
}

GraphPtr network(const std::string& name)
{
    Progress progress;
    return orExit(importOnnx(kRoot + "/resources/models/" + name + ".onnx", {}, progress)).graph;
}

/// Convolutions one after the other, sizes as chance will have them.
GraphPtr chain(std::uint32_t length)
{
    std::mt19937_64 random(7);
    std::uniform_int_distribution<std::int64_t> size(1000, 100'000);
    std::vector<Layer> layers(length);
    std::vector<Tensor> tensors(length + 1);
    for (std::uint32_t t = 0; t <= length; ++t) {
        tensors[t].name = "t" + std::to_string(t);
        tensors[t].type = ElementType::Float32;
        tensors[t].shape = Shape{size(random)};
        tensors[t].is_graph_input = t == 0;
        tensors[t].is_graph_output = t == length;
    }
    for (std::uint32_t l = 0; l < length; ++l) {
        layers[l].name = "l" + std::to_string(l);
        layers[l].op = "Conv";
        layers[l].op_class = OpClass::Conv;
        layers[l].macs = static_cast<std::uint64_t>(size(random)) * 1000;
        layers[l].inputs = {TensorId{l}};
        layers[l].outputs = {TensorId{l + 1}};
    }
    return std::make_shared<const Graph>("chain", layers, tensors, std::vector<Weight>{});
}

const std::vector<Objective> kThree{Objective::Latency, Objective::InitiationInterval, Objective::Energy};
const std::vector<Objective> kSix{Objective::Latency, Objective::InitiationInterval, Objective::Energy,
                                  Objective::Memory,  Objective::LinkBytes,          Objective::Sensitivity};

void search(benchmark::State& state, const Problem& problem, SearchOptions options)
{
    options.threads = 1;
    std::size_t front = 0;
    std::uint64_t evaluated = 0, pruned = 0;
    bool complete = true;
    double epsilon = 0; ///< 1: no claim
    for (auto _ : state) {
        Progress progress;
        const SearchResult result = orExit(explore(problem, options, progress));
        front = result.front.size();
        evaluated = result.proof.evaluated;
        pruned = result.proof.pruned;
        complete = result.proof.kind == Proof::Kind::Complete;
        epsilon = result.proof.kind == Proof::Kind::Heuristic ? 1 : result.proof.epsilon;
    }
    state.counters["front"] = static_cast<double>(front);
    state.counters["evaluated"] = static_cast<double>(evaluated);
    state.counters["pruned"] = static_cast<double>(pruned);
    state.counters["complete"] = complete;
    if (options.time_limit_s) state.counters["epsilon"] = epsilon;
}

void networkFront(benchmark::State& state, const char* name, const std::vector<Objective>& objectives)
{
    SearchOptions options;
    options.objectives = objectives;
    options.max_platforms = static_cast<std::size_t>(state.range(0));
    search(state, problemOf(network(name), kFourPlatforms), options);
}

/// How near to everything four platforms come within a time in milliseconds.
void networkWithin(benchmark::State& state, const char* name)
{
    SearchOptions options;
    options.objectives = kSix;
    options.time_limit_s = static_cast<double>(state.range(0)) * 1e-3;
    search(state, problemOf(network(name), kFourPlatforms), options);
}

/// A front that no plan beats by more than a share in thousandths, on up to so many platforms.
void networkNear(benchmark::State& state, const char* name)
{
    SearchOptions options;
    options.objectives = kSix;
    options.max_platforms = static_cast<std::size_t>(state.range(0));
    options.epsilon = static_cast<double>(state.range(1)) * 1e-3;
    search(state, problemOf(network(name), kFourPlatforms), options);
}

void chainFront(benchmark::State& state, std::uint32_t length, std::size_t platforms, OrderKind order)
{
    SearchOptions options;
    options.objectives = kThree;
    options.max_platforms = platforms;
    options.order = order;
    search(state, problemOf(chain(length), kFourPlatforms), options);
}

} // namespace

BENCHMARK_CAPTURE(networkFront, efficientnet_b0_three, "efficientnet_b0", kThree)->DenseRange(2, 4)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(networkFront, efficientnet_b0_six, "efficientnet_b0", kSix)->DenseRange(2, 4)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(networkFront, resnet50_three, "resnet50", kThree)->DenseRange(2, 4)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(networkFront, resnet50_six, "resnet50", kSix)->DenseRange(2, 4)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(networkWithin, efficientnet_b0_six, "efficientnet_b0")->Arg(500)->Arg(2000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(networkWithin, resnet50_six, "resnet50")->Arg(500)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(networkNear, efficientnet_b0_six, "efficientnet_b0")->ArgsProduct({{3, 4}, {1, 10, 50}})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(networkNear, resnet50_six, "resnet50")->ArgsProduct({{3, 4}, {10}})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chainFront, chain_500_fixed_order, 500, 4, OrderKind::Fixed)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chainFront, chain_500_all_orders, 500, 4, OrderKind::Free)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chainFront, chain_20000_two_platforms, 20'000, 2, OrderKind::Free)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
