// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_table.h"
#include "core/plan/evaluate.h"
#include "core/search/search.h"

#include <QString>

#include <array>
#include <memory>
#include <optional>
#include <span>

namespace cutline {

using SearchResultPtr = std::shared_ptr<const SearchResult>;
using EvaluatorPtr = std::shared_ptr<const Evaluator>;

/// UTF-8 to QString.
QString text(std::string_view utf8);
/// A name from a file as one line of text: control characters shown, the middle left out where it is longer.
QString nameText(std::string_view name, std::size_t longest = 200);
/// "9.87 ms", "81 %" (two digits), "0.386": core's formatting as QString.
QString quantityText(double value, Unit unit);
QString percentText(double share);
QString numberOnly(double value, int digits = 3);
/// A round figure as people give it: "60 ms", "4 MiB", not "60.0 ms".
QString limitText(double value, Unit unit);
/// "2.17 of 4 MiB": both in the whole's unit.
QString partOfText(double part, double whole, Unit unit);

/// The figure as people read it: throughput for the initiation interval. NaN where it is not known.
double shownValue(const Summary& summary, Objective objective);
/// Unit of the shown figure: for memory a share where capacities are known, else bytes.
Unit shownUnit(Objective objective, bool memory_is_ratio);
/// The objective's value is the tightest memory's share in this summary (else bytes).
bool memoryIsRatio(const Summary& summary);
/// "Energy", "Tightest memory", "Link bytes": with capital, without unit.
QString objectiveTitle(Objective objective, bool memory_is_ratio = false);
/// Objectives whose figures this result knows, in the order of kObjectives.
std::vector<Objective> knownObjectives(const SearchResult& result);
/// Memory is listed as a share: every plan of the result knows its tightest ratio.
bool memoryIsRatio(const SearchResult& result);

/// How a figure compares with another one. `Same` below 0.05 %: not worth a colour.
enum class Verdict { Same, Better, Worse };
struct Change {
    double difference = 0;          ///< value - reference
    std::optional<double> relative; ///< absent where the reference is 0
    Verdict verdict = Verdict::Same;
};
Change changeOf(double value, double reference, bool larger_is_better);
/// "▲ +11.4 %"; "= 0 %" for the same; from 0 the difference in its unit.
QString changeText(const Change& change, Unit unit = Unit::None);

/// The resource that is busy longest per inference.
struct Busiest {
    bool is_link = false;
    std::uint32_t index = 0; ///< PlatformId or LinkId value
    double busy_s = 0;
};
std::optional<Busiest> bottleneckOf(const Metrics& metrics);
/// The period that shares refer to: given by the rate, else the initiation interval.
double periodOf(const Metrics& metrics, std::optional<double> rate_hz);
/// "SMB is busy 100 % of 18.3 ms; EYR idles 41 %".
QString bottleneckText(const Metrics& metrics, const System& system, std::optional<double> rate_hz = {});

/// Share of the plan's layer time by source of the figure, all 0 for a plan without time, and what the time leaves out.
struct ProvenanceShares {
    std::array<double, 6> of{}; ///< by Source
    std::size_t unknown = 0;    ///< layers that count as nothing, since a shape is not known
};
ProvenanceShares provenanceShares(const CostTable& costs, const Plan& plan);
/// "time: 62 % measured · 30 % mapped · 8 % assumed", largest first, then "2 layers not known"; empty where there is neither.
QString provenanceText(const ProvenanceShares& shares);

/// "search complete in this model" | "within 1 % of complete" | "heuristic, best known", and why it stopped
/// early.
QString proofText(const Proof& proof);
/// "478 plans in 1.4 ms · front 34".
QString countsText(const SearchResult& result);
/// What stands behind the claim: "478 evaluated · 34 kept · 12 pruned · 1.40 ms", and what no plan is better
/// than where the search knows ("latency at least 21.3 ms": of the first objective).
QString proofDetail(const SearchResult& result, std::span<const Objective> objectives);
/// By how much the best plan misses a demand that none meets: the violation's text without its subject.
QString missOf(const Violation& infeasible);
/// Plans of the front that are better in one of these objectives and worse in none.
std::size_t dominatedBy(const SearchResult& result, std::span<const Objective> objectives, const Summary& plan);
/// What a new front and its demands mean for a plan chosen before: "plan 6: now dominated by 9 · misses
/// latency<=20ms by 3.20 ms (16 %)"; empty for one that is on the front and meets them.
QString planStanding(const QString& name, const SearchResult& result, const SearchOptions& options,
                     const Metrics& metrics, double period_s);

/// "features.3/Conv": the last two parts of a module path.
QString shortLayerName(std::string_view name);
/// "EYR › SMB", "sensor › hub 8 bit".
QString platformsShown(const Plan& plan, const System& system);
/// Short names of the layers after which the plan is cut: "features.3/Conv", "a + b", stages by " › ";
/// "none".
QString cutShown(const Graph& graph, const Plan& plan, const std::vector<std::string>& labels = {});
/// Plans are counted from 1 in the order of the result: "plan 6".
QString planTitle(std::uint32_t index);
/// All figures of a plan with units, one a line: tool tips.
QString summaryLines(const Summary& summary);

/// The plan with one layer on another platform.
Plan withLayerMoved(const Graph& graph, const Plan& plan, LayerId layer, PlatformId to);

} // namespace cutline
