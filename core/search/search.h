// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/down_sets.h"
#include "core/plan/evaluate.h"
#include "core/search/objective.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cutline {

/// How a search ended and what it may claim (habit 7 of the design: epsilon 0 is checked against brute force).
struct Proof {
    enum class Kind { Complete, Epsilon, Heuristic };
    enum class Stop { Completed, TimeLimit, Cancelled, Capped };
    Kind kind = Kind::Complete;
    Stop stop = Stop::Completed;
    double epsilon = 0;
    std::optional<double> lower_bound; ///< of the first objective
    std::optional<double> hypervolume; ///< where nothing else is claimed: hypervolumeShare() over the bounds of all objectives
    std::uint64_t evaluated = 0, kept = 0, pruned = 0;
    double elapsed_s = 0;
};
std::string_view nameOf(Proof::Kind kind); ///< COMPLETE, EPSILON, HEURISTIC
std::string_view nameOf(Proof::Stop stop); ///< COMPLETED, TIME_LIMIT, CANCELLED, CAPPED

enum class OrderKind { Free, Fixed, Given };
enum class CutKind { Pipeline, Any, Split };
enum class SolverKind { Auto, Exact, Labels, Nsga2 };

/// Precisions that plans run platforms at: each its own, or any that it offers, one a platform in a plan.
enum class PrecisionChoice { Own, Offered };

struct Pin {
    LayerId layer;
    PlatformId platform;
    friend bool operator==(const Pin&, const Pin&) = default;
};

struct SearchResult;

/// The front of a search that goes on: valid during the call only.
struct FrontSoFar {
    std::span<const double> rows; ///< plan by plan a value of each objective, in their order; smaller is better
    std::size_t width = 1;        ///< objectives
    std::size_t plans() const { return rows.size() / width; }
    std::function<SearchResult()> result; ///< the same as plans, without baselines, in a time that grows with their number
};

struct SearchOptions {
    std::vector<Objective> objectives{Objective::Latency, Objective::InitiationInterval, Objective::Energy};
    std::vector<Constraint> constraints;
    OrderKind order = OrderKind::Free;
    std::vector<PlatformId> given_order;   ///< for OrderKind::Given; platforms may be skipped
    std::vector<PlatformId> allowed;       ///< empty: all
    std::size_t max_platforms = 0;         ///< 0: as many as there are, at most 8
    std::vector<Pin> pins, forbidden;
    CutKind cuts = CutKind::Pipeline;
    SolverKind solver = SolverKind::Auto;
    PrecisionChoice precisions = PrecisionChoice::Own; ///< Offered: needs Problem::variants, else it is Own
    bool keep_dominated = false;           ///< list every feasible plan, not the front alone
    std::vector<LayerId> schedule;         ///< one topological order for edge cuts; empty: the file's
    std::size_t down_set_cap = 1'000'000;
    std::size_t plan_cap = 5'000'000;      ///< most plans kept with keep_dominated
    std::optional<double> time_limit_s;
    double epsilon = 0;                    ///< of pipelines: a front is enough that no plan beats by more than this share
    double resolution = 0.01;              ///< of the representatives
    std::uint64_t seed = 1;
    unsigned threads = 0;                  ///< 0: all cores
    /// Called a few times a second from a worker thread, with the front so far.
    std::function<void(const FrontSoFar&)> on_front_grew;
};

/// Candidate plans with their objective values: structure of arrays, a million fit in memory.
/// Order: ascending by platforms used in system order and cut position, so that results do not depend on threads.
class Candidates {
public:
    virtual ~Candidates() = default;
    virtual std::size_t size() const = 0;
    /// Stages and layers of one candidate, made on demand.
    virtual Plan plan(std::size_t index) const = 0;
    /// Position labels where cuts are positions (edge-cuts): "input", a layer name, "output"; else empty.
    virtual std::vector<std::string> cutLabels(std::size_t index) const
    {
        static_cast<void>(index);
        return {};
    }
    /// All platforms of the chain in order, those that got nothing included, where cuts are positions; else empty.
    virtual std::vector<PlatformId> chain() const { return {}; }
    /// The metrics where the plan alone does not tell them (cuts are positions); else nullopt: evaluate the plan.
    virtual std::optional<Metrics> metrics(std::size_t index) const
    {
        static_cast<void>(index);
        return std::nullopt;
    }
};

/// The nine numbers every listed candidate has ready (others: evaluate its plan).
struct Summary {
    double latency_s = 0, initiation_interval_s = 0, energy_j = 0, link_bytes = 0, memory_bytes_max = 0;
    double tightest_ratio = std::numeric_limits<double>::quiet_NaN();
    double sensitivity = std::numeric_limits<double>::quiet_NaN();
    double cost = std::numeric_limits<double>::quiet_NaN();
    double accuracy = std::numeric_limits<double>::quiet_NaN(); ///< top-1; larger is better
    double value(Objective objective) const; ///< in the sense "smaller is better"
};
Summary summaryOf(const Metrics& metrics);

/// A candidate that uses one platform alone, for comparison; absent where the platform cannot run the whole network.
struct Baseline {
    PlatformId platform;
    Plan plan;
    Metrics metrics;
};

/// How far the accuracies of a search are measured. Where some are estimated, the front is one of estimates.
struct AccuracyClaim {
    std::size_t measured = 0, estimated = 0; ///< plans of the front
    std::size_t given = 0, unknown = 0;      ///< plans listed, where a table gives accuracies
    double fit_error = 0;                    ///< of the estimate, root mean square of top-1
    double fit_rank_correlation = 0;         ///< of the estimate and the measured precisions that it is fitted to
    std::size_t fit_points = 0;              ///< these precisions
    double fit_bits_correlation = 0;         ///< of the same precisions' numbers of bits, for comparison
    /// The estimate against plans of this search measured since, which it was not made from.
    std::size_t checked = 0;
    double check_error = 0;                  ///< mean absolute difference of top-1
    double check_rank_correlation = 0;
    std::uint64_t images = 0;
    bool labelled = true;                    ///< else top-1 is the share of answers like those of the float32 network
};

struct SearchResult {
    std::shared_ptr<const Candidates> candidates;
    std::vector<Summary> summaries;        ///< by candidate
    std::vector<std::uint32_t> front;      ///< candidates not dominated, ascending
    std::vector<std::uint32_t> representatives; ///< short list out of the front, best first objective first
    /// By position in the front: which of them stands for the plan there; empty: not known.
    std::vector<std::uint32_t> represented_by;
    std::optional<std::uint32_t> knee;
    std::vector<Baseline> baselines;
    Proof proof;
    /// By candidate, where accuracy is known (core/explore); else empty.
    std::vector<std::optional<Accuracy>> accuracies;
    std::optional<AccuracyClaim> accuracy_claim;
    /// No feasible plan: which constraint cannot be met, and by how much the best plan misses it.
    std::optional<Violation> infeasible;
};

/// Candidate plans and their Pareto front (search.md). Errors: an objective whose numbers are not known, an unknown
/// platform; an infeasible demand is not an error but `SearchResult::infeasible`.
Result<SearchResult> explore(const Problem& problem, const SearchOptions& options, Progress& progress);

/// Plans none of which dominates another, before a search has ended.
SearchResult resultSoFar(std::shared_ptr<const Candidates> candidates, std::vector<Summary> summaries,
                         const SearchOptions& options);

/// After summaries have changed: what is still not dominated among the plans of the front, its knee and
/// representatives by `options`.
void refreshFront(SearchResult& result, const SearchOptions& options);

} // namespace cutline
