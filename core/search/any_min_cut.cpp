// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_min_cut.h"

#include "core/search/max_flow.h"

#include <algorithm>

namespace cutline {
namespace {

using Row = std::vector<std::uint32_t>; ///< platforms in the order of the links

PlatformId platformId(std::uint32_t p) { return PlatformId{p}; }

/// The platforms of a chain system in its order, the end with the lower number first; empty where it is none.
Row chainOf(const System& system, const Routes& routes)
{
    if (!routes.isChain()) return {};
    std::vector<Row> beside(system.platforms.size());
    for (const Connection& c : system.links) {
        beside[c.ends[0].index()].push_back(c.ends[1].value);
        beside[c.ends[1].index()].push_back(c.ends[0].value);
    }
    const auto is_end = [](const Row& row) { return row.size() == 1; };
    const auto first = std::find_if(beside.begin(), beside.end(), is_end);
    if (first == beside.end()) return {};
    Row row{static_cast<std::uint32_t>(first - beside.begin())};
    while (row.size() < beside.size())
        for (const std::uint32_t next : beside[row.back()])
            if (row.size() < 2 || next != row[row.size() - 2]) {
                row.push_back(next);
                break;
            }
    return row;
}

class LeastCutSearch {
public:
    LeastCutSearch(const AnyModel& model, Objective objective) : m_model(model), m_objective(objective), m_flow(2) {}

    std::optional<LeastCut> run()
    {
        if (!findRow()) return std::nullopt;
        m_boundaries = m_row.size() - 1;
        m_nodes = static_cast<std::uint32_t>(m_flow.size());
        for (std::size_t n = m_model.groups() * m_boundaries; n > 0; --n) m_flow.addNode();
        for (std::size_t g = 0; g < m_model.groups(); ++g) addGroup(g);
        for (const AnyModel::Crossing& crossing : m_model.crossings())
            if (!addCrossing(crossing)) return std::nullopt;
        LeastCut cut;
        cut.value = m_flow.run(kSource, kSink);
        if (cut.value >= MaxFlow::kUnlimited / 2) return std::nullopt;
        const std::vector<char> far = m_flow.sinkSide(kSink);
        for (std::size_t g = 0; g < m_model.groups(); ++g) {
            std::size_t level = 0;
            for (std::size_t b = 0; b < m_boundaries; ++b) level += far[node(g, b)] != 0;
            cut.assignment.push_back(m_row[level]);
        }
        return cut;
    }

private:
    static constexpr std::uint32_t kSource = 0, kSink = 1;

    bool findRow()
    {
        const System& system = *m_model.problem().system;
        const auto homes = m_model.homes();
        if (m_objective == Objective::Energy) {
            // Terms of the period do not add up.
            for (const Platform& p : system.platforms)
                if (p.idle_power_w > 0) return false;
            for (const Connection& c : system.links)
                if (c.link.energy.always_on_w > 0) return false;
        } else if (m_objective != Objective::LinkBytes && m_objective != Objective::Sensitivity) {
            return false;
        }
        if (homes.size() < 2 || m_model.mostPlatforms() < homes.size()) return false;
        if (homes.size() == 2) {
            m_row.assign(homes.begin(), homes.end());
            return true;
        }
        m_row = chainOf(system, m_model.evaluator().routes());
        const auto sameEverywhere = [&](const AnyModel::Crossing& c) {
            return std::all_of(m_row.begin(), m_row.end(), [&](std::uint32_t p) {
                return m_model.evaluator().wireBytes(c.tensor, platformId(p)) ==
                       m_model.evaluator().wireBytes(c.tensor, platformId(m_row[0]));
            });
        };
        return m_row.size() > 1 &&
               std::all_of(m_model.crossings().begin(), m_model.crossings().end(), sameEverywhere);
    }

    /// Whether the group is beyond the boundary: on the sink's side.
    std::uint32_t node(std::size_t group, std::size_t boundary) const
    {
        return m_nodes + static_cast<std::uint32_t>(group * m_boundaries + boundary);
    }

