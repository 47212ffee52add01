// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/any_schedule.h"

#include <string>
#include <unordered_set>
#include <vector>

namespace cutline {

/// Pareto local search (Paquete, Chiarandini, Stuetzle 2004) over assignments: what is one step away from a plan of the front is
/// judged, and what gets onto the front is a place to go on from. A step: a group goes where one of its neighbours is
/// (anywhere, in small models), or a stretch of groups joins the platform beside it. Takes steps in a fixed order.
class AnyLocal {
public:
    AnyLocal(const AnyModel& model, AnyFront& front) : m_model(model), m_front(front) {}

    /// Goes on until nothing new comes or so many plans have been judged.
    void run(std::uint64_t most_judged);

private:
    void look(const GroupAssignment& assignment);
    void moveGroups(const GroupAssignment& from);
    void moveStretches(const GroupAssignment& from);
    bool isOver() { return m_front.proof().evaluated >= m_end || m_front.stopped(); }

    const AnyModel& m_model;
    AnyFront& m_front;
    std::uint64_t m_end = 0;
    std::vector<GroupAssignment> m_open;
    std::unordered_set<std::string> m_seen;
};

} // namespace cutline
