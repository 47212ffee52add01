// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/cost/cost_model.h"
#include "core/graph/import.h"
#include "core/search/search.h"

#include <optional>
#include <string>
#include <vector>

namespace cutline::cli {

/// Exit statuses that scripts rely on (interface.md).
enum ExitStatus { kDone = 0, kFailed = 1, kUsage = 2, kInfeasible = 3 };

enum class Command { Inspect, Cost, Explore, Evaluate, Accuracy, Split, Export, Report, Place, Platforms };
enum class Format { Table, Csv, Json };

/// The command line as typed; names are looked up once model and system are there.
struct Options {
    Command command = Command::Inspect;
    std::string model, system, plan, cut, name, folder, as, typed, boundary = "model";
    Format format = Format::Table;
    std::string out;
    std::vector<std::string> devices, inputs, profiles, constraints, pins, forbidden, shapes, dims,
        precision; ///< of single platforms, for --cut
    std::string profile_missing, objectives, order, rate, scenario, solver = "auto", compat, schedule, sensitivity, match_report, fusion = "on",
                resolution = "1%", cuts = "pipeline", time_limit, epsilon, precisions = "auto";
    std::string data, calibration, bits, activations = "asymmetric", ranges, exits, judged_by, accuracy_table; ///< of accuracy
    double percentile = 100;
    std::size_t measure = 200; ///< plans of the front
    std::size_t max_platforms = 0;
    std::uint32_t frames = 20;
    std::uint64_t seed = 1;
    std::size_t robustness = 0; ///< samples; 0: not asked for
    unsigned threads = 0;
    bool all = false, progress = false, reconcile = false, explain = false, verify = false, refit = false;
};

/// The parsed command line, or the exit status of what is already answered (help, version, usage errors).
struct Parsed {
    Options options;
    std::optional<int> exit_status;
};
Parsed parseCommandLine(int argc, char** argv);

/// "a=b" in two parts, cut at the last `=` where `last` says so (layer names may contain `=`).
enum class CutAt { First, Last };
Result<std::pair<std::string, std::string>> pairOf(const std::string& text, const std::string& option, CutAt at);

/// "NAME=FILE" in two parts, cut at the first `=`; without a name where there is none, or where all of it is a file.
std::pair<std::string, std::string> nameAndFile(const std::string& text);

/// --shape and --dim.
Result<ImportOptions> importOptions(const Options& options, const Scenario& scenario);

} // namespace cutline::cli
