// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace cutline {

/// Reads JSON as RFC 8259 has it. Errors: "FILE:LINE:COLUMN", what stands there; numbers beyond those of a double.
/// Private to the room's .cpp files.
Result<nlohmann::json> readJson(std::string_view text, const std::string& file);

} // namespace cutline
