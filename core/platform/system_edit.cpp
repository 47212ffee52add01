// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/system_edit.h"

#include "core/base/text.h"
#include "core/platform/figures.h"

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

/// Takes the node out of all links and counts those behind it again.
void eraseNode(System& system, NodeId node) {
    for (Connection& connection : system.links) {
        std::erase(connection.ends, node);
        for (NodeId& end : connection.ends)
            if (end.value > node.value) --end.value;
    }
    std::erase_if(system.links, [](const Connection& connection) { return connection.ends.size() < 2; });
}

constexpr std::string_view kSharedBankStart = "shared:";

std::string bankName(const SharedMemory& memory) {
    return std::string(kSharedBankStart) + memory.name;
}

void eraseBank(Platform& platform, const SharedMemory& memory) {
    std::erase_if(platform.memories, [&](const MemoryBank& bank) { return bank.name == bankName(memory); });
}

std::vector<SharedMemory>::iterator memoryNamed(System& system, std::string_view name) {
    return std::find_if(system.memories.begin(), system.memories.end(),
                        [&](const SharedMemory& memory) { return memory.name == name; });
}

/// A link or memory is called that: backgrounds and constraints name either.
bool isCarrier(const System& system, std::string_view name) {
    return system.findLink(name) || std::any_of(system.memories.begin(), system.memories.end(),
                                                [&](const SharedMemory& memory) { return memory.name == name; });
}

/// Memories that an added platform shares in its own system are here, too.
void joinSharedMemories(System& system, PlatformId added) {
    for (const MemoryBank& bank : system.platforms[added.index()].memories) {
        if (!bank.name.starts_with(kSharedBankStart)) continue;
        const std::string name = bank.name.substr(kSharedBankStart.size());
        const auto there = memoryNamed(system, name);
        if (there == system.memories.end())
            system.memories.push_back({name, bank.capacity_bytes, std::nullopt, {added}});
        else
            there->shared_by.push_back(added);
    }
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
    joinSharedMemories(after, {first_switch});
    return after;
}

System withSwitch(const System& system) {
    System after = system;
    after.switches.push_back(freeName("switch", [&](const std::string& name) { return isNode(system, name); }));
    return after;
}

System withoutSwitch(const System& system, NodeId node) {
    System after = system;
    after.switches.erase(after.switches.begin() + static_cast<std::ptrdiff_t>(node.index() - system.platforms.size()));
    eraseNode(after, node);
    return after;
}

