// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"
#include "core/accuracy/accuracy.h"

namespace cutline::cli {

/// Data sets of --data and --calibration, the engine, the ranges: ready to measure. Says on standard error where a model
/// is quantised already, so that no precision changes it.
Result<AccuracyMeter> openMeter(const Options& options, const ImportedModel& model, Progress& progress);

} // namespace cutline::cli
