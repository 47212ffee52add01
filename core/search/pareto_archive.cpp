// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/pareto_archive.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace cutline {
namespace {

constexpr std::uint32_t kLanes = 32;

// With wider registers where the machine has them.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define CUTLINE_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CUTLINE_WIDE
#endif

/// Marks the lanes in which some value is above the row's.
CUTLINE_WIDE void markAbove(const double* values, const double* row, std::size_t width, std::uint64_t* marks)
{
    for (std::size_t d = 0; d < width; ++d) {
        const double limit = row[d];
        for (std::uint32_t r = 0; r < kLanes; ++r)
            marks[r] |= values[d * kLanes + r] > limit ? ~std::uint64_t{0} : std::uint64_t{0};
    }
}

/// Marks the lanes in which some value is below the row's.
CUTLINE_WIDE void markBelow(const double* values, const double* row, std::size_t width, std::uint64_t* marks)
{
    for (std::size_t d = 0; d < width; ++d) {
        const double limit = row[d];
        for (std::uint32_t r = 0; r < kLanes; ++r)
            marks[r] |= values[d * kLanes + r] < limit ? ~std::uint64_t{0} : std::uint64_t{0};
    }
}

/// What makes a value 1, within reason.
double scaleOf(double value)
{
    const double size = std::abs(value);
    return size > 1e-30 && size < 1e30 ? 1 / size : 1;
}

} // namespace

ParetoArchive::ParetoArchive(std::size_t width) : m_width(width)
{
    assert(width > 0);
    clear();
}

void ParetoArchive::clear()
{
    m_count = m_added = 0;
    m_nodes.clear();
    m_boxes.clear();
    m_values.clear();
    m_tags.clear();
    m_hint = {};
    m_scale.assign(m_width, 1);
    m_nodes[addNode()].block = addBlock();
}

std::uint32_t ParetoArchive::addNode()
{
    m_nodes.emplace_back();
    m_boxes.insert(m_boxes.end(), m_width, std::numeric_limits<double>::infinity());
    m_boxes.insert(m_boxes.end(), m_width, -std::numeric_limits<double>::infinity());
    return static_cast<std::uint32_t>(m_nodes.size() - 1);
}

std::uint32_t ParetoArchive::addBlock()
{
    m_tags.resize(m_tags.size() + kBlock);
    // Unused places hold infinity, so that a leaf can be asked as a whole.
    m_values.resize(m_values.size() + m_width * kBlock, std::numeric_limits<double>::infinity());
    return static_cast<std::uint32_t>(m_tags.size() / kBlock - 1);
}

void ParetoArchive::markWorse(const Node& leaf, const double* row, std::uint64_t* worse) const
{
    static_assert(kBlock == kLanes);
    markAbove(m_values.data() + leaf.block * m_width * kBlock, row, m_width, worse);
}

void ParetoArchive::markBetter(const Node& leaf, const double* row, std::uint64_t* better) const
{
    markBelow(m_values.data() + leaf.block * m_width * kBlock, row, m_width, better);
}

bool ParetoArchive::leafCovers(const Node& leaf, const double* row, Hint& hint) const
{
    std::uint64_t worse[kBlock] = {};
    markWorse(leaf, row, worse);
    const auto* found = std::find(worse, worse + leaf.rows, std::uint64_t{0});
    if (found == worse + leaf.rows) return false;
    const auto r = static_cast<std::uint32_t>(found - worse);
    hint.row.resize(m_width);
    for (std::size_t d = 0; d < m_width; ++d) hint.row[d] = at(leaf, d, r);
    hint.equal = std::equal(hint.row.begin(), hint.row.end(), row);
    return true;
}

bool ParetoArchive::coveredBelow(std::uint32_t index, const double* row, double sum, Hint& hint) const
{
    const Node& node = m_nodes[index];
    if (node.below == 0 || node.least_sum > sum || !noWorse(low(index), row, m_width)) return false;
    const double* worst = low(index) + m_width;
    if (noWorse(worst, row, m_width)) {
        hint.equal = std::equal(worst, worst + m_width, row);
        return true;
    }
    if (node.left == kNone) return leafCovers(node, row, hint);
    return coveredBelow(node.left, row, sum, hint) || coveredBelow(node.right, row, sum, hint);
}

bool ParetoArchive::covers(std::span<const double> row, Hint& hint) const
{
    if (!hint.row.empty() && noWorse(hint.row.data(), row.data(), m_width)) {
        hint.equal = std::equal(hint.row.begin(), hint.row.end(), row.begin());
        return true;
    }
    return coveredBelow(0, row.data(), sumOf(row.data()), hint);
}

ParetoArchive::Standing ParetoArchive::standing(std::span<const double> row, Hint& hint) const
{
    if (!covers(row, hint)) return Standing::Free;
    return hint.equal ? Standing::MaybeEqual : Standing::Dominated;
}

