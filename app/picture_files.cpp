// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/picture_files.h"

#include "core/base/text.h"

#include <QImage>
#include <QImageReader>

namespace cutline {

Result<Picture> PictureFiles::read(const std::string& path) const {
    if (m_progress.cancelled()) return Error{{}, "cancelled", {}};
    QImageReader reader(QString::fromStdString(path));
    reader.setAutoTransform(true);
    const QImage image = reader.read();
    if (image.isNull())
        return Error{printable(path), "is not a picture: " + reader.errorString().toStdString(),
                     "use PNG or JPEG, or take it out of the folder"};
    const bool grey = image.isGrayscale() && image.depth() == 8;
    const QImage plain = image.convertToFormat(grey ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
    Picture picture{static_cast<std::size_t>(plain.height()), static_cast<std::size_t>(plain.width()),
                    grey ? std::size_t{1} : std::size_t{3}, {}};
    const std::size_t row = picture.width * picture.channels;
    for (int y = 0; y < plain.height(); ++y)
        picture.pixels.insert(picture.pixels.end(), plain.constScanLine(y), plain.constScanLine(y) + row);
    return picture;
}

} // namespace cutline
