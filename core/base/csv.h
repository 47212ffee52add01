// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cutline {

struct CsvRecord {
    int line = 0; ///< where it begins, from 1
    std::vector<std::string> cells;
};

/// Records one at a time, with any separator (RFC 4180: quoted cells may hold separators, line breaks and
/// doubled quotes). A byte order mark and blank lines are left out. The text must outlive the reader.
class CsvReader {
public:
    explicit CsvReader(std::string_view text, char separator = ',');
    /// False at the end; `record` is then of no use.
    bool next(CsvRecord& record);

private:
    std::string_view m_text;
    char m_separator;
    std::size_t m_at = 0;
    int m_line = 1;
};

/// All records of a comma-separated text.
std::vector<CsvRecord> csvRecords(std::string_view text);

} // namespace cutline
