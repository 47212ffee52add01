// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/array_file.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>

namespace cutline {
namespace {

using Type = ArrayFile::Type;
constexpr std::string_view kNumpyMagic = "\x93NUMPY";

static_assert(std::endian::native == std::endian::little, "files are turned to little-endian order");

void turnBytes(std::string& bytes, std::size_t size) {
    if (size < 2) return;
    for (std::size_t at = 0; at + size <= bytes.size(); at += size)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
}

std::size_t sizeOf(Type type) {
    switch (type) {
    case Type::UInt8:
    case Type::Int8: return 1;
    case Type::Int16:
    case Type::UInt16: return 2;
    case Type::Int32:
    case Type::UInt32:
    case Type::Float32: return 4;
    case Type::Int64:
    case Type::Float64: return 8;
    }
    return 1;
}

/// Elements of a shape, or nothing where they pass what a file could hold.
std::optional<std::size_t> elementsOf(const std::vector<std::size_t>& shape) {
    std::size_t elements = 1;
    for (const std::size_t d : shape) {
        if (d != 0 && elements > (std::size_t{1} << 40) / d) return {};
        elements *= d;
    }
    return elements;
}

Result<ArrayFile> withData(ArrayFile array, std::string bytes, std::size_t header, const std::string& where) {
    const auto elements = elementsOf(array.shape);
    const std::size_t have = bytes.size() - header;
    if (!elements || have < *elements * sizeOf(array.type))
        return Error{where,
                     "is cut short: " + std::to_string(have) + " bytes of data, " +
                         (elements ? std::to_string(*elements * sizeOf(array.type)) : std::string("more than any file")) +
                         " by its header",
                     "copy it again"};
    bytes.erase(0, header);
    bytes.resize(*elements * sizeOf(array.type));
    array.bytes = std::move(bytes);
    return array;
}

Result<ArrayFile> parseIdx(std::string bytes, const std::string& where) {
    static constexpr std::array<std::pair<unsigned char, Type>, 6> kTypes{{{0x08, Type::UInt8},
                                                                           {0x09, Type::Int8},
                                                                           {0x0B, Type::Int16},
                                                                           {0x0C, Type::Int32},
                                                                           {0x0D, Type::Float32},
                                                                           {0x0E, Type::Float64}}};
    ArrayFile array;
    const auto type = std::find_if(kTypes.begin(), kTypes.end(),
                                   [&](const auto& t) { return t.first == static_cast<unsigned char>(bytes[2]); });
    if (type == kTypes.end())
        return Error{where, "is IDX of a type that is not known", "use bytes (0x08), as MNIST does"};
    array.type = type->second;
    const auto rank = static_cast<std::size_t>(static_cast<unsigned char>(bytes[3]));
    if (bytes.size() < 4 + 4 * rank) return Error{where, "is cut short in its header", "copy it again"};
    for (std::size_t i = 0; i < rank; ++i) {
        std::size_t size = 0;
        for (std::size_t b = 0; b < 4; ++b) size = size << 8 | static_cast<unsigned char>(bytes[4 + 4 * i + b]);
        array.shape.push_back(size);
    }
    auto filled = withData(std::move(array), std::move(bytes), 4 + 4 * rank, where);
    if (filled) turnBytes(filled->bytes, filled->elementSize());
    return filled;
}

/// What stands behind a key of the header's dictionary, which is Python text: {'descr': '|u1', 'shape': (3, 4), }.
std::string_view valueOf(std::string_view header, std::string_view key) {
    const auto at = header.find("'" + std::string(key) + "'");
    if (at == std::string_view::npos) return {};
    header.remove_prefix(at + key.size() + 2);
    const auto colon = header.find(':');
    return colon == std::string_view::npos ? std::string_view() : trimmed(header.substr(colon + 1));
}

std::optional<Type> numpyType(std::string_view descr) {
    static constexpr std::array<std::pair<std::string_view, Type>, 10> kTypes{{{"u1", Type::UInt8},
                                                                               {"b1", Type::UInt8},
                                                                               {"i1", Type::Int8},
                                                                               {"i2", Type::Int16},
                                                                               {"u2", Type::UInt16},
                                                                               {"i4", Type::Int32},
                                                                               {"u4", Type::UInt32},
                                                                               {"i8", Type::Int64},
                                                                               {"f4", Type::Float32},
                                                                               {"f8", Type::Float64}}};
    for (const auto& [name, type] : kTypes)
        if (descr == name) return type;
    return {};
}

Result<ArrayFile> parseNumpy(std::string bytes, const std::string& where) {
    const Error broken{where, "is NPY with a header that makes no sense", "save it again with numpy.save"};
    if (bytes.size() < 12) return broken;
    const auto byteAt = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    const bool wide = bytes[6] != 1;
    const std::size_t start = wide ? 12 : 10;
    const std::size_t length =
        wide ? byteAt(8) | byteAt(9) << 8 | byteAt(10) << 16 | byteAt(11) << 24 : byteAt(8) | byteAt(9) << 8;
    if (length > bytes.size() - start) return broken;
    const std::string_view header = std::string_view(bytes).substr(start, length);
    std::string_view descr = valueOf(header, "descr"), order = valueOf(header, "fortran_order"),
                     shape = valueOf(header, "shape");
    if (descr.size() < 4 || (descr[0] != '\'' && descr[0] != '"') || shape.empty() || shape[0] != '(') return broken;
    descr = descr.substr(1, descr.find(descr[0], 1) - 1);
    if (order.starts_with("True"))
        return Error{where, "is NPY in Fortran order", "save it with numpy.ascontiguousarray"};
    ArrayFile array;
    const auto type = numpyType(descr.substr(1));
    if (!type)
        return Error{where, "is NPY of type " + printable(descr) + ", which is not read",
                     "save it as uint8, an integer type or float32"};
    array.type = *type;
    const auto end = shape.find(')');
    if (end == std::string_view::npos) return broken;
    for (const std::string& part : split(shape.substr(1, end - 1), ',')) {
        const std::string_view number = trimmed(part);
        if (number.empty()) continue;
        std::size_t size = 0;
        const auto [last, bad] = std::from_chars(number.data(), number.data() + number.size(), size);
        if (bad != std::errc{} || last != number.data() + number.size()) return broken;
        array.shape.push_back(size);
    }
    const bool big = descr[0] == '>';
    auto filled = withData(std::move(array), std::move(bytes), start + length, where);
    if (filled && big) turnBytes(filled->bytes, filled->elementSize());
    return filled;
}

template <class T> double elementAt(const std::string& bytes, std::size_t index) {
    T value;
    std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
    return static_cast<double>(value);
}

bool isIdx(std::string_view bytes) {
    return bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] >= 8 && bytes[2] <= 14 && bytes[3] >= 1 &&
           bytes[3] <= 8;
}

} // namespace

