// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/value.h"

#include "core/base/text.h"

#include <array>

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

} // namespace cutline
