// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/accuracy_setup.h"
#include "app/cli/commands.h"
#include "app/cli/project_source.h"
#include "app/cli/report_files.h"
#include "core/base/text.h"
#include "core/report/report.h"

#include <algorithm>
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

/// Kept plans of a project; the one that it shows is the plan under review.
Result<void> takePlans(const ProjectSource& source, const Evaluator& evaluator, ReportInput& input)
{
    const Problem& problem = evaluator.problem();
    for (const Project::KeptPlan& kept : source.project.plans) {
        auto plan = planFromKept(kept, *problem.graph, *problem.system);
        if (!plan) return plan.error();
        const std::string name = kept.name.empty() ? kept.id : kept.name;
        if (!input.plan && !source.plan.empty() && kept.id == source.plan) {
            input.plan_name = name;
            input.plan = *std::move(plan);
        } else if (kept.kept) {
            input.kept.push_back({name, *std::move(plan)});
        }
    }
    return {};
}

/// What is known of the plans that the report does not take from its search.
Result<void> addAccuracies(const Options& options, const Workbench& bench, ReportInput& input, Progress& progress)
{
    std::vector<Plan> plans;
    if (input.plan) plans.push_back(*input.plan);
    for (const NamedPlan& kept : input.kept) plans.push_back(kept.plan);
    const auto known = accuraciesAsked(options, bench, plans, progress);
    if (!known) return known.error();
    if (input.plan) input.accuracy = known->front();
    for (std::size_t k = 0; k < input.kept.size(); ++k) input.kept[k].accuracy = (*known)[k + (input.plan ? 1 : 0)];
    return {};
}

/// As many samples as were asked for, else what can be done in a few seconds.
Result<Examined> examine(const Options& options, const Problem& problem, const SearchOptions& search, const SearchResult& result,
                         std::vector<FurtherPlan> further, Progress& progress)
{
    if (options.robustness == 0 || result.infeasible) return examineForReport(problem, search, result, std::move(further), progress);
    RobustnessScope scope;
    scope.samples = options.robustness;
    scope.further = std::move(further);
    auto report = robustnessReport(problem, search, result, scope, progress);
    if (!report) return report.error();
    return Examined{*std::move(report), {}};
}

using Writer = Result<std::string> (*)(const ReportInput&, Progress&);

/// By the ending of the file's name; null where it is neither.
Writer writerFor(const std::string& file)
{
    if (lowered(file).ends_with(".pdf")) return reportPdf;
    return lowered(file).ends_with(".html") || lowered(file).ends_with(".htm") ? reportHtml : nullptr;
}

} // namespace

int runReport(const Options& typed, Progress& progress)
{
    const Writer writer = writerFor(typed.out);
    if (!writer) return fail({"--out " + typed.out, "is no .pdf or .html file", "write --out report.pdf"}, kUsage);
    std::optional<ProjectSource> source;
    if (isProject(typed.model)) {
        auto read = readProjectSource(typed);
        if (!read) return fail(read.error());
        source = *std::move(read);
    } else if (typed.system.empty() && !isWorkloadFile(typed.model)) {
        return fail({"report", "no system is named", "give --system, or a project"}, kUsage);
    }
    const Options& options = source ? source->options : typed;
    Workbench bench;
    const auto failed = source ? openOn(options, source->ground, progress, bench) : open(options, progress, bench);
    if (failed) return fail(failed->error, failed->status);
    SearchOptions search;
    if (const auto failure = searchOptions(options, bench.problem, search)) return fail(failure->error, failure->status);
    const auto result = exploreAsked(options, bench, search, progress);
    if (!result) return fail(result.error());
    const Evaluator evaluator(bench.problem);
    ReportInput input{bench.model, evaluator, *result, {}, nullptr, {}, CUTLINE_VERSION, today(), options.typed};
    input.constraints = search.constraints;
    input.files = reportFiles(options, source ? typed.model : std::string(), bench);
    if (!options.plan.empty() || !options.cut.empty()) {
        auto plan = planOf(options, bench.model, evaluator);
        if (!plan) return fail(plan.error());
        input.plan = *std::move(plan);
    }
    if (source) {
        input.title = source->project.title;
        input.note = source->project.note;
    }
    if (source)
        if (const auto taken = takePlans(*source, evaluator, input); !taken) return fail(taken.error());
    if (const auto known = addAccuracies(options, bench, input, progress); !known) return fail(known.error());
    if (!input.plan && result->infeasible) return fail({{}, result->infeasible->text, {}}, kInfeasible);
    const auto examined = examine(options, bench.problem, search, *result, ownPlans(input), progress);
    if (!examined) return fail(examined.error());
    input.robustness = examined->report ? &*examined->report : nullptr;
    input.robustness_note = examined->note;
    const auto bytes = writer(input, progress);
    return bytes ? deliver(options, *bytes) : fail(bytes.error());
}

} // namespace cutline::cli
