// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cutline::loopnest {

/// Loop dimensions in the order of the published search; G (groups) only spreads over fan-outs, it never loops.
enum Dim : std::uint8_t { C, M, R, S, P, Q, G };
inline constexpr std::size_t kDims = 7;
inline constexpr std::string_view kDimNames = "CMRSPQG";

/// Weights, inputs, outputs.
enum Operand : std::uint8_t { Weights, Inputs, Outputs };
inline constexpr std::size_t kOperands = 3;
inline constexpr std::string_view kOperandNames = "WIO";

/// One number per dimension.
using Sizes = std::array<std::uint32_t, kDims>;
inline constexpr Sizes kOnes{1, 1, 1, 1, 1, 1, 1};

/// A set of dimensions, one bit each.
using DimSet = std::uint8_t;
constexpr DimSet bit(std::size_t dim) { return static_cast<DimSet>(1U << dim); }

/// Dimensions that move a tensor's tile: W has C M R S, I has C and (through the window) P Q R S, O has M P Q.
inline constexpr std::array<DimSet, kOperands> kRelevant{
    static_cast<DimSet>(bit(C) | bit(M) | bit(R) | bit(S) | bit(G)),
    static_cast<DimSet>(bit(C) | bit(P) | bit(Q) | bit(R) | bit(S) | bit(G)),
    static_cast<DimSet>(bit(M) | bit(P) | bit(Q) | bit(G))};
constexpr bool isRelevant(Operand operand, std::size_t dim) { return (kRelevant[operand] & bit(dim)) != 0; }

/// What is mapped: one nest of C M R S P Q over G groups. `repeats` nests (batch, steps) follow each other.
struct NestShape {
    Sizes size = kOnes;
    std::uint32_t stride_p = 1, stride_q = 1, dilation_r = 1, dilation_s = 1;
    std::uint64_t repeats = 1;
    friend bool operator==(const NestShape&, const NestShape&) = default;

    /// Multiply-accumulates of one group of one nest.
    double macsOfGroup() const;
    double macs() const { return macsOfGroup() * size[G] * static_cast<double>(repeats); }
};

/// How groups are taken: as they are, or, as the published run did, one dense nest of G*C inputs and G*M outputs.
enum class Groups : std::uint8_t { Apart, Dense };

/// A layer's loops as nests that follow each other; batch counts as repeats.
///
/// One nest, but for transposed convolutions with strides: output rows that are equal modulo the stride see the same
/// kernel rows (k * dilation modulo the stride is theirs), so they are a plain convolution with those kernel rows over the
/// input. Rows and columns with equally many become output channels of one nest: up to four nests, no multiplication
/// by the zeros between input elements, and outputs as many as there are.
std::vector<NestShape> nestsOf(const LoopDims& loops, Groups groups);

/// Rows (or columns) of input under `outputs` output rows and `taps` kernel rows.
constexpr double windowLength(double outputs, double taps, double stride, double dilation)
{
    return (outputs - 1) * stride + (taps - 1) * dilation + 1;
}

/// Words of an operand's tile of these extents.
inline double tileVolume(Operand operand, const Sizes& extent, const NestShape& shape)
{
    const double groups = extent[G];
    if (operand == Weights) return groups * extent[C] * extent[M] * extent[R] * extent[S];
    if (operand == Outputs) return groups * extent[M] * extent[P] * extent[Q];
    return groups * extent[C] * windowLength(extent[P], extent[R], shape.stride_p, shape.dilation_r)
           * windowLength(extent[Q], extent[S], shape.stride_q, shape.dilation_s);
}

/// How one level is used: the fan-out below it and the loops it runs, innermost first.
struct LevelMapping {
    Sizes spatial = kOnes;
    Sizes temporal = kOnes;
    std::array<std::uint8_t, 6> order{C, M, R, S, P, Q}; ///< inner to outer; dims of factor 1 may stand anywhere
    friend bool operator==(const LevelMapping&, const LevelMapping&) = default;
};

/// A whole mapping, levels innermost first. Groups that no fan-out spreads follow each other.
struct Mapping {
    std::vector<LevelMapping> levels;
    /// The sizes that the factors multiply up to: the shape's, or padded ones.
    Sizes size = kOnes;
    friend bool operator==(const Mapping&, const Mapping&) = default;
};

} // namespace cutline::loopnest
