// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/json_text.h"

#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cutline {
namespace {

/// "FILE:LINE:COLUMN" of a byte.
std::string placeOf(std::string_view text, std::size_t byte, const std::string& file)
{
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto start = before.rfind('\n');
    const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return printable(file) + ":" + std::to_string(line) + ":" + std::to_string(column);
}

} // namespace

Result<nlohmann::json> readJson(std::string_view text, const std::string& file)
{
    text = withoutByteOrderMark(text);
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        const std::size_t byte = error.byte > 0 ? error.byte - 1 : 0; // counted from 1
        const std::string where = placeOf(text, byte, file);
        if (trimmed(text).empty()) return Error{printable(file), "is empty", "give a file with content"};
        if (byte >= text.size()) return Error{where, "the text ends too early", "write the file again, or close its brackets"};
        return Error{where, "is no JSON from " + inQuotes(text.substr(byte, 24), 24) + " on", "correct the text there"};
    } catch (const nlohmann::json::exception&) {
        return Error{printable(file), "has a number that is too large", "give numbers below 1e308"};
    }
}

} // namespace cutline
