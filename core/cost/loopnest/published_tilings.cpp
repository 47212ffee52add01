// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/published_tilings.h"

#include "core/cost/loopnest/analysis.h"

#include <algorithm>

namespace cutline::loopnest {

namespace {

/// A place where a dim may have a factor.
struct Slot {
    std::size_t level = 0;
    bool spatial = false;
    std::uint32_t fixed = 0; ///< 0: free
};

/// Slots of a dim, inner to outer, a fan-out before its level's loops. A fan-out that only one dim may use is filled.
std::vector<Slot> slotsOf(const Machine& machine, std::size_t dim)
{
    std::vector<Slot> slots;
    for (std::size_t i = 0; i < machine.levels.size(); ++i) {
        const MachineLevel& level = machine.levels[i];
        if ((level.spatial & bit(dim)) != 0) {
            std::uint32_t fixed = level.spatial_fixed[dim];
            if (fixed == 0 && level.spatial == bit(dim) && level.fan_out > 1) fixed = level.fan_out;
            slots.push_back({i, true, fixed});
        }
        if ((level.temporal & bit(dim)) != 0) slots.push_back({i, false, 0});
    }
    return slots;
}

/// 1, n, 2, n/2, 3, ...
std::vector<std::uint32_t> candidateFactors(std::uint32_t n)
{
    std::vector<std::uint32_t> factors;
    for (std::uint32_t i = 1; std::uint64_t{i} * i <= n; ++i) {
        if (n % i != 0) continue;
        factors.push_back(i);
        if (i != n / i) factors.push_back(n / i);
    }
    return factors;
}

/// Settles the slots that do not choose: `fixed` is then the factor, or 0. Returns what is left for the free ones.
std::uint32_t settle(std::vector<Slot>& slots, std::uint32_t size)
{
    std::uint32_t rest = size;
    for (Slot& slot : slots) {
        slot.fixed = slot.fixed > 0 ? fixedFactor(slot.fixed, size) : 0;
        if (slot.fixed > 0 && rest % slot.fixed != 0) slot.fixed = 0;
        if (slot.fixed > 0) rest /= slot.fixed;
    }
    return rest;
}

} // namespace

PublishedTilings::PublishedTilings(const Machine& machine, const NestShape& shape) : m_machine(machine), m_shape(shape)
{
    for (std::size_t i = 0; i < machine.levels.size(); ++i) m_capacity[i] = machine.levels[i].capacity;
    for (std::size_t dim = 0; dim < G; ++dim) {
        listSplits(dim);
        m_block[dim] = m_count;
        m_count *= m_splits[dim].size();
        numberSpreads(dim);
        findFitting(dim);
    }
}

/// Every way to write a dim's size as a product over its slots: recursion from the last free slot, the first takes the
/// rest. No way: the dim has nowhere to go.
void PublishedTilings::listSplits(std::size_t dim)
{
    const std::uint32_t size = m_shape.size[dim];
    std::vector<Slot> slots = slotsOf(m_machine, dim);
    const std::uint32_t left = settle(slots, size);
    Split now;
    now.spatial.fill(1);
    now.temporal.fill(1);
    const auto place = [&](const Slot& slot) -> std::uint32_t& {
        return (slot.spatial ? now.spatial : now.temporal)[slot.level];
    };
    for (const Slot& slot : slots)
        if (slot.fixed > 0) place(slot) = slot.fixed;
    std::erase_if(slots, [](const Slot& slot) { return slot.fixed > 0; });
    const auto keep = [&] {
        std::uint32_t extent = 1;
        for (std::size_t i = 0; i < m_machine.levels.size(); ++i) now.extent[i] = extent *= now.spatial[i] * now.temporal[i];
        m_splits[dim].push_back(now);
    };
    const std::vector<std::uint32_t> factors = candidateFactors(size);
    const auto choose = [&](auto&& self, std::size_t count, std::uint32_t rest) -> void {
        if (count == 1) {
            place(slots[0]) = rest;
            return keep();
        }
        for (const std::uint32_t factor : factors) {
            if (rest % factor != 0) continue;
            place(slots[count - 1]) = factor;
            self(self, count - 1, rest / factor);
        }
    };
    if (!slots.empty()) choose(choose, slots.size(), left);
    else if (left == 1) keep();
}

void PublishedTilings::numberSpreads(std::size_t dim)
{
    const auto mixed = [](const Split& split) {
        std::uint64_t mix = 0;
        for (const std::uint32_t factor : split.spatial) mix = mix * 1000003 + factor;
        return mix;
    };
    std::vector<std::pair<std::uint64_t, const Split*>> seen;
    for (Split& split : m_splits[dim]) {
        const std::uint64_t mix = mixed(split);
        std::size_t at = 0;
        while (at < seen.size() && (seen[at].first != mix || seen[at].second->spatial != split.spatial)) ++at;
        if (at == seen.size()) seen.emplace_back(mix, &split);
        split.spread = at;
    }
    m_spreads[dim] = std::max<std::uint64_t>(seen.size(), 1);
}

void PublishedTilings::findFitting(std::size_t dim)
{
    std::array<Used, kMaxLevels> alone{}, after{};
    auto next = static_cast<std::uint32_t>(m_splits[dim].size());
    for (std::uint32_t i = next; i-- > 0;) {
        Split& split = m_splits[dim][i];
        if (add(dim, split, alone.data(), after.data())) next = i;
        split.fitting = next;
    }
}

std::uint64_t PublishedTilings::spreadKey() const
{
    std::uint64_t key = 0;
    for (std::size_t dim = 0; dim < G; ++dim) key = key * m_spreads[dim] + m_splits[dim][m_digit[dim]].spread;
    return key;
}

/// False where the fan-outs or tiles of some level are too large already: they only grow with further dims.
bool PublishedTilings::add(std::size_t dim, const Split& split, const Used* before, Used* after) const
{
    for (std::size_t i = 0; i < m_machine.levels.size(); ++i) {
        const MachineLevel& level = m_machine.levels[i];
        Used& used = after[i];
        used = before[i];
        const std::uint32_t extent = split.extent[i];
        if (level.spatial_max[dim] > 0 && split.spatial[i] > level.spatial_max[dim]) return false;
        if ((used.fan_out *= split.spatial[i]) > level.fan_out) return false;
        double channels = 1;
        switch (dim) {
            case Q: used.columns = windowLength(extent, 1, m_shape.stride_q, m_shape.dilation_s); break;
            case P: used.rows = windowLength(extent, 1, m_shape.stride_p, m_shape.dilation_r); break;
            case S: used.columns += (double{1} * extent - 1) * m_shape.dilation_s; break;
            case R: used.rows += (double{1} * extent - 1) * m_shape.dilation_r; break;
            case C: channels = extent; break;
            default: break;
        }
        if (isRelevant(Weights, dim)) used.weights *= extent;
        if (isRelevant(Outputs, dim)) used.outputs *= extent;
        const double words = (level.keeps[Weights] ? used.weights : 0) + (level.keeps[Outputs] ? used.outputs : 0)
                             + (level.keeps[Inputs] ? channels * used.rows * used.columns : 0);
        if (words > m_capacity[i]) return false;
    }
    return true;
}

std::uint64_t PublishedTilings::moveTo(std::uint64_t index)
{
    // The slowest digit that changes, the faster ones with it.
    std::size_t from = 0;
    std::uint64_t rest = index;
    for (std::size_t dim = 0; dim < G; ++dim) {
        const std::uint64_t size = m_splits[dim].size(), next = rest / size;
        const auto digit = static_cast<std::uint32_t>(rest - next * size);
        if (digit != m_digit[dim]) from = dim;
        m_digit[dim] = digit;
        rest = next;
    }
    from = std::max(from + 1, m_known);
    for (std::size_t dim = from; dim-- > 0;) {
        m_known = dim + 1;
        const Split& split = m_splits[dim][m_digit[dim]];
        const std::uint64_t block = m_block[dim];
        if (split.fitting != m_digit[dim]) return (split.fitting - m_digit[dim]) * block - index % block;
        if (!add(dim, split, m_used[dim + 1].data(), m_used[dim].data())) return block - index % block;
    }
    m_known = 0;
    return 0;
}

} // namespace cutline::loopnest
