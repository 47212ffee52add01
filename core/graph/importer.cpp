// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/importer.h"

#include "core/base/text.h"

#include <algorithm>
#include <map>

namespace cutline {
namespace {

using onnx_file::GraphBody;
using onnx_file::Node;
using onnx_file::TensorData;
using onnx_file::ValueInfo;

/// Newest version of ai.onnx whose changes the rules of this room know.
constexpr std::int64_t kNewestOpset = 24;
/// Bodies of functions may call functions; this many uses of operators are followed beside the graph's own.
constexpr std::size_t kMostVisits = 200'000;

bool countsAsParameter(const TensorData& tensor, ElementType type, bool scale, bool integer_data)
{
    if (tensor.dims.empty() || scale) return false;
    switch (type) {
    case ElementType::Int8:
    case ElementType::UInt8:
    case ElementType::Int4:
    case ElementType::UInt4: return true;
    case ElementType::Int32: return integer_data;
    default: return isFloating(type);
    }
}

} // namespace

void addOnce(std::vector<std::uint32_t>& list, std::span<const std::uint32_t> more)
{
    for (const std::uint32_t item : more)
        if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

bool isFull(const std::optional<Shape>& shape)
{
    return shape && std::none_of(shape->begin(), shape->end(), [](std::int64_t size) { return size < 0; });
}

Importer::Importer(const onnx_file::Model& model, const std::string& path, const ImportOptions& options,
                   Progress& progress)
    : m_model(model), m_path(path), m_options(options), m_progress(progress), m_data(path),
      m_read([this](Info& info) { return info.data ? m_data.read(*info.data) : nullptr; })
{
}

std::string Importer::where(const Node& node, std::size_t index) const
{
    return m_path + ", " + nodeText(node, index);
}

void Importer::note(ImportNote::Severity severity, std::string at, std::string what, std::string fix)
{
    m_result.notes.push_back({severity, std::move(at), std::move(what), std::move(fix)});
}

void Importer::poll()
{
    if (++m_visited > kMostVisits + 4 * m_node_count)
        throw Error{m_path,
                    "functions and subgraphs unfold to more than " + std::to_string(m_visited) + " nodes",
                    "export the model without functions"};
    if (m_visited % 256 != 0) return;
    if (m_progress.cancelled()) throw Error{m_path, "opening was cancelled", {}};
    if (m_node_count > 0)
        m_progress.report(std::min(1.0, static_cast<double>(m_visited) / static_cast<double>(m_node_count)),
                          "Reading layers");
}

void Importer::checkModel() const
{
    if (!m_model.graph) throw Error{m_path, "has no graph", "export the model again"};
    const std::string graph = m_path + ", graph " + shown(m_model.graph->name);
    if (m_model.opsets.empty() && m_model.ir_version >= 3)
        throw Error{m_path, "has no opset_import, so the meaning of its operators is not known",
                    "export the model again"};
    const auto plain = [](std::string_view domain) { return domain == "ai.onnx" ? std::string_view() : domain; };
    std::map<std::string_view, std::int64_t> first;
    for (const auto& import : m_model.opsets) {
        const std::string_view domain = plain(import.domain);
        const std::string words = "opset_import of " + (domain.empty() ? std::string("ai.onnx") : shown(domain)) + " is ";
        const std::int64_t other = first.emplace(domain, import.version).first->second;
        if (other != import.version)
            throw Error{m_path, words + "both version " + std::to_string(other) + " and " + std::to_string(import.version),
                        "export the model again"};
        if (import.version < 1)
            throw Error{m_path, words + "version " + std::to_string(import.version), "export the model again"};
    }
    if (m_model.graph->outputs.empty()) throw Error{graph, "has no outputs", "export the model again"};
}

std::int64_t Importer::opsetOf(const Scope& scope, std::string_view domain) const
{
    const auto search = [&](const std::vector<onnx_file::OpsetImport>& imports) -> std::int64_t {
        for (const auto& import : imports)
            if (import.domain == domain || (domain.empty() && import.domain == "ai.onnx"))
                return import.version;
        return 0;
    };
    for (const Scope* at = &scope; at; at = at->outer)
        if (at->function)
            if (const std::int64_t version = search(at->function->opsets)) return version;
    // Files of the first two IR versions name no opset: it is the first.
    const std::int64_t version = search(m_model.opsets);
    if (version == 0 && domain.empty() && !m_model.opsets.empty())
        throw Failure{"has no opset_import for ai.onnx, so the meaning of its operators is not known",
                      "export the model again"};
    return version > 0 ? version : 1;
}

void Importer::openScope(Scope& scope, std::span<const Node> nodes, const GraphBody* body,
                         std::span<const ValueInfo> values)
{
    for (const Node& node : nodes) {
        const bool pair = node.op == "QuantizeLinear" || node.op == "DequantizeLinear";
        if (pair)
            for (std::size_t i = 1; i < node.inputs.size(); ++i) scope.scales.insert(node.inputs[i]);
        if (node.op == "DequantizeLinear" && !node.inputs.empty()) scope.integer_data.insert(node.inputs[0]);
        if (node.op == "QLinearConv" && node.inputs.size() > 8) scope.integer_data.insert(node.inputs[8]);
        if (node.op.starts_with("QLinear"))
            for (const std::size_t i : {std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{5},
                                        std::size_t{6}, std::size_t{7}})
                if (i < node.inputs.size()) scope.scales.insert(node.inputs[i]);
    }
    for (const ValueInfo& value : values) scope.declared.emplace(value.name, &value);
    if (!body) return;
    for (const ValueInfo& output : body->outputs) scope.declared.emplace(output.name, &output);
    addInitializers(scope, *body);
}

void Importer::addInitializers(Scope& scope, const GraphBody& body)
{
    const auto add = [&](const TensorData& tensor, const Shape& dims, const TensorData* data) {
        Info info;
        info.type = elementTypeOf(tensor.type);
        info.shape = dims;
        info.constant = true;
        info.data = data;
        info.initializer = true;
        TensorData shaped;
        shaped.dims = dims;
        const bool parameter = countsAsParameter(shaped, info.type, scope.scales.contains(tensor.name),
                                                 scope.integer_data.contains(tensor.name));
        info.roots = {addRoot(&tensor, tensor.name, info.type, dims, parameter)};
        if (!scope.names.emplace(tensor.name, std::move(info)).second)
            throw Error{m_path + ", initializer " + shown(tensor.name), "is there twice",
                        "export the model again"};
    };
    for (std::size_t i = 0; i < body.initializers.size(); ++i) {
        const TensorData& tensor = body.initializers[i];
        try {
            m_data.check(tensor);
        } catch (const Failure& failure) {
            throw Error{m_path + ", initializer " + shown(tensor.name), failure.what, failure.fix};
        }
        add(tensor, tensor.dims, &tensor);
    }
    for (const onnx_file::SparseTensor& sparse : body.sparse_initializers) {
        const std::string at = m_path + ", sparse initializer " + shown(sparse.values.name);
        if (sparse.values.name.empty())
            throw Error{m_path, "a sparse initializer has no name", "export the model again"};
        try {
            m_data.check(sparse.values);
            m_data.check(sparse.indices);
            static_cast<void>(storedBytes(sparse.dims, elementTypeOf(sparse.values.type)));
            const auto count = elementCount(sparse.values.dims), dense = elementCount(sparse.dims);
            if (sparse.values.dims.size() != 1 || *count > *dense)
                throw Failure{"holds " + shapeText(sparse.values.dims) + " values in a shape of " +
                                  shapeText(sparse.dims),
                              "export the model again"};
            const Shape flat{static_cast<std::int64_t>(*count)},
                pairs{static_cast<std::int64_t>(*count), static_cast<std::int64_t>(sparse.dims.size())};
            if (sparse.indices.dims != flat && sparse.indices.dims != pairs)
                throw Failure{"has indices of shape " + shapeText(sparse.indices.dims) + " for " +
                                  std::to_string(*count) + " values",
                              "export the model again"};
            checkSparseIndices(sparse);
        } catch (const Failure& failure) {
            throw Error{at, failure.what, failure.fix};
        }
        add(sparse.values, sparse.dims, nullptr);
    }
}

std::uint32_t Importer::addRoot(const void* key, std::string_view name, ElementType type, const Shape& shape,
                                bool parameter)
{
    if (const auto found = m_root_of.find(key); key && found != m_root_of.end()) return found->second;
    const auto index = static_cast<std::uint32_t>(m_roots.size());
    Weight weight;
    weight.name = validUtf8(name);
    weight.type = type;
    weight.shape = shape;
    weight.elements = elementCount(shape).value_or(0);
    weight.is_parameter = parameter;
    m_roots.push_back(std::move(weight));
    if (key) m_root_of.emplace(key, index);
    return index;
}

std::string Importer::openDimension(const ValueInfo& input, std::size_t i)
{
    const onnx_file::Dimension& dim = input.type.dims[i];
    if (!dim.symbol.empty()) return validUtf8(dim.symbol);
    const bool fixed = dim.value && *dim.value >= 0;
    return fixed ? std::string() : validUtf8(input.name) + "[" + std::to_string(i) + "]";
}

std::int64_t Importer::dimensionOf(const ValueInfo& input, std::size_t i)
{
    const onnx_file::Dimension& dim = input.type.dims[i];
    if (dim.value && *dim.value < -1)
        throw Error{m_path + ", input " + shown(input.name),
                    "dimension " + std::to_string(i) + " is " + std::to_string(*dim.value),
                    "give --shape with the sizes it should have"};
    if (dim.value && *dim.value >= 0) return *dim.value;
    const std::string name = openDimension(input, i);
    if (const auto given = m_options.dimensions.find(name); given != m_options.dimensions.end()) return given->second;
    if (dim.value)
        note(ImportNote::Severity::Warning, m_path + ", input " + shown(input.name),
             "dimension " + std::to_string(i) + " is -1, taken as 1",
             "give --shape with the size it should have");
    if (std::find(m_result.assumed_dimensions.begin(), m_result.assumed_dimensions.end(), name) ==
        m_result.assumed_dimensions.end())
        m_result.assumed_dimensions.push_back(name);
    return 1;
}

Shape Importer::inputShape(const ValueInfo& input, std::vector<std::string>& symbols)
{
    const std::string name(input.name), at = m_path + ", input " + shown(name);
    const auto given = m_options.input_shapes.find(name);
    const auto& dims = input.type.dims;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        symbols.push_back(openDimension(input, i));
        if (!symbols.back().empty()) m_symbols.insert(symbols.back());
    }
    if (given == m_options.input_shapes.end()) {
        Shape shape;
        for (std::size_t i = 0; i < dims.size(); ++i) shape.push_back(dimensionOf(input, i));
        return shape;
    }
    m_used_shapes.insert(name);
    const Shape& wanted = given->second;
    if (input.type.has_shape && wanted.size() != dims.size())
        throw Error{at,
                    "--shape gives " + std::to_string(wanted.size()) + " dimensions (" + shapeText(wanted) +
                        "), the model has " + std::to_string(dims.size()),
                    "give as many"};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] < 0)
            throw Error{at,
                        "--shape gives " + std::to_string(wanted[i]) + " for dimension " + std::to_string(i),
                        "give a size of 0 or more"};
        if (i < dims.size() && dims[i].value && *dims[i].value >= 0 && *dims[i].value != wanted[i])
            throw Error{at,
                        "--shape gives " + std::to_string(wanted[i]) + " for dimension " + std::to_string(i) +
                            ", the model fixes it to " + std::to_string(*dims[i].value),
                        "leave it at that, or export the model with this size"};
        if (i < dims.size() && !symbols[i].empty())
            if (const auto dim = m_options.dimensions.find(symbols[i]);
                dim != m_options.dimensions.end() && dim->second != wanted[i])
                throw Error{at,
                            "--shape gives " + std::to_string(wanted[i]) + " and --dim " +
                                std::to_string(dim->second) + " for " + shown(symbols[i]),
                            "give one of them"};
    }
    return wanted;
}

