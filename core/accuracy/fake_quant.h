// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

/// Quantisation on de-quantised values, in float32: what a tensor would be after a trip through integers. round() is
/// half to even throughout.
namespace cutline {

/// Extremes of a tensor over the calibration images.
struct Range {
    float low = 0, high = 0;
    friend bool operator==(const Range&, const Range&) = default;
};

enum class ActivationScheme : unsigned char { Asymmetric, Symmetric };

/// x' = (clamp(round(x / scale) + zero, low, high) - zero) * scale; `scale` 0: the tensor is left alone.
struct Grid {
    float scale = 0, zero = 0, low = 0, high = 0;
};

/// Asymmetric: lo = min(lo, 0), hi = max(hi, 0), scale = (hi - lo) / (2^b - 1) rounded to float32, zero = round(-lo /
/// scale) within 0 .. 2^b - 1. Symmetric: scale = max|x| / (2^(b-1) - 1), zero 0. `bits` 2 to 16.
Grid gridOf(Range range, int bits, ActivationScheme scheme);

/// Weights, symmetric with one scale per channel: m = 2^(b-1) - 1, s = max|w| / m (1 where that is 0),
/// w' = clamp(round(w / s), -m, m) * s. Channels lie along an axis with `inner` elements behind it: element i belongs
/// to channel (i / inner) % channels.
void quantiseWeights(std::span<float> weights, std::size_t channels, std::size_t inner, int bits);

/// To the nearest float16 or bfloat16 and back, ties to even; float16 overflows to infinity.
float roundedToHalf(float value);
float roundedToBFloat16(float value);

} // namespace cutline
