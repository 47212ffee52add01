// SPDX-License-Identifier: GPL-3.0-or-later
// How long one judgement takes: what a drag in the window and an inner loop of a search pay.
#include "tests/bench/bench_problem.h"

#include "core/plan/edge_cuts.h"

#include <benchmark/benchmark.h>

using namespace cutline;

namespace {

/// The network in file order, cut into equal runs of layers on the system's first platforms.
Plan evenPlan(const Problem& problem, std::size_t stages) {
    const std::size_t n = problem.graph->layerCount();
    Plan plan;
    for (std::uint32_t s = 0; s < stages; ++s) {
        plan.stages.push_back({PlatformId{s}, {}});
        for (std::size_t l = n * s / stages; l < n * (s + 1) / stages; ++l)
            plan.stages.back().layers.push_back(LayerId{static_cast<std::uint32_t>(l)});
    }
    return plan;
}

void figures(benchmark::State& state, const char* model, const char* system, std::size_t stages) {
    const Problem problem = problemOf(model, system);
    const Evaluator evaluator(problem);
    const Plan plan = evenPlan(problem, stages);
    for (auto _ : state) benchmark::DoNotOptimize(evaluator.figures(plan));
    state.counters["layers"] = static_cast<double>(problem.graph->layerCount());
}

void evaluate(benchmark::State& state, const char* model, const char* system, std::size_t stages) {
    const Problem problem = problemOf(model, system);
    const Evaluator evaluator(problem);
    const Plan plan = evenPlan(problem, stages);
    for (auto _ : state) benchmark::DoNotOptimize(evaluator.evaluate(plan));
    state.counters["layers"] = static_cast<double>(problem.graph->layerCount());
}

void costTable(benchmark::State& state, const char* model) {
    const Problem problem = problemOf(model, "kress2024");
    Progress progress;
    for (auto _ : state)
        benchmark::DoNotOptimize(buildCostTable(problem.graph, problem.system, {}, progress));
}

/// All position tuples of VGG-16 over four platforms.
void publishedTuples(benchmark::State& state) {
    const Problem problem = problemOf("vgg16", "kress2024_four", Compat::kress2024());
    const std::vector order{PlatformId{0}, PlatformId{1}, PlatformId{2}, PlatformId{3}};
    const auto cuts = orExit(EdgeCutEvaluator::make(problem, {}, order));
    std::size_t tuples = 0;
    for (auto _ : state)
        for (std::size_t a = 0; a < cuts.positionCount(); ++a)
            for (std::size_t b = a; b < cuts.positionCount(); ++b)
                for (std::size_t c = b; c < cuts.positionCount(); ++c, ++tuples) {
                    const std::size_t at[] = {a, b, c};
                    benchmark::DoNotOptimize(cuts.figures(at));
                }
    state.counters["tuples"] = benchmark::Counter(static_cast<double>(tuples), benchmark::Counter::kIsRate);
}

} // namespace

BENCHMARK_CAPTURE(figures, efficientnet_b0_two_stages, "efficientnet_b0", "kress2024", 2)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(figures, efficientnet_b0_four_stages, "efficientnet_b0", "kress2024_four", 4)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(figures, transformer_encoder_two_stages, "transformer_encoder", "kress2024", 2)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(evaluate, efficientnet_b0_two_stages, "efficientnet_b0", "kress2024", 2)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(evaluate, efficientnet_b0_four_stages, "efficientnet_b0", "kress2024_four", 4)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(costTable, efficientnet_b0, "efficientnet_b0")->Unit(benchmark::kMicrosecond);
BENCHMARK(publishedTuples)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
