// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/platform/link.h"

#include <span>

namespace cutline {

/// A link placed between nodes; more than two ends make a bus.
struct Connection {
    Link link;
    std::vector<NodeId> ends;
    friend bool operator==(const Connection&, const Connection&) = default;
};

/// A memory that several platforms share; each of them has a bank named "shared:NAME" with the same capacity.
struct SharedMemory {
    std::string name;
    std::optional<double> capacity_bytes, bandwidth_bytes_per_s;
    std::vector<PlatformId> shared_by;
    friend bool operator==(const SharedMemory&, const SharedMemory&) = default;
};

/// Platforms, switches, links and shared memories. A value; share as std::shared_ptr<const System>.
/// The order of `platforms` is the system's order (`--order fixed`).
struct System {
    std::string name, title;
    std::vector<Platform> platforms;
    std::vector<std::string> switches; ///< nodes that only forward
    std::vector<Connection> links;
    std::vector<SharedMemory> memories;
    std::vector<Note> notes;

    std::size_t nodeCount() const { return platforms.size() + switches.size(); }
    bool isSwitch(NodeId node) const { return node.index() >= platforms.size(); }
    const Platform& platform(PlatformId id) const { return platforms[id.index()]; }
    std::string_view nodeName(NodeId node) const;
    std::optional<PlatformId> findPlatform(std::string_view name) const;
    std::optional<LinkId> findLink(std::string_view name) const;
    friend bool operator==(const System&, const System&) = default;
};
using SystemPtr = std::shared_ptr<const System>;

inline NodeId nodeOf(PlatformId platform) {
    return {platform.value};
}

/// One hop of a route: which link, from where, to where.
struct Hop {
    LinkId link;
    NodeId from, to;
    friend bool operator==(const Hop&, const Hop&) = default;
};

/// For every ordered pair of platforms the hops between them: fewest hops, then least time for one megabyte,
/// then lowest link numbers. Empty for unreachable pairs and for a platform to itself.
class Routes {
public:
    explicit Routes(const System& system);
    std::span<const Hop> between(PlatformId from, PlatformId to) const;
    bool reachable(PlatformId from, PlatformId to) const;
    /// Every hop of a route goes over full-duplex point-to-point links between neighbours in one row: latency
    /// is a closed form when a pipeline follows that row (metrics.md).
    bool isChain() const { return m_chain; }

private:
    std::size_t m_platforms;
    std::vector<std::vector<Hop>> m_routes;
    bool m_chain = false;
};

/// Resources of a system's links: a full-duplex link has two, a half-duplex link or a bus one.
/// Index of the resource that a hop occupies, dense from 0.
class LinkResources {
public:
    explicit LinkResources(const System& system);
    std::size_t count() const { return m_link_of.size(); }
    std::size_t of(const Hop& hop) const;
    LinkId link(std::size_t resource) const { return m_link_of[resource]; }

private:
    std::vector<std::size_t> m_first;
    std::vector<bool> m_two_way;
    std::vector<NodeId> m_first_end;
    std::vector<LinkId> m_link_of;
};

} // namespace cutline
