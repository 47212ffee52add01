// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/import.h"
#include "core/plan/evaluate.h"
#include "core/robust/robustness_report.h"
#include "core/search/search.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace cutline {

/// What stands around plans in a file: where they come from.
struct PlanContext {
    std::string model_file, model_sha256, system_name;
};

/// interface.md "explore --format json": every field present, numbers as JSON numbers, layers as ONNX node
/// names. `which` lists candidates (ids p1, p2 .. are their positions in the list of all candidates, from 1).
/// With a robustness report (`--robustness`): `robustness` beside `plans` (samples, seed, what changes the decision),
/// and in each representative plan (probabilities as shares, quantiles as [5 %, 50 %, 95 %]). With accuracies:
/// `accuracy` beside `plans`: how many of the front are measured, the images, the error of the estimate.
std::string planJson(const PlanContext& context, const Evaluator& evaluator, const SearchResult& result,
                     std::span<const std::uint32_t> which, const RobustnessReport* robustness = nullptr);
/// One plan that did not come from a search (`evaluate`), with its accuracy where that is known.
std::string planJson(const PlanContext& context, const Evaluator& evaluator, const Plan& plan,
                     const std::optional<Accuracy>& accuracy = {});
/// The object behind "metrics", as in plan files.
std::string metricsJson(const Problem& problem, const Metrics& metrics);
/// One row per plan: plan,on_front,platforms,cuts,latency_s,.. busy_s:NAME,memory_bytes:NAME
std::string planCsv(const Evaluator& evaluator, const SearchResult& result,
                    std::span<const std::uint32_t> which);
std::string planCsv(const Evaluator& evaluator, const Plan& plan, const std::optional<Accuracy>& accuracy = {});

/// FILE or FILE#ID in two parts, cut at the last `#`; without an id where there is none, or where all of it is a file.
std::pair<std::string, std::string> planFileAndId(const std::string& file_and_id);
/// A plan file (JSON as above, or text format with `stages` or `assignment`), FILE or FILE#ID; or a row of CNNParted's
/// `<run>_result_*.csv`, by its `idx`.
/// Errors name the layer or platform that the graph or system does not have, or layers without a place.
Result<Plan> readPlan(const std::string& file_and_id, const Graph& graph, const System& system);
/// The same, with what somebody should know although the plan is read: the file names another model or system than
/// those `here` (empty names are not compared), or an order of layers that cannot run.
Result<Plan> readPlan(const std::string& file_and_id, const Graph& graph, const System& system,
                      const PlanContext& here, std::vector<Error>& warnings);
/// --cut LAYER[,LAYER..] --order p1,p2..: each stage is all layers up to and including its layer in the order of
/// `schedule` (all layers in an order that can run; empty: the file's). No order, or `fixed`: the system's.
Result<Plan> planFromCuts(const Graph& graph, const System& system, std::string_view cuts,
                          std::string_view order, std::span<const LayerId> schedule = {});

/// `inspect` and `cost` tables.
std::string layersCsv(const Graph& graph);
std::string layersJson(const Graph& graph);
std::string costsCsv(const CostTable& costs);
std::string costsJson(const CostTable& costs);

} // namespace cutline
