// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/published_search.h"

#include "core/cost/loopnest/analysis.h"

#include <algorithm>
#include <numeric>

namespace cutline::loopnest {

namespace {

constexpr std::uint64_t kStreams = 8;
constexpr int kPatience = 100;
constexpr double kTolerance = 0.001;

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

/// Every way to write `n` as a product over `count` slots: recursion from the last slot, the first takes the rest.
void splitInto(std::uint32_t n, std::size_t count, const std::vector<std::uint32_t>& factors,
               std::vector<std::uint32_t>& tail, std::vector<std::vector<std::uint32_t>>& out)
{
    if (count == 1) {
        std::vector<std::uint32_t> split{n};
        split.insert(split.end(), tail.rbegin(), tail.rend());
        out.push_back(std::move(split));
        return;
    }
    for (const std::uint32_t factor : factors) {
        if (n % factor != 0) continue;
        tail.push_back(factor);
        splitInto(n / factor, count - 1, factors, tail, out);
        tail.pop_back();
    }
}

/// The slots of one dim and every choice of factors for them; no choice: the dim has nowhere to go.
struct DimChoices {
    std::vector<Slot> slots;
    std::vector<std::vector<std::uint32_t>> splits;
};

DimChoices choicesOf(const Machine& machine, std::size_t dim, std::uint32_t size)
{
    DimChoices choices{slotsOf(machine, dim), {}};
    std::uint32_t rest = size;
    std::size_t free_slots = 0;
    for (Slot& slot : choices.slots) {
        slot.fixed = slot.fixed > 0 ? fixedFactor(slot.fixed, size) : 0;
        if (slot.fixed > 0 && rest % slot.fixed != 0) slot.fixed = 0;
        if (slot.fixed > 0) rest /= slot.fixed;
        else ++free_slots;
    }
    std::vector<std::vector<std::uint32_t>> splits;
    std::vector<std::uint32_t> tail;
    if (free_slots > 0) splitInto(rest, free_slots, candidateFactors(size), tail, splits);
    else if (rest == 1) splits.push_back({});
    for (const auto& split : splits) {
        std::vector<std::uint32_t> factors;
        std::size_t next = 0;
        for (const Slot& slot : choices.slots) factors.push_back(slot.fixed > 0 ? slot.fixed : split[next++]);
        choices.splits.push_back(std::move(factors));
    }
    return choices;
}

/// Loop orders of one level for the dims that really loop, lexicographic in the order C M R S P Q.
std::vector<std::vector<std::uint8_t>> ordersOf(const MachineLevel& level, const Sizes& temporal)
{
    const auto loops = [&](std::uint8_t dim) { return temporal[dim] > 1; };
    std::vector<std::vector<std::uint8_t>> orders;
    if (level.orders.empty()) {
        std::vector<std::uint8_t> order;
        for (std::uint8_t dim = 0; dim < G; ++dim)
            if (loops(dim)) order.push_back(dim);
        do orders.push_back(order);
        while (std::next_permutation(order.begin(), order.end()));
        return orders;
    }
    for (std::vector<std::uint8_t> order : level.orders) {
        std::erase_if(order, [&](std::uint8_t dim) { return !loops(dim); });
        orders.push_back(std::move(order));
    }
    const auto before = [](const auto& a, const auto& b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                            [](unsigned x, unsigned y) { return x < y; });
    };
    std::sort(orders.begin(), orders.end(), before);
    orders.erase(std::unique(orders.begin(), orders.end()), orders.end());
    return orders;
}

struct Score {
    double cycles = 0, energy_pj = 0;
};

bool isBetter(const Score& candidate, const Score& incumbent)
{
    const auto gain = [](double now, double then) { return then == 0 ? (now == 0 ? 0.0 : -1.0) : (then - now) / then; };
    const double faster = gain(candidate.cycles, incumbent.cycles);
    if (std::abs(faster) > kTolerance) return faster > 0;
    const double leaner = gain(candidate.energy_pj, incumbent.energy_pj);
    if (std::abs(leaner) > kTolerance) return leaner > 0;
    return faster > 0;
}

struct Best {
    std::optional<Mapping> mapping;
    Score score;

    bool offer(const Mapping& candidate, const Score& its_score)
    {
        if (mapping && !isBetter(its_score, score)) return false;
        mapping = candidate;
        score = its_score;
        return true;
    }
};

class Search {
public:
    Search(const Machine& machine, const NestShape& shape, std::uint64_t limit)
        : m_machine(machine), m_shape(shape), m_limit(limit)
    {
        m_mapping.levels.resize(machine.levels.size());
        m_mapping.size = shape.size;
        for (std::size_t dim = 0; dim < G; ++dim) {
            m_choices[dim] = choicesOf(machine, dim, shape.size[dim]);
            m_total *= m_choices[dim].splits.size();
        }
    }

