// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/json_writer.h"

namespace cutline {

std::string jsonString(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    const auto escape = [&](unsigned code) {
        out += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(code >> shift) & 15];
    };
    const std::string valid = validUtf8(text);
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const char c = valid[i];
        const auto byte = static_cast<unsigned char>(c);
        // Only these two start characters that are hidden: asking for every byte would be slow.
        const std::size_t hidden =
            byte == 0xC2 || byte == 0xE2 ? hiddenLength(std::string_view(valid).substr(i)) : std::size_t{0};
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7F) {
            escape(byte);
        } else if (hidden > 0) {
            unsigned code = byte & (hidden == 2 ? 0x1Fu : 0x0Fu);
            for (std::size_t k = 1; k < hidden; ++k) code = code << 6 | (static_cast<unsigned char>(valid[i + k]) & 0x3Fu);
            escape(code);
            i += hidden - 1;
        } else {
            out += c;
        }
    }
    return out + '"';
}

} // namespace cutline
