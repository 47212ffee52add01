// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/import.h"
#include "core/plan/evaluate.h"
#include "core/robust/robustness_report.h"
#include "core/search/search.h"

#include <optional>
#include <string>
#include <vector>

namespace cutline {

/// A file that the report was made from, so that it can be made again.
struct ReportFile {
    std::string what;   ///< "profile of EYR"
    std::string file, sha256;
};

struct NamedPlan {
    std::string name;
    Plan plan;
    std::optional<Accuracy> accuracy{}; ///< where it is known
};

/// What a review board reads. References must outlive the call.
struct ReportInput {
    const ImportedModel& model;
    const Evaluator& evaluator;
    const SearchResult& search;
    std::optional<Plan> plan;                      ///< the one to report on; absent: the search's choice
    const RobustnessReport* robustness = nullptr;  ///< with ownPlans() as further ones; null: not asked for
    std::optional<Accuracy> accuracy{};            ///< of `plan`, where it is known; of others `search` and `kept` know
    std::string version, date;                     ///< of the tool, of today: "0.1.0", "2026-11-28"
    std::string command;                           ///< that makes this report again; may be empty
    std::string plan_name = "the given plan";      ///< of `plan`
    std::vector<NamedPlan> kept{};                 ///< to be put beside those that the search lists
    std::vector<Constraint> constraints{};         ///< of the search: requirements like those of the scenario
    std::vector<ReportFile> files{};
    std::string robustness_note{};                 ///< why there is no robustness, or what was left out
    std::string title{}, note{};                   ///< in the words of those who ask; empty: none. A note may have paragraphs
};

/// Plans of the report that its search does not list, in the order in which it asks how they fare.
std::vector<FurtherPlan> ownPlans(const ReportInput& input);

/// One HTML file that needs nothing else: no scripts, charts as SVG, rules for printing. Summary on the first page, then the
/// plan, system, model, method, charts, plans side by side, timeline, risks, where every cost comes from, and all layers.
/// Errors: the search found no plan.
Result<std::string> reportHtml(const ReportInput& input, Progress& progress);
/// The same as the bytes of a PDF: A4, numbered pages, vector graphics, fonts embedded.
Result<std::string> reportPdf(const ReportInput& input, Progress& progress);

} // namespace cutline
