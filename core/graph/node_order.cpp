// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/node_order.h"

#include "core/graph/value.h"

#include <algorithm>
#include <queue>
#include <unordered_map>
#include <unordered_set>

namespace cutline {
namespace {

using onnx_file::GraphBody;
using onnx_file::Node;
using NameSet = std::unordered_set<std::string_view>;

void collectReads(const Node& node, NameSet& reads);

/// Names that a subgraph takes from outside. Depth is bounded by the reader.
void collectFree(const GraphBody& body, NameSet& reads)
{
    NameSet inside, own;
    for (const auto& input : body.inputs) own.insert(input.name);
    for (const auto& tensor : body.initializers) own.insert(tensor.name);
    for (const auto& tensor : body.sparse_initializers) own.insert(tensor.values.name);
    for (const Node& node : body.nodes) {
        collectReads(node, inside);
        own.insert(node.outputs.begin(), node.outputs.end());
    }
    for (const auto& output : body.outputs) inside.insert(output.name);
    for (const std::string_view name : inside)
        if (!own.contains(name)) reads.insert(name);
}

void collectReads(const Node& node, NameSet& reads)
{
    for (const std::string_view name : node.inputs)
        if (!name.empty()) reads.insert(name);
    for (const auto& attribute : node.attributes)
        if (attribute.g) collectFree(*attribute.g, reads);
}

class Sorter {
public:
    Sorter(std::span<const Node> nodes, const std::function<bool(std::string_view)>& given) : m_nodes(nodes)
    {
        findProducers(given);
        findDependencies(given);
    }

    NodeOrder sorted() const;

private:
    void findProducers(const std::function<bool(std::string_view)>& given);
    void findDependencies(const std::function<bool(std::string_view)>& given);
    std::vector<std::uint32_t> nearestOrder() const;
    [[noreturn]] void reportCycle(const std::vector<std::uint32_t>& done) const;

    std::span<const Node> m_nodes;
    std::unordered_map<std::string_view, std::uint32_t> m_producer;
    std::vector<std::vector<std::uint32_t>> m_needs; ///< ascending, each once
};

void Sorter::findProducers(const std::function<bool(std::string_view)>& given)
{
    m_producer.reserve(m_nodes.size() * 2);
    for (std::uint32_t i = 0; i < m_nodes.size(); ++i)
        for (const std::string_view name : m_nodes[i].outputs) {
            if (name.empty()) continue;
            if (given(name))
                throw Failure{nodeText(m_nodes[i], i) + " makes tensor " + shown(name) +
                                  ", which is an input or an initializer already",
                              "give one of them another name"};
            const auto [at, fresh] = m_producer.emplace(name, i);
            if (!fresh)
                throw Failure{"tensor " + shown(name) + " is made twice, by " +
                                  nodeText(m_nodes[at->second], at->second) + " and " +
                                  nodeText(m_nodes[i], i),
                              "give one of them another name"};
        }
}

void Sorter::findDependencies(const std::function<bool(std::string_view)>& given)
{
    m_needs.resize(m_nodes.size());
    NameSet reads;
    for (std::uint32_t i = 0; i < m_nodes.size(); ++i) {
        reads.clear();
        collectReads(m_nodes[i], reads);
        for (const std::string_view name : reads) {
            const auto producer = m_producer.find(name);
            if (producer != m_producer.end())
                m_needs[i].push_back(producer->second);
            else if (!given(name))
                throw Failure{nodeText(m_nodes[i], i) + " reads tensor " + shown(name) +
                                  ", which nothing makes",
                              "export the model again"};
        }
        std::sort(m_needs[i].begin(), m_needs[i].end());
        m_needs[i].erase(std::unique(m_needs[i].begin(), m_needs[i].end()), m_needs[i].end());
    }
}

NodeOrder Sorter::sorted() const
{
    NodeOrder result;
    for (std::uint32_t i = 0; i < m_nodes.size() && result.disorder.empty(); ++i)
        if (!m_needs[i].empty() && m_needs[i].back() >= i)
            result.disorder = nodeText(m_nodes[i], i) + " stands before " +
                              nodeText(m_nodes[m_needs[i].back()], m_needs[i].back()) +
                              ", whose output it reads";
    if (!result.disorder.empty()) {
        result.order = nearestOrder();
        if (result.order.size() < m_nodes.size()) reportCycle(result.order);
        return result;
    }
    result.order.resize(m_nodes.size());
    for (std::uint32_t i = 0; i < m_nodes.size(); ++i) result.order[i] = i;
    return result;
}

/// Kahn's algorithm that always takes the first node of the file that is free.
std::vector<std::uint32_t> Sorter::nearestOrder() const
{
    std::vector<std::uint32_t> open(m_nodes.size());
    std::vector<std::vector<std::uint32_t>> readers(m_nodes.size());
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free;
    for (std::uint32_t i = 0; i < m_nodes.size(); ++i) {
        open[i] = static_cast<std::uint32_t>(m_needs[i].size());
        for (const std::uint32_t need : m_needs[i]) readers[need].push_back(i);
        if (open[i] == 0) free.push(i);
    }
    std::vector<std::uint32_t> order;
    while (!free.empty()) {
        const std::uint32_t next = free.top();
        free.pop();
        order.push_back(next);
        for (const std::uint32_t reader : readers[next])
            if (--open[reader] == 0) free.push(reader);
    }
    return order;
}

void Sorter::reportCycle(const std::vector<std::uint32_t>& done) const
{
    std::vector<bool> left(m_nodes.size(), true);
    for (const std::uint32_t i : done) left[i] = false;
    // Every node left has a predecessor that is left: walking back must meet itself.
    std::vector<std::uint32_t> path;
    std::vector<std::int64_t> place(m_nodes.size(), -1);
    auto at = static_cast<std::uint32_t>(std::find(left.begin(), left.end(), true) - left.begin());
    while (place[at] < 0) {
        place[at] = static_cast<std::int64_t>(path.size());
        path.push_back(at);
        at = *std::find_if(m_needs[at].begin(), m_needs[at].end(),
                           [&](std::uint32_t need) { return left[need]; });
    }
    path.erase(path.begin(), path.begin() + place[at]);
    std::reverse(path.begin(), path.end());
    std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
    if (path.size() == 1)
        throw Failure{nodeText(m_nodes[path[0]], path[0]) + " reads its own output",
                      "export the model again"};
    std::string names;
    for (std::size_t i = 0; i < path.size() && i < 8; ++i)
        names += (i ? ", " : "") + nodeText(m_nodes[path[i]], path[i]);
    if (path.size() > 8) names += " and " + std::to_string(path.size() - 8) + " more";
    throw Failure{"a cycle of " + std::to_string(path.size()) + " nodes that wait for each other: " + names,
                  "export the model again"};
}

} // namespace

std::string nodeText(const Node& node, std::size_t index)
{
    return "node " + (node.name.empty() ? std::to_string(index) : shown(node.name)) + " (" + shown(node.op) +
           ")";
}

std::vector<std::string_view> readsOf(const Node& node)
{
    NameSet reads;
    collectReads(node, reads);
    std::vector<std::string_view> sorted(reads.begin(), reads.end());
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

NodeOrder orderOf(std::span<const Node> nodes, const std::function<bool(std::string_view)>& given)
{
    return Sorter(nodes, given).sorted();
}

} // namespace cutline
