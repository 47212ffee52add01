// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/document.h"
#include "core/report/page_table.h"
#include "core/report/page_text.h"
#include "core/report/svg.h"

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace cutline::report {
namespace {

constexpr double kPageWidth = 595.28, kPageHeight = 841.89; // A4 in points
constexpr std::size_t kShortTable = 12; ///< rows that stay on one page
constexpr std::size_t kTogether = 3;    ///< of a longer one: no page has fewer, the last one neither
constexpr double kLeftEdge = 42, kTopEdge = 42, kLowEdge = kPageHeight - 54, kInner = kPageWidth - 2 * kLeftEdge;

struct Unref {
    void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};

cairo_status_t append(void* to, const unsigned char* bytes, unsigned length)
{
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), length);
    return CAIRO_STATUS_SUCCESS;
}

/// Height of a picture that is as wide as the page's text.
double heightOf(const std::string& svg)
{
    const auto at = svg.find("viewBox=\"0 0 ");
    double width = 1, height = 0;
    if (at == std::string::npos) return 0;
    const char* end = svg.data() + svg.size();
    const auto first = std::from_chars(svg.data() + at + 13, end, width);
    if (first.ptr != end) std::from_chars(first.ptr + 1, end, height);
    return kInner * height / width;
}

using Surface = std::unique_ptr<cairo_surface_t, Unref>;
using Cairo = std::unique_ptr<cairo_t, Unref>;

/// Places the blocks of a document on pages, from top to bottom. Pages are kept as what is drawn on them, until their number
/// is known and each can say which of how many it is.
class PdfWriter {
public:
    explicit PdfWriter(const Document& document) : m_document(document), m_text(m_cairo.get()) {}
    void write(cairo_surface_t* surface);

    void operator()(const Heading& heading);
    void operator()(const Paragraph& paragraph);
    void operator()(const Tiles& tiles);
    void operator()(const Path& path);
    void operator()(const Table& table);
    void operator()(const Figure& figure);
    void operator()(const List& list);

private:
    struct Chapter {
        std::string name, place;
    };
    static Surface blankPage();
    void endPage();
    /// Begins a page where fewer points are left.
    void need(double height);
    double headOf(const Block& block);
    void words(const Marked& text, const TextStyle& style, double indent = 0);
    void cells(const std::vector<Marked>& row, PageTable& table, double height, bool is_head, bool chosen);
    void picture(const std::string& svg, double height);
    void fill(double x, double y, double width, double height, double radius, std::uint32_t colour);

    const Document& m_document;
    std::vector<Surface> m_pages; ///< those before this one
    std::vector<Chapter> m_chapters;
    Surface m_page = blankPage();
    Cairo m_cairo{cairo_create(m_page.get())};
    PageText m_text;
    double m_y = kTopEdge;
    double m_keep = 0; ///< what is to stand on the same page as the heading before it
};

void PdfWriter::fill(double x, double y, double width, double height, double radius, std::uint32_t rgb)
{
    constexpr double kQuarter = 1.5707963267948966;
    cairo_t* cairo = m_cairo.get();
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x + width - radius, y + radius, radius, -kQuarter, 0);
    cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, kQuarter);
    cairo_arc(cairo, x + radius, y + height - radius, radius, kQuarter, 2 * kQuarter);
    cairo_arc(cairo, x + radius, y + radius, radius, 2 * kQuarter, 3 * kQuarter);
    cairo_close_path(cairo);
    setColour(cairo, rgb);
    cairo_fill(cairo);
}

Surface PdfWriter::blankPage()
{
    const cairo_rectangle_t whole{0, 0, kPageWidth, kPageHeight};
    return Surface(cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &whole));
}

void PdfWriter::endPage()
{
    m_pages.push_back(std::move(m_page));
    m_page = blankPage();
    m_cairo.reset(cairo_create(m_page.get()));
    m_text.drawOn(m_cairo.get());
    m_y = kTopEdge;
}

void PdfWriter::need(double height)
{
    if (m_y + height > kLowEdge && m_y > kTopEdge) endPage();
}

/// Points that the beginning of a block takes: a heading or a line above it stays with that much.
double PdfWriter::headOf(const Block& block)
{
    constexpr double kRow = 14, kHead = 26;
    if (const auto* figure = std::get_if<Figure>(&block)) return heightOf(figure->svg) + 24;
    if (const auto* table = std::get_if<Table>(&block))
        return kHead + kRow * static_cast<double>(table->rows.size() <= kShortTable ? table->rows.size() : kTogether);
    return std::holds_alternative<Heading>(block) ? 80 : 48;
}

