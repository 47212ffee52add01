// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/platform/system.h"
#include "core/plan/plan.h"

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// How numbers are kept: float32, rounded to a 16-bit float, or as integers of so many bits with a scale.
struct Width {
    enum class Kind : std::uint8_t { Float32, Float16, BFloat16, Integer };
    Kind kind = Kind::Float32;
    std::uint8_t bits = 32; ///< Integer: 2..16

    static Width integer(int bits) { return {Kind::Integer, static_cast<std::uint8_t>(bits)}; }
    /// "float32", "float16", "bfloat16", "8"; Error: widths other than 2 to 16.
    static Result<Width> parse(std::string_view text);
    std::string text() const;
    friend auto operator<=>(const Width&, const Width&) = default;
};

/// Of one layer: its weights and what it makes.
struct LayerPrecision {
    Width weights, activations;
    friend auto operator<=>(const LayerPrecision&, const LayerPrecision&) = default;
};

/// A precision for each layer, and for what the network is given.
struct PrecisionVector {
    std::vector<LayerPrecision> layers; ///< by LayerId
    Width input;                        ///< of every graph input

    static PrecisionVector uniform(std::size_t layers, Width width);
    /// Short text that is equal where vectors are: runs of equal precisions.
    std::string text() const;
    friend bool operator==(const PrecisionVector&, const PrecisionVector&) = default;
};

/// Integer widths of a platform up to 16 bits as they are, 16 bits of a machine that has peak rates for a 16-bit float
/// and none for int16 as that, wider ones as float32. Error: 1 bit, which no rule covers.
Result<LayerPrecision> precisionOf(const Platform& platform);

/// Each layer at its stage's precision; the input at that of the first stage. A crossing tensor keeps the width of
/// its producer.
Result<PrecisionVector> precisionOf(const Plan& plan, const Graph& graph, const System& system);

} // namespace cutline
