// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/presentation.h"

#include "core/base/text.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/plan_bands.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace cutline {
namespace {

constexpr double kSide = 2.2; ///< margins, in units
constexpr double kTileGap = 0.6;
constexpr int kParagraph = static_cast<int>(Qt::AlignTop) | static_cast<int>(Qt::AlignLeft) | static_cast<int>(Qt::TextWordWrap);

} // namespace

Presentation::Presentation(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("presentation"));
    setWindowTitle(tr("Presentation - Cutline"));
    setAccessibleName(tr("Presentation"));
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(640, 360);
}

void Presentation::setPlans(const QString& title, std::vector<PresentedPlan> plans, GraphPtr graph, SystemPtr system) {
    m_title = title;
    m_plans = std::move(plans);
    m_graph = std::move(graph);
    m_system = std::move(system);
    showPlan(0);
}

void Presentation::showPlan(std::size_t plan) {
    if (m_plans.empty()) return;
    m_current = std::min(plan, m_plans.size() - 1);
    setAccessibleDescription(m_plans[m_current].name + u' ' + m_plans[m_current].note);
    update();
}

QFont Presentation::type(double units, bool strong) const {
    QFont font = fontFor(strong ? TextRole::Metric : TextRole::Interface, true);
    font.setPixelSize(std::max(8, static_cast<int>(units * unit())));
    return font;
}

double Presentation::paintHead(QPainter& painter, double y) const {
    const Theme& theme = Theme::of(palette());
    const PresentedPlan& plan = m_plans[m_current];
    const double left = kSide * unit(), room = width() - 2 * left;
    painter.setFont(type(1));
    painter.setPen(theme.text2);
    painter.drawText(QRectF(left, y, room, 1.6 * unit()), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_title, Qt::ElideMiddle, static_cast<int>(room)));
    y += 1.9 * unit();
    painter.setFont(type(2.6, true));
    painter.setPen(theme.text);
    const QString name = (plan.favourite ? QStringLiteral("\u2605 ") : QString()) + plan.name;
    painter.drawText(QRectF(left, y, room, 3.4 * unit()), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(name, Qt::ElideRight, static_cast<int>(room)));
    return y + 3.9 * unit();
}

/// Platforms in the order of the stages, each in its colour with the number of its layers.
double Presentation::paintChain(QPainter& painter, double y) const {
    const Theme& theme = Theme::of(palette());
    const auto& stages = m_plans[m_current].plan->stages;
    const double left = kSide * unit(), room = width() - 2 * left, tall = 3 * unit(), arrow = 1.6 * unit();
    constexpr std::size_t kMostBoxes = 8; // more pieces than that cannot be read as boxes; the band shows them
    const std::size_t shown = std::min(stages.size(), kMostBoxes);
    if (shown == 0) return y;
    const double wide = std::min(9 * unit(), (room - arrow * static_cast<double>(shown - 1)) / static_cast<double>(shown));
    for (std::size_t i = 0; i < shown; ++i) {
        const QRectF box(left + static_cast<double>(i) * (wide + arrow), y, wide, tall);
        const std::size_t platform = stages[i].platform.index();
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.tint(theme.platform(platform), 0.25));
        painter.drawRoundedRect(box, 0.4 * unit(), 0.4 * unit());
        painter.fillRect(QRectF(box.left(), box.top(), 0.35 * unit(), box.height()), theme.platform(platform));
        const QRectF inner = box.adjusted(0.8 * unit(), 0.25 * unit(), -0.3 * unit(), -0.25 * unit());
        const auto put = [&](double size, bool strong, const QColor& ink, Qt::Alignment where, const QString& words) {
            painter.setFont(type(size, strong));
            painter.setPen(ink);
            painter.drawText(inner, where | Qt::AlignLeft,
                             painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(inner.width())));
        };
        put(1.2, true, theme.text, Qt::AlignTop,
            text(printable(m_system->platform(stages[i].platform).name)) + text(precisionSuffix(stages[i], *m_system)));
        const bool last = i + 1 == shown && stages.size() > shown;
        put(1, false, theme.text2, Qt::AlignBottom,
            last ? tr("and %1 pieces more").arg(stages.size() - shown)
                 : stages[i].layers.size() == 1 ? tr("1 layer") : tr("%1 layers").arg(stages[i].layers.size()));
        if (i + 1 == shown) break;
        painter.setFont(type(1.2));
        painter.setPen(theme.text2);
        painter.drawText(QRectF(box.right(), y, arrow, tall), Qt::AlignCenter, QStringLiteral("\u203A"));
    }
    return y + tall + 0.8 * unit();
}

double Presentation::paintBand(QPainter& painter, double y) const {
    const Theme& theme = Theme::of(palette());
    const QRectF band(kSide * unit(), y, width() - 2 * kSide * unit(), 1.2 * unit());
    paintPlaces(painter, band, assignmentOf(*m_plans[m_current].plan, m_graph->layerCount()), theme);
    return y + band.height() + 0.9 * unit();
}

