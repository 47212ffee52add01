// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document.h"

#include <QString>

namespace cutline {

enum class PlanFormat { Json, Csv };

/// The chosen plan as interface.md describes it ("explore --format json" with one plan). Errors: no plan, the
/// disk.
Result<void> exportPlan(const Document& document, const QString& path, PlanFormat format);
/// All candidates of the last search.
Result<void> exportCandidates(const Document& document, const QString& path, PlanFormat format);

} // namespace cutline
