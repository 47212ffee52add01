// SPDX-License-Identifier: GPL-3.0-or-later
// TableBuilder: predictions of a model that is fitted to measured times.
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/cost/reconcile.h"
#include "core/cost/roofline_fit.h"
#include "core/cost/table_builder.h"
#include "core/cost/uncertainty.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

/// What layers still differ by around their class, over all classes.
float pooledSpread(const Reconciliation& compared) {
    double squares = 0, freedom = 0;
    for (const auto& one : compared.classes) {
        const auto further = static_cast<double>(one.layers - 1);
        squares += further * one.spread * one.spread;
        freedom += further;
    }
    return freedom > 0 ? static_cast<float>(std::sqrt(squares / freedom)) : 0;
}

} // namespace

/// A table with what was measured on this platform alone.
CostTable TableBuilder::measuredAlone(PlatformId id) const {
    CostTable table(m_table.graphPtr(), m_table.systemPtr(), m_table.fusion());
    const Measured& measured = m_measured[id.index()];
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l)
        if (measured.layers[l].known) table.setLayer(LayerId{l}, id, measured.layers[l].cost);
    return table;
}

/// Every time by the factor of its class; a class without measured layers keeps what the model says. A fused group
/// goes by the class of its layer with most MACs.
void TableBuilder::scale(PlatformId id, const Reconciliation& compared) {
    std::map<OpClass, std::pair<double, std::string>> factors;
    const std::string file = printable(m_measured[id.index()].profile->file);
    for (const auto& one : compared.classes)
        factors[one.op_class] = {one.factor, "times " + numberText(std::round(one.factor * 1000) / 1000) + ", fitted to " + file};
    const LogSpread least = defaultSpread(Source::Profile);
    const LogSpread spread{least.platform, 0, std::max(least.layer, pooledSpread(compared))};
    const auto scaled = [&](Cost cost, OpClass op_class) {
        const auto factor = factors.find(op_class);
        if (factor == factors.end() || cost.source == Source::None || !cost.supported) return cost;
        cost.latency_s *= factor->second.first;
        cost.setSpread(spread);
        const std::string& text = m_table.detail(cost.detail);
        cost.detail = detail(text + (text.empty() ? "" : "\n") + factor->second.second);
        return cost;
    };
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l)
        m_table.setLayer(LayerId{l}, id, scaled(m_table.layer(LayerId{l}, id), m_graph.layers()[l].op_class));
    const auto& groups = m_table.fusion().groups;
    std::vector<std::pair<std::size_t, Cost>> fused;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (!m_table.fuses(g, id)) continue;
        const LayerId heaviest = *std::max_element(groups[g].begin(), groups[g].end(), [&](LayerId a, LayerId b) {
            return m_graph.layer(a).macs.value_or(0) < m_graph.layer(b).macs.value_or(0);
        });
        fused.emplace_back(g, scaled(m_table.group(g, id), m_graph.layer(heaviest).op_class));
    }
    sumGroups(id);
    for (const auto& [g, cost] : fused) m_table.setGroup(g, id, cost, true);
}

Result<void> TableBuilder::fillFromRefit(PlatformId id, const CostModel* model) {
    const Platform& platform = m_system.platform(id);
    const std::string& file = m_measured[id.index()].profile->file;
    if (!model)
        return Error{"platform " + platform.name, "has no cost model to fit to " + printable(file),
                     "give its descriptor a roofline, or use the times as they are"};
    const CostTable measured = measuredAlone(id);
    if (platform.loop_nest) {
        if (auto filled = fillFromModel(id, *model); !filled) return filled;
        const auto compared = reconcile(measured, m_table, id);
        if (!compared) return compared.error();
        scale(id, *compared);
        return {};
    }
    const auto fit = fitRoofline(measured, id);
    if (!fit) return fit.error();
    const auto fitted = makeModel(withFit(platform, *fit, file), m_options.compat, m_options.mappings);
    if (!fitted) return fitted.error();
    return fillFromModel(id, **fitted);
}

} // namespace cutline
