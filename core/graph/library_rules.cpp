// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/library_rules.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <onnx/defs/schema.h>
#include <onnx/defs/shape_inference.h>
#pragma GCC diagnostic pop

#include <array>
#include <map>
#include <memory>

namespace cutline {
namespace {

using onnx_file::Attribute;
using onnx_file::AttributeKind;

/// Types as the library numbers them, the reverse of elementTypeOf.
int libraryType(ElementType type)
{
    for (std::int32_t number = 1; number <= 16; ++number)
        if (elementTypeOf(number) == type) return number;
    return 0;
}

onnx::AttributeProto converted(const Attribute& from)
{
    onnx::AttributeProto to;
    to.set_name(std::string(from.name));
    to.set_type(static_cast<onnx::AttributeProto::AttributeType>(static_cast<int>(from.kind)));
    switch (from.kind) {
    case AttributeKind::Float: to.set_f(from.f); break;
    case AttributeKind::Int: to.set_i(from.i); break;
    case AttributeKind::String: to.set_s(std::string(from.s)); break;
    case AttributeKind::Floats:
        for (const float f : from.floats) to.add_floats(f);
        break;
    case AttributeKind::Ints:
        for (const std::int64_t i : from.ints) to.add_ints(i);
        break;
    case AttributeKind::Strings:
        for (const std::string_view s : from.strings) to.add_strings(std::string(s));
        break;
    default: break;
    }
    return to;
}

/// What the library's inference functions may ask of a node.
class Context : public onnx::InferenceContext {
public:
    explicit Context(const OpCall& call)
    {
        for (const Attribute& a : call.node().attributes)
            m_attributes.emplace(std::string(a.name), converted(a));
        for (std::size_t i = 0; i < call.inputCount(); ++i) {
            m_inputs.push_back(call.has(i) ? typeOf(call.type(i), call.shape(i)) : nullptr);
            m_data.push_back(call.has(i) ? dataOf(call.value(i)) : nullptr);
        }
        m_outputs.resize(call.outputCount());
    }

    const onnx::AttributeProto* getAttribute(const std::string& name) const override
    {
        const auto found = m_attributes.find(name);
        return found == m_attributes.end() ? nullptr : &found->second;
    }
    std::size_t getNumInputs() const override { return m_inputs.size(); }
    const onnx::TypeProto* getInputType(std::size_t i) const override
    {
        return i < m_inputs.size() ? m_inputs[i].get() : nullptr;
    }
    const onnx::TensorProto* getInputData(std::size_t i) const override
    {
        return i < m_data.size() ? m_data[i].get() : nullptr;
    }
    std::size_t getNumOutputs() const override { return m_outputs.size(); }
    onnx::TypeProto* getOutputType(std::size_t i) override
    {
        if (i >= m_outputs.size()) throw std::out_of_range("an output that the node has not");
        return &m_outputs[i];
    }
    onnx::GraphInferencer* getGraphAttributeInferencer(const std::string&) override { return nullptr; }
    const onnx::SparseTensorProto* getInputSparseData(std::size_t) const override { return nullptr; }
    const onnx::TensorShapeProto* getSymbolicInput(std::size_t) const override { return nullptr; }

private:
    static std::unique_ptr<onnx::TypeProto> typeOf(ElementType type, const Shape* shape)
    {
        if (type == ElementType::Unknown) return nullptr;
        auto made = std::make_unique<onnx::TypeProto>();
        made->mutable_tensor_type()->set_elem_type(libraryType(type));
        if (!shape) return made;
        auto* dims = made->mutable_tensor_type()->mutable_shape();
        for (const std::int64_t size : *shape) {
            auto* dim = dims->add_dim();
            if (size >= 0) dim->set_dim_value(size);
        }
        return made;
    }

    static std::unique_ptr<onnx::TensorProto> dataOf(const Value* value)
    {
        if (!value || (value->type != ElementType::Int64 && value->type != ElementType::Float32))
            return nullptr;
        auto made = std::make_unique<onnx::TensorProto>();
        made->set_data_type(libraryType(value->type));
        for (const std::int64_t size : value->shape) made->add_dims(size);
        for (const std::int64_t v : value->ints) made->add_int64_data(v);
        for (const double v : value->reals) made->add_float_data(static_cast<float>(v));
        return made;
    }

