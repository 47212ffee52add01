// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost: a JSON array of objects, one object at a time, without holding the array.
#pragma once

#include "core/cost/profiles/kit.h"

#include <functional>
#include <variant>

namespace cutline::profiles {

/// One object of the array: its scalars, and those of objects in it as "args.op_name".
struct JsonElement {
    using Scalar = std::variant<std::string, double>;

    int line = 0;
    std::vector<std::pair<std::string, Scalar>> members;

    const Scalar* find(std::string_view key) const;
    /// A string member; null where it is absent or no string.
    const std::string* text(std::string_view key) const;
    /// A number, also one written as a string; nullopt where it is absent or no number.
    std::optional<double> number(std::string_view key) const;
};

/// Calls `each` for every element. Errors: what `each` returns; not JSON, cut off, a number out of range, not
/// UTF-8, with line and byte; not an array of objects; nested more than 32 deep.
Result<void> forEachElement(std::string_view text, const Place& place,
                            const std::function<Result<void>(const JsonElement&)>& each);

} // namespace cutline::profiles
