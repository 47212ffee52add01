// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/graph/importer.h"
#include "core/graph/library_rules.h"

#include <algorithm>
#include <array>

namespace cutline {
namespace {

using onnx_file::GraphBody;
using onnx_file::Node;
using onnx_file::TensorData;
using onnx_file::ValueInfo;

/// Each run gives another result, whatever the inputs.
bool isRandom(std::string_view op)
{
    return op.starts_with("Random") || op == "Bernoulli" || op == "Multinomial";
}

/// Operators of versions after the library's that have no shape rule here: known all the same.
bool isKnownNewcomer(std::string_view op)
{
    constexpr std::array<std::string_view, 8> kOps{"Col2Im",       "CenterCropPad",  "AffineGrid",
                                                   "ImageDecoder", "RegexFullMatch", "StringConcat",
                                                   "StringSplit",  "TensorScatter"};
    return std::find(kOps.begin(), kOps.end(), op) != kOps.end();
}

/// A sequence, map or optional, as the file says or, where it does not, the operator.
bool makesNoTensor(const Node& node, const ValueInfo* declared)
{
    if (declared && declared->has_type) return !declared->type.tensor;
    constexpr std::array<std::string_view, 8> kOps{"SequenceConstruct", "SequenceEmpty",   "SequenceInsert", "SequenceErase",
                                                   "SequenceMap",       "SplitToSequence", "Optional",       "ZipMap"};
    return (node.domain.empty() || node.domain == "ai.onnx" || node.domain == "ai.onnx.ml") &&
           std::find(kOps.begin(), kOps.end(), node.op) != kOps.end();
}

bool isQuantisation(const Node& node)
{
    return (node.domain.empty() || node.domain == "com.microsoft") &&
           (node.op == "QuantizeLinear" || node.op == "DequantizeLinear");
}

/// Fake quantisation of the training tools: float in, float out.
bool isFakeQuantisation(const Node& node)
{
    return !node.domain.empty() && (node.op == "FakeQuantize" || node.op == "FakeQuant" ||
                                    node.op == "Quant" || node.op == "BipolarQuant");
}

/// ONNX Runtime's operators on quantised tensors are ONNX' own with a scale and a zero point behind each tensor: the
/// places of the tensors, none for other operators.
std::vector<std::size_t> quantisedOperands(const Node& node)
{
    constexpr std::string_view kPrefix = "QLinear";
    std::vector<std::size_t> places;
    if (node.domain != "com.microsoft" || !node.op.starts_with(kPrefix)) return places;
    const std::string_view op = node.op.substr(kPrefix.size());
    if (op == "Concat") // the output's come first
        for (std::size_t i = 2; i < node.inputs.size(); i += 3) places.push_back(i);
    if (op == "Add" || op == "Mul") places = {0, 3};
    const onnx_file::Attribute* last = node.attribute("channels_last");
    for (const std::string_view one : {"AveragePool", "GlobalAveragePool", "LeakyRelu", "Sigmoid", "Softmax"})
        if (op == one && (!last || last->i == 0)) places = {0};
    return places;
}

} // namespace

Info* Importer::find(Scope& scope, std::string_view name)
{
    for (Scope* at = &scope; at; at = at->outer)
        if (const auto found = at->names.find(name); found != at->names.end()) return &found->second;
    return nullptr;
}

void Importer::walkGraph(Scope& scope, const GraphBody& body)
{
    NodeOrder order;
    try {
        order = orderOf(body.nodes, [&](std::string_view name) { return scope.names.contains(name); });
    } catch (const Failure& failure) {
        throw Error{m_path, failure.what, failure.fix};
    }
    if (!order.disorder.empty())
        note(ImportNote::Severity::Warning, m_path, order.disorder + "; the nodes were sorted",
             "export the model again");
    m_result.node_roles.assign(body.nodes.size(), NodeRole::Layer);
    for (const std::uint32_t index : order.order) {
        const Node& node = body.nodes[index];
        Visit visit = visitNode(scope, node, index);
        if (visit.constant) {
            m_result.node_roles[index] = NodeRole::Constant;
            if (const Info* measured = node.inputs.empty() ? nullptr : find(scope, node.inputs[0]);
                measured && !measured->constant && measured->shape)
                m_result.measured_shapes[index] = *measured->shape;
            if (visit.outputs.size() == 1 && visit.outputs[0].value && !visit.outputs[0].value->isReal())
                m_result.folded_values[index] = visit.outputs[0].value;
            for (std::size_t i = 0; i < node.outputs.size(); ++i)
                if (!node.outputs[i].empty()) scope.names[node.outputs[i]] = std::move(visit.outputs[i]);
        } else {
            addLayer(scope, node, index, std::move(visit));
        }
    }
}

void Importer::addLayer(Scope& scope, const Node& node, std::uint32_t index, Visit visit)
{
    std::vector<Info*> inputs;
    for (const std::string_view name : node.inputs)
        inputs.push_back(name.empty() ? nullptr : find(scope, name));
    if (annotates(node, inputs)) {
        m_result.node_roles[index] = NodeRole::Annotation;
        return annotate(scope, node, inputs, visit);
    }

    LayerDraft draft;
    Layer& layer = draft.layer;
    layer.name = validUtf8(node.name);
    layer.op = validUtf8(node.op);
    layer.domain = validUtf8(node.domain);
    layer.op_class = visit.op_class;
    layer.loops = std::move(visit.work.loops);
    layer.macs = visit.work.macs;
    layer.known_op = visit.known_op;
    layer.in_place = visit.in_place;
    layer.file_index = index;
    draft.inputs = std::move(visit.tensors);
    draft.roots = std::move(visit.roots);
    for (const std::uint32_t bias : visit.biases) m_roots[bias].is_bias = true;
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        if (node.outputs[i].empty()) continue;
        Info& info = visit.outputs[i];
        const auto declared = scope.declared.find(node.outputs[i]);
        const bool no_tensor = makesNoTensor(node, declared == scope.declared.end() ? nullptr : declared->second);
        if (!isFull(info.shape))
            (no_tensor ? m_no_tensors : m_open_shapes).add(nodeText(node, index) + ", tensor " + shown(node.outputs[i]));
        info.tensor = static_cast<std::uint32_t>(m_tensors.size());
        draft.outputs.push_back(info.tensor);
        Tensor tensor;
        tensor.name = validUtf8(node.outputs[i]);
        tensor.type = info.type;
        tensor.shape = info.shape;
        m_tensors.push_back(std::move(tensor));
        m_tensor_names.push_back(node.outputs[i]);
        scope.names[node.outputs[i]] = std::move(info);
    }
    m_layers.push_back(std::move(draft));
}