void ParetoArchive::removeRow(Node& leaf, std::uint32_t r)
{
    const std::uint32_t last = --leaf.rows;
    for (std::size_t d = 0; d < m_width; ++d) {
        at(leaf, d, r) = at(leaf, d, last);
        at(leaf, d, last) = std::numeric_limits<double>::infinity();
    }
    m_tags[leaf.block * kBlock + r] = m_tags[leaf.block * kBlock + last];
    --m_count;
}

/// One more row below the node.
void ParetoArchive::widen(std::uint32_t index, const double* row, double sum)
{
    Node& node = m_nodes[index];
    ++node.below;
    node.least_sum = std::min(node.least_sum, sum);
    node.most_sum = std::max(node.most_sum, sum);
    double *least = low(index), *most = least + m_width;
    for (std::size_t d = 0; d < m_width; ++d) {
        least[d] = std::min(least[d], row[d]);
        most[d] = std::max(most[d], row[d]);
    }
}

void ParetoArchive::append(std::uint32_t index, const double* row, double sum, std::uint64_t tag)
{
    widen(index, row, sum);
    Node& leaf = m_nodes[index];
    for (std::size_t d = 0; d < m_width; ++d) at(leaf, d, leaf.rows) = row[d];
    m_tags[leaf.block * kBlock + leaf.rows] = tag;
    ++leaf.rows;
}

void ParetoArchive::splitLeaf(std::uint32_t index)
{
    // The objective with the widest spread for its own size parts the rows best; half go to either side.
    const Node full = m_nodes[index];
    std::size_t by = 0;
    double widest = -1;
    for (std::size_t d = 0; d < m_width; ++d) {
        const double least = low(index)[d], most = low(index)[m_width + d], whole = low(0)[m_width + d] - low(0)[d];
        const double spread = whole > 0 ? (most - least) / whole : 0;
        if (spread > widest) {
            widest = spread;
            by = d;
        }
    }
    std::vector<std::uint32_t> order(full.rows);
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return at(full, by, a) < at(full, by, b); });
    std::vector<double> values(full.rows * m_width);
    std::vector<std::uint64_t> tags(full.rows);
    for (std::uint32_t r = 0; r < full.rows; ++r) {
        for (std::size_t d = 0; d < m_width; ++d) values[r * m_width + d] = at(full, d, order[r]);
        tags[r] = m_tags[full.block * kBlock + order[r]];
    }
    std::fill_n(m_values.begin() + static_cast<std::ptrdiff_t>(full.block * m_width * kBlock), m_width * kBlock,
                std::numeric_limits<double>::infinity());
    const std::uint32_t left = addNode(), right = addNode(), block = addBlock();
    m_nodes[left].block = full.block;
    m_nodes[right].block = block;
    const std::uint32_t half = full.rows / 2;
    for (std::uint32_t r = 0; r < full.rows; ++r)
        append(r < half ? left : right, values.data() + r * m_width, sumOf(values.data() + r * m_width), tags[r]);
    Node& node = m_nodes[index];
    node.left = left;
    node.right = right;
    node.rows = 0;
    node.split_by = static_cast<std::uint32_t>(by);
    node.split_at = values[half * m_width + by];
}

/// Blocks as they would be had all rows come at once: boxes do not shrink when rows go, and the first rows say little of where
/// the others lie.
void ParetoArchive::rebuild()
{
    std::vector<double> rows;
    std::vector<std::uint64_t> tags;
    forEach([&](std::span<const double> row, std::uint64_t tag) {
        rows.insert(rows.end(), row.begin(), row.end());
        tags.push_back(tag);
    });
    const Hint hint = m_hint;
    clear();
    m_hint = hint;
    std::vector<std::uint32_t> order(tags.size());
    std::iota(order.begin(), order.end(), 0u);
    // A random order splits blocks about where the median of all lies.
    std::shuffle(order.begin(), order.end(), std::minstd_rand(1));
    for (const std::uint32_t r : order) place(rows.data() + r * m_width, tags[r]);
    m_added = 0;
}

void ParetoArchive::place(const double* row, std::uint64_t tag)
{
    if (m_count == 0)
        for (std::size_t d = 0; d < m_width; ++d) m_scale[d] = scaleOf(row[d]);
    const double sum = sumOf(row);
    std::uint32_t index = 0;
    for (;;) {
        if (m_nodes[index].left == kNone) {
            if (m_nodes[index].rows < kBlock) break;
            splitLeaf(index);
        }
        widen(index, row, sum);
        const Node& node = m_nodes[index];
        index = row[node.split_by] < node.split_at ? node.left : node.right;
    }
    append(index, row, sum, tag);
    ++m_count;
    ++m_added;
}

bool ParetoArchive::insert(std::span<const double> row, std::uint64_t tag)
{
    if (covers(row)) return false;
    removeCovered(row, [](std::uint64_t) { return true; });
    place(row.data(), tag);
    return true;
}

bool ParetoArchive::insertLater(std::span<const double> row, std::uint64_t tag)
{
    if (covers(row)) return false;
    place(row.data(), tag);
    return true;
}

} // namespace cutline
