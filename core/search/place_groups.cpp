// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/place_groups.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>

namespace cutline {
namespace {

using Lists = std::vector<std::vector<std::uint32_t>>;

/// Which component each vertex is in; components numbered in topological order (Tarjan 1972, without recursion).
std::vector<std::uint32_t> componentsInOrder(const Lists& after)
{
    const std::size_t count = after.size();
    constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> number(count, kNone), low(count), component(count, kNone), stack;
    struct Frame {
        std::uint32_t vertex;
        std::size_t next;
    };
    std::vector<Frame> frames;
    std::uint32_t numbered = 0, found = 0;
    for (std::uint32_t root = 0; root < count; ++root) {
        if (number[root] != kNone) continue;
        frames.push_back({root, 0});
        while (!frames.empty()) {
            const std::uint32_t v = frames.back().vertex;
            if (frames.back().next == 0) {
                number[v] = low[v] = numbered++;
                stack.push_back(v);
            }
            if (frames.back().next < after[v].size()) {
                const std::uint32_t w = after[v][frames.back().next++];
                if (number[w] == kNone)
                    frames.push_back({w, 0});
                else if (component[w] == kNone)
                    low[v] = std::min(low[v], number[w]);
                continue;
            }
            frames.pop_back();
            if (!frames.empty()) low[frames.back().vertex] = std::min(low[frames.back().vertex], low[v]);
            if (low[v] != number[v]) continue;
            std::uint32_t w = kNone;
            do {
                w = stack.back();
                stack.pop_back();
                component[w] = found;
            } while (w != v);
            ++found;
        }
    }
    // Tarjan finds the last components first.
    for (std::uint32_t& c : component) c = found - 1 - c;
    return component;
}

/// A cycle through all nodes of each colour makes them one component.
std::vector<std::uint32_t> groupOfNodes(const Workload& workload)
{
    Lists after(workload.nodes.size());
    for (const Workload::Edge& e : workload.edges) after[e.from].push_back(e.to);
    std::map<std::int64_t, std::vector<std::uint32_t>> colours;
    for (std::uint32_t i = 0; i < workload.nodes.size(); ++i)
        if (workload.nodes[i].colour) colours[*workload.nodes[i].colour].push_back(i);
    for (const auto& [colour, nodes] : colours)
        for (std::size_t i = 0; i < nodes.size(); ++i) after[nodes[i]].push_back(nodes[(i + 1) % nodes.size()]);
    return componentsInOrder(after);
}

Graph latticeGraph(const PlaceGroups& groups)
{
    std::vector<Layer> layers(groups.members.size());
    std::vector<Tensor> tensors(groups.tensors.size());
    for (std::uint32_t t = 0; t < groups.tensors.size(); ++t) {
        tensors[t].name = "t" + std::to_string(t);
        layers[groups.tensors[t].maker].outputs.push_back(TensorId{t});
        for (const std::uint32_t reader : groups.tensors[t].readers) layers[reader].inputs.push_back(TensorId{t});
    }
    for (std::size_t g = 0; g < layers.size(); ++g) layers[g].name = "g" + std::to_string(g);
    return Graph("workload", std::move(layers), std::move(tensors), {});
}

} // namespace

Result<PlaceGroups> placeGroups(const Workload& workload)
{
    if (workload.accelerators + workload.cpus == 0)
        return Error{"workload", "has no device", "set maxFPGAs or maxCPUs"};
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const std::vector<std::uint32_t> group_of = groupOfNodes(workload);
    const std::size_t count = group_of.empty() ? 0 : *std::max_element(group_of.begin(), group_of.end()) + 1u;

    PlaceGroups groups;
    groups.accelerators = workload.accelerators;
    groups.cpus = workload.cpus;
    groups.accelerator_bytes = workload.accelerator_bytes.value_or(kInfinity);
    groups.members.resize(count);
    groups.loads.resize(count);
    groups.reads.resize(count);
    groups.makes.resize(count);
    for (std::uint32_t i = 0; i < workload.nodes.size(); ++i) {
        const Workload::Node& node = workload.nodes[i];
        PlaceGroups::Load& load = groups.loads[group_of[i]];
        groups.members[group_of[i]].push_back(i);
        load.accelerator_ms += node.on_accelerator && workload.accelerators > 0 ? node.accelerator_ms : kInfinity;
        load.cpu_ms += workload.cpus > 0 ? node.cpu_ms : kInfinity;
        load.bytes += node.bytes;
    }
    for (std::size_t g = 0; g < count; ++g) {
        const PlaceGroups::Load& load = groups.loads[g];
        const bool accelerator = load.accelerator_ms < kInfinity && load.bytes <= groups.accelerator_bytes;
        if (!accelerator && load.cpu_ms == kInfinity)
            return Error{"workload, node " + std::to_string(workload.nodes[groups.members[g].front()].id),
                         "fits no device together with the nodes of its colour",
                         "give it a CPU, or raise maxSizePerFPGA"};
    }

    std::vector<std::set<std::uint32_t>> readers(workload.nodes.size());
    std::vector<double> cost_ms(workload.nodes.size(), 0);
    for (const Workload::Edge& e : workload.edges) {
        if (group_of[e.from] == group_of[e.to]) continue;
        readers[e.from].insert(group_of[e.to]);
        cost_ms[e.from] = std::max(cost_ms[e.from], e.cost_ms);
    }
    for (std::uint32_t i = 0; i < workload.nodes.size(); ++i) {
        if (readers[i].empty()) continue;
        const auto t = static_cast<std::uint32_t>(groups.tensors.size());
        groups.tensors.push_back({group_of[i], {readers[i].begin(), readers[i].end()}, cost_ms[i]});
        groups.makes[group_of[i]].push_back(t);
        for (const std::uint32_t reader : readers[i]) groups.reads[reader].push_back(t);
    }
    groups.graph = latticeGraph(groups);
    return groups;
}

} // namespace cutline
