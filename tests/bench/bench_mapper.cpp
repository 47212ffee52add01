// SPDX-License-Identifier: GPL-3.0-or-later
// Loop-nest mapping: every distinct published shape, one core. Counters give median and worst per shape in ms of CPU
// time; the targets stand beside them: EYR 0.15 and 1.5, SMB 0.5 and 12, EfficientNet-B0 on both in 50.
//
// BM_EveryMapping evaluates every mapping of every shape, on all cores, and fails where one is better than what the
// search found. Some shapes of SMB have hundreds of millions: CUTLINE_SHAPE_SECONDS (default 10) bounds each, and
// "unfinished" counts those that were only walked in part; 0 walks all of them, which takes hours, so CUTLINE_SHAPES=5..20
// walks a part of the shapes.
#include "core/cost/loopnest/mapper.h"
#include "core/cost/loopnest/published_search.h"
#include "core/cost/cost_model.h"

#include <QStringList>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/cost/loopnest/reference.h"

#include <benchmark/benchmark.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace cutline;
using namespace cutline::loopnest;
using namespace cutline::loopnest::testing;

namespace {

double cpuMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

std::vector<NestShape> allShapes()
{
    std::vector<PublishedLayer> layers;
    for (const char* network : kNetworks)
        for (PublishedLayer& layer : publishedLayers(network)) layers.push_back(std::move(layer));
    return distinctShapes(layers);
}

Machine machineOf(std::int64_t index) { return index == 0 ? publishedEyr() : publishedSmb(); }

/// Arguments: machine (0 EYR, 1 SMB).
void BM_MapShapes(benchmark::State& state)
{
    const Machine machine = machineOf(state.range(0));
    const std::vector<NestShape> shapes = allShapes();
    Progress progress;
    std::vector<double> least(shapes.size(), 1e9);
    for (auto _ : state) {
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            const double start = cpuMilliseconds();
            benchmark::DoNotOptimize(findMappings(machine, shapes[i], {}, progress));
            least[i] = std::min(least[i], cpuMilliseconds() - start);
        }
    }
    std::sort(least.begin(), least.end());
    state.counters["shapes"] = static_cast<double>(shapes.size());
    state.counters["median_ms"] = least[least.size() / 2];
    state.counters["worst_ms"] = least.back();
}
BENCHMARK(BM_MapShapes)->ArgName("machine")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->MinTime(1);

void BM_MapEfficientNetOnBoth(benchmark::State& state)
{
    const std::vector<NestShape> shapes = distinctShapes(publishedLayers("efficientnet_b0"));
    const Machine machines[]{publishedEyr(), publishedSmb()};
    Progress progress;
    for (auto _ : state)
        for (const Machine& machine : machines)
            for (const NestShape& shape : shapes) benchmark::DoNotOptimize(findMappings(machine, shape, {}, progress));
}
BENCHMARK(BM_MapEfficientNetOnBoth)->Unit(benchmark::kMillisecond)->MinTime(1);

/// All shapes, or those of CUTLINE_SHAPES=first..last, by place.
std::pair<std::size_t, std::size_t> chosenShapes(std::size_t count)
{
    const QStringList some = qEnvironmentVariable("CUTLINE_SHAPES").split("..", Qt::SkipEmptyParts);
    if (some.isEmpty()) return {0, count};
    return {std::min<std::size_t>(some.first().toUInt(), count), std::min<std::size_t>(some.last().toUInt() + 1, count)};
}

