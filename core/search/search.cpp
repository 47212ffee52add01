// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/search.h"

#include "core/base/text.h"
#include "core/plan/stage_order.h"
#include "core/search/any_explore.h"
#include "core/search/anytime_bound.h"
#include "core/search/anytime_search.h"
#include "core/search/explore_edge_cuts.h"
#include "core/search/explore_pipelines.h"
#include "core/search/nsga2.h"
#include "core/search/pareto.h"
#include "core/search/precision_search.h"
#include "core/search/representatives.h"
#include "core/search/row.h"

#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace cutline {
namespace {

std::vector<PlatformId> allowedPlatforms(const System& system, const SearchOptions& options)
{
    std::vector<PlatformId> platforms = options.allowed;
    if (platforms.empty())
        for (std::uint32_t p = 0; p < system.platforms.size(); ++p) platforms.push_back(PlatformId{p});
    if (options.order == OrderKind::Given)
        std::erase_if(platforms, [&](PlatformId p) {
            return std::find(options.given_order.begin(), options.given_order.end(), p) == options.given_order.end();
        });
    std::sort(platforms.begin(), platforms.end());
    platforms.erase(std::unique(platforms.begin(), platforms.end()), platforms.end());
    return platforms;
}

std::optional<Error> unknownId(const Problem& problem, const SearchOptions& options)
{
    const std::size_t platforms = problem.system->platforms.size();
    const auto bad = [&](PlatformId p) { return p.index() >= platforms; };
    bool broken = std::any_of(options.allowed.begin(), options.allowed.end(), bad) ||
                  std::any_of(options.given_order.begin(), options.given_order.end(), bad);
    for (const auto* pins : {&options.pins, &options.forbidden})
        for (const Pin& pin : *pins)
            broken = broken || bad(pin.platform) || pin.layer.index() >= problem.graph->layerCount();
    if (!broken) return std::nullopt;
    return Error{"search", "a platform or layer that the system or model does not have",
                 "the system has " + std::to_string(platforms) + " platforms, the model " +
                     std::to_string(problem.graph->layerCount()) + " layers"};
}

std::optional<Error> unavailable(const SearchOptions& options)
{
    if (options.cuts == CutKind::Any && options.solver == SolverKind::Nsga2)
        return Error{"--solver nsga2", "not available for --cuts any", "use --solver auto, or --cuts pipeline"};
    if (options.cuts == CutKind::Split)
        return Error{"--cuts split", "not available for this search", "use --cuts pipeline"};
    return std::nullopt;
}

/// An objective or constraint whose figure nobody can know would make every plan equal or infeasible.
std::optional<Error> unknownFigure(const Problem& problem, const SearchOptions& options,
                                   std::span<const PlatformId> platforms, std::span<const Constraint> constraints)
{
    std::string without_cost;
    bool any_capacity = false;
    for (const PlatformId p : platforms) {
        const Platform& platform = problem.system->platform(p);
        any_capacity = any_capacity || platform.memoryCapacity();
        if (!platform.cost_amount) without_cost += (without_cost.empty() ? "" : ", ") + printable(platform.name);
    }
    const auto check = [&](const std::string& where, bool sensitivity, bool accuracy, bool cost,
                           bool ratio) -> std::optional<Error> {
        if (sensitivity && !problem.sensitivity)
            return Error{where, "the layers' sensitivities are not known", "leave it out, or give a table with --sensitivity"};
        if (accuracy) return Error{where, "no plan's accuracy is known", "leave it out, or give labelled images with --data"};
        if (cost && !without_cost.empty())
            return Error{where, "no cost is given for " + without_cost, "add cost { amount: .. } to their descriptors"};
        if (ratio && !any_capacity)
            return Error{where, "no memory capacity is known", "give capacity_bytes, or a limit in bytes"};
        return std::nullopt;
    };
    for (const Objective o : options.objectives)
        if (auto error = check("objective " + std::string(infoOf(o).option), o == Objective::Sensitivity,
                               o == Objective::Accuracy, o == Objective::Cost, false))
            return error;
    for (const Constraint& c : constraints)
        if (auto error = check("constraint " + c.text, c.kind == MetricKind::Sensitivity,
                               c.kind == MetricKind::Accuracy, c.kind == MetricKind::Cost,
                               c.kind == MetricKind::MemoryRatio))
            return error;
    return std::nullopt;
}

Violation homeless(const PipelineSpace& space, std::size_t group)
{
    const LayerId id = space.fusion().groups[group].front();
    const Layer& layer = space.graph().layer(id);
    std::string names;
    for (const PlatformId p : space.platforms())
        names += (names.empty() ? "" : ", ") + printable(space.problem().system->platform(p).name);
    Violation v;
    v.kind = Violation::Kind::Unsupported;
    v.subject = layer.name;
    v.layer = id;
    v.text = "layer " + printable(layer.name) + " (" + printable(layer.op) + ") may run on none of " + names;
    return v;
}

std::vector<Baseline> baselinesOf(const Problem& problem, const Evaluator& evaluator,
                                  std::span<const PlatformId> platforms)
{
    std::vector<Baseline> baselines;
    Stage whole;
    for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l) whole.layers.push_back(LayerId{l});
    for (const PlatformId p : platforms) {
        const bool runs = std::all_of(whole.layers.begin(), whole.layers.end(),
                                      [&](LayerId l) { return problem.costs->layer(l, p).supported; });
        if (!runs || whole.layers.empty()) continue;
        whole.platform = p;
        Plan plan;
        plan.stages = {whole};
        plan = inLeastPeakOrder(evaluator, std::move(plan));
        baselines.push_back({p, plan, evaluator.evaluate(plan)});
    }
    return baselines;
}

