// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/convert.h"

#include "core/base/text.h"
#include "core/platform/library.h"
#include "core/platform/near_names.h"

#include <system.pb.h>

#include <algorithm>

namespace cutline {
namespace {

constexpr std::string_view kShared = "shared:";

template <class Items>
std::vector<std::string> namesAndAliases(const Items& items) {
    std::vector<std::string> names;
    for (const auto& item : items) names.push_back(item.name);
    for (const auto& item : items) names.insert(names.end(), item.aliases.begin(), item.aliases.end());
    return names;
}

std::string shownName(const std::string& name) {
    return elided(printable(name), 80);
}

Result<Platform> placedPlatform(const proto::Platform& entry, const Spot& spot, const Library& library) {
    if (!entry.has_use()) return platformFrom(entry, spot);
    const Platform* base = library.platform(entry.use());
    if (!base)
        return spot.error(entry, "use", -1, "no platform \"" + shownName(entry.use()) + "\" in the library",
                          nearNames(entry.use(), namesAndAliases(library.platforms())));
    proto::Platform merged;
    fill(merged, *base);
    overrideFields(merged, entry);
    merged.set_from_library(base->name);
    return platformFrom(merged, spot);
}

Result<Link> placedLink(const proto::Link& entry, const std::string& name, const Spot& spot,
                        const Library& library) {
    proto::Link merged;
    if (entry.has_use()) {
        const Link* base = library.link(entry.use());
        if (!base)
            return spot.error(entry, "use", -1, "no link \"" + shownName(entry.use()) + "\" in the library",
                              nearNames(entry.use(), namesAndAliases(library.links())));
        fill(merged, *base);
        overrideFields(merged, entry);
        merged.set_from_library(base->name);
    } else {
        merged = entry;
    }
    merged.set_name(name);
    return linkFrom(merged, spot);
}

/// Reads one system; every step leaves the first error and stops.
class SystemReader {
public:
    SystemReader(const proto::System& message, const Spot& spot, const Library& library)
        : m_message(message), m_spot(spot), m_library(library) {}

    Result<System> read() {
        m_system.name = printable(m_message.name());
        m_system.title = printable(m_message.title());
        for (const auto& note : m_message.note())
            m_system.notes.push_back(
                {printable(note.field()), static_cast<Mark>(note.mark()), printable(note.source())});
        if (m_message.platform_size() == 0)
            return m_spot.error("system without a platform", "give at least one");
        for (auto step :
             {&SystemReader::readPlatforms, &SystemReader::readSwitches, &SystemReader::readLinks,
              &SystemReader::readMemories, &SystemReader::joinSharedBanks, &SystemReader::checkFallbacks})
            if (auto error = (this->*step)()) return *error;
        return std::move(m_system);
    }

private:
    using Fault = std::optional<Error>;

    std::vector<std::string> nodeNames() const {
        std::vector<std::string> names;
        for (const Platform& platform : m_system.platforms) names.push_back(platform.name);
        names.insert(names.end(), m_system.switches.begin(), m_system.switches.end());
        return names;
    }

    std::optional<NodeId> node(const std::string& name) const {
        const std::vector<std::string> names = nodeNames();
        const auto it = std::find(names.begin(), names.end(), printable(name));
        if (it == names.end()) return std::nullopt;
        return NodeId{static_cast<std::uint32_t>(it - names.begin())};
    }

    Fault readPlatforms() {
        for (int i = 0; i < m_message.platform_size(); ++i) {
            const auto& entry = m_message.platform(i);
            const std::string& name = entry.has_as()     ? entry.as()
                                      : entry.has_name() ? entry.name()
                                                         : entry.use();
            const Spot spot = m_spot.nested(m_message, "platform", i, "platform " + shownName(name));
            auto platform = placedPlatform(entry, spot, m_library);
            if (!platform) return platform.error();
            if (node(platform->name))
                return spot.error("a second platform named " + shownName(platform->name),
                                  "give one another name: `as`");
            m_system.platforms.push_back(std::move(*platform));
        }
        return std::nullopt;
    }

