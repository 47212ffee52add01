// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/explore: demands that a search by itself cannot judge.
#pragma once

#include "core/search/search.h"

#include <vector>

namespace cutline {

/// Takes constraints and hard requirements on accuracy (a fraction) out of what is searched for.
std::vector<Constraint> takeAccuracyDemands(Scenario& scenario, SearchOptions& options);

/// The figure keeps all of them.
bool keepsAccuracy(double accuracy, const std::vector<Constraint>& demands);

} // namespace cutline
