// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/picture_file.h"

#include "core/base/file.h"

#include <QBuffer>
#include <QImage>

namespace cutline {

bool isSvg(const QString& path) {
    return path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive);
}

Result<void> writePng(const QImage& image, const QString& path) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    if (!image.save(&buffer, "PNG")) {
        const std::string pixels = std::to_string(image.width()) + " x " + std::to_string(image.height());
        return Error{path.toStdString(), "no memory for a picture of " + pixels + " pixels", "export as SVG"};
    }
    return writeBytes(bytes, path);
}

Result<void> writeBytes(const QByteArray& bytes, const QString& path) {
    return writeFileAtomically(path.toStdString(), {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

} // namespace cutline