void PdfWriter::write(cairo_surface_t* surface)
{
    const auto& blocks = m_document.blocks;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        m_keep = b + 1 < blocks.size() ? headOf(blocks[b + 1]) : 0;
        // "Risks", a line about the table, the table: they belong together.
        const bool leads = b + 2 < blocks.size() && std::holds_alternative<Paragraph>(blocks[b + 1]) && std::holds_alternative<Table>(blocks[b + 2]);
        if (leads) m_keep += headOf(blocks[b + 2]);
        std::visit(*this, blocks[b]);
    }
    endPage();
    const Cairo pdf(cairo_create(surface));
    m_text.drawOn(pdf.get());
    for (const Chapter& chapter : m_chapters)
        cairo_pdf_surface_add_outline(surface, CAIRO_PDF_OUTLINE_ROOT, chapter.name.c_str(), chapter.place.c_str(),
                                      static_cast<cairo_pdf_outline_flags_t>(0));
    const Marked foot = escaped(m_document.title) + " &#183; " + escaped(m_document.author) + " &#183; " + escaped(m_document.date);
    for (std::size_t page = 0; page < m_pages.size(); ++page) {
        cairo_set_source_surface(pdf.get(), m_pages[page].get(), 0, 0);
        cairo_paint(pdf.get());
        m_pages[page].reset();
        constexpr double kFoot = kPageHeight - 36;
        m_text.draw(kLeftEdge, kFoot, foot, {7, kSoft}, kInner - 60);
        m_text.draw(kPageWidth - kLeftEdge - 60, kFoot, std::to_string(page + 1) + " / " + std::to_string(m_pages.size()),
                    {7, kSoft, false, true}, 60);
        cairo_show_page(pdf.get());
    }
}

void PdfWriter::words(const Marked& text, const TextStyle& style, double indent)
{
    const double height = m_text.measure(text, style, kInner - indent).height;
    need(height);
    m_text.draw(kLeftEdge + indent, m_y, text, style, kInner - indent);
    m_y += height;
}

void PdfWriter::operator()(const Heading& heading)
{
    const double size = heading.level == 1 ? 18 : heading.level == 2 ? 13 : 9.6;
    const double above = heading.level == 1 ? 0 : heading.level == 2 ? 16 : 9;
    if (heading.start == Heading::Start::NewPage && m_y > kTopEdge) endPage();
    need(above + 2 * size + m_keep);
    if (m_y > kTopEdge) m_y += above;
    if (heading.level == 2) {
        fill(kLeftEdge, m_y, kInner, 1, 0, kInk);
        m_y += 5;
    }
    if (heading.level < 3)
        m_chapters.push_back({plainText(heading.text), "page=" + std::to_string(m_pages.size() + 1) + " pos=[0 " +
                                                           std::to_string(static_cast<int>(m_y) - 8) + "]"});
    words(heading.text, {size, kInk, true});
    m_y += heading.level == 3 ? 2 : 4;
}

void PdfWriter::operator()(const Paragraph& paragraph)
{
    TextStyle style;
    if (paragraph.tone == Paragraph::Tone::Lead) style.size_pt = 10.4;
    if (paragraph.tone == Paragraph::Tone::Note) style = {7.8, kSoft};
    words(paragraph.text, style);
    m_y += 5;
}

void PdfWriter::operator()(const Tiles& tiles)
{
    constexpr double kHeight = 40, kGap = 6;
    const auto count = static_cast<double>(tiles.tiles.size());
    const double width = (kInner - kGap * (count - 1)) / count;
    need(kHeight);
    for (std::size_t i = 0; i < tiles.tiles.size(); ++i) {
        const double x = kLeftEdge + static_cast<double>(i) * (width + kGap);
        fill(x, m_y, width, kHeight, 3, 0xdce2ea);
        fill(x + 0.5, m_y + 0.5, width - 1, kHeight - 1, 2.6, 0xf4f6f9);
        m_text.draw(x + 8, m_y + 6, tiles.tiles[i].value, {12, kInk, true}, -1);
        m_text.draw(x + 8, m_y + 24, tiles.tiles[i].what, {7.4, kSoft}, -1);
    }
    m_y += kHeight + 8;
}

