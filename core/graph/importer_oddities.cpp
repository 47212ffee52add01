// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/graph/importer.h"

#include <tuple>

namespace cutline {
namespace {

using onnx_file::Attribute;
using onnx_file::GraphBody;
using onnx_file::Node;
using onnx_file::ValueInfo;
using Severity = ImportNote::Severity;

/// TensorProto.DataType ends at 26 as of ONNX 1.20 (INT2).
constexpr std::int32_t kLastDataType = 26;

bool isUtf8(std::string_view text) { return validUtf8(text) == text; }

/// The first name of a node that is not UTF-8, by what it is: "name", "input 0" ..; empty: all are.
std::string badNameOf(const Node& node)
{
    for (const auto& [text, what] : {std::pair{node.name, "name"}, {node.op, "operator"}, {node.domain, "domain"}})
        if (!isUtf8(text)) return what;
    for (const auto& [names, what] : {std::pair{&node.inputs, "input "}, {&node.outputs, "output "}})
        for (std::size_t i = 0; i < names->size(); ++i)
            if (!isUtf8((*names)[i])) return what + std::to_string(i);
    return {};
}

} // namespace

/// Attributes that ONNX forbids: with them it is open what the node computes.
void Importer::checkAttributes(std::span<const Node> nodes, bool in_function) const
{
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        std::set<std::string_view> seen;
        for (const Attribute& a : nodes[n].attributes) {
            if (!seen.insert(a.name).second)
                throw Error{where(nodes[n], n), "attribute " + shown(a.name) + " is there twice", "export the model again"};
            if (!in_function && !a.reference.empty())
                throw Error{where(nodes[n], n),
                            "attribute " + shown(a.name) + " refers to " + shown(a.reference) +
                                ", an attribute of a function, but the node is in none",
                            "give it a value of its own, or export the model again"};
            if (a.g) checkAttributes(a.g->nodes, in_function);
        }
    }
}

void Importer::checkFunctions() const
{
    std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
    for (const onnx_file::Function& function : m_model.functions) {
        if (!seen.emplace(function.domain, function.name, function.overload).second)
            throw Error{m_path + ", function " + shown(function.name), "is there twice", "export the model again"};
        checkAttributes(function.nodes, true);
    }
}

/// What is said of names, types and shapes and is wrong, where the rest of the file can be read all the same.
void Importer::noteOddities(const GraphBody& body)
{
    Tally names, types, sizes, defaults;
    const std::string replaced = "not UTF-8: each bad byte reads as U+FFFD";
    for (std::size_t i = 0; i < body.nodes.size(); ++i)
        if (const std::string bad = badNameOf(body.nodes[i]); !bad.empty())
            names.add("node " + std::to_string(i) + " (" + shown(body.nodes[i].name) + "), " + bad);
    const auto checkValue = [&](const ValueInfo& value, const char* kind) {
        const std::string text = kind + (" " + shown(value.name));
        if (!isUtf8(value.name)) names.add(text);
        if (value.type.tensor && (value.type.element_type < 0 || value.type.element_type > kLastDataType))
            types.add(text + ", type " + std::to_string(value.type.element_type));
        for (std::size_t d = 0; d < value.type.dims.size(); ++d)
            if (const auto size = value.type.dims[d].value; size && *size < -1 && kind != std::string_view("input"))
                sizes.add(text + ", dimension " + std::to_string(d) + " is " + std::to_string(*size));
    };
    std::unordered_map<std::string_view, const onnx_file::TensorData*> stored;
    for (const auto& initializer : body.initializers) {
        stored.emplace(initializer.name, &initializer);
        if (!isUtf8(initializer.name)) names.add("initializer " + shown(initializer.name));
    }
    for (const ValueInfo& input : body.inputs) {
        checkValue(input, "input");
        const auto found = stored.find(input.name);
        if (found == stored.end() || !input.type.has_shape) continue;
        const Shape& dims = found->second->dims;
        bool same = dims.size() == input.type.dims.size();
        Shape said;
        for (const auto& dim : input.type.dims) said.push_back(dim.value.value_or(-1));
        for (std::size_t d = 0; same && d < dims.size(); ++d) same = said[d] < 0 || said[d] == dims[d];
        if (!same)
            defaults.add("input " + shown(input.name) + ", said to be " + shapeText(said) + ", its initializer is " +
                         shapeText(dims));
    }
    for (const ValueInfo& output : body.outputs) checkValue(output, "output");
    for (const ValueInfo& value : body.values) checkValue(value, "tensor");
    const auto tell = [&](const Tally& tally, const std::string& what, const std::string& fix) {
        if (tally.count > 0) note(Severity::Warning, m_path + ", " + tally.text(), what, fix);
    };
    tell(names, replaced, "export the model again with names in UTF-8");
    tell(types, "ONNX has no such element type", "export the model again");
    tell(sizes, "no size: it is not used", "export the model again");
    tell(defaults, "the initializer's shape is used", "export the model again");
}

/// Each index of a sparse tensor names another element of it. Throws a Failure.
void Importer::checkSparseIndices(const onnx_file::SparseTensor& sparse) const
{
    const ValuePtr indices = m_data.read(sparse.indices);
    if (!indices || indices->isReal()) return;
    const bool flat = sparse.indices.dims.size() == 1;
    const std::size_t rank = flat ? 1 : sparse.dims.size();
    const Shape limits = flat ? Shape{static_cast<std::int64_t>(elementCount(sparse.dims).value_or(0))} : sparse.dims;
    std::int64_t before = -1;
    for (std::size_t i = 0; i + rank <= indices->ints.size() && rank > 0; i += rank) {
        std::int64_t place = 0;
        for (std::size_t d = 0; d < rank; ++d) {
            const std::int64_t index = indices->ints[i + d];
            if (index < 0 || index >= limits[d])
                throw Failure{"index " + std::to_string(i / rank) + " is " + std::to_string(index) + ", 0 to " +
                                  std::to_string(limits[d] - 1) + " wanted",
                              "export the model again"};
            place = place * limits[d] + index;
        }
        // ONNX wants them in ascending order, so that a repeated one stands beside the first.
        if (place <= before)
            throw Failure{"index " + std::to_string(i / rank) + (place == before ? " is there twice" : " is out of order"),
                          "export the model again with ascending indices"};
        before = place;
    }
}

} // namespace cutline
