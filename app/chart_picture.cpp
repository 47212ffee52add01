// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/chart_picture.h"

#include "app/document.h"
#include "widgets/charts/pareto_chart.h"

namespace cutline {

Result<void> writeChartPicture(const Library& library, const QString& model, const QString& system,
                               const QString& picture) {
    Progress progress;
    auto imported = importOnnx(model.toStdString(), {}, progress);
    if (!imported) return imported.error();
    if (system.isEmpty() && library.systemNames().empty())
        return Error{"platforms", "no system in the library",
                     "set CUTLINE_PLATFORMS to a folder of descriptors"};
    auto chosen = library.system(system.isEmpty() ? library.systemNames().front() : system.toStdString());
    if (!chosen) return chosen.error();
    Problem problem;
    problem.graph = imported->graph;
    problem.system = std::make_shared<const System>(std::move(*chosen));
    auto costs = buildCostTable(problem.graph, problem.system, {}, progress);
    if (!costs) return costs.error();
    problem.costs = *costs;
    auto result = explore(problem, Document::defaultOptions(*problem.system), progress);
    if (!result) return result.error();
    if (result->infeasible)
        return Error{model.toStdString(), result->infeasible->text, "choose other platforms with --system"};

    ParetoChart chart;
    chart.resize(900, 600);
    const auto knee = result->knee;
    chart.setResult(std::make_shared<const SearchResult>(std::move(*result)), problem);
    chart.setSelected(knee);
    return chart.savePicture(picture);
}

} // namespace cutline
