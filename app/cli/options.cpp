// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/options.h"

#include "core/accuracy/precision.h"
#include "core/base/text.h"
#include "core/exchange/workload_model.h"
#include "core/platform/near_names.h"
#include "core/split/export_files.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <iostream>
#include <map>

namespace cutline::cli {
namespace {

void addFormat(CLI::App& app, Options& o)
{
    const auto read = [&o](const std::string& text) {
        const std::map<std::string, Format> formats{{"table", Format::Table}, {"csv", Format::Csv}, {"json", Format::Json}};
        const auto found = formats.find(lowered(text));
        if (found == formats.end()) throw CLI::ValidationError("--format " + text, "is none; use table, csv or json");
        o.format = found->second;
    };
    app.add_option_function<std::string>("--format", read, "table, csv or json")->type_name("FORMAT");
    app.add_flag("--progress", o.progress, "report progress on standard error");
}

/// A number in decimal digits alone: the library would take -1 for the largest one.
CLI::Validator wholeNumber(std::uint64_t low, std::uint64_t high)
{
    const auto check = [low, high](std::string& text) -> std::string {
        std::uint64_t value = 0;
        const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (status == std::errc() && end == text.data() + text.size() && value >= low && value <= high) return {};
        return "'" + text + "' is no whole number from " + std::to_string(low) + " to " + std::to_string(high);
    };
    return {check, ""};
}

constexpr std::uint64_t kMostThreads = 1024, kMostPlatforms = 1000, kMostPlans = 1'000'000'000;

void addOutput(CLI::App& app, Options& o)
{
    addFormat(app, o);
    app.add_option("--out", o.out, "write to this file instead of standard output")->type_name("FILE");
}

void addModel(CLI::App& app, Options& o, const char* name = "MODEL", const char* what = "an ONNX file, or a device-placement workload (.json)")
{
    app.add_option(name, o.model, what)->required();
    app.add_option("--shape", o.shapes, "shape of a graph input: input=1,3,224,224")->type_name("INPUT=SHAPE");
    app.add_option("--dim", o.dims, "size of a symbolic dimension: batch=1")->type_name("NAME=SIZE");
    app.add_option("--scenario", o.scenario, "scenario file: rate, inputs, outputs, requirements")->type_name("FILE");
    app.add_option("--threads", o.threads, "threads to use; 0 = all cores")->check(wholeNumber(0, kMostThreads));
}

void addCosts(CLI::App& app, Options& o)
{
    app.add_option("--system", o.system, "a system of the library, its file, or a configuration of CNNParted (.yaml)")->type_name("SYSTEM");
    app.add_option("--profile", o.profiles,
                   "measured costs of a platform: CSV, or a profile of trtexec, ONNX Runtime, TFLite, Vela, ST Edge AI, "
                   "OpenVINO, CNNParted")
        ->type_name("PLATFORM=FILE");
    app.add_option("--match-report", o.match_report,
                   "which rows of the profiles are which layers: CSV to a file, or - for a table on standard error")
        ->type_name("FILE");
    app.add_option("--profile-missing", o.profile_missing, "layers absent from a profile: zero or model")
        ->check(CLI::IsMember({"zero", "model"}));
    app.add_flag("--refit", o.refit, "predict with models fitted to the profiles instead of taking their times");
    app.add_option("--compat", o.compat, "quirks of the published evaluation; kress-2024 = all")->type_name("QUIRK,..");
    app.add_option("--fusion", o.fusion, "run fused groups as one layer: on or off")->check(CLI::IsMember({"on", "off"}));
}

void addPlanning(CLI::App& app, Options& o)
{
    app.add_option("--order", o.order, "fixed, free, or platforms in order: EYR,SMB")->type_name("ORDER");
    app.add_option("--rate", o.rate, "inputs per second: 30fps")->type_name("RATE");
    app.add_option("--sensitivity", o.sensitivity, "accuracy loss of each layer: CSV with layer, sensitivity, and platform or bits")
        ->type_name("FILE");
    app.add_option("--schedule", o.schedule, "one node name a line: the topological order to use")->type_name("FILE");
}

void addPrecision(CLI::App& app, Options& o, CLI::Option* plan)
{
    app.add_option("--precision", o.precision, "run a platform at a precision that it offers: HUB=8, or HUB=8/16 (weights/activations)")
        ->type_name("PLATFORM=BITS")
        ->excludes(plan);
}

/// The one plan that a command is about.
void addPlan(CLI::App& app, Options& o)
{
    auto* plan = app.add_option("--plan", o.plan, "plan file, or results of CNNParted (.csv, ID: idx), FILE or FILE#ID")->type_name("FILE[#ID]");
    app.add_option("--cut", o.cut, "last layer of each stage but the last, in file order")
        ->type_name("LAYER,..")
        ->excludes(plan);
    addPrecision(app, o, plan);
}

/// A model, what it costs on a system, and one plan of it.
void addPlanned(CLI::App& app, Options& o)
{
    addModel(app, o);
    addCosts(app, o);
    addPlanning(app, o);
    addPlan(app, o);
}

void addSearch(CLI::App& app, Options& o)
{
    app.add_option("--objectives", o.objectives, "latency,throughput,energy,memory,link,sensitivity,accuracy,cost")
        ->type_name("LIST");
    app.add_option("--constraint", o.constraints, "'latency<=20ms', 'memory:EYR<=4MiB'; repeatable")->type_name("LIMIT");
    app.add_option("--max-platforms", o.max_platforms, "most platforms a plan may use")->check(wholeNumber(1, kMostPlatforms));
    app.add_option("--solver", o.solver, "exact, labels, nsga2 or auto")
        ->check(CLI::IsMember({"exact", "labels", "nsga2", "auto"}));
    app.add_option("--precisions", o.precisions,
                   "run platforms at their own precision (own) or at any that they offer (offered); auto: offered where "
                   "accuracy or sensitivity is asked for")
        ->check(CLI::IsMember({"auto", "own", "offered"}));
    app.add_option("--pin", o.pins, "keep a layer on a platform")->type_name("LAYER=PLATFORM");
    app.add_option("--forbid", o.forbidden, "keep a layer off a platform")->type_name("LAYER=PLATFORM");
    app.add_option("--resolution", o.resolution, "difference below which plans are one choice: 1% or model");
    app.add_flag("--robustness{500}", o.robustness,
                 "how each representative plan fares where predictions are wrong, by so many samples: --robustness=500")
        ->force_callback(false) // CLI11 2.4 checks the number of a flag that is not given, too
        ->check(wholeNumber(1, 1'000'000));
    app.add_option("--seed", o.seed, "of everything random")->check(wholeNumber(0, std::numeric_limits<std::uint64_t>::max()));
    app.add_option("--cuts", o.cuts, "pipeline, any or split")->check(CLI::IsMember({"pipeline", "any", "split"}));
    app.add_option("--time-limit", o.time_limit, "stop searching after this long: 10s")->type_name("TIME");
    app.add_option("--epsilon", o.epsilon, "a front of pipelines that no plan beats by more will do: 1%")->type_name("SHARE");
    app.add_flag("--all", o.all, "dominated plans too");
}

void addData(CLI::App& app, Options& o)
{
    app.add_option("--data", o.data, "labelled images: a JSON description (its section 'test'), or a folder with a folder of pictures a class")
        ->type_name("FILE");
    app.add_option("--calibration", o.calibration, "images that ranges come from, its section 'calibration'; default: --data")
        ->type_name("FILE");
    app.add_option("--activations", o.activations, "integers of activations: asymmetric or symmetric")
        ->check(CLI::IsMember({"asymmetric", "symmetric"}));
    app.add_option("--percentile", o.percentile, "share of a tensor's values that its range covers: 100 or 99.99")
        ->check(CLI::Range(50.0, 100.0));
    app.add_option("--judged-by", o.judged_by, "of several outputs the one that plans are judged by; default: the last")
        ->type_name("OUTPUT");
}

void addAccuracy(CLI::App& app, Options& o)
{
    addData(app, o);
    app.add_option("--accuracy-table", o.accuracy_table,
                   "accuracies that somebody gives: CSV with accuracy and platforms,cuts or cut_after_layer,bits_before,bits_after")
        ->type_name("FILE")
        ->excludes(app.get_option("--data"));
}

void addMeasure(CLI::App& app, Options& o)
{
    app.add_option("--measure", o.measure, "most plans of the front whose accuracy is measured; 0: estimates alone")->check(wholeNumber(0, kMostPlans));
}

/// An argument as a shell takes it.
std::string forShell(const std::string& argument)
{
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%#";
    if (!argument.empty() && argument.front() != '#' && argument.find_first_not_of(kPlain) == std::string::npos) return argument;
    std::string quoted = "'";
    for (const char c : argument) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return quoted + "'";
}

int usageError(const CLI::App& app, const CLI::ParseError& error)
{
    std::cerr << "cutline-cli: " << printable(error.what()) << "; see cutline-cli";
    for (const CLI::App* sub : app.get_subcommands()) std::cerr << ' ' << sub->get_name();
    std::cerr << " --help\n";
    return kUsage;
}

/// Help and version go to standard output, which may be full.
int answered(const CLI::App& app, const CLI::Success& answer)
{
    app.exit(answer);
    std::cout << std::flush;
    if (std::cout) return kDone;
    std::cerr << "cutline-cli: standard output: cannot be written; check the disk or the program that reads it\n";
    return kFailed;
}

void checkCommandName(const CLI::App& app, int argc, char** argv)
{
    if (argc < 2 || *argv[1] == '-') return;
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(sub->get_name());
    const std::string typed = argv[1];
    if (std::find(names.begin(), names.end(), typed) == names.end())
        throw CLI::ParseError("there is no command " + inQuotes(typed) + ", " + nearNames(typed, names), kUsage);
}

/// What can be seen to be wrong before any file is read: an error of usage.
void checkForms(const CLI::App& app, const Options& o)
{
    const auto refuse = [](const Error& error) { throw CLI::ValidationError(error.where, error.what + ", " + error.fix); };
    for (const CLI::App* sub : app.get_subcommands())
        for (const CLI::Option* option : sub->get_options())
            for (const std::string& value : option->results())
                if (value.empty()) throw CLI::ValidationError(option->get_name(), "is empty");
    const auto pairs = [&](const std::vector<std::string>& texts, const char* option, CutAt at) {
        for (const std::string& text : texts)
            if (const auto pair = pairOf(text, option, at); !pair) refuse(pair.error());
    };
    pairs(o.profiles, "--profile", CutAt::First);
    pairs(o.pins, "--pin", CutAt::Last);
    pairs(o.forbidden, "--forbid", CutAt::Last);
    pairs(o.precision, "--precision", CutAt::Last);
    pairs(o.devices, "--device", CutAt::Last);
    if (const auto import = importOptions(o, {}); !import) refuse(import.error());
    for (const std::string& part : o.bits.empty() ? std::vector<std::string>() : split(o.bits, ','))
        if (const auto width = Width::parse(part); !width) refuse({"--bits " + o.bits, width.error().what, width.error().fix});
}

/// One platform for everything needs no cut.
bool ordersOnePlatform(const Options& o)
{
    return !o.order.empty() && o.order != "fixed" && o.order != "free" && o.order.find(',') == std::string::npos;
}

void checkPlanGiven(const CLI::App& app, const Options& o)
{
    const auto parsed = [&](const char* name) { return app.get_subcommand(name)->parsed(); };
    const bool costed = parsed("cost") || parsed("explore") || parsed("evaluate") || parsed("split") || parsed("export");
    if (costed && o.system.empty() && !isWorkloadFile(o.model)) throw CLI::RequiredError("--system");
    const bool planned = !o.plan.empty() || !o.cut.empty() || ordersOnePlatform(o);
    if ((parsed("evaluate") || parsed("split") || parsed("export")) && !planned)
        throw CLI::RequiredError("--plan, --cut, or --order with one platform");
    if (!o.inputs.empty() && !o.verify && o.boundary == "model") throw CLI::RequiredError("--verify, for --input");
    if (!parsed("accuracy")) return;
    if (o.bits.empty() && o.system.empty()) throw CLI::RequiredError("--bits or --system");
    if (!o.system.empty() && !planned) throw CLI::RequiredError("--plan, --cut, or --order with one platform");
}

} // namespace

Parsed parseCommandLine(int argc, char** argv)
{
    Parsed parsed;
    Options& o = parsed.options;
    for (int i = 0; i < argc; ++i) o.typed += i > 0 ? " " + forShell(argv[i]) : "cutline-cli";
    CLI::App app("Cutline: where should this network be cut?", "cutline-cli");
    app.set_version_flag("--version", std::string("cutline-cli ") + CUTLINE_VERSION);
    app.require_subcommand(1);

    CLI::App* inspect = app.add_subcommand("inspect", "layers of a model: shapes, MACs, parameters, bytes");
    addModel(*inspect, o);
    CLI::App* cost = app.add_subcommand("cost", "layer x platform: latency, energy, memory, provenance");
    addModel(*cost, o);
    addCosts(*cost, o);
    cost->add_flag("--explain", o.explain, "what a table's figures come from: mapping and its limit, padding, assumptions");
    cost->add_flag("--reconcile", o.reconcile, "compare profiles with estimates: layers, classes, the worst ten");
    CLI::App* explore = app.add_subcommand("explore", "candidate plans and the Pareto front");
    addModel(*explore, o);
    addCosts(*explore, o);
    addPlanning(*explore, o);
    addSearch(*explore, o);
    addAccuracy(*explore, o);
    addMeasure(*explore, o);
    CLI::App* evaluate = app.add_subcommand("evaluate", "metrics of one plan");
    addPlanned(*evaluate, o);
    addAccuracy(*evaluate, o);
    CLI::App* accuracy = app.add_subcommand("accuracy", "measured top-1 at the precisions of a plan, or given ones");
    addModel(*accuracy, o);
    addData(*accuracy, o);
    accuracy->get_option("--data")->required();
    auto* bits = accuracy->add_option("--bits", o.bits, "2 to 16, float32, float16 or bfloat16; one a stage with --cut")
                     ->type_name("WIDTH,..");
    accuracy->add_option("--system", o.system, "take the precisions of its platforms")->type_name("SYSTEM")->excludes(bits);
    auto* planned = accuracy->add_option("--plan", o.plan, "plan file, FILE or FILE#ID")->type_name("FILE[#ID]")->excludes(bits);
    accuracy->add_option("--cut", o.cut, "last layer of each stage but the last; all: each layer in turn")
        ->type_name("LAYER,..")
        ->excludes(planned);
    addPrecision(*accuracy, o, planned);
    accuracy->add_option("--order", o.order, "platforms in order: EYR,SMB")->type_name("ORDER");
    accuracy->add_option("--ranges", o.ranges, "write each tensor's range to this CSV file")->type_name("FILE");
    accuracy->add_option("--exits", o.exits, "what leaves at each exit for these confidences, as CSV")->type_name("T1,T2,..");
    CLI::App* split = app.add_subcommand("split", "an ONNX model for each stage of a plan, and a manifest");
    addPlanned(*split, o);
    split->add_option("--out", o.folder, "folder to write into")->required()->type_name("FOLDER");
    split->add_option("--boundary", o.boundary,
                      "tensors cross as the model has them (model) or as the metrics charge them (wire)")
        ->check(CLI::IsMember({"model", "wire"}));
    split->add_flag("--verify", o.verify, "run the pieces one after the other, and the whole, on the same inputs");
    split->add_option("--input", o.inputs, "values of an input for --verify: NPY or an ONNX TensorProto (.pb); others are random")
        ->type_name("[NAME=]FILE");
    split->add_option("--seed", o.seed, "of the random inputs for --verify")->check(wholeNumber(0, std::numeric_limits<std::uint64_t>::max()));
    addFormat(*split, o);
    CLI::App* exported = app.add_subcommand("export", "a plan in the words of other programs");
    addPlanned(*exported, o);
    std::vector<std::string> kinds;
    for (const ExportKind kind : kExportKinds) kinds.emplace_back(nameOf(kind));
    exported->add_option("--as", o.as, "what to write")->required()->type_name("KIND")->check(CLI::IsMember(kinds));
    exported->add_option("--device", o.devices, "what the other program calls a platform: EYR=npu")->type_name("PLATFORM=NAME");
    exported->add_option("--frames", o.frames, "inferences in a trace")->check(wholeNumber(1, 100000));
    exported->add_option("--out", o.out, "write to this file instead of standard output")->type_name("FILE");
    exported->add_flag("--progress", o.progress, "report progress on standard error");
    CLI::App* report = app.add_subcommand("report", "what a review board reads: one PDF or HTML file");
    addModel(*report, o, "MODEL|PROJECT", "an ONNX file or workload, or a project (.cutline), which says system, limits and plans itself");
    addCosts(*report, o);
    addPlanning(*report, o);
    addPlan(*report, o);
    addSearch(*report, o);
    addAccuracy(*report, o);
    addMeasure(*report, o);
    report->add_option("--out", o.out, "file to write: .pdf or .html")->required()->type_name("FILE");
    report->add_flag("--progress", o.progress, "report progress on standard error");
    CLI::App* place = app.add_subcommand("place", "least maximum load of a device-placement workload, proven");
    place->add_option("WORKLOAD", o.model, "a workload file (JSON)")->required();
    CLI::App* platforms = app.add_subcommand("platforms", "the library: platforms, links, systems; one in full");
    platforms->add_option("NAME", o.name, "print this one in full; a configuration of CNNParted (.yaml) as a descriptor");
    for (CLI::App* sub : {inspect, cost, explore, evaluate, accuracy, place, platforms}) addOutput(*sub, o);

    try {
        checkCommandName(app, argc, argv);
        app.parse(argc, argv);
        checkForms(app, o);
        checkPlanGiven(app, o);
    } catch (const CLI::Success& e) {
        parsed.exit_status = answered(app, e);
    } catch (const CLI::ParseError& e) {
        parsed.exit_status = usageError(app, e);
    }
    o.command = cost->parsed()       ? Command::Cost
                : explore->parsed()  ? Command::Explore
                : evaluate->parsed() ? Command::Evaluate
                : accuracy->parsed() ? Command::Accuracy
                : split->parsed()    ? Command::Split
                : exported->parsed() ? Command::Export
                : report->parsed()   ? Command::Report
                : place->parsed()    ? Command::Place
                : platforms->parsed() ? Command::Platforms
                                      : Command::Inspect;
    return parsed;
}

Result<std::pair<std::string, std::string>> pairOf(const std::string& text, const std::string& option, CutAt at)
{
    const auto cut = at == CutAt::First ? text.find('=') : text.rfind('=');
    if (cut == std::string::npos || cut == 0 || cut + 1 == text.size())
        return Error{option + " " + text, "is not NAME=VALUE", "write " + option + " NAME=VALUE"};
    return std::pair(text.substr(0, cut), text.substr(cut + 1));
}

std::pair<std::string, std::string> nameAndFile(const std::string& text)
{
    std::error_code error;
    const auto equals = text.find('=');
    if (equals == std::string::npos || std::filesystem::exists(text, error)) return {{}, text};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

namespace {

Result<std::int64_t> sizeOf(const std::string& text, const std::string& option)
{
    std::int64_t size = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (status != std::errc() || end != text.data() + text.size() || size < 1)
        return Error{option, "'" + text + "' is not a size", "give a whole number of at least 1"};
    return size;
}

} // namespace

Result<ImportOptions> importOptions(const Options& options, const Scenario& scenario)
{
    ImportOptions import;
    import.dimensions = scenario.dimensions;
    for (const std::string& text : options.dims) {
        const auto pair = pairOf(text, "--dim", CutAt::Last);
        if (!pair) return pair.error();
        const auto size = sizeOf(pair->second, "--dim " + text);
        if (!size) return size.error();
        import.dimensions[pair->first] = *size;
    }
    for (const std::string& text : options.shapes) {
        const auto pair = pairOf(text, "--shape", CutAt::Last);
        if (!pair) return pair.error();
        Shape shape;
        for (const std::string& part : split(pair->second, pair->second.find(',') == std::string::npos ? 'x' : ',')) {
            const auto size = sizeOf(part, "--shape " + text);
            if (!size) return size.error();
            shape.push_back(*size);
        }
        import.input_shapes[pair->first] = shape;
    }
    return import;
}

} // namespace cutline::cli