bool Importer::annotates(const Node& node, const std::vector<Info*>& inputs) const
{
    if (!isQuantisation(node) && !isFakeQuantisation(node)) return false;
    if (inputs.empty() || !inputs[0] || inputs[0]->tensor == Info::kNone || node.outputs.empty())
        return false;
    return std::all_of(inputs.begin() + 1, inputs.end(),
                       [](const Info* input) { return !input || input->constant; });
}

/// The tensor stays the same one under another name; the pair says how it is stored.
void Importer::annotate(Scope& scope, const Node& node, const std::vector<Info*>& inputs, Visit& visit)
{
    Tensor& tensor = m_tensors[inputs[0]->tensor];
    const bool per_channel =
        inputs.size() > 1 && inputs[1] && inputs[1]->shape && elementCount(*inputs[1]->shape).value_or(1) > 1;
    ElementType type = node.op == "DequantizeLinear" ? inputs[0]->type : visit.outputs[0].type;
    if (isFakeQuantisation(node)) type = ElementType::Int8;
    if (!tensor.quantisation && type != ElementType::Unknown)
        tensor.quantisation = Quantisation{type, per_channel};
    Info& info = visit.outputs[0];
    if (isFakeQuantisation(node)) {
        info.type = inputs[0]->type;
        info.shape = inputs[0]->shape;
    }
    info.tensor = inputs[0]->tensor;
    if (!scope.outer) m_annotations.emplace(node.outputs[0], &node);
    scope.names[node.outputs[0]] = std::move(info);
}

