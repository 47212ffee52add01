// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_view.h"
#include "widgets/picture_file.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kMostPixels = 16'384;

Error noPicture(const QString& path) {
    return {path.toStdString(), "there is no picture yet", "wait until the graph is laid out"};
}

} // namespace

void GraphView::renderTo(QPainter* painter, const QRectF& target) {
    if (isLaidOut()) m_scene->render(painter, target, m_scene->pictureRect());
}

QByteArray GraphView::toSvg() {
    QByteArray bytes;
    if (!isLaidOut()) return bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator svg;
    const QRectF rect = m_scene->pictureRect();
    svg.setOutputDevice(&buffer);
    svg.setResolution(96);
    svg.setSize(rect.size().toSize());
    svg.setViewBox(QRectF(QPointF(0, 0), rect.size()));
    svg.setTitle(QString::fromStdString(m_look.graph->name()).toHtmlEscaped());
    QPainter painter(&svg);
    painter.fillRect(QRectF(QPointF(0, 0), rect.size()), m_look.theme->surface);
    renderTo(&painter, QRectF(QPointF(0, 0), rect.size()));
    painter.end();
    return bytes;
}

Result<void> GraphView::saveSvg(const QString& path) {
    if (!isLaidOut()) return noPicture(path);
    return writeBytes(toSvg(), path);
}

QImage GraphView::toImage(double scale) {
    if (!isLaidOut()) return {};
    const QSizeF size = m_scene->pictureRect().size();
    const double factor = std::min(scale, kMostPixels / std::max(size.width(), size.height()));
    QImage image((size * factor).toSize().expandedTo(QSize(1, 1)), QImage::Format_RGB32);
    image.fill(m_look.theme->surface);
    QPainter painter(&image);
    renderTo(&painter, QRectF(image.rect()));
    return image;
}

Result<void> GraphView::savePng(const QString& path, double scale) {
    if (!isLaidOut()) return noPicture(path);
    return writePng(toImage(scale), path);
}

} // namespace cutline
