// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_rules.h"

namespace cutline {
namespace {

constexpr std::size_t kMany = 1000;

void sameAsInput(OpCall& call)
{
    call.needInputs(1, kMany);
    call.set(0, call.type(0), call.shape(0));
}

/// Activations and functions of one number: one input, in old versions with parameters as attributes.
void unary(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, call.type(0), call.shape(0));
}

void predicate(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, ElementType::Bool, call.shape(0));
}

void clip(OpCall& call)
{
    call.needInputs(1, 3);
    for (std::size_t i : {std::size_t{1}, std::size_t{2}})
        if (call.shape(i) && elementCount(*call.shape(i)).value_or(1) != 1)
            call.fail("bound " + call.inputText(i) + " is no single number");
    call.set(0, call.type(0), call.shape(0));
}

void binaryInto(OpCall& call, ElementType type)
{
    const Shape* a = call.shape(0);
    const Shape* b = call.shape(1);
    // Before version 7 the second operand stretched only when asked, along a given axis, and never the first.
    if (call.opset() < 7 && call.integer("broadcast", 0) != 0) {
        if (a && b && b->size() > a->size())
            call.fail("input " + call.inputText(1) + " has more dimensions than " + call.inputText(0));
        call.set(0, type, a);
        return;
    }
    if (!a || !b)
        call.set(0, type, std::nullopt);
    else
        call.set(0, type, broadcast(*a, *b, call.inputText(0), call.inputText(1)));
}

void binary(OpCall& call)
{
    call.needInputs(2, 2);
    call.needSameType(0, 1);
    binaryInto(call, call.type(0));
}

/// Pow and BitShift take unlike types.
void mixedBinary(OpCall& call)
{
    call.needInputs(2, 2);
    binaryInto(call, call.type(0));
}

void comparison(OpCall& call)
{
    call.needInputs(2, 2);
    call.needSameType(0, 1);
    binaryInto(call, ElementType::Bool);
}

void variadic(OpCall& call)
{
    call.needInputs(1, kMany);
    std::optional<Shape> shape;
    if (call.shape(0)) shape = *call.shape(0);
    for (std::size_t i = 1; i < call.inputCount(); ++i) {
        call.needSameType(0, i);
        if (shape && call.shape(i))
            shape = broadcast(*shape, *call.shape(i), call.inputText(0), call.inputText(i));
        else
            shape.reset();
    }
    call.set(0, call.type(0), std::move(shape));
}

void where(OpCall& call)
{
    call.needInputs(3, 3);
    call.needSameType(1, 2);
    if (!call.shape(0) || !call.shape(1) || !call.shape(2)) return call.set(0, call.type(1), std::nullopt);
    const Shape both = broadcast(*call.shape(1), *call.shape(2), call.inputText(1), call.inputText(2));
    call.set(0, call.type(1),
             broadcast(*call.shape(0), both, call.inputText(0), "the other two (" + shapeText(both) + ")"));
}

void prelu(OpCall& call)
{
    call.needInputs(2, 2);
    call.set(0, call.type(0), call.shape(0));
    if (call.opset() < 7 || !call.shape(0) || !call.shape(1)) return;
    if (broadcast(*call.shape(0), *call.shape(1), call.inputText(0), call.inputText(1)) != *call.shape(0))
        call.fail("slope " + call.inputText(1) + " does not stretch to " + call.inputText(0));
}

void cast(OpCall& call)
{
    call.needInputs(1, 1);
    // Version 1 names the type in a text.
    if (const auto* to = call.node().attribute("to"); to && to->kind == onnx_file::AttributeKind::String)
        return call.set(0, ElementType::Unknown, call.shape(0));
    const std::int64_t to = call.requiredInteger("to");
    if (to <= 0 || to > 64) call.fail("attribute to is " + std::to_string(to) + ", no type has that number");
    call.set(0, elementTypeOf(static_cast<std::int32_t>(to)), call.shape(0));
}

void castLike(OpCall& call)
{
    call.needInputs(2, 2);
    call.set(0, call.type(1), call.shape(0));
}

