// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"

#include <array>
#include <cstdint>
#include <vector>

namespace cutline::loopnest {

/// Loops of one level from the inside out; only dims of factor > 1.
struct LoopOrder {
    std::array<std::uint8_t, 6> dims{};
    std::uint8_t count = 0;
    const std::uint8_t* begin() const { return dims.data(); }
    const std::uint8_t* end() const { return dims.data() + count; }
};

/// Writes an order into a mapping; dims that do not loop follow.
void setOrder(LevelMapping& level, const LoopOrder& order);

/// The orders of `level` for the dims that really loop there: its own where it names them (the same one may come twice), else all,
/// lexicographic in the order C M R S P Q.
std::vector<LoopOrder> allowedOrders(const MachineLevel& level, DimSet looping);

/// The orders worth trying at each level for each set of dims that loop there: of orders that no tensor kept further in
/// can tell apart, the first. A tensor of weights or outputs sees only which irrelevant loops come before its first
/// relevant one; a tensor of inputs (halo) sees the whole order.
class OrderTable {
public:
    enum class Keep { Distinguishable, All };
    OrderTable(const Machine& machine, Keep keep);

    /// `looping`: dims with a factor > 1, all of them allowed to loop here.
    const std::vector<LoopOrder>& at(std::size_t level, DimSet looping);

private:
    void fill(std::size_t level, DimSet looping);

    const Machine& m_machine;
    Keep m_keep;
    std::vector<std::array<std::vector<LoopOrder>, 64>> m_orders;
};

} // namespace cutline::loopnest
