// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/graph/graph.h"
#include "core/platform/data_sheet.h"

#include <QString>

namespace cutline {

/// What a model would cost on a platform that there is only a data sheet of, all of its layers on it.
struct SheetPreview {
    double latency_s = 0, memory_bytes = 0;
    double time_factor = 1; ///< the time is right within it in 90 of 100 cases
    LikelyRange energy_j;   ///< of an inference, at the ends of the sheet's ranges
};

/// Errors: the sheet is no platform yet, what buildCostTable says, cancelled.
Result<SheetPreview> previewOf(const GraphPtr& graph, const DataSheet& sheet, Progress& progress);
/// "efficientnet-b0 on it alone: 21 ms (10 to 45 in 90 of 100 cases), 9.8 mJ (4.9 to 20) an inference, 12 MiB"
QString previewText(const SheetPreview& preview, const QString& model);

} // namespace cutline
