// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report.h"

#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/plan/timeline.h"
#include "core/report/html.h"
#include "core/report/sections.h"

#include <algorithm>

namespace cutline {
namespace {

using html::escaped;

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
    content.chosen.name = input.plan ? "the given plan" : "p" + std::to_string(*choice + 1);
    content.chosen.plan = input.plan ? *input.plan : search.candidates->plan(*choice);
    content.chosen.metrics = input.evaluator.evaluate(content.chosen.plan);
    if (!input.plan) content.chosen.candidate = choice;
    const auto accuracyAt = [&](std::uint32_t candidate) {
        return candidate < search.accuracies.size() ? search.accuracies[candidate] : std::nullopt;
    };
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
        content.others.push_back(std::move(listed));
    }
    content.single = simulate(input.evaluator, content.chosen.plan, 1, std::nullopt, progress);
    content.steady = simulate(input.evaluator, content.chosen.plan, 6, std::nullopt, progress);
    return content;
}

} // namespace

Result<std::string> reportHtml(const ReportInput& input, Progress& progress)
{
    const auto content = contentOf(input, progress);
    if (!content) return content.error();
    const std::string title = escaped(input.model.graph->name()) + " on " + escaped(input.evaluator.problem().system->name);
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
                      title + "</title>\n<style>" + std::string(html::style()) + "</style></head>\n<body>\n";
    out += report::summary(*content) + report::system(*content) + report::model(*content) + report::method(*content) +
           report::charts(*content) + report::sideBySide(*content) + report::timeline(*content) + report::risks(*content) +
           report::provenance(*content) + report::appendix(*content);
    return out + "</body></html>\n";
}

} // namespace cutline
