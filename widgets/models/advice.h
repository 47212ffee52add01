// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "widgets/models/plan_facts.h"

#include <QStringList>

namespace cutline {

/// What moving one layer to `to` would change, in words: its own time and why, the plan's throughput, latency
/// and energy, the transfers it would cause, what it would break; or the operator that the platform cannot
/// run. Judged by the evaluator with the changed plan.
QString whyNotText(const Evaluator& evaluator, const Plan& plan, const Metrics& metrics, LayerId layer,
                   PlatformId to);

/// What a platform does with this layer that a person should know beside its cost: "SMB does not run Resize
/// itself: ..."; empty where there is nothing to warn of.
QString fallbackWarning(const CostTable& costs, LayerId layer, PlatformId platform);

/// What would help this plan, each tried by judging the changed plan or system: the longest layers of the
/// bottleneck, the best move of a cut beside it, the bottleneck twice as fast and what limits then,
/// links ten times as fast. Takes up to some tenths of a second for 20,000 layers: call it in the background.
QStringList whatWouldHelp(const Evaluator& evaluator, const Plan& plan, const Metrics& metrics, Progress& progress);

} // namespace cutline
