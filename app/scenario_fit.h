// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/scenario.h"
#include "core/platform/system.h"

#include <QStringList>

namespace cutline {

/// Drops what a scenario says of platforms, links and memories that the system does not have: places of inputs and
/// outputs, background loads, requirements. What was dropped, in words.
QStringList fitScenario(Scenario& scenario, const System& system);

} // namespace cutline
