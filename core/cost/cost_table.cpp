// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/cost_table.h"

#include "core/cost/cost_sum.h"

#include <array>
#include <utility>

namespace cutline {

std::string_view nameOf(Source source) {
    constexpr std::array<std::string_view, 6> kNames{"profile",  "user",    "loop-nest",
                                                     "roofline", "assumed", "none"};
    return kNames[static_cast<std::size_t>(source)];
}

std::string_view wordFor(Source source) {
    constexpr std::array<std::string_view, 6> kWords{"measured",  "given",   "mapped",
                                                     "estimated", "assumed", "not known"};
    return kWords[static_cast<std::size_t>(source)];
}

CostTable::CostTable(GraphPtr graph, SystemPtr system, Fusion fusion)
    : m_graph(std::move(graph)), m_system(std::move(system)), m_fusion(std::move(fusion)),
      m_platforms(m_system->platforms.size()), m_layers(m_graph->layerCount() * m_platforms),
      m_groups(m_fusion.groups.size() * m_platforms), m_fuses(m_fusion.groups.size() * m_platforms, false) {}

Cost CostTable::sumOfLayers(std::size_t number, PlatformId platform) const {
    const std::vector<LayerId>& members = m_fusion.groups[number];
    CostSum sum(layer(members.front(), platform));
    for (std::size_t i = 1; i < members.size(); ++i) sum.add(layer(members[i], platform));
    return sum.total();
}

std::uint32_t CostTable::addDetail(std::string text) {
    m_details.push_back(std::move(text));
    return static_cast<std::uint32_t>(m_details.size() - 1);
}

} // namespace cutline
