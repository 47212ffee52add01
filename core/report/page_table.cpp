// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/page_table.h"

#include <algorithm>
#include <set>

namespace cutline::report {
namespace {

/// A column whose cells may break anywhere needs no more than this.
constexpr double kEnough = 125;
/// Nor does the word of a head.
constexpr double kHeadEnough = 45;
/// Where the columns of many platforms leave no room, letters get smaller, but not smaller than this.
constexpr double kSmallest_pt = 4.8;
/// Cells of a column that are measured: the longest of those that differ.
constexpr std::size_t kMeasured = 12;

} // namespace

TextStyle PageTable::headStyle(std::size_t column) const
{
    return {m_size, kSoft, true, column >= m_table.words};
}

TextStyle PageTable::cellStyle(std::size_t column, bool chosen) const
{
    return {m_size, kInk, chosen, column >= m_table.words};
}

double PageTable::longestWord(const Marked& cell, const TextStyle& style)
{
    const std::string text = plainText(cell);
    double most = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        std::string word;
        for (const char c : text.substr(at, end - at)) word += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
        if (!word.empty()) most = std::max(most, m_text.measure(word, style, -1).width);
        at = end + 1;
    }
    return most;
}

PageTable::Wish PageTable::wishOf(std::size_t column)
{
    std::vector<std::pair<const Marked*, bool>> cells;
    std::set<std::pair<std::string_view, bool>> seen;
    for (const Table::Row& row : m_table.rows)
        if (column < row.cells.size() && seen.emplace(row.cells[column], row.chosen).second)
            cells.emplace_back(&row.cells[column], row.chosen);
    const std::size_t count = std::min(kMeasured, cells.size());
    std::partial_sort(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(count), cells.end(),
                      [](const auto& a, const auto& b) { return a.first->size() > b.first->size(); });
    Wish wish;
    for (std::size_t i = 0; i < count; ++i) {
        const TextStyle style = cellStyle(column, cells[i].second);
        wish.natural = std::max(wish.natural, m_text.measure(*cells[i].first, style, -1).width);
        wish.least = std::max(wish.least, std::min(kEnough, longestWord(*cells[i].first, style)));
    }
    const Marked& head = m_table.head[column];
    wish.least = std::max(wish.least, std::min(kHeadEnough, longestWord(head, headStyle(column))));
    wish.natural = std::max({wish.natural, wish.least, std::min(kEnough, m_text.measure(head, headStyle(column), -1).width)});
    wish.natural += 2 * kPadX;
    wish.least += 2 * kPadX;
    return wish;
}

PageTable::PageTable(const Table& table, PageText& text, double width)
    : m_table(table), m_text(text), m_size(table.kind == Table::Kind::Layers ? 6.8 : 7.6)
{
    Wish sum;
    auto wanted = wishes(sum);
    // The space beside the letters does not shrink with them, nor do letters in proportion: it takes a few steps.
    const double beside = 2 * kPadX * static_cast<double>(table.head.size());
    for (int step = 0; step < 4 && sum.least > width && m_size > kSmallest_pt; ++step) {
        m_size = std::max(kSmallest_pt, 0.99 * m_size * std::max(0.0, width - beside) / (sum.least - beside));
        wanted = wishes(sum);
    }
    m_line = text.measure("Xg", {m_size}, -1).height;
    share(width, wanted, sum);
}

std::vector<PageTable::Wish> PageTable::wishes(Wish& sum)
{
    std::vector<Wish> all;
    sum = {};
    for (std::size_t c = 0; c < m_table.head.size(); ++c) {
        all.push_back(wishOf(c));
        sum.natural += all.back().natural;
        sum.least += all.back().least;
    }
    return all;
}

void PageTable::share(double width, const std::vector<Wish>& wishes, const Wish& sum)
{
    const double natural = sum.natural, least = sum.least;
    for (const Wish& wish : wishes) {
        if (natural <= width)
            m_widths.push_back(wish.natural);
        else if (least >= width)
            m_widths.push_back(wish.least * width / least);
        else
            m_widths.push_back(wish.least + (wish.natural - wish.least) * (width - least) / (natural - least));
    }
    if (natural >= width || m_widths.empty()) return;
    // Room that is left: to the last column of facts, else to all in equal parts.
    if (m_table.kind == Table::Kind::Facts) {
        m_widths.back() += width - natural;
    } else {
        for (double& each : m_widths) each += (width - natural) / static_cast<double>(m_widths.size());
    }
}

} // namespace cutline::report
