// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/system_edit.h"

#include <algorithm>

namespace cutline {
namespace {

/// `base`, else "base 2", "base 3": the first that nothing in the system has.
template <class Taken>
std::string freeName(const std::string& base, const Taken& taken) {
    std::string name = base;
    for (int n = 2; taken(name); ++n) name = base + " " + std::to_string(n);
    return name;
}

bool isNode(const System& system, std::string_view name) {
    return system.findPlatform(name) ||
           std::find(system.switches.begin(), system.switches.end(), name) != system.switches.end();
}

/// Takes away the fall-back of a platform of the system where no other platform is the one that it names.
void dropLostFallback(const System& system, Platform& platform) {
    const std::string& wanted = platform.fallback_platform;
    const bool there = std::any_of(system.platforms.begin(), system.platforms.end(), [&](const Platform& other) {
        return &other != &platform && (other.name == wanted || other.descriptor == wanted);
    });
    if (!there) platform.fallback_platform.clear();
}

} // namespace

System withPlatform(const System& system, const Platform& platform) {
    System after = system;
    // Switches are counted behind the platforms.
    const auto first_switch = static_cast<std::uint32_t>(system.platforms.size());
    for (Connection& connection : after.links)
        for (NodeId& end : connection.ends)
            if (end.value >= first_switch) ++end.value;
    Platform added = platform;
    added.name = freeName(platform.name, [&](const std::string& name) { return isNode(system, name); });
    if (added.descriptor.empty()) added.descriptor = platform.name;
    after.platforms.push_back(std::move(added));
    dropLostFallback(after, after.platforms.back());
    return after;
}

Result<System> withoutPlatform(const System& system, PlatformId platform) {
    if (system.platforms.size() < 2)
        return Error{system.platform(platform).name, "is the last platform of the system", "add another one first"};
    System after = system;
    after.platforms.erase(after.platforms.begin() + platform.value);
    for (Connection& connection : after.links) {
        std::erase(connection.ends, nodeOf(platform));
        for (NodeId& end : connection.ends)
            if (end.value > platform.value) --end.value;
    }
    std::erase_if(after.links, [](const Connection& connection) { return connection.ends.size() < 2; });
    for (SharedMemory& memory : after.memories) {
        std::erase(memory.shared_by, platform);
        for (PlatformId& id : memory.shared_by)
            if (id.value > platform.value) --id.value;
    }
    std::erase_if(after.memories, [](const SharedMemory& memory) { return memory.shared_by.empty(); });
    for (Platform& other : after.platforms) dropLostFallback(after, other);
    return after;
}

Result<System> withLink(const System& system, const Link& link, std::span<const NodeId> ends) {
    Connection connection{link, {}};
    for (const NodeId end : ends)
        if (std::find(connection.ends.begin(), connection.ends.end(), end) == connection.ends.end())
            connection.ends.push_back(end);
    if (connection.ends.size() < 2) return Error{link.name, "has to join two different nodes", "choose another end"};
    connection.link.name =
        freeName(link.name, [&](const std::string& name) { return system.findLink(name).has_value(); });
    if (connection.link.descriptor.empty()) connection.link.descriptor = link.name;
    System after = system;
    after.links.push_back(std::move(connection));
    return after;
}

Result<System> withEnd(const System& system, LinkId link, NodeId node) {
    System after = system;
    Connection& connection = after.links[link.index()];
    if (std::find(connection.ends.begin(), connection.ends.end(), node) != connection.ends.end())
        return Error{connection.link.name, "joins " + std::string(system.nodeName(node)) + " already",
                     "choose another platform"};
    connection.ends.push_back(node);
    return after;
}

System withoutLink(const System& system, LinkId link) {
    System after = system;
    after.links.erase(after.links.begin() + link.value);
    return after;
}

} // namespace cutline
