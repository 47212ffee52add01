// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/preview_grid.h"

#include "widgets/models/plan_facts.h"
#include "widgets/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cutline {
namespace {

constexpr int kShownColumns = 5, kCellGap = 6, kLine = 15, kLargestImage = 72;

QImage imageOf(const Picture& picture) {
    const bool grey = picture.channels == 1;
    if (picture.width == 0 || picture.height == 0 || (!grey && picture.channels != 3)) return {};
    QImage image(static_cast<int>(picture.width), static_cast<int>(picture.height),
                 grey ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
    const std::size_t row = picture.width * picture.channels;
    if (image.isNull() || picture.pixels.size() < row * picture.height) return {};
    for (std::size_t y = 0; y < picture.height; ++y)
        std::memcpy(image.scanLine(static_cast<int>(y)), picture.pixels.data() + y * row, row);
    return image;
}

QString className(std::uint32_t label, const std::vector<std::string>& classes) {
    return label < classes.size() ? text(classes[label]) : QString::number(label);
}

} // namespace

PreviewGrid::PreviewGrid(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("previewGrid"));
    setFont(fontFor(TextRole::CardDetail));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PreviewGrid::setImages(const std::vector<PreviewImage>& images, const std::vector<std::string>& classes) {
    m_cells.clear();
    for (const PreviewImage& image : images) {
        Cell cell;
        cell.image = imageOf(image.picture);
        if (image.label) cell.label = className(*image.label, classes);
        if (image.answer) {
            cell.answer = className(*image.answer, classes);
            cell.percent = static_cast<int>(std::lround(image.confidence * 100));
            if (image.label) cell.verdict = image.label == image.answer ? Cell::Verdict::Right : Cell::Verdict::Wrong;
        }
        m_cells.push_back(std::move(cell));
    }
    setAccessibleName(plainText());
    setFixedHeight(heightForWidth(width()));
    update();
}

void PreviewGrid::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    setFixedHeight(heightForWidth(width()));
}

QString PreviewGrid::words(const Cell& cell) {
    const QString label = cell.label.isEmpty() ? QStringLiteral("no label") : cell.label;
    if (cell.answer.isEmpty()) return label;
    return QStringLiteral("%1: answered %2, %3\u2009%").arg(label, cell.answer).arg(cell.percent);
}

QString PreviewGrid::plainText() const {
    QStringList lines;
    for (const Cell& cell : m_cells) lines << words(cell);
    return lines.join(u'\n');
}

int PreviewGrid::cellWidth(int width) const {
    return std::clamp((width - (kShownColumns - 1) * kCellGap) / kShownColumns, 16, kLargestImage);
}

QRect PreviewGrid::cellRect(std::size_t index) const {
    const int side = cellWidth(width()), height = side + 2 * kLine + kCellGap;
    const int i = static_cast<int>(index);
    return {i % kShownColumns * (side + kCellGap), i / kShownColumns * height, side, height - kCellGap};
}

int PreviewGrid::heightForWidth(int width) const {
    const int rows = (static_cast<int>(m_cells.size()) + kShownColumns - 1) / kShownColumns;
    return rows * (cellWidth(width) + 2 * kLine + kCellGap);
}

QSize PreviewGrid::sizeHint() const {
    return {240, heightForWidth(240)};
}

void PreviewGrid::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    for (std::size_t i = 0; i < m_cells.size(); ++i) {
        const Cell& cell = m_cells[i];
        const QRect rect = cellRect(i);
        const QRect frame(rect.topLeft(), QSize(rect.width(), rect.width()));
        painter.fillRect(frame, theme.grid);
        const QSize size = cell.image.size().scaled(frame.size(), Qt::KeepAspectRatio);
        // Few pixels are shown as such; large pictures are smoothed.
        painter.setRenderHint(QPainter::SmoothPixmapTransform, cell.image.width() > 64);
        if (!size.isEmpty())
            painter.drawImage(QStyle::alignedRect(Qt::LeftToRight, Qt::AlignCenter, size, frame), cell.image);
        const auto line = [&](int row, const QString& words, const QColor& ink) {
            painter.setPen(ink);
            painter.drawText(QRect(rect.left(), frame.bottom() + 1 + row * kLine, rect.width(), kLine),
                             Qt::AlignLeft | Qt::AlignVCenter,
                             fontMetrics().elidedText(words, Qt::ElideRight, rect.width()));
        };
        line(0, cell.label, theme.text2);
        const bool right = cell.verdict == Cell::Verdict::Right, wrong = cell.verdict == Cell::Verdict::Wrong;
        if (right)
            line(1, QStringLiteral("\u2713 %1\u2009%").arg(cell.percent), theme.good);
        else if (!cell.answer.isEmpty())
            line(1, (wrong ? QStringLiteral("\u2717 ") : QString()) + cell.answer, wrong ? theme.bad : theme.text2);
    }
}

bool PreviewGrid::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        for (std::size_t i = 0; i < m_cells.size(); ++i)
            if (cellRect(i).contains(help->pos())) {
                QToolTip::showText(help->globalPos(), words(m_cells[i]), this, cellRect(i));
                return true;
            }
        QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

} // namespace cutline
