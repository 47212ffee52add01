// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/label_states.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <map>

namespace cutline {

LabelStates::LabelStates(const PipelineSpace& space, PipelineModel& model, bool power_matters)
{
    const auto& orders = space.orders();
    std::map<std::vector<PlatformId>, std::uint32_t> order_of;
    using Key = std::tuple<PlatformSet, std::uint32_t, std::vector<std::uint32_t>, std::vector<std::uint32_t>>;
    std::map<Key, std::uint32_t> state_of;
    m_next.resize(orders.size());
    for (std::uint32_t o = 0; o < orders.size(); ++o) {
        const auto& order = orders[o];
        order_of.emplace(order, o);
        m_most_stages = std::max(m_most_stages, order.size());
        m_all_chains = m_all_chains && model.isChain(order);
        // Orders ascend by size: the one without the last platform is known.
        if (order.size() == 1)
            m_first.push_back({order.back(), o});
        else
            m_next[order_of.at({order.begin(), order.end() - 1})].push_back({order.back(), o});
        const PlatformSet used(order);
        double cost = 0;
        for (const PlatformId p : order)
            cost += space.problem().system->platform(p).cost_amount.value_or(std::numeric_limits<double>::quiet_NaN());
        const PipelineModel::Powered powered = model.powered(order);
        Key key{used, order.back().value, {}, {}};
        if (power_matters) {
            std::get<2>(key) = powered.relays;
            std::get<3>(key) = powered.links;
        }
        const auto [at, fresh] = state_of.emplace(key, static_cast<std::uint32_t>(m_states.size()));
        m_state_of.push_back(at->second);
        if (fresh) {
            State& state = m_states.emplace_back();
            state.stages = order.size();
            state.last = order.back();
            state.used = used;
            for (const PlatformId p : order) state.idle_w += space.problem().system->platform(p).idle_power_w;
            state.power_w = powered.power_w;
            state.powered = powered;
            state.cost = cost;
        }
    }
    // Platforms that may follow depend on the state alone: in a free order all others, else those further on.
    for (std::uint32_t o = static_cast<std::uint32_t>(orders.size()); o-- > 0;) {
        State& state = m_states[m_state_of[o]];
        if (!state.moves.empty()) continue;
        for (const Next& n : m_next[o]) {
            state.moves.push_back({n.platform, m_state_of[n.order]});
            state.most_left = std::max(state.most_left, 1 + m_states[m_state_of[n.order]].most_left);
        }
    }
    for (State& state : m_states) {
        for (const Move& move : state.moves) state.left.insert(move.platform);
        state.rest = model.leastOf(state.left);
    }
    findLoads(space, model);
}

void LabelStates::findLoads(const PipelineSpace& space, const PipelineModel& model)
{
    if (model.shared().empty()) return;
    const auto ways = [&](const PlatformSet& from, const PlatformSet& to) {
        std::uint32_t used = 0;
        for (const PlatformId p : space.platforms())
            for (const PlatformId q : space.platforms())
                if (p != q && from.contains(p) && to.contains(q))
                    used |= model.sharedOn(p, q);
        return used;
    };
    for (State& state : m_states) {
        // The last one has not sent yet.
        PlatformSet sent = state.used, sends = state.left;
        sent.erase(state.last);
        sends.insert(state.last);
        const std::uint32_t both = ways(sent, state.used) & ways(sends, state.left);
        for (std::uint8_t r = 0; r < model.shared().size(); ++r)
            if (((both >> r) & 1) != 0) state.loads.push_back(r);
    }
}

std::uint32_t LabelStates::then(std::uint32_t order, PlatformId platform) const
{
    const auto& list = m_next[order];
    const auto at = std::ranges::find(list, platform, &Next::platform);
    assert(at != list.end());
    return at->order;
}

} // namespace cutline
