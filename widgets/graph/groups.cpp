// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/groups.h"

#include "core/base/text.h"

#include <algorithm>
#include <numeric>

namespace cutline {
namespace {

/// Fewer cards than this say nothing about a network.
constexpr std::size_t kLeastCards = 8;
/// Layers of a group that is worth dividing once more.
constexpr std::size_t kLeastDivided = 6;

/// The first `depth` parts of a name's scope; the last part is the layer itself.
std::string scopeOf(const std::string& name, std::size_t depth) {
    std::size_t at = 0;
    const std::size_t last = name.rfind('/');
    if (last == std::string::npos) return {};
    for (std::size_t level = 0; level < depth && at != std::string::npos && at < last; ++level)
        at = name.find('/', at + 1);
    return name.substr(0, std::min(at, last));
}

std::size_t depthOf(const std::string& name) {
    return static_cast<std::size_t>(std::count(name.begin(), name.end(), '/'));
}

/// By position in the order of layers: tensors that are made before it and read behind.
std::vector<std::uint32_t> crossings(const Graph& graph) {
    std::vector<std::uint32_t> change(graph.layerCount() + 2, 0);
    for (const Tensor& tensor : graph.tensors()) {
        if (!tensor.producer || tensor.consumers.empty()) continue;
        ++change[tensor.producer->index() + 1];
        --change[tensor.consumers.back().index() + 1];
    }
    std::partial_sum(change.begin(), change.end(), change.begin());
    return change;
}

/// Begins of runs of equal scopes in [begin, end).
std::vector<std::uint32_t> scopeRuns(const Graph& graph, std::uint32_t begin, std::uint32_t end,
                                     std::size_t depth) {
    std::vector<std::uint32_t> begins;
    std::string last;
    for (std::uint32_t i = begin; i < end; ++i) {
        std::string scope = scopeOf(graph.layers()[i].name, depth);
        if (i == begin || scope != last) begins.push_back(i);
        last = std::move(scope);
    }
    return begins;
}

/// About `count` stretches of like size whose borders lie where fewest tensors cross nearby.
std::vector<std::uint32_t> evenRuns(const std::vector<std::uint32_t>& crossing, std::uint32_t begin,
                                    std::uint32_t end, std::uint32_t count) {
    std::vector<std::uint32_t> begins{begin};
    const std::uint32_t length = std::max(2u, (end - begin) / count);
    while (begins.back() + length + length / 2 < end) {
        std::uint32_t best = begins.back() + length;
        for (std::uint32_t at = begins.back() + length - length / 4;
             at <= begins.back() + length + length / 4; ++at)
            if (crossing[at] < crossing[best]) best = at;
        begins.push_back(best);
    }
    return begins;
}

} // namespace

Groups::Groups(const Graph& graph, std::size_t most, std::size_t small) : m_most(most), m_small(small) {
    Node whole;
    whole.end = static_cast<std::uint32_t>(graph.layerCount());
    m_nodes.push_back(whole);
    divide(graph, crossings(graph), 0, 0);
}

void Groups::divide(const Graph& graph, const std::vector<std::uint32_t>& crossing, std::uint32_t node,
                    std::size_t depth) {
    const auto [begin, end] = std::pair(m_nodes[node].begin, m_nodes[node].end);
    if (end - begin < kLeastDivided || (node == 0 && end - begin <= m_small)) return;
    std::size_t deepest = 0;
    for (std::uint32_t i = begin; i < end; ++i) deepest = std::max(deepest, depthOf(graph.layers()[i].name));
    std::vector<std::uint32_t> begins;
    while (begins.size() < 2 && depth < deepest) begins = scopeRuns(graph, begin, end, ++depth);
    const bool scoped = begins.size() >= 2 && begins.size() <= m_most;
    // Small stretches have parts only where their names tell them, and where that makes fewer cards.
    if (end - begin <= m_small && (!scoped || 2 * begins.size() > end - begin)) return;
    if (!scoped) begins = evenRuns(crossing, begin, end, static_cast<std::uint32_t>(m_most / 2));
    for (std::size_t i = 0; i < begins.size(); ++i) {
        Node part;
        part.begin = begins[i];
        part.end = i + 1 < begins.size() ? begins[i + 1] : end;
        const auto index = static_cast<std::uint32_t>(m_nodes.size());
        m_nodes[node].parts.push_back(index);
        m_nodes.push_back(part);
        divide(graph, crossing, index, depth);
    }
}

std::vector<std::uint32_t> Groups::closedNumbers() const {
    std::vector<std::uint32_t> closed;
    for (std::uint32_t i = 0; i < m_nodes.size(); ++i)
        if (!m_nodes[i].open) closed.push_back(i);
    return closed;
}

void Groups::closeNumbers(std::span<const std::uint32_t> groups) {
    openAll();
    for (const std::uint32_t group : groups)
        if (group > 0 && group < m_nodes.size()) closeNumber(group); // the first is the whole graph
}

void Groups::openAll() {
    for (Node& node : m_nodes) node.open = true;
}

void Groups::closeToOverview(std::size_t wanted) {
    for (Node& node : m_nodes) node.open = false;
    if (m_nodes.empty()) return;
    m_nodes.front().open = true;
    const auto partsOf = [](const Node& node) {
        return node.parts.empty() ? node.size() : node.parts.size();
    };
    std::vector<std::uint32_t> shown = m_nodes.front().parts;
    std::size_t cards = partsOf(m_nodes.front());
    while (cards < wanted) {
        const std::size_t most = std::min(m_most, cards < kLeastCards ? m_most : wanted);
        std::uint32_t best = 0;
        for (const std::uint32_t i : shown) {
            const Node& node = m_nodes[i];
            if (!node.open && node.size() > 1 && cards - 1 + partsOf(node) <= most &&
                (best == 0 || node.size() > m_nodes[best].size()))
                best = i;
        }
        if (best == 0) return;
        m_nodes[best].open = true;
        cards += partsOf(m_nodes[best]) - 1;
        shown.insert(shown.end(), m_nodes[best].parts.begin(), m_nodes[best].parts.end());
    }
}

bool Groups::openDivided(std::span<const int> owner, std::size_t most_groups) {
    const auto divided = [&](const Node& node) {
        const auto begin = owner.begin() + node.begin, end = owner.begin() + node.end;
        return std::any_of(begin, end, [&](int p) { return p != *begin; });
    };
    std::vector<std::uint32_t> closed;
    const auto collect = [&](const auto& self, std::uint32_t index) -> void {
        if (!divided(m_nodes[index])) return;
        if (!m_nodes[index].open) return closed.push_back(index);
        for (const std::uint32_t part : m_nodes[index].parts) self(self, part);
    };
    if (!m_nodes.empty()) collect(collect, 0);
    if (closed.empty() || closed.size() > most_groups) return false;
    while (!closed.empty()) {
        const std::uint32_t index = closed.back();
        closed.pop_back();
        m_nodes[index].open = true;
        for (const std::uint32_t part : m_nodes[index].parts)
            if (!m_nodes[part].open && divided(m_nodes[part])) closed.push_back(part);
    }
    return true;
}

const Groups::Node* Groups::partWith(const Node& node, LayerId layer) const {
    for (const std::uint32_t i : node.parts)
        if (m_nodes[i].begin <= layer.value && layer.value < m_nodes[i].end) return &m_nodes[i];
    return nullptr;
}

std::int64_t Groups::closedAt(LayerId layer) const {
    for (const Node* node = m_nodes.empty() ? nullptr : &m_nodes.front(); node; node = partWith(*node, layer))
        if (!node->open) return node->size() > 1 ? node - m_nodes.data() : -1;
    return -1;
}

std::int64_t Groups::innermostOpen(LayerId layer) const {
    std::int64_t found = -1;
    for (const Node* node = m_nodes.empty() ? nullptr : &m_nodes.front(); node && node->open;
         node = partWith(*node, layer))
        if (node->size() > 1) found = node - m_nodes.data();
    return found;
}

bool Groups::open(LayerId layer) {
    const std::int64_t node = closedAt(layer);
    if (node < 0) return false;
    m_nodes[static_cast<std::size_t>(node)].open = true;
    return true;
}

bool Groups::close(LayerId layer) {
    const std::int64_t node = innermostOpen(layer);
    if (node <= 0) return false; // the whole graph stays open
    m_nodes[static_cast<std::size_t>(node)].open = false;
    return true;
}

std::vector<std::uint32_t> Groups::cardOf() const {
    std::vector<std::uint32_t> card(m_nodes.empty() ? 0 : m_nodes.front().end);
    // A card is named by its first layer.
    const auto fill = [&](const auto& self, const Node& node) -> void {
        if (node.open && !node.parts.empty()) {
            for (const std::uint32_t i : node.parts) self(self, m_nodes[i]);
            return;
        }
        for (std::uint32_t i = node.begin; i < node.end; ++i) card[i] = node.open ? i : node.begin;
    };
    if (!m_nodes.empty()) fill(fill, m_nodes.front());
    return card;
}

std::vector<std::int64_t> Groups::openGroups(std::size_t largest) const {
    std::vector<std::int64_t> found(m_nodes.empty() ? 0 : m_nodes.front().end, -1);
    const auto fill = [&](const auto& self, std::uint32_t index) -> void {
        const Node& node = m_nodes[index];
        if (!node.open || node.size() == 1) return;
        if (index != 0 && node.size() <= largest) {
            std::fill(found.begin() + node.begin, found.begin() + node.end, index);
            return;
        }
        for (const std::uint32_t part : node.parts) self(self, part);
    };
    if (!m_nodes.empty()) fill(fill, 0);
    return found;
}

std::vector<Groups::Stretch> Groups::closed() const {
    std::vector<Stretch> found;
    const auto collect = [&](const auto& self, const Node& node) -> void {
        if (!node.open && node.size() > 1) return found.push_back({LayerId{node.begin}, node.size()});
        for (const std::uint32_t part : node.parts) self(self, m_nodes[part]);
    };
    if (!m_nodes.empty()) collect(collect, m_nodes.front());
    return found;
}

bool Groups::setClosed(std::span<const Stretch> stretches) {
    std::vector<bool> open(m_nodes.size(), false);
    std::size_t met = 0;
    const auto visit = [&](const auto& self, std::uint32_t index) -> void {
        const Node& node = m_nodes[index];
        const bool closes = std::any_of(stretches.begin(), stretches.end(), [&](const Stretch& stretch) {
            return stretch.first.value == node.begin && stretch.layers == node.size();
        });
        if (closes && index != 0) {
            ++met;
            return;
        }
        open[index] = true;
        for (const std::uint32_t part : node.parts) self(self, part);
    };
    if (!m_nodes.empty()) visit(visit, 0);
    if (met != stretches.size()) return false;
    for (std::size_t i = 0; i < m_nodes.size(); ++i) m_nodes[i].open = open[i];
    return true;
}

std::size_t Groups::cardCount() const {
    const auto card = cardOf();
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < card.size(); ++i) count += card[i] == i ? 1 : 0;
    return count;
}

} // namespace cutline
