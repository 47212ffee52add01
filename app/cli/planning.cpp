// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked for on the command line, in the words of a search: names are looked up in model and system.
#include "app/cli/commands.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/exchange/exchange.h"
#include "core/plan/stage_order.h"

#include <algorithm>
#include <iostream>

namespace cutline::cli {
namespace {

Result<std::vector<PlatformId>> platformList(const std::string& list, const System& system, const std::string& option)
{
    std::vector<PlatformId> platforms;
    for (const std::string& name : split(list, ',')) {
        const auto id = system.findPlatform(trimmed(name));
        if (!id) {
            std::string known;
            for (const Platform& p : system.platforms) known += (known.empty() ? "" : ", ") + p.name;
            return Error{option + " " + list, "system " + system.name + " has no platform '" + name + "'",
                         "use " + known};
        }
        if (std::find(platforms.begin(), platforms.end(), *id) != platforms.end())
            return Error{option + " " + list, "platform " + name + " stands there twice", "name each platform once"};
        platforms.push_back(*id);
    }
    return platforms;
}

Result<std::vector<Pin>> pinsOf(const std::vector<std::string>& texts, const std::string& option,
                                const Problem& problem)
{
    std::vector<Pin> pins;
    for (const std::string& text : texts) {
        const auto pair = pairOf(text, option, CutAt::Last);
        if (!pair) return pair.error();
        const auto layer = problem.graph->findLayer(pair->first);
        if (!layer) return Error{option + " " + text, "the model has no layer '" + pair->first + "'", "see inspect"};
        const auto platform = platformList(pair->second, *problem.system, option);
        if (!platform) return platform.error();
        for (const PlatformId p : *platform) pins.push_back({*layer, p});
    }
    return pins;
}

/// One node name a line; `input` may stand first. Must be a topological order of all layers.
Result<std::vector<LayerId>> scheduleOf(const std::string& path, const Graph& graph)
{
    std::vector<LayerId> schedule;
    if (path.empty()) return schedule;
    const auto text = readFile(path);
    if (!text) return text.error();
    std::vector<bool> seen(graph.layerCount());
    int line_number = 0;
    for (const std::string& raw : split(withoutByteOrderMark(*text), '\n')) {
        ++line_number;
        const std::string name(trimmed(raw));
        if (name.empty() || (name == "input" && schedule.empty()) || name == "output") continue;
        const std::string where = path + ":" + std::to_string(line_number);
        const auto layer = graph.findLayer(name);
        if (!layer) return Error{where, "the model has no layer '" + elided(printable(name), 120) + "'", "see inspect for the names"};
        if (seen[layer->index()]) return Error{where, "layer '" + name + "' stands there twice", "list each layer once"};
        for (const LayerId before : graph.predecessors(*layer))
            if (!seen[before.index()])
                return Error{where, "layer '" + name + "' stands before '" + graph.layer(before).name + "', which it reads",
                             "order the file topologically"};
        seen[layer->index()] = true;
        schedule.push_back(*layer);
    }
    if (schedule.size() != graph.layerCount()) {
        const auto missing = std::find(seen.begin(), seen.end(), false) - seen.begin();
        return Error{path, std::to_string(graph.layerCount() - schedule.size()) + " layers are not listed, the first is '" +
                               graph.layers()[static_cast<std::size_t>(missing)].name + "'",
                     "list every layer of the model"};
    }
    return schedule;
}

std::optional<Failure> setOrder(const Options& options, const System& system, SearchOptions& search)
{
    if (options.order == "fixed") {
        search.order = OrderKind::Fixed;
    } else if (!options.order.empty() && options.order != "free") {
        auto order = platformList(options.order, system, "--order");
        if (!order) return Failure{order.error(), kUsage};
        search.order = OrderKind::Given;
        search.given_order = *std::move(order);
    }
    return std::nullopt;
}

std::optional<Failure> setObjectives(const Options& options, const Problem& problem, SearchOptions& search)
{
    if (!options.objectives.empty()) {
        auto objectives = parseObjectives(options.objectives);
        if (!objectives) return Failure{objectives.error(), kUsage};
        search.objectives = *std::move(objectives);
    } else if (problem.scenario.rate_hz) {
        // With a required rate throughput is a constraint (metrics.md).
        std::erase(search.objectives, Objective::InitiationInterval);
    }
    for (const std::string& text : options.constraints) {
        auto constraint = parseConstraint(text, *problem.system);
        if (!constraint) return Failure{constraint.error(), kUsage};
        search.constraints.push_back(*std::move(constraint));
    }
    return std::nullopt;
}

/// Fewer bits are quicker and smaller: without a figure of what they lose every plan would take the fewest.
PrecisionChoice choiceOf(const Options& options, const SearchOptions& search)
{
    const bool asked = std::any_of(search.objectives.begin(), search.objectives.end(), [](Objective o) {
        return o == Objective::Accuracy || o == Objective::Sensitivity;
    }) || std::any_of(search.constraints.begin(), search.constraints.end(), [](const Constraint& c) {
        return c.kind == MetricKind::Accuracy || c.kind == MetricKind::Sensitivity;
    });
    const bool offered = options.precisions == "offered" || (options.precisions == "auto" && asked);
    return offered ? PrecisionChoice::Offered : PrecisionChoice::Own;
}

std::optional<Failure> setNumbers(const Options& options, SearchOptions& search)
{
    if (options.resolution != "model") {
        const auto resolution = parseQuantity(options.resolution, Unit::Fraction);
        if (!resolution || *resolution < 0 || *resolution >= 1)
            return Failure{{"--resolution " + options.resolution, "is not a share below 100 %", "write --resolution 1%"},
                           kUsage};
        search.resolution = *resolution;
    }
    if (!options.time_limit.empty()) {
        const auto limit = parseQuantity(options.time_limit, Unit::Second);
        if (!limit || *limit <= 0)
            return Failure{{"--time-limit " + options.time_limit, "is not a time above 0", "write --time-limit 10s"},
                           kUsage};
        search.time_limit_s = *limit;
    }
    if (!options.epsilon.empty()) {
        const auto epsilon = parseQuantity(options.epsilon, Unit::Fraction);
        if (!epsilon || *epsilon < 0 || *epsilon > 1)
            return Failure{{"--epsilon " + options.epsilon, "is not a share up to 100 %", "write --epsilon 1%"}, kUsage};
        search.epsilon = *epsilon;
    }
    search.precisions = choiceOf(options, search);
    search.max_platforms = options.max_platforms;
    search.seed = options.seed;
    search.threads = options.threads;
    search.keep_dominated = options.all;
    search.cuts = options.cuts == "any" ? CutKind::Any : options.cuts == "split" ? CutKind::Split : CutKind::Pipeline;
    search.solver = options.solver == "exact"    ? SolverKind::Exact
                    : options.solver == "labels" ? SolverKind::Labels
                    : options.solver == "nsga2"  ? SolverKind::Nsga2
                                                 : SolverKind::Auto;
    return std::nullopt;
}

} // namespace

std::optional<Failure> searchOptions(const Options& options, const Problem& problem, SearchOptions& search)
{
    if (auto failure = setOrder(options, *problem.system, search)) return failure;
    if (auto failure = setObjectives(options, problem, search)) return failure;
    if (auto failure = setNumbers(options, search)) return failure;
    auto pins = pinsOf(options.pins, "--pin", problem);
    if (!pins) return Failure{pins.error()};
    search.pins = *std::move(pins);
    auto forbidden = pinsOf(options.forbidden, "--forbid", problem);
    if (!forbidden) return Failure{forbidden.error()};
    search.forbidden = *std::move(forbidden);
    auto schedule = scheduleOf(options.schedule, *problem.graph);
    if (!schedule) return Failure{schedule.error()};
    search.schedule = *std::move(schedule);
    return std::nullopt;
}

Result<Plan> namedPlan(const Options& options, const ImportedModel& model, const System& system,
                       std::span<const LayerId> schedule)
{
    std::vector<Error> warnings;
    const bool free = options.order == "free";
    if (!options.plan.empty() && !options.order.empty() && options.command != Command::Report)
        warnings.push_back({"--order " + options.order, "the plan file names its platforms itself", "leave --order out"});
    else if (free && options.command != Command::Report)
        warnings.push_back({"--order free", "a plan has one order: the system's is taken", "name the platforms in order"});
    auto plan = options.plan.empty()
                    ? planFromCuts(*model.graph, system, options.cut, free ? std::string() : options.order, schedule)
                    : readPlan(options.plan, *model.graph, system, {model.file, model.sha256, system.name}, warnings);
    if (!plan) return plan;
    for (const Error& warning : warnings) remarks() << "warning: " << warning.message() << '\n';
    for (const std::string& text : options.precision) {
        const auto pair = pairOf(text, "--precision", CutAt::Last);
        if (!pair) return pair.error();
        const auto platform = platformList(pair->first, system, "--precision");
        if (!platform) return platform.error();
        const auto precision = precisionNamed(pair->second, system.platform(platform->front()));
        if (!precision) return Error{"--precision " + text, precision.error().what, precision.error().fix};
        for (Stage& stage : plan->stages)
            if (stage.platform == platform->front()) stage.precision = *precision;
    }
    return plan;
}

namespace {

/// Puts the layers of each stage in the order of the schedule. Where cuts are positions of it, the stages must be pieces
/// of it.
Result<Plan> along(std::span<const LayerId> schedule, const Options& options, const Problem& problem, Plan plan)
{
    std::vector<std::size_t> position(problem.graph->layerCount());
    for (std::size_t i = 0; i < schedule.size(); ++i) position[schedule[i].index()] = i;
    std::size_t next = 0;
    for (Stage& stage : plan.stages) {
        std::sort(stage.layers.begin(), stage.layers.end(),
                  [&](LayerId a, LayerId b) { return position[a.index()] < position[b.index()]; });
        for (const LayerId layer : stage.layers) {
            if (problem.compat.edge_cuts && position[layer.index()] != next)
                return Error{"--schedule " + options.schedule,
                             "has '" + problem.graph->layer(schedule[next]).name + "' where the plan has '" +
                                 problem.graph->layer(layer).name + "': its stages are no pieces of this schedule",
                             "give the schedule that the plan was made with"};
            ++next;
        }
    }
    return plan;
}

} // namespace

Result<Plan> planOf(const Options& options, const ImportedModel& model, const Evaluator& evaluator)
{
    const Problem& problem = evaluator.problem();
    const auto schedule = scheduleOf(options.schedule, *problem.graph);
    if (!schedule) return schedule.error();
    auto plan = namedPlan(options, model, *problem.system, *schedule);
    if (plan && !schedule->empty()) plan = along(*schedule, options, problem, *std::move(plan));
    if (!plan) return plan;
    // A plan from a file, or along a schedule, keeps the order that it gives.
    if (options.plan.empty() && schedule->empty())
        *plan = inLeastPeakOrder(evaluator, *std::move(plan));
    else
        proveOrders(evaluator, *plan);
    return plan;
}

} // namespace cutline::cli
