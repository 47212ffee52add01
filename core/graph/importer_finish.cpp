// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/graph/importer.h"

#include <algorithm>
#include <numeric>

namespace cutline {
namespace {

using onnx_file::GraphBody;
using onnx_file::Node;
using Severity = ImportNote::Severity;

constexpr std::uint32_t kGone = 0xffffffffu;

using Names = std::unordered_set<std::string>;

/// A name nobody has: the wanted one, else with _2, _3 ..
std::string freeName(const std::string& wanted, const Names& taken,
                     std::unordered_map<std::string, std::size_t>& next)
{
    if (!taken.contains(wanted)) return wanted;
    std::size_t& number = next.emplace(wanted, 2).first->second;
    std::string name;
    do name = wanted + "_" + std::to_string(number++);
    while (taken.contains(name));
    return name;
}

} // namespace

void Importer::Tally::add(std::string what)
{
    if (count++ == 0) first = std::move(what);
}

std::string Importer::Tally::text() const
{
    return count > 1 ? first + " and " + std::to_string(count - 1) + " more" : first;
}

void Importer::markOutputs(Scope& scope, const GraphBody& body)
{
    std::unordered_set<std::string_view> seen;
    for (const onnx_file::ValueInfo& output : body.outputs) {
        const std::string at = m_path + ", output " + shown(output.name);
        if (!seen.insert(output.name).second) {
            note(Severity::Warning, at, "is there twice and counts once");
            continue;
        }
        const Info* info = find(scope, output.name);
        if (!info) throw Error{at, "no node makes it", "export the model again"};
        if (info->tensor == Info::kNone) {
            note(Severity::Warning, at, "is a constant and takes no part in any plan");
            continue;
        }
        Tensor& tensor = m_tensors[info->tensor];
        // A pair that annotates leaves one tensor under several names: the graph's output gives its own.
        if (!tensor.is_graph_input && !tensor.is_graph_output) tensor.name = validUtf8(output.name);
        if (!tensor.is_graph_output && !tensor.is_graph_input) m_outputs.push_back(info->tensor);
        tensor.is_graph_output = true;
        if (!tensor.symbols.empty() || !tensor.shape || tensor.shape->size() != output.type.dims.size())
            continue;
        for (const onnx_file::Dimension& dim : output.type.dims)
            tensor.symbols.push_back(validUtf8(dim.symbol));
    }
}

/// Backwards from the outputs: a layer lives if somebody reads what it makes.
void Importer::dropDeadLayers()
{
    std::vector<bool> read(m_tensors.size(), false);
    for (std::size_t i = 0; i < m_tensors.size(); ++i) read[i] = m_tensors[i].is_graph_output;
    std::vector<LayerDraft> alive;
    for (std::size_t i = m_layers.size(); i-- > 0;) {
        LayerDraft& draft = m_layers[i];
        std::erase_if(draft.outputs, [&](std::uint32_t t) { return !read[t]; });
        if (draft.outputs.empty()) {
            const Node& node = m_model.graph->nodes[draft.layer.file_index];
            m_dead.add(nodeText(node, draft.layer.file_index));
            continue;
        }
        for (const std::uint32_t t : draft.inputs) read[t] = true;
        alive.push_back(std::move(draft));
    }
    std::reverse(alive.begin(), alive.end());
    m_layers = std::move(alive);
    if (m_layers.empty())
        throw Error{m_path + ", graph " + shown(m_model.graph->name),
                    "has no layer: no output depends on an operator that computes", "export the model again"};
}

void Importer::nameLayers(const GraphBody& body)
{
    // A name that stands in the file is never made up for another node.
    Names taken, used;
    for (const Node& node : body.nodes)
        if (!node.name.empty()) taken.insert(validUtf8(node.name));
    std::unordered_map<std::string, std::size_t> next;
    for (LayerDraft& draft : m_layers) {
        Layer& layer = draft.layer;
        if (!layer.name.empty() && used.insert(layer.name).second) continue;
        const bool nameless = layer.name.empty();
        const std::string wanted = nameless ? layer.op + "_" + std::to_string(layer.file_index) : layer.name;
        layer.name = freeName(wanted, taken, next);
        taken.insert(layer.name);
        used.insert(layer.name);
        if (!nameless) m_renamed.add(shown(wanted) + " is now " + shown(layer.name));
    }
    if (m_renamed.count > 0) note(Severity::Info, m_path, "several nodes have one name: " + m_renamed.text());
}

void Importer::nameTensors()
{
    Names taken;
    std::unordered_map<std::string, std::size_t> next;
    // Inputs and outputs keep their names before anything inside.
    for (Tensor& tensor : m_tensors)
        if (tensor.is_graph_input || tensor.is_graph_output)
            taken.insert(tensor.name = freeName(tensor.name, taken, next));
    for (Tensor& tensor : m_tensors)
        if (!tensor.is_graph_input && !tensor.is_graph_output)
            taken.insert(tensor.name = freeName(tensor.name, taken, next));
}

/// From the tensor's own name to the one that is sent to whoever reads `name`: integers rather than what is made of them.
std::vector<std::string_view> Importer::namesSent(std::string_view name) const
{
    std::vector<std::string_view> names;
    auto made = m_annotations.find(name);
    if (made == m_annotations.end() || made->second->op != "DequantizeLinear") names.push_back(name);
    for (; made != m_annotations.end(); made = m_annotations.find(names.back())) names.push_back(made->second->inputs[0]);
    std::reverse(names.begin(), names.end());
    return names;
}

void Importer::nameSent(const Scope& scope)
{
    if (m_annotations.empty()) return;
    std::vector<std::vector<std::string_view>> common(m_tensors.size());
    for (const LayerDraft& draft : m_layers)
        for (const std::string_view name : readsOf(m_model.graph->nodes[draft.layer.file_index])) {
            const auto found = scope.names.find(name);
            if (found == scope.names.end() || found->second.tensor == Info::kNone) continue;
            const auto names = namesSent(name);
            auto& shared = common[found->second.tensor];
            if (shared.empty()) shared = names;
            const auto end = std::mismatch(shared.begin(), shared.end(), names.begin(), names.end()).first;
            shared.erase(end, shared.end());
        }
    for (std::size_t t = 0; t < m_tensors.size(); ++t)
        if (common[t].size() > 1) m_tensors[t].sent_as = validUtf8(common[t].back());
}

void Importer::noteUnknowns()
{
    for (const auto& [key, tally] : m_unknown_ops) {
        const auto line = key.find('\n');
        const std::string domain = key.substr(0, line), op = key.substr(line + 1);
        note(Severity::Warning, m_path + ", " + tally.text(),
             "operator " + shown(op) + " is not in " +
                 (domain.empty() ? "ai.onnx " + std::to_string(m_result.opset) : shown(domain)) +
                 " as known here: its multiply-accumulates are not counted");
    }
    if (m_open_shapes.count > 0)
        note(Severity::Warning, m_path + ", " + m_open_shapes.text(),
             "the shape is not known, so its bytes are not",
             "give --shape NAME=.. for that tensor or an input, or --dim NAME=.. for a dimension, or export the model with the "
             "shapes of its tensors (value_info)");
    if (m_no_tensors.count > 0)
        note(Severity::Warning, m_path + ", " + m_no_tensors.text(),
             "is no tensor: its bytes are not known, and no plan is cut there");
    if (m_contradictions.count > 0)
        note(Severity::Warning, m_path + ", " + m_contradictions.text(), "the computed shape is used",
             "export the model again if it is wrong");
    if (m_other_types.count > 0)
        note(Severity::Warning, m_path + ", " + m_other_types.text(), "the computed type is used",
             "export the model again if it is wrong");
    if (m_dead.count > 0)
        note(Severity::Info, m_path + ", " + m_dead.text(), "nothing reads what it makes; left out");
    if (!m_result.assumed_dimensions.empty()) {
        std::string names;
        for (const std::string& name : m_result.assumed_dimensions)
            names += (names.empty() ? "" : ", ") + shown(name);
        note(Severity::Info, m_path, "symbolic dimensions taken as 1: " + names,
             "give --dim NAME=SIZE or --shape INPUT=.. for others, in the window a size in the panel Scenario");
    }
    if (const auto& missing = m_data.missing(); !missing.empty())
        note(Severity::Warning, m_path,
             "external data are not there: " + missing.front() +
                 (missing.size() > 1 ? " and " + std::to_string(missing.size() - 1) + " more" : ""),
             "put the file beside the model; costs and plans do without, running and splitting do not");
}

GraphPtr Importer::assemble(const GraphBody& body)
{
    std::vector<std::uint32_t> tensor_at(m_tensors.size(), kGone), weight_at(m_roots.size(), kGone);
    std::vector<bool> used(m_tensors.size(), false), weighed(m_roots.size(), false);
    for (std::size_t i = 0; i < m_tensors.size(); ++i)
        used[i] = m_tensors[i].is_graph_input || m_tensors[i].is_graph_output;
    for (std::size_t i = 0; i < m_roots.size(); ++i) weighed[i] = m_roots[i].is_parameter;
    for (const LayerDraft& draft : m_layers) {
        for (const std::uint32_t t : draft.inputs) used[t] = true;
        for (const std::uint32_t t : draft.outputs) used[t] = true;
        for (const std::uint32_t w : draft.roots) weighed[w] = true;
    }
    // The graph lists its outputs in the order of its tensors: where these stand, they take the file's order.
    std::vector<std::uint32_t> order(m_tensors.size()), places = m_outputs;
    std::iota(order.begin(), order.end(), 0u);
    std::sort(places.begin(), places.end());
    for (std::size_t i = 0; i < places.size(); ++i) order[places[i]] = m_outputs[i];
    std::vector<Tensor> tensors;
    for (const std::uint32_t i : order)
        if (used[i])
            tensor_at[i] = static_cast<std::uint32_t>(tensors.size()),
            m_result.tensor_names.emplace_back(m_tensor_names[i]),
            tensors.push_back(std::move(m_tensors[i]));
    std::vector<Weight> weights;
    for (std::size_t i = 0; i < m_roots.size(); ++i)
        if (weighed[i])
            weight_at[i] = static_cast<std::uint32_t>(weights.size()),
            weights.push_back(std::move(m_roots[i]));

    std::vector<Layer> layers;
    for (LayerDraft& draft : m_layers) {
        Layer& layer = draft.layer;
        for (const std::uint32_t t : draft.inputs) layer.inputs.push_back(TensorId{tensor_at[t]});
        for (const std::uint32_t t : draft.outputs) layer.outputs.push_back(TensorId{tensor_at[t]});
        for (const std::uint32_t w : draft.roots) layer.weights.push_back(WeightId{weight_at[w]});
        const auto full = [&](TensorId t) { return tensors[t.index()].elements().has_value(); };
        layer.shapes_known = std::all_of(layer.inputs.begin(), layer.inputs.end(), full) &&
                             std::all_of(layer.outputs.begin(), layer.outputs.end(), full);
        layers.push_back(std::move(layer));
    }
    return std::make_shared<const Graph>(validUtf8(body.name), std::move(layers), std::move(tensors),
                                         std::move(weights));
}

} // namespace cutline
