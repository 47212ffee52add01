// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace cutline {

/// The whole file. Errors: not there, a folder, not readable, over `limit_bytes`.
Result<std::string> readFile(const std::string& path, std::uint64_t limit_bytes = std::uint64_t{2} << 30);

/// Writes the whole text or nothing: temporary file beside it, fsync, rename. Errors say what the disk said.
Result<void> writeFileAtomically(const std::string& path, std::string_view bytes);

/// Lower-case hex SHA-256.
std::string sha256Hex(std::string_view bytes);

} // namespace cutline
