// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/accuracy_setup.h"
#include "app/cli/commands.h"

#include "app/cli/text_table.h"
#include "core/base/file.h"
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/exchange/exchange.h"
#include "core/exchange/json_writer.h"

namespace cutline::cli {
namespace {

/// What one row is about.
struct Case {
    std::string cut; ///< of `--cut all`
    PrecisionVector vector;
};

Result<std::vector<Width>> widthsOf(const Options& options) {
    std::vector<Width> widths;
    for (const std::string& part : split(options.bits, ',')) {
        const auto width = Width::parse(part);
        if (!width) return Error{"--bits " + options.bits, width.error().what, width.error().fix};
        widths.push_back(*width);
    }
    return widths;
}

/// The stages of a plan at one width each; the input at that of the first.
PrecisionVector vectorOf(const Plan& plan, std::size_t layers, std::span<const Width> widths) {
    PrecisionVector vector = PrecisionVector::uniform(layers, widths[0]);
    for (std::size_t s = 0; s < plan.stages.size(); ++s)
        for (const LayerId layer : plan.stages[s].layers) vector.layers[layer.index()] = {widths[s], widths[s]};
    return vector;
}

Result<std::vector<Case>> casesOfBits(const Options& options, const Graph& graph) {
    const auto widths = widthsOf(options);
    if (!widths) return widths.error();
    if (options.cut.empty()) {
        if (widths->size() != 1)
            return Error{"--bits " + options.bits, "several widths without a cut", "add --cut LAYER, or give one width"};
        return std::vector<Case>{{{}, PrecisionVector::uniform(graph.layerCount(), widths->front())}};
    }
    // Platforms of no other use, so that cuts make plans as they do for a system.
    System stages;
    for (std::size_t i = 0; i < widths->size(); ++i) {
        Platform platform;
        platform.name = std::to_string(i + 1);
        stages.platforms.push_back(std::move(platform));
    }
    std::vector<std::string> cuts{options.cut};
    const bool every = options.cut == "all" && !graph.findLayer("all");
    if (every) {
        cuts.clear();
        for (std::uint32_t l = 0; l + 1 < graph.layerCount(); ++l) cuts.push_back(graph.layer(LayerId{l}).name);
    }
    std::vector<Case> cases;
    for (const std::string& cut : cuts) {
        const auto plan = planFromCuts(graph, stages, every ? percentEncoded(cut) : cut, {});
        if (!plan) return plan.error();
        if (plan->stages.size() != widths->size())
            return Error{"--bits " + options.bits,
                         std::to_string(widths->size()) + " widths for " + std::to_string(plan->stages.size()) + " stages",
                         "give one width a stage"};
        cases.push_back({cut, vectorOf(*plan, graph.layerCount(), *widths)});
    }
    return cases;
}

Result<std::vector<Case>> casesOf(const Options& options, const ImportedModel& model) {
    const Graph& graph = *model.graph;
    if (options.system.empty()) return casesOfBits(options, graph);
    const auto system = Library::load(Library::defaultFolders()).system(options.system);
    if (!system) return system.error();
    const auto plan = namedPlan(options, model, *system, {});
    if (!plan) return plan.error();
    auto vector = precisionOf(*plan, graph, *system);
    if (!vector) return vector.error();
    return std::vector<Case>{{{}, *std::move(vector)}};
}

std::string table(const std::vector<Case>& cases, const std::vector<Measurement>& measured) {
    const bool cuts = cases.size() > 1, labelled = measured[0].labelled;
    std::vector<TextTable::Column> columns;
    if (cuts) columns.push_back({"cut after", TextTable::Align::Left});
    columns.push_back({"output", TextTable::Align::Left});
    if (labelled)
        for (const char* title : {"top-1", "95 %", "correct", "top-5"}) columns.push_back({title});
    for (const char* title : {"agrees with float32", "SNR"}) columns.push_back({title});
    TextTable out(columns);
    const auto percent = [](double share) { return formatQuantity(share, Unit::Fraction); };
    for (std::size_t i = 0; i < cases.size(); ++i)
        for (const OutputAccuracy& o : measured[i].outputs) {
            std::vector<std::string> row;
            if (cuts) row.push_back(cases[i].cut);
            row.push_back(o.name);
            if (labelled) {
                row.push_back(percent(o.top1()));
                row.push_back(percent(o.interval().low) + " .. " + percent(o.interval().high));
                row.push_back(std::to_string(o.correct) + " of " + std::to_string(o.total));
                row.push_back(percent(static_cast<double>(o.correct_top_k) / static_cast<double>(o.total)));
            }
            row.push_back(percent(static_cast<double>(o.agreeing) / static_cast<double>(o.total)));
            row.push_back(formatNumber(o.snr_db) + " dB");
            out.add(std::move(row));
        }
    return out.text();
}

std::string csv(const std::vector<Case>& cases, const std::vector<Measurement>& measured) {
    const bool cuts = cases.size() > 1;
    std::string out = std::string(cuts ? "cut_after_layer," : "") +
                      "output,correct,total,top1,low,high,correct_top5,agreeing,snr_db\n";
    for (std::size_t i = 0; i < cases.size(); ++i)
        for (const OutputAccuracy& o : measured[i].outputs) {
            if (cuts) out += csvCell(cases[i].cut) + ',';
            out += csvCell(o.name) + ',';
            const std::string total = std::to_string(o.total);
            if (measured[i].labelled)
                out += std::to_string(o.correct) + ',' + total + ',' + numberText(o.top1()) + ',' +
                       numberText(o.interval().low) + ',' + numberText(o.interval().high) + ',' +
                       std::to_string(o.correct_top_k);
            else
                out += ',' + total + ",,,,";
            out += ',' + std::to_string(o.agreeing) + ',' + numberText(o.snr_db) + '\n';
        }
    return out;
}

void writeOutputs(JsonWriter& json, const Measurement& measurement) {
    json.key("outputs");
    json.open('[');
    for (const OutputAccuracy& o : measurement.outputs) {
        json.open('{');
        json.member("name", std::string_view(o.name));
        if (measurement.labelled) {
            json.member("correct", o.correct);
            json.member("total", o.total);
            json.member("top1", o.top1());
            json.member("low", o.interval().low);
            json.member("high", o.interval().high);
            json.member("correctTop5", o.correct_top_k);
        } else {
            json.member("total", o.total);
        }
        json.member("agreeing", o.agreeing);
        json.member("snrDb", o.snr_db);
        json.close('}');
    }
    json.close(']');
}

std::string jsonText(const std::vector<Case>& cases, const std::vector<Measurement>& measured) {
    std::string out;
    JsonWriter json(out);
    json.open('{');
    if (cases.size() == 1) {
        writeOutputs(json, measured[0]);
    } else {
        json.key("cuts");
        json.open('[');
        for (std::size_t i = 0; i < cases.size(); ++i) {
            json.open('{');
            json.member("cutAfter", std::string_view(cases[i].cut));
            writeOutputs(json, measured[i]);
            json.close('}');
        }
        json.close(']');
    }
    json.close('}');
    return out + '\n';
}

std::string rangesCsv(const AccuracyMeter& meter) {
    std::string out = "tensor,producer,min,max\n";
    for (std::size_t p = 0; p < meter.ranges().size(); ++p)
        out += csvCell(meter.network().points()[p]) + ',' + csvCell(meter.network().producers()[p]) + ',' +
               numberText(static_cast<double>(meter.ranges()[p].low)) + ',' +
               numberText(static_cast<double>(meter.ranges()[p].high)) + '\n';
    return out;
}

Result<std::string> exitsCsv(const Options& options, AccuracyMeter& meter, const PrecisionVector& vector,
                             Progress& progress) {
    std::vector<double> thresholds;
    for (const std::string& part : split(options.exits, ',')) {
        double value = 0;
        if (!parseNumber(trimmed(part), value) || value < 0 || value > 1)
            return Error{"--exits " + options.exits, "'" + printable(part) + "' is not a confidence",
                         "give numbers from 0 to 1"};
        thresholds.push_back(value);
    }
    const auto rows = meter.exits(thresholds, vector, progress);
    if (!rows) return rows.error();
    std::string out = "threshold,exit,taken,correct\n";
    for (const ExitRow& row : *rows)
        out += numberText(row.threshold) + ',' + csvCell(meter.network().outputs()[row.exit]) + ',' +
               std::to_string(row.taken) + ',' + std::to_string(row.correct) + '\n';
    return out;
}

} // namespace

int runAccuracy(const Options& options, Progress& progress) {
    const auto scenario = scenarioOf(options);
    if (!scenario) return fail(scenario.error());
    const auto model = openModel(options, *scenario, progress);
    if (!model) return fail(model.error());
    const auto cases = casesOf(options, *model);
    if (!cases) return fail(cases.error());
    auto meter = openMeter(options, *model, progress);
    if (!meter) return fail(meter.error());
    if (!options.ranges.empty())
        if (const auto written = writeFileAtomically(options.ranges, rangesCsv(*meter)); !written)
            return fail(written.error());
    if (!options.exits.empty()) {
        const auto rows = exitsCsv(options, *meter, cases->front().vector, progress);
        return rows ? deliver(options, *rows) : fail(rows.error());
    }
    std::vector<PrecisionVector> vectors;
    for (const Case& each : *cases) vectors.push_back(each.vector);
    const auto measured = meter->measure(vectors, progress);
    if (!measured) return fail(measured.error());
    switch (options.format) {
    case Format::Table: return deliver(options, table(*cases, *measured));
    case Format::Csv: return deliver(options, csv(*cases, *measured));
    case Format::Json: return deliver(options, jsonText(*cases, *measured));
    }
    return kUsage;
}

} // namespace cutline::cli
