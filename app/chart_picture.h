// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/platform/library.h"

#include <QString>

namespace cutline {

/// Opens the model, searches with the default options on `system` (empty: the first of the library) and
/// writes the Pareto chart as SVG or PNG by the picture's ending. No window; needs a QApplication.
Result<void> writeChartPicture(const Library& library, const QString& model, const QString& system,
                               const QString& picture);

} // namespace cutline
