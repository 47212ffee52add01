// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/layered_layout.h"

#include <QtConcurrentRun>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cutline {
namespace {

using Index = std::uint32_t;

/// Between a card and an edge that passes it, and between two such edges.
constexpr double kPassingGap = 9;
/// How much more a card pulls than an edge that passes.
constexpr double kCardPull = 1000;

/// Nodes and the dummies that long edges leave in the ranks they pass.
struct Work {
    std::size_t real = 0;
    std::vector<Index> rank;
    std::vector<double> size, lateral;
    std::vector<std::vector<Index>> up, down; ///< neighbours in the rank before and after
    std::vector<std::vector<Index>> ranks;    ///< nodes in order
    std::vector<std::vector<Index>> dummies;  ///< by edge
};

/// Longest path from the sources; nodes without predecessors then move up to just before their first reader.
std::vector<Index> longestPath(const LayoutRequest& request) {
    const std::size_t n = request.sizes.size();
    std::vector<std::vector<Index>> out(n);
    std::vector<Index> waiting(n, 0), rank(n, 0), order;
    for (const LayoutEdge& e : request.edges) {
        out[e.from].push_back(e.to);
        ++waiting[e.to];
    }
    const std::vector<Index> in_degree = waiting;
    for (Index i = 0; i < n; ++i)
        if (waiting[i] == 0) order.push_back(i);
    for (std::size_t at = 0; at < order.size(); ++at)
        for (const Index to : out[order[at]]) {
            rank[to] = std::max(rank[to], rank[order[at]] + 1);
            if (--waiting[to] == 0) order.push_back(to);
        }
    for (Index i = 0; i < n; ++i) {
        if (in_degree[i] != 0 || out[i].empty()) continue;
        Index first = rank[out[i].front()];
        for (const Index to : out[i]) first = std::min(first, rank[to]);
        rank[i] = first - 1;
    }
    return rank;
}

/// Long edges become chains of dummies. Where that would take too much memory (skips over thousands of
/// ranks), the edges beyond the cap stay without: they are drawn past the ranks at the lateral of their
/// source.
Work prepared(const LayoutRequest& request, std::vector<Index> rank) {
    Work w;
    w.real = request.sizes.size();
    w.rank = std::move(rank);
    const Index rank_count = w.rank.empty() ? 0 : *std::max_element(w.rank.begin(), w.rank.end()) + 1;
    w.ranks.resize(rank_count);
    for (std::size_t i = 0; i < w.real; ++i) w.size.push_back(request.lateralSize(i));
    w.up.resize(w.real);
    w.down.resize(w.real);
    w.dummies.resize(request.edges.size());
    std::size_t budget = 8 * w.real + 20'000;
    for (std::size_t e = 0; e < request.edges.size(); ++e) {
        const auto [from, to] = request.edges[e];
        const std::size_t between = w.rank[to] - w.rank[from] - 1;
        if (between > budget) continue;
        budget -= between;
        Index last = from;
        for (std::size_t k = 0; k < between; ++k) {
            const auto dummy = static_cast<Index>(w.rank.size());
            w.rank.push_back(w.rank[last] + 1);
            w.size.push_back(2);
            w.up.push_back({last});
            w.down.emplace_back();
            w.down[last].push_back(dummy);
            w.dummies[e].push_back(dummy);
            last = dummy;
        }
        w.down[last].push_back(to);
        w.up[to].push_back(last);
    }
    for (Index i = 0; i < w.rank.size(); ++i) w.ranks[w.rank[i]].push_back(i);
    w.lateral.assign(w.rank.size(), 0);
    return w;
}

void placePositions(const std::vector<Index>& rank, std::vector<double>& place) {
    for (std::size_t i = 0; i < rank.size(); ++i) place[rank[i]] = static_cast<double>(i);
}

void sortByBarycentre(std::vector<Index>& rank, const std::vector<std::vector<Index>>& neighbours,
                      std::vector<double>& place) {
    std::vector<std::pair<double, Index>> keyed;
    for (const Index node : rank) {
        const auto& list = neighbours[node];
        double sum = 0;
        for (const Index other : list) sum += place[other];
        keyed.emplace_back(list.empty() ? place[node] : sum / static_cast<double>(list.size()), node);
    }
    std::stable_sort(keyed.begin(), keyed.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < rank.size(); ++i) rank[i] = keyed[i].second;
    placePositions(rank, place);
}

/// Least squares: positions nearest to the wishes that keep the order and the least distances. Pool adjacent
/// violators on the wishes less the distances summed so far.
///
/// Cards weigh more than passing edges: what is a chain becomes a straight line, and what skips goes round
/// it.
void settle(Work& w, const std::vector<Index>& rank, const std::vector<std::vector<Index>>& neighbours) {
    struct Pool {
        double sum, weight;
        std::size_t count;
        double mean() const { return sum / weight; }
    };
    std::vector<Pool> pools;
    std::vector<double> offset(rank.size(), 0);
    for (std::size_t i = 0; i < rank.size(); ++i) {
        const Index node = rank[i];
        if (i > 0) {
            const bool cards = rank[i - 1] < w.real && node < w.real;
            offset[i] = offset[i - 1] + (w.size[rank[i - 1]] + w.size[node]) / 2 +
                        (cards ? kLateralGap : kPassingGap);
        }
        double wish = 0, wishes = 0;
        for (const Index other : neighbours[node]) {
            const double pull = other < w.real && node < w.real ? kCardPull : 1;
            wish += pull * w.lateral[other];
            wishes += pull;
        }
        wish = wishes > 0 ? wish / wishes : w.lateral[node];
        const double weight = node < w.real ? kCardPull : 1;
        pools.push_back({(wish - offset[i]) * weight, weight, 1});
        while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
            const Pool top = pools.back();
            pools.pop_back();
            pools.back().sum += top.sum;
            pools.back().weight += top.weight;
            pools.back().count += top.count;
        }
    }
    std::size_t i = 0;
    for (const Pool& pool : pools)
        for (std::size_t k = 0; k < pool.count; ++k, ++i) w.lateral[rank[i]] = pool.mean() + offset[i];
}

