// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"
#include "core/cost/loopnest/spread.h"

#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace cutline::loopnest {

/// A tile of one operand held at one level, the last level left out.
struct Store {
    std::size_t level = 0, parent = 0; ///< parent: the next level further out that keeps the operand
    int child = -1;                    ///< the next level further in, -1 the MAC
    Operand operand = Weights;
};
inline constexpr std::size_t kMaxStores = kOperands * (kMaxLevels - 1);

/// Stores of a machine, inner levels first.
std::vector<Store> storesOf(const Machine& machine);

/// What a mapping costs, in the two figures that are compared.
struct Score {
    double cycles = 0, energy_pj = 0;
    friend bool operator==(const Score&, const Score&) = default;
};

/// With the fan-outs decided, latency and energy of all groups are linear in the fills of the stores, but for rounding:
/// energy >= constant + sum per_fill * fills, and likewise for each bandwidth. That is the bound; `exact` rounds.
class CostTerms {
public:
    CostTerms(const Machine& machine, const NestShape& shape, const Sizes& size, const Spread& spread,
              std::span<const Store> stores);

    double energyConstant() const { return m_energy; }
    double energyPerFill(std::size_t store) const { return m_per_fill[store]; }
    double steps() const { return m_steps; }
    double nests() const { return m_nests; }

    /// Least cycles of all groups for these fills (or lower bounds of them).
    double cyclesFor(const double* fills) const
    {
        double cycles = m_steps;
        for (const Limit& limit : m_limits) {
            double need = limit.constant;
            for (const auto& [store, words] : limit.per_fill) need += words * fills[store];
            cycles = need > cycles ? need : cycles;
        }
        return std::floor(cycles * (1 + 1e-14)) * m_nests; // whole numbers stay whole, whatever the order of the sum
    }

    /// Rounded as analyse() does. Not for spreads that put P with R or Q with S on one fan-out (isMixed).
    Score exact(const double* fills) const;

    /// Shared rows depend on the tiling inside: the linear terms are lower bounds only, analyse() is exact.
    bool isMixed() const { return m_mixed; }

private:
    /// A bandwidth's cycles as a linear function of fills.
    struct Limit {
        double constant = 0;
        std::vector<std::pair<std::size_t, double>> per_fill;
    };
    struct Port {
        double charged = 1;
        double distinct = 0;                    ///< outputs that pass, per instance
        std::array<double, kOperands> from_mac{}; ///< words to or from the MAC; 0 where a level lies between
        std::array<double, kOperands> copies{};   ///< of the child's fills
        std::array<int, kOperands> child{};       ///< store index, -1: the MAC, -2: bypass
        std::array<int, kOperands> store{};       ///< own store index, -1: off-chip or bypass
    };
    void placePorts(const NestShape& shape, const Sizes& size, const Spread& spread);
    void sumUp();

    const Machine& m_machine;
    std::span<const Store> m_stores;
    double m_steps = 1, m_nests = 1, m_energy = 0, m_mac_energy = 0;
    bool m_mixed = false;
    std::array<double, kMaxStores> m_per_fill{};
    std::array<Port, kMaxLevels> m_ports{};
    std::vector<Limit> m_limits;
};

} // namespace cutline::loopnest
