// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include "app/cli/accuracy_setup.h"
#include "app/cli/text_table.h"
#include "core/base/file.h"
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/exchange/exchange.h"
#include "core/explore/explore_accuracy.h"
#include "core/plan/stage_order.h"

#include <algorithm>
#include <iostream>
#include <numeric>

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
    for (const std::string& raw : split(*text, '\n')) {
        ++line_number;
        const std::string name(trimmed(raw));
        if (name.empty() || (name == "input" && schedule.empty()) || name == "output") continue;
        const std::string where = path + ":" + std::to_string(line_number);
        const auto layer = graph.findLayer(name);
        if (!layer) return Error{where, "the model has no layer '" + name + "'", "see inspect for the names"};
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

namespace {

std::string cutText(const Problem& problem, const SearchResult& result, std::uint32_t index)
{
    std::string text;
    const auto labels = result.candidates->cutLabels(index);
    if (!labels.empty()) {
        for (const std::string& label : labels) text += (text.empty() ? "" : " > ") + label;
        return text;
    }
    for (const auto& layers : cutLayers(*problem.graph, result.candidates->plan(index))) {
        std::string stage;
        for (const LayerId l : layers) stage += (stage.empty() ? "" : " + ") + problem.graph->layer(l).name;
        text += (text.empty() ? "" : " > ") + (stage.empty() ? "-" : stage);
    }
    return text;
}

std::string proofText(const Problem& problem, const SearchResult& result)
{
    const Proof& proof = result.proof;
    const std::string claim = proof.kind == Proof::Kind::Complete  ? "search complete in this model"
                              : proof.kind == Proof::Kind::Epsilon ? "within " + formatQuantity(proof.epsilon, Unit::Fraction) +
                                                                         " of complete"
                                                                   : "heuristic, best known";
    std::string text = claim + " \xC2\xB7 " + std::to_string(proof.evaluated) + " plans in " +
                       formatQuantity(proof.elapsed_s, Unit::Second) + " \xC2\xB7 front " +
                       std::to_string(result.front.size());
    if (proof.hypervolume)
        text += " \xC2\xB7 " + formatQuantity(*proof.hypervolume, Unit::Fraction) + " of the volume that bounds leave";
    if (proof.stop != Proof::Stop::Completed) text += " \xC2\xB7 stopped: " + lowered(nameOf(proof.stop));
    if (const auto& known = result.accuracy_claim)
        text += "\naccuracy: " + std::to_string(known->measured) + " plans of the front measured on " +
                std::to_string(known->images) + " images" +
                (known->estimated ? ", " + std::to_string(known->estimated) + " estimated (~)" : std::string()) +
                "; the search went by estimates, \xC2\xB1" + formatQuantity(known->fit_error, Unit::Fraction);
    for (const Baseline& baseline : result.baselines)
        text += "\n" + problem.system->platform(baseline.platform).name + " alone: " +
                formatQuantity(baseline.metrics.throughputHz(), Unit::Hertz) + ", " +
                formatQuantity(baseline.metrics.latency_s, Unit::Second) + ", " +
                formatQuantity(baseline.metrics.energy_j, Unit::Joule);
    return text + "\n";
}

/// Probability that a representative plan stays on the front.
std::string stayText(const RobustnessReport& report, const SearchResult& result, std::uint32_t candidate)
{
    const auto& shown = result.representatives;
    const PlanRobustness* plan = report.of(candidate);
    if (!plan || std::find(shown.begin(), shown.end(), candidate) == shown.end()) return "-";
    return formatQuantity(plan->on_front, Unit::Fraction);
}

/// What changes the decision first, in words.
std::string decisionText(const RobustnessReport& report)
{
    constexpr std::size_t kShown = 5;
    const DecisionSensitivity& decision = report.decision;
    std::string text = "robustness: " + std::to_string(report.robustness.samples) + " samples over " +
                       std::to_string(report.candidates.size()) + " plans";
    if (!decision.chosen) return text + "\n";
    text += "; choice p" + std::to_string(*decision.chosen + 1) +
            (decision.changes.empty() ? " whatever single number is up to 4 times wrong\n" : ", changed by\n");
    for (std::size_t i = 0; i < std::min(kShown, decision.changes.size()); ++i) {
        const DecisionChange& change = decision.changes[i];
        text += "  " + change.subject + (change.figure == ErrorModel::Figure::Time ? " time" : " energy") + " x " +
                formatQuantity(change.factor, Unit::None) + " (to p" + std::to_string(change.to + 1) + ")\n";
    }
    return text;
}

/// "93.2 %", with a tilde where it is an estimate.
std::string accuracyText(const Accuracy& accuracy)
{
    return (accuracy.kind == Accuracy::Kind::Estimated ? "~" : "") + formatQuantity(accuracy.top1, Unit::Fraction);
}

std::string exploreTable(const Problem& problem, const SearchResult& result, std::span<const std::uint32_t> which,
                         const RobustnessReport* robustness)
{
    std::vector<TextTable::Column> columns{{"plan", TextTable::Align::Left}, {"platforms", TextTable::Align::Left},
                                           {"cut after", TextTable::Align::Left}, {"throughput"}, {"latency"}, {"energy"},
                                           {"memory"}, {"link"}};
    if (problem.sensitivity) columns.push_back({"sensitivity"});
    if (result.accuracy_claim) columns.push_back({result.accuracy_claim->labelled ? "top-1" : "agreement"});
    if (robustness) columns.push_back({"stays on front"});
    TextTable table(columns);
    for (const std::uint32_t i : which) {
        const Summary& s = result.summaries[i];
        const bool knee = result.knee && *result.knee == i;
        std::vector<std::string> row{"p" + std::to_string(i + 1) + (knee ? " (knee)" : ""),
                   platformsText(result.candidates->plan(i), *problem.system), cutText(problem, result, i),
                   formatQuantity(s.initiation_interval_s > 0 ? 1 / s.initiation_interval_s : 0, Unit::Hertz),
                   formatQuantity(s.latency_s, Unit::Second), formatQuantity(s.energy_j, Unit::Joule),
                   formatQuantity(s.memory_bytes_max, Unit::Byte), formatQuantity(s.link_bytes, Unit::Byte)};
        if (problem.sensitivity) row.push_back(formatQuantity(s.sensitivity, Unit::None));
        if (result.accuracy_claim) row.push_back(accuracyText(*result.accuracies[i]));
        if (robustness) row.push_back(stayText(*robustness, result, i));
        table.add(row);
    }
    return table.text() + proofText(problem, result) + (robustness ? decisionText(*robustness) : "");
}

/// What is known about the order of layers in each stage, as to memory.
std::string orderText(const Problem& problem, const Plan& plan)
{
    if (problem.compat.edge_cuts || problem.compat.element_memory) return "as scheduled";
    std::string open;
    for (const Stage& stage : plan.stages)
        if (!stage.order_proven) open += (open.empty() ? "" : ", ") + problem.system->platform(stage.platform).name;
    return open.empty() ? "least memory, proven" : "not proven to need the least memory: " + open;
}

std::string evaluateTable(const Problem& problem, const Plan& plan, const Metrics& m,
                          const std::optional<Accuracy>& accuracy)
{
    TextTable table({{"metric", TextTable::Align::Left}, {"value"}});
    table.add({"platforms", platformsText(plan, *problem.system)});
    table.add({"throughput", formatQuantity(m.throughputHz(), Unit::Hertz)});
    table.add({"latency", formatQuantity(m.latency_s, Unit::Second)});
    table.add({"energy per inference", formatQuantity(m.energy_j, Unit::Joule)});
    table.add({"link load", formatQuantity(m.link_bytes, Unit::Byte)});
    if (plan.scheme == Scheme::Pipeline) table.add({"order of layers", orderText(problem, plan)});
    if (m.sensitivity) table.add({"sensitivity", formatQuantity(*m.sensitivity, Unit::None)});
    if (accuracy)
        table.add({"accuracy", accuracyText(*accuracy) + " (" + formatQuantity(accuracy->low, Unit::Fraction) + " .. " +
                                   formatQuantity(accuracy->high, Unit::Fraction) + ")"});
    for (std::size_t p = 0; p < m.platforms.size(); ++p) {
        const std::string& name = problem.system->platforms[p].name;
        table.add({name + " busy", formatQuantity(m.platforms[p].busy_s, Unit::Second)});
        table.add({name + " memory", formatQuantity(m.platforms[p].memory_bytes, Unit::Byte)});
    }
    for (std::size_t l = 0; l < m.links.size(); ++l)
        table.add({problem.system->links[l].link.name + " busy", formatQuantity(m.links[l].busy_s, Unit::Second)});
    return table.text();
}

Result<SearchResult> exploreWithData(const Options& options, const Workbench& bench, const SearchOptions& search,
                                     Progress& progress)
{
    if (bench.problem.sensitivity)
        return Error{"--data", "--sensitivity is given too", "give the table or the images, not both"};
    auto meter = openMeter(options, bench.model, progress);
    if (!meter) return meter.error();
    const auto estimate = estimateAccuracy(*meter, *bench.problem.graph, *bench.problem.system, progress);
    if (!estimate) return estimate.error();
    return exploreAccuracy(bench.problem, search, *estimate, *meter, {options.measure, {}}, progress);
}

} // namespace

int runExplore(const Options& options, Progress& progress)
{
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    const Problem& problem = bench.problem;
    SearchOptions search;
    if (const auto failure = searchOptions(options, problem, search)) return fail(failure->error, failure->status);
    auto result = options.data.empty() ? explore(problem, search, progress)
                                       : exploreWithData(options, bench, search, progress);
    if (!result) return fail(result.error());
    if (result->infeasible)
        return fail({{}, result->infeasible->text, {}}, kInfeasible);
    std::optional<RobustnessReport> robustness;
    if (options.robustness > 0) {
        auto report = robustnessReport(problem, search, *result, options.robustness, progress);
        if (!report) return fail(report.error());
        robustness = *std::move(report);
        if (options.resolution == "model") result->representatives = resolvedRepresentatives(*robustness, *result);
    }
    const RobustnessReport* told = robustness ? &*robustness : nullptr;

    std::vector<std::uint32_t> which = result->front;
    if (options.all) {
        which.resize(result->summaries.size());
        std::iota(which.begin(), which.end(), 0u);
    }
    const PlanContext context{bench.model.file, bench.model.sha256, problem.system->name};
    const Evaluator evaluator(problem);
    switch (options.format) {
    case Format::Table: return deliver(options, exploreTable(problem, *result, which, told));
    case Format::Csv: return deliver(options, planCsv(evaluator, *result, which));
    case Format::Json: return deliver(options, planJson(context, evaluator, *result, which, told));
    }
    return kUsage;
}

Result<Plan> planOf(const Options& options, const Evaluator& evaluator)
{
    const Problem& problem = evaluator.problem();
    auto plan = options.plan.empty() ? planFromCuts(*problem.graph, *problem.system, options.cut, options.order)
                                     : readPlan(options.plan, *problem.graph, *problem.system);
    if (!plan) return plan;
    // A plan from a file keeps the order that it gives.
    if (options.plan.empty())
        *plan = inLeastPeakOrder(evaluator, *std::move(plan));
    else
        proveOrders(evaluator, *plan);
    return plan;
}

int runEvaluate(const Options& options, Progress& progress)
{
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    const Problem& problem = bench.problem;
    const Evaluator evaluator(problem);
    const auto plan = planOf(options, evaluator);
    if (!plan) return fail(plan.error());
    const Metrics metrics = evaluator.evaluate(*plan);
    for (const Violation& v : metrics.violations) std::cerr << "warning: " << printable(v.text) << '\n';
    std::optional<Accuracy> accuracy;
    if (!options.data.empty()) {
        auto meter = openMeter(options, bench.model, progress);
        if (!meter) return fail(meter.error());
        const auto measured = measureAccuracy(*plan, *problem.graph, *problem.system, *meter, progress);
        if (!measured) return fail(measured.error());
        accuracy = *measured;
    }
    const PlanContext context{bench.model.file, bench.model.sha256, problem.system->name};
    switch (options.format) {
    case Format::Table: return deliver(options, evaluateTable(problem, *plan, metrics, accuracy));
    case Format::Csv: return deliver(options, planCsv(evaluator, *plan, accuracy));
    case Format::Json: return deliver(options, planJson(context, evaluator, *plan, accuracy));
    }
    return kUsage;
}

} // namespace cutline::cli
