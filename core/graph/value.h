// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// Why a model cannot be opened, without the place: thrown and caught inside this room only, where the node
/// or tensor is known that belongs in the message.
struct Failure {
    std::string what, fix;
};

/// Constants of more elements than this are not evaluated; shape computations stay far below.
inline constexpr std::uint64_t kLargestValue = 4096;

/// Sizes beyond this are damage, not a network: 2^53 elements or multiply-accumulates, exact as a double.
inline constexpr std::uint64_t kLargestCount = std::uint64_t{1} << 53;

/// A small constant tensor in row-major order: `reals` for floating types, `ints` for everything else.
struct Value {
    ElementType type = ElementType::Int64;
    Shape shape;
    std::vector<std::int64_t> ints;
    std::vector<double> reals;

    bool isReal() const { return isFloating(type); }
    std::size_t size() const { return isReal() ? reals.size() : ints.size(); }
    double real(std::size_t i) const { return isReal() ? reals[i] : static_cast<double>(ints[i]); }
};

using ValuePtr = std::shared_ptr<const Value>;

/// The number that 16 bits of IEEE 754 half precision stand for.
double halfValue(std::uint16_t bits);

/// A 1-D int64 value.
ValuePtr integerList(std::vector<std::int64_t> values);

/// TensorProto.DataType as ours; types newer than we know are Unknown.
ElementType elementTypeOf(std::int32_t data_type);

/// "1x8x14x14" or "unknown shape".
std::string shapeOrUnknown(const std::optional<Shape>& shape);

/// A name from a file, quoted by nothing but cut to a readable length.
std::string shown(std::string_view name);

} // namespace cutline
