// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/profiles/json_elements.h"

#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <iterator>

namespace cutline::profiles {
namespace {

constexpr std::size_t kMostDepth = 32;

/// Tells how far the parser has read: its call-backs do not.
class Cursor {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Cursor(const char* at, const char** furthest) : m_at(at), m_furthest(furthest) {}
    reference operator*() const { return *m_at; }
    Cursor& operator++() {
        *m_furthest = ++m_at;
        return *this;
    }
    Cursor operator++(int) {
        Cursor before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const Cursor& a, const Cursor& b) { return a.m_at == b.m_at; }
    friend bool operator!=(const Cursor& a, const Cursor& b) { return a.m_at != b.m_at; }

private:
    const char* m_at;
    const char** m_furthest;
};

/// Receives the parser's events; names of functions are the parser's.
class Collector : public nlohmann::json_sax<nlohmann::json> {
public:
    Collector(std::string_view text, const Place& place,
              const std::function<Result<void>(const JsonElement&)>& each)
        : m_text(text), m_place(place), m_each(each), m_furthest(text.data()), m_counted(text.data()) {}

    const char** furthest() { return &m_furthest; }
    const std::optional<Error>& error() const { return m_error; }

    bool null() override { return scalar(); }
    bool boolean(bool value) override { return scalar(value ? 1.0 : 0.0); }
    bool number_integer(number_integer_t value) override { return scalar(static_cast<double>(value)); }
    bool number_unsigned(number_unsigned_t value) override { return scalar(static_cast<double>(value)); }
    bool number_float(number_float_t value, const string_t&) override { return scalar(value); }
    bool string(string_t& value) override { return scalar(std::move(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Kind::Object); }
    bool start_array(std::size_t) override { return open(Kind::Array); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        m_keys.back() = std::move(name);
        return true;
    }
    bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception& e) override;

private:
    enum class Kind { Object, Array };

    bool fail(std::string what, std::string fix) {
        if (!m_error) m_error = m_place.error(line(), std::move(what), std::move(fix));
        return false;
    }
    int line() {
        m_line += static_cast<int>(std::count(m_counted, m_furthest, '\n'));
        m_counted = m_furthest;
        return m_line;
    }
    bool open(Kind kind);
    bool close();
    bool scalar(std::optional<JsonElement::Scalar> value = std::nullopt);

    std::string_view m_text;
    const Place& m_place;
    const std::function<Result<void>(const JsonElement&)>& m_each;
    const char* m_furthest;
    const char* m_counted;
    int m_line = 1;
    std::vector<Kind> m_open;
    std::vector<std::string> m_keys; ///< beside m_open: the key that was read last
    JsonElement m_element;
    std::optional<Error> m_error;
};

bool Collector::open(Kind kind) {
    if (m_open.size() >= kMostDepth)
        return fail("nested " + std::to_string(kMostDepth) + " deep at byte " +
                        std::to_string(m_furthest - m_text.data()),
                    "give the profile as the tool wrote it");
    if (m_open.empty() && kind != Kind::Array)
        return fail("an object, where a profile is an array of objects",
                    "give the profile as the tool wrote it");
    if (m_open.size() == 1) {
        if (kind != Kind::Object)
            return fail("an array inside the array, where a profile has objects",
                        "give the profile as the tool wrote it");
        m_element = {line(), {}};
    }
    m_open.push_back(kind);
    m_keys.emplace_back();
    return true;
}

bool Collector::close() {
    m_open.pop_back();
    m_keys.pop_back();
    if (m_open.size() != 1) return true;
    auto taken = m_each(m_element);
    if (!taken) m_error = taken.error();
    return taken.ok();
}

bool Collector::scalar(std::optional<JsonElement::Scalar> value) {
    if (m_open.size() < 2)
        return fail("a bare value, where a profile has objects", "give the profile as the tool wrote it");
    const bool member = m_open.size() == 2 || (m_open.size() == 3 && m_open[2] == Kind::Object);
    if (!member || !value) return true;
    std::string name = m_open.size() == 2 ? m_keys[1] : m_keys[1] + "." + m_keys[2];
    m_element.members.emplace_back(std::move(name), *std::move(value));
    return true;
}

bool Collector::parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception& e) {
    const std::string_view said = e.what();
    const std::string at = " at byte " + std::to_string(byte);
    if (said.find("UTF-8") != std::string_view::npos)
        return fail("bytes that are not UTF-8" + at, "give the profile as the tool wrote it");
    if (e.id == 406)
        return fail("a number that is out of range" + at, "give the profile as the tool wrote it");
    if (said.find("unexpected end of input") != std::string_view::npos ||
        said.find("missing closing quote") != std::string_view::npos)
        return fail("the JSON ends in the middle," + at, "let the tool finish, and give the whole file");
    return fail("not JSON" + at, "give the profile as the tool wrote it");
}

} // namespace

const JsonElement::Scalar* JsonElement::find(std::string_view key) const {
    for (const auto& [name, value] : members)
        if (name == key) return &value;
    return nullptr;
}

const std::string* JsonElement::text(std::string_view key) const {
    const Scalar* value = find(key);
    return value ? std::get_if<std::string>(value) : nullptr;
}

std::optional<double> JsonElement::number(std::string_view key) const {
    const Scalar* value = find(key);
    if (!value) return std::nullopt;
    if (const double* number = std::get_if<double>(value)) return *number;
    double parsed = 0;
    if (!parseNumber(std::get<std::string>(*value), parsed)) return std::nullopt;
    return parsed;
}

Result<void> forEachElement(std::string_view text, const Place& place,
                            const std::function<Result<void>(const JsonElement&)>& each) {
    Collector collector(text, place, each);
    try {
        const Cursor begin(text.data(), collector.furthest());
        const Cursor end(text.data() + text.size(), collector.furthest());
        const bool whole = nlohmann::json::sax_parse(begin, end, &collector);
        if (collector.error()) return *collector.error();
        if (!whole) return place.error(1, "not JSON", "give the profile as the tool wrote it");
    } catch (const std::exception& e) {
        return place.error(1, "not JSON that can be read: " + printable(e.what()),
                           "give the profile as the tool wrote it");
    }
    return {};
}

} // namespace cutline::profiles
