// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/published_search.h"

#include "core/cost/loopnest/analysis.h"
#include "core/cost/loopnest/cost_terms.h"
#include "core/cost/loopnest/fills.h"
#include "core/cost/loopnest/loop_orders.h"
#include "core/cost/loopnest/published_tilings.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

namespace cutline::loopnest {

namespace {

constexpr std::uint64_t kStreams = 8;
constexpr int kPatience = 100;
constexpr double kTolerance = 0.001;

/// Each of the level's orders once, lexicographic.
std::vector<LoopOrder> ordersOf(const MachineLevel& level, DimSet looping)
{
    std::vector<LoopOrder> orders = allowedOrders(level, looping);
    std::sort(orders.begin(), orders.end(), [](const LoopOrder& a, const LoopOrder& b) { return a.dims < b.dims; });
    const auto same = [](const LoopOrder& a, const LoopOrder& b) { return a.dims == b.dims; };
    orders.erase(std::unique(orders.begin(), orders.end(), same), orders.end());
    return orders;
}

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

    /// True where the score is better; the mapping is then the caller's to set.
    bool offer(const Score& its_score)
    {
        if (mapping && !isBetter(its_score, score)) return false;
        score = its_score;
        return true;
    }
};

class PublishedWalk {
public:
    PublishedWalk(const Machine& machine, const NestShape& shape, std::uint64_t limit)
        : m_machine(machine), m_shape(shape), m_limit(limit), m_tilings(machine, shape), m_stores(storesOf(machine)),
          m_orders(machine.levels.size()), m_chosen(machine.levels.size())
    {
    }

    PublishedSearch run()
    {
        Best best;
        for (std::uint64_t stream = 0; stream < kStreams && m_looked_at < m_limit; ++stream) {
            Best found = runStream(stream);
            if (found.mapping && best.offer(found.score)) best.mapping = std::move(found.mapping);
        }
        return {std::move(best.mapping), m_evaluated};
    }

private:
    Best runStream(std::uint64_t stream)
    {
        Best best;
        int in_vain = 0;
        std::uint64_t index = stream;
        while (index < m_tilings.count() && ++m_looked_at < m_limit) {
            const std::uint64_t skip = m_tilings.moveTo(index);
            if (skip == 0) {
                if (!tryOrders(best, in_vain)) break;
                index += kStreams;
            } else {
                index += (skip + kStreams - 1) / kStreams * kStreams;
            }
        }
        return best;
    }

    /// All loop orders of the present tiling, the innermost level's fastest; false once patience has run out.
    bool tryOrders(Best& best, int& in_vain)
    {
        lookAtTiling();
        m_chosen.assign(m_chosen.size(), 0);
        while (true) {
            ++m_evaluated;
            const bool better = best.offer(score());
            if (better) best.mapping = mapping();
            in_vain = better ? 0 : in_vain + 1;
            if (in_vain >= kPatience) return false;
            std::size_t level = 0;
            while (level < m_chosen.size() && ++m_chosen[level] == ordersAt(level).size()) m_chosen[level++] = 0;
            if (level == m_chosen.size()) return true;
        }
    }

    /// What all orders of the tiling have in common.
    void lookAtTiling()
    {
        for (std::size_t i = 0; i < m_machine.levels.size(); ++i) {
            Level& level = m_levels[i];
            level.temporal = m_tilings.temporal(i);
            level.extent = m_tilings.extent(i);
            level.looping = 0;
            for (std::size_t dim = 0; dim < G; ++dim) {
                level.inside[dim] = level.extent[dim] / level.temporal[dim];
                if (level.temporal[dim] > 1) level.looping = static_cast<DimSet>(level.looping | bit(dim));
            }
            auto& orders = m_orders[i][level.looping];
            if (orders.empty()) orders = ordersOf(m_machine.levels[i], level.looping);
            level.orders = &orders;
        }
        m_terms = &termsOfSpread();
        for (std::size_t s = 0; s < m_stores.size(); ++s)
            m_tiles[s] = FillState(m_stores[s].operand, m_levels[m_stores[s].level].extent, m_shape);
    }

    const CostTerms& termsOfSpread()
    {
        const auto [at, fresh] = m_terms_of.try_emplace(m_tilings.spreadKey());
        if (!fresh) return *at->second;
        Spread spread;
        for (std::size_t i = 0; i < m_machine.levels.size(); ++i) {
            spread.spatial[i] = m_tilings.spatial(i);
            for (std::size_t dim = 0; dim < G; ++dim) spread.total[dim] *= spread.spatial[i][dim];
        }
        for (std::size_t dim = 0; dim < G; ++dim) spread.steps *= m_shape.size[dim] / spread.total[dim];
        spread.nests = m_shape.size[G];
        at->second = std::make_unique<CostTerms>(m_machine, m_shape, m_shape.size, spread, m_stores);
        return *at->second;
    }

    const std::vector<LoopOrder>& ordersAt(std::size_t level) const { return *m_levels[level].orders; }

    Score score() const
    {
        if (m_terms->isMixed()) {
            const Analysis analysis = analyse(m_machine, m_shape, mapping());
            const auto repeats = static_cast<double>(m_shape.repeats);
            return {analysis.cycles / repeats, analysis.energy_pj / repeats};
        }
        std::array<double, kMaxStores> fills{};
        for (std::size_t s = 0; s < m_stores.size(); ++s) {
            FillState state = m_tiles[s];
            for (std::size_t i = m_stores[s].level + 1; i < m_machine.levels.size(); ++i)
                for (const std::uint8_t dim : ordersAt(i)[m_chosen[i]])
                    state.loop(dim, m_levels[i].temporal[dim], m_levels[i].inside[dim], m_shape);
            fills[s] = state.fills();
        }
        return m_terms->exact(fills.data());
    }

    Mapping mapping() const
    {
        Mapping mapping;
        mapping.size = m_shape.size;
        mapping.levels.resize(m_machine.levels.size());
        for (std::size_t i = 0; i < mapping.levels.size(); ++i) {
            mapping.levels[i].spatial = m_tilings.spatial(i);
            mapping.levels[i].temporal = m_levels[i].temporal;
            setOrder(mapping.levels[i], ordersAt(i)[m_chosen[i]]);
        }
        return mapping;
    }

    struct Level {
        Sizes temporal = kOnes, inside = kOnes, extent = kOnes;
        DimSet looping = 0;
        const std::vector<LoopOrder>* orders = nullptr;
    };

    const Machine& m_machine;
    const NestShape& m_shape;
    std::uint64_t m_limit, m_looked_at = 0, m_evaluated = 0;
    PublishedTilings m_tilings;
    std::vector<Store> m_stores;
    std::vector<std::array<std::vector<LoopOrder>, 64>> m_orders; ///< per level and set of dims that loop
    std::unordered_map<std::uint64_t, std::unique_ptr<CostTerms>> m_terms_of; ///< by spread
    // The present tiling and orders.
    std::array<Level, kMaxLevels> m_levels{};
    std::array<FillState, kMaxStores> m_tiles{};
    const CostTerms* m_terms = nullptr;
    std::vector<std::size_t> m_chosen; ///< per level among its orders
};

} // namespace

PublishedSearch searchAsPublished(const Machine& machine, const NestShape& shape, std::uint64_t limit)
{
    return PublishedWalk(machine, shape, limit).run();
}

} // namespace cutline::loopnest
