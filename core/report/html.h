// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/report: pieces of HTML and SVG.
#pragma once

#include "core/plan/timeline.h"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cutline::html {

/// Text with what HTML would take for markup replaced.
std::string escaped(std::string_view text);

/// Fill of the n-th platform: colours that stay apart for colour-blind eyes, and a pattern for print.
std::string_view colourOf(std::size_t platform);

/// A table; the first column is text, the others numbers. `classes` of the table element.
class Table {
public:
    explicit Table(std::vector<std::string> head, std::string_view classes = {});
    /// Cells are HTML already.
    void row(const std::vector<std::string>& cells, std::string_view classes = {});
    std::string text() const { return m_text + "</tbody></table>\n"; }

private:
    std::string m_text;
};

struct Point {
    double x = 0, y = 0;
    enum class Kind { Dominated, Front, Baseline, Chosen } kind = Kind::Front;
    std::string label; ///< beside it; may be empty
    std::string tip;
};

/// Scatter of plans. Axes start at 0 and are labelled with their units.
std::string scatter(std::span<const Point> points, const std::string& x_title, const std::string& y_title);

/// Horizontal bars from 0 to 1.
struct Bar {
    std::string label, value;
    double share = 0;
    std::size_t platform = 0;
};
std::string bars(std::span<const Bar> bars);

/// Lanes over time.
std::string gantt(const Timeline& timeline);

/// The sheet's style.
std::string_view style();

} // namespace cutline::html
