// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"

#include "core/base/text.h"

namespace cutline {

CsvReader::CsvReader(std::string_view text, char separator) : m_text(withoutByteOrderMark(text)), m_separator(separator) {}

bool CsvReader::next(CsvRecord& record) {
    while (m_at < m_text.size()) {
        record = {m_line, {""}};
        bool quoted = false, was_quoted = false, ended = false;
        for (; m_at < m_text.size() && !ended; ++m_at) {
            const char c = m_text[m_at];
            std::string& cell = record.cells.back();
            if (c == '\n') ++m_line;
            if (quoted) {
                const bool doubled = c == '"' && m_at + 1 < m_text.size() && m_text[m_at + 1] == '"';
                if (c != '"' || doubled)
                    cell += c;
                else
                    quoted = false;
                m_at += doubled ? 1 : 0;
            } else if (c == '"' && !was_quoted && trimmed(cell).empty()) {
                cell.clear();
                quoted = was_quoted = true;
            } else if (c == m_separator) {
                record.cells.emplace_back();
                was_quoted = false;
            } else if (c == '\n') {
                ended = true;
            } else if (c != '\r') {
                cell += c;
            }
        }
        if (record.cells.size() > 1 || !trimmed(record.cells.front()).empty()) return true;
    }
    return false;
}

std::vector<CsvRecord> csvRecords(std::string_view text) {
    CsvReader reader(text);
    std::vector<CsvRecord> list;
    for (CsvRecord record; reader.next(record);) list.push_back(std::move(record));
    return list;
}

} // namespace cutline
