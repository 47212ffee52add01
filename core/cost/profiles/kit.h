// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost: what the readers of profiles share.
#pragma once

#include "core/base/csv.h"
#include "core/base/result.h"
#include "core/cost/profile.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cutline::profiles {

/// The file that is being read, for errors: "FILE:LINE".
struct Place {
    std::string file;
    Error error(int line, std::string what, std::string fix) const;
};

/// Line by line; line ends are \n or \r\n.
class Lines {
public:
    explicit Lines(std::string_view text) : m_text(text) {}
    bool next(std::string_view& line);
    int number() const { return m_number; } ///< of the line last given, from 1

private:
    std::string_view m_text;
    int m_number = 0;
};

/// Columns of a header by name: lower case, trimmed.
class Header {
public:
    Header(Place place, int line, const std::vector<std::string>& cells);
    /// Error: no such column, with the ones there are; or two of the name.
    Result<std::size_t> require(std::string_view name) const;
    std::optional<std::size_t> find(std::string_view name) const;
    /// A column "NAME (UNIT)", "NAME [UNIT]" or "NAME_UNIT" of a time and its factor to seconds. Error: not
    /// there, or without its unit.
    struct Time {
        std::size_t column;
        double factor;
    };
    Result<Time> requireTime(std::string_view name) const;
    /// Rows must have as many cells.
    Result<void> checkLength(const CsvRecord& record) const;
    std::size_t size() const { return m_names.size(); }
    const std::vector<std::string>& names() const { return m_names; }

private:
    Error missing(std::string_view name) const;

    Place m_place;
    int m_line;
    std::vector<std::string> m_names;
};

/// A finite number from 0, `what` names it: "latency_ms". Errors: empty, a decimal comma, not a number, not
/// finite, negative.
Result<double> amount(const Place& place, int line, std::string_view what, std::string_view cell);
/// Error where a time is not below 1e9 s (sums of such times stay numbers).
Result<double> seconds(const Place& place, int line, std::string_view what, double value);

/// Names seen so far, to refuse the second row of one.
class Seen {
public:
    /// Error: there already, and on which line.
    Result<void> add(const Place& place, int line, const std::string& name);

private:
    std::unordered_map<std::string, int> m_lines;
};

/// The middle value; the mean of the middle two. `values` must not be empty.
double median(std::vector<double> values);

Result<Profile> readCsv(std::string_view text, const std::string& file, std::optional<double> clock_hz);
Result<Profile> readJson(std::string_view text, const std::string& file);
Result<Profile> readTfLite(std::string_view text, const std::string& file);
Result<Profile> readVela(std::string_view text, const std::string& file, std::optional<double> clock_hz);
Result<Profile> readStEdgeAi(std::string_view text, const std::string& file);
Result<Profile> readOpenVino(std::string_view text, const std::string& file);
Result<Profile> readCnnParted(std::string_view text, const std::string& file);

} // namespace cutline::profiles
