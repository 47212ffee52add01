// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/graph/fusion.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

/// Predecessors and successors of groups, ascending, each once.
struct GroupGraph {
    std::vector<std::vector<std::uint32_t>> before, after;
    GroupGraph(const Graph& graph, const Fusion& fusion);
};

/// The down-sets (order ideals) of a graph of groups: sets that contain all predecessors of their members, smallest
/// first; index 0 is empty and the last one is everything. A chain of n groups has n + 1. Sets of one size stand in the
/// order of their members: at the first group where two differ, the one that has it comes first.
class DownSets {
public:
    /// Breadth-first growth with hashing. Stops at `cap` sets or on cancel; then complete() is false and only
    /// the sets found so far (always with the empty and the full one) are listed. Does not begin where the width of
    /// the graph alone tells that there are more.
    DownSets(const Graph& graph, const Fusion& fusion, std::size_t cap, Progress& progress);

    /// Only the sets that hold the first 0, 1, 2 .. groups of `order` (topological): a chain through the lattice.
    /// complete() is true only where the graph is such a chain.
    static DownSets alongOrder(const Graph& graph, const Fusion& fusion, std::span<const std::uint32_t> order);

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
    /// All groups below are inside.
    std::uint32_t firstAbsent(std::size_t set) const { return m_first_absent[set]; }
    /// All groups from here on are outside.
    std::uint32_t end(std::size_t set) const { return m_end[set]; }
    bool isSubset(std::size_t inner, std::size_t outer) const;
    /// Pairs (set with one more group, that group), ascending; only within the enumerated sets.
    struct Step {
        std::uint32_t next, group;
    };
    std::span<const Step> steps(std::size_t set) const;

private:
    DownSets() = default;
    void grow(const GroupGraph& groups, std::size_t cap, Progress& progress);
    void append(std::span<const std::uint64_t> bits, std::uint32_t size);
    void closeEarly();

    std::size_t m_words = 0, m_group_count = 0;
    bool m_complete = true;
    std::vector<std::uint64_t> m_bits;
    std::vector<std::uint32_t> m_size;
    std::vector<std::uint32_t> m_first_absent, m_end;
    std::vector<Step> m_steps;
    std::vector<std::uint64_t> m_first_step{0};
};

} // namespace cutline
