// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/page_text.h"

#include <pango/pangocairo.h>

#include <array>
#include <string_view>
#include <utility>

namespace cutline::report {
namespace {

/// The marks of a report as Pango's.
std::string pangoMarkup(const Marked& text)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kMarks{
        {{"<code>", "<span font_family=\"DejaVu Sans Mono\" size=\"90%\">"},
         {"</code>", "</span>"},
         {"<span class=\"good\">", "<span foreground=\"#1a7f4b\" weight=\"bold\">"},
         {"<span class=\"bad\">", "<span foreground=\"#b42318\" weight=\"bold\">"},
         {"<span class=\"soft\">", "<span foreground=\"#4d5968\">"}}};
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = std::string_view(text).substr(at);
        bool found = false;
        if (rest.front() == '<')
            for (const auto& [mark, pango] : kMarks)
                if (!found && rest.starts_with(mark)) {
                    out += pango;
                    at += mark.size();
                    found = true;
                }
        if (!found) out += text[at++];
    }
    return out;
}

struct Parsed {
    std::string text;
    std::unique_ptr<PangoAttrList, void (*)(PangoAttrList*)> marks{nullptr, pango_attr_list_unref};
};

Parsed parsed(const Marked& text)
{
    Parsed out;
    // Most cells are bare words.
    if (text.find_first_of("<&") == std::string::npos) {
        out.text = text;
        return out;
    }
    const std::string markup = pangoMarkup(text);
    PangoAttrList* marks = nullptr;
    char* plain = nullptr;
    if (pango_parse_markup(markup.data(), static_cast<int>(markup.size()), 0, &marks, &plain, nullptr, nullptr)) {
        out.text = plain;
        out.marks.reset(marks);
        g_free(plain);
    } else {
        out.text = text;
    }
    return out;
}

} // namespace

void PageText::Release::operator()(PangoLayout* layout) const { g_object_unref(layout); }

PageText::PageText(cairo_t* cairo) : m_cairo(cairo), m_layout(pango_cairo_create_layout(cairo))
{
    // Points as such, and places of letters that do not depend on a screen.
    PangoContext* context = pango_layout_get_context(m_layout.get());
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_round_glyph_positions(context, FALSE);
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_layout_set_wrap(m_layout.get(), PANGO_WRAP_WORD_CHAR);
}

void PageText::set(const Marked& text, const TextStyle& style, double width)
{
    PangoLayout* layout = m_layout.get();
    PangoFontDescription* font = pango_font_description_from_string("DejaVu Sans, sans-serif");
    pango_font_description_set_size(font, static_cast<int>(style.size_pt * PANGO_SCALE));
    pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, width < 0 ? -1 : static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_alignment(layout, style.right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    Parsed words = parsed(text);
    // A name or a hash that is broken must not get a hyphen that it does not have.
    if (!words.marks) words.marks.reset(pango_attr_list_new());
    pango_attr_list_insert(words.marks.get(), pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_attributes(layout, words.marks.get());
    pango_layout_set_text(layout, words.text.data(), static_cast<int>(words.text.size()));
}

PageText::Size PageText::size() const
{
    int width = 0, height = 0;
    pango_layout_get_size(m_layout.get(), &width, &height);
    return {static_cast<double>(width) / PANGO_SCALE, static_cast<double>(height) / PANGO_SCALE};
}

PageText::Size PageText::measure(const Marked& text, const TextStyle& style, double width)
{
    set(text, style, width);
    return size();
}

PageText::Size PageText::draw(double x, double y, const Marked& text, const TextStyle& style, double width)
{
    set(text, style, width);
    setColour(m_cairo, style.colour);
    cairo_move_to(m_cairo, x, y);
    pango_cairo_show_layout(m_cairo, m_layout.get());
    return size();
}

void setColour(cairo_t* cairo, std::uint32_t rgb)
{
    const auto part = [&](int shift) { return static_cast<double>(rgb >> shift & 255u) / 255; };
    cairo_set_source_rgb(cairo, part(16), part(8), part(0));
}

std::string plainText(const Marked& text) { return parsed(text).text; }

} // namespace cutline::report
