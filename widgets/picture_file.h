// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>

class QByteArray;
class QImage;
class QString;

namespace cutline {

/// What is left of writing a file once all that it says is gathered: for any thread.
using FileWork = std::function<Result<void>()>;

/// Whether a file of this name is to be an SVG.
bool isSvg(const QString& path);

/// Encodes and writes, which takes longer than painting did: for any thread. Errors: too large, or the file cannot be
/// written.
Result<void> writePng(const QImage& image, const QString& path);
/// Of an SVG that is painted already.
Result<void> writeBytes(const QByteArray& bytes, const QString& path);

} // namespace cutline
