// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"

#include "core/base/text.h"

namespace cutline {

std::vector<CsvRecord> csvRecords(std::string_view text) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    std::vector<CsvRecord> list;
    CsvRecord record{1, {""}};
    bool quoted = false, was_quoted = false;
    int line = 1;
    const auto finish = [&] {
        if (record.cells.size() > 1 || !trimmed(record.cells.front()).empty()) list.push_back(record);
        record = {line, {""}};
        was_quoted = false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') ++line;
        if (quoted) {
            const bool doubled = c == '"' && i + 1 < text.size() && text[i + 1] == '"';
            if (c != '"' || doubled)
                record.cells.back() += c;
            else
                quoted = false;
            i += doubled ? 1 : 0;
        } else if (c == '"' && trimmed(record.cells.back()).empty() && !was_quoted) {
            record.cells.back().clear();
            quoted = was_quoted = true;
        } else if (c == ',') {
            record.cells.emplace_back();
            was_quoted = false;
        } else if (c == '\n') {
            finish();
        } else if (c != '\r') {
            record.cells.back() += c;
        }
    }
    finish();
    return list;
}

} // namespace cutline
