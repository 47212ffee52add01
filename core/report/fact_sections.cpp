// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/report/svg.h"
#include "core/report/sections.h"

#include <algorithm>
#include <map>
#include <numeric>

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

std::string orDash(const std::optional<double>& value, Unit unit)
{
    return value ? formatQuantity(*value, unit) : "-";
}

/// Where there are more than a person reads: those that take most time where they run, in the file's order.
std::vector<std::uint32_t> layersThatTakeMost(const CostTable& costs, const std::vector<PlatformId>& at)
{
    constexpr std::size_t kMost = 2'000;
    std::vector<std::uint32_t> layers(at.size());
    std::iota(layers.begin(), layers.end(), 0u);
    if (layers.size() <= kMost) return layers;
    std::stable_sort(layers.begin(), layers.end(), [&](std::uint32_t a, std::uint32_t b) {
        return costs.layer(LayerId{a}, at[a]).latency_s > costs.layer(LayerId{b}, at[b]).latency_s;
    });
    layers.resize(kMost);
    std::sort(layers.begin(), layers.end());
    return layers;
}

/// The first of platforms on which every layer takes the same, and how many they are.
std::vector<std::pair<std::uint32_t, std::size_t>> platformsOfOneTime(const CostTable& costs, std::size_t platforms)
{
    std::vector<std::pair<std::uint32_t, std::size_t>> firsts;
    for (std::uint32_t p = 0; p < platforms; ++p) {
        const auto same = std::find_if(firsts.begin(), firsts.end(), [&](const auto& known) {
            for (std::uint32_t l = 0; l < costs.graph().layerCount(); ++l) {
                const Cost &a = costs.layer(LayerId{l}, PlatformId{p}), &b = costs.layer(LayerId{l}, PlatformId{known.first});
                if (a.supported != b.supported || a.latency_s != b.latency_s) return false;
            }
            return true;
        });
        if (same == firsts.end())
            firsts.emplace_back(p, 1);
        else
            ++same->second;
    }
    return firsts;
}

} // namespace

void system(const Content& content, Document& out)
{
    const System& system = *content.problem().system;
    out.heading("System");
    out.text(escaped(system.title.empty() ? system.name : system.title));
    Table platforms({"platform", "described as", "weights, activations", "memory", "clock", "idle power"}, 2);
    for (const Platform& p : system.platforms)
        platforms.row({escaped(p.name), escaped(p.title.empty() ? p.descriptor : p.title),
                       std::to_string(p.weight_bits) + ", " + std::to_string(p.activation_bits) + " bit",
                       orDash(p.memoryCapacity(), Unit::Byte), p.clock_hz ? formatNumber(*p.clock_hz / 1e6) + " MHz" : std::string("-"),
                       formatQuantity(p.idle_power_w, Unit::Watt)});
    out.add(std::move(platforms));
    Table links({"link", "between", "rate", "latency"}, 2);
    for (const Connection& c : system.links) {
        std::string ends;
        for (const NodeId end : c.ends) ends += (ends.empty() ? "" : " - ") + escaped(system.nodeName(end));
        links.row({escaped(c.link.name), ends, formatQuantity(c.link.rate_bits_per_s, Unit::BitPerSecond),
                   formatQuantity(c.link.latency_s, Unit::Second)});
    }
    if (!links.rows.empty()) out.add(std::move(links));
}

void model(const Content& content, Document& out)
{
    const ImportedModel& model = content.input.model;
    const Graph& graph = *model.graph;
    Table table({"", ""}, 2, Table::Kind::Facts);
    table.row({"name in the file", escaped(graph.name())});
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
        return text.empty() ? "none" : text;
    };
    table.row({"inputs", ports(graph.inputs())});
    table.row({"outputs", ports(graph.outputs())});
    if (model.ir_version > 0) // a workload has none
        table.row({"opset, IR version", std::to_string(model.opset) + ", " + std::to_string(model.ir_version)});
    out.heading("Model");
    out.add(std::move(table));
    List notes;
    for (const ImportNote& note : model.notes)
        notes.items.push_back(escaped(Error{note.where, note.what, note.fix}.message()));
    if (!notes.items.empty()) out.add(std::move(notes));
}

void method(const Content& content, Document& out)
{
    const Proof& proof = content.input.search.proof;
    const std::string claim =
        proof.kind == Proof::Kind::Complete
            ? "No plan of the searched kind is better in every objective than those on the front: the search was complete."
        : proof.kind == Proof::Kind::Epsilon
            ? "Every plan of the searched kind is within " + formatQuantity(proof.epsilon, Unit::Fraction) +
                  " of one on the front."
            : "The plans are the best that were found; that no better one exists is not proven.";
    out.heading("Method");
    out.text("Every layer has a predicted time and energy on every platform. A plan gives each layer a platform; what crosses "
             "pays for its links. Throughput is the inverse of the busiest resource's time per inference, latency comes from "
             "a simulation in which platforms and links serve one piece or message at a time, and memory is weights and the "
             "peak of live tensors.");
    std::string judged = claim + " " + std::to_string(proof.evaluated) + " plans were judged in " +
                         formatQuantity(proof.elapsed_s, Unit::Second) + "; " +
                         counted(content.input.search.front.size(), "is", "are") + " on the front.";
    if (proof.stop != Proof::Stop::Completed) {
        std::string why = lowered(nameOf(proof.stop));
        std::replace(why.begin(), why.end(), '_', ' ');
        judged += " The search ended early: " + why + ".";
    }
    out.text(judged);
    out.note("That a prediction is proven best says nothing about how far it is from a measurement: see the sources of the "
             "costs.");
    if (!content.input.files.empty()) {
        out.heading("What it was made from", 3);
        Table table({"input", "file", "SHA-256"}, 3, Table::Kind::Facts);
        for (const ReportFile& file : content.input.files)
            table.row({escaped(file.what), "<code>" + escaped(file.file) + "</code>", "<code>" + file.sha256 + "</code>"});
        out.add(std::move(table));
    }
    if (!content.input.command.empty())
        out.text("To make this report again with Cutline " + escaped(content.input.version) + ": <code>" +
                 escaped(content.input.command) + "</code>");
}

