// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/accuracy_setup.h"
#include "app/cli/commands.h"
#include "core/base/text.h"
#include "core/report/report.h"

#include <array>
#include <ctime>

namespace cutline::cli {
namespace {

std::string today()
{
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::array<char, 16> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &utc)};
}

} // namespace

int runReport(const Options& options, Progress& progress)
{
    if (!lowered(options.out).ends_with(".html"))
        return fail({"--out " + options.out, "is no .html file", "write --out report.html; browsers print it as PDF"}, kUsage);
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    SearchOptions search;
    if (const auto failure = searchOptions(options, bench.problem, search)) return fail(failure->error, failure->status);
    const auto result = exploreAsked(options, bench, search, progress);
    if (!result) return fail(result.error());
    const Evaluator evaluator(bench.problem);
    ReportInput input{bench.model, evaluator, *result, {}, nullptr, {}, CUTLINE_VERSION, today(), options.typed};
    if (!options.plan.empty() || !options.cut.empty()) {
        auto plan = planOf(options, evaluator);
        if (!plan) return fail(plan.error());
        const auto known = accuracyAsked(options, bench, *plan, progress);
        if (!known) return fail(known.error());
        input.accuracy = *known;
        input.plan = *std::move(plan);
    } else if (result->infeasible) {
        return fail({{}, result->infeasible->text, {}}, kInfeasible);
    }
    std::optional<RobustnessReport> robustness;
    if (options.robustness > 0 && !result->infeasible) {
        auto report = robustnessReport(bench.problem, search, *result, options.robustness, progress);
        if (!report) return fail(report.error());
        robustness = *std::move(report);
        input.robustness = &*robustness;
    }
    const auto html = reportHtml(input, progress);
    return html ? deliver(options, *html) : fail(html.error());
}

} // namespace cutline::cli
