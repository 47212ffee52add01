// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/edit_state.h"
#include "core/base/progress.h"
#include "core/plan/evaluate.h"
#include "core/report/report.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/export_dialog.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace cutline {

/// What a plan can be written as; `base`: the model's name, of which names of files are made.
std::vector<ExportOffer> exportOffers(const QString& base);

/// Everything that an export reads: immutable, for a worker thread.
struct PlanToExport {
    std::shared_ptr<const ImportedModel> model;
    EvaluatorPtr evaluator;
    PlanPtr plan;
    SearchResultPtr result; ///< null: no report
    std::map<std::string, std::int64_t> dimensions; ///< that the model was read at
    std::optional<Accuracy> accuracy;
    std::string name;               ///< of the plan
    std::vector<NamedPlan> kept;    ///< plans that a report puts beside it
    SearchOptions options;          ///< that the result was searched with
    std::string title, note;        ///< of the report
    std::vector<ReportFile> files;  ///< that it is made from
};

/// The files that are in force, with their hashes.
std::vector<ReportFile> filesOf(const EditState& state);

struct Exported {
    QStringList files; ///< the main one first
    QString summary;
};
/// Writes one of the offers. Errors: those of its kind; pieces that differ from the whole; cancelled.
Result<Exported> exportAs(const QString& id, const PlanToExport& what, const QString& path, bool verify, Progress& progress);

} // namespace cutline
