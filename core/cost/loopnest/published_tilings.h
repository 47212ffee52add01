// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <array>
#include <cstdint>
#include <vector>

namespace cutline::loopnest {

/// The tilings of the published search (cost.md, "Compatibility search"), numbered by a mixed-radix index over
/// C, M, R, S, P, Q, C fastest. Each dim's digit chooses among the ways to spread its size over the places that it may
/// have a factor in. Made for walks upwards: what two indices share in their slow digits is worked out once.
class PublishedTilings {
public:
    PublishedTilings(const Machine& machine, const NestShape& shape);

    std::uint64_t count() const { return m_count; }
    /// Moves to an index. 0 if its tiling fits, else how many from here on do not.
    std::uint64_t moveTo(std::uint64_t index);

    /// Of the tiling moved to.
    Sizes spatial(std::size_t level) const { return collect(&Split::spatial, level); }
    Sizes temporal(std::size_t level) const { return collect(&Split::temporal, level); }
    Sizes extent(std::size_t level) const { return collect(&Split::extent, level); }
    /// Equal for tilings with equal fan-outs.
    std::uint64_t spreadKey() const;

private:
    /// One way to write a dim's size as factors, per level.
    struct Split {
        std::array<std::uint32_t, kMaxLevels> spatial, temporal, extent;
        std::uint64_t spread = 0;   ///< the same for splits of one dim with the same spatial factors
        std::uint32_t fitting = 0;  ///< the first split from here on that fits where all other dims are 1
    };
    /// What the dims so far, the slowest first, take at one level.
    struct Used {
        double fan_out = 1, weights = 1, outputs = 1, rows = 1, columns = 1;
    };
    void listSplits(std::size_t dim);
    void numberSpreads(std::size_t dim);
    void findFitting(std::size_t dim);
    bool add(std::size_t dim, const Split& split, const Used* before, Used* after) const;
    Sizes collect(std::array<std::uint32_t, kMaxLevels> Split::*what, std::size_t level) const
    {
        Sizes sizes = kOnes;
        for (std::size_t dim = 0; dim < G; ++dim) sizes[dim] = (m_splits[dim][m_digit[dim]].*what)[level];
        return sizes;
    }

    const Machine& m_machine;
    NestShape m_shape;
    std::uint64_t m_count = 1;
    std::array<std::vector<Split>, G> m_splits;
    std::array<std::uint64_t, G> m_spreads{}; ///< of each dim
    std::array<std::uint64_t, G> m_block{};   ///< indices that share a dim's digit and all slower ones
    std::array<std::uint32_t, G> m_digit{};
    std::array<std::array<Used, kMaxLevels>, G + 1> m_used{}; ///< with the dims from this one on
    std::array<double, kMaxLevels> m_capacity{};
    std::size_t m_known = G; ///< m_used holds for the digits of these dims and slower ones
};

} // namespace cutline::loopnest
