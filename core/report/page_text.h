// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/report: words on the pages of a PDF, set by Pango.
#pragma once

#include "core/report/document.h"

#include <cstdint>
#include <memory>
#include <string>

typedef struct _cairo cairo_t;
typedef struct _PangoLayout PangoLayout;

namespace cutline::report {

constexpr std::uint32_t kInk = 0x17202b, kSoft = 0x4d5968; ///< 0xRRGGBB

struct TextStyle {
    double size_pt = 8.6;
    std::uint32_t colour = kInk; ///< 0xRRGGBB
    bool bold = false;
    bool right = false; ///< set against the right edge of its width
};

/// Sets one text after the other; lengths in points.
class PageText {
public:
    /// `cairo` must outlive it, or be replaced before it goes.
    explicit PageText(cairo_t* cairo);
    void drawOn(cairo_t* cairo) { m_cairo = cairo; }

    struct Size {
        double width = 0, height = 0;
    };
    /// `width`: lines break there, in words where they are too long; below 0: one line.
    Size measure(const Marked& text, const TextStyle& style, double width);
    /// With its top left corner at x, y.
    Size draw(double x, double y, const Marked& text, const TextStyle& style, double width);

private:
    struct Release {
        void operator()(PangoLayout* layout) const;
    };
    void set(const Marked& text, const TextStyle& style, double width);
    Size size() const;

    cairo_t* m_cairo;
    std::unique_ptr<PangoLayout, Release> m_layout;
};

/// What is drawn next has this colour, 0xRRGGBB.
void setColour(cairo_t* cairo, std::uint32_t rgb);

/// Without marks, entities as what they stand for.
std::string plainText(const Marked& text);

} // namespace cutline::report