    /// A group is on level l where it is beyond boundary l - 1 and not beyond l; beyond a boundary means beyond those before.
    void addGroup(std::size_t group)
    {
        const auto homes = m_model.homes(group);
        for (std::size_t level = 0; level < m_row.size(); ++level) {
            const std::uint32_t platform = m_row[level];
            const bool may = std::find(homes.begin(), homes.end(), platform) != homes.end();
            double cost = 0;
            if (m_objective == Objective::Energy) cost = m_model.joules(group, platform);
            if (m_objective == Objective::LinkBytes) cost = m_model.lentBytes(group, platform);
            if (m_objective == Objective::Sensitivity) cost = m_model.loss(group, platform);
            m_flow.addArc(level < m_boundaries ? node(group, level) : kSource, level > 0 ? node(group, level - 1) : kSink,
                          may ? cost : MaxFlow::kUnlimited);
            if (level > 0 && level < m_boundaries)
                m_flow.addArc(node(group, level - 1), node(group, level), MaxFlow::kUnlimited);
        }
    }

    double crossingCost(const AnyModel::Crossing& crossing, std::uint32_t from, std::uint32_t to) const
    {
        const Evaluator& evaluator = m_model.evaluator();
        const auto hops = evaluator.routes().between(platformId(from), platformId(to));
        if (hops.empty() || !crossing.sized) return MaxFlow::kUnlimited;
        if (m_objective == Objective::Sensitivity) return 0;
        const double bytes = evaluator.wireBytes(crossing.tensor, platformId(from));
        double cost = 0;
        for (const Hop& hop : hops)
            cost += m_objective == Objective::LinkBytes ? bytes : evaluator.hopCost(hop.link, bytes).energy_j;
        return cost;
    }

    /// A fixed place as a node: the source where it is before the boundary, else the sink; nullopt where it is not in the row.
    std::optional<std::uint32_t> fixedNode(std::uint32_t platform, std::size_t boundary) const
    {
        const auto at = std::find(m_row.begin(), m_row.end(), platform);
        if (at == m_row.end()) return std::nullopt;
        return static_cast<std::size_t>(at - m_row.begin()) <= boundary ? kSource : kSink;
    }

    bool addCrossing(const AnyModel::Crossing& crossing)
    {
        for (std::size_t b = 0; b < m_boundaries; ++b) {
            const double forward = crossingCost(crossing, m_row[b], m_row[b + 1]);
            const double back = crossingCost(crossing, m_row[b + 1], m_row[b]);
            std::vector<std::uint32_t> readers;
            for (const std::uint32_t reader : crossing.readers) readers.push_back(node(reader, b));
            if (crossing.sink != AnyModel::kNone) {
                const auto wanted = fixedNode(crossing.sink, b);
                if (!wanted) return false;
                readers.push_back(*wanted);
            }
            if (crossing.floats()) {
                addFloating(readers, std::min(forward, back));
                continue;
            }
            const auto maker = crossing.maker == AnyModel::kNone ? fixedNode(crossing.source, b)
                                                                 : std::optional(node(crossing.maker, b));
            if (!maker) return false;
            // Paid once, however many readers are beyond.
            const std::uint32_t out = m_flow.addNode(), home = m_flow.addNode();
            m_flow.addArc(*maker, out, forward);
            m_flow.addArc(home, *maker, back);
            for (const std::uint32_t reader : readers) {
                m_flow.addArc(out, reader, MaxFlow::kUnlimited);
                m_flow.addArc(reader, home, MaxFlow::kUnlimited);
            }
        }
        return true;
    }

    /// Paid where readers are on both sides, in the cheaper direction.
    void addFloating(const std::vector<std::uint32_t>& readers, double cost)
    {
        if (readers.size() < 2) return;
        const std::uint32_t some_near = m_flow.addNode(), some_far = m_flow.addNode();
        m_flow.addArc(some_near, some_far, cost);
        for (const std::uint32_t reader : readers) {
            m_flow.addArc(reader, some_near, MaxFlow::kUnlimited);
            m_flow.addArc(some_far, reader, MaxFlow::kUnlimited);
        }
    }

    const AnyModel& m_model;
    Objective m_objective;
    MaxFlow m_flow;
    Row m_row;
    std::size_t m_boundaries = 0;
    std::uint32_t m_nodes = 0; ///< first node of the groups
};

} // namespace

std::optional<LeastCut> leastCut(const AnyModel& model, Objective objective)
{
    return LeastCutSearch(model, objective).run();
}

} // namespace cutline
