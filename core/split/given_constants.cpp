// SPDX-License-Identifier: GPL-3.0-or-later
// Results of constant nodes, written down as weights.
#include "core/graph/value.h"
#include "core/graph/wire_writer.h"
#include "core/split/file_model.h"

#include <bit>
#include <cstring>

namespace cutline {
namespace {

using onnx_file::putBytes;
using onnx_file::putNumber;

template <class T> void putRaw(std::string& raw, T value)
{
    static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");
    raw.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string tensorMessage(const Shape& shape, ElementType type, const std::string& raw, std::string_view name)
{
    std::string tensor;
    for (const std::int64_t size : shape) putNumber(tensor, 1, static_cast<std::uint64_t>(size));
    putNumber(tensor, 2, static_cast<std::uint64_t>(dataTypeOf(type)));
    putBytes(tensor, 8, name);
    putBytes(tensor, 9, raw);
    return tensor;
}

bool isWhole(ElementType type)
{
    const int bits = bitsOf(type);
    return type != ElementType::Unknown && !isFloating(type) && type != ElementType::Complex64 && bits >= 8 && bits <= 64;
}

std::string rawOf(const Value& value)
{
    std::string raw;
    const auto bytes = static_cast<std::size_t>(bitsOf(value.type)) / 8;
    for (const std::int64_t number : value.ints) raw.append(reinterpret_cast<const char*>(&number), bytes);
    return raw;
}

} // namespace

bool FileModel::isGivable(std::uint32_t n) const
{
    // Before IR version 4 an initializer has to be an input too, with its type.
    if (m_model.ir_version < 4 && !measures(n)) return false;
    if (const auto value = m_values.find(n); value != m_values.end() && isWhole(value->second->type)) return true;
    const onnx_file::Node& made = node(n);
    if (made.op != "Constant" || !made.domain.empty() || made.attributes.size() != 1) return false;
    const onnx_file::Attribute& a = made.attributes[0];
    if (!a.reference.empty()) return false;
    if (a.t) return !a.t->external;
    return a.name == "value_float" || a.name == "value_floats" || a.name == "value_int" || a.name == "value_ints";
}

std::string FileModel::given(std::uint32_t n) const
{
    const onnx_file::Node& made = node(n);
    const std::string_view name = made.outputs[0];
    if (const auto value = m_values.find(n); value != m_values.end() && isWhole(value->second->type))
        return tensorMessage(value->second->shape, value->second->type, rawOf(*value->second), name);
    const onnx_file::Attribute& a = made.attributes[0];
    if (a.t) {
        // The last name in a message is the one that counts.
        std::string tensor(a.t->message);
        putBytes(tensor, 8, name);
        return tensor;
    }
    std::string raw;
    const bool many = a.name.ends_with("s"), whole = a.name.starts_with("value_int");
    for (const std::int64_t number : many ? a.ints : std::vector<std::int64_t>{a.i})
        if (whole) putRaw(raw, number);
    for (const float number : many ? a.floats : std::vector<float>{a.f})
        if (!whole) putRaw(raw, number);
    const std::size_t count = whole ? a.ints.size() : a.floats.size();
    return tensorMessage(many ? Shape{static_cast<std::int64_t>(count)} : Shape{},
                         whole ? ElementType::Int64 : ElementType::Float32, raw, name);
}

} // namespace cutline
