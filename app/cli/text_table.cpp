// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text_table.h"

#include "core/base/text.h"

#include <algorithm>

namespace cutline::cli {
namespace {

constexpr std::size_t kWidest = 60; ///< but for a last column, which moves nothing aside

/// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t width(const std::string& text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

} // namespace

std::string TextTable::text() const
{
    std::vector<std::vector<std::string>> lines;
    lines.emplace_back();
    for (const Column& column : m_columns) lines.back().push_back(column.title);
    for (const auto& row : m_rows) {
        lines.emplace_back();
        for (const std::string& cell : row) {
            const bool last = lines.back().size() + 1 == m_columns.size();
            lines.back().push_back(last ? printable(cell) : elided(printable(cell), kWidest));
        }
    }
    std::vector<std::size_t> widths(m_columns.size());
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));

    std::string out;
    for (const auto& line : lines) {
        std::string row;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const std::string space(widths[i] - width(line[i]), ' ');
            row += m_columns[i].align == Align::Left ? line[i] + space : space + line[i];
            row += "  ";
        }
        row.erase(row.find_last_not_of(' ') + 1);
        out += row + '\n';
    }
    return out;
}

} // namespace cutline::cli
