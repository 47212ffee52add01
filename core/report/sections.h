// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/report: what each section says.
#pragma once

#include "core/plan/timeline.h"
#include "core/report/report.h"

namespace cutline::report {

struct Listed {
    std::string name; ///< "p12"
    Plan plan;
    Metrics metrics;
    std::optional<std::uint32_t> candidate; ///< its number in the search
};

struct Content {
    const ReportInput& input;
    Listed chosen;
    std::vector<Listed> others;
    Timeline single, steady;

    const Problem& problem() const { return input.evaluator.problem(); }
};

// Each is HTML of its own.
std::string summary(const Content& content);
std::string system(const Content& content);
std::string model(const Content& content);
std::string method(const Content& content);
std::string charts(const Content& content);
std::string sideBySide(const Content& content);
std::string timeline(const Content& content);
std::string risks(const Content& content);
std::string provenance(const Content& content);
std::string appendix(const Content& content);

} // namespace cutline::report
