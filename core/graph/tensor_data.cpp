// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/tensor_data.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace cutline {
namespace {

namespace fs = std::filesystem;
using onnx_file::Run;
using onnx_file::TensorData;

/// Field of TensorProto that holds elements of a type when they are not raw; 0 where any may.
std::uint32_t fieldOf(ElementType type)
{
    switch (type) {
    case ElementType::Float32:
    case ElementType::Complex64: return 4;
    case ElementType::Int64: return 7;
    case ElementType::Float64:
    case ElementType::Complex128: return 10;
    case ElementType::UInt32:
    case ElementType::UInt64: return 11;
    case ElementType::String: return 6;
    case ElementType::Unknown: return 0;
    default: return 5;
    }
}

std::string_view nameOfField(std::uint32_t field)
{
    switch (field) {
    case 4: return "float_data";
    case 5: return "int32_data";
    case 6: return "string_data";
    case 7: return "int64_data";
    case 10: return "double_data";
    default: return "uint64_data";
    }
}

std::uint64_t countOf(const Run& run)
{
    if (!run.packed) return 1;
    if (run.field == 4) return run.bytes.size() / 4;
    if (run.field == 10) return run.bytes.size() / 8;
    return static_cast<std::uint64_t>(std::count_if(run.bytes.begin(), run.bytes.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 128) == 0;
    }));
}

/// Values of packed or single numbers as raw bits.
std::vector<std::uint64_t> bitsOf(const Run& run)
{
    if (!run.packed) return {run.value};
    std::vector<std::uint64_t> out;
    const std::size_t fixed = run.field == 4 ? 4 : run.field == 10 ? 8 : 0;
    std::uint64_t value = 0;
    unsigned shift = 0;
    for (std::size_t i = 0; i < run.bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(run.bytes[i]);
        if (fixed) {
            value |= std::uint64_t{byte} << (8 * (i % fixed));
            if (i % fixed + 1 == fixed) out.push_back(value), value = 0;
            continue;
        }
        if (shift < 64) value |= std::uint64_t{byte & 127u} << shift;
        shift += 7;
        if (byte < 128) out.push_back(value), value = 0, shift = 0;
    }
    return out;
}

void append(Value& value, std::uint64_t bits)
{
    const auto extend = [&](unsigned width) {
        return static_cast<std::int64_t>(bits << (64 - width)) >> (64 - width);
    };
    switch (value.type) {
    case ElementType::Float32:
        value.reals.push_back(static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits))));
        break;
    case ElementType::Float64: value.reals.push_back(std::bit_cast<double>(bits)); break;
    case ElementType::Float16: value.reals.push_back(halfValue(static_cast<std::uint16_t>(bits))); break;
    case ElementType::BFloat16:
        value.reals.push_back(
            static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16)));
        break;
    case ElementType::Int8: value.ints.push_back(extend(8)); break;
    case ElementType::Int16: value.ints.push_back(extend(16)); break;
    case ElementType::Int32: value.ints.push_back(extend(32)); break;
    case ElementType::Bool: value.ints.push_back(bits != 0); break;
    default: value.ints.push_back(static_cast<std::int64_t>(bits)); break;
    }
}

bool isReadable(ElementType type)
{
    switch (type) {
    case ElementType::Unknown:
    case ElementType::String:
    case ElementType::Float8:
    case ElementType::Int4:
    case ElementType::UInt4:
    case ElementType::Complex64:
    case ElementType::Complex128: return false;
    default: return true;
    }
}

std::uint64_t numberOf(std::string_view text, std::string_view key)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw Failure{"external data: " + std::string(key) + " is \"" + shown(text) +
                          "\", a number of bytes wanted",
                      {}};
    return value;
}

} // namespace

std::optional<std::uint64_t> storedBytes(const Shape& dims, ElementType type)
{
    for (std::size_t i = 0; i < dims.size(); ++i)
        if (dims[i] < 0)
            throw Failure{"dimension " + std::to_string(i) + " is " + std::to_string(dims[i]),
                          "export the model again"};
    const auto elements = elementCount(dims);
    if (!elements || *elements > kLargestCount)
        throw Failure{"has the shape " + shapeText(dims) + ", more elements than can be",
                      "export the model again"};
    const int bits = bitsOf(type);
    if (bits == 0) return std::nullopt;
    return (*elements * static_cast<std::uint64_t>(bits) + 7) / 8;
}

TensorDataReader::TensorDataReader(const std::string& model_path)
    : m_folder(fs::path(model_path).parent_path().string())
{
}

