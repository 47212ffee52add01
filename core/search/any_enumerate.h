// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/any_schedule.h"

namespace cutline {

/// Looks at every assignment and every order of it, depth first, except where least figures break a limit or cannot reach
/// the front: exact, in time that grows with their number.
class AnyEnumeration {
public:
    AnyEnumeration(const AnyModel& model, AnyFront& front, const AnyLimits& limits);
    void run();

private:
    void grow(std::size_t group);
    bool isHopeless(const AnyModel::Bound& bound, const double* sums);

    const AnyModel& m_model;
    AnyFront& m_front;
    const AnyLimits& m_limits;
    EveryOrder m_orders;
    GroupAssignment m_assignment;
    std::vector<AnyModel::Arc> m_arcs;           ///< by group
    std::vector<AnyModel::State> m_states;
    std::vector<std::vector<double>> m_sums;     ///< before a group
    std::vector<double> m_row;
};

} // namespace cutline
