// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/picture_files.h"

#include "core/base/text.h"

#include <QImage>
#include <QImageReader>

#include <fcntl.h>
#include <mutex>
#include <unistd.h>

namespace cutline {
namespace {

/// Of one picture: Qt decodes no more than these at four bytes each.
constexpr std::int64_t kMostPixels = std::int64_t{30} << 20;

/// Keeps the decoders' own words off standard error while it lives: libpng writes there itself, past every handler of
/// Qt's, and the Error says what is wrong.
class QuietErrors {
public:
    QuietErrors() : m_lock(mutex()), m_kept(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)) {
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (m_kept >= 0 && nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
        if (nowhere >= 0) ::close(nowhere);
    }
    QuietErrors(const QuietErrors&) = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;
    ~QuietErrors() {
        if (m_kept < 0) return;
        ::dup2(m_kept, STDERR_FILENO);
        ::close(m_kept);
    }

private:
    static std::mutex& mutex() {
        static std::mutex one;
        return one;
    }
    std::scoped_lock<std::mutex> m_lock;
    int m_kept;
};

} // namespace

Result<Picture> PictureFiles::read(const std::string& path) const {
    if (m_progress.cancelled()) return Error{{}, "cancelled", {}};
    QImageReader reader(QString::fromStdString(path));
    reader.setAutoTransform(true);
    QImage image;
    {
        const QuietErrors quiet;
        // By the header, before memory is asked for.
        if (const QSize size = reader.size(); std::int64_t{size.width()} * size.height() > kMostPixels)
            return Error{printable(path),
                         "has " + std::to_string(size.width()) + "x" + std::to_string(size.height()) + " pixels, more than are read",
                         "scale it down; networks read far fewer"};
        image = reader.read();
    }
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
