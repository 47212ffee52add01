// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/split.
#pragma once

#include "core/split/piece_writer.h"

namespace cutline {

/// The whole model in which every tensor that crosses on a wire goes through QuantizeLinear and DequantizeLinear on its
/// way to the layers of other pieces, and to no others. With its data file beside it, where there is one.
Result<void> writeQuantisedWhole(const FileModel& file, const SubModels& cut, const WireBorders& borders,
                                 const std::string& path, Progress& progress);

} // namespace cutline
