// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/any_model.h"

#include <optional>

namespace cutline {

/// The least sum of one additive figure over all assignments, and the first assignment that has it (search.md section 2).
struct LeastCut {
    double value = 0;
    GroupAssignment assignment;
};

/// By one minimum cut: energy without idle terms, link bytes or sensitivity, with every group on one of two platforms, or of a
/// row of platforms whose links pass everything on hop by hop and where a tensor has the same bytes wherever it was made. For
/// every boundary of the row a group is on one side or the other; one auxiliary node per tensor and direction counts its bytes
/// once, however many read it. Nullopt: another objective, another kind of system, placed inputs or outputs on a third platform,
/// a platform limit below the row's length, or no assignment at all.
std::optional<LeastCut> leastCut(const AnyModel& model, Objective objective);

} // namespace cutline
