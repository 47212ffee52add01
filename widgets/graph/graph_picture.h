// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "widgets/graph/items.h"

#include <QImage>
#include <QSize>
#include <QString>
#include <QTransform>

#include <vector>

namespace cutline {

/// The whole graph as it looks at one moment: values alone, to be painted by another thread while the view goes on.
/// Painting a thousand cards takes longer than an event may.
struct GraphPicture {
    struct Part {
        Drawing drawing;
        QTransform place; ///< from the drawing into the picture
    };
    std::vector<Part> parts; ///< the lowest first
    QSize size;              ///< pixels at a ratio of 1
    double ratio = 1;        ///< pixels of an image for each of these, as on a fine screen
    QColor ground;
    QString title;

    void paint(QPainter& painter) const;
    QByteArray svg() const;
    QImage image() const;
    /// As SVG where the file is named so, else as PNG. Errors: as for writing pictures.
    Result<void> write(const QString& path) const;
};

} // namespace cutline
