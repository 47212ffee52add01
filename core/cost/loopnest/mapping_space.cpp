// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/mapping_space.h"

#include "core/cost/loopnest/fill_bound.h"

#include <algorithm>
#include <limits>

namespace cutline::loopnest {

namespace {

double usedWords(const MachineLevel& level, const Sizes& extent, const NestShape& shape)
{
    double used = 0;
    for (std::size_t o = 0; o < kOperands; ++o)
        if (level.keeps[o]) used += tileVolume(static_cast<Operand>(o), extent, shape);
    return used;
}

/// 24 bytes each; the machines of the library have thousands.
constexpr std::size_t kMostOuterTilings = 4'000'000;

void grow(Sizes& extent, const Sizes& factors)
{
    for (std::size_t dim = 0; dim < kDims; ++dim) extent[dim] *= factors[dim];
}

} // namespace

MappingSpace::MappingSpace(const Machine& its_machine, const NestShape& its_shape, const Sizes& its_size, Prune prune)
    : machine(its_machine), shape(its_shape), size(its_size), stores(storesOf(its_machine)),
      orders(its_machine, prune == Prune::On ? OrderTable::Keep::Distinguishable : OrderTable::Keep::All)
{
    for (std::size_t dim = 0; dim < kDims; ++dim) divisors[dim] = divisorsOf(size[dim]);
    while (inner_stores < stores.size() && stores[inner_stores].level < buffer()) ++inner_stores;
}

DimSet loopingDims(const Sizes& factors)
{
    DimSet looping = 0;
    for (std::size_t dim = 0; dim < G; ++dim)
        if (factors[dim] > 1) looping = static_cast<DimSet>(looping | bit(dim));
    return looping;
}

InnerTilings::InnerTilings(MappingSpace& space, const Spread& spread, const CostTerms& terms, double least_outer_pj,
                           const Incumbents* incumbents, Budget& budget)
    : m_space(space), m_spread(spread), m_terms(terms), m_least_outer_pj(least_outer_pj), m_incumbents(incumbents),
      m_budget(budget)
{
    m_now.temporal.fill(kOnes);
    for (std::size_t dim = 0; dim < kDims; ++dim) m_left[dim] = dim == G ? 1 : space.size[dim] / spread.total[dim];
    m_state_stack.resize(space.buffer() + 1);
    tileLevel(0);
}

void InnerTilings::tileLevel(std::size_t level)
{
    if (level == m_space.buffer()) return keep();
    const Sizes below = m_now.extent;
    grow(m_now.extent, m_spread.spatial[level]);
    if (fits(level)) chooseFactor(level, 0);
    m_now.extent = below;
}

void InnerTilings::chooseFactor(std::size_t level, std::size_t dim)
{
    if (++m_looked_at % 1024 == 0 && m_budget.isSpent()) {
        m_stopped = true;
        m_budget.leaveOut();
    }
    if (m_stopped) return;
    if (dim == G) return chooseOrder(level);
    const MachineLevel& machine = m_space.machine.levels[level];
    if ((machine.temporal & bit(dim)) == 0) return chooseFactor(level, dim + 1);
    const std::uint32_t extent = m_now.extent[dim];
    const auto left = static_cast<std::uint32_t>(m_left[dim]);
    for (const std::uint32_t factor : m_space.divisors[dim]) {
        if (factor > left) break;
        if (left % factor != 0 || ((machine.all_of & bit(dim)) != 0 && factor != left)) continue;
        m_now.extent[dim] = extent * factor;
        if (m_stopped || !fits(level)) break;
        m_now.temporal[level][dim] = factor;
        m_left[dim] = left / factor;
        chooseFactor(level, dim + 1);
    }
    m_now.temporal[level][dim] = 1;
    m_now.extent[dim] = extent;
    m_left[dim] = left;
}

bool InnerTilings::fits(std::size_t level) const
{
    const MachineLevel& machine = m_space.machine.levels[level];
    return usedWords(machine, m_now.extent, m_space.shape) <= machine.capacity;
}

void InnerTilings::chooseOrder(std::size_t level)
{
    for (std::size_t dim = 0; dim < G; ++dim)
        if ((m_space.machine.levels[level].all_of & bit(dim)) != 0 && m_left[dim] > 1) return;
    const Sizes& temporal = m_now.temporal[level];
    Sizes inside = m_now.extent;
    for (std::size_t dim = 0; dim < kDims; ++dim) inside[dim] /= temporal[dim];
    const auto& stores = m_space.stores;
    for (const LoopOrder& order : m_space.orders.at(level, loopingDims(temporal))) {
        auto& states = m_state_stack[level + 1];
        states = m_state_stack[level];
        for (FillState& state : states)
            for (const std::uint8_t dim : order) state.loop(dim, temporal[dim], inside[dim], m_space.shape);
        while (states.size() < stores.size() && stores[states.size()].level == level)
            states.emplace_back(stores[states.size()].operand, m_now.extent, m_space.shape);
        m_now.order[level] = order;
        tileLevel(level + 1);
        if (m_stopped) return;
    }
}

/// Dims that loop no further out must be done.
bool InnerTilings::isFinished() const
{
    const auto& levels = m_space.machine.levels;
    const unsigned loops = levels[m_space.buffer()].temporal | levels[m_space.top()].temporal;
    for (std::size_t dim = 0; dim < G; ++dim)
        if (m_left[dim] > 1 && (loops & bit(dim)) == 0) return false;
    return true;
}

void InnerTilings::keep()
{
    if (!isFinished()) return;
    const auto& states = m_state_stack[m_space.buffer()];
    const FillBound bound(m_space.shape, m_now.extent, m_left);
    m_now.energy_pj = m_now.cycles = std::numeric_limits<double>::infinity();
    std::array<double, kMaxStores> fills{};
    for (const auto kind : {Innermost::OfM, Innermost::OfReduction, Innermost::OfPixels, Innermost::None}) {
        if (!bound.isPossible(kind)) continue;
        double energy = m_terms.energyConstant();
        for (std::size_t s = 0; s < states.size(); ++s) {
            fills[s] = bound.least(m_space.stores[s].operand, states[s], kind);
            energy += m_terms.energyPerFill(s) * fills[s];
        }
        m_now.energy_pj = std::min(m_now.energy_pj, energy);
        m_now.cycles = std::min(m_now.cycles, m_terms.cyclesFor(fills.data()));
    }
    if (m_incumbents && m_incumbents->ruleOut(m_now.cycles, m_now.energy_pj + m_least_outer_pj)) return;
    if (!m_budget.hold()) {
        m_stopped = true;
        return;
    }
    m_now.states = m_states.size();
    m_states.insert(m_states.end(), states.begin(), states.end());
    m_tilings.push_back(m_now);
}

OuterTilings::OuterTilings(MappingSpace& space, const Spread& spread, const CostTerms& terms,
                           std::span<const Spread> spreads, Budget& budget)
    : m_space(space), m_spatial(spread.spatial[space.top()]),
      m_groups(spread.total[G] / spread.spatial[space.top()][G]), m_budget(budget)
{
    for (std::size_t dim = 0; dim < G; ++dim) {
        m_reachable[dim].resize(space.divisors[dim].size());
        for (const Spread& other : spreads) {
            if (!isAlike(other)) continue;
            const std::vector<bool> its = reachable(other, dim);
            for (std::size_t i = 0; i < its.size(); ++i) m_reachable[dim][i] = m_reachable[dim][i] || its[i];
        }
    }
    m_extent[G] = m_groups;
    chooseExtent(terms, 0);
    findVaryingDims();
}

void OuterTilings::findVaryingDims()
{
    for (std::uint8_t dim = 0; dim < G; ++dim) {
        const auto differs = [&](const OuterTiling& tiling) { return tiling.divisor[dim] != m_tilings[0].divisor[dim]; };
        if (std::any_of(m_tilings.begin(), m_tilings.end(), differs)) m_varying.push_back(dim);
    }
}

bool OuterTilings::isAlike(const Spread& spread) const
{
    return spread.spatial[m_space.top()] == m_spatial && spread.total[G] == m_groups * m_spatial[G];
}

bool OuterTilings::serves(const Spread& spread) const
{
    if (!isAlike(spread)) return false;
    for (std::size_t dim = 0; dim < G; ++dim) {
        const std::vector<bool> needed = reachable(spread, dim);
        for (std::size_t i = 0; i < needed.size(); ++i)
            if (needed[i] && !m_reachable[dim][i]) return false;
    }
    return true;
}

/// The divisors of a dim that the last on-chip level can hold: multiples of what the fan-outs on chip take, and no more
/// where nothing on chip loops over it.
std::vector<bool> OuterTilings::reachable(const Spread& spread, std::size_t dim) const
{
    const auto& levels = m_space.machine.levels;
    const bool loops = std::any_of(levels.begin(), levels.end() - 1,
                                   [&](const MachineLevel& level) { return (level.temporal & bit(dim)) != 0; });
    const std::uint32_t on_chip = spread.total[dim] / m_spatial[dim];
    std::vector<bool> found;
    for (const std::uint32_t extent : m_space.divisors[dim])
        found.push_back(loops ? extent % on_chip == 0 : extent == on_chip);
    return found;
}

OuterLoops OuterTilings::around(const Sizes& extent) const
{
    OuterLoops outer{extent, extent, kOnes, nullptr};
    for (std::size_t dim = 0; dim < G; ++dim) {
        outer.inside[dim] *= m_spatial[dim];
        outer.loops[dim] = m_space.size[dim] / outer.inside[dim];
    }
    return outer;
}

OuterLoops OuterTilings::loops(const OuterTiling& tiling) const
{
    Sizes extent = kOnes;
    for (std::size_t dim = 0; dim < G; ++dim) extent[dim] = m_space.divisors[dim][tiling.divisor[dim]];
    extent[G] = m_groups;
    OuterLoops outer = around(extent);
    outer.order = &m_space.orders.at(m_space.top(), loopingDims(outer.loops))[tiling.order];
    return outer;
}

double OuterTilings::fills(std::size_t store, const OuterLoops& outer) const
{
    const Operand operand = m_space.stores[store].operand;
    if (operand != Inputs) return fillsOfOthers(operand, tileVolume(operand, outer.extent, m_space.shape), outer);
    FillState state(operand, outer.extent, m_space.shape);
    for (const std::uint8_t dim : *outer.order) state.loop(dim, outer.loops[dim], outer.inside[dim], m_space.shape);
    return state.fills();
}

/// FillState's rule for weights and outputs, without its state.
double OuterTilings::fillsOfOthers(Operand operand, double volume, const OuterLoops& outer) const
{
    double fills = volume;
    bool closed = false;
    for (const std::uint8_t dim : *outer.order) {
        closed = closed || isRelevant(operand, dim);
        if (closed) fills *= outer.loops[dim];
    }
    return fills;
}

void OuterTilings::chooseExtent(const CostTerms& terms, std::size_t dim)
{
    if (++m_looked_at % 1024 == 0 && m_budget.isSpent()) {
        m_stopped = true;
        m_budget.leaveOut();
    }
    if (m_stopped) return;
    if (dim == G) return keep(terms);
    const bool loops_outside = (m_space.machine.levels[m_space.top()].temporal & bit(dim)) != 0;
    const MachineLevel& buffer = m_space.machine.levels[m_space.buffer()];
    const std::uint32_t size = m_space.size[dim], spread = m_spatial[dim];
    for (std::size_t i = 0; i < m_space.divisors[dim].size(); ++i) {
        if (!m_reachable[dim][i]) continue;
        const std::uint32_t extent = m_space.divisors[dim][i];
        if (size / extent % spread != 0 || (!loops_outside && extent != size / spread)) continue;
        m_extent[dim] = extent;
        m_now.divisor[dim] = static_cast<std::uint16_t>(i);
        if ((extent > 1 || dim == 0) && usedWords(buffer, m_extent, m_space.shape) > buffer.capacity) break;
        chooseExtent(terms, dim + 1);
    }
    m_extent[dim] = 1;
}

void OuterTilings::keep(const CostTerms& terms)
{
    OuterLoops outer = around(m_extent);
    m_now.order = 0;
    for (const LoopOrder& order : m_space.orders.at(m_space.top(), loopingDims(outer.loops))) {
        outer.order = &order;
        m_now.energy_pj = 0;
        for (std::size_t s = m_space.inner_stores; s < m_space.stores.size(); ++s)
            m_now.energy_pj += fills(s, outer) * terms.energyPerFill(s);
        m_tilings.push_back(m_now);
        ++m_now.order;
    }
    if (m_tilings.size() < kMostOuterTilings) return;
    m_stopped = true;
    m_budget.leaveOut();
}

void OuterTilings::sortMore(std::size_t i)
{
    const auto cheaper = [](const OuterTiling& a, const OuterTiling& b) { return a.energy_pj < b.energy_pj; };
    while (m_sorted <= i) {
        const std::size_t chunk = std::min(std::max<std::size_t>(m_sorted, 256), m_tilings.size() - m_sorted);
        const auto from = m_tilings.begin() + static_cast<std::ptrdiff_t>(m_sorted);
        const auto to = from + static_cast<std::ptrdiff_t>(chunk);
        if (to != m_tilings.end()) std::nth_element(from, to, m_tilings.end(), cheaper);
        std::sort(from, to, cheaper);
        m_sorted += chunk;
    }
}

} // namespace cutline::loopnest
