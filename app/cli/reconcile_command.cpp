// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include "app/cli/text_table.h"
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/cost/reconcile.h"
#include "core/cost/roofline_fit.h"
#include "core/exchange/json_writer.h"

#include <algorithm>
#include <cmath>

namespace cutline::cli {
namespace {

/// One platform that has a profile and a cost model.
struct Compared {
    PlatformId platform;
    Reconciliation result;
    std::optional<RooflineFit> fit; ///< of platforms that rooflines predict
};

std::string rounded(double value, int decimals)
{
    const double scale = std::pow(10, decimals);
    return numberText(std::round(value * scale) / scale);
}

std::string seconds(double value) { return formatQuantity(value, Unit::Second); }

void addRow(TextTable& table, const Graph& graph, const Reconciliation::Row& row)
{
    const Layer& layer = graph.layer(row.layer);
    table.add({layer.name, layer.op, seconds(row.measured_s), seconds(row.predicted_s), rounded(row.ratio, 3),
               std::string(wordFor(row.predicted_by))});
}

TextTable rowTable()
{
    return TextTable({{"layer", TextTable::Align::Left}, {"op", TextTable::Align::Left}, {"measured"}, {"predicted"},
                      {"ratio"}, {"predicted by", TextTable::Align::Left}});
}

std::string fitText(const RooflineFit& fit)
{
    std::string text = "A roofline fitted to these times:";
    for (const auto& one : fit.classes)
        text += "\n  efficiency { class: \"" + std::string(nameOf(one.op_class)) + "\" value: " + rounded(one.efficiency, 6) +
                " }  # " + std::to_string(one.compute_bound) + " of " + std::to_string(one.layers) + " layers limited by compute";
    if (fit.bandwidth_efficiency) text += "\n  bandwidth_efficiency: " + rounded(*fit.bandwidth_efficiency, 6);
    if (fit.launch_s) text += "\n  launch_s: " + numberText(*fit.launch_s);
    return text + "\n  uncertainty { platform: " + rounded(fit.error.platform, 4) + " op_class: " +
           rounded(fit.error.op_class, 4) + " layer: " + rounded(fit.error.layer, 4) + " }\n";
}

std::string comparedTable(const Workbench& bench, const Compared& compared)
{
    const Graph& graph = *bench.problem.graph;
    const Reconciliation& result = compared.result;
    TextTable layers = rowTable(), worst = rowTable();
    for (const auto& row : result.rows) addRow(layers, graph, row);
    for (const std::size_t i : result.worst) addRow(worst, graph, result.rows[i]);
    TextTable classes({{"class", TextTable::Align::Left}, {"layers"}, {"measured"}, {"predicted"}, {"factor"}, {"spread"}});
    for (const auto& one : result.classes)
        classes.add({std::string(nameOf(one.op_class)), std::to_string(one.layers), seconds(one.measured_s),
                     seconds(one.predicted_s), rounded(one.factor, 3), rounded(one.spread, 3)});
    std::string text = bench.problem.system->platform(compared.platform).name + ": " + seconds(result.measured_s) +
                       " measured, " + seconds(result.predicted_s) + " predicted, ratio " +
                       rounded(result.measured_s / result.predicted_s, 3) + " over " + std::to_string(result.rows.size()) +
                       " layers; " + std::to_string(result.only_measured) + " only measured, " +
                       std::to_string(result.only_predicted) + " only predicted\n" + layers.text() + "\nBy class:\n" +
                       classes.text() + "\nFurthest from the estimate:\n" + worst.text();
    if (compared.fit) text += '\n' + fitText(*compared.fit);
    return text;
}

std::string comparedCsv(const Workbench& bench, const std::vector<Compared>& all)
{
    std::string out = "layer,op,class,platform,measured_s,predicted_s,ratio,predicted_by\n";
    for (const Compared& compared : all) {
        for (const auto& row : compared.result.rows) {
            const Layer& layer = bench.problem.graph->layer(row.layer);
            out += csvCell(percentEncoded(layer.name)) + ',' + csvCell(percentEncoded(layer.op)) + ',' +
                   std::string(nameOf(layer.op_class)) + ',' +
                   csvCell(percentEncoded(bench.problem.system->platform(compared.platform).name)) + ',' +
                   numberText(row.measured_s) + ',' + numberText(row.predicted_s) + ',' + numberText(row.ratio) + ',' +
                   std::string(nameOf(row.predicted_by)) + '\n';
        }
    }
    return out;
}

void writeFit(JsonWriter& json, const RooflineFit& fit)
{
    json.key("fit");
    json.open('{');
    json.key("efficiency");
    json.open('{');
    for (const auto& one : fit.classes) json.member(nameOf(one.op_class), one.efficiency);
    json.close('}');
    if (fit.bandwidth_efficiency) json.member("bandwidthEfficiency", *fit.bandwidth_efficiency);
    if (fit.launch_s) json.member("launchS", *fit.launch_s);
    json.key("uncertainty");
    json.open('{');
    json.member("platform", static_cast<double>(fit.error.platform));
    json.member("opClass", static_cast<double>(fit.error.op_class));
    json.member("layer", static_cast<double>(fit.error.layer));
    json.close('}');
    json.close('}');
}

void writeCompared(JsonWriter& json, const Workbench& bench, const Compared& compared)
{
    const Graph& graph = *bench.problem.graph;
    const Reconciliation& result = compared.result;
    json.open('{');
    json.member("platform", std::string_view(bench.problem.system->platform(compared.platform).name));
    json.member("measuredS", result.measured_s);
    json.member("predictedS", result.predicted_s);
    json.member("onlyMeasured", static_cast<double>(result.only_measured));
    json.member("onlyPredicted", static_cast<double>(result.only_predicted));
    json.key("layers");
    json.open('[');
    for (const auto& row : result.rows) {
        json.lineBreak();
        json.open('{');
        json.member("layer", std::string_view(graph.layer(row.layer).name));
        json.member("op", std::string_view(graph.layer(row.layer).op));
        json.member("measuredS", row.measured_s);
        json.member("predictedS", row.predicted_s);
        json.member("ratio", row.ratio);
        json.member("predictedBy", nameOf(row.predicted_by));
        json.close('}');
    }
    json.close(']');
    json.key("classes");
    json.open('[');
    for (const auto& one : result.classes) {
        json.lineBreak();
        json.open('{');
        json.member("class", nameOf(one.op_class));
        json.member("layers", static_cast<double>(one.layers));
        json.member("measuredS", one.measured_s);
        json.member("predictedS", one.predicted_s);
        json.member("factor", one.factor);
        json.member("spread", one.spread);
        json.close('}');
    }
    json.close(']');
    json.key("worst");
    json.open('[');
    for (const std::size_t i : result.worst) json.value(std::string_view(graph.layer(result.rows[i].layer).name));
    json.close(']');
    if (compared.fit) writeFit(json, *compared.fit);
    json.close('}');
}

std::string comparedJson(const Workbench& bench, const std::vector<Compared>& all)
{
    std::string text;
    JsonWriter json(text);
    json.open('{');
    json.key("reconcile");
    json.open('[');
    for (const Compared& compared : all) writeCompared(json, bench, compared);
    json.close(']');
    json.close('}');
    return text + '\n';
}

/// The same costs with the profiles used otherwise, on platforms that a model can predict.
Result<CostTablePtr> costsWith(const Workbench& bench, ProfileUse use, Progress& progress)
{
    CostOptions cost = bench.cost;
    cost.use.clear();
    for (const Platform& platform : bench.problem.system->platforms)
        if (platform.loop_nest || platform.roofline) cost.use[platform.name] = use;
    return buildCostTable(bench.problem.graph, bench.problem.system, cost, progress);
}

} // namespace

int runReconcile(const Options& options, Progress& progress)
{
    if (options.profiles.empty())
        return fail({"--reconcile", "has nothing to compare estimates with", "give --profile PLATFORM=FILE"}, kUsage);
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    const auto predicted = costsWith(bench, options.refit ? ProfileUse::Refit : ProfileUse::Model, progress);
    if (!predicted) return fail(predicted.error());
    const auto measured = costsWith(bench, ProfileUse::Measurement, progress);
    if (!measured) return fail(measured.error());
    const System& system = *bench.problem.system;
    std::vector<Compared> all;
    for (std::uint32_t p = 0; p < system.platforms.size(); ++p) {
        const Platform& platform = system.platforms[p];
        if (!profileOf(bench.cost, platform)) continue;
        if (!platform.loop_nest && !platform.roofline)
            return fail({"platform " + platform.name, "has no cost model to compare its profile with",
                         "give its descriptor a roofline"});
        auto result = reconcile(**measured, **predicted, PlatformId{p});
        if (!result) return fail(result.error());
        Compared& compared = all.emplace_back(Compared{PlatformId{p}, *std::move(result), std::nullopt});
        if (platform.loop_nest) continue;
        auto fit = fitRoofline(**measured, PlatformId{p});
        if (!fit) return fail(fit.error());
        compared.fit = *std::move(fit);
    }
    if (options.format == Format::Csv) return deliver(options, comparedCsv(bench, all));
    if (options.format == Format::Json) return deliver(options, comparedJson(bench, all));
    std::string text;
    for (const Compared& compared : all) text += (text.empty() ? "" : "\n") + comparedTable(bench, compared);
    return deliver(options, text);
}

} // namespace cutline::cli