Importer::Visit Importer::visitNode(Scope& scope, const Node& node, std::size_t index)
{
    poll();
    try {
        std::vector<Info*> inputs;
        for (const std::string_view name : node.inputs)
            inputs.push_back(name.empty() ? nullptr : find(scope, name));
        Visit visit;
        if (const onnx_file::Function* function = functionFor(node))
            visit = visitFunction(scope, node, *function, inputs);
        else if (hasBody(node))
            visit = visitControl(scope, node, inputs);
        else
            visit = visitOperator(scope, node, inputs);
        useDeclared(scope, node, visit);
        if (!visit.known_op)
            m_unknown_ops[validUtf8(node.domain) + "\n" + validUtf8(node.op)].add(nodeText(node, index));
        for (std::size_t i = 0; i < visit.outputs.size(); ++i)
            if (const auto& shape = visit.outputs[i].shape;
                isFull(shape) && elementCount(*shape).value_or(kLargestCount + 1) > kLargestCount)
                throw Failure{"makes tensor " + shown(node.outputs[i]) + " of shape " + shapeText(*shape) +
                                  ", more elements than can be",
                              "check the shapes that lead here"};
        return visit;
    } catch (const Failure& failure) {
        throw Error{where(node, index), failure.what,
                    failure.fix.empty() ? "correct this node or the shapes that lead to it, and export the model again"
                                        : failure.fix};
    }
}

Importer::Visit Importer::visitOperator(Scope& scope, const Node& node, std::vector<Info*>& inputs)
{
    OpCall call(node,
                opsetOf(scope, node.domain == "com.microsoft" && isQuantisation(node) ? "" : node.domain),
                inputs, m_read);
    if (node.domain.empty() && (node.op == "If" || node.op == "Loop" || node.op == "Scan"))
        throw Failure{std::string("has no ") + (node.op == "If" ? "then_branch" : "body"), "export the model again"};
    Visit visit;
    if (node.domain.empty() && node.op == "Constant") {
        visit.outputs.resize(std::max<std::size_t>(node.outputs.size(), 1));
        makeConstant(node, visit);
        return visit;
    }
    inferOperator(call, inputs, visit);
    visit.outputs = call.outputs;
    const bool has_inputs =
        std::any_of(inputs.begin(), inputs.end(), [](const Info* input) { return input != nullptr; });
    const bool all_constant = std::all_of(inputs.begin(), inputs.end(),
                                          [](const Info* input) { return !input || input->constant; });
    const bool shape_of = node.domain.empty() && (node.op == "Shape" || node.op == "Size") && call.shape(0) &&
                          isFull(*call.shape(0));
    visit.work = workOf(call);
    // A product of constants stays a layer: nobody computed it when the file was made, and its work counts.
    if ((has_inputs && all_constant && !isRandom(node.op) && visit.work.macs == 0) || shape_of) {
        foldConstants(call, visit);
        return visit;
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!inputs[i]) continue;
        addOnce(visit.roots, inputs[i]->roots);
        if (inputs[i]->tensor != Info::kNone) addOnce(visit.tensors, std::array{inputs[i]->tensor});
        if (i == visit.work.bias && inputs[i]->constant) addOnce(visit.biases, inputs[i]->roots);
    }
    if (visit.op_class == OpClass::Conv && isDepthwise(call)) visit.op_class = OpClass::Depthwise;
    if (visit.in_place || visit.op_class == OpClass::View) {
        visit.in_place = false;
        for (const Info* input : inputs)
            visit.in_place |= input && !input->constant && isFull(input->shape) && !visit.outputs.empty() &&
                              isFull(visit.outputs[0].shape) &&
                              elementCount(*input->shape) == elementCount(*visit.outputs[0].shape) &&
                              bitsOf(input->type) == bitsOf(visit.outputs[0].type);
    }
    return visit;
}

