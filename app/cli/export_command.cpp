// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/exchange/exchange.h"
#include "core/exchange/json_writer.h"
#include "core/split/exports.h"

#include <iostream>

namespace cutline::cli {
namespace {

Result<DeviceNames> devicesOf(const Options& options, const System& system)
{
    DeviceNames devices;
    for (const std::string& text : options.devices) {
        const auto pair = pairOf(text, "--device", CutAt::Last);
        if (!pair) return pair.error();
        if (!system.findPlatform(pair->first))
            return Error{"--device " + text, "the system has no platform '" + pair->first + "'", "see platforms"};
        devices[pair->first] = pair->second;
    }
    return devices;
}

/// A file beside the one that was asked for.
Result<void> writeBeside(const std::string& path, const std::string& text)
{
    const auto written = writeFileAtomically(path, text);
    if (written) std::cerr << "note: wrote " << printable(path) << '\n';
    return written;
}

class Exporter {
public:
    Exporter(const Options& options, const ImportedModel& model, const Evaluator& evaluator, const Plan& plan,
             DeviceNames devices, Progress& progress)
        : m_options(options), m_model(model), m_evaluator(evaluator), m_plan(plan), m_devices(std::move(devices)),
          m_progress(progress)
    {
    }
    int run();

private:
    int text();
    int onnxRuntime();
    int openVino();
    int autoDice();
    Result<void> writeModel(Annotation annotation, const std::string& path);

    const Options& m_options;
    const ImportedModel& m_model;
    const Evaluator& m_evaluator;
    const Plan& m_plan;
    const DeviceNames m_devices;
    Progress& m_progress;
};

Result<void> Exporter::writeModel(Annotation annotation, const std::string& path)
{
    const auto files = writeAnnotated(m_model, m_evaluator, m_plan, annotation, path, m_progress);
    if (!files) return files.error();
    for (const std::string& file : *files) std::cerr << "note: wrote " << printable(file) << '\n';
    return {};
}

int Exporter::onnxRuntime()
{
    if (const auto written = writeModel(Annotation::OnnxRuntime, m_options.out); !written) return fail(written.error());
    std::string text;
    JsonWriter json(text);
    json.open('{');
    json.member("session.layer_assignment_settings", layerAssignment(m_evaluator, m_plan, m_devices));
    json.close('}');
    const auto written = writeBeside(m_options.out + ".session.json", text + "\n");
    return written ? kDone : fail(written.error());
}

int Exporter::openVino()
{
    const auto affinity = affinityJson(m_model, m_evaluator, m_plan, m_devices);
    if (!affinity) return fail(affinity.error());
    if (const int status = deliver(m_options, *affinity); status != kDone || m_options.out.empty()) return status;
    const auto written = writeBeside(m_options.out + ".py", affinityLoader(m_options.out, m_model.file));
    return written ? kDone : fail(written.error());
}

int Exporter::autoDice()
{
    const auto mapping = autoDiceMapping(m_model, m_evaluator, m_plan, m_devices);
    if (!mapping) return fail(mapping.error());
    if (const int status = deliver(m_options, *mapping); status != kDone || m_options.out.empty()) return status;
    const auto written = writeModel(Annotation::AutoDice, m_options.out + ".onnx");
    return written ? kDone : fail(written.error());
}

int Exporter::run()
{
    const bool is_model = m_options.as == "ort" || m_options.as == "onnx-ir11";
    if (is_model && m_options.out.empty())
        return fail({"--as " + m_options.as, "writes a model, which is no text", "give --out FILE"}, kUsage);
    if (m_options.as == "ort") return onnxRuntime();
    if (m_options.as == "openvino") return openVino();
    if (m_options.as == "autodice") return autoDice();
    if (m_options.as == "onnx-ir11") {
        const auto written = writeModel(Annotation::Devices, m_options.out);
        return written ? kDone : fail(written.error());
    }
    return text();
}

int Exporter::text()
{
    const Problem& problem = m_evaluator.problem();
    if (m_options.as == "dot") return deliver(m_options, dotText(m_evaluator, m_plan));
    if (m_options.as == "csv") return deliver(m_options, planCsv(m_evaluator, m_plan));
    if (m_options.as == "json")
        return deliver(m_options, planJson({m_model.file, m_model.sha256, problem.system->name}, m_evaluator, m_plan));
    const Timeline timeline = simulate(m_evaluator, m_plan, m_options.frames, std::nullopt, m_progress);
    if (timeline.frames < m_options.frames)
        std::cerr << "note: the trace ends after " << timeline.frames << " inferences, which is all there is room for\n";
    return deliver(m_options, traceJson(timeline, *problem.graph, *problem.system));
}

} // namespace

int runExport(const Options& options, Progress& progress)
{
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    const Evaluator all(bench.problem);
    const auto plan = planOf(options, all);
    if (!plan) return fail(plan.error());
    const Evaluator& evaluator = all.at(*plan);
    auto devices = devicesOf(options, *bench.problem.system);
    if (!devices) return fail(devices.error(), kUsage);
    return Exporter(options, bench.model, evaluator, *plan, *std::move(devices), progress).run();
}

} // namespace cutline::cli
