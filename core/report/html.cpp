// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/html.h"

#include "core/base/text.h"

namespace cutline::html {

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : printable(text)) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string_view colourOf(std::size_t platform)
{
    constexpr std::array<std::string_view, 8> kFills{"#3b7dd8", "#d9822b", "#1b9e77", "#b5477b",
                                                     "#7a9a01", "#5b6ee1", "#a6761d", "#4d8fac"};
    return kFills[platform % kFills.size()];
}

Table::Table(std::vector<std::string> head, std::string_view classes)
{
    m_text = "<table class=\"" + std::string(classes) + "\"><thead><tr>";
    for (const std::string& cell : head) m_text += "<th>" + cell + "</th>";
    m_text += "</tr></thead><tbody>\n";
}

void Table::row(const std::vector<std::string>& cells, std::string_view classes)
{
    m_text += classes.empty() ? "<tr>" : "<tr class=\"" + std::string(classes) + "\">";
    for (const std::string& cell : cells) m_text += "<td>" + cell + "</td>";
    m_text += "</tr>\n";
}

std::string_view style()
{
    return R"(:root { --ink: #17202b; --soft: #4d5968; --line: #dce2ea; --back: #ffffff; --tint: #f4f6f9; --good: #1a7f4b; --bad: #b42318; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 2rem 4rem; color: var(--ink); background: var(--back); font: 15px/1.5 "Inter", "Segoe UI", "DejaVu Sans", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.4rem 0 .6rem; padding-top: .6rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .4rem 0; max-width: 46rem; }
.lead { font-size: 1.1rem; }
.soft, .note { color: var(--soft); }
.note { font-size: .87rem; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .7rem; margin: 1rem 0; }
.tile { border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .8rem; background: var(--tint); }
.tile b { display: block; font-size: 1.35rem; line-height: 1.3; }
.tile span { color: var(--soft); font-size: .85rem; }
.path { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: .6rem 0; }
.chip { color: #fff; border-radius: .3rem; padding: .15rem .6rem; font-weight: 600; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .87rem; }
th, td { text-align: right; padding: .28rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
td:first-child { overflow-wrap: anywhere; }
.layers td:first-child { min-width: 15rem; }
.words td:first-child { white-space: nowrap; }
.words td, .words th { text-align: left; }
th { color: var(--soft); font-weight: 600; border-bottom: 1.5px solid var(--ink); }
thead { display: table-header-group; }
tr { break-inside: avoid; }
tr.chosen td { background: #eaf1fb; font-weight: 600; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
code { font: .84rem/1.4 "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; margin: .5rem 0; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
svg text { font-family: "Inter", "Segoe UI", "DejaVu Sans", system-ui, sans-serif; font-size: 12px; fill: #4d5968; }
figure { margin: 1rem 0; break-inside: avoid; }
figcaption { color: var(--soft); font-size: .87rem; }
@page { size: A4; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #4d5968; } }
@media print { html { font-size: 11.5px; } .tiles { grid-template-columns: repeat(6, 1fr); margin: .6rem 0; } h2 { margin-top: 1.6rem; } h3 { margin-top: .9rem; } body { max-width: none; padding: 0; font-size: 1rem; } h2 { break-after: avoid; } h3 { break-after: avoid; } .page { break-before: page; } }
)";
}

} // namespace cutline::html
