// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/document.h"
#include "core/report/svg.h"

namespace cutline::report {
namespace {

constexpr std::string_view kStyle = R"(:root { --ink: #17202b; --soft: #4d5968; --line: #dce2ea; --back: #ffffff; --tint: #f4f6f9; --good: #1a7f4b; --bad: #b42318; }
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
th.w, td.w { text-align: left; }
td:first-child { overflow-wrap: anywhere; min-width: 4.5rem; }
.layers td:first-child { min-width: 15rem; }
.wide { font-size: .72rem; }
.wide th { overflow-wrap: anywhere; }
.wide th, .wide td { padding: .2rem .3rem; }
.wide td:first-child { min-width: 7rem; }
.facts td:first-child { white-space: nowrap; }
th { color: var(--soft); font-weight: 600; border-bottom: 1.5px solid var(--ink); }
thead { display: table-header-group; }
tr { break-inside: avoid; }
tr.chosen td { background: #eaf1fb; font-weight: 600; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
code { font: .84rem/1.4 "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; margin: .5rem 0; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
svg text { font-family: "Inter", "Segoe UI", "DejaVu Sans", system-ui, sans-serif; font-size: 12px; fill: #4d5968; }
figure { margin: 1rem 0; break-inside: avoid; }
figcaption { color: var(--soft); font-size: .87rem; }
@media screen and (max-width: 46rem) { body { padding: 1.2rem 1rem 3rem; } table { display: block; overflow-x: auto; } }
@page { size: A4; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #4d5968; } }
@media print { html { font-size: 11.5px; } .tiles { grid-template-columns: repeat(6, 1fr); margin: .6rem 0; } h2 { margin-top: 1.6rem; } h3 { margin-top: .9rem; } body { max-width: none; padding: 0; font-size: 1rem; } h2 { break-after: avoid; } h3 { break-after: avoid; } .page { break-before: page; } }
)";


class HtmlWriter {
public:
    std::string text;

    void operator()(const Heading& heading)
    {
        const std::string tag = "h" + std::to_string(heading.level);
        put("<" + tag + (heading.start == Heading::Start::NewPage ? " class=\"page\">" : ">"), heading.text, "</" + tag + ">\n");
    }
    void operator()(const Paragraph& paragraph)
    {
        const bool plain = paragraph.tone == Paragraph::Tone::Plain;
        const char* tone = paragraph.tone == Paragraph::Tone::Lead ? "lead" : "note";
        put(plain ? "<p>" : std::string("<p class=\"") + tone + "\">", paragraph.text, "</p>\n");
    }
    void operator()(const Tiles& tiles)
    {
        text += "<div class=\"tiles\">\n";
        for (const Tiles::Tile& tile : tiles.tiles)
            put("<div class=\"tile\"><b>", tile.value + "</b><span>" + tile.what, "</span></div>\n");
        text += "</div>\n";
    }
    void operator()(const Path& path)
    {
        text += "<div class=\"path\">";
        for (std::size_t s = 0; s < path.steps.size(); ++s) {
            const Path::Step& step = path.steps[s];
            if (s > 0) text += "<span>&#8594;</span>";
            put("<span class=\"chip\" style=\"background:" + std::string(colourOf(step.platform)) + "\">", step.name, "</span>");
            put("<span class=\"soft\">", step.note, "</span>");
        }
        text += "</div>\n";
    }
    void operator()(const Table& table)
    {
        constexpr std::size_t kWide = 9; // columns that paper is wide enough for
        text += std::string("<table class=\"") +
                (table.kind == Table::Kind::Facts     ? "facts"
                 : table.kind == Table::Kind::Figures ? "figures"
                 : table.head.size() > kWide          ? "layers wide"
                                                      : "layers") +
                "\"><thead><tr>";
        for (std::size_t c = 0; c < table.head.size(); ++c) put(c < table.words ? "<th class=\"w\">" : "<th>", table.head[c], "</th>");
        text += "</tr></thead><tbody>\n";
        for (const Table::Row& row : table.rows) {
            text += row.chosen ? "<tr class=\"chosen\">" : "<tr>";
            for (std::size_t c = 0; c < row.cells.size(); ++c) put(c < table.words ? "<td class=\"w\">" : "<td>", row.cells[c], "</td>");
            text += "</tr>\n";
        }
        text += "</tbody></table>\n";
    }
    void operator()(const Figure& figure)
    {
        put("<figure>", figure.svg, "<figcaption>");
        put("", figure.caption, "</figcaption></figure>\n");
    }
    void operator()(const List& list)
    {
        text += "<ul>\n";
        for (const Marked& item : list.items) put("<li>", item, "</li>\n");
        text += "</ul>\n";
    }

private:
    void put(std::string_view before, const Marked& words, std::string_view after)
    {
        text.append(before).append(words).append(after);
    }
};

} // namespace

std::string htmlOf(const Document& document)
{
    HtmlWriter writer;
    writer.text = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"" +
                  escaped(document.author) + "\">\n<title>" + escaped(document.title) + "</title>\n<style>" +
                  std::string(kStyle) + "</style></head>\n<body>\n";
    for (const Block& block : document.blocks) std::visit(writer, block);
    return writer.text + "</body></html>\n";
}

} // namespace cutline::report
