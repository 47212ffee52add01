// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/text_table.h"
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/split/given_inputs.h"
#include "core/split/split.h"
#include "core/split/verify.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <optional>

namespace cutline::cli {
namespace {

std::string splitTable(const Manifest& manifest, const std::string& folder)
{
    TextTable table({{"stage"}, {"platform", TextTable::Align::Left}, {"file", TextTable::Align::Left}, {"layers"},
                     {"receives"}, {"over links"}});
    for (const SplitStage& stage : manifest.stages) {
        const auto sum = [&](auto member) {
            return std::accumulate(stage.inputs.begin(), stage.inputs.end(), 0.0, [&](double total, const SplitTensor& t) {
                return total + static_cast<double>(t.*member);
            });
        };
        table.add({std::to_string(stage.index), stage.platform, stage.file, std::to_string(stage.layers.size()),
                   formatQuantity(sum(&SplitTensor::bytes), Unit::Byte),
                   formatQuantity(sum(&SplitTensor::wire_bytes), Unit::Byte)});
    }
    return table.text() + "written to " + printable(folder) + ", see manifest.json there\n";
}

std::string verifyTable(const VerifyReport& report)
{
    TextTable table({{"output", TextTable::Align::Left}, {"elements"}, {"largest difference"}, {"relative"}});
    for (const OutputDifference& output : report.outputs)
        table.add({output.name, std::to_string(output.elements), numberText(output.largest), numberText(output.relative)});
    return table.text() + (report.equal ? "The pieces give what the whole gives (" : "The pieces differ from the whole (") +
           report.engine + ").\n";
}

std::string manifestWith(const Manifest& manifest, const VerifyReport& report)
{
    std::string text = manifestJson(manifest);
    text.erase(text.rfind('}'));
    return text + ", \"verify\": " + verifyJson(report) + "}\n";
}

/// A folder that goes with this object.
class TemporaryFolder {
public:
    TemporaryFolder()
    {
        std::error_code error;
        std::string name = (std::filesystem::temp_directory_path(error) / "cutline-XXXXXX").string();
        if (::mkdtemp(name.data())) m_path = name;
    }
    ~TemporaryFolder()
    {
        std::error_code error;
        if (!m_path.empty()) std::filesystem::remove_all(m_path, error);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::string& path() const { return m_path; }

private:
    std::string m_path;
};

/// --input, by name of the model's input.
Result<std::map<std::string, TensorValue>> inputsGiven(const Options& options, const Graph& graph)
{
    std::vector<InputFile> files;
    for (const std::string& text : options.inputs) {
        auto [name, file] = nameAndFile(text);
        files.push_back({std::move(name), std::move(file)});
    }
    return readInputs(graph, files);
}

} // namespace

int runSplit(const Options& options, Progress& progress)
{
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    const Evaluator all(bench.problem);
    const auto plan = planOf(options, bench.model, all);
    if (!plan) return fail(plan.error());
    const Evaluator& evaluator = all.at(*plan);
    const auto import = importOptions(options, bench.problem.scenario);
    if (!import) return fail(import.error());
    SplitOptions split;
    split.folder = options.folder;
    split.import = *import;
    VerifyOptions verify;
    verify.seed = options.seed;
    auto inputs = inputsGiven(options, *bench.model.graph);
    if (!inputs) return fail(inputs.error());
    const bool random = inputs->size() < bench.model.graph->inputs().size();
    verify.inputs = *std::move(inputs);
    std::optional<TemporaryFolder> scratch; // holds the quantised whole until the pieces have run
    if (options.boundary == "wire") {
        split.boundary = SplitOptions::Boundary::Wire;
        const auto names = wireTensors(bench.model, evaluator, *plan);
        if (!names) return fail(names.error());
        auto largest = largestMagnitudes(bench.model, *names, verify, progress);
        if (!largest) return fail(largest.error());
        split.largest = *std::move(largest);
        if (!names->empty())
            remarks() << "note: scales of " << names->size() << " tensors on wires come from "
                      << (random ? "random inputs (--seed)" : "the given inputs") << '\n';
        if (options.verify) {
            scratch.emplace();
            if (scratch->path().empty())
                return fail({"--verify", "no temporary folder can be made", "set TMPDIR to a folder with room"});
            verify.whole = split.quantised_whole = scratch->path() + "/whole.onnx";
        }
    }
    const auto manifest = splitModel(bench.model, evaluator, *plan, split, progress);
    if (!manifest) {
        Error error = manifest.error();
        if (scratch && error.where.starts_with(printable(scratch->path()))) error.fix = "set TMPDIR to a folder with room";
        return fail(error);
    }
    for (const std::string& note : manifest->notes) remarks() << "note: " << printable(note) << '\n';
    if (!options.verify)
        return deliver(options, options.format == Format::Json ? manifestJson(*manifest)
                                                               : splitTable(*manifest, options.folder));
    const auto report = verifySplit(*manifest, options.folder, verify, progress);
    if (!report) return fail(report.error());
    for (const std::string& output : report->not_compared)
        remarks() << "note: output " << printable(output) << " is no tensor and was not compared\n";
    const int status = deliver(options, options.format == Format::Json
                                            ? manifestWith(*manifest, *report)
                                            : splitTable(*manifest, options.folder) + verifyTable(*report));
    if (status != kDone || report->equal) return status;
    for (const OutputDifference& output : report->outputs)
        if (output.relative > report->tolerance)
            return fail({printable(options.folder),
                         "output " + printable(output.name) + " of the pieces differs from the whole model's by " +
                             numberText(output.relative) + " of its largest magnitude",
                         "compare the pieces one by one"});
    return kFailed;
}

} // namespace cutline::cli