void Importer::inferOperator(OpCall& call, const std::vector<Info*>& inputs, Visit& visit)
{
    const Node& node = call.node();
    const bool standard = node.domain.empty() || (node.domain == "com.microsoft" && isQuantisation(node));
    if (const OpRule* rule = standard ? ruleFor(node.op) : nullptr) {
        rule->infer(call);
        visit.op_class = rule->op_class;
        visit.in_place = rule->in_place;
        return;
    }
    if (const auto operands = quantisedOperands(node); !operands.empty() && operands.back() < inputs.size()) {
        std::vector<Info*> tensors;
        Node bare = node;
        bare.inputs.clear();
        for (const std::size_t i : operands) {
            tensors.push_back(inputs[i]);
            bare.inputs.push_back(node.inputs[i]);
        }
        OpCall plain(bare, m_result.opset, tensors, m_read);
        const OpRule& rule = *ruleFor(node.op.substr(std::string_view("QLinear").size()));
        rule.infer(plain);
        call.outputs = plain.outputs;
        visit.op_class = rule.op_class;
        return;
    }
    if (isFakeQuantisation(node)) {
        if (call.inputCount() > 0) call.set(0, call.type(0), call.shape(0));
        return;
    }
    visit.by_library = true;
    visit.known_op = inferByLibrary(call) || (standard && isKnownNewcomer(node.op));
}

/// What the file says of the outputs, or the user by --shape, where inference leaves something open.
void Importer::useDeclared(Scope& scope, const Node& node, Visit& visit)
{
    for (std::size_t i = 0; i < node.outputs.size() && i < visit.outputs.size(); ++i) {
        Info& info = visit.outputs[i];
        if (node.outputs[i].empty()) continue;
        Shape known;
        bool has_known = false;
        if (const auto found = scope.declared.find(node.outputs[i]); found != scope.declared.end()) {
            const ValueInfo& declared = *found->second;
            const ElementType said = elementTypeOf(declared.type.element_type);
            if (info.type == ElementType::Unknown) info.type = said;
            if (said != ElementType::Unknown && info.type != said)
                m_other_types.add("tensor " + shown(node.outputs[i]) + ": " + std::string(nameOf(info.type)) +
                                  " computed, " + std::string(nameOf(said)) + " stored");
            has_known = declared.type.has_shape;
            for (const onnx_file::Dimension& dim : declared.type.dims) {
                const auto symbol = dim.symbol.empty() ? m_options.dimensions.end()
                                                       : m_options.dimensions.find(std::string(dim.symbol));
                std::int64_t size = dim.value.value_or(-1);
                if (size < 0 && symbol != m_options.dimensions.end())
                    size = symbol->second;
                else if (size < 0 && !dim.symbol.empty() && m_symbols.contains(std::string(dim.symbol)) &&
                         m_options.input_shapes.empty())
                    size = 1;
                known.push_back(std::max<std::int64_t>(size, -1));
            }
        }
        if (const auto given = m_options.input_shapes.find(std::string(node.outputs[i]));
            given != m_options.input_shapes.end() && !scope.outer) {
            m_used_shapes.insert(given->first);
            const auto declared = scope.declared.find(node.outputs[i]);
            if (makesNoTensor(node, declared == scope.declared.end() ? nullptr : declared->second))
                throw Failure{"makes " + shown(node.outputs[i]) + ", which is no tensor, --shape gives it a shape", "leave it out"};
            if (isFull(info.shape) && *info.shape != given->second)
                throw Failure{"makes " + shown(node.outputs[i]) + " of shape " + shapeText(*info.shape) +
                                  ", --shape gives " + shapeText(given->second),
                              "leave it out"};
            known = given->second;
            has_known = true;
        }
        if (!has_known) continue;
        const bool stored_is_full = isFull(std::optional<Shape>(known));
        if (!info.shape || (visit.by_library && stored_is_full)) info.shape = known;
        bool agrees = info.shape->size() == known.size();
        for (std::size_t d = 0; agrees && d < known.size(); ++d) {
            std::int64_t& size = (*info.shape)[d];
            if (size < 0) size = known[d];
            agrees = known[d] < 0 || size == known[d];
        }
        if (!agrees && m_options.input_shapes.empty() && m_options.dimensions.empty())
            m_contradictions.add("tensor " + shown(node.outputs[i]) + ": " + shapeText(*info.shape) +
                                 " computed, " + shapeText(known) + " stored");
    }
}

} // namespace cutline
