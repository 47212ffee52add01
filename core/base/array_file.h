// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cutline {

/// Numbers from a file, in row-major order: IDX (the format of MNIST, big-endian) or NPY (NumPy 1.0 to 3.0, C order).
struct ArrayFile {
    enum class Type : std::uint8_t { UInt8, Int8, Int16, Int32, Int64, UInt16, UInt32, Float32, Float64 };
    Type type = Type::UInt8;
    std::vector<std::size_t> shape;
    std::string bytes; ///< in the machine's byte order

    std::size_t elementSize() const;
    std::size_t count() const; ///< elements
    double at(std::size_t index) const;
};

/// Recognised by content, whatever the name. Errors name the file: compressed, of another kind, of a type that is not
/// read, shorter than its header says.
Result<ArrayFile> readArrayFile(const std::string& path);
Result<ArrayFile> parseArrayFile(std::string bytes, const std::string& where);
/// Begins like such a file.
bool isArrayFile(std::string_view bytes);

} // namespace cutline
