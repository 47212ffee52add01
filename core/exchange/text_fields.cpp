// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/text_fields.h"

#include <algorithm>
#include <map>

namespace cutline {
namespace {

/// Words, strings and single characters; spaces and comments are skipped.
class Tokens {
public:
    explicit Tokens(std::string_view text) : m_text(text) { next(); }

    std::string_view token() const { return m_text.substr(m_begin, m_end - m_begin); }
    std::size_t begin() const { return m_begin; }
    bool atEnd() const { return m_begin >= m_text.size(); }
    std::size_t lastEnd() const { return m_last_end; }
    bool is(char c) const { return m_end == m_begin + 1 && m_text[m_begin] == c; }
    bool isString() const { return !atEnd() && (m_text[m_begin] == '"' || m_text[m_begin] == '\''); }
    bool isWord() const { return !atEnd() && wordCharacter(m_text[m_begin]); }

    void next() {
        m_last_end = m_end;
        m_begin = m_end;
        skipSpace();
        m_end = m_begin;
        if (m_begin >= m_text.size()) return;
        const char first = m_text[m_begin];
        if (first == '"' || first == '\'') {
            readString(first);
        } else if (wordCharacter(first)) {
            while (m_end < m_text.size() && wordCharacter(m_text[m_end])) ++m_end;
        } else {
            ++m_end;
        }
    }

private:
    static bool wordCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '.' || c == '-' || c == '+';
    }

    void skipSpace() {
        while (m_begin < m_text.size()) {
            const char c = m_text[m_begin];
            if (c == '#') {
                while (m_begin < m_text.size() && m_text[m_begin] != '\n') ++m_begin;
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') {
                ++m_begin;
            } else {
                return;
            }
        }
    }

    void readString(char quote) {
        ++m_end;
        while (m_end < m_text.size() && m_text[m_end] != quote) m_end += m_text[m_end] == '\\' ? 2 : 1;
        m_end = std::min(m_end + 1, m_text.size());
    }

    std::string_view m_text;
    std::size_t m_begin = 0, m_end = 0, m_last_end = 0;
};

/// Deeper nesting than any schema has is no field any more: every field holds the path to it.
constexpr std::size_t kDeepest = 64;

/// Walks nested messages with a stack of its own.
class Walker {
public:
    explicit Walker(std::string_view text) : m_tokens(text) { m_counts.emplace_back(); }

    std::vector<TextField> walk() {
        while (!m_tokens.atEnd()) {
            if (m_tokens.is('}') || m_tokens.is('>')) {
                if (m_open.empty()) break;
                closeMessage();
            } else if (m_tokens.is(';') || m_tokens.is(',')) {
                m_tokens.next();
            } else if (!m_tokens.isWord() || !readField()) {
                break;
            }
        }
        return std::move(m_fields);
    }

private:
    bool readField() {
        TextField field;
        field.name = std::string(m_tokens.token());
        field.begin = m_tokens.begin();
        field.inside = m_path;
        field.index = m_counts.back()[field.name]++;
        m_tokens.next();
        if (m_tokens.is(':')) m_tokens.next();
        if (m_tokens.is('{') || m_tokens.is('<')) {
            if (m_open.size() == kDeepest) return false;
            m_tokens.next();
            m_open.push_back(m_fields.size());
            m_path.push_back({field.name, field.index});
            m_counts.emplace_back();
            m_fields.push_back(std::move(field));
            return true;
        }
        if (!skipValue()) return false;
        field.end = m_tokens.lastEnd();
        m_fields.push_back(std::move(field));
        return true;
    }

    void closeMessage() {
        TextField& field = m_fields[m_open.back()];
        field.body_end = m_tokens.begin();
        m_tokens.next();
        field.end = m_tokens.lastEnd();
        m_open.pop_back();
        m_path.pop_back();
        m_counts.pop_back();
    }

    bool skipValue() {
        if (m_tokens.is('[')) {
            std::size_t depth = 0;
            while (!m_tokens.atEnd()) {
                const bool closes = m_tokens.is(']');
                if (m_tokens.is('[')) ++depth;
                m_tokens.next();
                if (closes && --depth == 0) return true;
            }
            return false;
        }
        if (m_tokens.isString()) {
            while (m_tokens.isString()) m_tokens.next();
            return true;
        }
        if (!m_tokens.isWord()) return false;
        m_tokens.next();
        return true;
    }

    Tokens m_tokens;
    std::vector<TextField> m_fields;
    std::vector<std::size_t> m_open;
    std::vector<TextField::Level> m_path;
    std::vector<std::map<std::string, std::size_t>> m_counts;
};

} // namespace

std::vector<TextField> textFields(std::string_view text) {
    return Walker(text).walk();
}

} // namespace cutline
