// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/loop_orders.h"

#include <algorithm>
#include <string>

namespace cutline::loopnest {

namespace {

/// What the tensors kept inside `level` see of an order.
std::string seenFrom(const Machine& machine, std::size_t level, const LoopOrder& order)
{
    std::string seen;
    for (std::size_t o = 0; o < kOperands; ++o) {
        const auto operand = static_cast<Operand>(o);
        if (machine.childOf(level, operand) < 0) continue;
        DimSet before = 0;
        for (const std::uint8_t dim : order) {
            if (operand == Inputs) seen += static_cast<char>('a' + dim);
            else if (isRelevant(operand, dim)) break;
            else before = static_cast<DimSet>(before | bit(dim));
        }
        seen += static_cast<char>(before);
    }
    return seen;
}

} // namespace

std::vector<LoopOrder> allowedOrders(const MachineLevel& level, DimSet looping)
{
    LoopOrder order;
    for (std::uint8_t dim = 0; dim < G; ++dim)
        if ((looping & bit(dim)) != 0) order.dims[order.count++] = dim;
    std::vector<LoopOrder> orders;
    if (level.orders.empty()) {
        do orders.push_back(order);
        while (std::next_permutation(order.dims.begin(), order.dims.begin() + order.count));
        return orders;
    }
    for (const std::vector<std::uint8_t>& allowed : level.orders) {
        order = {};
        for (const std::uint8_t dim : allowed)
            if ((looping & bit(dim)) != 0) order.dims[order.count++] = dim;
        orders.push_back(order);
    }
    return orders;
}

void setOrder(LevelMapping& level, const LoopOrder& order)
{
    std::size_t next = 0;
    for (const std::uint8_t dim : order) level.order[next++] = dim;
    for (std::uint8_t dim = 0; dim < G; ++dim)
        if (std::find(order.begin(), order.end(), dim) == order.end()) level.order[next++] = dim;
}

OrderTable::OrderTable(const Machine& machine, Keep keep)
    : m_machine(machine), m_keep(keep), m_orders(machine.levels.size())
{
}

const std::vector<LoopOrder>& OrderTable::at(std::size_t level, DimSet looping)
{
    auto& orders = m_orders[level][looping];
    if (orders.empty()) fill(level, looping);
    return orders;
}

void OrderTable::fill(std::size_t level, DimSet looping)
{
    auto& orders = m_orders[level][looping];
    std::vector<std::string> seen;
    for (const LoopOrder& order : allowedOrders(m_machine.levels[level], looping)) {
        std::string its = m_keep == Keep::All ? std::string(order.begin(), order.end())
                                              : seenFrom(m_machine, level, order);
        if (std::find(seen.begin(), seen.end(), its) != seen.end()) continue;
        seen.push_back(std::move(its));
        orders.push_back(order);
    }
}

} // namespace cutline::loopnest
