// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/split/exports.h"

#include <array>
#include <cmath>

namespace cutline {
namespace {

/// Fills that stay apart for colour-blind eyes and in print, light enough for black text.
constexpr std::array<std::string_view, 8> kFills{"#a9c8f5", "#f3c99a", "#9fd8c2", "#e5b3cd",
                                                 "#cfdf94", "#bcc4f7", "#dcc59a", "#b0d2e3"};

std::string dotQuoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : printable(text)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

/// "\n" between lines is DOT's own escape, so it is put in after quoting.
std::string lines(std::string_view first, std::string_view second)
{
    std::string text = dotQuoted(first);
    const std::string more = dotQuoted(second);
    text.pop_back();
    return text + "\\n" + more.substr(1);
}

} // namespace

std::string dotText(const Evaluator& evaluator, const Plan& plan)
{
    const Graph& graph = *evaluator.problem().graph;
    const System& system = *evaluator.problem().system;
    std::string out = "digraph " + dotQuoted(graph.name()) + " {\n  rankdir=TB;\n  node [shape=box, style=filled];\n";
    const auto layerId = [&](LayerId l) { return dotQuoted("layer:" + graph.layer(l).name); };
    const auto tensorId = [&](TensorId t) { return dotQuoted("tensor:" + graph.tensor(t).name); };
    std::vector<std::size_t> stage_of(graph.layerCount());
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        const Stage& stage = plan.stages[s];
        const std::string_view fill = kFills[stage.platform.index() % kFills.size()];
        out += "  subgraph " + dotQuoted("cluster_" + std::to_string(s + 1)) + " {\n    label=" +
               dotQuoted(std::to_string(s + 1) + ": " + system.platform(stage.platform).name) + ";\n";
        for (const LayerId l : stage.layers) {
            const Layer& layer = graph.layer(l);
            stage_of[l.index()] = s;
            const auto& shape = layer.outputs.empty() ? std::nullopt : graph.tensor(layer.outputs[0]).shape;
            out += "    " + layerId(l) + " [label=" + lines(layer.op, shape ? shapeText(*shape) : "?") +
                   ", tooltip=" + dotQuoted(layer.name) + ", fillcolor=\"" + std::string(fill) + "\"];\n";
        }
        out += "  }\n";
    }
    for (std::uint32_t t = 0; t < graph.tensors().size(); ++t) {
        const Tensor& tensor = graph.tensors()[t];
        if (!tensor.producer && !tensor.consumers.empty())
            out += "  " + tensorId(TensorId{t}) + " [shape=ellipse, fillcolor=\"#ffffff\", label=" + dotQuoted(tensor.name) +
                   "];\n";
        for (const LayerId reader : tensor.consumers) {
            const std::string from = tensor.producer ? layerId(*tensor.producer) : tensorId(TensorId{t});
            out += "  " + from + " -> " + layerId(reader);
            const PlatformId here = plan.stages[stage_of[reader.index()]].platform;
            const PlatformId there = tensor.producer ? plan.stages[stage_of[tensor.producer->index()]].platform : here;
            const double bytes = here == there ? evaluator.tensorBytes(TensorId{t}, here)
                                               : evaluator.wireBytes(TensorId{t}, there);
            const double width = 1 + std::max(0.0, std::log10(std::max(bytes, 1.0)) - 2) * 0.6;
            out += " [penwidth=" + numberText(std::round(width * 10) / 10) + ", tooltip=" + dotQuoted(tensor.name);
            if (here != there) out += ", color=\"#8a5cc2\", label=" + dotQuoted(formatQuantity(bytes, Unit::Byte));
            out += "];\n";
        }
    }
    return out + "}\n";
}

} // namespace cutline
