// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/platform.h"

#include <optional>

namespace cutline {

/// What a platform can do at most: multiply-accumulates a second, and what its memory lets through. Absent:
/// not known, or unlimited in its descriptor.
struct Roof {
    std::optional<double> peak_macs_per_s, bandwidth_bytes_per_s;
    /// MACs a second at an intensity (MACs per byte); infinite where nothing limits.
    double at(double intensity) const;
};
Roof roofOf(const Platform& platform);

} // namespace cutline
