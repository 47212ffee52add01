// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cutline {

/// What to say after an unknown name: "near: EYR, EYR1", or all names where none is near ("known: .., 8
/// more").
std::string nearNames(std::string_view wanted, std::span<const std::string> names);

} // namespace cutline
