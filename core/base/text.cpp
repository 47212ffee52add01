// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace cutline {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Length of the well-formed UTF-8 sequence at the start of `text` (Unicode 15, table 3-7), or 0.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
        return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

template <class OnCharacter> std::string rewritten(std::string_view text, OnCharacter onCharacter)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0) {
            out += kReplacement;
            text.remove_prefix(1);
            continue;
        }
        onCharacter(out, text.substr(0, length));
        text.remove_prefix(length);
    }
    return out;
}

bool isControl(std::string_view character)
{
    if (character.size() == 1) {
        const auto c = static_cast<unsigned char>(character[0]);
        return c < 0x20 || c == 0x7F;
    }
    // C1 controls, line and paragraph separators, and marks that change the writing direction.
    if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
    if (character.size() == 3 && character[0] == '\xE2' && character[1] == '\x80') {
        const auto c = static_cast<unsigned char>(character[2]);
        return (c >= 0x8E && c <= 0x8F) || (c >= 0xA8 && c <= 0xAE);
    }
    if (character.size() == 3 && character[0] == '\xE2' && character[1] == '\x81') {
        const auto c = static_cast<unsigned char>(character[2]);
        return c >= 0xA6 && c <= 0xA9;
    }
    return false;
}

} // namespace

std::string printable(std::string_view text)
{
    return rewritten(text, [](std::string& out, std::string_view c) {
        if (isControl(c))
            out += ' ';
        else
            out += c;
    });
}

std::string validUtf8(std::string_view text)
{
    return rewritten(text, [](std::string& out, std::string_view c) { out += c; });
}

std::size_t hiddenLength(std::string_view text)
{
    if (text.empty()) return 0;
    const std::size_t length = sequenceLength(text);
    return length > 0 && isControl(text.substr(0, length)) ? length : 0;
}

std::string_view withoutByteOrderMark(std::string_view text)
{
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    return text.substr(0, kMark.size()) == kMark ? text.substr(kMark.size()) : text;
}

std::string elided(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit || limit < 8) return std::string(text);
    const std::size_t half = (limit - 3) / 2;
    const auto inSequence = [&](std::size_t i) {
        return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    };
    std::size_t head = half;
    while (head > 0 && inSequence(head)) --head;
    std::size_t tail = text.size() - half;
    while (inSequence(tail)) ++tail;
    return std::string(text.substr(0, head)) + "\xE2\x80\xA6" + std::string(text.substr(tail));
}

std::string inQuotes(std::string_view name, std::size_t longest)
{
    // Cut first: a file may hold one name of a hundred megabytes.
    return "'" + elided(printable(name.substr(0, 4096)), longest) + "'";
}

std::string counted(std::size_t count, std::string_view one, std::string_view several)
{
    return std::to_string(count) + " " + std::string(count == 1 ? one : several);
}

std::string percentEncoded(std::string_view name)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto byte = static_cast<unsigned char>(name[i]);
        if (hidden == 0) hidden = hiddenLength(name.substr(i));
        if (hidden > 0 || std::string_view("+>,;%").find(name[i]) != std::string_view::npos) {
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += name[i];
        }
        if (hidden > 0) --hidden;
    }
    return out;
}

std::string percentDecoded(std::string_view name)
{
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return -1;
    };
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '%' && i + 2 < name.size() && digit(name[i + 1]) >= 0 && digit(name[i + 2]) >= 0) {
            out += static_cast<char>(digit(name[i + 1]) * 16 + digit(name[i + 2]));
            i += 2;
        } else {
            out += name[i];
        }
    }
    return out;
}

std::string csvCell(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

std::string numberText(double value)
{
    if (!std::isfinite(value)) return {};
    std::array<char, 32> buffer{};
    const auto [end, status] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return std::string(buffer.data(), end);
}

bool parseNumber(std::string_view text, double& value)
{
    text = trimmed(text);
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    return status == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

} // namespace cutline
