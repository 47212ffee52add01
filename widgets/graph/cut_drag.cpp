// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/cut_drag.h"

#include <algorithm>
#include <numeric>

namespace cutline {

CutDrag::CutDrag(const Graph& graph, Plan plan, std::size_t boundary, std::span<const double> place)
    : m_plan(std::move(plan)), m_boundary(boundary), m_start(m_plan.stages[boundary].layers.size()) {
    // All of the earlier stage, then all of the later one: a prefix shorter than the start takes away the
    // last layers of the one, a longer prefix adds the first of the other. Both keep every predecessor in
    // front.
    const auto append = [&](const Stage& stage) {
        std::vector<LayerId> layers = stage.layers;
        std::sort(layers.begin(), layers.end(), [&](LayerId a, LayerId b) {
            return std::pair(place[a.index()], a) < std::pair(place[b.index()], b);
        });
        m_order.insert(m_order.end(), layers.begin(), layers.end());
    };
    append(m_plan.stages[boundary]);
    append(m_plan.stages[boundary + 1]);

    // Position of each layer on the way of the boundary: earlier stages -1, later ones beyond the end.
    const auto end = static_cast<std::ptrdiff_t>(m_order.size());
    std::vector<std::ptrdiff_t> at(graph.layerCount(), end);
    for (std::size_t s = 0; s < boundary; ++s)
        for (const LayerId id : m_plan.stages[s].layers) at[id.index()] = -1;
    for (std::size_t i = 0; i < m_order.size(); ++i) at[m_order[i].index()] = static_cast<std::ptrdiff_t>(i);

    std::vector<std::ptrdiff_t> change(m_order.size() + 2, 0);
    for (const Tensor& tensor : graph.tensors()) {
        if (!tensor.producer) continue;
        const std::ptrdiff_t made = at[tensor.producer->index()];
        std::ptrdiff_t last = -1;
        for (const LayerId reader : tensor.consumers) last = std::max(last, at[reader.index()]);
        if (made >= end || last <= made || last < 0) continue;
        ++change[static_cast<std::size_t>(made + 1)];
        --change[static_cast<std::size_t>(last + 1)];
    }
    std::ptrdiff_t sum = 0;
    for (std::size_t k = 0; k <= m_order.size(); ++k) {
        sum += change[k];
        m_crossing.push_back(static_cast<std::size_t>(sum));
    }
}

std::size_t CutDrag::clamped(std::ptrdiff_t position) const {
    return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(position, static_cast<std::ptrdiff_t>(least()),
                                                               static_cast<std::ptrdiff_t>(most())));
}

std::size_t CutDrag::nearestSingle(std::size_t position) const {
    if (single(position)) return position;
    const std::size_t up = nextSingle(position, 1), down = nextSingle(position, -1);
    if (up == position) return down;
    if (down == position) return up;
    return up - position < position - down ? up : down;
}

std::size_t CutDrag::nextSingle(std::size_t position, int direction) const {
    for (std::ptrdiff_t k = static_cast<std::ptrdiff_t>(position) + direction;
         k >= static_cast<std::ptrdiff_t>(least()) && k <= static_cast<std::ptrdiff_t>(most());
         k += direction)
        if (single(static_cast<std::size_t>(k))) return static_cast<std::size_t>(k);
    return position;
}

Plan CutDrag::planAt(std::size_t position) const {
    Plan plan = m_plan;
    const auto middle = m_order.begin() + static_cast<std::ptrdiff_t>(position);
    plan.stages[m_boundary].layers.assign(m_order.begin(), middle);
    plan.stages[m_boundary + 1].layers.assign(middle, m_order.end());
    for (Stage* stage : {&plan.stages[m_boundary], &plan.stages[m_boundary + 1]})
        std::sort(stage->layers.begin(), stage->layers.end());
    return plan;
}

} // namespace cutline
