// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/verify.h"

#include "core/base/text.h"
#include "core/exchange/json_writer.h"
#include "core/graph/value.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

namespace cutline {
namespace {

using Tensors = std::map<std::string, TensorValue>;

template <class T> void put(std::vector<std::byte>& bytes, T value)
{
    const auto* from = reinterpret_cast<const std::byte*>(&value);
    bytes.insert(bytes.end(), from, from + sizeof value);
}

/// Numbers that networks stay finite on: floats between -1 and 1, small indices (they may be looked up in a table), bytes
/// of the whole range.
void putRandom(std::vector<std::byte>& bytes, ElementType type, std::mt19937_64& random)
{
    const std::uint64_t bits = random();
    const double real = static_cast<double>(bits >> 11) * 0x1p-52 - 1;
    switch (type) {
    case ElementType::Float32: return put(bytes, static_cast<float>(real));
    case ElementType::Float64: return put(bytes, real);
    // Sign and mantissa at random, magnitudes from 0.5 to 1.
    case ElementType::Float16: return put(bytes, static_cast<std::uint16_t>((bits & 0x83ffu) | 14u << 10));
    case ElementType::BFloat16: return put(bytes, static_cast<std::uint16_t>((bits & 0x807fu) | 126u << 7));
    case ElementType::Bool: return put(bytes, static_cast<std::uint8_t>(bits & 1));
    case ElementType::Int8:
    case ElementType::UInt8: return put(bytes, static_cast<std::uint8_t>(bits));
    case ElementType::Int16:
    case ElementType::UInt16: return put(bytes, static_cast<std::uint16_t>(bits & 3));
    case ElementType::Int32:
    case ElementType::UInt32: return put(bytes, static_cast<std::uint32_t>(bits & 3));
    case ElementType::Int64:
    case ElementType::UInt64: return put(bytes, bits & 3);
    default: return;
    }
}

Result<TensorValue> randomInput(const SplitTensor& input, std::mt19937_64& random)
{
    TensorValue value;
    value.type = elementTypeNamed(input.type).value_or(ElementType::Unknown);
    value.shape = input.shape;
    const auto count = elementCount(input.shape);
    if (!count)
        return Error{"input " + printable(input.name), "has open sizes", "give --shape " + printable(input.name) + "=.."};
    for (std::uint64_t i = 0; i < *count; ++i) putRandom(value.bytes, value.type, random);
    if (*count > 0 && value.bytes.empty())
        return Error{"input " + printable(input.name), "cannot be made up: its type is " + input.type,
                     "run the pieces on inputs of your own"};
    return value;
}

template <class T> double numberAt(const TensorValue& value, std::size_t i)
{
    return static_cast<double>(value.as<T>()[i]);
}

double elementAt(const TensorValue& value, std::size_t i)
{
    switch (value.type) {
    case ElementType::Float32: return numberAt<float>(value, i);
    case ElementType::Float64: return numberAt<double>(value, i);
    case ElementType::Float16: return halfValue(value.as<std::uint16_t>()[i]);
    case ElementType::BFloat16: {
        const std::uint32_t bits = std::uint32_t{value.as<std::uint16_t>()[i]} << 16;
        float real;
        std::memcpy(&real, &bits, sizeof real);
        return static_cast<double>(real);
    }
    case ElementType::Int8: return numberAt<std::int8_t>(value, i);
    case ElementType::Int16: return numberAt<std::int16_t>(value, i);
    case ElementType::UInt16: return numberAt<std::uint16_t>(value, i);
    case ElementType::Int32: return numberAt<std::int32_t>(value, i);
    case ElementType::UInt32: return numberAt<std::uint32_t>(value, i);
    case ElementType::Int64: return numberAt<std::int64_t>(value, i);
    case ElementType::UInt64: return numberAt<std::uint64_t>(value, i);
    default: return numberAt<std::uint8_t>(value, i);
    }
}

OutputDifference compared(const std::string& name, const TensorValue& whole, const TensorValue& pieces)
{
    OutputDifference out;
    out.name = name;
    out.same_shape = whole.type == pieces.type && whole.shape == pieces.shape;
    if (!out.same_shape) {
        out.largest = out.relative = std::numeric_limits<double>::infinity();
        return out;
    }
    out.elements = elementCount(whole.shape).value_or(0);
    double magnitude = 0;
    for (std::size_t i = 0; i < out.elements; ++i) {
        const double a = elementAt(whole, i), b = elementAt(pieces, i);
        if (std::isfinite(a)) magnitude = std::max(magnitude, std::abs(a));
        if (a == b || (std::isnan(a) && std::isnan(b))) continue;
        const double difference = std::abs(a - b);
        out.largest = std::max(out.largest, std::isfinite(difference) ? difference
                                                                      : std::numeric_limits<double>::infinity());
    }
    out.relative = out.largest > 0 ? out.largest / std::max(magnitude, std::numeric_limits<double>::min()) : 0;
    return out;
}

Result<TensorValue> inputFor(const SplitTensor& input, const VerifyOptions& options, std::mt19937_64& random)
{
    const auto given = options.inputs.find(input.name);
    return given != options.inputs.end() ? Result<TensorValue>(given->second) : randomInput(input, random);
}

/// The wanted tolerance, or eight roundings to the narrowest float that goes in or out of a piece.
double toleranceFor(const Manifest& manifest, double wanted)
{
    double tolerance = wanted;
    for (const SplitStage& stage : manifest.stages)
        for (const auto* tensors : {&stage.inputs, &stage.outputs})
            for (const SplitTensor& tensor : *tensors) {
                if (tensor.type == nameOf(ElementType::Float16)) tolerance = std::max(tolerance, 8 * 0x1p-11);
                if (tensor.type == nameOf(ElementType::BFloat16)) tolerance = std::max(tolerance, 8 * 0x1p-8);
            }
    return tolerance;
}

/// Types of other values are not known here, and the engine hands on tensors alone.
bool isTensor(const SplitTensor& value)
{
    return value.type != nameOf(ElementType::Unknown);
}

/// Loads a model, runs it on those of `tensors` that it reads, and adds what it makes to them.
Result<void> runOn(const Engine& engine, const std::string& path, const std::vector<SplitTensor>& inputs,
                   const std::vector<SplitTensor>& outputs, const Tensors& from, Tensors& to, Progress& progress)
{
    auto model = engine.load({path, {}, {}}, progress);
    if (!model) return model.error();
    std::vector<NamedTensor> given;
    for (const SplitTensor& input : inputs) given.push_back({input.name, &from.at(input.name)});
    std::vector<std::string> wanted;
    for (const SplitTensor& output : outputs)
        if (isTensor(output)) wanted.push_back(output.name);
    if (wanted.empty()) return {};
    auto values = model->run(given, wanted, progress);
    if (!values) return values.error();
    for (std::size_t i = 0; i < wanted.size(); ++i) to[wanted[i]] = std::move((*values)[i]);
    return {};
}

} // namespace

Result<VerifyReport> verifySplit(const Manifest& manifest, const std::string& folder, const VerifyOptions& options,
                                 Progress& progress)
{
    // Rewriting rounds differently where a piece ends; node by node both do the same sums.
    EngineOptions exact = options.engine;
    exact.optimise = false;
    const auto engine = Engine::start(exact);
    if (!engine) return engine.error();
    VerifyReport report;
    report.engine = "ONNX Runtime " + engine->version();
    std::mt19937_64 random(options.seed);
    Tensors inputs;
    for (const SplitTensor& input : manifest.inputs) {
        auto value = inputFor(input, options, random);
        if (!value) return value.error();
        inputs[input.name] = *std::move(value);
    }
    // What goes through as it comes is not there to be compared.
    std::vector<SplitTensor> outputs;
    for (const SplitTensor& output : manifest.outputs)
        if (output.from_stage > 0 && isTensor(output)) outputs.push_back(output);
    for (const SplitTensor& output : manifest.outputs)
        if (!isTensor(output)) report.not_compared.push_back(output.name);
    if (outputs.empty() && !report.not_compared.empty())
        return Error{printable(manifest.model_file), "has no tensor among its outputs, so that nothing can be compared",
                     "run the pieces on inputs of your own"};

    progress.report(0, "Running the whole model");
    Tensors whole;
    const std::string& file = options.whole.empty() ? manifest.model_file : options.whole;
    if (auto done = runOn(*engine, file, manifest.inputs, outputs, inputs, whole, progress); !done)
        return done.error();
    Tensors passed = std::move(inputs);
    for (const SplitStage& stage : manifest.stages) {
        progress.report(static_cast<double>(stage.index) / static_cast<double>(manifest.stages.size() + 1),
                        "Running " + stage.file);
        if (auto done = runOn(*engine, folder + "/" + stage.file, stage.inputs, stage.outputs, passed, passed, progress);
            !done)
            return Error{"stage " + std::to_string(stage.index) + ", " + done.error().where, done.error().what,
                         done.error().fix};
    }
    report.tolerance = toleranceFor(manifest, options.tolerance);
    for (const SplitTensor& output : outputs) {
        report.outputs.push_back(compared(output.name, whole.at(output.name), passed.at(output.name)));
        report.equal = report.equal && report.outputs.back().relative <= report.tolerance;
    }
    return report;
}

Result<std::map<std::string, double>> largestMagnitudes(const ImportedModel& model, const std::vector<std::string>& tensors,
                                                        const VerifyOptions& options, Progress& progress)
{
    constexpr int kRuns = 4;
    std::map<std::string, double> largest;
    if (tensors.empty()) return largest;
    EngineOptions exact = options.engine;
    exact.optimise = false; // which now and then leaves out what is wanted from inside
    const auto engine = Engine::start(exact);
    if (!engine) return engine.error();
    // Asked for an input, the engine gives memory that nobody has written; it is at hand here.
    std::vector<std::string> inner;
    for (const std::string& name : tensors) {
        const auto inputs = model.graph->inputs();
        const bool given = std::any_of(inputs.begin(), inputs.end(), [&](TensorId t) { return model.graph->tensor(t).name == name; });
        if (!given) inner.push_back(name);
    }
    const auto loaded = engine->load({model.file, {}, inner}, progress);
    if (!loaded) return loaded.error();
    std::mt19937_64 random(options.seed);
    for (int run = 0; run < kRuns; ++run) {
        Tensors inputs;
        std::vector<NamedTensor> named;
        for (const TensorId t : model.graph->inputs()) {
            const Tensor& tensor = model.graph->tensor(t);
            SplitTensor wanted;
            wanted.name = tensor.name;
            wanted.type = nameOf(tensor.type);
            if (tensor.shape) wanted.shape = *tensor.shape;
            auto value = inputFor(wanted, options, random);
            if (!value) return value.error();
            inputs[tensor.name] = *std::move(value);
        }
        for (const auto& [name, value] : inputs) named.push_back({name, &value});
        if (!inner.empty()) {
            auto values = loaded->run(named, inner, progress);
            if (!values) return values.error();
            for (std::size_t i = 0; i < inner.size(); ++i) inputs[inner[i]] = std::move((*values)[i]);
        }
        for (const std::string& name : tensors) {
            double& most = largest[name];
            const TensorValue& value = inputs.at(name);
            const auto count = elementCount(value.shape).value_or(0);
            for (std::size_t e = 0; e < count; ++e) {
                const double magnitude = std::abs(elementAt(value, e));
                if (std::isfinite(magnitude)) most = std::max(most, magnitude);
            }
        }
    }
    return largest;
}

std::string verifyJson(const VerifyReport& report)
{
    std::string text;
    JsonWriter json(text);
    json.open('{');
    json.member("engine", report.engine);
    json.member("equal", report.equal);
    json.member("tolerance", report.tolerance);
    json.key("outputs");
    json.open('[');
    for (const OutputDifference& output : report.outputs) {
        json.open('{');
        json.member("name", output.name);
        json.member("elements", output.elements);
        json.member("sameShape", output.same_shape);
        json.member("largestDifference", output.largest);
        json.member("largestRelative", output.relative);
        json.close('}');
    }
    json.close(']');
    json.key("notCompared");
    json.open('[');
    for (const std::string& name : report.not_compared) json.value(name);
    json.close(']');
    json.close('}');
    return text;
}

} // namespace cutline
