// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace cutline {

/// One card: a layer, or a group of layers that is shown collapsed.
struct ViewNode {
    std::vector<LayerId> layers; ///< ascending
    QString title, name, detail; ///< operator, last parts of the name, output shape; safe to show
    bool isGroup() const { return layers.size() > 1; }
};

/// What flows from one card to another.
struct ViewEdge {
    std::uint32_t from = 0, to = 0;
    std::vector<TensorId> tensors;
};

/// An open group: a frame around the cards of its parts.
struct ViewFrame {
    std::size_t group = 0; ///< its number in Groups
    QString name;
};

/// The graph as the view shows it.
struct ViewGraph {
    std::vector<ViewNode> nodes;
    std::vector<ViewEdge> edges;        ///< by from, to; ascending
    std::vector<std::uint32_t> node_of; ///< by layer
    std::vector<ViewFrame> frames;
    std::vector<int> frame_of; ///< by node; -1: in no frame. Empty: there are none
};

/// `group_of[layer]`: equal numbers share a card; the quotient must be acyclic. Empty: every layer by itself.
ViewGraph viewGraphOf(const Graph& graph, const std::vector<std::uint32_t>& group_of = {});

/// Frames for open groups; `group_of[layer]` is what Groups::openGroups() says.
void addFrames(ViewGraph& view, const Graph& graph, const std::vector<std::int64_t>& group_of);

/// "features.1.0/block.1" of "/features/features.1/features.1.0/block/block.1/Conv": the parts that tell,
/// without control characters.
QString shortName(const Layer& layer);
/// "Conv 3×3", "Conv dw 5×5", "Gemm".
QString titleOf(const Layer& layer);
/// "144×28×28" without a leading batch of 1.
QString shapeLabel(const Tensor& tensor);

} // namespace cutline
