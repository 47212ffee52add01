// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/legend.h"

#include <QPainter>

#include <algorithm>

namespace cutline {
namespace {

constexpr int kPad = 10, kLegendGap = 8, kHeight = 26, kScaleWidth = 120, kLegendScale = 8, kSwatch = 12,
              kSteps = 30;

} // namespace

OverlayLegend::OverlayLegend(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("overlayLegend"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFont(fontFor(TextRole::Small, true));
    hide();
}

void OverlayLegend::show(const Overlay& overlay, const OverlayPicture& picture) {
    m_title = overlay.title;
    m_low = picture.low;
    m_high = picture.high;
    m_kinds = picture.kinds;
    m_known = !m_kinds.empty() || picture.largest > 0;
    if (!m_known) m_title = QStringLiteral("%1: nothing known").arg(m_title);
    setVisible(overlay.value != nullptr);
    setAccessibleName(plainText());
    resize(sizeHint());
    update();
}

QString OverlayLegend::plainText() const {
    QStringList lines{m_title};
    if (m_known && m_kinds.empty()) lines << m_low << m_high;
    for (const LegendKind& kind : m_kinds) lines << kind.name;
    return lines.join(u'\n');
}

QSize OverlayLegend::sizeHint() const {
    const auto room = [this](const QString& text) { return fontMetrics().horizontalAdvance(text) + kLegendGap; };
    int width = 2 * kPad + room(m_title);
    if (m_known && m_kinds.empty()) width += room(m_low) + kScaleWidth + kLegendGap + room(m_high) - kLegendGap;
    for (const LegendKind& kind : m_kinds) width += kSwatch + 5 + room(kind.name);
    return {width, kHeight};
}

void OverlayLegend::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border, 1));
    painter.setBrush(theme.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    int x = kPad;
    const auto write = [&](const QString& text, const QColor& ink) {
        painter.setPen(ink);
        painter.drawText(QRect(x, 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft, text);
        x += fontMetrics().horizontalAdvance(text) + kLegendGap;
    };
    write(m_title, theme.text2);
    if (!m_known) return;
    if (m_kinds.empty()) {
        write(m_low, theme.text);
        const QRectF scale(x, (height() - kLegendScale) / 2.0, kScaleWidth, kLegendScale);
        const double step = scale.width() / kSteps;
        for (int i = 0; i < kSteps; ++i)
            painter.fillRect(QRectF(x + i * step, scale.top(), step + 0.5, scale.height()),
                             overlayColour(theme, (i + 0.5) / kSteps));
        painter.setBrush(Qt::NoBrush);
        painter.setPen(theme.border);
        painter.drawRect(scale);
        x += kScaleWidth + kLegendGap;
        write(m_high, theme.text);
        return;
    }
    for (const LegendKind& kind : m_kinds) {
        painter.setPen(theme.border);
        painter.setBrush(kind.fill);
        painter.drawRoundedRect(QRectF(x + 0.5, (height() - kSwatch) / 2 + 0.5, kSwatch, kSwatch), 3, 3);
        x += kSwatch + 5;
        write(kind.name, theme.text);
    }
}

} // namespace cutline
