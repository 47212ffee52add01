// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/report/html.h"
#include "core/report/sections.h"

#include <algorithm>
#include <map>

namespace cutline::report {
namespace {

/// "93.6 % (measured, 91.1 % to 95.4 %)".
std::string accuracyCell(const std::optional<Accuracy>& accuracy)
{
    if (!accuracy) return "not known";
    std::string text = formatQuantity(accuracy->top1, Unit::Fraction) + " (" + lowered(nameOf(accuracy->kind));
    if (accuracy->high > accuracy->low)
        text += ", " + formatQuantity(accuracy->low, Unit::Fraction) + " to " + formatQuantity(accuracy->high, Unit::Fraction);
    return text + ")";
}

using html::escaped;

std::string orDash(const std::optional<double>& value, Unit unit)
{
    return value ? formatQuantity(*value, unit) : "-";
}

} // namespace

std::string system(const Content& content)
{
    const System& system = *content.problem().system;
    std::string out = "<h2 class=\"page\">System</h2>\n<p>" +
                      escaped(system.title.empty() ? system.name : system.title) + "</p>\n";
    html::Table platforms({"platform", "described as", "weights, activations", "memory", "clock", "idle power"});
    for (const Platform& p : system.platforms)
        platforms.row({escaped(p.name), escaped(p.title.empty() ? p.descriptor : p.title),
                       std::to_string(p.weight_bits) + ", " + std::to_string(p.activation_bits) + " bit",
                       orDash(p.memoryCapacity(), Unit::Byte), p.clock_hz ? formatNumber(*p.clock_hz / 1e6) + " MHz" : std::string("-"),
                       formatQuantity(p.idle_power_w, Unit::Watt)});
    out += platforms.text();
    html::Table links({"link", "between", "rate", "latency"});
    for (const Connection& c : system.links) {
        std::string ends;
        for (const NodeId end : c.ends) ends += (ends.empty() ? "" : " - ") + escaped(system.nodeName(end));
        links.row({escaped(c.link.name), ends, formatQuantity(c.link.rate_bits_per_s, Unit::BitPerSecond),
                   formatQuantity(c.link.latency_s, Unit::Second)});
    }
    return out + links.text();
}

std::string model(const Content& content)
{
    const ImportedModel& model = content.input.model;
    const Graph& graph = *model.graph;
    html::Table table({"", ""}, "words");
    table.row({"file", "<code>" + escaped(model.file) + "</code>"});
    table.row({"SHA-256", "<code>" + escaped(model.sha256) + "</code>"});
    table.row({"layers", std::to_string(graph.layerCount())});
    table.row({"multiply-accumulates", formatQuantity(static_cast<double>(graph.totalMacs()), Unit::Mac)});
    table.row({"parameters", formatQuantity(static_cast<double>(graph.totalParameters()), Unit::Count)});
    const auto ports = [&](std::span<const TensorId> list) {
        std::string text;
        for (const TensorId t : list) {
            const Tensor& tensor = graph.tensor(t);
            text += (text.empty() ? "" : ", ") + escaped(tensor.name) + " " +
                    (tensor.shape ? shapeText(*tensor.shape) : std::string("?"));
        }
        return text;
    };
    table.row({"inputs", ports(graph.inputs())});
    table.row({"outputs", ports(graph.outputs())});
    table.row({"opset, IR version", std::to_string(model.opset) + ", " + std::to_string(model.ir_version)});
    std::string out = "<h2>Model</h2>\n" + table.text();
    if (model.notes.empty()) return out;
    out += "<ul class=\"note\">\n";
    for (const ImportNote& note : model.notes)
        out += "<li>" + escaped(Error{note.where, note.what, note.fix}.message()) + "</li>\n";
    return out + "</ul>\n";
}

std::string method(const Content& content)
{
    const Proof& proof = content.input.search.proof;
    const std::string claim =
        proof.kind == Proof::Kind::Complete
            ? "No plan of the searched kind is better in every objective than those on the front: the search was complete."
        : proof.kind == Proof::Kind::Epsilon
            ? "Every plan of the searched kind is within " + formatQuantity(proof.epsilon, Unit::Fraction) +
                  " of one on the front."
            : "The plans are the best that were found; that no better one exists is not proven.";
    std::string out = "<h2>Method</h2>\n<p>Every layer has a predicted time and energy on every platform. A plan gives each "
                      "layer a platform; what crosses pays for its links. Throughput is the inverse of the busiest "
                      "resource's time per inference, latency comes from a simulation in which platforms and links serve "
                      "one piece or message at a time, and memory is weights and the peak of live tensors.</p>\n<p>" +
                      claim + " " + std::to_string(proof.evaluated) + " plans were judged in " +
                      formatQuantity(proof.elapsed_s, Unit::Second) + "; " +
                      std::to_string(content.input.search.front.size()) + " are on the front.";
    if (proof.stop != Proof::Stop::Completed) out += " The search ended early: " + lowered(nameOf(proof.stop)) + ".";
    out += "</p>\n<p class=\"note\">That a prediction is proven best says nothing about how far it is from a measurement: "
           "see the sources of the costs.</p>\n";
    if (!content.input.command.empty())
        out += "<p>To make this report again: <code>" + escaped(content.input.command) + "</code></p>\n";
    return out;
}

std::string sideBySide(const Content& content)
{
    std::vector<std::string> head{"plan", "platforms", "throughput", "latency", "energy", "over links", "largest memory"};
    const bool known = content.input.search.accuracy_claim.has_value() || content.input.accuracy;
    if (known) head.push_back("accuracy");
    html::Table table(head);
    const auto row = [&](const Listed& listed, const char* classes) {
        const Metrics& m = listed.metrics;
        std::vector<std::string> cells{escaped(listed.name), escaped(platformsText(listed.plan, *content.problem().system)),
                                       formatQuantity(m.throughputHz(), Unit::Hertz), formatQuantity(m.latency_s, Unit::Second),
                                       formatQuantity(m.energy_j, Unit::Joule), formatQuantity(m.link_bytes, Unit::Byte),
                                       formatQuantity(m.memory_bytes_max, Unit::Byte)};
        if (known) cells.push_back(accuracyCell(m.accuracy));
        table.row(cells, classes);
    };
    row(content.chosen, "chosen");
    for (const Listed& other : content.others) row(other, "");
    return "<h2>Plans side by side</h2>\n" + table.text();
}

std::string provenance(const Content& content)
{
    const CostTable& costs = *content.problem().costs;
    const System& system = *content.problem().system;
    std::string out = "<h2>Where the costs come from</h2>\n";
    html::Table table({"platform", "source", "layers", "share of its time", "expected error"});
    for (std::uint32_t p = 0; p < system.platforms.size(); ++p) {
        struct Sum {
            std::size_t layers = 0;
            double time = 0, error = 0;
        };
        std::map<std::string, Sum> sums;
        double total = 0;
        for (std::uint32_t l = 0; l < costs.graph().layerCount(); ++l) {
            const Cost& cost = costs.layer(LayerId{l}, PlatformId{p});
            Sum& sum = sums[cost.supported ? std::string(wordFor(cost.source)) : "not supported"];
            ++sum.layers;
            sum.time += cost.latency_s;
            sum.error += cost.latency_s * static_cast<double>(cost.uncertainty);
            total += cost.latency_s;
        }
        for (const auto& [source, sum] : sums)
            table.row({escaped(system.platforms[p].name), escaped(source), std::to_string(sum.layers),
                       total > 0 ? formatQuantity(sum.time / total, Unit::Fraction) : "-",
                       sum.time > 0 ? "&#177; " + formatQuantity(sum.error / sum.time, Unit::Fraction) : "-"});
    }
    out += table.text();
    html::Table notes({"platform", "number", "source"}, "words");
    bool any = false;
    for (const Platform& p : system.platforms)
        for (const Note& note : p.notes) {
            notes.row({escaped(p.name), escaped(note.field), escaped(note.source)});
            any = true;
        }
    return any ? out + "<h3>Sources of the descriptors</h3>\n" + notes.text() : out;
}

std::string appendix(const Content& content)
{
    const Graph& graph = *content.problem().graph;
    const System& system = *content.problem().system;
    const CostTable& costs = *content.problem().costs;
    const std::vector<PlatformId> at = assignmentOf(content.chosen.plan, graph.layerCount());
    std::vector<std::string> head{"layer", "operator", "output", "MACs", "runs on"};
    for (const Platform& p : system.platforms) head.push_back("time on " + escaped(p.name));
    html::Table table(head, "layers");
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const Layer& layer = graph.layers()[l];
        const auto& shape = layer.outputs.empty() ? std::nullopt : graph.tensor(layer.outputs[0]).shape;
        std::vector<std::string> row{escaped(elided(layer.name, 60)), escaped(layer.op), shape ? shapeText(*shape) : "?",
                                     !layer.macs        ? "?"
                                     : *layer.macs == 0 ? ""
                                                        : formatQuantity(static_cast<double>(*layer.macs), Unit::Mac),
                                     escaped(system.platform(at[l]).name)};
        for (std::uint32_t p = 0; p < system.platforms.size(); ++p) {
            const Cost& cost = costs.layer(LayerId{l}, PlatformId{p});
            row.push_back(cost.supported ? formatQuantity(cost.latency_s, Unit::Second) : "-");
        }
        table.row(row);
    }
    return "<h2 class=\"page\">Appendix: all layers</h2>\n<p class=\"note\">Times of layers alone; a platform may run some "
           "together.</p>\n" + table.text();
}

} // namespace cutline::report
