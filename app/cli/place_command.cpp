// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include "app/cli/text_table.h"
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/exchange/workload.h"

namespace cutline::cli {
namespace {

std::string nodesText(const Workload& workload, const std::vector<std::uint32_t>& nodes, char separator)
{
    std::string text;
    for (const std::uint32_t node : nodes) {
        if (!text.empty()) text += separator;
        text += std::to_string(workload.nodes[node].id);
    }
    return text;
}

std::string deviceName(const Workload& workload, std::size_t device)
{
    return device < workload.accelerators ? "accelerator " + std::to_string(device + 1)
                                          : "cpu " + std::to_string(device - workload.accelerators + 1);
}

std::string placementTable(const Workload& workload, const Placement& placement)
{
    TextTable table({{"device", TextTable::Align::Left}, {"nodes"}, {"ids", TextTable::Align::Left}});
    for (std::size_t d = 0; d < placement.devices.size(); ++d)
        table.add({deviceName(workload, d), std::to_string(placement.devices[d].size()),
                   nodesText(workload, placement.devices[d], ' ')});
    const Proof& proof = placement.proof;
    std::string text = table.text() + "largest load " + formatQuantity(placement.max_load_ms / 1e3, Unit::Second);
    text += proof.kind == Proof::Kind::Complete ? ", proven least"
                                                : ", best known; no placement is below " +
                                                      formatQuantity(proof.lower_bound.value_or(0) / 1e3, Unit::Second);
    return text + ", in " + formatQuantity(proof.elapsed_s, Unit::Second) + '\n';
}

std::string placementCsv(const Workload& workload, const Placement& placement)
{
    std::string text = "device,nodes\n";
    for (std::size_t d = 0; d < placement.devices.size(); ++d)
        text += deviceName(workload, d) + ',' + nodesText(workload, placement.devices[d], ';') + '\n';
    return text;
}

} // namespace

int runPlace(const Options& options, Progress& progress)
{
    const auto workload = readWorkload(options.model);
    if (!workload) return fail(workload.error());
    const auto placement = place(*workload, {}, progress);
    if (!placement) {
        // The workload was read: what is wrong is that nothing fits.
        Error error = placement.error();
        error.where.replace(0, std::string_view("workload").size(), printable(options.model));
        return fail(error, kInfeasible);
    }
    switch (options.format) {
    case Format::Table: return deliver(options, placementTable(*workload, *placement));
    case Format::Csv: return deliver(options, placementCsv(*workload, *placement));
    case Format::Json: return deliver(options, placementJson(*workload, *placement));
    }
    return kUsage;
}

} // namespace cutline::cli
