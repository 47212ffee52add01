// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include "app/cli/match_report.h"
#include "app/cli/text_table.h"
#include "core/base/file.h"
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/cost/loopnest/mapping_cache.h"
#include "core/exchange/exchange.h"
#include "core/plan/precision_variants.h"
#include "core/search/feasibility.h"

#include <algorithm>
#include <iostream>
#include <sstream>

namespace cutline::cli {
namespace {

Result<CostOptions> costOptions(const Options& options)
{
    CostOptions cost;
    cost.mappings = std::make_shared<loopnest::MappingCache>(loopnest::MappingCache::defaultFolder());
    if (!options.compat.empty()) {
        const auto compat = parseCompat(options.compat);
        if (!compat) return compat.error();
        cost.compat = *compat;
    }
    // A published quirk speaks of nodes, one by one.
    cost.fusion = options.fusion == "on" && !cost.compat.any();
    if (options.profile_missing == "zero") cost.missing = ProfileMissing::Zero;
    if (options.profile_missing == "model") cost.missing = ProfileMissing::Model;
    return cost;
}

/// Files of --profile; a clock for `cycles` columns comes from the platform that the profile is for.
Result<void> readProfiles(const Options& options, const System& system, CostOptions& cost)
{
    for (const std::string& text : options.profiles) {
        const auto pair = pairOf(text, "--profile", CutAt::First);
        if (!pair) return pair.error();
        std::optional<double> clock_hz;
        for (const Platform& p : system.platforms)
            if (p.name == pair->first || p.descriptor == pair->first ||
                std::find(p.aliases.begin(), p.aliases.end(), pair->first) != p.aliases.end())
                clock_hz = p.clock_hz;
        if (cost.profiles.contains(pair->first))
            return Error{"--profile " + text, "a second profile for " + pair->first, "give one file a platform"};
        auto profile = readProfile(pair->second, clock_hz);
        if (!profile) return profile.error();
        cost.profiles[pair->first] = *std::move(profile);
        if (options.refit) cost.use[pair->first] = ProfileUse::Refit;
    }
    return {};
}

/// --match-report: written before the table is built, since it tells why that may not be possible.
Result<void> reportMatches(const Options& options, const MatchReport& report)
{
    if (options.match_report == "-")
        std::cerr << report.text();
    else if (!options.match_report.empty())
        return writeFileAtomically(options.match_report, report.csv());
    return {};
}

std::string macsText(const Layer& layer)
{
    if (!layer.macs) return "?";
    return *layer.macs == 0 ? "" : formatQuantity(static_cast<double>(*layer.macs), Unit::Mac);
}

std::string inspectTable(const Graph& graph)
{
    TextTable table({{"layer", TextTable::Align::Left}, {"op", TextTable::Align::Left},
                     {"shape", TextTable::Align::Left}, {"MACs"}, {"parameters"}});
    for (const Layer& layer : graph.layers()) {
        std::string shape;
        for (const TensorId t : layer.outputs) {
            const Tensor& tensor = graph.tensor(t);
            shape += (shape.empty() ? "" : "; ") + (tensor.shape ? shapeText(*tensor.shape) : std::string("?"));
        }
        std::uint64_t parameters = 0;
        for (const WeightId w : layer.weights)
            if (graph.weight(w).is_parameter) parameters += graph.weight(w).elements;
        table.add({layer.name, layer.op, shape, macsText(layer),
                   parameters ? formatQuantity(static_cast<double>(parameters), Unit::Count) : ""});
    }
    return table.text() + std::to_string(graph.layerCount()) + " layers, " +
           formatQuantity(static_cast<double>(graph.totalMacs()), Unit::Mac) + ", " +
           formatQuantity(static_cast<double>(graph.totalParameters()), Unit::Count) + " parameters\n";
}

std::string costTable(const CostTable& costs, bool explain)
{
    std::vector<TextTable::Column> columns{{"layer", TextTable::Align::Left}, {"op", TextTable::Align::Left},
                                           {"platform", TextTable::Align::Left}, {"latency"}, {"energy"},
                                           {"source", TextTable::Align::Left}};
    if (explain) columns.push_back({"how", TextTable::Align::Left});
    TextTable table(std::move(columns));
    const Graph& graph = costs.graph();
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        for (std::uint32_t p = 0; p < costs.system().platforms.size(); ++p) {
            const Cost& cost = costs.layer(LayerId{l}, PlatformId{p});
            const Layer& layer = graph.layer(LayerId{l});
            const std::string& platform = costs.system().platforms[p].name;
            std::vector<std::string> row{layer.name, layer.op, platform, "-", "-", "unsupported"};
            if (cost.supported) {
                row[3] = formatQuantity(cost.latency_s, Unit::Second);
                row[4] = formatQuantity(cost.energy_j, Unit::Joule);
                row[5] = wordFor(cost.source);
            }
            if (explain) {
                std::string how;
                for (const std::string& nest : split(costs.detail(cost.detail), '\n')) how += (how.empty() ? "" : " / ") + nest;
                row.push_back(std::move(how));
            }
            table.add(std::move(row));
        }
    }
    return table.text();
}

std::ostringstream& heldRemarks()
{
    static std::ostringstream held;
    return held;
}

} // namespace

