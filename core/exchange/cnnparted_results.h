// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/exchange: plans that CNNParted found.
#pragma once

#include "core/base/result.h"
#include "core/plan/plan.h"

#include <string>
#include <string_view>

namespace cutline {

/// Begins like `<run>_result_nondom.csv` or `_all.csv`: idx, Schedule_ID, PPs, ..; the first may be missing.
bool isCnnPartedResult(std::string_view text);

/// The row whose `idx` (its number from 0) is `id`; the only one where `id` is empty. PartitioningPoint_k is the last layer of part k (the
/// layers after that of part k - 1, in the file's order), Platform_k its platform, by number from 1. Points that do not come
/// later than the one before make no part. Errors name file and line: columns that are missing, a layer or platform that
/// is not there.
Result<Plan> planFromCnnParted(std::string_view text, const std::string& file, const std::string& id, const Graph& graph,
                               const System& system);

} // namespace cutline
