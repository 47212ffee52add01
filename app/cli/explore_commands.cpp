// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include "app/cli/accuracy_setup.h"
#include "app/cli/text_table.h"
#include "core/base/file.h"
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/exchange/exchange.h"
#include "core/plan/stage_order.h"
#include "core/search/feasibility.h"

#include <algorithm>
#include <iostream>
#include <numeric>

namespace cutline::cli {
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
    const auto& known = result.accuracy_claim;
    if (known && known->given + known->unknown > 0)
        text += "\naccuracy: given for " + std::to_string(known->given) + " of " +
                std::to_string(known->given + known->unknown) + " plans";
    else if (known)
        text += "\naccuracy: " + std::to_string(known->measured) + " plans of the front measured on " +
                std::to_string(known->images) + " images" +
                (known->estimated ? ", " + std::to_string(known->estimated) + " estimated (~)" : std::string()) +
                "; the search went by estimates, \xC2\xB1" + formatQuantity(known->fit_error, Unit::Fraction) +
                (known->checked > 4 ? "; against " + std::to_string(known->checked) + " measured since: rank correlation " +
                                          formatNumber(known->check_rank_correlation, 2) + ", mean error " +
                                          formatQuantity(known->check_error, Unit::Fraction)
                                    : std::string());
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

/// "93.2 %", with a tilde where it is an estimate, and a word where somebody gives it.
std::string accuracyText(const Accuracy& accuracy)
{
    return (accuracy.kind == Accuracy::Kind::Estimated ? "~" : "") + formatQuantity(accuracy.top1, Unit::Fraction) +
           (accuracy.kind == Accuracy::Kind::Given ? " given" : "");
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
        if (result.accuracy_claim) row.push_back(result.accuracies[i] ? accuracyText(*result.accuracies[i]) : "not known");
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

} // namespace

int runExplore(const Options& options, Progress& progress)
{
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    const Problem& problem = bench.problem;
    SearchOptions search;
    if (const auto failure = searchOptions(options, problem, search)) return fail(failure->error, failure->status);
    auto result = exploreAsked(options, bench, search, progress);
    if (!result) return fail(result.error());
    if (result->infeasible)
        return fail({{}, result->infeasible->text, {}}, kInfeasible);
    std::optional<RobustnessReport> robustness;
    if (options.robustness > 0) {
        auto report = robustnessReport(problem, search, *result, {options.robustness}, progress);
        if (!report) return fail(report.error());
        robustness = *std::move(report);
        if (options.resolution == "model") {
            result->representatives = resolvedRepresentatives(*robustness, *result);
            result->represented_by.clear(); // by another measure
        }
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

int runEvaluate(const Options& options, Progress& progress)
{
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    const Problem& problem = bench.problem;
    const Evaluator evaluator(problem);
    const auto plan = planOf(options, bench.model, evaluator);
    if (!plan) return fail(plan.error());
    Metrics metrics = evaluator.evaluate(*plan);
    const auto known = accuracyAsked(options, bench, *plan, progress);
    if (!known) return fail(known.error());
    const std::optional<Accuracy>& accuracy = *known;
    metrics.accuracy = accuracy;
    const auto unmet = unmetDemands(evaluator, metrics);
    if (!unmet) return fail(unmet.error());
    for (const Violation& v : *unmet) remarks() << "warning: " << printable(v.text) << '\n';
    const PlanContext context{bench.model.file, bench.model.sha256, problem.system->name};
    switch (options.format) {
    case Format::Table: return deliver(options, evaluateTable(problem, *plan, metrics, accuracy));
    case Format::Csv: return deliver(options, planCsv(evaluator, *plan, accuracy));
    case Format::Json: return deliver(options, planJson(context, evaluator, *plan, accuracy));
    }
    return kUsage;
}

} // namespace cutline::cli