    Fault readSwitches() {
        for (int i = 0; i < m_message.switch__size(); ++i) {
            const std::string name = printable(m_message.switch_(i).name());
            const Spot spot = m_spot.nested(m_message, "switch", i, "switch " + shownName(name));
            if (name.empty()) return spot.error("switch has no name", "give it a `name`");
            if (node(name))
                return spot.error("a second node named " + shownName(name), "give one another name");
            m_system.switches.push_back(name);
        }
        return std::nullopt;
    }

    /// A link without a name is called as what it is, with a number from the second on.
    std::string linkName(const proto::Link& entry) const {
        if (!entry.name().empty()) return printable(entry.name());
        const std::string base = entry.has_use() ? printable(entry.use()) : "link";
        std::string name = base;
        for (int n = 2; m_system.findLink(name); ++n) name = base + " " + std::to_string(n);
        return name;
    }

    Fault readLinks() {
        for (int i = 0; i < m_message.link_size(); ++i) {
            const auto& entry = m_message.link(i);
            const std::string name = linkName(entry);
            const Spot spot = m_spot.nested(m_message, "link", i, "link " + shownName(name));
            if (m_system.findLink(name))
                return spot.error("a second link named " + shownName(name), "give one another name");
            auto link = placedLink(entry, name, spot, m_library);
            if (!link) return link.error();
            Connection connection{std::move(*link), {}};
            if (auto error = readEnds(connection, entry, spot)) return error;
            m_system.links.push_back(std::move(connection));
        }
        return std::nullopt;
    }

    Fault readEnds(Connection& connection, const proto::Link& entry, const Spot& spot) const {
        for (int e = 0; e < entry.between_size(); ++e) {
            const auto end = node(entry.between(e));
            if (!end)
                return spot.error(entry, "between", e,
                                  "between: no platform or switch \"" + shownName(entry.between(e)) + "\"",
                                  nearNames(entry.between(e), nodeNames()));
            if (std::find(connection.ends.begin(), connection.ends.end(), *end) != connection.ends.end())
                return spot.error(entry, "between", e,
                                  "between: " + shownName(entry.between(e)) + " stands there twice",
                                  "a link joins different nodes");
            connection.ends.push_back(*end);
        }
        if (connection.ends.size() < 2)
            return spot.error("has " + std::to_string(connection.ends.size()) + " of at least 2 ends",
                              "give `between` twice, more often for a bus");
        return std::nullopt;
    }

    Fault readMemories() {
        for (int i = 0; i < m_message.memory_size(); ++i) {
            const auto& entry = m_message.memory(i);
            SharedMemory memory{printable(entry.name()), std::nullopt, std::nullopt, {}};
            const Spot spot = m_spot.nested(m_message, "memory", i, "memory " + shownName(memory.name));
            if (memory.name.empty()) return spot.error("shared memory has no name", "give it a `name`");
            if (memoryNamed(memory.name))
                return spot.error("a second memory named " + shownName(memory.name), "give one another name");
            if (entry.has_capacity_bytes()) memory.capacity_bytes = entry.capacity_bytes();
            if (entry.has_bandwidth_bytes_per_s())
                memory.bandwidth_bytes_per_s = entry.bandwidth_bytes_per_s();
            for (int s = 0; s < entry.shared_by_size(); ++s) {
                const auto platform = m_system.findPlatform(printable(entry.shared_by(s)));
                if (!platform)
                    return spot.error(entry, "shared_by", s,
                                      "shared_by: no platform \"" + shownName(entry.shared_by(s)) + "\"",
                                      nearNames(entry.shared_by(s), nodeNames()));
                if (std::find(memory.shared_by.begin(), memory.shared_by.end(), *platform) ==
                    memory.shared_by.end())
                    memory.shared_by.push_back(*platform);
            }
            m_system.memories.push_back(std::move(memory));
        }
        return std::nullopt;
    }

    SharedMemory* memoryNamed(std::string_view name) {
        for (SharedMemory& memory : m_system.memories)
            if (memory.name == name) return &memory;
        return nullptr;
    }

