// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/graph/fusion.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

/// The down-sets (order ideals) of a graph of groups: sets that contain all predecessors of their members, smallest
/// first; index 0 is empty and the last one is everything. A chain of n groups has n + 1.
class DownSets {
public:
    /// Breadth-first growth with hashing. Stops at `cap` sets or on cancel; then complete() is false and only
    /// the sets found so far (always with the empty and the full one) are listed.
    DownSets(const Graph& graph, const Fusion& fusion, std::size_t cap, Progress& progress);

    std::size_t size() const { return m_size.size(); }
    bool complete() const { return m_complete; }
    std::size_t groupCount() const { return m_group_count; }
    std::span<const std::uint64_t> bits(std::size_t set) const
    {
        return {m_bits.data() + set * m_words, m_words};
    }
    bool contains(std::size_t set, std::size_t group) const
    {
        return (m_bits[set * m_words + group / 64] >> (group % 64)) & 1;
    }
    std::uint32_t groupsIn(std::size_t set) const { return m_size[set]; }
    bool isSubset(std::size_t inner, std::size_t outer) const;
    /// Pairs (set with one more group, that group), ascending; only within the enumerated sets.
    struct Step {
        std::uint32_t next, group;
    };
    std::span<const Step> steps(std::size_t set) const;

private:
    std::size_t m_words = 0, m_group_count = 0;
    bool m_complete = true;
    std::vector<std::uint64_t> m_bits;
    std::vector<std::uint32_t> m_size;
    std::vector<Step> m_steps;
    std::vector<std::uint64_t> m_first_step;
};

} // namespace cutline
