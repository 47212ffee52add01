// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/plan_export.h"

#include "app/accuracy_source.h"
#include "core/base/file.h"
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/report/report.h"
#include "core/split/export_files.h"
#include "core/split/split.h"
#include "core/split/verify.h"
#include "widgets/models/match_model.h"
#include "widgets/models/plan_facts.h"

#include <QCoreApplication>
#include <QDate>
#include <QDir>

#include <algorithm>

namespace cutline {
namespace {

/// Of the work of a split with a check, until the pieces are written.
constexpr double kWritten = 0.5;

QString words(const char* text) { return QCoreApplication::translate("PlanExport", text); }

Result<QString> verified(const Manifest& manifest, const QString& folder, Progress& progress) {
    const VerifyOptions options;
    const auto report = verifySplit(manifest, folder.toStdString(), options, progress);
    if (!report) return report.error();
    double worst = 0;
    for (const OutputDifference& output : report->outputs) {
        worst = std::max(worst, output.relative);
        if (output.relative > report->tolerance || !output.same_shape)
            return Error{"the pieces in " + printable(folder.toStdString()),
                         "give output " + inQuotes(output.name) + " otherwise than the whole model, by " +
                             numberText(output.relative) + " of its largest magnitude",
                         "compare them one by one before they are used"};
    }
    if (worst == 0)
        return words("The pieces, one after the other, give exactly what the whole model gives (%1).").arg(text(report->engine));
    return words("The pieces, one after the other, give what the whole model gives: at most %1 of the largest magnitude apart (%2).")
        .arg(QString::fromStdString(numberText(worst)), text(report->engine));
}

Result<Exported> exportPieces(const PlanToExport& what, const QString& path, bool verify, Progress& progress) {
    SplitOptions options;
    options.folder = path.toStdString();
    options.import.dimensions = what.dimensions;
    PartProgress writing(progress, 0, verify ? kWritten : 1);
    const Evaluator& evaluator = what.evaluator->at(*what.plan);
    const auto manifest = splitModel(*what.model, evaluator, *what.plan, options, writing);
    if (!manifest) return manifest.error();
    Exported done;
    const QDir folder(path);
    done.files << folder.filePath(QStringLiteral("manifest.json"));
    for (const SplitStage& stage : manifest->stages) done.files << folder.filePath(text(stage.file));
    done.summary = counted(manifest->stages.size(), words("%1 piece and its manifest are written."), words("%1 pieces and their manifest are written."));
    for (const std::string& note : manifest->notes) done.summary += u' ' + text(printable(note)) + u'.';
    if (!verify) return done;
    progress.report(kWritten, "running the whole model and its pieces");
    PartProgress running(progress, kWritten, 1);
    const auto said = verified(*manifest, path, running);
    if (!said)
        return Error{said.error().where, said.error().what + " (the pieces are written, but not verified)", said.error().fix};
    done.summary += u' ' + *said;
    return done;
}

Result<Exported> exportReport(const PlanToExport& what, const QString& path, Progress& progress) {
    if (!what.result) return Error{path.toStdString(), "there is no search to report on", "let the search end"};
    ReportInput input{*what.model, *what.evaluator, *what.result, *what.plan, nullptr, what.accuracy, CUTLINE_VERSION,
                      QDate::currentDate().toString(Qt::ISODate).toStdString(), {}};
    input.plan_name = what.name;
    input.constraints = what.options.constraints;
    input.title = what.title;
    input.note = what.note;
    input.files = what.files;
    input.kept = what.kept;
    constexpr double kExamined = 0.7; // of the work
    PartProgress examining(progress, 0, kExamined), writing(progress, kExamined, 1);
    const auto examined = examineForReport(what.evaluator->problem(), what.options, *what.result, ownPlans(input), examining);
    if (!examined) return examined.error();
    if (progress.cancelled()) return Error{path.toStdString(), "writing was cancelled", {}};
    input.robustness = examined->report ? &*examined->report : nullptr;
    input.robustness_note = examined->note;
    writing.report(0, "writing the report");
    const bool pdf = path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
    const auto bytes = pdf ? reportPdf(input, writing) : reportHtml(input, writing);
    if (!bytes) return bytes.error();
    if (progress.cancelled()) return Error{path.toStdString(), "writing was cancelled", {}};
    if (auto written = writeFileAtomically(path.toStdString(), *bytes); !written) return written.error();
    return Exported{{path}, words("The report is written.")};
}

} // namespace

std::vector<ReportFile> filesOf(const EditState& state) {
    std::vector<ReportFile> files{{"model", state.model->file, state.model->sha256}};
    for (const auto& [platform, given] : state.profiles)
        if (given.profile->file != state.model->file) // a workload brings its own times
            files.push_back({"profile of " + platform, given.profile->file, given.profile->sha256});
    if (state.sensitivity) files.push_back({"sensitivity", state.sensitivity_file.file, state.sensitivity_file.sha256});
    if (state.images) files.push_back({state.images->isTable() ? "accuracies" : "images", state.images->file(), state.images->sha256()});
    return files;
}

std::vector<ExportOffer> exportOffers(const QString& base) {
    const auto offer = [&](const char* id, const QString& title, const QString& about, const char* ending) {
        return ExportOffer{QLatin1String(id), title, about, base + QLatin1String(ending), false, false};
    };
    std::vector<ExportOffer> offers;
    offers.push_back({QStringLiteral("split"), words("ONNX pieces"),
                      words("One ONNX model for each piece of the plan, and manifest.json, which says in which order they run "
                            "and what they pass to each other. This is what runs on the platforms."),
                      base + QStringLiteral("_pieces"), true, true});
    const QString report = words("What a review board reads: summary, system, method and proof, where costs come from, charts, "
                                 "timeline, risks, all layers. One file that needs nothing else.");
    offers.push_back(offer("report", words("Report (PDF)"), report, "_report.pdf"));
    offers.push_back(offer("report_html", words("Report (HTML)"), report, "_report.html"));
    offers.push_back(offer("ort", words("ONNX Runtime"),
                           words("The model with its layers marked by stage, and the session option that puts them on devices. "
                                 "A runtime takes this as advice."), "_ort.onnx"));
    offers.push_back(offer("openvino", words("OpenVINO"),
                           words("Affinities of all nodes as JSON, and a short Python script that compiles the model with them."),
                           "_affinity.json"));
    offers.push_back(offer("autodice", words("AutoDiCE"),
                           words("Its mapping file, and the model with nodes named as it looks them up."), "_mapping.json"));
    offers.push_back(offer("onnx-ir11", words("ONNX annotations"),
                           words("The model with device configurations and pipeline stages as ONNX IR version 11 has them."),
                           "_devices.onnx"));
    offers.push_back(offer("dot", words("Graphviz"), words("The graph with a cluster for each stage."), ".dot"));
    offers.push_back(offer("perfetto", words("Trace of the timeline"),
                           words("What runs when on every platform and link, for Perfetto and chrome://tracing."), "_trace.json"));
    offers.push_back(offer("csv", words("Table (CSV)"), words("The plan's figures in one row."), "_plan.csv"));
    offers.push_back(offer("json", words("Plan (JSON)"),
                           words("The plan with all its figures; cutline-cli reads it again."), "_plan.json"));
    return offers;
}

Result<Exported> exportAs(const QString& id, const PlanToExport& what, const QString& path, bool verify, Progress& progress) {
    if (id == QLatin1String("split")) return exportPieces(what, path, verify, progress);
    if (id.startsWith(QLatin1String("report"))) return exportReport(what, path, progress);
    const auto kind = exportKindNamed(id.toStdString());
    if (!kind) return Error{id.toStdString(), "is nothing that can be written", {}};
    const ExportInput input{*what.model, what.evaluator->at(*what.plan), *what.plan};
    const auto written = exportFiles(*kind, input, path.toStdString(), progress);
    if (!written) return written.error();
    Exported done;
    for (const std::string& file : written->files) done.files << QString::fromStdString(file);
    done.summary = counted(written->files.size(), words("%1 file is written."), words("%1 files are written."));
    for (const std::string& note : written->notes) done.summary += u' ' + text(note) + u'.';
    return done;
}

} // namespace cutline