void TensorDataReader::check(const TensorData& tensor)
{
    const ElementType type = elementTypeOf(tensor.type);
    const auto wanted = storedBytes(tensor.dims, type);
    if (tensor.type <= 0 || tensor.type > 64)
        throw Failure{"has the data type " + std::to_string(tensor.type) + ", which does not exist",
                      "export the model again"};
    if (tensor.segmented)
        throw Failure{"is a segment of a tensor, the rest is elsewhere", "export the model again with whole tensors"};
    if (tensor.external) return checkExternal(tensor, wanted.value_or(0));
    const std::uint64_t elements = *elementCount(tensor.dims);
    const std::uint32_t field = fieldOf(type);
    std::uint64_t found = tensor.strings;
    for (const Run& run : tensor.runs) {
        if (field != 0 && run.field != field)
            throw Failure{std::string(nameOf(type)) + " values stand in " +
                              std::string(nameOfField(run.field)) + " instead of " +
                              std::string(nameOfField(field)),
                          "export the model again"};
        found += countOf(run);
    }
    if (tensor.has_raw) {
        if (type == ElementType::String) throw Failure{"holds text as raw data", "export the model again"};
        if (found > 0) throw Failure{"has both raw data and values", "export the model again"};
        if (wanted && tensor.raw.size() != *wanted)
            throw Failure{"shape " + shapeText(tensor.dims) + ": " + std::to_string(*wanted) +
                              " bytes wanted, " + std::to_string(tensor.raw.size()) + " found",
                          "export or copy the model again"};
        return;
    }
    const bool four_bits = type == ElementType::Int4 || type == ElementType::UInt4;
    const bool complex = type == ElementType::Complex64 || type == ElementType::Complex128;
    const std::uint64_t values = four_bits ? (elements + 1) / 2 : complex ? elements * 2 : elements;
    if (type != ElementType::Unknown && found != values)
        throw Failure{"shape " + shapeText(tensor.dims) + ": " + std::to_string(values) + " values wanted, " +
                          std::to_string(found) + " found",
                      "export or copy the model again"};
}

TensorDataReader::Place TensorDataReader::placeOf(const TensorData& tensor) const
{
    Place place;
    for (const auto& [key, value] : tensor.external_data) {
        if (key == "location") place.location = value;
        if (key == "offset") place.offset = numberOf(value, key);
        if (key == "length") place.length = numberOf(value, key);
    }
    if (place.location.empty()) throw Failure{"external data: no location given", "export the model again"};
    place.path = (fs::path(m_folder) / place.location).string();
    return place;
}

void TensorDataReader::checkExternal(const TensorData& tensor, std::uint64_t wanted)
{
    const Place place = placeOf(tensor);
    const std::string name = shown(place.location);
    const std::string fix = "put the data file beside the model";
    const Failure outside{"external data " + name + " leaves the model's folder", fix};
    const fs::path location(place.location);
    if (location.is_absolute() || place.location.find('\0') != std::string::npos) throw outside;
    for (const fs::path& part : location)
        if (part == "..") throw outside;
    // Windows spellings of the same tricks are refused too: the model may be opened there next.
    if (place.location.find("..\\") != std::string::npos || place.location.starts_with('\\') ||
        place.location.find(":\\") != std::string::npos)
        throw outside;

    std::error_code error;
    const fs::path folder =
        fs::weakly_canonical(m_folder.empty() ? fs::path(".") : fs::path(m_folder), error);
    const fs::path real = fs::weakly_canonical(place.path, error);
    if (!error && std::mismatch(folder.begin(), folder.end(), real.begin(), real.end()).first != folder.end())
        throw outside;
    if (!fs::exists(real, error)) {
        m_missing.push_back(shown(tensor.name) + " in " + name);
        return;
    }
    if (!fs::is_regular_file(real, error)) throw Failure{"external data " + name + " is no file", fix};
    const std::uint64_t size = fs::file_size(real, error);
    if (error) throw Failure{"external data " + name + ": " + error.message(), fix};
    const std::uint64_t length = place.length.value_or(wanted);
    if (place.offset > size || length > size - place.offset)
        throw Failure{"external data " + name + ": " + std::to_string(place.offset) + " + " +
                          std::to_string(length) + " > " + std::to_string(size) +
                          " bytes, the file ends early",
                      "copy the data file again"};
    if (length < wanted)
        throw Failure{"external data " + name + ": " + std::to_string(wanted) + " bytes wanted, " +
                          std::to_string(length) + " given",
                      "export the model again"};
}

TensorDataReader::ExternalRange TensorDataReader::externalRange(const TensorData& tensor)
{
    const auto wanted = storedBytes(tensor.dims, elementTypeOf(tensor.type));
    const std::size_t missing = m_missing.size();
    checkExternal(tensor, wanted.value_or(0));
    const Place place = placeOf(tensor);
    if (m_missing.size() > missing)
        throw Failure{"external data " + shown(place.location) + " are not there", "put the data file beside the model"};
    if (!place.length && !wanted)
        throw Failure{"external data " + shown(place.location) + ": no length given", "export the model again"};
    return {place.path, place.offset, place.length ? *place.length : *wanted};
}

ValuePtr TensorDataReader::read(const TensorData& tensor) const
{
    const ElementType type = elementTypeOf(tensor.type);
    const auto elements = elementCount(tensor.dims);
    if (!isReadable(type) || !elements || *elements > kLargestValue) return nullptr;
    auto value = std::make_shared<Value>();
    value->type = type;
    value->shape = tensor.dims;
    const std::size_t width = static_cast<std::size_t>(bitsOf(type)) / 8;
    std::string outside;
    std::string_view raw = tensor.raw;
    if (tensor.external) {
        const Place place = placeOf(tensor);
        std::ifstream file(place.path, std::ios::binary);
        outside.resize(*elements * width);
        file.seekg(static_cast<std::streamoff>(place.offset));
        if (!file.read(outside.data(), static_cast<std::streamsize>(outside.size()))) return nullptr;
        raw = outside;
    }
    if (tensor.external || tensor.has_raw) {
        for (std::size_t i = 0; i < *elements; ++i) {
            std::uint64_t bits = 0;
            std::memcpy(&bits, raw.data() + i * width, width);
            append(*value, bits);
        }
        return value;
    }
    for (const Run& run : tensor.runs)
        for (const std::uint64_t bits : bitsOf(run)) append(*value, bits);
    return value->size() == *elements ? value : nullptr;
}

} // namespace cutline