void dropout(OpCall& call)
{
    call.needInputs(1, 3);
    call.set(0, call.type(0), call.shape(0));
    call.set(1, call.opset() < 10 ? call.type(0) : ElementType::Bool, call.shape(0));
}

/// Softmax and the like, Hardmax, LpNormalization, CumSum: nothing but an axis to check.
void alongAxis(OpCall& call)
{
    call.needInputs(1, 2);
    if (call.shape(0) && !call.shape(0)->empty() && call.hasAttribute("axis"))
        static_cast<void>(call.axisIn(call.integer("axis", 0), call.shape(0)->size()));
    call.set(0, call.type(0), call.shape(0));
}

/// Inputs from `first` on are per channel (axis 1) of input 0.
void checkPerChannel(const OpCall& call, std::size_t first)
{
    call.needRank(0, 2);
    if (!call.shape(0)) return;
    const std::int64_t channels = (*call.shape(0))[1];
    for (std::size_t i = first; i < call.inputCount(); ++i) {
        const Shape* s = call.shape(i);
        if (!s || channels < 0) continue;
        if (s->size() != 1 || ((*s)[0] >= 0 && (*s)[0] != channels))
            call.fail("input " + call.inputText(0) + " has " + std::to_string(channels) + " channels but " +
                      call.inputText(i) + " is not a list of as many");
    }
}

void batchNormalization(OpCall& call)
{
    call.needInputs(5, 5);
    if (call.opset() >= 7 || call.integer("spatial", 1) != 0) checkPerChannel(call, 1);
    call.set(0, call.type(0), call.shape(0));
    for (std::size_t i = 1; i < call.outputCount(); ++i) call.set(i, call.type(3), call.shape(3));
}

void instanceNormalization(OpCall& call)
{
    call.needInputs(3, 3);
    checkPerChannel(call, 1);
    call.set(0, call.type(0), call.shape(0));
}

void groupNormalization(OpCall& call)
{
    call.needInputs(3, 3);
    call.needRank(0, 3);
    const std::int64_t groups = call.requiredInteger("num_groups");
    if (groups < 1) call.fail("num_groups is " + std::to_string(groups) + ", 1 or more wanted");
    if (call.shape(0) && (*call.shape(0))[1] >= 0 && (*call.shape(0))[1] % groups != 0)
        call.fail("num_groups " + std::to_string(groups) + " does not divide the channels of " +
                  call.inputText(0));
    call.set(0, call.type(0), call.shape(0));
}

void layerNormalization(OpCall& call)
{
    call.needInputs(2, 3);
    call.set(0, call.type(0), call.shape(0));
    if (!call.shape(0)) return;
    const auto axis = static_cast<std::size_t>(call.axisIn(call.integer("axis", -1), call.shape(0)->size()));
    for (std::size_t i = 1; i < call.inputCount(); ++i)
        if (call.shape(i) &&
            broadcast(*call.shape(0), *call.shape(i), call.inputText(0), call.inputText(i)) != *call.shape(0))
            call.fail("input " + call.inputText(i) + " does not stretch to " + call.inputText(0));
    Shape statistics = *call.shape(0);
    for (std::size_t i = axis; i < statistics.size(); ++i) statistics[i] = 1;
    call.set(1, ElementType::Float32, statistics);
    call.set(2, ElementType::Float32, statistics);
}

void lrn(OpCall& call)
{
    call.needInputs(1, 1);
    call.needRank(0, 2);
    if (call.requiredInteger("size") < 1)
        call.fail("size is " + std::to_string(call.integer("size", 0)) + ", 1 or more wanted");
    call.set(0, call.type(0), call.shape(0));
}

void checkScales(const OpCall& call)
{
    const Shape* x = call.shape(0);
    const Shape* scale = call.shape(1);
    if (!x || !scale || scale->size() != 1 || (*scale)[0] <= 1 || x->empty()) return;
    // The default axis is 1, which a list has not: biases are dequantised along what they have.
    const std::int64_t axis = x->size() == 1 ? 0 : call.axisIn(call.integer("axis", 1), x->size());
    const std::int64_t size = (*x)[static_cast<std::size_t>(axis)];
    if (size >= 0 && size != (*scale)[0])
        call.fail("scale " + call.inputText(1) + " does not fit axis " + std::to_string(axis) + " of " +
                  call.inputText(0));
}

