// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/commands.h"
#include "core/accuracy/accuracy.h"
#include "core/search/search.h"

namespace cutline::cli {

/// Data sets of --data and --calibration, the engine, the ranges: ready to measure. Says on standard error where a model
/// is quantised already, so that no precision changes it.
Result<AccuracyMeter> openMeter(const Options& options, const ImportedModel& model, Progress& progress);

/// The search that the options ask for: with --data or --accuracy-table accuracies are known.
Result<SearchResult> exploreAsked(const Options& options, const Workbench& bench, const SearchOptions& search,
                                  Progress& progress);

/// Of one plan; nullopt where nothing tells it.
Result<std::optional<Accuracy>> accuracyAsked(const Options& options, const Workbench& bench, const Plan& plan,
                                              Progress& progress);
/// Of several, in their order.
Result<std::vector<std::optional<Accuracy>>> accuraciesAsked(const Options& options, const Workbench& bench,
                                                             std::span<const Plan> plans, Progress& progress);

} // namespace cutline::cli
