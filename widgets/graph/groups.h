// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <vector>

namespace cutline {

/// Which layers share a card. Groups are stretches of the layers' topological order, so that they are convex
/// and their quotient has no cycle: by module scope where the names have one ("/features/features.3/.."),
/// else cut where fewest tensors cross. They nest; a group is open (its parts are shown) or closed (one
/// card).
class Groups {
public:
    Groups() = default;
    /// No group has more than `most` parts; stretches of up to `small` layers are not divided further.
    explicit Groups(const Graph& graph, std::size_t most = 60, std::size_t small = 40);

    /// There are groups at all: a graph of more than `small` layers.
    bool any() const { return m_nodes.size() > 1; }
    void openAll();
    /// Closes what makes 24 to `most` cards of the whole, the largest groups opened first.
    void closeToOverview();
    /// Shows the parts of the closed group that holds a layer; false when the layer has a card of its own.
    bool open(LayerId layer);
    /// Closes the innermost open group that holds a layer; false when there is none.
    bool close(LayerId layer);
    bool isClosed(LayerId layer) const { return closedAt(layer) >= 0; }
    bool canClose(LayerId layer) const { return innermostOpen(layer) > 0; }

    /// By layer the number of its card: what viewGraphOf() takes.
    std::vector<std::uint32_t> cardOf() const;
    std::size_t cardCount() const;

private:
    struct Node {
        std::uint32_t begin = 0, end = 0;
        std::vector<std::uint32_t> parts; ///< empty: its layers
        bool open = true;
        std::uint32_t size() const { return end - begin; }
    };
    void divide(const Graph& graph, const std::vector<std::uint32_t>& crossing, std::uint32_t node,
                std::size_t depth);
    std::int64_t closedAt(LayerId layer) const;
    std::int64_t innermostOpen(LayerId layer) const;
    const Node* partWith(const Node& node, LayerId layer) const;

    std::size_t m_most = 60, m_small = 40;
    std::vector<Node> m_nodes; ///< the first is the whole graph
};

} // namespace cutline
