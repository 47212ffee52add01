// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/profiles/kit.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace cutline::profiles {
namespace {

/// Times beyond this are no measurement of a layer.
constexpr double kMostSeconds = 1e9;

std::optional<double> factorOf(std::string_view unit) {
    if (unit == "s" || unit == "sec") return 1.0;
    if (unit == "ms") return 1e-3;
    if (unit == "us" || unit == "\xC2\xB5s" || unit == "\xCE\xBCs" || unit == "mcs") return 1e-6;
    if (unit == "ns") return 1e-9;
    return std::nullopt;
}

} // namespace

Error Place::error(int line, std::string what, std::string fix) const {
    return {printable(file) + ":" + std::to_string(line), std::move(what), std::move(fix)};
}

bool Lines::next(std::string_view& line) {
    if (m_text.empty()) return false;
    ++m_number;
    const auto end = m_text.find('\n');
    line = m_text.substr(0, end);
    m_text.remove_prefix(end == std::string_view::npos ? m_text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return true;
}

Header::Header(Place place, int line, const std::vector<std::string>& cells)
    : m_place(std::move(place)), m_line(line) {
    for (const std::string& cell : cells) m_names.push_back(lowered(trimmed(validUtf8(cell))));
}

std::optional<std::size_t> Header::find(std::string_view name) const {
    const auto at = std::find(m_names.begin(), m_names.end(), lowered(name));
    if (at == m_names.end()) return std::nullopt;
    return static_cast<std::size_t>(at - m_names.begin());
}

Error Header::missing(std::string_view name) const {
    std::string there;
    for (const std::string& known : m_names)
        if (!known.empty()) there += (there.empty() ? "" : ", ") + known;
    return m_place.error(m_line, "no column '" + std::string(name) + "'",
                         "the columns here are " + elided(printable(there.substr(0, 1000)), 300) +
                             "; export the file again");
}

Result<std::size_t> Header::require(std::string_view name) const {
    const auto at = find(name);
    if (!at) return missing(name);
    if (std::count(m_names.begin(), m_names.end(), lowered(name)) > 1)
        return m_place.error(m_line, "column '" + std::string(name) + "' is there twice", "keep one of them");
    return *at;
}

Result<Header::Time> Header::requireTime(std::string_view name) const {
    const std::string wanted = lowered(name);
    std::optional<Time> found;
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        std::string_view rest = m_names[i];
        if (!rest.starts_with(wanted)) continue;
        rest = trimmed(rest.substr(wanted.size()));
        if (rest.empty())
            return m_place.error(m_line, "column " + inQuotes(m_names[i]) + " has no unit",
                                 "name it '" + std::string(name) + " (ms)'");
        const bool bracketed = rest.size() > 2 && ((rest.front() == '(' && rest.back() == ')') ||
                                                   (rest.front() == '[' && rest.back() == ']'));
        if (bracketed)
            rest = trimmed(rest.substr(1, rest.size() - 2));
        else if (rest.front() == '_')
            rest.remove_prefix(1);
        else if (m_names[i][wanted.size()] != ' ')
            continue; // another word that begins alike
        const auto factor = factorOf(rest);
        if (!factor)
            return m_place.error(m_line, "column " + inQuotes(m_names[i]) + " is in no unit of time",
                                 "give s, ms or us");
        if (found)
            return m_place.error(m_line, "column " + inQuotes(m_names[i]) + " gives what another gives already",
                                 "keep one of them");
        found = Time{i, *factor};
    }
    if (!found) return missing(name);
    return *found;
}

Result<void> Header::checkLength(const CsvRecord& record) const {
    // Some tools end every row, or just the header, with a separator.
    std::size_t cells = record.cells.size(), names = m_names.size();
    if (cells > 1 && trimmed(record.cells.back()).empty()) --cells;
    if (names > 1 && m_names.back().empty()) --names;
    if (cells == names || record.cells.size() == names) return {};
    return m_place.error(
        record.line, std::to_string(cells) + " cells, the header has " + std::to_string(names),
        cells > names ? "write decimal points, and quote names with separators" : "fill the row");
}

Result<double> amount(const Place& place, int line, std::string_view what, std::string_view given) {
    const std::string_view cell = trimmed(given);
    const std::string name(what);
    if (cell.empty()) return place.error(line, "no " + name, "give a number, 0 if it costs nothing");
    double value = 0;
    if (!parseNumber(cell, value)) {
        const bool comma = cell.find(',') != std::string_view::npos;
        return place.error(line,
                           name + " " + inQuotes(cell) +
                               (comma ? " has a decimal comma" : " is not a number that can be used"),
                           "write it like 0.25");
    }
    if (!std::isfinite(value)) return place.error(line, name + " is " + inQuotes(cell), "give a finite number");
    if (value < 0) return place.error(line, name + " is " + inQuotes(cell), "give 0 or more");
    return value;
}

Result<double> seconds(const Place& place, int line, std::string_view what, double value) {
    if (value <= kMostSeconds) return value;
    return place.error(line, std::string(what) + " comes to " + numberText(value) + " s",
                       "give less than 1e9 s, and check the unit");
}

Result<void> Seen::add(const Place& place, int line, const std::string& name) {
    const auto [known, fresh] = m_lines.try_emplace(name, line);
    if (fresh) return {};
    return place.error(line,
                       inQuotes(name) + " is listed twice, first on line " + std::to_string(known->second),
                       "keep one row a layer");
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : values[middle - 1] / 2 + values[middle] / 2;
}

} // namespace cutline::profiles
