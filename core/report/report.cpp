// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report.h"

#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/plan/timeline.h"
#include "core/report/sections.h"
#include "core/report/svg.h"

#include <algorithm>
#include <filesystem>

namespace cutline {
namespace {

using report::escaped;

/// The plan that the report is about, and those beside it.
Result<report::Content> contentOf(const ReportInput& input, Progress& progress)
{
    report::Content content{input, {}, {}, {}, {}};
    const SearchResult& search = input.search;
    std::optional<std::uint32_t> choice = search.knee;
    if (!choice && !search.representatives.empty()) choice = search.representatives.front();
    if (!choice && !search.front.empty()) choice = search.front.front();
    if (!input.plan && !choice)
        return Error{escaped(input.model.file), "no plan to report on", "loosen a constraint, or name a plan"};
    content.chosen.name = input.plan ? input.plan_name : "p" + std::to_string(*choice + 1);
    content.chosen.plan = input.plan ? *input.plan : search.candidates->plan(*choice);
    content.chosen.metrics = input.evaluator.evaluate(content.chosen.plan);
    if (!input.plan) content.chosen.candidate = choice;
    const auto accuracyAt = [&](std::uint32_t candidate) {
        return candidate < search.accuracies.size() ? search.accuracies[candidate] : std::nullopt;
    };
    std::size_t own = 0; // place in ownPlans()
    const auto fares = [&](std::optional<std::uint32_t> candidate) {
        if (!input.robustness) return static_cast<const PlanRobustness*>(nullptr);
        return candidate ? input.robustness->of(*candidate) : input.robustness->ofFurther(own++);
    };
    content.chosen.fares = fares(content.chosen.candidate);
    content.chosen.metrics.accuracy = input.plan ? input.accuracy : accuracyAt(*choice);
    constexpr std::size_t kBeside = 5;
    for (const std::uint32_t candidate : search.representatives) {
        if (content.others.size() == kBeside) break;
        if (candidate == choice && !input.plan) continue;
        report::Listed listed;
        listed.name = "p" + std::to_string(candidate + 1);
        listed.plan = search.candidates->plan(candidate);
        listed.metrics = input.evaluator.evaluate(listed.plan);
        listed.metrics.accuracy = accuracyAt(candidate);
        listed.candidate = candidate;
        listed.fares = fares(candidate);
        content.others.push_back(std::move(listed));
    }
    for (const NamedPlan& kept : input.kept) {
        content.others.push_back({kept.name, kept.plan, input.evaluator.evaluate(kept.plan), std::nullopt, fares(std::nullopt)});
        content.others.back().metrics.accuracy = kept.accuracy;
    }
    content.single = simulate(input.evaluator, content.chosen.plan, 1, std::nullopt, progress);
    content.steady = simulate(input.evaluator, content.chosen.plan, 6, std::nullopt, progress);
    return content;
}

Result<report::Document> documentOf(const ReportInput& input, Progress& progress)
{
    const auto content = contentOf(input, progress);
    if (!content) return content.error();
    report::Document document;
    document.title = report::titleOf(*content);
    document.author = "Cutline " + input.version;
    document.date = input.date;
    for (const auto section :
         {report::summary, report::cuts, report::system, report::model, report::method, report::charts, report::sideBySide,
          report::timeline, report::risks, report::provenance, report::appendix})
        section(*content, document);
    return document;
}

} // namespace

std::string report::titleOf(const Content& content)
{
    if (!content.input.title.empty()) return content.input.title;
    return nameOf(content.input.model) + " on " + content.problem().system->name;
}

std::string report::nameOf(const ImportedModel& model) { return std::filesystem::path(model.file).stem().string(); }

std::vector<FurtherPlan> ownPlans(const ReportInput& input)
{
    std::vector<FurtherPlan> plans;
    const auto add = [&](const Plan& plan, const std::optional<Accuracy>& accuracy) {
        plans.push_back({plan});
        if (accuracy) plans.back().accuracy = accuracy->top1;
    };
    if (input.plan) add(*input.plan, input.accuracy);
    for (const NamedPlan& kept : input.kept) add(kept.plan, kept.accuracy);
    return plans;
}

Result<std::string> reportHtml(const ReportInput& input, Progress& progress)
{
    const auto document = documentOf(input, progress);
    return document ? Result<std::string>(report::htmlOf(*document)) : Result<std::string>(document.error());
}

Result<std::string> reportPdf(const ReportInput& input, Progress& progress)
{
    const auto document = documentOf(input, progress);
    return document ? Result<std::string>(report::pdfOf(*document)) : Result<std::string>(document.error());
}

} // namespace cutline