/// The file's order of groups as one chain of down-sets, where the whole lattice is out of reach.
DownSets alongFileOrder(const Graph& graph, const Fusion& fusion)
{
    std::vector<std::uint32_t> order(fusion.groups.size());
    std::iota(order.begin(), order.end(), 0u);
    return DownSets::alongOrder(graph, fusion, order);
}

/// Knee and representatives of the front.
void choose(SearchResult& result, const SearchOptions& options)
{
    const std::size_t width = options.objectives.size();
    std::vector<double> rows(result.summaries.size() * width);
    for (const std::uint32_t i : result.front)
        fillRow(result.summaries[i], options.objectives, rows.data() + i * width);
    result.knee.reset();
    if (const auto knee = kneeOf(rows, width, result.front)) result.knee = result.front[*knee];
    result.representatives = representativesOf(rows, width, result.front, options.resolution);
    result.represented_by = representedBy(rows, width, result.front, result.representatives, options.resolution);
}

SearchResult finished(Found found, const SearchOptions& options)
{
    SearchResult result;
    result.candidates = std::move(found.candidates);
    result.summaries = std::move(found.summaries);
    result.front = std::move(found.front);
    result.proof = found.proof;
    result.infeasible = std::move(found.infeasible);
    choose(result, options);
    return result;
}

} // namespace

std::string_view nameOf(Proof::Kind kind)
{
    switch (kind) {
    case Proof::Kind::Complete: return "COMPLETE";
    case Proof::Kind::Epsilon: return "EPSILON";
    case Proof::Kind::Heuristic: break;
    }
    return "HEURISTIC";
}

std::string_view nameOf(Proof::Stop stop)
{
    switch (stop) {
    case Proof::Stop::Completed: return "COMPLETED";
    case Proof::Stop::TimeLimit: return "TIME_LIMIT";
    case Proof::Stop::Cancelled: return "CANCELLED";
    case Proof::Stop::Capped: break;
    }
    return "CAPPED";
}