/// Arguments: machine.
void BM_EveryMapping(benchmark::State& state)
{
    const Machine machine = machineOf(state.range(0));
    const std::vector<NestShape> shapes = allShapes();
    const char* given = std::getenv("CUTLINE_SHAPE_SECONDS");
    const double seconds = given ? std::atof(given) : 10;
    MapOptions every{.prune = Prune::Off};
    if (seconds > 0) every.time_limit_s = seconds;
    const auto [first, end] = chosenShapes(shapes.size());
    std::atomic<std::uint64_t> mappings{0}, unfinished{0}, better{0};
    for (auto _ : state) {
        tbb::parallel_for(first, end, [&](std::size_t i) {
            Progress progress;
            const MapResult found = findMappings(machine, shapes[i], {}, progress);
            const MapResult walked = findMappings(machine, shapes[i], every, progress);
            mappings += walked.evaluated;
            if (walked.stop != MapResult::Stop::Complete) ++unfinished;
            if (walked.points.empty()) return;
            const Score &a = found.points[0].score, &b = walked.points[0].score;
            // The least energy within 0.1 % of the least cycles; sums are added up in another order.
            const bool complete = walked.stop == MapResult::Stop::Complete;
            const bool less = b.cycles < a.cycles / 1.001 ||
                              (complete && (b.cycles != a.cycles || std::abs(b.energy_pj - a.energy_pj) > 1e-9 * a.energy_pj));
            if (less) ++better;
            if (seconds <= 0) // hours of work: what is done is told as it goes
                std::fprintf(stderr, "shape %zu: %llu mappings, %s\n", i, static_cast<unsigned long long>(walked.evaluated),
                             less ? "a better one" : "none better");
        });
    }
    state.counters["shapes"] = static_cast<double>(end - first);
    state.counters["unfinished"] = static_cast<double>(unfinished);
    state.counters["mappings"] = static_cast<double>(mappings);
    if (better > 0) state.SkipWithError("a mapping is better than the one found");
}
BENCHMARK(BM_EveryMapping)->ArgName("machine")->Arg(0)->Arg(1)->Unit(benchmark::kSecond)->Iterations(1)->UseRealTime();

/// Layers one after the other, 40 different convolutions among them.
GraphPtr chainOf(std::uint32_t layers)
{
    constexpr std::uint32_t kShapes = 40;
    std::vector<Tensor> tensors(layers + 1);
    std::vector<Layer> chain(layers);
    for (std::uint32_t i = 0; i <= layers; ++i) {
        tensors[i].name = "t" + std::to_string(i);
        tensors[i].type = ElementType::Float32;
        tensors[i].shape = Shape{1, 1000};
    }
    for (std::uint32_t i = 0; i < layers; ++i) {
        Layer& layer = chain[i];
        layer.name = "l" + std::to_string(i);
        layer.op = "Conv";
        layer.op_class = OpClass::Conv;
        layer.inputs = {TensorId{i}};
        layer.outputs = {TensorId{i + 1}};
        LoopDims& loops = layer.loops.emplace_back();
        loops.c = 8 + 8 * (i % kShapes);
        loops.m = 64;
        loops.r = loops.s = 3;
        loops.p = loops.q = 28;
        layer.macs = loops.macs();
    }
    return std::make_shared<const Graph>("chain", std::move(chain), std::move(tensors), std::vector<Weight>{});
}

/// A model of many layers of 40 shapes costs what its shapes cost; argument: layers.
void BM_CostOfManyLayers(benchmark::State& state)
{
    const GraphPtr graph = chainOf(static_cast<std::uint32_t>(state.range(0)));
    auto system = std::make_shared<System>();
    for (const auto& [name, nest] : {std::pair{"EYR", eyr()}, std::pair{"SMB", smb()}}) {
        Platform& platform = system->platforms.emplace_back();
        platform.name = platform.descriptor = name;
        platform.clock_hz = 200e6;
        platform.loop_nest = nest;
    }
    Progress progress;
    for (auto _ : state) benchmark::DoNotOptimize(buildCostTable(graph, system, {}, progress));
}
BENCHMARK(BM_CostOfManyLayers)->ArgName("layers")->Arg(40)->Arg(20000)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

void BM_SearchAsPublished(benchmark::State& state)
{
    const Machine machine = machineOf(state.range(0));
    const std::vector<NestShape> shapes = allShapes();
    for (auto _ : state)
        for (const NestShape& shape : shapes) benchmark::DoNotOptimize(searchAsPublished(machine, shape));
    state.counters["per_shape"] = benchmark::Counter(static_cast<double>(shapes.size()),
                                                     benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_SearchAsPublished)->ArgName("machine")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
