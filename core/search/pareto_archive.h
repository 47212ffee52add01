// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

/// Rows none of which dominates another, growing one at a time; smaller is better, every value finite. A tree of blocks
/// with bounding boxes in the manner of Jaszkiewicz and Lust's ND-tree (IEEE TEVC 2018): a question walks only blocks
/// whose best corner is no worse than the row, and ends at once where a block's worst corner is no worse.
class ParetoArchive {
public:
    explicit ParetoArchive(std::size_t width);

    /// Some kept row is at least as good everywhere (equal rows count).
    bool covers(std::span<const double> row);

    /// How a row stands to the kept ones. Kept rows do not dominate each other, so a row that one dominates equals none.
    enum class Standing : std::uint8_t { Free, Dominated, MaybeEqual };
    Standing standing(std::span<const double> row);

    /// Adds a row unless a kept one covers it; rows that it dominates go. `tag` comes back from forEach.
    bool insert(std::span<const double> row, std::uint64_t tag = 0);

    /// The same where no later row dominates an earlier one (rows come sorted): nothing ever goes.
    bool insertLater(std::span<const double> row, std::uint64_t tag = 0);

    std::size_t size() const { return m_count; }
    std::size_t width() const { return m_width; }
    void clear();

    /// Calls `visit(row, tag)` for every kept row, in no useful order.
    template <class Visit> void forEach(Visit visit) const
    {
        std::vector<double> row(m_width);
        for (const Node& node : m_nodes)
            for (std::uint32_t r = 0; r < node.rows; ++r) {
                for (std::size_t d = 0; d < m_width; ++d) row[d] = at(node, d, r);
                visit(std::span<const double>(row), m_tags[node.block * kBlock + r]);
            }
    }

private:
    static constexpr std::uint32_t kBlock = 32;
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    struct Node {
        std::uint32_t left = kNone, right = kNone; ///< kNone: a leaf
        std::uint32_t block = 0;                   ///< of a leaf
        std::uint32_t rows = 0;                    ///< in a leaf's block
        std::uint32_t below = 0;                   ///< rows of the whole subtree
        std::uint32_t split_by = 0;
        double split_at = 0;
    };

    double at(const Node& leaf, std::size_t d, std::uint32_t r) const
    {
        return m_values[(leaf.block * m_width + d) * kBlock + r];
    }
    double& at(const Node& leaf, std::size_t d, std::uint32_t r)
    {
        return m_values[(leaf.block * m_width + d) * kBlock + r];
    }
    const double* low(std::size_t node) const { return m_boxes.data() + 2 * node * m_width; }
    double* low(std::size_t node) { return m_boxes.data() + 2 * node * m_width; }

    std::uint32_t addNode();
    std::uint32_t addBlock();
    bool coveredBelow(std::uint32_t node, const double* row);
    bool leafCovers(const Node& leaf, const double* row);
    void removeDominated(std::uint32_t node, const double* row);
    void place(const double* row, std::uint64_t tag);
    void append(std::uint32_t node, const double* row, std::uint64_t tag);
    void splitLeaf(std::uint32_t node);

    std::size_t m_width;
    std::size_t m_count = 0;
    std::vector<Node> m_nodes;
    std::vector<double> m_boxes;  ///< per node its least and its largest values
    std::vector<double> m_values; ///< per block and objective kBlock values
    std::vector<std::uint64_t> m_tags;
    std::vector<double> m_last;   ///< the row that last turned another away: often does so again
    bool m_has_last = false;
    bool m_equal = false; ///< the last covering row may equal the one it covered
};

} // namespace cutline
