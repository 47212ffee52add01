// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/fake_quant.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace cutline {

Grid gridOf(Range range, int bits, ActivationScheme scheme) {
    const double low = std::min(static_cast<double>(range.low), 0.0);
    const double high = std::max(static_cast<double>(range.high), 0.0);
    if (!(high > low) || !std::isfinite(high - low)) return {};
    if (scheme == ActivationScheme::Symmetric) {
        const double top = std::exp2(bits - 1) - 1;
        return {static_cast<float>(std::max(-low, high) / top), 0, static_cast<float>(-top), static_cast<float>(top)};
    }
    const double top = std::exp2(bits) - 1;
    const auto scale = static_cast<float>((high - low) / top);
    if (scale == 0) return {};
    const double zero = std::clamp(std::nearbyint(-low / static_cast<double>(scale)), 0.0, top);
    return {scale, static_cast<float>(zero), 0, static_cast<float>(top)};
}

void quantiseWeights(std::span<float> weights, std::size_t channels, std::size_t inner, int bits) {
    const float top = std::exp2(static_cast<float>(bits - 1)) - 1;
    std::vector<float> scale(channels, 0);
    const auto channelOf = [&](std::size_t i) { return i / inner % channels; };
    for (std::size_t i = 0; i < weights.size(); ++i)
        scale[channelOf(i)] = std::max(scale[channelOf(i)], std::fabs(weights[i]));
    for (float& s : scale) {
        s /= top;
        if (s == 0) s = 1;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const float s = scale[channelOf(i)];
        weights[i] = std::clamp(std::nearbyint(weights[i] / s), -top, top) * s;
    }
}

float roundedToHalf(float value) {
    // Adding and taking away a power of two leaves what the narrower format can hold: 11 bits of significand, from
    // 2^-14 on; multiples of 2^-24 below.
    constexpr float kLargest = 65504, kSmallestNormal = 0x1p-14f;
    if (!std::isfinite(value) || value == 0) return value;
    int exponent = 0;
    std::frexp(std::max(std::fabs(value), kSmallestNormal), &exponent);
    const float step = std::ldexp(1.0f, exponent - 11);
    const float rounded = std::nearbyint(value / step) * step;
    return std::fabs(rounded) > kLargest ? std::copysign(std::numeric_limits<float>::infinity(), value) : rounded;
}

float roundedToBFloat16(float value) {
    if (!std::isfinite(value)) return value;
    auto bits = std::bit_cast<std::uint32_t>(value);
    bits += 0x7fff + (bits >> 16 & 1); // half, less one where the last kept bit is 0: ties to even
    return std::bit_cast<float>(bits & 0xffff0000);
}

} // namespace cutline
