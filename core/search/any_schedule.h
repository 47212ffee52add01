// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/any_front.h"
#include "core/search/any_limits.h"

#include <span>
#include <vector>

namespace cutline {

/// An order of all groups in which none comes before what it reads from. Platforms run their groups in this order.
using GroupOrder = std::vector<std::uint32_t>;

/// General plan of an assignment and an order: a group joins the latest stage of its platform where that comes after
/// everything it reads from, otherwise it opens a new one at the end (planFromAssignment with an order of one's own).
Plan generalPlan(const AnyModel& model, const GroupAssignment& assignment, std::span<const std::uint32_t> order);

/// The plan of an assignment as everybody makes it: a pipeline where it is one (AnyFront puts it in the order of least memory),
/// else general in the file's order, but that the layers of a group stay together.
Plan planOf(const AnyModel& model, const GroupAssignment& assignment);

enum class ListRule { EarliestStart, LongestTail };
/// List schedule: of the groups that could run next the one that can start first (the longer tail breaks ties), or the
/// one with the longest tail. Links are taken to be free.
GroupOrder listOrder(const AnyModel& model, const GroupAssignment& assignment, ListRule rule);

/// Platform of every group from the platform of every layer, and back.
GroupAssignment groupAssignment(const AnyModel& model, std::span<const PlatformId> by_layer);
std::vector<PlatformId> layerAssignment(const AnyModel& model, const GroupAssignment& by_group);

/// All orders of one assignment, depth first, as long as something new may come of it.
class EveryOrder {
public:
    EveryOrder(const AnyModel& model, AnyFront& front);
    /// Judges the plans of all orders, except those that cannot reach the front: `least` bounds the figures of every order.
    void run(const GroupAssignment& assignment, const AnyModel::Bound& least);

private:
    void grow(std::size_t placed);
    /// True when no other order can do better.
    bool look();

    const AnyModel& m_model;
    AnyFront& m_front;
    const GroupAssignment* m_assignment = nullptr;
    AnyModel::Bound m_least;
    std::vector<double> m_least_row, m_row, m_tails, m_ends, m_free, m_rest;
    std::vector<std::vector<double>> m_travel; ///< by group and predecessor
    std::vector<std::uint32_t> m_waits_for;
    GroupOrder m_order;
    bool m_done = false;
};

} // namespace cutline
