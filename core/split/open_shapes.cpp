// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/open_shapes.h"

#include "core/base/text.h"
#include "core/graph/value.h"

#include <map>

namespace cutline {
namespace {

/// An open dimension of the model's inputs: its size in the import, and another one to try.
struct Trial {
    std::int64_t size = 0, other = 0;
};

struct Trials {
    std::map<std::string, Trial> by_symbol;
    std::map<std::string, Shape> shapes; ///< of the inputs that have open dimensions
};

Trials trialsOf(const FileModel& file, const Graph& graph)
{
    Trials trials;
    for (const onnx_file::ValueInfo& input : file.body().inputs) {
        const auto tensor = file.tensorOf(input.name);
        if (!tensor || !graph.tensor(*tensor).shape) continue;
        Shape shape = *graph.tensor(*tensor).shape;
        bool open = !input.type.has_shape;
        for (std::size_t i = 0; i < shape.size() && i < input.type.dims.size(); ++i) {
            const onnx_file::Dimension& dim = input.type.dims[i];
            if (dim.value.value_or(-1) >= 0) continue;
            const std::string symbol =
                dim.symbol.empty() ? validUtf8(input.name) + "_" + std::to_string(i) : validUtf8(dim.symbol);
            // Each symbol grows by another number, so that a size that changed tells which it is.
            const auto step = static_cast<std::int64_t>(trials.by_symbol.size()) + 1;
            const auto at = trials.by_symbol.emplace(symbol, Trial{shape[i], shape[i] + step}).first;
            shape[i] = at->second.other;
            open = true;
        }
        if (open) trials.shapes[std::string(input.name)] = shape;
    }
    return trials;
}

std::string symbolFor(const Trials& trials, std::int64_t size, std::int64_t other, const std::string& otherwise)
{
    for (const auto& [symbol, trial] : trials.by_symbol)
        if (trial.size == size && trial.other == other) return symbol;
    return otherwise;
}

/// All inner sizes are open: nothing better is known.
OpenShapes everythingOpen(const Graph& graph, const ImportedModel& imported)
{
    OpenShapes open;
    for (const Tensor& tensor : graph.tensors()) {
        auto& symbols = open.symbols.emplace_back();
        for (std::size_t i = 0; tensor.shape && i < tensor.shape->size(); ++i)
            symbols.push_back(tensor.name + "_" + std::to_string(i));
    }
    for (const auto& [node, shape] : imported.measured_shapes) open.nodes.insert(node);
    for (const auto& [node, value] : imported.folded_values) open.nodes.insert(node);
    return open;
}

} // namespace

OpenShapes findOpenShapes(const FileModel& file, const ImportedModel& imported, const ImportOptions& options,
                          Progress& progress)
{
    const Graph& graph = *imported.graph;
    const Trials trials = trialsOf(file, graph);
    if (trials.shapes.empty()) return {};
    ImportOptions other = options;
    other.dimensions.clear();
    for (const auto& [input, shape] : trials.shapes) other.input_shapes[input] = shape;
    const auto again = importOnnx(imported.file, other, progress);
    if (!again || again->tensor_names != imported.tensor_names || again->node_roles != imported.node_roles)
        return everythingOpen(graph, imported);
    OpenShapes open;
    for (std::uint32_t t = 0; t < graph.tensors().size(); ++t) {
        const auto& before = graph.tensors()[t].shape;
        const auto& after = again->graph->tensors()[t].shape;
        auto& symbols = open.symbols.emplace_back();
        for (std::size_t i = 0; before && i < before->size(); ++i) {
            const std::string own = graph.tensors()[t].name + "_" + std::to_string(i);
            const bool known = after && after->size() == before->size();
            if (known && (*after)[i] == (*before)[i])
                symbols.emplace_back();
            else
                symbols.push_back(known ? symbolFor(trials, (*before)[i], (*after)[i], own) : own);
        }
    }
    for (const auto& [node, shape] : imported.measured_shapes)
        if (const auto found = again->measured_shapes.find(node);
            found == again->measured_shapes.end() || found->second != shape)
            open.nodes.insert(node);
    for (const auto& [node, value] : imported.folded_values) {
        const auto found = again->folded_values.find(node);
        if (found == again->folded_values.end() || found->second->ints != value->ints) open.nodes.insert(node);
    }
    return open;
}

} // namespace cutline
