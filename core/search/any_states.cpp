// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_states.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace cutline {
namespace {

struct StateHash {
    std::size_t operator()(const AnyModel::State& state) const
    {
        std::uint64_t hash = 0x9E3779B97F4A7C15ull;
        for (const std::uint64_t slot : state) {
            hash ^= slot;
            hash *= 0xBF58476D1CE4E5B9ull;
            hash ^= hash >> 29;
        }
        return hash;
    }
};

} // namespace

AnyStates::AnyStates(const AnyModel& model, std::size_t most_arcs, const std::function<bool()>& stopped)
    : m_model(model), m_states(model.groups() + 1), m_arcs(model.groups()), m_rest(model.groups() + 1)
{
    m_states[0] = {model.start()};
    for (std::size_t g = 0; g < model.groups() && m_complete; ++g) m_complete = grow(g, most_arcs, stopped);
    if (m_complete) lookBack();
}

bool AnyStates::grow(std::size_t g, std::size_t most_arcs, const std::function<bool()>& stopped)
{
    std::unordered_map<AnyModel::State, std::uint32_t, StateHash> known;
    AnyModel::Arc put;
    for (std::uint32_t s = 0; s < m_states[g].size(); ++s) {
        if (m_arc_count > most_arcs || ((s & 63) == 0 && stopped())) return false;
        for (const std::uint32_t p : m_model.homes(g)) {
            if (!m_model.place(m_states[g][s], g, p, put)) continue;
            const auto [at, fresh] = known.try_emplace(put.after, static_cast<std::uint32_t>(m_states[g + 1].size()));
            if (fresh) m_states[g + 1].push_back(put.after);
            m_arcs[g].push_back({s, at->second, put});
            m_arcs[g].back().put.after = {};
            m_arcs[g].back().put.slots = {};
            ++m_arc_count;
        }
    }
    return true;
}

void AnyStates::lookBack()
{
    const std::size_t last = m_model.groups();
    m_rest[last].assign(m_states[last].size(), {});
    for (std::size_t g = last; g-- > 0;) {
        m_rest[g].assign(m_states[g].size(), {kNever, kNever, {kNever, kNever}});
        for (const Arc& arc : m_arcs[g]) {
            AnyModel::Rest& rest = m_rest[g][arc.from];
            const AnyModel::Rest& next = m_rest[g + 1][arc.to];
            const AnyModel::Rest step = m_model.restOf(arc.put);
            rest.energy = std::min(rest.energy, step.energy + next.energy);
            rest.bytes = std::min(rest.bytes, step.bytes + next.bytes);
            for (std::size_t w = 0; w < AnyModel::kBalances; ++w)
                rest.work[w] = std::min(rest.work[w], step.work[w] + next.work[w]);
        }
    }
}

bool AnyStates::leadsOn(std::size_t group, std::size_t state) const { return std::isfinite(m_rest[group][state].bytes); }

} // namespace cutline
