// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

/// Which layers share a card. Groups are stretches of the layers' topological order, so that they are convex
/// and their quotient has no cycle: by module scope where the names have one ("/features/features.3/.."),
/// else cut where fewest tensors cross. They nest; a group is open (its parts are shown) or closed (one
/// card).
class Groups {
public:
    Groups() = default;
    /// No group has more than `most` parts; stretches of up to `small` layers are divided by their names
    /// alone, and a graph of up to `small` has no groups.
    explicit Groups(const Graph& graph, std::size_t most = 60, std::size_t small = 40);

    /// There are groups at all: a graph of more than `small` layers.
    bool any() const { return m_nodes.size() > 1; }
    void openAll();
    /// Makes up to `cards` cards of the whole, the largest groups opened first; few more where groups are
    /// coarser, but never more than `most`.
    void closeToOverview(std::size_t cards = 24);
    /// Opens the closed groups that lie on several platforms, and what is closed in them; `owner` is by
    /// layer. False, and nothing changes, when there are none or more than `most_groups` at once.
    bool openDivided(std::span<const int> owner, std::size_t most_groups);
    /// Shows the parts of the closed group that holds a layer; false when the layer has a card of its own.
    bool open(LayerId layer);
    /// Closes the innermost open group that holds a layer; false when there is none.
    bool close(LayerId layer);
    bool isClosed(LayerId layer) const { return closedAt(layer) >= 0; }
    bool canClose(LayerId layer) const { return innermostOpen(layer) > 0; }

    /// The groups that are one card, by their first layer and number of layers.
    struct Stretch {
        LayerId first;
        std::size_t layers = 0;
    };
    std::vector<Stretch> closed() const;
    /// Closes just these, and opens what is around and beside them. False, and nothing changes, where one is no group.
    bool setClosed(std::span<const Stretch> stretches);

    /// By layer the number of its card: what viewGraphOf() takes.
    std::vector<std::uint32_t> cardOf() const;
    std::size_t cardCount() const;

    /// By layer the number of the outermost open group of up to `largest` layers around it, -1 where there is
    /// none.
    std::vector<std::int64_t> openGroups(std::size_t largest) const;
    void closeNumber(std::size_t group) { m_nodes[group].open = false; }
    /// Which groups are closed, and putting it so again; numbers that this graph does not have are passed over.
    std::vector<std::uint32_t> closedNumbers() const;
    void closeNumbers(std::span<const std::uint32_t> groups);

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
