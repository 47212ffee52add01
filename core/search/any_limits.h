// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/any_model.h"

#include <limits>
#include <span>
#include <vector>

namespace cutline {

/// Limits that least figures can break: whatever completes them breaks them too.
class AnyLimits {
public:
    AnyLimits(const AnyModel& model, const Evaluator& evaluator, std::span<const Constraint> constraints);

    bool broken(const AnyModel::Bound& bound, const double* sums) const;
    /// Figures that some limit speaks about.
    const AnyWants& wants() const { return m_wants; }

private:
    static constexpr double kNone = std::numeric_limits<double>::infinity();
    void add(const Constraint& constraint, const LinkResources& resources, double period_s);

    AnyModel::Layout m_layout;
    AnyModel::Bound m_most;
    std::vector<double> m_busy, m_memory, m_resource; ///< by platform, platform, link resource
    AnyWants m_wants;
};

/// Least figures as a row to compare, less `slack` of each (sums in another order than the judge's).
void fillRow(const AnyModel::Bound& bound, std::span<const Objective> objectives, bool memory_as_ratio, double slack,
             double* row);

/// Figures that the objectives speak about.
AnyWants wantsOf(std::span<const Objective> objectives);

} // namespace cutline