std::size_t ArrayFile::elementSize() const { return sizeOf(type); }
std::size_t ArrayFile::count() const { return bytes.size() / sizeOf(type); }

double ArrayFile::at(std::size_t index) const {
    switch (type) {
    case Type::UInt8: return elementAt<std::uint8_t>(bytes, index);
    case Type::Int8: return elementAt<std::int8_t>(bytes, index);
    case Type::Int16: return elementAt<std::int16_t>(bytes, index);
    case Type::UInt16: return elementAt<std::uint16_t>(bytes, index);
    case Type::Int32: return elementAt<std::int32_t>(bytes, index);
    case Type::UInt32: return elementAt<std::uint32_t>(bytes, index);
    case Type::Int64: return elementAt<std::int64_t>(bytes, index);
    case Type::Float32: return elementAt<float>(bytes, index);
    case Type::Float64: return elementAt<double>(bytes, index);
    }
    return 0;
}

bool isArrayFile(std::string_view bytes) { return bytes.starts_with(kNumpyMagic) || isIdx(bytes); }

Result<ArrayFile> parseArrayFile(std::string bytes, const std::string& where) {
    if (bytes.starts_with(kNumpyMagic)) return parseNumpy(std::move(bytes), where);
    if (isIdx(bytes)) return parseIdx(std::move(bytes), where);
    if (bytes.starts_with("\x1f\x8b")) return Error{where, "is compressed", "unpack it with gunzip first"};
    if (bytes.starts_with("PK")) return Error{where, "is an archive (NPZ or ZIP)", "save one array with numpy.save"};
    return Error{where, "is neither IDX nor NPY", "give the images as IDX (MNIST) or NPY (numpy.save)"};
}

Result<ArrayFile> readArrayFile(const std::string& path) {
    auto bytes = readFile(path, std::uint64_t{8} << 30);
    if (!bytes) return bytes.error();
    return parseArrayFile(*std::move(bytes), printable(path));
}

} // namespace cutline
