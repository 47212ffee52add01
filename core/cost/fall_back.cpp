// SPDX-License-Identifier: GPL-3.0-or-later
// TableBuilder's last step: operators that a platform cannot run.
#include "core/cost/fall_back.h"

#include "core/base/quantity.h"
#include "core/cost/table_builder.h"

#include <algorithm>

namespace cutline {

std::optional<PlatformId> TableBuilder::host(const Platform& platform) const {
    if (platform.fallback_platform.empty()) return std::nullopt;
    if (const auto by_name = m_system.findPlatform(platform.fallback_platform)) return by_name;
    for (std::uint32_t p = 0; p < m_system.platforms.size(); ++p)
        if (m_system.platforms[p].descriptor == platform.fallback_platform) return PlatformId{p};
    return std::nullopt;
}

/// Operators that a platform cannot run: host's cost and a transfer each way over the routes, or not
/// supported.
void TableBuilder::fallBack(PlatformId id) {
    const Platform& platform = m_system.platform(id);
    const std::optional<PlatformId> there = host(platform);
    const Routes routes(m_system);
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        const Layer& layer = m_graph.layers()[l];
        // What a profile lists was run, by whatever means.
        if (platform.supports(layer) || m_measured[id.index()].has(LayerId{l})) continue;
        Cost cost;
        cost.supported = false;
        cost.detail = detail(platform.name + " does not run " + layer.op);
        const bool runs = there && *there != id && m_system.platform(*there).supports(layer) &&
                          routes.reachable(id, *there) && routes.reachable(*there, id);
        if (runs) {
            cost = m_table.layer(LayerId{l}, *there);
            FallBack fall_back{*there, cost.latency_s, cost.energy_j, {}};
            const auto send = [&](std::span<const TensorId> tensors, PlatformId from, PlatformId to) {
                for (const TensorId t : tensors)
                    for (const Hop& hop : routes.between(from, to))
                        fall_back.legs.push_back({hop, tensorBytes(m_graph.tensor(t), m_system.platform(from))});
            };
            send(layer.inputs, id, *there);
            send(layer.outputs, *there, id);
            const double way_s = sumFallBack(fall_back, cost, [&](LinkId link, double payload) {
                return transferCost(m_system.links[link.index()].link, payload);
            });
            cost.detail = detail(layer.op + " falls back to " + m_system.platform(*there).name + ": " +
                                 formatQuantity(fall_back.latency_s, Unit::Second) + " there, " +
                                 formatQuantity(way_s, Unit::Second) + " on the way");
            m_table.setFallBack(LayerId{l}, id, std::move(fall_back));
        }
        m_table.setLayer(LayerId{l}, id, cost);
    }
    const auto& groups = m_table.fusion().groups;
    const auto falls = [&](LayerId layer) {
        return !platform.supports(m_graph.layer(layer)) && !m_measured[id.index()].has(layer);
    };
    std::vector<std::pair<std::size_t, Cost>> fused;
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (m_table.fuses(g, id) && std::none_of(groups[g].begin(), groups[g].end(), falls))
            fused.emplace_back(g, m_table.group(g, id));
    sumGroups(id);
    for (const auto& [g, cost] : fused) m_table.setGroup(g, id, cost, true);
}

} // namespace cutline
