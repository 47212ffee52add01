// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace cutline {

/// Fields of a data set's description that say what its files hold (format, dtype, height, width, channels): a value
/// that cannot be is a mistake. `where` is the description, for messages.
Result<void> checkFacts(const nlohmann::json& root, const std::string& where);

/// The formula is for people: what to tell them where it says another thing than what is done to pixels (`bytes`, or
/// other numbers); empty: nothing.
std::string formulaNote(const nlohmann::json& root, bool bytes, const std::string& where);

} // namespace cutline