void Importer::addGraphInputs(Scope& scope, const GraphBody& body)
{
    std::unordered_set<std::string_view> seen;
    for (const ValueInfo& input : body.inputs) {
        const std::string at = m_path + ", input " + shown(input.name);
        if (input.name.empty()) throw Error{m_path, "an input has no name", "export the model again"};
        if (!seen.insert(input.name).second) throw Error{at, "is there twice", "export the model again"};
        // Initializers stand among the inputs in files before IR version 4, and may later as defaults.
        if (scope.names.contains(input.name)) continue;
        Tensor tensor;
        tensor.name = validUtf8(input.name);
        tensor.type = elementTypeOf(input.type.element_type);
        tensor.is_graph_input = true;
        const bool given = m_options.input_shapes.contains(std::string(input.name));
        if (input.type.has_shape || given)
            tensor.shape = inputShape(input, tensor.symbols);
        else
            note(ImportNote::Severity::Warning, at, input.type.tensor ? "has no shape" : "has no tensor type",
                 "give --shape " + shown(input.name) + "=..");
        if (tensor.shape) {
            const auto elements = elementCount(*tensor.shape);
            if (!elements || *elements > kLargestCount)
                throw Error{at, "has the shape " + shapeText(*tensor.shape) + ", more elements than can be",
                            "give --shape with sensible sizes"};
        }
        Info info;
        info.type = tensor.type;
        info.shape = tensor.shape;
        info.tensor = static_cast<std::uint32_t>(m_tensors.size());
        m_tensors.push_back(std::move(tensor));
        m_tensor_names.push_back(input.name);
        scope.names.emplace(input.name, std::move(info));
    }
}

