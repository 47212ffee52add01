// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/report: what each section says.
#pragma once

#include "core/plan/timeline.h"
#include "core/report/document.h"
#include "core/report/report.h"

namespace cutline::report {

struct Listed {
    std::string name; ///< "p12"
    Plan plan;
    Metrics metrics;
    std::optional<std::uint32_t> candidate; ///< its number in the search
    const PlanRobustness* fares = nullptr;  ///< null: not known
};

struct Content {
    const ReportInput& input;
    Listed chosen;
    std::vector<Listed> others;
    Timeline single, steady;

    const Problem& problem() const { return input.evaluator.problem(); }
};

/// What people call a model: its file, without folder and extension.
std::string nameOf(const ImportedModel& model);

/// What the report is called.
std::string titleOf(const Content& content);

/// Why nothing is said of robustness.
Marked notExamined(const Content& content);

// Each adds its part.
void summary(const Content& content, Document& out);
void cuts(const Content& content, Document& out);
void system(const Content& content, Document& out);
void model(const Content& content, Document& out);
void method(const Content& content, Document& out);
void charts(const Content& content, Document& out);
void sideBySide(const Content& content, Document& out);
void timeline(const Content& content, Document& out);
void risks(const Content& content, Document& out);
void provenance(const Content& content, Document& out);
void appendix(const Content& content, Document& out);

} // namespace cutline::report
