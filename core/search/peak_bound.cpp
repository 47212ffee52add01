// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/peak_bound.h"

#include <algorithm>

namespace cutline {
void PeakBound::Largest::build(std::vector<double> values)
{
    m_levels.clear();
    m_levels.push_back(std::move(values));
    for (std::size_t half = 1; 2 * half <= m_levels[0].size(); half *= 2) {
        const std::vector<double>& below = m_levels.back();
        std::vector<double> level(below.size() - half);
        for (std::size_t i = 0; i < level.size(); ++i) level[i] = std::max(below[i], below[i + half]);
        m_levels.push_back(std::move(level));
    }
}

PeakBound::PeakBound(const PipelineSpace& space, const Evaluator& evaluator)
    : m_space(space), m_peaks(space.memoryMatters() ? &space.leastPeaks() : nullptr),
      m_own(space.problem().system->platforms.size())
{
    for (const PlatformId p : space.platforms()) m_own[p.index()].build(ownBytes(evaluator, p));
}

/// Inputs and outputs of each group's largest step. An output that may take the place of an input counts once.
std::vector<double> PeakBound::ownBytes(const Evaluator& evaluator, PlatformId platform) const
{
    const Graph& graph = m_space.graph();
    const Fusion& fusion = m_space.fusion();
    const Platform& runs_on = m_space.problem().system->platform(platform);
    const auto overwrites = [&](const Layer& layer) {
        const auto& ops = runs_on.in_place_ops;
        return (runs_on.in_place && layer.in_place) || std::find(ops.begin(), ops.end(), layer.op) != ops.end();
    };
    std::vector<double> own(fusion.groups.size(), 0);
    for (std::size_t g = 0; g < own.size(); ++g) {
        const auto& members = fusion.groups[g];
        const bool fused = members.size() > 1 && m_space.problem().costs->fuses(g, platform);
        double inputs = 0;
        for (const LayerId l : members) {
            const Layer& layer = graph.layer(l);
            double outputs = 0;
            if (!fused) inputs = 0;
            for (const TensorId t : layer.inputs) {
                const auto& producer = graph.tensor(t).producer;
                // What a fused group makes for itself is never stored; the same outer input of two members counts once.
                if (fused && (l != members.front() || (producer && fusion.group_of[producer->index()] == g))) continue;
                inputs += evaluator.tensorBytes(t, platform);
            }
            if (!fused || l == members.back())
                for (const TensorId t : layer.outputs) outputs += evaluator.tensorBytes(t, platform);
            const double reused = overwrites(layer) ? outputs : 0;
            own[g] = std::max(own[g], inputs + outputs - reused);
        }
    }
    return own;
}

} // namespace cutline