void Importer::checkDimensionNames() const
{
    for (const auto& [name, size] : m_options.dimensions) {
        if (m_symbols.contains(name)) continue;
        std::string there;
        for (const std::string& symbol : m_symbols) there += (there.empty() ? "" : ", ") + shown(symbol);
        throw Error{m_path, "no input has a dimension called " + shown(name),
                    there.empty() ? "the model has none to set" : "there are " + there};
    }
}

void Importer::checkShapeNames() const
{
    for (const auto& [name, shape] : m_options.input_shapes) {
        if (m_used_shapes.contains(name)) continue;
        std::string there;
        for (const Tensor& tensor : m_tensors)
            if (tensor.is_graph_input) there += (there.empty() ? "" : ", ") + shown(tensor.name);
        throw Error{m_path, "--shape " + shown(name) + ": the model has no input of that name",
                    "its inputs are " + there};
    }
}

Result<ImportedModel> Importer::run()
{
    try {
        checkModel();
        const GraphBody& body = *m_model.graph;
        m_node_count = body.nodes.size();
        m_result.file = m_path;
        m_result.ir_version = m_model.ir_version;
        Scope scope;
        for (const auto& import : m_model.opsets)
            if (import.domain.empty() || import.domain == "ai.onnx") m_result.opset = import.version;
        if (m_result.opset > kNewestOpset)
            note(ImportNote::Severity::Warning, m_path,
                 "opset " + std::to_string(m_result.opset) + " is newer than " +
                     std::to_string(kNewestOpset) +
                     ", the newest known here: its operators are read as version " +
                     std::to_string(kNewestOpset),
                 {});
        openScope(scope, body.nodes, &body, body.values);
        for (const auto& [name, size] : m_options.dimensions)
            if (size < 0)
                throw Error{m_path, "--dim " + shown(name) + "=" + std::to_string(size) + " is no size",
                            "give 1 or more"};
        addGraphInputs(scope, body);
        checkAttributes(body.nodes, false);
        checkFunctions();
        noteOddities(body);
        checkDimensionNames();
        walkGraph(scope, body);
        checkShapeNames();
        markOutputs(scope, body);
        dropDeadLayers();
        nameLayers(body);
        nameTensors();
        nameSent(scope);
        noteUnknowns();
        m_result.graph = assemble(body);
        return std::move(m_result);
    } catch (const Error& error) {
        return error;
    } catch (const Failure& failure) {
        return Error{m_path, failure.what, failure.fix};
    }
}

} // namespace cutline
