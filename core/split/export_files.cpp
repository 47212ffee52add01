// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/export_files.h"

#include "core/base/file.h"
#include "core/exchange/exchange.h"
#include "core/exchange/json_writer.h"

#include <algorithm>
#include <utility>

namespace cutline {
namespace {

constexpr std::array<std::string_view, kExportKinds.size()> kNames{"ort", "openvino", "autodice", "onnx-ir11",
                                                                   "dot", "perfetto", "csv",      "json"};

Annotation annotationOf(ExportKind kind) {
    return kind == ExportKind::OnnxRuntime ? Annotation::OnnxRuntime
           : kind == ExportKind::AutoDice  ? Annotation::AutoDice
                                           : Annotation::Devices;
}

ExportText traceOf(const ExportInput& input, Progress& progress) {
    const Problem& problem = input.evaluator.problem();
    const Timeline timeline = simulate(input.evaluator, input.plan, input.frames, std::nullopt, progress);
    ExportText text{traceJson(timeline, *problem.graph, *problem.system), {}};
    if (timeline.frames < input.frames)
        text.notes.push_back("the trace ends after " + std::to_string(timeline.frames) +
                             " inferences, which is all there is room for");
    return text;
}

std::string sessionOptions(const ExportInput& input) {
    std::string text;
    JsonWriter json(text);
    json.open('{');
    json.member("session.layer_assignment_settings", layerAssignment(input.evaluator, input.plan, input.devices));
    json.close('}');
    return text + "\n";
}

/// Writes one file after the other and remembers them.
class Writer {
public:
    Writer(const ExportInput& input, Progress& progress) : m_input(input), m_progress(progress) {}

    bool text(const std::string& path, std::string_view text) {
        if (m_error) return false;
        if (auto written = writeFileAtomically(path, text); !written)
            m_error = written.error();
        else
            m_files.files.push_back(path);
        return !m_error;
    }
    bool model(Annotation annotation, const std::string& path) {
        if (m_error) return false;
        auto written = writeAnnotated(m_input.model, m_input.evaluator, m_input.plan, annotation, path, m_progress);
        if (!written)
            m_error = written.error();
        else
            m_files.files.insert(m_files.files.end(), written->begin(), written->end());
        return !m_error;
    }
    Result<ExportedFiles> done(std::vector<std::string> notes = {}) {
        if (m_error) return *m_error;
        m_files.notes = std::move(notes);
        return std::move(m_files);
    }

private:
    const ExportInput& m_input;
    Progress& m_progress;
    ExportedFiles m_files;
    std::optional<Error> m_error;
};

} // namespace

std::string_view nameOf(ExportKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<ExportKind> exportKindNamed(std::string_view name) {
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return kExportKinds[static_cast<std::size_t>(found - kNames.begin())];
}

bool writesModel(ExportKind kind) { return kind == ExportKind::OnnxRuntime || kind == ExportKind::DevicesIr11; }

Result<ExportText> exportText(ExportKind kind, const ExportInput& input, Progress& progress) {
    const auto with = [](Result<std::string> text) -> Result<ExportText> {
        if (!text) return text.error();
        return ExportText{*std::move(text), {}};
    };
    const Problem& problem = input.evaluator.problem();
    switch (kind) {
    case ExportKind::OpenVino: return affinityJson(input.model, input.evaluator, input.plan, input.devices);
    case ExportKind::AutoDice: return with(autoDiceMapping(input.model, input.evaluator, input.plan, input.devices));
    case ExportKind::Dot: return ExportText{dotText(input.evaluator, input.plan), {}};
    case ExportKind::Perfetto: return traceOf(input, progress);
    case ExportKind::Csv: return ExportText{planCsv(input.evaluator, input.plan), {}};
    case ExportKind::Json:
        return ExportText{planJson({input.model.file, input.model.sha256, problem.system->name}, input.evaluator, input.plan), {}};
    case ExportKind::OnnxRuntime:
    case ExportKind::DevicesIr11: break;
    }
    return Error{std::string(nameOf(kind)), "writes a model, which is no text", "give it a file"};
}

Result<ExportedFiles> exportFiles(ExportKind kind, const ExportInput& input, const std::string& path, Progress& progress) {
    Writer writer(input, progress);
    if (writesModel(kind)) {
        writer.model(annotationOf(kind), path);
        if (kind == ExportKind::OnnxRuntime) writer.text(path + ".session.json", sessionOptions(input));
        return writer.done();
    }
    auto text = exportText(kind, input, progress);
    if (!text) return text.error();
    if (progress.cancelled()) return Error{path, "writing was cancelled", {}};
    // The large file first: where there is no room for it, nothing is left behind.
    if (kind == ExportKind::AutoDice) writer.model(Annotation::AutoDice, path + ".onnx");
    writer.text(path, text->text);
    if (kind == ExportKind::OpenVino) writer.text(path + ".py", affinityLoader(path, input.model.file));
    return writer.done(std::move(text->notes));
}

} // namespace cutline
