// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/system.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace cutline {
namespace {

struct Step {
    Hop hop;
    std::int64_t time_ps =
        0; ///< one megabyte; whole picoseconds, so that equal routes compare equal in any order
};

constexpr double kProbeBytes = 1e6;

std::int64_t probeTime(const Link& link) {
    constexpr double kLongest = 1e16; // keeps sums of many hops inside 63 bits
    return static_cast<std::int64_t>(
        std::min(kLongest, std::round(transferCost(link, kProbeBytes).time_s * 1e12)));
}

/// All steps out of each node; a bus leads from any member to any other in one hop.
std::vector<std::vector<Step>> stepsOf(const System& system) {
    std::vector<std::vector<Step>> steps(system.nodeCount());
    for (std::size_t l = 0; l < system.links.size(); ++l) {
        const Connection& connection = system.links[l];
        const std::int64_t time = probeTime(connection.link);
        for (std::size_t from = 0; from < connection.ends.size(); ++from) {
            if (connection.link.duplex == Duplex::OneWay && from > 0) break;
            for (const NodeId to : connection.ends)
                if (to != connection.ends[from])
                    steps[connection.ends[from].index()].push_back(
                        {{LinkId{static_cast<std::uint32_t>(l)}, connection.ends[from], to}, time});
        }
    }
    return steps;
}

/// The best way from a node to the target: fewest hops, least time, lowest link numbers from here on.
struct Best {
    std::size_t hops = std::numeric_limits<std::size_t>::max();
    std::int64_t time_ps = 0;
    std::vector<Hop> route;
};

bool precedes(const std::vector<Hop>& a, const std::vector<Hop>& b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const Hop& x, const Hop& y) { return std::pair(x.link, x.to) < std::pair(y.link, y.to); });
}

/// Ways from every node to `target`, ring by ring of hops.
std::vector<Best> waysTo(NodeId target, const std::vector<std::vector<Step>>& steps) {
    std::vector<Best> best(steps.size());
    best[target.index()].hops = 0;
    for (std::size_t hops = 1; hops < steps.size(); ++hops) {
        bool found = false;
        for (std::size_t node = 0; node < steps.size(); ++node) {
            if (best[node].hops < hops) continue;
            for (const Step& step : steps[node]) {
                const Best& next = best[step.hop.to.index()];
                if (next.hops != hops - 1) continue;
                Best candidate{hops, step.time_ps + next.time_ps, {step.hop}};
                candidate.route.insert(candidate.route.end(), next.route.begin(), next.route.end());
                Best& known = best[node];
                if (known.hops > hops || candidate.time_ps < known.time_ps ||
                    (candidate.time_ps == known.time_ps && precedes(candidate.route, known.route)))
                    known = std::move(candidate);
                found = true;
            }
        }
        if (!found) break;
    }
    return best;
}

/// The links form one row of platforms: full duplex, two ends each, no branch, no ring.
bool isRow(const System& system) {
    if (!system.switches.empty() || system.links.size() + 1 != system.platforms.size()) return false;
    std::vector<std::size_t> degree(system.platforms.size());
    for (const Connection& connection : system.links) {
        if (connection.ends.size() != 2 || connection.link.duplex != Duplex::Full) return false;
        for (const NodeId end : connection.ends)
            if (++degree[end.index()] > 2) return false;
    }
    return true;
}

} // namespace

Routes::Routes(const System& system)
    : m_platforms(system.platforms.size()), m_routes(m_platforms * m_platforms) {
    const auto steps = stepsOf(system);
    bool all_reachable = true;
    for (std::size_t to = 0; to < m_platforms; ++to) {
        std::vector<Best> best = waysTo(NodeId{static_cast<std::uint32_t>(to)}, steps);
        for (std::size_t from = 0; from < m_platforms; ++from) {
            if (from != to && best[from].route.empty()) all_reachable = false;
            m_routes[from * m_platforms + to] = std::move(best[from].route);
        }
    }
    m_chain = all_reachable && isRow(system);
}

std::span<const Hop> Routes::between(PlatformId from, PlatformId to) const {
    return m_routes[from.index() * m_platforms + to.index()];
}

bool Routes::reachable(PlatformId from, PlatformId to) const {
    return from == to || !between(from, to).empty();
}

LinkResources::LinkResources(const System& system) {
    for (std::size_t l = 0; l < system.links.size(); ++l) {
        const Connection& connection = system.links[l];
        const bool two_way = connection.link.duplex == Duplex::Full && connection.ends.size() == 2;
        m_first.push_back(m_link_of.size());
        m_two_way.push_back(two_way);
        m_first_end.push_back(connection.ends.front());
        m_link_of.insert(m_link_of.end(), two_way ? 2 : 1, LinkId{static_cast<std::uint32_t>(l)});
    }
}

std::size_t LinkResources::of(const Hop& hop) const {
    const std::size_t link = hop.link.index();
    return m_first[link] + (m_two_way[link] && hop.from != m_first_end[link] ? 1 : 0);
}

} // namespace cutline
