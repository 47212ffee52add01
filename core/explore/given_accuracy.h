// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace cutline {

/// Accuracies that somebody else has found (metrics.md "Accuracy", source "given"). CSV with a header. Each row has
/// `accuracy` (or `top1`, `accuracy_top1`: a share, or "93.2 %"), may have `low` and `high`, and says what it is of:
/// - a plan: `platforms` ("sensor>hub") and `cuts` as `explore --format csv` writes them (the layers whose tensors
///   cross, joined by `+`, stages by `>`), or `cut_after_layer`: the last layer of the first stage, in the file's
///   order. `bits` ("4>8") where platforms do not run at their own precision;
/// - precisions, whatever plan they come from: `bits_before`, `bits_after` and `cut_after_layer`, or `bits` alone for
///   the whole network. The network's input is at the precision of the first layer.
/// Other columns are passed over, and so are rows without an accuracy.
class AccuracyTable {
public:
    /// Errors name file and line: no such columns, unknown platforms and layers, accuracies outside 0..1, two rows of
    /// one plan that differ.
    static Result<AccuracyTable> parse(std::string_view text, const std::string& file, const Graph& graph,
                                       const System& system);
    static Result<AccuracyTable> read(const std::string& path, const Graph& graph, const System& system);

    /// Absent where no row speaks of it.
    std::optional<Accuracy> of(const Plan& plan, const Graph& graph, const System& system) const;
    std::size_t size() const { return m_plans.size() + m_precisions.size(); }
    const std::string& file() const { return m_file; }

private:
    friend class AccuracyTableReader;
    std::string m_file;
    std::map<std::string, Accuracy> m_plans;      ///< by places and precisions
    std::map<std::string, Accuracy> m_precisions; ///< by PrecisionVector::text()
};

/// explore() with given accuracies. As an objective or a limit they choose among the plans that the table knows; the
/// front is one of these. Errors: as explore's; a table that knows none of the plans.
Result<SearchResult> exploreGiven(const Problem& problem, const SearchOptions& options, const AccuracyTable& table,
                                  Progress& progress);

} // namespace cutline
