// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/given_inputs.h"

#include "core/base/array_file.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/graph/value.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cstring>

namespace cutline {
namespace {

struct Read {
    std::string name;
    TensorValue value;
};

ElementType typeOf(ArrayFile::Type type)
{
    using Type = ArrayFile::Type;
    switch (type) {
    case Type::UInt8: return ElementType::UInt8;
    case Type::Int8: return ElementType::Int8;
    case Type::Int16: return ElementType::Int16;
    case Type::Int32: return ElementType::Int32;
    case Type::Int64: return ElementType::Int64;
    case Type::UInt16: return ElementType::UInt16;
    case Type::UInt32: return ElementType::UInt32;
    case Type::Float32: return ElementType::Float32;
    case Type::Float64: return ElementType::Float64;
    }
    return ElementType::Unknown;
}

Result<Read> fromArray(std::string bytes, const std::string& where)
{
    const auto array = parseArrayFile(std::move(bytes), where);
    if (!array) return array.error();
    Read read;
    read.value.type = typeOf(array->type);
    for (const std::size_t size : array->shape) read.value.shape.push_back(static_cast<std::int64_t>(size));
    const auto* data = reinterpret_cast<const std::byte*>(array->bytes.data());
    read.value.bytes.assign(data, data + array->bytes.size());
    return read;
}

/// Values of one of the typed fields, as elements of T.
template <class T, class Values> void append(TensorValue& value, const Values& values)
{
    for (const auto from : values) {
        const T element = static_cast<T>(from);
        const auto* bytes = reinterpret_cast<const std::byte*>(&element);
        value.bytes.insert(value.bytes.end(), bytes, bytes + sizeof element);
    }
}

void appendTyped(TensorValue& value, const onnx::TensorProto& tensor)
{
    switch (value.type) {
    case ElementType::Float32: return append<float>(value, tensor.float_data());
    case ElementType::Float64: return append<double>(value, tensor.double_data());
    case ElementType::Int64: return append<std::int64_t>(value, tensor.int64_data());
    case ElementType::UInt64: return append<std::uint64_t>(value, tensor.uint64_data());
    case ElementType::UInt32: return append<std::uint32_t>(value, tensor.uint64_data());
    case ElementType::Int32: return append<std::int32_t>(value, tensor.int32_data());
    case ElementType::Int16:
    case ElementType::UInt16:
    case ElementType::Float16:
    case ElementType::BFloat16: return append<std::uint16_t>(value, tensor.int32_data());
    default: return append<std::uint8_t>(value, tensor.int32_data());
    }
}

Result<Read> fromTensor(const std::string& bytes, const std::string& where)
{
    onnx::TensorProto tensor;
    const bool known = tensor.ParseFromString(bytes) && tensor.data_type() > 0;
    const ElementType type = known ? elementTypeOf(tensor.data_type()) : ElementType::Unknown;
    if (type == ElementType::Unknown)
        return Error{where, "is neither NPY nor a TensorProto of ONNX", "save the values with numpy.save"};
    const int bits = bitsOf(type);
    if (bits < 8 || tensor.data_location() == onnx::TensorProto::EXTERNAL)
        return Error{where, "holds " + std::string(nameOf(type)) + " values in a form that is not read",
                     "save the values with numpy.save"};
    Read read{validUtf8(tensor.name()), {type, {tensor.dims().begin(), tensor.dims().end()}, {}}};
    if (tensor.raw_data().empty()) {
        appendTyped(read.value, tensor);
    } else {
        const auto* data = reinterpret_cast<const std::byte*>(tensor.raw_data().data());
        read.value.bytes.assign(data, data + tensor.raw_data().size());
    }
    const auto count = elementCount(read.value.shape);
    const auto found = read.value.bytes.size() / static_cast<std::size_t>(bits / 8);
    if (!count || *count != found)
        return Error{where, "has the shape " + shapeText(read.value.shape) + " and " + std::to_string(found) + " values",
                     "write the file again"};
    return read;
}

Result<Read> readInput(const std::string& path)
{
    auto bytes = readFile(path);
    if (!bytes) return bytes.error();
    return isArrayFile(*bytes) ? fromArray(*std::move(bytes), printable(path)) : fromTensor(*bytes, printable(path));
}

std::string namesOf(const Graph& graph)
{
    std::string names;
    for (const TensorId input : graph.inputs())
        names += (names.empty() ? "" : ", ") + inQuotes(graph.tensor(input).name);
    return elided(names, 300);
}

/// The input that a file is for.
Result<TensorId> inputOf(const Graph& graph, const InputFile& given, const std::string& name_inside)
{
    const auto named = [&](const std::string& name) {
        return std::find_if(graph.inputs().begin(), graph.inputs().end(),
                            [&](TensorId input) { return graph.tensor(input).name == name; });
    };
    if (!given.name.empty()) {
        if (const auto found = named(given.name); found != graph.inputs().end()) return *found;
        return Error{printable(given.file), "is for input " + inQuotes(given.name) + ", which the model does not have",
                     "its inputs are " + namesOf(graph)};
    }
    if (const auto found = named(name_inside); found != graph.inputs().end()) return *found;
    if (graph.inputs().size() == 1) return graph.inputs().front();
    return Error{printable(given.file), "does not say which input it is for", "write NAME=FILE; the inputs are " + namesOf(graph)};
}

bool fits(const Shape& wanted, const Shape& found)
{
    return wanted.size() == found.size() && std::equal(wanted.begin(), wanted.end(), found.begin(),
                                                       [](std::int64_t a, std::int64_t b) { return a < 0 || a == b; });
}

} // namespace

Result<std::map<std::string, TensorValue>> readInputs(const Graph& graph, std::span<const InputFile> files)
{
    std::map<std::string, TensorValue> inputs;
    for (const InputFile& given : files) {
        auto read = readInput(given.file);
        if (!read) return read.error();
        const auto input = inputOf(graph, given, read->name);
        if (!input) return input.error();
        const Tensor& tensor = graph.tensor(*input);
        TensorValue& value = read->value;
        // NPY's truth values are bytes.
        if (tensor.type == ElementType::Bool && value.type == ElementType::UInt8) value.type = ElementType::Bool;
        if (tensor.type != ElementType::Unknown && value.type != tensor.type)
            return Error{printable(given.file),
                         "holds " + std::string(nameOf(value.type)) + " values, input " + inQuotes(tensor.name) + " is " +
                             std::string(nameOf(tensor.type)),
                         "convert the values"};
        if (tensor.shape && !fits(*tensor.shape, value.shape))
            return Error{printable(given.file),
                         "has the shape " + shapeText(value.shape) + ", input " + inQuotes(tensor.name) + " has " +
                             shapeText(*tensor.shape),
                         "give values of that shape, or open the model for these with --shape"};
        if (!inputs.emplace(tensor.name, std::move(value)).second)
            return Error{printable(given.file), "is a second file for input " + inQuotes(tensor.name), "give one"};
    }
    return inputs;
}

} // namespace cutline
