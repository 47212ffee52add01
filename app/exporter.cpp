// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exporter.h"

#include "core/base/file.h"
#include "core/exchange/exchange.h"

#include <numeric>
#include <vector>

namespace cutline {
namespace {

PlanContext contextOf(const Document& document) {
    return {document.model().file, document.model().sha256, document.state().system->name};
}

Error nothingYet(const QString& path, const char* what) {
    return {path.toStdString(), what, "open a model and let the search end"};
}

std::string textOf(const Document& document, const std::vector<std::uint32_t>& which, PlanFormat format) {
    const Evaluator& evaluator = *document.evaluator();
    return format == PlanFormat::Json ? planJson(contextOf(document), evaluator, *document.result(), which)
                                      : planCsv(evaluator, *document.result(), which);
}

} // namespace

Result<void> exportPlan(const Document& document, const QString& path, PlanFormat format) {
    if (!document.evaluator() || !document.state().plan) return nothingYet(path, "there is no plan to write");
    if (document.planIndex())
        return writeFileAtomically(path.toStdString(), textOf(document, {*document.planIndex()}, format));
    // A plan made by hand is none of the candidates: it stands alone.
    const Plan& plan = *document.state().plan;
    const Evaluator& evaluator = *document.evaluator();
    return writeFileAtomically(path.toStdString(), format == PlanFormat::Json
                                                       ? planJson(contextOf(document), evaluator, plan)
                                                       : planCsv(evaluator, plan));
}

Result<void> exportCandidates(const Document& document, const QString& path, PlanFormat format) {
    if (!document.evaluator() || !document.result())
        return nothingYet(path, "there are no candidates to write");
    std::vector<std::uint32_t> all(document.result()->summaries.size());
    std::iota(all.begin(), all.end(), 0u);
    return writeFileAtomically(path.toStdString(), textOf(document, all, format));
}

} // namespace cutline
