// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/peak_bound.h"

#include <algorithm>

namespace cutline {
namespace {

/// A tensor that one group makes for later ones.
struct Span {
    std::size_t made = 0, last_read = 0;
};

/// Group numbers of a tensor's producer and last reader; nullopt for graph inputs and what stays inside a group.
std::optional<Span> spanOf(const Graph& graph, const Fusion& fusion, TensorId id)
{
    const Tensor& tensor = graph.tensor(id);
    if (!tensor.producer) return std::nullopt;
    Span span;
    span.made = span.last_read = fusion.group_of[tensor.producer->index()];
    for (const LayerId reader : tensor.consumers)
        span.last_read = std::max<std::size_t>(span.last_read, fusion.group_of[reader.index()]);
    return span.last_read > span.made ? std::optional(span) : std::nullopt;
}

} // namespace

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
    : m_space(space), m_tables(space.problem().system->platforms.size())
{
    findSettled();
    for (const PlatformId p : space.platforms()) {
        Tables& tables = m_tables[p.index()];
        std::vector<double> own = ownBytes(evaluator, p);
        tables.own.build(own);
        if (!m_settled.empty()) tables.live.build(liveBytes(evaluator, p, std::move(own)));
    }
}

/// Inputs and outputs of each group's largest step. An output that may take the place of an input counts once.
std::vector<double> PeakBound::ownBytes(const Evaluator& evaluator, PlatformId platform) const
{
    const Graph& graph = m_space.graph();
    const Fusion& fusion = m_space.fusion();
    const bool in_place = m_space.problem().system->platform(platform).in_place;
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
            const double reused = in_place && layer.in_place ? outputs : 0;
            own[g] = std::max(own[g], inputs + outputs - reused);
        }
    }
    return own;
}

std::vector<double> PeakBound::liveBytes(const Evaluator& evaluator, PlatformId platform,
                                         std::vector<double> own) const
{
    const Graph& graph = m_space.graph();
    const Fusion& fusion = m_space.fusion();
    // Tensors that pass over a group: neither made nor read last by it, and not among its inputs.
    std::vector<double> change(own.size() + 1, 0);
    for (std::uint32_t t = 0; t < graph.tensors().size(); ++t) {
        const auto span = spanOf(graph, fusion, TensorId{t});
        if (!span) continue;
        const double bytes = evaluator.tensorBytes(TensorId{t}, platform);
        change[span->made + 1] += bytes;
        change[span->last_read] -= bytes;
        for (const LayerId reader : graph.tensor(TensorId{t}).consumers) {
            const std::size_t g = fusion.group_of[reader.index()];
            if (g == span->last_read) continue;
            change[g] -= bytes;
            change[g + 1] += bytes;
        }
    }
    double over = 0;
    for (std::size_t g = 0; g < own.size(); ++g) own[g] += std::max(0.0, over += change[g]);
    return own;
}

void PeakBound::findSettled()
{
    const Graph& graph = m_space.graph();
    const Fusion& fusion = m_space.fusion();
    // The bound reads group numbers as an order in time: groups must not interleave in the file.
    std::uint32_t next = 0;
    for (const auto& members : fusion.groups)
        for (const LayerId l : members)
            if (l.value != next++) return;
    m_settled.resize(fusion.groups.size());
    for (std::size_t g = 0; g < m_settled.size(); ++g) m_settled[g] = g;
    for (std::uint32_t t = 0; t < graph.tensors().size(); ++t)
        if (const auto span = spanOf(graph, fusion, TensorId{t}))
            m_settled[span->made + 1] = std::max(m_settled[span->made + 1], span->last_read + 1);
    // A tensor made before an earlier group is made before the later ones too.
    for (std::size_t g = 1; g < m_settled.size(); ++g) m_settled[g] = std::max(m_settled[g], m_settled[g - 1]);
}

} // namespace cutline