    /// `shared_by` and a platform's bank "shared:NAME" say the same; afterwards both stand, with one
    /// capacity.
    Fault joinSharedBanks() {
        for (std::size_t p = 0; p < m_system.platforms.size(); ++p) {
            const PlatformId id{static_cast<std::uint32_t>(p)};
            for (const MemoryBank& bank : m_system.platforms[p].memories) {
                if (bank.name.rfind(kShared, 0) != 0) continue;
                SharedMemory* memory = memoryNamed(bank.name.substr(kShared.size()));
                if (!memory)
                    return m_spot.error("platform " + m_system.platforms[p].name +
                                            ": the system has no memory " +
                                            shownName(bank.name.substr(kShared.size())),
                                        "add memory { name: .. capacity_bytes: .. }");
                if (!memory->capacity_bytes) memory->capacity_bytes = bank.capacity_bytes;
                auto& sharers = memory->shared_by;
                if (std::find(sharers.begin(), sharers.end(), id) == sharers.end()) sharers.push_back(id);
            }
        }
        for (SharedMemory& memory : m_system.memories) {
            std::sort(memory.shared_by.begin(), memory.shared_by.end());
            for (const PlatformId id : memory.shared_by) addBank(m_system.platforms[id.index()], memory);
        }
        return std::nullopt;
    }

    static void addBank(Platform& platform, const SharedMemory& memory) {
        const std::string name = std::string(kShared) + memory.name;
        const auto bank = std::find_if(platform.memories.begin(), platform.memories.end(),
                                       [&](const MemoryBank& b) { return b.name == name; });
        if (bank == platform.memories.end())
            platform.memories.push_back({name, memory.capacity_bytes, 0});
        else if (!bank->capacity_bytes)
            bank->capacity_bytes = memory.capacity_bytes;
    }

    std::vector<std::string> otherNames(const Platform& platform) const {
        std::vector<std::string> names;
        for (const Platform& other : m_system.platforms)
            if (&other != &platform) names.push_back(other.name);
        return names;
    }

    Fault checkFallbacks() {
        for (std::size_t p = 0; p < m_system.platforms.size(); ++p) {
            const Platform& platform = m_system.platforms[p];
            if (platform.fallback_platform.empty()) continue;
            const bool known =
                std::any_of(m_system.platforms.begin(), m_system.platforms.end(), [&](const Platform& other) {
                    return &other != &platform && (other.name == platform.fallback_platform ||
                                                   other.descriptor == platform.fallback_platform);
                });
            if (known) continue;
            const Spot spot =
                m_spot.nested(m_message, "platform", static_cast<int>(p), "platform " + platform.name);
            return spot.error(m_message.platform(static_cast<int>(p)), "fallback_platform", -1,
                              "fallback_platform " + shownName(platform.fallback_platform) +
                                  " is no other platform of the system",
                              nearNames(platform.fallback_platform, otherNames(platform)));
        }
        return std::nullopt;
    }

    const proto::System& m_message;
    const Spot& m_spot;
    const Library& m_library;
    System m_system;
};

} // namespace

Result<System> systemFrom(const proto::System& message, const Spot& spot, const Library& library) {
    return SystemReader(message, spot, library).read();
}

void fill(proto::System& message, const System& system) {
    message.set_name(system.name);
    if (!system.title.empty()) message.set_title(system.title);
    for (const Platform& platform : system.platforms) fill(*message.add_platform(), platform);
    for (const std::string& name : system.switches) message.add_switch_()->set_name(name);
    for (const Connection& connection : system.links) {
        auto* to = message.add_link();
        fill(*to, connection.link);
        for (const NodeId end : connection.ends) to->add_between(std::string(system.nodeName(end)));
    }
    for (const SharedMemory& memory : system.memories) {
        auto* to = message.add_memory();
        to->set_name(memory.name);
        if (memory.capacity_bytes) to->set_capacity_bytes(*memory.capacity_bytes);
        if (memory.bandwidth_bytes_per_s) to->set_bandwidth_bytes_per_s(*memory.bandwidth_bytes_per_s);
        for (const PlatformId id : memory.shared_by) to->add_shared_by(system.platform(id).name);
    }
    for (const Note& note : system.notes) {
        auto* to = message.add_note();
        to->set_field(note.field);
        to->set_mark(static_cast<proto::Note::Mark>(note.mark));
        to->set_source(note.source);
    }
}

} // namespace cutline
