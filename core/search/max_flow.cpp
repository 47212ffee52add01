// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/max_flow.h"

#include <algorithm>

namespace cutline {

void MaxFlow::addArc(std::uint32_t from, std::uint32_t to, double capacity)
{
    if (capacity < kUnlimited) m_largest = std::max(m_largest, capacity);
    m_arcs.push_back({to, m_first[from], capacity});
    m_first[from] = static_cast<std::uint32_t>(m_arcs.size() - 1);
    m_arcs.push_back({from, m_first[to], 0});
    m_first[to] = static_cast<std::uint32_t>(m_arcs.size() - 1);
}

bool MaxFlow::findLevels(std::uint32_t source, std::uint32_t sink)
{
    m_level.assign(size(), kNone);
    m_level[source] = 0;
    std::vector<std::uint32_t> queue{source};
    for (std::size_t i = 0; i < queue.size(); ++i)
        for (std::uint32_t a = m_first[queue[i]]; a != kNone; a = m_arcs[a].next) {
            if (!open(m_arcs[a]) || m_level[m_arcs[a].to] != kNone) continue;
            m_level[m_arcs[a].to] = m_level[queue[i]] + 1;
            queue.push_back(m_arcs[a].to);
        }
    return m_level[sink] != kNone;
}

/// One path of the level graph, walked with a stack of arcs: graphs may be thousands of nodes deep.
double MaxFlow::push(std::uint32_t source, std::uint32_t sink)
{
    std::vector<std::uint32_t> path;
    std::uint32_t at = source;
    while (at != sink) {
        std::uint32_t& a = m_next[at];
        while (a != kNone && !(open(m_arcs[a]) && m_level[m_arcs[a].to] == m_level[at] + 1)) a = m_arcs[a].next;
        if (a != kNone) {
            path.push_back(a);
            at = m_arcs[a].to;
            continue;
        }
        if (path.empty()) return 0;
        // A dead end: its level leads nowhere.
        m_level[at] = kNone;
        at = m_arcs[path.back() ^ 1].to;
        path.pop_back();
    }
    double amount = kUnlimited;
    for (const std::uint32_t a : path) amount = std::min(amount, m_arcs[a].left);
    for (const std::uint32_t a : path) {
        m_arcs[a].left -= amount;
        m_arcs[a ^ 1].left += amount;
    }
    return amount;
}

double MaxFlow::run(std::uint32_t source, std::uint32_t sink)
{
    m_nothing = 1e-13 * m_largest;
    double flow = 0;
    while (findLevels(source, sink)) {
        m_next = m_first;
        while (const double amount = push(source, sink)) {
            flow += amount;
            if (flow >= kUnlimited / 2) return flow;
        }
    }
    return flow;
}

std::vector<char> MaxFlow::sinkSide(std::uint32_t sink) const
{
    std::vector<char> reaches(size(), 0);
    reaches[sink] = 1;
    std::vector<std::uint32_t> queue{sink};
    for (std::size_t i = 0; i < queue.size(); ++i)
        for (std::uint32_t a = m_first[queue[i]]; a != kNone; a = m_arcs[a].next) {
            // The arc beside goes from the neighbour to here.
            if (reaches[m_arcs[a].to] || !open(m_arcs[a ^ 1])) continue;
            reaches[m_arcs[a].to] = 1;
            queue.push_back(m_arcs[a].to);
        }
    return reaches;
}

} // namespace cutline