void sideBySide(const Content& content, Document& out)
{
    std::vector<std::string> head{"plan", "platforms", "throughput", "latency", "energy", "over links", "largest memory"};
    const bool known = content.input.search.accuracy_claim.has_value() || content.input.accuracy;
    if (known) head.push_back("accuracy");
    Table table(head, 2);
    const auto row = [&](const Listed& listed, bool chosen) {
        const Metrics& m = listed.metrics;
        std::vector<std::string> cells{escaped(listed.name), escaped(platformsText(listed.plan, *content.problem().system)),
                                       formatQuantity(m.throughputHz(), Unit::Hertz), formatQuantity(m.latency_s, Unit::Second),
                                       formatQuantity(m.energy_j, Unit::Joule), formatQuantity(m.link_bytes, Unit::Byte),
                                       formatQuantity(m.memory_bytes_max, Unit::Byte)};
        if (known) cells.push_back(accuracyCell(m.accuracy));
        table.row(cells, chosen);
    };
    row(content.chosen, true);
    for (const Listed& other : content.others) row(other, false);
    out.heading("Plans side by side");
    out.add(std::move(table));
}

void provenance(const Content& content, Document& out)
{
    const CostTable& costs = *content.problem().costs;
    const System& system = *content.problem().system;
    out.heading("Where the costs come from");
    Table table({"platform", "source", "layers", "share of its time", "expected error"}, 2);
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
    out.add(std::move(table));
    Table notes({"platform", "number", "source"}, 3, Table::Kind::Facts);
    std::vector<bool> said(system.platforms.size(), false);
    for (std::size_t p = 0; p < system.platforms.size(); ++p) {
        if (said[p]) continue;
        std::string names;
        for (std::size_t like = p; like < system.platforms.size(); ++like) {
            const Platform& other = system.platforms[like];
            if (other.notes != system.platforms[p].notes) continue;
            said[like] = true;
            names += (names.empty() ? "" : names.size() < 20 ? ",\u00a0" : ", ") + escaped(other.name); // few on one line
        }
        for (const Note& note : system.platforms[p].notes)
            notes.row({names, escaped(note.field), escaped(note.source)});
    }
    if (notes.rows.empty()) return;
    out.heading("Sources of the descriptors", 3);
    out.add(std::move(notes));
}

void appendix(const Content& content, Document& out)
{
    const Graph& graph = *content.problem().graph;
    const System& system = *content.problem().system;
    const CostTable& costs = *content.problem().costs;
    const std::vector<PlatformId> at = assignmentOf(content.chosen.plan, graph.layerCount());
    std::vector<std::string> head{"layer", "operator", "output", "runs on", "MACs"};
    const auto alike = platformsOfOneTime(costs, system.platforms.size());
    for (const auto& [first, count] : alike) {
        const std::string& name = system.platforms[first].name;
        head.push_back("time on " + escaped(name) + (count > 1 ? " and " + std::to_string(count - 1) + " like it" : ""));
    }
    Table table(head, 4, Table::Kind::Layers);
    const std::vector<std::uint32_t> listed = layersThatTakeMost(costs, at);
    for (const std::uint32_t l : listed) {
        const Layer& layer = graph.layers()[l];
        const auto& shape = layer.outputs.empty() ? std::nullopt : graph.tensor(layer.outputs[0]).shape;
        std::vector<std::string> row{escaped(layer.name), escaped(layer.op), shape ? shapeText(*shape) : "?",
                                     escaped(system.platform(at[l]).name),
                                     !layer.macs        ? "?"
                                     : *layer.macs == 0 ? ""
                                                        : formatQuantity(static_cast<double>(*layer.macs), Unit::Mac)};
        for (const auto& [first, count] : alike) {
            const Cost& cost = costs.layer(LayerId{l}, PlatformId{first});
            row.push_back(cost.supported ? formatQuantity(cost.latency_s, Unit::Second) : "-");
        }
        table.row(row);
    }
    const bool all = listed.size() == graph.layerCount();
    out.heading(all ? "Appendix: all layers" : "Appendix: the layers that take most", 2, Heading::Start::NewPage);
    out.note("Times of layers alone; a platform may run some together.");
    if (!all) {
        double shown = 0, total = 0;
        for (std::uint32_t l = 0; l < graph.layerCount(); ++l) total += costs.layer(LayerId{l}, at[l]).latency_s;
        for (const std::uint32_t l : listed) shown += costs.layer(LayerId{l}, at[l]).latency_s;
        out.note("Of " + std::to_string(graph.layerCount()) + " layers these " + std::to_string(listed.size()) + " take " +
                 formatQuantity(total > 0 ? shown / total : 1, Unit::Fraction) + " of the time of all; cutline-cli cost lists every one.");
    }
    out.add(std::move(table));
}

} // namespace cutline::report
