// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/importer.h"

#include <algorithm>
#include <array>

namespace cutline {
namespace {

using onnx_file::Attribute;
using onnx_file::GraphBody;
using onnx_file::Node;

/// Functions that call functions are followed this deep.
constexpr std::size_t kDeepestCall = 32;

void addWork(Work& sum, const Work& more)
{
    sum.loops.insert(sum.loops.end(), more.loops.begin(), more.loops.end());
    if (!sum.macs || !more.macs)
        sum.macs.reset();
    else
        sum.macs = *sum.macs + *more.macs;
    if (sum.macs && *sum.macs > kLargestCount)
        throw Failure{"needs more than 2^53 multiply-accumulates", "check the shapes of its inputs"};
}

/// Where two shapes of one value differ, the size is open.
void merge(std::optional<Shape>& into, const std::optional<Shape>& other)
{
    if (!into || !other || into->size() != other->size()) {
        into.reset();
        return;
    }
    for (std::size_t i = 0; i < into->size(); ++i)
        if ((*into)[i] != (*other)[i]) (*into)[i] = -1;
}

/// A value as a body sees it: without its constant data, which differ from run to run.
Info variable(const Info* from)
{
    Info info;
    if (!from) return info;
    info.type = from->type;
    info.shape = from->shape;
    return info;
}

} // namespace

bool Importer::hasBody(const Node& node) const
{
    return std::any_of(node.attributes.begin(), node.attributes.end(),
                       [](const Attribute& a) { return a.g != nullptr; });
}

Importer::Visit Importer::visitControl(Scope& scope, const Node& node, std::vector<Info*>& inputs)
{
    Visit visit;
    visit.outputs.resize(node.outputs.size());
    visit.known_op = node.domain.empty();
    for (const Info* input : inputs) {
        if (!input) continue;
        addOnce(visit.roots, input->roots);
        if (input->tensor != Info::kNone) addOnce(visit.tensors, std::array{input->tensor});
    }
    const OpCall call(node, opsetOf(scope, node.domain), inputs, m_read);
    if (node.domain.empty() && node.op == "If")
        visitIf(scope, node, visit);
    else if (node.domain.empty() && node.op == "Loop")
        visitLoop(scope, call, inputs, visit);
    else if (node.domain.empty() && node.op == "Scan")
        visitScan(scope, call, inputs, visit);
    else {
        for (const Attribute& a : node.attributes)
            if (a.g) takeBody(visitBody(scope, *a.g, {}), visit);
        visit.known_op = node.domain.empty() && node.op == "SequenceMap";
    }
    return visit;
}

void Importer::takeBody(const BodyVisit& body, Visit& visit)
{
    addOnce(visit.tensors, body.tensors);
    addOnce(visit.roots, body.roots);
    addOnce(visit.biases, body.biases);
}

void Importer::visitIf(Scope& scope, const Node& node, Visit& visit)
{
    const Attribute* then_branch = node.attribute("then_branch");
    const Attribute* else_branch = node.attribute("else_branch");
    if (!then_branch || !then_branch->g || !else_branch || !else_branch->g)
        throw Failure{std::string("has no ") +
                          (!then_branch || !then_branch->g ? "then_branch" : "else_branch"),
                      "export the model again"};
    if (node.inputs.size() != 1)
        throw Failure{"has " + std::to_string(node.inputs.size()) + " inputs, If needs 1",
                      "export the model again"};
    const BodyVisit yes = visitBody(scope, *then_branch->g, {});
    const BodyVisit no = visitBody(scope, *else_branch->g, {});
    takeBody(yes, visit);
    takeBody(no, visit);
    for (std::size_t i = 0; i < visit.outputs.size(); ++i) {
        if (i >= yes.outputs.size() || i >= no.outputs.size())
            throw Failure{"has " + std::to_string(visit.outputs.size()) + " outputs, its branches make " +
                              std::to_string(yes.outputs.size()) + " and " +
                              std::to_string(no.outputs.size()),
                          "export the model again"};
        visit.outputs[i] = variable(&yes.outputs[i]);
        merge(visit.outputs[i].shape, no.outputs[i].shape);
    }
    // The costlier branch counts.
    if (!yes.work.macs || !no.work.macs)
        visit.work.macs.reset();
    else
        visit.work = *no.work.macs > *yes.work.macs ? no.work : yes.work;
}

void Importer::visitLoop(Scope& scope, const OpCall& call, std::vector<Info*>& inputs, Visit& visit)
{
    const GraphBody* body = call.graph("body");
    if (!body) throw Failure{"has no body", "export the model again"};
    call.needInputs(0, 1u << 20);
    const std::size_t states = inputs.size() < 2 ? 0 : inputs.size() - 2;
    if (body->inputs.size() != states + 2 || body->outputs.size() < states + 1)
        throw Failure{"carries " + std::to_string(states) + " tensors, its body has " +
                          std::to_string(body->inputs.size()) + " inputs and " +
                          std::to_string(body->outputs.size()) + " outputs",
                      "export the model again"};
    std::optional<std::int64_t> trips;
    if (const auto count = call.integers(0); count && count->size() == 1)
        trips = std::max<std::int64_t>(count->front(), 0);
    Info iteration, condition;
    iteration.type = ElementType::Int64;
    condition.type = ElementType::Bool;
    iteration.shape = condition.shape = Shape{};
    std::vector<Info> arguments{iteration, condition};
    for (std::size_t i = 0; i < states; ++i) arguments.push_back(variable(inputs[i + 2]));
    BodyVisit run = visitBody(scope, *body, arguments);
    bool steady = true;
    for (std::size_t i = 0; i < states; ++i)
        if (arguments[i + 2].shape && arguments[i + 2].shape != run.outputs[i + 1].shape) {
            merge(arguments[i + 2].shape, run.outputs[i + 1].shape);
            steady = false;
        }
    if (!steady) run = visitBody(scope, *body, arguments);
    takeBody(run, visit);
    visit.work = run.work;
    repeat(visit.work, static_cast<std::uint64_t>(trips.value_or(1)));
    for (std::size_t i = 0; i < visit.outputs.size(); ++i) {
        if (i + 1 >= run.outputs.size())
            throw Failure{"has more outputs than its body makes", "export the model again"};
        visit.outputs[i] = variable(&run.outputs[i + 1]);
        // What the body makes beside the carried tensors is stacked over the trips.
        if (auto& shape = visit.outputs[i].shape; i >= states && shape)
            shape->insert(shape->begin(), trips.value_or(-1));
    }
}

void Importer::visitScan(Scope& scope, const OpCall& call, std::vector<Info*>& inputs, Visit& visit)
{
    const GraphBody* body = call.graph("body");
    if (!body) throw Failure{"has no body", "export the model again"};
    // Version 8 has a batch dimension of its own in front of everything; its shapes stay those that the file
    // states.
    const bool old = call.opset() < 9;
    const std::int64_t scanned = call.requiredInteger("num_scan_inputs");
    if (scanned < 1 || scanned > static_cast<std::int64_t>(inputs.size()) ||
        body->inputs.size() != inputs.size() - (old ? 1 : 0))
        throw Failure{"num_scan_inputs is " + std::to_string(scanned) + " with " +
                          std::to_string(inputs.size()) + " inputs, its body has " +
                          std::to_string(body->inputs.size()),
                      "export the model again"};
    const std::size_t states = body->inputs.size() - static_cast<std::size_t>(scanned);
    const auto axes = call.list("scan_input_axes");
    std::int64_t steps = -1;
    std::vector<Info> arguments;
    for (std::size_t i = old ? 1 : 0; i < inputs.size(); ++i) {
        Info argument = variable(inputs[i]);
        const std::size_t place = i - (old ? 1 : 0);
        if (old) argument.shape.reset();
        if (place >= states && argument.shape && !argument.shape->empty()) {
            const std::size_t k = place - states;
            const std::int64_t axis = call.axisIn(axes && k < axes->size() ? (*axes)[k] : 0,
                                                  argument.shape->size(), "scan_input_axes");
            steps = (*argument.shape)[static_cast<std::size_t>(axis)];
            argument.shape->erase(argument.shape->begin() + axis);
        }
        arguments.push_back(std::move(argument));
    }
    const BodyVisit run = visitBody(scope, *body, arguments);
    takeBody(run, visit);
    visit.work = run.work;
    if (steps >= 0) repeat(visit.work, static_cast<std::uint64_t>(steps));
    const auto output_axes = call.list("scan_output_axes");
    for (std::size_t i = 0; i < visit.outputs.size(); ++i) {
        if (i >= run.outputs.size())
            throw Failure{"has more outputs than its body makes", "export the model again"};
        visit.outputs[i] = variable(&run.outputs[i]);
        auto& shape = visit.outputs[i].shape;
        if (old) shape.reset();
        if (i < states || !shape) continue;
        const std::size_t k = i - states;
        shape->insert(shape->begin() +
                          call.axisIn(output_axes && k < output_axes->size() ? (*output_axes)[k] : 0,
                                      shape->size() + 1, "scan_output_axes"),
                      steps);
    }
}

Importer::BodyVisit Importer::visitBody(Scope& outer, const GraphBody& body, const std::vector<Info>& inputs)
{
    Scope scope;
    scope.outer = &outer;
    openScope(scope, body.nodes, &body, body.values);
    for (std::size_t i = 0; i < body.inputs.size(); ++i) {
        const onnx_file::ValueInfo& declared = body.inputs[i];
        Info info = i < inputs.size() ? inputs[i] : Info{};
        if (info.type == ElementType::Unknown) info.type = elementTypeOf(declared.type.element_type);
        if (!info.shape && declared.type.has_shape) {
            info.shape.emplace();
            for (const auto& dim : declared.type.dims)
                info.shape->push_back(std::max<std::int64_t>(dim.value.value_or(-1), -1));
        }
        scope.names.emplace(declared.name, std::move(info));
    }
    BodyVisit result;
    walkBody(scope, body.nodes, result);
    for (const onnx_file::ValueInfo& output : body.outputs) {
        const Info* info = find(scope, output.name);
        if (!info)
            throw Failure{"graph " + shown(body.name) + " inside it has the output " + shown(output.name) +
                              ", which nothing makes",
                          "export the model again"};
        if (info->tensor != Info::kNone) addOnce(result.tensors, std::array{info->tensor});
        if (info->constant) addOnce(result.roots, info->roots);
        result.outputs.push_back(*info);
    }
    return result;
}

void Importer::walkBody(Scope& scope, std::span<const Node> nodes, BodyVisit& result)
{
    const NodeOrder order = orderOf(nodes, [&](std::string_view name) {
        return scope.names.contains(name) || (scope.outer && find(*scope.outer, name));
    });
    if (!order.disorder.empty())
        note(ImportNote::Severity::Warning, m_path, order.disorder + "; the nodes were sorted",
             "export the model again");
    for (const std::uint32_t index : order.order) {
        const Node& node = nodes[index];
        Visit visit = visitNode(scope, node, index);
        if (!visit.constant) {
            addOnce(result.tensors, visit.tensors);
            addOnce(result.roots, visit.roots);
            addOnce(result.biases, visit.biases);
            addWork(result.work, visit.work);
            result.known_op = result.known_op && visit.known_op;
        }
        for (std::size_t i = 0; i < node.outputs.size(); ++i)
            if (!node.outputs[i].empty()) scope.names[node.outputs[i]] = std::move(visit.outputs[i]);
    }
}

const onnx_file::Function* Importer::functionFor(const Node& node) const
{
    for (const onnx_file::Function& function : m_model.functions)
        if (function.name == node.op &&
            (function.domain == node.domain || (node.domain.empty() && function.domain == "ai.onnx")))
            return &function;
    return nullptr;
}

Importer::Visit Importer::visitFunction(Scope&, const Node& node, const onnx_file::Function& function,
                                        std::vector<Info*>& inputs)
{
    const auto name = function.name;
    if (std::find(m_active_functions.begin(), m_active_functions.end(), name) != m_active_functions.end() ||
        m_active_functions.size() >= kDeepestCall)
        throw Failure{
            "function " + shown(name) +
                (m_active_functions.size() >= kDeepestCall ? " is called too deeply" : " calls itself"),
            "export the model without functions"};
    if (node.inputs.size() > function.inputs.size())
        throw Failure{"has " + std::to_string(node.inputs.size()) + " inputs, function " + shown(name) +
                          " takes " + std::to_string(function.inputs.size()),
                      "export the model again"};
    Scope scope;
    scope.function = &function;
    openScope(scope, function.nodes, nullptr, function.values);
    for (std::size_t i = 0; i < function.inputs.size(); ++i)
        scope.names.emplace(function.inputs[i], i < inputs.size() && inputs[i] ? *inputs[i] : Info{});

    // Attributes that refer to the call's take its values, or the function's own defaults.
    std::vector<Node> nodes = function.nodes;
    for (Node& inner : nodes)
        std::erase_if(inner.attributes, [&](Attribute& a) {
            if (a.reference.empty()) return false;
            const Attribute* given = node.attribute(a.reference);
            for (const Attribute& fallback : function.defaults)
                if (!given && fallback.name == a.reference) given = &fallback;
            if (!given) return true;
            const std::string_view own = a.name;
            a = *given;
            a.name = own;
            return false;
        });

    m_active_functions.push_back(name);
    BodyVisit run;
    walkBody(scope, nodes, run);
    m_active_functions.pop_back();
    Visit visit;
    takeBody(run, visit);
    visit.work = run.work;
    visit.known_op = run.known_op;
    for (const Info* input : inputs) {
        if (!input) continue;
        addOnce(visit.roots, input->roots);
        if (input->tensor != Info::kNone) addOnce(visit.tensors, std::array{input->tensor});
    }
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        const Info* made = i < function.outputs.size() ? find(scope, function.outputs[i]) : nullptr;
        if (!made)
            throw Failure{"function " + shown(name) + " does not make output " + std::to_string(i + 1),
                          "export the model again"};
        visit.outputs.push_back(variable(made));
    }
    return visit;
}

} // namespace cutline