void PdfWriter::operator()(const Path& path)
{
    constexpr double kLine = 20, kPad = 6;
    const TextStyle name{8.6, 0xffffff, true}, note{8.2, kSoft};
    need(kLine);
    double x = kLeftEdge;
    for (std::size_t s = 0; s < path.steps.size(); ++s) {
        const Path::Step& step = path.steps[s];
        const double chip = m_text.measure(step.name, name, -1).width + 2 * kPad;
        const double beside = m_text.measure(step.note, note, -1).width;
        if (x + chip + beside + 34 > kLeftEdge + kInner && x > kLeftEdge) {
            x = kLeftEdge;
            m_y += kLine;
            need(kLine);
        }
        if (s > 0) m_text.draw(x, m_y + 2, "&#8594;", {9, kInk}, -1);
        if (s > 0) x += 16;
        std::uint32_t rgb = kSoft;
        const std::string_view fill_colour = colourOf(step.platform);
        std::from_chars(fill_colour.data() + 1, fill_colour.data() + fill_colour.size(), rgb, 16);
        fill(x, m_y, chip, 15, 3, rgb);
        m_text.draw(x + kPad, m_y + 2, step.name, name, -1);
        m_text.draw(x + chip + 5, m_y + 2.4, step.note, note, -1);
        x += chip + beside + 14;
    }
    m_y += kLine + 2;
}

void PdfWriter::cells(const std::vector<Marked>& row, PageTable& table, double height, bool is_head, bool chosen)
{
    if (chosen) fill(kLeftEdge, m_y, kInner, height, 0, 0xeaf1fb);
    double x = kLeftEdge;
    for (std::size_t c = 0; c < std::min(row.size(), table.widths().size()); ++c) {
        const double width = table.widths()[c];
        if (!row[c].empty())
            m_text.draw(x + PageTable::kPadX, m_y + PageTable::kPadY, row[c],
                        is_head ? table.headStyle(c) : table.cellStyle(c, chosen), width - 2 * PageTable::kPadX);
        x += width;
    }
    fill(kLeftEdge, m_y + height - 0.4, kInner, is_head ? 0.9 : 0.5, 0, is_head ? kInk : 0xdce2ea);
    m_y += height;
}

void PdfWriter::operator()(const Table& table)
{
    PageTable layout(table, m_text, kInner);
    const bool has_head = std::any_of(table.head.begin(), table.head.end(), [](const Marked& cell) { return !cell.empty(); });
    const double head = has_head ? layout.headHeight() : 0;
    if (table.rows.size() <= kShortTable) {
        double whole = head;
        for (const Table::Row& row : table.rows) whole += layout.rowHeight(row);
        if (whole < kLowEdge - kTopEdge) need(whole);
    }
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const Table::Row& row = table.rows[r];
        const double height = layout.rowHeight(row);
        double together = height + (r == 0 ? head : 0);
        const bool keeps = r == 0 || r + kTogether == table.rows.size();
        for (std::size_t next = r + 1; keeps && next < std::min(table.rows.size(), r + kTogether); ++next)
            together += layout.rowHeight(table.rows[next]);
        const std::size_t page = m_pages.size();
        need(together);
        if (has_head && (r == 0 || m_pages.size() != page)) cells(table.head, layout, head, true, false);
        cells(row.cells, layout, height, false, row.chosen);
    }
    m_y += 8;
}

void PdfWriter::picture(const std::string& svg, double height)
{
    static constexpr std::string_view kLook = "text { font-family: \"DejaVu Sans\", sans-serif; font-size: 12px; fill: #4d5968; }";
    const std::unique_ptr<RsvgHandle, Unref> handle(
        rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), nullptr));
    if (!handle) return;
    rsvg_handle_set_stylesheet(handle.get(), reinterpret_cast<const guint8*>(kLook.data()), kLook.size(), nullptr);
    const RsvgRectangle place{kLeftEdge, m_y, kInner, height};
    rsvg_handle_render_document(handle.get(), m_cairo.get(), &place, nullptr);
}

void PdfWriter::operator()(const Figure& figure)
{
    const double height = heightOf(figure.svg);
    const TextStyle caption{7.8, kSoft};
    need(height + 4 + m_text.measure(figure.caption, caption, kInner).height);
    picture(figure.svg, height);
    m_y += height + 4;
    words(figure.caption, caption);
    m_y += 10;
}

void PdfWriter::operator()(const List& list)
{
    for (const Marked& item : list.items) {
        need(12);
        m_text.draw(kLeftEdge + 4, m_y, "&#8226;", {}, -1);
        words(item, {7.8, kInk}, 14);
        m_y += 2;
    }
    m_y += 4;
}

} // namespace

std::string pdfOf(const Document& document)
{
    std::string bytes;
    const Surface surface(cairo_pdf_surface_create_for_stream(append, &bytes, kPageWidth, kPageHeight));
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, document.title.c_str());
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, document.author.c_str());
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, (document.date + "T00:00:00Z").c_str());
    PdfWriter(document).write(surface.get());
    cairo_surface_finish(surface.get());
    return bytes;
}

} // namespace cutline::report
