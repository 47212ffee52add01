// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/view_graph.h"

#include "core/base/text.h"
#include "widgets/models/plan_facts.h"

#include <algorithm>
#include <map>
#include <set>

namespace cutline {
namespace {

QString opTitle(const Layer& layer) {
    QString title = nameText(layer.op, 40);
    title.replace(QLatin1String("Normalization"), QLatin1String("Norm"));
    title.replace(QLatin1String("Average"), QLatin1String("Avg"));
    return title;
}

ViewNode nodeOfLayer(const Graph& graph, LayerId id) {
    const Layer& layer = graph.layer(id);
    ViewNode node{{id}, titleOf(layer), shortName(layer), {}};
    if (!layer.outputs.empty()) node.detail = shapeLabel(graph.tensor(layer.outputs.front()));
    return node;
}

/// The last two parts that tell something: one that only repeats the start of the next ("block/block.0") does
/// not.
std::string tellingParts(const std::vector<std::string>& parts) {
    std::vector<std::string> telling;
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (i + 1 == parts.size() || !parts[i + 1].starts_with(parts[i])) telling.push_back(parts[i]);
    if (telling.empty()) return {};
    return telling.size() == 1 ? telling.back() : telling[telling.size() - 2] + '/' + telling.back();
}

/// What the layers' names have in common: "features.1/features.1.0".
QString commonScope(const Graph& graph, const std::vector<LayerId>& layers) {
    std::vector<std::string> common = split(graph.layer(layers.front()).name, '/');
    for (const LayerId id : layers) {
        const auto parts = split(graph.layer(id).name, '/');
        const auto differ = std::mismatch(common.begin(), common.end(), parts.begin(), parts.end()).first;
        common.erase(differ, common.end());
    }
    std::erase(common, std::string());
    return common.empty() ? shortName(graph.layer(layers.front())) : nameText(tellingParts(common));
}

ViewNode nodeOfGroup(const Graph& graph, std::vector<LayerId> layers) {
    std::map<std::string, int> ops;
    const Layer* heaviest = &graph.layer(layers.front());
    for (const LayerId id : layers) {
        const Layer& layer = graph.layer(id);
        ++ops[layer.op];
        if (layer.macs.value_or(0) > heaviest->macs.value_or(0)) heaviest = &layer;
    }
    ViewNode node;
    node.title = opTitle(*heaviest);
    if (ops[heaviest->op] > 1) node.title += QStringLiteral(" ×%1").arg(ops[heaviest->op]);
    node.name = commonScope(graph, layers);
    const Layer& last = graph.layer(layers.back());
    if (!last.outputs.empty()) node.detail = shapeLabel(graph.tensor(last.outputs.front()));
    node.layers = std::move(layers);
    return node;
}

} // namespace

QString titleOf(const Layer& layer) {
    QString title = opTitle(layer);
    if (layer.op.find("Conv") == std::string::npos || layer.loops.size() != 1) return title;
    const LoopDims& d = layer.loops.front();
    if (layer.op_class == OpClass::Depthwise) title += QStringLiteral(" dw");
    return title + QStringLiteral(" %1×%2").arg(d.r).arg(d.s);
}

QString shapeLabel(const Tensor& tensor) {
    if (!tensor.shape) return QStringLiteral("shape not known");
    Shape shape = *tensor.shape;
    if (shape.size() > 1 && shape.front() == 1) shape.erase(shape.begin());
    QString text = QString::fromStdString(shapeText(shape));
    return shape.empty() ? text : text.replace(QLatin1Char('x'), QChar(0x00D7));
}

QString shortName(const Layer& layer) {
    std::vector<std::string> parts;
    for (const std::string& part : split(layer.name, '/'))
        if (!part.empty()) parts.push_back(part);
    if (parts.empty()) return nameText(layer.name);
    // Exporters end with the operator ("/features/features.0/features.0.0/Conv"); the scope before it says
    // more.
    const std::string_view last = parts.back();
    const bool is_operator = last.starts_with(layer.op) &&
                             last.find_first_not_of("_0123456789", layer.op.size()) == std::string_view::npos;
    if (parts.size() > 1 && is_operator) {
        const std::string suffix(last.substr(layer.op.size()));
        parts.pop_back();
        parts.back() += suffix;
    }
    return nameText(tellingParts(parts));
}

void addFrames(ViewGraph& view, const Graph& graph, const std::vector<std::int64_t>& group_of) {
    std::map<std::int64_t, std::vector<LayerId>> members;
    for (std::uint32_t i = 0; i < group_of.size(); ++i)
        if (group_of[i] >= 0) members[group_of[i]].push_back(LayerId{i});
    view.frame_of.assign(view.nodes.size(), -1);
    for (const auto& [group, layers] : members) {
        const int frame = static_cast<int>(view.frames.size());
        view.frames.push_back({static_cast<std::size_t>(group), commonScope(graph, layers)});
        for (const LayerId id : layers) view.frame_of[view.node_of[id.index()]] = frame;
    }
}

ViewGraph viewGraphOf(const Graph& graph, const std::vector<std::uint32_t>& group_of) {
    ViewGraph view;
    view.node_of.resize(graph.layerCount());
    std::map<std::uint32_t, std::uint32_t> node_of_group;
    std::vector<std::vector<LayerId>> members;
    for (std::uint32_t i = 0; i < graph.layerCount(); ++i) {
        const std::uint32_t group = group_of.empty() ? i : group_of[i];
        const auto [at, is_new] = node_of_group.emplace(group, static_cast<std::uint32_t>(members.size()));
        if (is_new) members.emplace_back();
        members[at->second].push_back(LayerId{i});
        view.node_of[i] = at->second;
    }
    for (auto& layers : members)
        view.nodes.push_back(layers.size() == 1 ? nodeOfLayer(graph, layers.front())
                                                : nodeOfGroup(graph, std::move(layers)));
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<TensorId>> flows;
    for (std::uint32_t t = 0; t < graph.tensors().size(); ++t) {
        const Tensor& tensor = graph.tensors()[t];
        if (!tensor.producer) continue;
        const std::uint32_t from = view.node_of[tensor.producer->index()];
        for (const LayerId reader : tensor.consumers)
            if (const std::uint32_t to = view.node_of[reader.index()]; to != from)
                flows[{from, to}].insert(TensorId{t});
    }
    for (const auto& [ends, tensors] : flows)
        view.edges.push_back({ends.first, ends.second, {tensors.begin(), tensors.end()}});
    return view;
}

} // namespace cutline
