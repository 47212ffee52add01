// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace cutline {

/// Rows none of which dominates another, growing one at a time; smaller is better, every value finite. A tree of blocks
/// with bounding boxes in the manner of Jaszkiewicz and Lust's ND-tree (IEEE TEVC 2018): a question walks only blocks
/// whose best corner is no worse than the row, and ends at once where a block's worst corner is no worse. A front lies
/// across the way from its best corner to its worst one, so blocks are told apart by the sum of their rows' values, too.
class ParetoArchive {
public:
    explicit ParetoArchive(std::size_t width);

    /// What the last answers leave behind for the next ones: one per thread that asks.
    struct Hint {
        std::vector<double> row; ///< turned the last row away: often does so again; empty: none yet
        bool equal = false;      ///< the covering row may equal the one it covered
    };
    /// Some kept row is at least as good everywhere (equal rows count).
    bool covers(std::span<const double> row, Hint& hint) const;
    bool covers(std::span<const double> row) { return covers(row, m_hint); }

    /// How a row stands to the kept ones. Kept rows do not dominate each other, so a row that one dominates equals none.
    enum class Standing : std::uint8_t { Free, Dominated, MaybeEqual };
    Standing standing(std::span<const double> row, Hint& hint) const;
    Standing standing(std::span<const double> row) { return standing(row, m_hint); }

    /// Some kept row that is at least as good everywhere has a tag that `accept` takes; asks until one is taken.
    template <class Accept> bool anyCover(std::span<const double> row, Accept accept) const
    {
        return anyCoverBelow(0, row.data(), sumOf(row.data()), accept);
    }
    /// Kept rows that are nowhere better than this one and whose tags `drop` takes go.
    template <class Drop> void removeCovered(std::span<const double> row, Drop drop)
    {
        removeCoveredBelow(0, row.data(), sumOf(row.data()), drop);
    }
    /// Adds a row whatever the kept ones are.
    void add(std::span<const double> row, std::uint64_t tag)
    {
        if (m_added > kRebuilt + m_count) rebuild();
        place(row.data(), tag);
    }

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

    /// All kept rows, one after another.
    void appendRows(std::vector<double>& rows) const
    {
        forEach([&](std::span<const double> row, std::uint64_t) { rows.insert(rows.end(), row.begin(), row.end()); });
    }

private:
    static constexpr std::uint32_t kBlock = 32;
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    static constexpr std::size_t kRebuilt = 1000; ///< so many rows more than are there are added between two trees
    struct Node {
        std::uint32_t left = kNone, right = kNone; ///< kNone: a leaf
        std::uint32_t block = 0;                   ///< of a leaf
        std::uint32_t rows = 0;                    ///< in a leaf's block
        std::uint32_t below = 0;                   ///< rows of the whole subtree
        std::uint32_t split_by = 0;
        double split_at = 0;
        double least_sum = std::numeric_limits<double>::infinity(), most_sum = -least_sum; ///< of all rows below
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
    static bool noWorse(const double* a, const double* b, std::size_t width)
    {
        for (std::size_t d = 0; d < width; ++d)
            if (a[d] > b[d]) return false;
        return true;
    }
    /// Grows with every value, rounding or not.
    double sumOf(const double* row) const
    {
        double sum = 0;
        for (std::size_t d = 0; d < m_width; ++d) sum += row[d] * m_scale[d];
        return sum;
    }
    bool coveredBelow(std::uint32_t node, const double* row, double sum, Hint& hint) const;
    bool leafCovers(const Node& leaf, const double* row, Hint& hint) const;
    /// For each row of a leaf's block whether it is worse than `row` in something.
    void markWorse(const Node& leaf, const double* row, std::uint64_t* worse) const;
    void markBetter(const Node& leaf, const double* row, std::uint64_t* better) const; ///< likewise
    template <class Accept> bool anyCoverBelow(std::uint32_t index, const double* row, double sum, Accept& accept) const
    {
        const Node& node = m_nodes[index];
        if (node.below == 0 || node.least_sum > sum || !noWorse(low(index), row, m_width)) return false;
        if (node.left != kNone) return anyCoverBelow(node.left, row, sum, accept) || anyCoverBelow(node.right, row, sum, accept);
        std::uint64_t worse[kBlock] = {};
        markWorse(node, row, worse);
        for (std::uint32_t r = 0; r < node.rows; ++r)
            if (worse[r] == 0 && accept(m_tags[node.block * kBlock + r])) return true;
        return false;
    }
    template <class Drop> void removeCoveredBelow(std::uint32_t index, const double* row, double sum, Drop& drop)
    {
        Node& node = m_nodes[index];
        if (node.below == 0 || node.most_sum < sum || !noWorse(row, low(index) + m_width, m_width)) return;
        if (node.left != kNone) {
            removeCoveredBelow(node.left, row, sum, drop);
            removeCoveredBelow(node.right, row, sum, drop);
            node.below = m_nodes[node.left].below + m_nodes[node.right].below;
            return;
        }
        std::uint64_t better[kBlock] = {};
        markBetter(node, row, better);
        for (std::uint32_t r = node.rows; r-- > 0;)
            if (better[r] == 0 && drop(m_tags[node.block * kBlock + r])) removeRow(node, r);
        node.below = node.rows;
    }
    void removeRow(Node& leaf, std::uint32_t r);
    void place(const double* row, std::uint64_t tag);
    void widen(std::uint32_t node, const double* row, double sum);
    void append(std::uint32_t node, const double* row, double sum, std::uint64_t tag);
    void splitLeaf(std::uint32_t node);
    void rebuild();

    std::size_t m_width;
    std::size_t m_count = 0;
    std::size_t m_added = 0;      ///< since the tree was built anew
    std::vector<double> m_scale;  ///< of values in sums: what makes the first row's alike
    std::vector<Node> m_nodes;
    std::vector<double> m_boxes;  ///< per node its least and its largest values
    std::vector<double> m_values; ///< per block and objective kBlock values
    std::vector<std::uint64_t> m_tags;
    Hint m_hint;
};

} // namespace cutline
