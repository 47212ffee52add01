// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/down_sets.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <unordered_map>

namespace cutline {
namespace {

/// Memory that the sets' bits may take; a wide and long graph reaches this before it reaches a cap in sets. What is
/// nearly a chain may take more than others: it is worth it.
constexpr std::size_t kBitsLimitBytes = std::size_t{512} << 20, kWideBitsLimitBytes = std::size_t{128} << 20;
constexpr std::size_t kNearlyChain = 4; ///< times as many sets as a chain has

std::size_t mostSets(std::size_t groups, std::size_t words, std::size_t cap)
{
    if (words == 0) return std::max<std::size_t>(2, cap);
    const std::size_t bytes = words * sizeof(std::uint64_t);
    const std::size_t wide = std::max(kWideBitsLimitBytes / bytes, kNearlyChain * (groups + 1));
    return std::max<std::size_t>(2, std::min({cap, wide, kBitsLimitBytes / bytes}));
}

/// A well-mixed 64-bit number for each group (splitmix64): a set's hash is the exclusive or of its members'.
std::uint64_t hashOf(std::uint64_t group)
{
    std::uint64_t z = (group + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

void sortUnique(std::vector<std::uint32_t>& values)
{
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// The sets of one size while the next size grows from them.
struct Level {
    std::vector<std::uint64_t> bits;
    std::vector<std::uint64_t> hash;
    std::vector<std::vector<std::uint32_t>> ready; ///< groups that may be added, ascending

    std::size_t size() const { return hash.size(); }
};

/// The order of sets within a size, as positions: the one that has the first differing group comes first.
std::vector<std::uint32_t> sortedMembers(const Level& level, std::size_t words)
{
    std::vector<std::uint32_t> order(level.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        for (std::size_t w = 0; w < words; ++w) {
            const std::uint64_t left = level.bits[a * words + w], right = level.bits[b * words + w];
            if (left == right) continue;
            return ((left >> std::countr_zero(left ^ right)) & 1) != 0;
        }
        return false;
    });
    return order;
}

Level reordered(Level level, std::span<const std::uint32_t> order, std::size_t words)
{
    Level sorted;
    sorted.bits.reserve(level.bits.size());
    for (const std::uint32_t i : order) {
        const auto at = level.bits.begin() + static_cast<std::ptrdiff_t>(i * words);
        sorted.bits.insert(sorted.bits.end(), at, at + static_cast<std::ptrdiff_t>(words));
        sorted.hash.push_back(level.hash[i]);
        sorted.ready.push_back(std::move(level.ready[i]));
    }
    return sorted;
}

/// Builds one level from the one before; finds equal sets by hash and comparison.
class Grower {
public:
    Grower(const GroupGraph& groups, std::size_t words) : m_groups(groups), m_words(words), m_candidate(words) {}

    /// Position of `from` + `group` in `next`, added where it is new.
    std::uint32_t add(const Level& level, std::size_t from, std::uint32_t group, Level& next)
    {
        const auto* base = level.bits.data() + from * m_words;
        std::copy(base, base + m_words, m_candidate.begin());
        m_candidate[group / 64] |= std::uint64_t{1} << (group % 64);
        const std::uint64_t hash = level.hash[from] ^ hashOf(group);
        const auto [first, last] = m_found.equal_range(hash);
        for (auto at = first; at != last; ++at)
            if (std::equal(m_candidate.begin(), m_candidate.end(), next.bits.data() + at->second * m_words))
                return at->second;
        const auto position = static_cast<std::uint32_t>(next.size());
        m_found.emplace(hash, position);
        next.bits.insert(next.bits.end(), m_candidate.begin(), m_candidate.end());
        next.hash.push_back(hash);
        next.ready.push_back(readyAfter(level.ready[from], group));
        return position;
    }

    void startLevel() { m_found.clear(); }

private:
    bool holds(std::uint32_t group) const { return (m_candidate[group / 64] >> (group % 64)) & 1; }

    std::vector<std::uint32_t> readyAfter(const std::vector<std::uint32_t>& ready, std::uint32_t group) const
    {
        std::vector<std::uint32_t> result;
        result.reserve(ready.size() + 1);
        for (const std::uint32_t g : ready)
            if (g != group) result.push_back(g);
        const std::size_t kept = result.size();
        for (const std::uint32_t g : m_groups.after[group]) {
            const auto& before = m_groups.before[g];
            if (std::all_of(before.begin(), before.end(), [&](std::uint32_t p) { return holds(p); }))
                result.push_back(g);
        }
        std::inplace_merge(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(kept), result.end());
        return result;
    }

    const GroupGraph& m_groups;
    std::size_t m_words;
    std::vector<std::uint64_t> m_candidate;
    std::unordered_multimap<std::uint64_t, std::uint32_t> m_found;
};

/// More down-sets than `cap` for certain: wherever r groups are ready at once, any of their 2^r subsets makes one. Takes
/// the graph apart by the group that makes most others ready, in time linear in the edges for graphs that go on.
bool isBeyond(const GroupGraph& groups, std::size_t cap)
{
    const auto limit = static_cast<std::size_t>(std::bit_width(cap)); // 2^limit > cap
    std::vector<std::size_t> waiting(groups.before.size());
    std::vector<std::uint32_t> ready;
    for (std::uint32_t g = 0; g < waiting.size(); ++g)
        if ((waiting[g] = groups.before[g].size()) == 0) ready.push_back(g);
    const auto freed = [&](std::uint32_t group) {
        return std::count_if(groups.after[group].begin(), groups.after[group].end(),
                             [&](std::uint32_t g) { return waiting[g] == 1; });
    };
    while (!ready.empty()) {
        if (ready.size() >= limit) return true;
        const auto best = std::max_element(ready.begin(), ready.end(),
                                           [&](std::uint32_t a, std::uint32_t b) { return freed(a) < freed(b); });
        const std::uint32_t group = *best;
        ready.erase(best);
        for (const std::uint32_t g : groups.after[group])
            if (--waiting[g] == 0) ready.push_back(g);
    }
    return false;
}

Level emptySet(const GroupGraph& groups, std::size_t words)
{
    Level level;
    level.bits.assign(words, 0);
    level.hash.push_back(0);
    level.ready.emplace_back();
    for (std::uint32_t g = 0; g < groups.before.size(); ++g)
        if (groups.before[g].empty()) level.ready.back().push_back(g);
    return level;
}

} // namespace

GroupGraph::GroupGraph(const Graph& graph, const Fusion& fusion)
    : before(fusion.groups.size()), after(fusion.groups.size())
{
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const std::uint32_t group = fusion.group_of[l];
        for (const LayerId p : graph.predecessors(LayerId{l})) {
            const std::uint32_t from = fusion.group_of[p.index()];
            if (from == group) continue;
            before[group].push_back(from);
            after[from].push_back(group);
        }
    }
    for (auto& list : before) sortUnique(list);
    for (auto& list : after) sortUnique(list);
}

DownSets::DownSets(const Graph& graph, const Fusion& fusion, std::size_t cap, Progress& progress)
    : m_words((fusion.groups.size() + 63) / 64), m_group_count(fusion.groups.size())
{
    grow(GroupGraph(graph, fusion), mostSets(m_group_count, m_words, cap), progress);
}

void DownSets::grow(const GroupGraph& groups, std::size_t cap, Progress& progress)
{
    Level level = emptySet(groups, m_words);
    if (isBeyond(groups, cap)) {
        append(level.bits, 0);
        return closeEarly();
    }
    m_bits.reserve(std::min(cap, m_group_count + 1) * m_words); // there are no fewer
    Grower grower(groups, m_words);
    std::vector<std::uint64_t> first_of_set; // of the level's sets, into `steps`
    std::vector<Step> steps;                 // with positions in the next level
    append(level.bits, 0);
    for (std::uint32_t size = 0; size < m_group_count; ++size) {
        Level next;
        first_of_set.clear();
        steps.clear();
        grower.startLevel();
        for (std::size_t s = 0; s < level.size(); ++s) {
            first_of_set.push_back(steps.size());
            for (const std::uint32_t g : level.ready[s]) steps.push_back({grower.add(level, s, g, next), g});
            const bool full = m_size.size() + next.size() > cap;
            if (full || ((s & 255) == 0 && progress.cancelled())) return closeEarly();
        }
        first_of_set.push_back(steps.size());
        const auto order = sortedMembers(next, m_words);
        std::vector<std::uint32_t> rank(order.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
        const auto first_next = static_cast<std::uint32_t>(m_size.size());
        for (Step& step : steps) step.next = first_next + rank[step.next];
        for (std::size_t s = 0; s + 1 < first_of_set.size(); ++s) {
            const auto from = steps.begin() + static_cast<std::ptrdiff_t>(first_of_set[s]);
            const auto to = steps.begin() + static_cast<std::ptrdiff_t>(first_of_set[s + 1]);
            std::sort(from, to, [](const Step& a, const Step& b) { return a.next < b.next; });
            m_steps.insert(m_steps.end(), from, to);
            m_first_step.push_back(m_steps.size());
        }
        level = reordered(std::move(next), order, m_words);
        append(level.bits, size + 1);
    }
    m_first_step.resize(m_size.size() + 1, m_steps.size());
}

DownSets DownSets::alongOrder(const Graph& graph, const Fusion& fusion, std::span<const std::uint32_t> order)
{
    DownSets sets;
    sets.m_group_count = fusion.groups.size();
    sets.m_words = (sets.m_group_count + 63) / 64;
    std::vector<std::uint64_t> bits(sets.m_words, 0);
    sets.append(bits, 0);
    const GroupGraph groups(graph, fusion);
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        bits[order[i] / 64] |= std::uint64_t{1} << (order[i] % 64);
        sets.append(bits, i + 1);
        sets.m_steps.push_back({i + 1, order[i]});
        sets.m_first_step.push_back(sets.m_steps.size());
        // Only where every group waits for the one before it is there no other down-set.
        const auto& before = groups.before[order[i]];
        if (i > 0 && !std::binary_search(before.begin(), before.end(), order[i - 1])) sets.m_complete = false;
    }
    sets.m_first_step.push_back(sets.m_steps.size());
    return sets;
}

void DownSets::append(std::span<const std::uint64_t> bits, std::uint32_t size)
{
    m_bits.insert(m_bits.end(), bits.begin(), bits.end());
    const std::size_t count = m_words == 0 ? 1 : bits.size() / m_words;
    for (std::size_t s = 0; s < count; ++s) {
        const auto words = bits.subspan(s * m_words, m_words);
        std::uint32_t absent = 0, end = 0;
        for (std::size_t w = 0; w < m_words; ++w) {
            const auto base = static_cast<std::uint32_t>(64 * w);
            if (absent == base) absent += static_cast<std::uint32_t>(std::countr_one(words[w]));
            if (words[w] != 0) end = base + 64 - static_cast<std::uint32_t>(std::countl_zero(words[w]));
        }
        m_size.push_back(size);
        m_first_absent.push_back(absent);
        m_end.push_back(end);
    }
}

void DownSets::closeEarly()
{
    m_complete = false;
    std::vector<std::uint64_t> all(m_words, ~std::uint64_t{0});
    if (m_group_count % 64 != 0) all.back() = (std::uint64_t{1} << (m_group_count % 64)) - 1;
    append(all, static_cast<std::uint32_t>(m_group_count));
    m_first_step.resize(m_size.size() + 1, m_steps.size());
}

bool DownSets::isSubset(std::size_t inner, std::size_t outer) const
{
    if (m_end[inner] <= m_first_absent[outer]) return true;
    if (m_size[inner] > m_size[outer] || m_first_absent[inner] > m_first_absent[outer] || m_end[inner] > m_end[outer])
        return false;
    const auto a = bits(inner), b = bits(outer);
    for (std::size_t w = m_first_absent[outer] / 64; w < m_words; ++w)
        if ((a[w] & ~b[w]) != 0) return false;
    return true;
}

std::span<const DownSets::Step> DownSets::steps(std::size_t set) const
{
    return {m_steps.data() + m_first_step[set], m_first_step[set + 1] - m_first_step[set]};
}

} // namespace cutline
