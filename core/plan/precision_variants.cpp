// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/precision_variants.h"

#include <algorithm>
#include <cassert>

namespace cutline {
namespace {

bool hasModel(const Platform& platform) { return platform.loop_nest || platform.roofline; }

/// Copies what a layer or group takes on one platform, with the text that stands behind it.
class ColumnCopier {
public:
    ColumnCopier(const CostTable& from, CostTable& to) : m_from(from), m_to(to) {}

    void copy(PlatformId platform) {
        for (std::uint32_t l = 0; l < m_from.graph().layerCount(); ++l) copy(LayerId{l}, platform);
        for (std::size_t g = 0; g < m_from.fusion().groups.size(); ++g)
            m_to.setGroup(g, platform, told(m_from.group(g, platform)), m_from.fuses(g, platform));
    }

private:
    void copy(LayerId layer, PlatformId platform) {
        m_to.setLayer(layer, platform, told(m_from.layer(layer, platform)));
        if (const FallBack* fall_back = m_from.fallBack(layer, platform)) m_to.setFallBack(layer, platform, *fall_back);
    }
    Cost told(Cost cost) {
        if (cost.detail == 0) return cost;
        const auto [known, is_new] = m_details.try_emplace(cost.detail, 0);
        if (is_new) known->second = m_to.addDetail(m_from.detail(cost.detail));
        cost.detail = known->second;
        return cost;
    }

    const CostTable& m_from;
    CostTable& m_to;
    std::map<std::uint32_t, std::uint32_t> m_details;
};

} // namespace

Result<std::shared_ptr<PrecisionVariants>> buildPrecisionVariants(const GraphPtr& graph, const SystemPtr& system,
                                                                  const CostOptions& options, Progress& progress) {
    auto variants = std::make_shared<PrecisionVariants>();
    std::size_t levels = 0;
    for (const Platform& platform : system->platforms) {
        auto& offered = variants->offered.emplace_back(1, std::uint8_t{0});
        const bool timed = profileOf(options, platform) && profileUseOf(options, platform) != ProfileUse::Model;
        if (timed) continue;
        for (std::size_t k = 1; k <= platform.precisions.size() && k < 256; ++k)
            if (hasModel(atPrecision(platform, k))) offered.push_back(static_cast<std::uint8_t>(k));
        levels = std::max<std::size_t>(levels, offered.back());
    }
    if (levels == 0) return std::shared_ptr<PrecisionVariants>();
    for (std::size_t k = 1; k <= levels; ++k) {
        auto at_level = std::make_shared<System>(*system);
        for (std::size_t p = 0; p < system->platforms.size(); ++p) {
            const auto& offered = variants->offered[p];
            if (std::find(offered.begin(), offered.end(), k) != offered.end())
                at_level->platforms[p] = atPrecision(system->platforms[p], k);
        }
        auto costs = buildCostTable(graph, at_level, options, progress);
        if (!costs) return costs.error();
        variants->levels.push_back({at_level, *std::move(costs), nullptr});
    }
    return variants;
}

Problem problemAt(const Problem& problem, std::span<const std::uint8_t> by_platform) {
    assert(problem.variants && by_platform.size() == problem.system->platforms.size());
    Problem other = problem;
    other.variants = nullptr;
    auto system = std::make_shared<System>(*problem.system);
    for (std::size_t p = 0; p < by_platform.size(); ++p)
        system->platforms[p] = atPrecision(system->platforms[p], by_platform[p]);
    other.system = system;
    auto costs = std::make_shared<CostTable>(problem.graph, system, problem.costs->fusion());
    const std::size_t layers = problem.graph->layerCount();
    std::shared_ptr<SensitivityTable> sensitivity;
    if (problem.sensitivity) sensitivity = std::make_shared<SensitivityTable>(layers, by_platform.size());
    for (std::uint32_t p = 0; p < by_platform.size(); ++p) {
        const PlatformId platform{p};
        const PrecisionVariants::Level* level =
            by_platform[p] == 0 ? nullptr : &problem.variants->levels[by_platform[p] - 1u];
        ColumnCopier(level ? *level->costs : *problem.costs, *costs).copy(platform);
        if (!sensitivity) continue;
        const SensitivityTable& from = level && level->sensitivity ? *level->sensitivity : *problem.sensitivity;
        for (std::uint32_t l = 0; l < layers; ++l)
            sensitivity->set(LayerId{l}, platform, from.value(LayerId{l}, platform));
    }
    other.costs = costs;
    other.sensitivity = sensitivity;
    return other;
}

const Evaluator& OtherPrecisions::at(const Problem& problem, const std::vector<std::uint8_t>& by_platform) {
    const std::scoped_lock lock(m_mutex);
    auto& made = m_made[{by_platform.begin(), by_platform.end()}];
    if (!made) made = std::make_unique<const Evaluator>(problemAt(problem, by_platform));
    return *made;
}

} // namespace cutline
