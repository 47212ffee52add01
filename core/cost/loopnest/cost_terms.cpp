// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/cost_terms.h"

#include "core/cost/loopnest/analysis.h"

#include <algorithm>
#include <cmath>

namespace cutline::loopnest {

namespace {

bool sharesRows(const Sizes& spatial)
{
    return (spatial[P] > 1 && spatial[R] > 1) || (spatial[Q] > 1 && spatial[S] > 1);
}

/// Distinct tiles where nothing is known of the tiling inside: n positions and m others make at least n + m - 1 sums.
double leastDistinctTiles(Operand operand, const Sizes& spatial, const NestShape& shape)
{
    if (operand != Inputs || !sharesRows(spatial)) return distinctTiles(operand, spatial, kOnes, shape);
    return double{1} * spatial[C] * spatial[G] * (double{1} * spatial[P] + spatial[R] - 1)
           * (double{1} * spatial[Q] + spatial[S] - 1);
}

} // namespace

std::vector<Store> storesOf(const Machine& machine)
{
    std::vector<Store> stores;
    for (std::size_t level = 0; level < machine.last(); ++level) {
        for (std::size_t o = 0; o < kOperands; ++o) {
            if (!machine.levels[level].keeps[o]) continue;
            std::size_t parent = level + 1;
            while (!machine.levels[parent].keeps[o]) ++parent;
            const auto operand = static_cast<Operand>(o);
            stores.push_back({level, parent, machine.childOf(level, operand), operand});
        }
    }
    return stores;
}

CostTerms::CostTerms(const Machine& machine, const NestShape& shape, const Sizes& size, const Spread& spread,
                     std::span<const Store> stores)
    : m_machine(machine), m_stores(stores), m_steps(spread.steps), m_nests(spread.nests)
{
    double macs = spread.total[G];
    for (std::size_t dim = 0; dim < G; ++dim) macs *= size[dim];
    m_mac_energy = macs * machine.mac_pj;
    placePorts(shape, size, spread);
    sumUp();
}

void CostTerms::placePorts(const NestShape& shape, const Sizes& size, const Spread& spread)
{
    double outputs = double{1} * size[M] * size[P] * size[Q] * spread.total[G], instances = 1;
    for (std::size_t i = m_machine.levels.size(); i-- > 0;) {
        const MachineLevel& level = m_machine.levels[i];
        Port& port = m_ports[i];
        port.charged = level.charge_clusters > 0 ? std::min(level.charge_clusters, instances) : instances;
        port.distinct = outputs;
        for (const std::uint32_t factor : spread.spatial[i]) instances *= factor;
        outputs /= distinctTiles(Outputs, spread.spatial[i], kOnes, shape);
        m_mixed = m_mixed || sharesRows(spread.spatial[i]);
        for (std::size_t o = 0; o < kOperands; ++o) {
            const auto operand = static_cast<Operand>(o);
            port.child[o] = port.store[o] = -2;
            if (!level.keeps[o]) continue;
            const int child = m_machine.childOf(i, operand);
            double copies = 1;
            for (auto at = static_cast<std::size_t>(child + 1); at <= i; ++at)
                copies *= leastDistinctTiles(operand, spread.spatial[at], shape);
            port.copies[o] = copies;
            port.from_mac[o] = child < 0 ? copies * m_steps : 0;
            port.child[o] = -1;
            for (std::size_t s = 0; s < m_stores.size(); ++s) {
                if (m_stores[s].operand != operand) continue;
                if (m_stores[s].level == i) port.store[o] = static_cast<int>(s);
                if (static_cast<int>(m_stores[s].level) == child) port.child[o] = static_cast<int>(s);
            }
        }
    }
}

void CostTerms::sumUp()
{
    m_energy = m_mac_energy + m_machine.static_pj_per_cycle * m_steps;
    for (std::size_t i = 0; i < m_machine.levels.size(); ++i) {
        const MachineLevel& level = m_machine.levels[i];
        const Port& port = m_ports[i];
        const double read_pj = port.charged * level.read_pj / level.block;
        const double write_pj = port.charged * level.write_pj / level.block;
        std::array<double, kMaxStores> reads{}, writes{};
        double fixed_reads = 0, fixed_writes = 0;
        for (std::size_t o = 0; o < kOperands; ++o) {
            if (!level.keeps[o]) continue;
            const double updates = o == Outputs ? 1 : 0;
            if (port.child[o] >= 0) {
                const auto child = static_cast<std::size_t>(port.child[o]);
                reads[child] += port.copies[o];
                writes[child] += updates * port.copies[o];
            }
            fixed_reads += port.from_mac[o] - updates * port.distinct;
            fixed_writes += updates * port.from_mac[o];
            if (port.store[o] < 0) continue;
            writes[static_cast<std::size_t>(port.store[o])] += 1;
            if (!m_machine.first_fill) fixed_writes -= updates * port.distinct;
        }
        m_energy += fixed_reads * read_pj + fixed_writes * write_pj;
        for (std::size_t s = 0; s < m_stores.size(); ++s) m_per_fill[s] += reads[s] * read_pj + writes[s] * write_pj;
        const auto limit = [&](double bandwidth, double fixed, const std::array<double, kMaxStores>& words) {
            if (bandwidth <= 0) return;
            Limit& added = m_limits.emplace_back();
            added.constant = fixed / bandwidth;
            for (std::size_t s = 0; s < m_stores.size(); ++s)
                if (words[s] != 0) added.per_fill.emplace_back(s, words[s] / bandwidth);
        };
        limit(level.read_bandwidth, fixed_reads, reads);
        limit(level.write_bandwidth, fixed_writes, writes);
    }
    m_energy *= m_nests;
    for (double& per_fill : m_per_fill) per_fill *= m_nests;
}

Score CostTerms::exact(const double* fills) const
{
    double energy = m_mac_energy, cycles = m_steps;
    for (std::size_t i = 0; i < m_machine.levels.size(); ++i) {
        const MachineLevel& level = m_machine.levels[i];
        const Port& port = m_ports[i];
        double read = 0, written = 0;
        for (std::size_t o = 0; o < kOperands; ++o) {
            if (!level.keeps[o]) continue;
            double reads = port.child[o] >= 0 ? port.copies[o] * fills[port.child[o]] : port.from_mac[o];
            double own = port.store[o] >= 0 ? fills[port.store[o]] : 0, updates = 0;
            if (o == Outputs) {
                updates = reads;
                reads -= port.distinct;
                if (!m_machine.first_fill && own > 0) own -= port.distinct;
            }
            read += reads;
            written += own + updates;
            energy += accessEnergy(level, port.charged, reads, own, updates);
        }
        if (level.read_bandwidth > 0) cycles = std::max(cycles, read / level.read_bandwidth);
        if (level.write_bandwidth > 0) cycles = std::max(cycles, written / level.write_bandwidth);
    }
    cycles = std::floor(cycles);
    return {cycles * m_nests, (energy + cycles * m_machine.static_pj_per_cycle) * m_nests};
}

} // namespace cutline::loopnest
