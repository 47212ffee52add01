// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"
#include "core/exchange/workload_model.h"
#include "core/platform/cnnparted.h"
#include "core/platform/library.h"

#include <map>
#include <optional>
#include <ostream>
#include <string>

namespace cutline::cli {

/// Prints the one line that says what, where, and what to do; returns `status`.
int fail(const Error& error, int status = kFailed);

/// Notes and warnings, each a line that begins with one of these words. They reach standard error when the command has
/// ended; one that fails has its error's line there alone.
std::ostream& remarks();
void showRemarks();

/// Writes a result to --out or to standard output.
int deliver(const Options& options, const std::string& text);

/// What an import did not take, on standard error.
void printNotes(const CnnPartedRun& run);

/// Reads a scenario file where one is named.
Result<Scenario> scenarioOf(const Options& options);

/// Opens the model, ONNX or a device-placement workload, and prints its notes on standard error.
Result<ImportedModel> openModel(const Options& options, const Scenario& scenario, Progress& progress);

/// Model, system, scenario, costs: what cost, explore and evaluate start from.
struct Workbench {
    ImportedModel model;
    Problem problem;
    CostOptions cost; ///< that the problem's costs are made with
};
/// The status to exit with, in case of an error, stands beside it: usage or failed.
struct Failure {
    Error error;
    int status = kFailed;
};
std::optional<Failure> open(const Options& options, Progress& progress, Workbench& bench);

/// What --system, --scenario and the like name.
struct Ground {
    System system;
    Scenario scenario;
    std::map<std::string, ProfileUse> use; ///< of profiles, by platform
    std::optional<WorkloadModel> workload; ///< the model, where it is one
};
std::optional<Failure> openOn(const Options& options, Ground ground, Progress& progress, Workbench& bench);

/// The plan that --plan or --cut names, with --precision; what is odd about it goes to standard error.
Result<Plan> namedPlan(const Options& options, const ImportedModel& model, const System& system,
                       std::span<const LayerId> schedule);

/// The plan that --plan or --cut names, in the order that evaluate judges it in: that of --schedule where it is given.
Result<Plan> planOf(const Options& options, const ImportedModel& model, const Evaluator& evaluator);

/// A file that the command would write and that is one of those it reads.
std::optional<Error> overwrittenInput(const Options& options);

/// What to search for, by --objectives, --constraint, --order and the like.
std::optional<Failure> searchOptions(const Options& options, const Problem& problem, SearchOptions& search);

int runInspect(const Options& options, Progress& progress);
/// cost --reconcile: measured beside predicted costs.
int runReconcile(const Options& options, Progress& progress);
int runCost(const Options& options, Progress& progress);
int runExplore(const Options& options, Progress& progress);
int runEvaluate(const Options& options, Progress& progress);
int runAccuracy(const Options& options, Progress& progress);
int runSplit(const Options& options, Progress& progress);
int runExport(const Options& options, Progress& progress);
int runReport(const Options& options, Progress& progress);
int runPlace(const Options& options, Progress& progress);
int runPlatforms(const Options& options);

} // namespace cutline::cli
