// SPDX-License-Identifier: GPL-3.0-or-later
// How long plans take on their way out: a table of many, and the report of one.
#include "tests/bench/bench_problem.h"

#include "core/exchange/exchange.h"
#include "core/report/report.h"

#include <benchmark/benchmark.h>

using namespace cutline;

namespace {

SearchResult searched(const Problem& problem, bool all) {
    SearchOptions options;
    options.keep_dominated = all;
    options.order = OrderKind::Fixed;
    Progress progress;
    return orExit(explore(problem, options, progress));
}

/// As many rows as asked for; the plans of the search come again and again.
void csv(benchmark::State& state) {
    const Problem problem = problemOf("efficientnet_b0", "kress2024");
    const Evaluator evaluator(problem);
    const SearchResult result = searched(problem, true);
    std::vector<std::uint32_t> which;
    for (std::int64_t i = 0; i < state.range(0); ++i)
        which.push_back(static_cast<std::uint32_t>(static_cast<std::size_t>(i) % result.summaries.size()));
    std::size_t bytes = 0;
    for (auto _ : state) bytes = planCsv(evaluator, result, which).size();
    state.counters["bytes"] = static_cast<double>(bytes);
}

void report(benchmark::State& state, Result<std::string> (*writer)(const ReportInput&, Progress&)) {
    Progress progress;
    const ImportedModel model =
        orExit(importOnnx(std::string(CUTLINE_SOURCE_DIR) + "/resources/models/efficientnet_b0.onnx", {}, progress));
    const Problem problem = problemOf("efficientnet_b0", "kress2024");
    const Evaluator evaluator(problem);
    const SearchResult result = searched(problem, false);
    const ReportInput input{model, evaluator, result, {}, nullptr, {}, "0", "2026-01-01", {}};
    for (auto _ : state) benchmark::DoNotOptimize(orExit(writer(input, progress)));
}

} // namespace

BENCHMARK(csv)->ArgName("plans")->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(report, html, reportHtml)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report, pdf, reportPdf)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
