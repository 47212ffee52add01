// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exchange.h"

#include "core/base/text.h"
#include "core/exchange/candidate_metrics.h"

#include <algorithm>

namespace cutline {
namespace {

/// Percent-encoded names, made once.
struct EncodedNames {
    std::vector<std::string> layers, platforms;

    explicit EncodedNames(const Problem& problem) {
        for (const Layer& layer : problem.graph->layers()) layers.push_back(percentEncoded(layer.name));
        for (const Platform& platform : problem.system->platforms)
            platforms.push_back(percentEncoded(platform.name));
    }
};

/// The column of chosen precisions stands last, and only where a platform offers several.
bool hasChoice(const System& system) {
    return std::any_of(system.platforms.begin(), system.platforms.end(),
                       [](const Platform& p) { return !p.precisions.empty(); });
}

std::string header(const EncodedNames& names, const System& system) {
    std::string text =
        "plan,on_front,platforms,cuts,latency_s,initiation_interval_s,throughput_hz,energy_j,link_bytes,"
        "memory_bytes_max,accuracy_top1";
    for (const std::string& name : names.platforms)
        text += "," + csvCell("busy_s:" + name) + "," + csvCell("memory_bytes:" + name);
    if (hasChoice(system)) text += ",bits";
    return text + '\n';
}

/// Of each stage "WEIGHTS" or "WEIGHTS/ACTIVATIONS", joined by ">".
std::string bitsCell(const Plan& plan, const System& system) {
    std::string cell;
    for (const Stage& stage : plan.stages) {
        if (!cell.empty()) cell += '>';
        cell += bitsText(atPrecision(system.platform(stage.platform), stage.precision));
    }
    return cell;
}

/// Positions name the whole order, platforms that got nothing included.
std::string platformsCell(const ListedPlan& listed, const EncodedNames& names) {
    std::string cell;
    const auto add = [&](PlatformId platform) {
        if (!cell.empty()) cell += '>';
        cell += names.platforms[platform.index()];
    };
    for (const PlatformId platform : listed.chain) add(platform);
    if (!listed.chain.empty()) return cell;
    for (const Stage& stage : listed.plan.stages) add(stage.platform);
    return cell;
}

std::string cutsCell(const ListedPlan& listed, const Graph& graph, const EncodedNames& names) {
    std::string cell;
    for (std::size_t c = 0; c < listed.cut_labels.size(); ++c) {
        if (c > 0) cell += '>';
        cell += percentEncoded(listed.cut_labels[c]);
    }
    if (!listed.cut_labels.empty()) return cell;
    const auto cuts = cutLayers(graph, listed.plan);
    for (std::size_t c = 0; c < cuts.size(); ++c) {
        if (c > 0) cell += '>';
        for (std::size_t l = 0; l < cuts[c].size(); ++l) {
            if (l > 0) cell += '+';
            cell += names.layers[cuts[c][l].index()];
        }
    }
    return cell;
}

void writeRow(std::string& out, const ListedPlan& listed, const Problem& problem, const EncodedNames& names) {
    const auto cell = [&](const std::string& text) {
        out += ',';
        out += text;
    };
    const Metrics& metrics = listed.metrics;
    out += 'p';
    out += std::to_string(listed.index + 1);
    cell(listed.on_front ? "1" : "0");
    cell(csvCell(platformsCell(listed, names)));
    cell(csvCell(cutsCell(listed, *problem.graph, names)));
    for (const double value : {metrics.latency_s, metrics.initiation_interval_s, metrics.throughputHz(),
                               metrics.energy_j, metrics.link_bytes, metrics.memory_bytes_max})
        cell(numberText(value));
    cell(metrics.accuracy ? numberText(metrics.accuracy->top1) : std::string());
    for (const PlatformMetrics& platform : metrics.platforms) {
        cell(numberText(platform.busy_s));
        cell(numberText(platform.memory_bytes));
    }
    if (hasChoice(*problem.system)) cell(bitsCell(listed.plan, *problem.system));
    out += '\n';
}

} // namespace

std::string planCsv(const Evaluator& evaluator, const SearchResult& result,
                    std::span<const std::uint32_t> which) {
    const EncodedNames names(evaluator.problem());
    const Problem& problem = evaluator.problem();
    return header(names, *problem.system) +
           writeListed(evaluator, result, which, [&](std::string& out, const ListedPlan& listed) {
               writeRow(out, listed, problem, names);
           });
}

std::string planCsv(const Evaluator& evaluator, const Plan& plan, const std::optional<Accuracy>& accuracy) {
    const EncodedNames names(evaluator.problem());
    ListedPlan listed;
    listed.plan = plan;
    listed.metrics = evaluator.evaluate(plan);
    listed.metrics.accuracy = accuracy;
    std::string text = header(names, *evaluator.problem().system);
    writeRow(text, listed, evaluator.problem(), names);
    return text;
}

} // namespace cutline
