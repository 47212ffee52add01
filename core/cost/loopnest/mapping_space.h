// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/budget.h"
#include "core/cost/loopnest/cost_terms.h"
#include "core/cost/loopnest/fills.h"
#include "core/cost/loopnest/incumbents.h"
#include "core/cost/loopnest/loop_orders.h"
#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/spread.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// The parts of the optimal search. A mapping is put together from three decisions: a spread (every fan-out), an inner
/// tiling (loops of all levels but the last two), an outer tiling (what the last on-chip level holds, and the order of
/// the off-chip loops; the loops between are what is left). Outer tilings do not depend on the fan-outs inside, so
/// they are made and sorted once.
namespace cutline::loopnest {

/// What one shape's search has in common.
struct MappingSpace {
    MappingSpace(const Machine& its_machine, const NestShape& its_shape, const Sizes& its_size, Prune prune);

    const Machine& machine;
    NestShape shape;
    Sizes size;                ///< the shape's or padded
    std::vector<Store> stores; ///< inner ones (below the last on-chip level) first
    std::size_t inner_stores = 0;
    OrderTable orders;
    std::array<std::vector<std::uint32_t>, kDims> divisors;

    std::size_t top() const { return machine.last(); }      ///< off-chip
    std::size_t buffer() const { return machine.last() - 1; } ///< the last level on chip
};

DimSet loopingDims(const Sizes& factors);

/// Loops of the levels below the last on-chip one, and bounds of what any completion costs there.
struct InnerTiling {
    std::array<Sizes, kMaxLevels> temporal;
    std::array<LoopOrder, kMaxLevels> order;
    Sizes extent = kOnes;     ///< of all that is decided
    std::size_t states = 0;   ///< first of its fill states
    double cycles = 0;        ///< bound
    double energy_pj = 0;     ///< bound, without what outer stores move
};

class InnerTilings {
public:
    /// All that fit, but for those that `incumbents` rule out when outer stores cost `least_outer_pj` or more.
    InnerTilings(MappingSpace& space, const Spread& spread, const CostTerms& terms, double least_outer_pj,
                 const Incumbents* incumbents, Budget& budget);

    const std::vector<InnerTiling>& all() const { return m_tilings; }
    const FillState* states(const InnerTiling& tiling) const { return m_states.data() + tiling.states; }

private:
    void tileLevel(std::size_t level);
    void chooseFactor(std::size_t level, std::size_t dim);
    bool fits(std::size_t level) const;
    void chooseOrder(std::size_t level);
    void keep();
    bool isFinished() const;

    MappingSpace& m_space;
    const Spread& m_spread;
    const CostTerms& m_terms;
    double m_least_outer_pj;
    const Incumbents* m_incumbents;
    Budget& m_budget;
    std::uint64_t m_looked_at = 0;
    bool m_stopped = false; ///< out of time or room
    InnerTiling m_now;
    std::array<double, kDims> m_left{};                  ///< temporal factor of each dim still to place
    std::vector<std::vector<FillState>> m_state_stack;   ///< after each level
    std::vector<InnerTiling> m_tilings;
    std::vector<FillState> m_states;
};

/// What the last on-chip level holds, in which order the off-chip loops pass it. Kept small: there are thousands.
struct OuterTiling {
    double energy_pj = 0;                   ///< of what outer stores move
    std::array<std::uint16_t, G> divisor{}; ///< per dim the place of its extent among the size's divisors
    std::uint16_t order = 0;                ///< among the orders worth trying for its off-chip loops
};

/// An outer tiling written out.
struct OuterLoops {
    Sizes extent = kOnes;  ///< held by the last on-chip level
    Sizes inside = kOnes;  ///< extent inside the off-chip loops
    Sizes loops = kOnes;   ///< off-chip factors
    const LoopOrder* order = nullptr;
};

class OuterTilings {
public:
    /// What some inner tiling of these spreads can grow to: spreads with the off-chip fan-out and the spread groups of
    /// `spread`, whose terms are given; others are left out.
    OuterTilings(MappingSpace& space, const Spread& spread, const CostTerms& terms, std::span<const Spread> spreads,
                 Budget& budget);

    bool serves(const Spread& spread) const;
    std::size_t count() const { return m_tilings.size(); }
    double leastEnergy() { return count() == 0 ? 0 : at(0).energy_pj; }
    /// By ascending energy; sorted as far as asked for.
    const OuterTiling& at(std::size_t i)
    {
        if (i >= m_sorted) sortMore(i);
        return m_tilings[i];
    }
    OuterLoops loops(const OuterTiling& tiling) const;
    /// Dims in which outer tilings differ.
    const std::vector<std::uint8_t>& varyingDims() const { return m_varying; }
    /// Fills of the outer stores.
    double fills(std::size_t store, const OuterLoops& outer) const;

private:
    bool isAlike(const Spread& spread) const;
    std::vector<bool> reachable(const Spread& spread, std::size_t dim) const;
    void chooseExtent(const CostTerms& terms, std::size_t dim);
    void keep(const CostTerms& terms);
    OuterLoops around(const Sizes& extent) const;
    double fillsOfOthers(Operand operand, double volume, const OuterLoops& outer) const;
    void sortMore(std::size_t i);
    void findVaryingDims();

    MappingSpace& m_space;
    Sizes m_spatial;            ///< off-chip fan-out
    std::uint32_t m_groups = 1; ///< groups that spread on chip
    std::array<std::vector<bool>, G> m_reachable; ///< per dim and divisor: extents worth listing
    OuterTiling m_now;
    Sizes m_extent = kOnes;
    Budget& m_budget;
    std::uint64_t m_looked_at = 0;
    bool m_stopped = false; ///< out of time or room
    std::vector<OuterTiling> m_tilings;
    std::size_t m_sorted = 0;
    std::vector<std::uint8_t> m_varying;
};

} // namespace cutline::loopnest
