// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/fusion.h"

#include "core/base/text.h"

#include <algorithm>
#include <optional>

namespace cutline {
namespace {

/// The layer that alone reads everything a layer makes; nullopt where there are several readers, several
/// tensors, or a graph output among them.
std::optional<LayerId> soleReader(const Graph& graph, LayerId id)
{
    const Layer& layer = graph.layer(id);
    if (layer.outputs.size() != 1) return std::nullopt;
    const Tensor& made = graph.tensor(layer.outputs.front());
    if (made.is_graph_output || made.consumers.size() != 1) return std::nullopt;
    return made.consumers.front();
}

bool isOperator(const Layer& layer, std::string_view op)
{
    return layer.domain.empty() && layer.op == op;
}

/// Layers of a pattern that starts at `first`; empty where it does not fit.
std::vector<LayerId> matched(const Graph& graph, const std::vector<bool>& taken, LayerId first,
                             std::span<const std::string> pattern)
{
    std::vector<LayerId> members;
    std::optional<LayerId> at = first;
    for (const std::string& op : pattern) {
        if (!at || taken[at->index()] || !isOperator(graph.layer(*at), op)) return {};
        members.push_back(*at);
        at = soleReader(graph, *at);
    }
    return members;
}

Fusion grouped(std::vector<std::vector<LayerId>> groups, std::size_t layers)
{
    // Only the last member's tensors leave a group, so the last members' order is one for the groups.
    std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.back() < b.back(); });
    Fusion fusion{std::move(groups), std::vector<std::uint32_t>(layers)};
    for (std::uint32_t g = 0; g < fusion.groups.size(); ++g)
        for (const LayerId member : fusion.groups[g]) fusion.group_of[member.index()] = g;
    return fusion;
}

} // namespace

Fusion fuse(const Graph& graph, std::span<const std::string> patterns)
{
    std::vector<std::vector<std::string>> sequences;
    for (const std::string& pattern : patterns) {
        sequences.emplace_back();
        for (const std::string& op : split(pattern, '+')) sequences.back().emplace_back(trimmed(op));
    }
    std::vector<bool> taken(graph.layerCount(), false);
    std::vector<std::vector<LayerId>> groups;
    for (std::uint32_t i = 0; i < graph.layerCount(); ++i) {
        if (taken[i]) continue;
        std::vector<LayerId> best{LayerId{i}};
        for (const auto& sequence : sequences)
            if (auto members = matched(graph, taken, LayerId{i}, sequence); members.size() > best.size())
                best = std::move(members);
        for (const LayerId member : best) taken[member.index()] = true;
        groups.push_back(std::move(best));
    }
    return grouped(std::move(groups), graph.layerCount());
}

Fusion joined(const Graph& graph, const Fusion& fusion, std::span<const std::vector<LayerId>> groups)
{
    std::vector<std::vector<LayerId>> result = fusion.groups;
    const auto runsAsOne = [&](const std::vector<LayerId>& group) {
        return std::all_of(group.begin(), group.end(), [&](LayerId l) {
            if (result[fusion.group_of[l.index()]].size() != 1) return false;
            if (l == group.back()) return true;
            const auto stays = [&](LayerId next) { return std::binary_search(group.begin(), group.end(), next); };
            const auto next = graph.successors(l);
            return !next.empty() && std::all_of(next.begin(), next.end(), stays) &&
                   std::none_of(graph.layer(l).outputs.begin(), graph.layer(l).outputs.end(),
                                [&](TensorId t) { return graph.tensor(t).is_graph_output; });
        });
    };
    for (const std::vector<LayerId>& group : groups) {
        if (group.size() < 2 || !runsAsOne(group)) continue;
        for (const LayerId l : group) result[fusion.group_of[l.index()]].clear();
        result[fusion.group_of[group.back().index()]] = group;
    }
    std::erase_if(result, [](const auto& group) { return group.empty(); });
    return grouped(std::move(result), graph.layerCount());
}

Fusion unfused(const Graph& graph)
{
    std::vector<std::vector<LayerId>> groups;
    for (std::uint32_t i = 0; i < graph.layerCount(); ++i) groups.push_back({LayerId{i}});
    return grouped(std::move(groups), graph.layerCount());
}

std::span<const std::string> defaultFusionPatterns()
{
    static const std::vector<std::string> kPatterns = [] {
        std::vector<std::string> patterns{"Conv+BatchNormalization"};
        for (const char* activation : {"Relu", "Clip", "LeakyRelu", "PRelu", "HardSwish", "HardSigmoid",
                                       "Sigmoid", "Tanh", "Elu", "Selu", "Gelu", "Mish"}) {
            patterns.push_back(std::string("Conv+BatchNormalization+") + activation);
            patterns.push_back(std::string("Conv+") + activation);
        }
        return patterns;
    }();
    return kPatterns;
}

} // namespace cutline
