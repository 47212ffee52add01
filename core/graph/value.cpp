// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/value.h"

#include "core/base/text.h"

#include <array>

#include <cmath>

namespace cutline {

ValuePtr integerList(std::vector<std::int64_t> values)
{
    auto made = std::make_shared<Value>();
    made->shape = {static_cast<std::int64_t>(values.size())};
    made->ints = std::move(values);
    return made;
}

ElementType elementTypeOf(std::int32_t data_type)
{
    using enum ElementType;
    constexpr std::array kTypes{Unknown,  Float32, UInt8,   Int8,    UInt16, Int16,  Int32,     Int64,
                                String,   Bool,    Float16, Float64, UInt32, UInt64, Complex64, Complex128,
                                BFloat16, Float8,  Float8,  Float8,  Float8, UInt4,  Int4};
    const auto index = static_cast<std::size_t>(data_type);
    return data_type >= 0 && index < kTypes.size() ? kTypes[index] : Unknown;
}

std::string shapeOrUnknown(const std::optional<Shape>& shape)
{
    return shape ? shapeText(*shape) : "unknown shape";
}

std::string shown(std::string_view name)
{
    return elided(printable(name), 120);
}

double halfValue(std::uint16_t bits)
{
    const int exponent = (bits >> 10) & 31, fraction = bits & 1023;
    const double sign = bits >> 15 ? -1 : 1;
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    if (exponent == 31) return fraction ? std::nan("") : sign * HUGE_VAL;
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

} // namespace cutline