std::ostream& remarks()
{
    return heldRemarks();
}

void showRemarks()
{
    std::cerr << heldRemarks().str() << std::flush;
    heldRemarks().str({});
}

int fail(const Error& error, int status)
{
    if (status == kInfeasible) showRemarks();
    heldRemarks().str({});
    std::cerr << "cutline-cli: " << error.message() << '\n';
    return status;
}

int deliver(const Options& options, const std::string& text)
{
    if (options.out.empty() || options.out == "/dev/stdout") {
        std::cout << text << std::flush;
        if (std::cout) return kDone;
        return fail({"standard output", "cannot be written", "check the disk or the program that reads it"});
    }
    const auto written = writeFileAtomically(options.out, text);
    return written ? kDone : fail(written.error());
}

Result<Scenario> scenarioOf(const Options& options)
{
    if (options.scenario.empty()) return Scenario{};
    const auto text = readFile(options.scenario);
    if (!text) return text.error();
    return parseScenario(*text, options.scenario);
}

namespace {

void printImportNotes(const ImportedModel& model)
{
    for (const ImportNote& note : model.notes) {
        const bool warning = note.severity == ImportNote::Severity::Warning;
        remarks() << (warning ? "warning: " : "note: ") << Error{note.where, note.what, note.fix}.message() << '\n';
    }
}

} // namespace

Result<ImportedModel> openModel(const Options& options, const Scenario& scenario, Progress& progress)
{
    if (isWorkloadFile(options.model)) {
        auto workload = readWorkloadModel(options.model);
        if (!workload) return workload.error();
        printImportNotes(workload->model);
        return std::move(workload->model);
    }
    const auto import = importOptions(options, scenario);
    if (!import) return import.error();
    auto model = importOnnx(options.model, *import, progress);
    if (model) printImportNotes(*model);
    return model;
}

namespace {

/// A workload's times, where nobody has given others, on platforms that are called as its devices are.
Result<void> addTimes(const WorkloadModel& workload, const Options& options, const System& system, CostOptions& cost)
{
    for (const Platform& platform : system.platforms)
        if (isWorkloadDevice(platform) && !profileOf(cost, platform)) cost.profiles[platform.descriptor] = workload.times;
    if (!cost.profiles.empty()) return {};
    return Error{"--system " + options.system, "has no platform named accelerator or cpu, for which " + printable(options.model) + " has times",
                 "leave --system out for the workload's own devices, or give --profile"};
}

/// What platforms take at the further precisions that they offer. The published quirks know of none.
std::optional<Failure> addVariants(const Options& options, Progress& progress, Workbench& bench)
{
    if (options.command == Command::Cost || bench.problem.compat.any()) return std::nullopt;
    auto variants = buildPrecisionVariants(bench.problem.graph, bench.problem.system, bench.cost, progress);
    if (!variants) return Failure{variants.error()};
    if (!*variants) return std::nullopt;
    for (PrecisionVariants::Level& level : (*variants)->levels) {
        if (options.sensitivity.empty()) break;
        auto table = readSensitivity(options.sensitivity, *bench.problem.graph, *level.system);
        if (!table) {
            remarks() << "note: platforms are run at their own precision: " << table.error().message() << '\n';
            return std::nullopt;
        }
        level.sensitivity = std::make_shared<const SensitivityTable>(*std::move(table));
    }
    bench.problem.variants = *std::move(variants);
    return std::nullopt;
}

/// The scenario speaks about this model and system, and its requirements about metrics that there are.
std::optional<Failure> checkDemands(const Options& options, const Problem& problem)
{
    const auto ofFile = [&](const Error& error) {
        return Failure{options.scenario.empty() ? error : Error{printable(options.scenario), error.message(), {}}};
    };
    if (const auto checked = checkScenario(*problem.graph, *problem.system, problem.scenario); !checked)
        return ofFile(checked.error());
    if (const auto demands = allConstraints(problem, {}); !demands) return ofFile(demands.error());
    return std::nullopt;
}

/// Where no cost is known at all, figures would be made up; where a platform tells no energy, its zeros get a note.
std::optional<Failure> checkCosts(const Options& options, const CostTable& costs)
{
    if (options.command != Command::Explore && options.command != Command::Evaluate && options.command != Command::Report)
        return std::nullopt;
    const Graph& graph = costs.graph();
    const System& system = costs.system();
    bool any_known = graph.layerCount() == 0;
    for (std::uint32_t p = 0; p < system.platforms.size(); ++p) {
        double seconds = 0, joules = 0;
        for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
            seconds += costs.layer({l}, {p}).latency_s;
            joules += costs.layer({l}, {p}).energy_j;
        }
        any_known = any_known || seconds > 0;
        if (seconds > 0 && !(joules > 0))
            remarks() << "note: " << printable(system.platforms[p].name)
                      << ": no energy is known of its layers; they count as 0 J\n";
    }
    if (any_known) return std::nullopt;
    // Tensors stand in the order that they are made in, the model's inputs first.
    const auto unknown = std::ranges::find_if(graph.tensors(), [](const Tensor& t) { return !t.shape || !elementCount(*t.shape); });
    if (unknown == graph.tensors().end()) return std::nullopt; // views alone: they cost nothing
    return Failure{{printable(options.model), "no layer has a known cost; the shape of tensor " + inQuotes(unknown->name) + " is not known",
                    "give it with --shape " + printable(unknown->name) + "=1,3,224,224 or --dim NAME=SIZE"}};
}

} // namespace

