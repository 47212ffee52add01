// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_picture.h"

#include "widgets/graph/graph_view.h"
#include "widgets/models/plan_facts.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>

#include <algorithm>
#include <map>
#include <memory>

namespace cutline {
namespace {

constexpr double kPngScale = 2, kMostPixels = 16'384;

} // namespace

void GraphPicture::paint(QPainter& painter) const {
    painter.fillRect(QRect(QPoint(), size), ground);
    for (const Part& part : parts) {
        painter.save();
        painter.setWorldTransform(part.place);
        part.drawing(painter);
        painter.restore();
    }
}

QByteArray GraphPicture::svg() const {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(title.toHtmlEscaped());
    QPainter painter(&generator);
    paint(painter);
    painter.end();
    return bytes;
}

QImage GraphPicture::image() const {
    QImage image((QSizeF(size) * ratio).toSize(), QImage::Format_RGB32);
    if (image.isNull()) return image;
    image.setDevicePixelRatio(ratio);
    QPainter painter(&image);
    paint(painter);
    return image;
}

Result<void> GraphPicture::write(const QString& path) const {
    return isSvg(path) ? writeBytes(svg(), path) : writePng(image(), path);
}

GraphPicture GraphScene::picture(double scale, const GraphLook& look) const {
    const QRectF rect = pictureRect();
    const double ratio = std::max(1.0, scale);
    scale /= ratio;
    GraphPicture picture{{}, (rect.size() * scale).toSize().expandedTo({1, 1}), ratio, look.theme->surface, nameText(look.graph->name(), 200)};
    const QTransform scene = QTransform::fromTranslate(-rect.left(), -rect.top()) * QTransform::fromScale(scale, scale);
    const auto offsets = labelOffsets(scale);
    std::map<const QGraphicsItem*, std::optional<QPointF>> offset_of;
    for (const HandleItem* handle : m_handles) offset_of.emplace(handle, QPointF());
    for (std::size_t i = 0; i < m_labels.size(); ++i) offset_of.emplace(m_labels[i].item, offsets[i]);
    for (const QGraphicsItem* item : items(Qt::AscendingOrder)) {
        QTransform place = item->sceneTransform() * scene;
        if (const auto found = offset_of.find(item); found != offset_of.end()) {
            if (!found->second) continue;
            const QPointF at = scene.map(item->pos());
            place = QTransform::fromTranslate(found->second->x() + at.x(), found->second->y() + at.y());
        }
        picture.parts.push_back({static_cast<const DrawnItem*>(item)->drawing(), place}); // all are
    }
    return picture;
}

FileWork GraphView::pictureFile(const QString& path) const {
    if (!isLaidOut())
        return [none = Error{path.toStdString(), "there is no picture yet", "wait until the graph is laid out"}] { return none; };
    const QSizeF size = m_scene->pictureRect().size();
    const double scale = isSvg(path) ? 1 : std::min(kPngScale, kMostPixels / std::max(size.width(), size.height()));
    return [picture = std::make_shared<const GraphPicture>(m_scene->picture(scale, m_look)), path] { return picture->write(path); };
}

} // namespace cutline
