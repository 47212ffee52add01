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

FileWork nothingYet(const QString& path, const char* what) {
    return [error = Error{path.toStdString(), what, "open a model and let the search end"}] { return error; };
}

FileWork listed(const Document& document, const QString& path, PlanFormat format, std::vector<std::uint32_t> which) {
    return [context = contextOf(document), evaluator = document.evaluator(), result = document.result(), file = path.toStdString(),
            format, which = std::move(which)] {
        return writeFileAtomically(file, format == PlanFormat::Json ? planJson(context, *evaluator, *result, which)
                                                                    : planCsv(*evaluator, *result, which));
    };
}

} // namespace

FileWork planFile(const Document& document, const QString& path, PlanFormat format) {
    if (!document.evaluator() || !document.state().plan) return nothingYet(path, "there is no plan to write");
    if (document.planIndex()) return listed(document, path, format, {*document.planIndex()});
    // A plan made by hand is none of the candidates: it stands alone.
    return [context = contextOf(document), evaluator = document.evaluator(), plan = document.state().plan,
            file = path.toStdString(), format] {
        return writeFileAtomically(file, format == PlanFormat::Json ? planJson(context, *evaluator, *plan)
                                                                    : planCsv(*evaluator, *plan));
    };
}

FileWork candidatesFile(const Document& document, const QString& path, PlanFormat format) {
    if (!document.evaluator() || !document.result()) return nothingYet(path, "there are no candidates to write");
    std::vector<std::uint32_t> all(document.result()->summaries.size());
    std::iota(all.begin(), all.end(), 0u);
    return listed(document, path, format, std::move(all));
}

} // namespace cutline