    std::map<std::string, onnx::AttributeProto> m_attributes;
    std::vector<std::unique_ptr<onnx::TypeProto>> m_inputs;
    std::vector<std::unique_ptr<onnx::TensorProto>> m_data;
    std::vector<onnx::TypeProto> m_outputs;
};

const onnx::OpSchema* schemaOf(const OpCall& call, const std::string& domain)
{
    const std::string op(call.op());
    const int version = static_cast<int>(std::min<std::int64_t>(call.opset(), 1000));
    const onnx::OpSchema* schema = onnx::OpSchemaRegistry::Schema(op, version, domain);
    return schema ? schema : onnx::OpSchemaRegistry::Schema(op, domain);
}

/// What the library takes for granted: required attributes, their kinds, numbers that do not overflow.
void checkAttributes(const OpCall& call, const onnx::OpSchema& schema)
{
    for (const auto& [name, wanted] : schema.attributes())
        if (wanted.required && !call.hasAttribute(name))
            call.fail("has no attribute " + name, "export the model again with it");
    for (const Attribute& a : call.node().attributes) {
        const auto wanted = schema.attributes().find(std::string(a.name));
        if (wanted != schema.attributes().end() && a.kind != AttributeKind::Undefined &&
            static_cast<int>(wanted->second.type) != static_cast<int>(a.kind))
            call.fail("attribute " + shown(a.name) + " is of the wrong kind", "export the model again");
        for (const std::int64_t v : a.ints)
            if (v > (std::int64_t{1} << 40) || v < -(std::int64_t{1} << 40))
                call.fail("attribute " + shown(a.name) + " holds " + std::to_string(v) +
                          ", out of any sensible range");
        if (a.kind == AttributeKind::Int && (a.i > (std::int64_t{1} << 40) || a.i < -(std::int64_t{1} << 40)))
            call.fail("attribute " + shown(a.name) + " is " + std::to_string(a.i) +
                      ", out of any sensible range");
    }
}

bool holdsNoTensor(std::string_view op)
{
    return op.starts_with("Sequence") || op.starts_with("Optional") || op == "SplitToSequence" ||
           op == "ConcatFromSequence";
}

void takeOutput(OpCall& call, std::size_t i, const onnx::TypeProto& type)
{
    if (!type.has_tensor_type()) return;
    const auto& tensor = type.tensor_type();
    std::optional<Shape> shape;
    if (tensor.has_shape()) {
        shape.emplace();
        for (const auto& dim : tensor.shape().dim()) {
            if (dim.has_dim_value() && dim.dim_value() < 0)
                call.fail("output would have the size " + std::to_string(dim.dim_value()));
            shape->push_back(dim.has_dim_value() ? dim.dim_value() : -1);
        }
    }
    call.set(i, elementTypeOf(tensor.elem_type()), shape);
}

} // namespace

bool inferByLibrary(OpCall& call)
{
    const std::string domain(call.node().domain);
    const onnx::OpSchema* schema = schemaOf(call, domain);
    if (!schema) return false;
    const auto newest_known = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map().find(domain);
    const bool newer = newest_known != onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map().end() &&
                       call.opset() > newest_known->second.second;
    if (!newer) {
        call.needInputs(static_cast<std::size_t>(schema->min_input()),
                        static_cast<std::size_t>(schema->max_input()));
        checkAttributes(call, *schema);
    }
    // Sequences and optionals are no tensors: nothing here says what they hold.
    if (holdsNoTensor(call.op())) return true;
    try {
        Context context(call);
        schema->GetTypeAndShapeInferenceFunction()(context);
        for (std::size_t i = 0; i < call.outputCount(); ++i) takeOutput(call, i, *context.getOutputType(i));
    } catch (const std::exception& error) {
        bool typed = true;
        for (std::size_t i = 0; i < call.inputCount(); ++i)
            typed = typed && (!call.has(i) || call.type(i) != ElementType::Unknown);
        if (!newer && typed)
            call.fail(std::string("its inputs or attributes do not fit: ") + shown(error.what()),
                      "export the model again");
    }
    return true;
}

} // namespace cutline
