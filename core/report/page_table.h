// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/report: how wide the columns of a table are on a page, and how high its rows.
#pragma once

#include "core/report/page_text.h"

#include <vector>

namespace cutline::report {

class PageTable {
public:
    static constexpr double kPadX = 4, kPadY = 2.2;

    PageTable(const Table& table, PageText& text, double width);

    const std::vector<double>& widths() const { return m_widths; }
    TextStyle headStyle(std::size_t column) const;
    TextStyle cellStyle(std::size_t column, bool chosen) const;
    double headHeight() { return height(m_table.head, [&](std::size_t c) { return headStyle(c); }); }
    double rowHeight(const Table::Row& row)
    {
        return height(row.cells, [&](std::size_t c) { return cellStyle(c, row.chosen); });
    }

private:
    struct Wish {
        double natural = 0, least = 0;
    };
    Wish wishOf(std::size_t column);
    double longestWord(const Marked& cell, const TextStyle& style);
    template <class StyleOf> double height(const std::vector<Marked>& cells, StyleOf styleOf);
    /// What the columns want, and the sum of it.
    std::vector<Wish> wishes(Wish& sum);
    void share(double width, const std::vector<Wish>& wishes, const Wish& sum);

    const Table& m_table;
    PageText& m_text;
    double m_size; ///< of the letters, in points
    std::vector<double> m_widths;
    double m_line = 0; ///< height of a cell of one line
};

template <class StyleOf> double PageTable::height(const std::vector<Marked>& cells, StyleOf styleOf)
{
    double most = m_line;
    for (std::size_t c = 0; c < std::min(cells.size(), m_widths.size()); ++c) {
        const TextStyle style = styleOf(c);
        const double room = m_widths[c] - 2 * kPadX;
        // No letter is wider than its size: what fits so needs no measuring.
        if (static_cast<double>(cells[c].size()) * style.size_pt > room)
            most = std::max(most, m_text.measure(cells[c], style, room).height);
    }
    return most + 2 * kPadY;
}

} // namespace cutline::report
