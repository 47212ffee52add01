// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <array>
#include <cstdint>
#include <vector>

namespace cutline::loopnest {

class Budget;

/// What every fan-out of the machine does. Decided first: it fixes the latency unless a bandwidth binds.
struct Spread {
    std::array<Sizes, kMaxLevels> spatial;
    Sizes total = kOnes;  ///< product over the levels
    double steps = 1;     ///< temporal factors that remain, one nest
    double nests = 1;     ///< groups that do not spread
    double totalSteps() const { return steps * nests; }
};

/// Every way to fill the fan-outs by divisors, fewest steps first; ties in the order of enumeration.
/// Leaves out spreads that strand a dim which loops nowhere. Of more than 100,000 those with the fewest steps; the budget
/// then knows.
std::vector<Spread> spreadsOf(const Machine& machine, const Sizes& size, Budget& budget);

/// Divisors in ascending order.
std::vector<std::uint32_t> divisorsOf(std::uint32_t n);

} // namespace cutline::loopnest