void reduceCrossings(Work& w, const std::atomic<bool>& cancelled) {
    std::vector<double> place(w.rank.size(), 0);
    for (const auto& rank : w.ranks) placePositions(rank, place);
    const int sweeps = w.rank.size() > 5000 ? 2 : 6;
    for (int sweep = 0; sweep < sweeps && !cancelled; ++sweep) {
        for (auto& rank : w.ranks) sortByBarycentre(rank, w.up, place);
        for (auto it = w.ranks.rbegin(); it != w.ranks.rend(); ++it) sortByBarycentre(*it, w.down, place);
    }
    for (auto& rank : w.ranks) sortByBarycentre(rank, w.up, place);
}

void settleAll(Work& w, const std::atomic<bool>& cancelled) {
    for (int sweep = 0; sweep < 4 && !cancelled; ++sweep) {
        for (const auto& rank : w.ranks) settle(w, rank, w.up);
        for (auto it = w.ranks.rbegin(); it != w.ranks.rend(); ++it) settle(w, *it, w.down);
    }
    for (const auto& rank : w.ranks) settle(w, rank, w.up);
    for (double& lateral : w.lateral) lateral = std::round(lateral); // no jog of a hair's breadth
}

RankedLayout resultOf(const LayoutRequest& request, const Work& w) {
    RankedLayout layout;
    layout.rank.assign(w.rank.begin(), w.rank.begin() + static_cast<std::ptrdiff_t>(w.real));
    layout.lateral.assign(w.lateral.begin(), w.lateral.begin() + static_cast<std::ptrdiff_t>(w.real));
    layout.waypoints.resize(request.edges.size());
    for (std::size_t e = 0; e < request.edges.size(); ++e) {
        const auto [from, to] = request.edges[e];
        const std::size_t between = layout.rank[to] - layout.rank[from] - 1;
        for (const Index dummy : w.dummies[e]) layout.waypoints[e].push_back(w.lateral[dummy]);
        layout.waypoints[e].resize(between, layout.lateral[from]);
    }
    return layout;
}

} // namespace

RankedLayout settled(const LayoutRequest& request, const RankedLayout& layout,
                     const std::atomic<bool>& cancelled) {
    Work w = prepared(request, layout.rank);
    std::copy(layout.lateral.begin(), layout.lateral.end(), w.lateral.begin());
    for (std::size_t e = 0; e < w.dummies.size(); ++e)
        for (std::size_t k = 0; k < w.dummies[e].size(); ++k)
            w.lateral[w.dummies[e][k]] = layout.waypoints[e][k];
    for (auto& rank : w.ranks)
        std::stable_sort(rank.begin(), rank.end(),
                         [&](Index a, Index b) { return w.lateral[a] < w.lateral[b]; });
    settleAll(w, cancelled);
    return resultOf(request, w);
}

RankedLayout layered(const LayoutRequest& request, const std::atomic<bool>& cancelled) {
    Work w = prepared(request, longestPath(request));
    reduceCrossings(w, cancelled);
    settleAll(w, cancelled);
    return resultOf(request, w);
}

LayeredLayout::LayeredLayout(QObject* parent) : GraphLayout(parent) {
    connect(&m_watcher, &QFutureWatcher<RankedLayout>::finished, this, [this] {
        if (m_cancelled && !*m_cancelled) Q_EMIT finished(m_watcher.result());
    });
}

LayeredLayout::~LayeredLayout() {
    cancel();
}

void LayeredLayout::start(const LayoutRequest& request) {
    cancel();
    m_cancelled = std::make_shared<std::atomic<bool>>(false);
    m_watcher.setFuture(
        QtConcurrent::run([request, cancelled = m_cancelled] { return layered(request, *cancelled); }));
}

void LayeredLayout::cancel() {
    if (m_cancelled) *m_cancelled = true;
}

} // namespace cutline