    PublishedSearch run()
    {
        Best best;
        for (std::uint64_t stream = 0; stream < kStreams && m_looked_at < m_limit; ++stream) {
            const Best found = runStream(stream);
            if (found.mapping) best.offer(*found.mapping, found.score);
        }
        return {best.mapping, m_evaluated};
    }

private:
    Best runStream(std::uint64_t stream)
    {
        Best best;
        int in_vain = 0;
        std::uint64_t index = stream;
        while (index < m_total && ++m_looked_at < m_limit) {
            const std::uint64_t skip = invalidFrom(index);
            if (skip == 0) {
                if (!tryOrders(best, in_vain)) break;
                index += kStreams;
            } else {
                index += (skip + kStreams - 1) / kStreams * kStreams;
            }
        }
        return best;
    }

    /// Sets the tiling of an index. 0 if it is valid, else how many indices from here on are not: the slowest dims are
    /// set first, and tiles only grow.
    std::uint64_t invalidFrom(std::uint64_t index)
    {
        for (LevelMapping& level : m_mapping.levels) level = LevelMapping{};
        std::uint64_t block = m_total;
        for (std::size_t dim = G; dim-- > 0;) {
            const DimChoices& choices = m_choices[dim];
            block /= choices.splits.size();
            const auto& factors = choices.splits[index / block % choices.splits.size()];
            for (std::size_t i = 0; i < factors.size(); ++i) {
                LevelMapping& level = m_mapping.levels[choices.slots[i].level];
                (choices.slots[i].spatial ? level.spatial : level.temporal)[dim] = factors[i];
            }
            if (!fits()) return block - index % block;
        }
        return 0;
    }

    bool fits() const
    {
        Sizes extent = kOnes;
        for (std::size_t i = 0; i < m_machine.levels.size(); ++i) {
            const MachineLevel& level = m_machine.levels[i];
            const LevelMapping& mapping = m_mapping.levels[i];
            double spread = 1;
            for (std::size_t dim = 0; dim < kDims; ++dim) {
                extent[dim] *= mapping.spatial[dim] * mapping.temporal[dim];
                spread *= mapping.spatial[dim];
                if (level.spatial_max[dim] > 0 && mapping.spatial[dim] > level.spatial_max[dim]) return false;
            }
            if (spread > level.fan_out) return false;
            double used = 0;
            for (std::size_t o = 0; o < kOperands; ++o)
                if (level.keeps[o]) used += tileVolume(static_cast<Operand>(o), extent, m_shape);
            if (used > level.capacity) return false;
        }
        return true;
    }

    /// All loop orders of the present tiling, the innermost level's fastest; false once patience has run out.
    bool tryOrders(Best& best, int& in_vain)
    {
        std::vector<std::vector<std::vector<std::uint8_t>>> orders;
        for (std::size_t i = 0; i < m_machine.levels.size(); ++i)
            orders.push_back(ordersOf(m_machine.levels[i], m_mapping.levels[i].temporal));
        std::vector<std::size_t> at(orders.size(), 0);
        while (true) {
            for (std::size_t i = 0; i < orders.size(); ++i) setOrder(m_mapping.levels[i], orders[i][at[i]]);
            ++m_evaluated;
            const Analysis analysis = analyse(m_machine, m_shape, m_mapping);
            in_vain = best.offer(m_mapping, {analysis.nest_cycles, analysis.energy_pj}) ? 0 : in_vain + 1;
            if (in_vain >= kPatience) return false;
            std::size_t level = 0;
            while (level < at.size() && ++at[level] == orders[level].size()) at[level++] = 0;
            if (level == at.size()) return true;
        }
    }

    static void setOrder(LevelMapping& level, const std::vector<std::uint8_t>& order)
    {
        std::size_t next = 0;
        for (const std::uint8_t dim : order) level.order[next++] = dim;
        for (std::uint8_t dim = 0; dim < G; ++dim)
            if (std::find(order.begin(), order.end(), dim) == order.end()) level.order[next++] = dim;
    }

    const Machine& m_machine;
    const NestShape& m_shape;
    std::uint64_t m_limit, m_looked_at = 0, m_evaluated = 0, m_total = 1;
    std::array<DimChoices, G> m_choices;
    Mapping m_mapping;
};

} // namespace

PublishedSearch searchAsPublished(const Machine& machine, const NestShape& shape, std::uint64_t limit)
{
    return Search(machine, shape, limit).run();
}

} // namespace cutline::loopnest