Result<System> withoutPlatform(const System& system, PlatformId platform) {
    if (system.platforms.size() < 2)
        return Error{system.platform(platform).name, "is the last platform of the system", "add another one first"};
    System after = system;
    after.platforms.erase(after.platforms.begin() + platform.value);
    eraseNode(after, nodeOf(platform));
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
        freeName(link.name, [&](const std::string& name) { return isCarrier(system, name); });
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

Result<System> withoutEnd(const System& system, LinkId link, NodeId node) {
    System after = system;
    Connection& connection = after.links[link.index()];
    if (connection.ends.size() <= 2)
        return Error{connection.link.name, "joins two nodes, which are the fewest", "add another one first, or remove the link"};
    std::erase(connection.ends, node);
    return after;
}

System withoutLink(const System& system, LinkId link) {
    System after = system;
    after.links.erase(after.links.begin() + link.value);
    return after;
}

Result<System> withMemory(const System& system, std::span<const PlatformId> shared_by) {
    SharedMemory memory;
    memory.name = freeName("memory", [&](const std::string& name) { return isCarrier(system, name); });
    if (shared_by.empty()) return Error{memory.name, "has no platform that shares it", "choose at least one"};
    System after = system;
    after.memories.push_back(std::move(memory));
    const MemoryId id{static_cast<std::uint32_t>(after.memories.size() - 1)};
    for (const PlatformId platform : shared_by)
        if (auto joined = withSharer(after, id, platform)) after = *std::move(joined);
    return after;
}

System withoutMemory(const System& system, MemoryId memory) {
    System after = system;
    for (Platform& platform : after.platforms) eraseBank(platform, after.memories[memory.index()]);
    after.memories.erase(after.memories.begin() + memory.value);
    return after;
}

Result<System> withSharer(const System& system, MemoryId memory, PlatformId platform) {
    System after = system;
    SharedMemory& shared = after.memories[memory.index()];
    if (std::find(shared.shared_by.begin(), shared.shared_by.end(), platform) != shared.shared_by.end())
        return Error{shared.name, "is shared by " + system.platform(platform).name + " already", "choose another platform"};
    shared.shared_by.push_back(platform);
    std::sort(shared.shared_by.begin(), shared.shared_by.end());
    after.platforms[platform.index()].memories.push_back({bankName(shared), shared.capacity_bytes, 0});
    return after;
}

Result<System> withoutSharer(const System& system, MemoryId memory, PlatformId platform) {
    System after = system;
    SharedMemory& shared = after.memories[memory.index()];
    if (shared.shared_by.size() <= 1)
        return Error{shared.name, "is left with one platform", "add another one first, or remove the memory"};
    std::erase(shared.shared_by, platform);
    eraseBank(after.platforms[platform.index()], shared);
    return after;
}

Result<System> withMemoryFigure(const System& system, MemoryId memory, std::string_view field,
                                std::optional<double> value) {
    auto changed = withFigure(system.memories[memory.index()], field, value);
    if (!changed) return changed.error();
    System after = system;
    for (const PlatformId platform : changed->shared_by)
        for (MemoryBank& bank : after.platforms[platform.index()].memories)
            if (bank.name == bankName(*changed)) bank.capacity_bytes = changed->capacity_bytes;
    after.memories[memory.index()] = *std::move(changed);
    return after;
}

namespace {

Result<void> checkName(const System& system, const Renamed& renamed) {
    const std::string& to = renamed.to;
    if (trimmed(to).empty()) return Error{renamed.from, "needs a name", "type one"};
    if (to != printable(trimmed(to)) || to.find_first_of("<>=") != std::string::npos)
        return Error{inQuotes(to), "is no name", "leave out < > =, line breaks and spaces at the ends"};
    if (renamed.part == SystemPart::Node ? isNode(system, to) : isCarrier(system, to))
        return Error{inQuotes(to),
                     renamed.part == SystemPart::Node ? "is the name of another platform or switch"
                                                         : "is the name of another link or memory",
                     "choose a different one"};
    return {};
}

bool renameNode(System& system, const Renamed& renamed) {
    const auto at = std::find(system.switches.begin(), system.switches.end(), renamed.from);
    if (at != system.switches.end()) {
        *at = renamed.to;
        return true;
    }
    const auto platform = system.findPlatform(renamed.from);
    if (!platform) return false;
    // An inline one is described by its own name.
    system.platforms[platform->index()].name = renamed.to;
    for (Platform& other : system.platforms)
        if (other.fallback_platform == renamed.from) other.fallback_platform = renamed.to;
    return true;
}

bool renameMemory(System& system, const Renamed& renamed) {
    const auto memory = memoryNamed(system, renamed.from);
    if (memory == system.memories.end()) return false;
    const std::string before = bankName(*memory);
    memory->name = renamed.to;
    for (Platform& platform : system.platforms)
        for (MemoryBank& bank : platform.memories)
            if (bank.name == before) bank.name = bankName(*memory);
    return true;
}

bool renameLink(System& system, const Renamed& renamed) {
    const auto link = system.findLink(renamed.from);
    if (link) system.links[link->index()].link.name = renamed.to;
    return link.has_value();
}

} // namespace

Result<System> withName(const System& system, const Renamed& renamed) {
    if (renamed.to == renamed.from) return system;
    if (auto taken = checkName(system, renamed); !taken) return taken.error();
    System after = system;
    const bool found = renamed.part == SystemPart::Node   ? renameNode(after, renamed)
                       : renamed.part == SystemPart::Link ? renameLink(after, renamed)
                                                             : renameMemory(after, renamed);
    if (!found) return Error{inQuotes(renamed.from), "is not in the system", "choose what is"};
    return after;
}

} // namespace cutline