double Presentation::paintTiles(QPainter& painter, double y) const {
    const Theme& theme = Theme::of(palette());
    constexpr int kColumns = 3;
    const double left = kSide * unit(), room = width() - 2 * left;
    const double wide = (room - (kColumns - 1) * kTileGap * unit()) / kColumns, tall = 5.4 * unit();
    for (std::size_t i = 0; i < kMetricTiles; ++i) {
        const MetricTileText& tile = m_plans[m_current].tiles[i];
        const auto column = static_cast<double>(i % kColumns), row = static_cast<double>(i / kColumns);
        const QRectF box(left + column * (wide + kTileGap * unit()), y + row * (tall + kTileGap * unit()), wide, tall);
        painter.setPen(QPen(theme.border, std::max(1.0, unit() / 20)));
        painter.setBrush(theme.surface);
        painter.drawRoundedRect(box, 0.4 * unit(), 0.4 * unit());
        const QRectF inner = box.adjusted(0.8 * unit(), 0.4 * unit(), -0.6 * unit(), -0.4 * unit());
        const int inside = static_cast<int>(inner.width());
        painter.setFont(type(1));
        painter.setPen(theme.text2);
        painter.drawText(inner, Qt::AlignTop | Qt::AlignLeft, painter.fontMetrics().elidedText(tile.title, Qt::ElideRight, inside));
        const bool words = tile.unit.isEmpty() && !tile.number.isEmpty() && tile.number.front().isLetter();
        painter.setFont(type(words ? 1.4 : 2.2, true));
        painter.setPen(words ? theme.text2 : theme.text);
        const double number = painter.fontMetrics().horizontalAdvance(tile.number);
        painter.drawText(inner, Qt::AlignVCenter | Qt::AlignLeft, tile.number);
        painter.setFont(type(1.2));
        painter.setPen(theme.text2);
        painter.drawText(inner.adjusted(number + 0.4 * unit(), 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, tile.unit);
        painter.setFont(type(1));
        if (!tile.change.isEmpty()) {
            painter.setPen(tile.verdict == Verdict::Better  ? theme.good
                           : tile.verdict == Verdict::Worse ? theme.bad
                                                            : theme.text2);
            painter.drawText(inner, Qt::AlignVCenter | Qt::AlignRight, tile.change);
        }
        painter.setPen(tile.broken ? theme.bad : theme.text2);
        painter.drawText(inner, Qt::AlignBottom | Qt::AlignLeft,
                         fittingText(painter.fontMetrics(), QStringList{tile.note} + tile.briefer, inside));
    }
    return y + 2 * tall + (kTileGap + 0.8) * unit();
}

void Presentation::paintNote(QPainter& painter, double y) const {
    const Theme& theme = Theme::of(palette());
    const PresentedPlan& plan = m_plans[m_current];
    const QRectF place(kSide * unit(), y, width() - 2 * kSide * unit(), height() - 2.4 * unit() - y);
    if (plan.note.isEmpty()) {
        painter.setFont(type(1.1));
        painter.setPen(theme.text2);
        painter.drawText(place, kParagraph, plan.status);
        return;
    }
    // A long note gets smaller letters rather than an end that nobody sees, down to the smallest.
    double size = 1.6;
    painter.setPen(theme.text);
    for (; size > 1; size -= 0.1) {
        painter.setFont(type(size));
        if (painter.boundingRect(place, kParagraph, plan.note).height() <= place.height()) break;
    }
    painter.setFont(type(size));
    painter.save();
    painter.setClipRect(place);
    painter.drawText(place, kParagraph, plan.note);
    painter.restore();
}

void Presentation::paintFoot(QPainter& painter) const {
    const Theme& theme = Theme::of(palette());
    const QRectF line(kSide * unit(), height() - 2.2 * unit(), width() - 2 * kSide * unit(), 1.4 * unit());
    painter.setFont(type(1));
    painter.setPen(theme.text2);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, tr("\u2190 \u2192 other plans \u00B7 Esc leaves"));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, tr("%1 of %2").arg(m_current + 1).arg(m_plans.size()));
}

void Presentation::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), theme.window);
    if (m_plans.empty() || !m_graph || !m_system) return;
    double y = paintHead(painter, 1.2 * unit());
    y = paintChain(painter, y);
    y = paintBand(painter, y);
    y = paintTiles(painter, y);
    paintNote(painter, y);
    paintFoot(painter);
}

void Presentation::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Down:
    case Qt::Key_PageDown:
    case Qt::Key_Space: showPlan(m_current + 1); break;
    case Qt::Key_Left:
    case Qt::Key_Up:
    case Qt::Key_PageUp:
    case Qt::Key_Backspace: showPlan(m_current > 0 ? m_current - 1 : 0); break;
    case Qt::Key_Home: showPlan(0); break;
    case Qt::Key_End: showPlan(m_plans.size()); break;
    case Qt::Key_Escape:
    case Qt::Key_F5: close(); break;
    default: QWidget::keyPressEvent(event);
    }
}

void Presentation::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) showPlan(m_current + 1);
    if (event->button() == Qt::RightButton) showPlan(m_current > 0 ? m_current - 1 : 0);
}

void Presentation::closeEvent(QCloseEvent* event) {
    QWidget::closeEvent(event);
    Q_EMIT left();
}

} // namespace cutline