std::optional<Failure> open(const Options& options, Progress& progress, Workbench& bench)
{
    auto scenario = scenarioOf(options);
    if (!scenario) return Failure{scenario.error()};
    const Library library = Library::load(Library::defaultFolders());
    Ground ground{{}, *std::move(scenario), {}, {}};
    if (isWorkloadFile(options.model)) {
        auto workload = readWorkloadModel(options.model);
        if (!workload) return Failure{workload.error()};
        ground.workload = *std::move(workload);
    }
    if (ground.workload && options.system.empty()) {
        ground.system = ground.workload->system;
    } else if (isYamlFile(options.system)) {
        auto run = readCnnParted(options.system, library);
        if (!run) return Failure{run.error()};
        printNotes(*run);
        ground.system = std::move(run->system);
        if (options.scenario.empty()) ground.scenario = std::move(run->scenario);
    } else {
        auto system = library.system(options.system);
        if (!system) return Failure{system.error()};
        ground.system = *std::move(system);
    }
    return openOn(options, std::move(ground), progress, bench);
}

std::optional<Failure> openOn(const Options& options, Ground ground, Progress& progress, Workbench& bench)
{
    auto cost = costOptions(options);
    if (!cost) return Failure{cost.error(), kUsage};
    cost->use = std::move(ground.use);
    if (!options.rate.empty()) {
        const auto rate = parseQuantity(options.rate, Unit::Hertz);
        if (!rate || *rate <= 0)
            return Failure{{"--rate " + options.rate, "is not a rate above 0", "write --rate 30fps"}, kUsage};
        ground.scenario.rate_hz = *rate;
    }
    if (const auto read = readProfiles(options, ground.system, *cost); !read) return Failure{read.error()};
    if (ground.workload) {
        if (const auto added = addTimes(*ground.workload, options, ground.system, *cost); !added) return Failure{added.error()};
        printImportNotes(ground.workload->model);
        bench.model = std::move(ground.workload->model);
    } else {
        auto model = openModel(options, ground.scenario, progress);
        if (!model) return Failure{model.error()};
        bench.model = *std::move(model);
    }
    bench.problem.graph = bench.model.graph;
    bench.problem.system = std::make_shared<const System>(std::move(ground.system));
    bench.problem.scenario = std::move(ground.scenario);
    bench.problem.compat = cost->compat;
    if (auto failure = checkDemands(options, bench.problem)) return failure;
    const auto report = MatchReport::make(*bench.problem.graph, *bench.problem.system, *cost);
    if (report)
        if (const auto written = reportMatches(options, *report); !written) return Failure{written.error()};
    auto costs = buildCostTable(bench.problem.graph, bench.problem.system, *cost, progress);
    if (!costs) return Failure{costs.error()};
    bench.problem.costs = *std::move(costs);
    using Notes = MatchReport::Notes;
    if (report && options.match_report.empty())
        remarks() << report->notes(options.command == Command::Cost ? Notes::All : Notes::Doubtful);
    if (auto failure = checkCosts(options, *bench.problem.costs)) return failure;
    bench.cost = *std::move(cost);
    if (!options.sensitivity.empty()) {
        auto table = readSensitivity(options.sensitivity, *bench.problem.graph, *bench.problem.system);
        if (!table) return Failure{table.error()};
        bench.problem.sensitivity = std::make_shared<const SensitivityTable>(*std::move(table));
    }
    return addVariants(options, progress, bench);
}

int runInspect(const Options& options, Progress& progress)
{
    const auto scenario = scenarioOf(options);
    if (!scenario) return fail(scenario.error());
    const auto model = openModel(options, *scenario, progress);
    if (!model) return fail(model.error());
    switch (options.format) {
    case Format::Table: return deliver(options, inspectTable(*model->graph));
    case Format::Csv: return deliver(options, layersCsv(*model->graph));
    case Format::Json: return deliver(options, layersJson(*model->graph));
    }
    return kUsage;
}

int runCost(const Options& options, Progress& progress)
{
    if (options.reconcile) return runReconcile(options, progress);
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    switch (options.format) {
    case Format::Table: return deliver(options, costTable(*bench.problem.costs, options.explain));
    case Format::Csv: return deliver(options, costsCsv(*bench.problem.costs));
    case Format::Json: return deliver(options, costsJson(*bench.problem.costs));
    }
    return kUsage;
}

} // namespace cutline::cli
