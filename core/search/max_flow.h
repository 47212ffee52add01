// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace cutline {

/// Maximum flow and minimum cut of a directed graph with real capacities: Dinic's algorithm (1970), O(V^2 E). Capacities and
/// what is left of them below 1e-13 of the largest finite one count as nothing.
class MaxFlow {
public:
    static constexpr double kUnlimited = 1e300;

    explicit MaxFlow(std::size_t nodes) : m_first(nodes, kNone) {}
    std::uint32_t addNode()
    {
        m_first.push_back(kNone);
        return static_cast<std::uint32_t>(m_first.size() - 1);
    }
    std::size_t size() const { return m_first.size(); }
    void addArc(std::uint32_t from, std::uint32_t to, double capacity);

    /// Value of the flow; its cut has at least kUnlimited / 2 where no finite one exists.
    double run(std::uint32_t source, std::uint32_t sink);
    /// After run(): nodes on the sink's side of the minimum cut that has fewest there.
    std::vector<char> sinkSide(std::uint32_t sink) const;

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    struct Arc {
        std::uint32_t to, next;
        double left; ///< capacity that the flow leaves
    };
    bool findLevels(std::uint32_t source, std::uint32_t sink);
    double push(std::uint32_t source, std::uint32_t sink);
    bool open(const Arc& arc) const { return arc.left > m_nothing; }

    std::vector<std::uint32_t> m_first;
    std::vector<Arc> m_arcs; ///< an arc and its reverse stand side by side
    double m_largest = 0, m_nothing = 0;
    std::vector<std::uint32_t> m_level, m_next;
};

} // namespace cutline