double Summary::value(Objective objective) const
{
    switch (objective) {
    case Objective::Latency: return latency_s;
    case Objective::InitiationInterval: return initiation_interval_s;
    case Objective::Energy: return energy_j;
    case Objective::Memory: return std::isnan(tightest_ratio) ? memory_bytes_max : tightest_ratio;
    case Objective::LinkBytes: return link_bytes;
    case Objective::Sensitivity: return sensitivity;
    case Objective::Cost: return cost;
    case Objective::Accuracy: return -accuracy;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

Summary summaryOf(const Metrics& metrics)
{
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    Summary s;
    s.latency_s = metrics.latency_s;
    s.initiation_interval_s = metrics.initiation_interval_s;
    s.energy_j = metrics.energy_j;
    s.link_bytes = metrics.link_bytes;
    s.memory_bytes_max = metrics.memory_bytes_max;
    s.tightest_ratio = metrics.tightest_ratio.value_or(kUnknown);
    s.sensitivity = metrics.sensitivity.value_or(kUnknown);
    s.cost = metrics.cost.value_or(kUnknown);
    if (metrics.accuracy) s.accuracy = metrics.accuracy->top1;
    return s;
}

namespace {

/// What came before the search itself may take so much of a time limit; the lattice of a wide graph would take all of it.
constexpr double kLatticeShare = 0.3;

Result<SearchResult> exploreWithin(const Problem& problem, const SearchOptions& asked, Progress& progress)
{
    // Platforms that may be used again have no order.
    SearchOptions options = asked;
    if (options.cuts == CutKind::Any && options.order != OrderKind::Free) {
        options.allowed = allowedPlatforms(*problem.system, asked);
        if (!options.allowed.empty()) options.order = OrderKind::Free;
    }
    if (problem.graph->layerCount() == 0)
        return Error{printable(problem.graph->name()), "the model has no layers", "open a model that computes something"};
    if (options.objectives.empty()) return Error{"objectives", "none chosen", "choose at least one"};
    if (auto error = unknownId(problem, options)) return *error;
    if (auto error = unavailable(options)) return *error;
    const auto platforms = allowedPlatforms(*problem.system, options);
    if (platforms.empty()) return Error{"search", "no platform is allowed", "allow at least one"};
    const auto constraints = allConstraints(problem, options);
    if (!constraints) return constraints.error();
    if (auto error = unknownFigure(problem, options, platforms, *constraints)) return *error;

    const Evaluator evaluator(problem);
    const Feasibility feasibility(evaluator, *constraints);
    const bool memory_as_ratio = std::all_of(platforms.begin(), platforms.end(), [&](PlatformId p) {
        return problem.system->platform(p).memoryCapacity().has_value();
    });
    const SearchTask task{evaluator, feasibility, options, memory_as_ratio, progress};
    const auto withBaselines = [&](Found found) {
        SearchResult result = finished(std::move(found), options);
        result.baselines = baselinesOf(problem, evaluator, platforms);
        return result;
    };
    if (problem.compat.edge_cuts) {
        auto found = exploreEdgeCuts(problem, task, platforms);
        if (!found) return found.error();
        return withBaselines(std::move(*found));
    }
    const Fusion& fusion = problem.costs->fusion();
    const bool evolves = options.solver == SolverKind::Nsga2;
    TimedProgress hurried(progress, options.time_limit_s ? std::optional(kLatticeShare * *options.time_limit_s) : std::nullopt);
    DownSets sets = evolves ? alongFileOrder(*problem.graph, fusion)
                            : DownSets(*problem.graph, fusion, options.down_set_cap, hurried);
    const bool capped = !evolves && !sets.complete();
    if (capped) sets = alongFileOrder(*problem.graph, fusion);
    const auto space = std::make_shared<const PipelineSpace>(evaluator.problem(), options, std::move(sets));
    if (options.time_limit_s) *options.time_limit_s = std::max(*options.time_limit_s - hurried.elapsed(), 0.0);
    // The search for any assignment begins with the pipelines, and leaves itself time.
    constexpr double kPipelinesFirst_s = 10;
    SearchOptions first = options;
    if (options.cuts == CutKind::Any)
        first.time_limit_s = options.time_limit_s ? *options.time_limit_s / 2 : kPipelinesFirst_s;
    const SearchTask pipelines{evaluator, feasibility, first, memory_as_ratio, progress};
    Found found;
    const auto group = space->homelessGroup();
    if (group) {
        found.candidates = std::make_shared<PipelineCandidates>(space, std::vector<PipelineKey>{});
        found.infeasible = homeless(*space, *group);
    } else if (evolves) {
        Nsga2Setup setup;
        if (options.time_limit_s) setup.evaluations = 0; // time alone ends it
        found = exploreNsga2(*space, pipelines, setup);
    } else if (capped) {
        found = exploreAnytime(*space, pipelines);
    } else {
        found = explorePipelines(space, pipelines);
    }
    if (capped || (!space->hasAllOrders() && !group)) {
        if (found.proof.kind != Proof::Kind::Heuristic) {
            found.proof.lower_bound = lowerBound(*space, pipelines, options.objectives.front());
            measureFront(*space, pipelines, found);
        }
        found.proof.kind = Proof::Kind::Heuristic;
        if (found.proof.stop == Proof::Stop::Completed) found.proof.stop = Proof::Stop::Capped;
    }
    if (options.cuts == CutKind::Any && !group) {
        auto any = exploreAny(task, platforms, found);
        if (!any) return any.error();
        found = std::move(*any);
    }
    return withBaselines(std::move(found));
}

} // namespace

SearchResult resultSoFar(std::shared_ptr<const Candidates> candidates, std::vector<Summary> summaries,
                         const SearchOptions& options)
{
    SearchResult result;
    result.candidates = std::move(candidates);
    result.summaries = std::move(summaries);
    result.front.resize(result.summaries.size());
    std::iota(result.front.begin(), result.front.end(), 0u);
    result.proof.kind = Proof::Kind::Heuristic;
    result.proof.kept = result.front.size();
    choose(result, options);
    return result;
}

void refreshFront(SearchResult& result, const SearchOptions& options)
{
    const std::size_t width = options.objectives.size();
    std::vector<double> rows(result.front.size() * width);
    for (std::size_t i = 0; i < result.front.size(); ++i)
        fillRow(result.summaries[result.front[i]], options.objectives, rows.data() + i * width);
    std::vector<std::uint32_t> front;
    for (const std::uint32_t i : paretoFront(rows, width)) front.push_back(result.front[i]);
    result.front = std::move(front);
    choose(result, options);
}

Result<SearchResult> explore(const Problem& problem, const SearchOptions& options, Progress& progress)
{
    // What runs in parallel stays within the threads asked for.
    tbb::task_arena arena(options.threads == 0 ? tbb::task_arena::automatic : static_cast<int>(options.threads));
    return arena.execute([&] {
        return options.precisions == PrecisionChoice::Offered && problem.variants
                   ? explorePrecisions(problem, options, progress)
                   : exploreWithin(problem, options, progress);
    });
}

} // namespace cutline
