// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// Where a field stands in protobuf text format, found without its schema: for fields of a newer version.
struct TextField {
    std::string name;
    std::size_t begin = 0, end = 0; ///< bytes of name and value
    std::size_t body_end = 0;       ///< of a message: where its closing bracket stands; else 0
    /// The messages around it, outermost first: "plan", and which of its siblings of that name, from 0.
    struct Level {
        std::string name;
        std::size_t index = 0;
        friend bool operator==(const Level&, const Level&) = default;
    };
    std::vector<Level> inside;
    std::size_t index = 0; ///< among its siblings of the same name
};

/// All fields of a text, messages before what is in them. Stops at the first thing that is no field.
std::vector<TextField> textFields(std::string_view text);

} // namespace cutline