void quantizeLinear(OpCall& call)
{
    call.needInputs(2, 3);
    checkScales(call);
    ElementType type = call.has(2) ? call.type(2) : ElementType::UInt8;
    if (const std::int64_t given = call.integer("output_dtype", 0); given > 0 && given < 64 && !call.has(2))
        type = elementTypeOf(static_cast<std::int32_t>(given));
    call.set(0, type, call.shape(0));
}

void dequantizeLinear(OpCall& call)
{
    call.needInputs(2, 3);
    checkScales(call);
    call.set(0, call.type(1), call.shape(0));
}

void dynamicQuantizeLinear(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, ElementType::UInt8, call.shape(0));
    call.set(1, ElementType::Float32, Shape{});
    call.set(2, ElementType::UInt8, Shape{});
}

} // namespace

void addElementwiseRules(RuleTable& table)
{
    const auto add = [&](std::initializer_list<std::string_view> ops, void (*infer)(OpCall&),
                         OpClass op_class, bool in_place) {
        for (const std::string_view op : ops) table[op] = {infer, op_class, in_place};
    };
    constexpr auto kElementwise = OpClass::Elementwise;
    add({"Abs",        "Acos",
         "Acosh",      "Asin",
         "Asinh",      "Atan",
         "Atanh",      "BitwiseNot",
         "Ceil",       "Celu",
         "Cos",        "Cosh",
         "Elu",        "Erf",
         "Exp",        "Floor",
         "Gelu",       "HardSigmoid",
         "HardSwish",  "LeakyRelu",
         "Log",        "Mish",
         "Neg",        "Not",
         "Reciprocal", "Relu",
         "Round",      "Selu",
         "Shrink",     "Sigmoid",
         "Sign",       "Sin",
         "Sinh",       "Softplus",
         "Softsign",   "Sqrt",
         "Swish",      "Tan",
         "Tanh",       "ThresholdedRelu",
         "Affine",     "ParametricSoftplus",
         "ScaledTanh"},
        unary, kElementwise, true);
    add({"IsNaN", "IsInf"}, predicate, kElementwise, false);
    add({"Add", "Sub", "Mul", "Div", "Mod", "And", "Or", "Xor", "BitwiseAnd", "BitwiseOr", "BitwiseXor"},
        binary, kElementwise, true);
    add({"Pow", "BitShift"}, mixedBinary, kElementwise, true);
    add({"Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual"}, comparison, kElementwise, false);
    for (const std::string_view op : {"And", "Or", "Xor"}) table[op] = {comparison, kElementwise, true};
    add({"Max", "Min", "Mean", "Sum"}, variadic, kElementwise, true);
    add({"Where"}, where, kElementwise, true);
    add({"PRelu"}, prelu, kElementwise, true);
    add({"Clip"}, clip, kElementwise, true);
    add({"Cast"}, cast, kElementwise, true);
    add({"CastLike"}, castLike, kElementwise, true);
    add({"Identity"}, unary, OpClass::View, true);
    add({"Dropout"}, dropout, OpClass::View, true);
    add({"BatchNormalization"}, batchNormalization, kElementwise, true);
    add({"QuantizeLinear"}, quantizeLinear, kElementwise, false);
    add({"DequantizeLinear"}, dequantizeLinear, kElementwise, false);
    add({"DynamicQuantizeLinear"}, dynamicQuantizeLinear, kElementwise, false);
    add({"Softmax", "LogSoftmax", "Hardmax", "LpNormalization", "CumSum"}, alongAxis, OpClass::Other, false);
    add({"InstanceNormalization"}, instanceNormalization, OpClass::Other, false);
    add({"GroupNormalization"}, groupNormalization, OpClass::Other, false);
    add({"LayerNormalization", "RMSNormalization"}, layerNormalization, OpClass::Other, false);
    add({"LRN"}, lrn, OpClass::Other, false);
    add({"MeanVarianceNormalization", "Trilu", "ReverseSequence", "Bernoulli", "RandomNormalLike",
         "RandomUniformLike"},
        sameAsInput, OpClass::Other, false);
}

} // namespace cutline
