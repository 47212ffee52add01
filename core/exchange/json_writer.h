// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/text.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace cutline {

/// A JSON string with its quotes: UTF-8 as it is, hidden characters (hiddenLength) escaped, bad bytes replaced.
std::string jsonString(std::string_view text);

/// Appends JSON to a text; the caller keeps brackets in balance. Numbers are the shortest that read back the
/// same; what is not finite is null, as JSON has no infinity.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : m_out(out) {}

    void open(char bracket) {
        separate();
        m_out += bracket;
        m_first = true;
    }
    void close(char bracket) {
        m_out += bracket;
        m_first = false;
    }
    void key(std::string_view name) {
        separate();
        m_out += '"';
        m_out += name;
        m_out += "\": ";
        m_first = true;
    }
    /// Text that is JSON already, such as a quoted name.
    void raw(std::string_view json) {
        separate();
        m_out += json;
    }
    void value(std::string_view text) { raw(jsonString(text)); }
    void value(double number) {
        const std::string text = numberText(number);
        raw(text.empty() ? "null" : text);
    }
    void value(std::uint64_t number) { raw(std::to_string(number)); }
    void value(bool truth) { raw(truth ? "true" : "false"); }
    template <class T>
    void member(std::string_view name, const T& v) {
        key(name);
        value(v);
    }
    void member(std::string_view name, const char* text) { member(name, std::string_view(text)); }
    void lineBreak() {
        separate();
        m_out += '\n';
        m_first = true;
    }

private:
    void separate() {
        if (!m_first) m_out += ", ";
        m_first = false;
    }

    std::string& m_out;
    bool m_first = true;
};

} // namespace cutline
