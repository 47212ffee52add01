// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cutline {

/// Element types of tensors, as ONNX knows them; `Unknown` where the file does not say.
enum class ElementType : std::uint8_t {
    Unknown, Float32, Float16, BFloat16, Float64, Float8, Int4, UInt4, Int8, UInt8, Int16, UInt16, Int32, UInt32,
    Int64, UInt64, Bool, String, Complex64, Complex128,
};

/// Bits of one stored element: Bool 8, Int4 4, String and Unknown 0.
int bitsOf(ElementType type);

/// float32, float16, bfloat16, float64, float8, int8, uint8 .. bool, string; "unknown".
std::string_view nameOf(ElementType type);
std::optional<ElementType> elementTypeNamed(std::string_view name);

/// Float16, BFloat16, Float32, Float64, Float8: tensors that a platform stores at its own activation width.
bool isFloating(ElementType type);

} // namespace cutline
