// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/library.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/platform/cnnparted.h"
#include "core/platform/convert.h"
#include "core/platform/near_names.h"

#include <link.pb.h>
#include <platform.pb.h>
#include <scenario.pb.h>
#include <system.pb.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace cutline {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestDescriptor = 16u << 20;
constexpr std::string_view kExtension = ".textproto";

std::vector<std::string> filesIn(const fs::path& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().extension() == kExtension) files.push_back(it->path().string());
    std::sort(files.begin(), files.end());
    return files;
}

/// Adds an entry or replaces the one of the same name.
template <class Item>
void place(std::vector<Item>& items, std::vector<std::string>& files, Item item, const std::string& file) {
    const auto it =
        std::find_if(items.begin(), items.end(), [&](const Item& i) { return i.name == item.name; });
    if (it == items.end()) {
        items.push_back(std::move(item));
        files.push_back(file);
    } else {
        files[static_cast<std::size_t>(it - items.begin())] = file;
        *it = std::move(item);
    }
}

/// By name, else by alias.
template <class Item>
const Item* named(const std::vector<Item>& items, std::string_view name) {
    for (const Item& item : items)
        if (item.name == name) return &item;
    for (const Item& item : items)
        if (std::find(item.aliases.begin(), item.aliases.end(), name) != item.aliases.end()) return &item;
    return nullptr;
}

/// The folder of descriptors that came with the program: beside it, in an install tree, or in the source
/// tree.
std::string shippedFolder() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    std::vector<fs::path> candidates;
    if (!error) {
        const fs::path bin = program.parent_path();
        candidates = {bin / "platforms", bin / "../share/cutline/platforms", bin / "../../../platforms"};
    }
    candidates.emplace_back(CUTLINE_SOURCE_PLATFORMS);
    for (const fs::path& folder : candidates)
        if (fs::is_directory(folder / "systems", error)) return fs::weakly_canonical(folder, error).string();
    return {};
}

template <class Message, class Value>
Result<Value> parsed(std::string_view text, const std::string& file,
                     Result<Value> (*convert)(const Message&, const Spot&)) {
    Message message;
    google::protobuf::TextFormat::ParseInfoTree tree;
    if (auto read = parseText(text, file, message, tree); !read) return read.error();
    return convert(message, Spot{file, &tree, {}});
}

/// `use`, `as` and `between` have a meaning in a system only.
template <class Message>
std::optional<Error> systemField(const Message& message, const Spot& spot, const char* field) {
    const auto* descriptor = Message::descriptor()->FindFieldByName(field);
    const auto& reflection = *message.GetReflection();
    const bool given = descriptor->is_repeated() ? reflection.FieldSize(message, descriptor) > 0
                                                 : reflection.HasField(message, descriptor);
    if (!given) return std::nullopt;
    return spot.error(message, field, descriptor->is_repeated() ? 0 : -1,
                      std::string(field) + " has a meaning in a system only", "leave it out");
}

Result<Platform> libraryPlatform(const proto::Platform& message, const Spot& spot) {
    for (const char* field : {"use", "as"})
        if (auto error = systemField(message, spot, field)) return *error;
    return platformFrom(message, spot);
}

Result<Link> libraryLink(const proto::Link& message, const Spot& spot) {
    for (const char* field : {"use", "between"})
        if (auto error = systemField(message, spot, field)) return *error;
    return linkFrom(message, spot);
}

} // namespace

Library Library::load(const std::vector<std::string>& folders) {
    Library library;
    library.m_folders = folders;
    for (const std::string& folder : folders) {
        std::error_code error;
        if (!fs::is_directory(folder, error)) {
            library.m_problems.push_back(
                {printable(folder), "is no folder of descriptors", "check CUTLINE_PLATFORMS"});
            continue;
        }
        for (const std::string& file : filesIn(folder)) {
            const auto text = readFile(file, kLargestDescriptor);
            auto platform = text ? parsePlatform(*text, file) : Result<Platform>(text.error());
            if (platform)
                place(library.m_platforms, library.m_platform_files, std::move(*platform), file);
            else
                library.m_problems.push_back(platform.error());
        }
        for (const std::string& file : filesIn(fs::path(folder) / "links")) {
            const auto text = readFile(file, kLargestDescriptor);
            auto link = text ? parseLink(*text, file) : Result<Link>(text.error());
            if (link)
                place(library.m_links, library.m_link_files, std::move(*link), file);
            else
                library.m_problems.push_back(link.error());
        }
    }
    for (const std::string& folder : folders) library.loadSystems(folder);
    return library;
}

void Library::loadSystems(const std::string& folder) {
    for (const std::string& file : filesIn(fs::path(folder) / "systems")) {
        const auto text = readFile(file, kLargestDescriptor);
        const auto system = text ? parseSystem(*text, file, *this) : Result<System>(text.error());
        if (!system) {
            m_problems.push_back(system.error());
            continue;
        }
        const auto it = std::find(m_system_names.begin(), m_system_names.end(), system->name);
        if (it == m_system_names.end()) {
            m_system_names.push_back(system->name);
            m_system_files.push_back(file);
        } else {
            m_system_files[static_cast<std::size_t>(it - m_system_names.begin())] = file;
        }
    }
}

std::vector<std::string> Library::defaultFolders() {
    std::vector<std::string> folders;
    const auto add = [&](const std::string& folder) {
        std::error_code error;
        const std::string path = fs::weakly_canonical(folder, error).string();
        const std::string& whole = error ? folder : path;
        if (std::find(folders.begin(), folders.end(), whole) == folders.end()) folders.push_back(whole);
    };
    if (const std::string shipped = shippedFolder(); !shipped.empty()) add(shipped);
    std::error_code error;
    if (const std::string own = ownFolder(); !own.empty() && fs::is_directory(own, error)) add(own);
    if (const char* given = std::getenv("CUTLINE_PLATFORMS"))
        for (const std::string& folder : split(given, ':'))
            if (!folder.empty()) add(folder);
    return folders;
}

std::string Library::ownFolder() {
    return dataFolder("platforms");
}

Result<std::string> Library::addFile(const std::string& file) {
    const auto text = readFile(file, kLargestDescriptor);
    if (!text) return text.error();
    auto platform = parsePlatform(*text, file);
    if (platform) {
        const std::string name = platform->name;
        place(m_platforms, m_platform_files, *std::move(platform), file);
        return name;
    }
    auto link = parseLink(*text, file);
    // Of the two complaints the one about what it was meant to be: links alone have a rate.
    if (!link) return text->find("rate_bits_per_s") == std::string::npos ? platform.error() : link.error();
    const std::string name = link->name;
    place(m_links, m_link_files, *std::move(link), file);
    return name;
}

const Platform* Library::platform(std::string_view name_or_alias) const {
    return named(m_platforms, name_or_alias);
}

const Link* Library::link(std::string_view name_or_alias) const {
    return named(m_links, name_or_alias);
}

Result<System> Library::system(const std::string& name_or_file) const {
    const auto it = std::find(m_system_names.begin(), m_system_names.end(), name_or_file);
    std::string file = name_or_file;
    if (it != m_system_names.end()) {
        file = m_system_files[static_cast<std::size_t>(it - m_system_names.begin())];
    } else {
        std::error_code error;
        const bool is_path =
            name_or_file.find('/') != std::string::npos || fs::path(file).extension() == kExtension || isYamlFile(file);
        if (!is_path && !fs::exists(file, error))
            return Error{"system " + elided(printable(name_or_file), 80),
                         "is no system of the library and no file", nearNames(name_or_file, m_system_names)};
    }
    if (isYamlFile(file)) {
        auto run = readCnnParted(file, *this);
        return run ? Result<System>(std::move(run->system)) : Result<System>(run.error());
    }
    const auto text = readFile(file, kLargestDescriptor);
    if (!text) return text.error();
    return parseSystem(*text, file, *this);
}

Result<std::string> Library::text(std::string_view name) const {
    if (const Platform* item = platform(name))
        return readFile(m_platform_files[static_cast<std::size_t>(item - m_platforms.data())],
                        kLargestDescriptor);
    if (const Link* item = link(name))
        return readFile(m_link_files[static_cast<std::size_t>(item - m_links.data())], kLargestDescriptor);
    const auto it = std::find(m_system_names.begin(), m_system_names.end(), name);
    if (it != m_system_names.end())
        return readFile(m_system_files[static_cast<std::size_t>(it - m_system_names.begin())],
                        kLargestDescriptor);
    std::vector<std::string> names = m_system_names;
    for (const Platform& item : m_platforms) names.push_back(item.name);
    for (const Link& item : m_links) names.push_back(item.name);
    return Error{elided(printable(name), 80), "is no platform, link or system of the library",
                 nearNames(name, names)};
}

Result<Platform> parsePlatform(std::string_view text, const std::string& file) {
    return parsed<proto::Platform, Platform>(text, file, libraryPlatform);
}

Result<Link> parseLink(std::string_view text, const std::string& file) {
    return parsed<proto::Link, Link>(text, file, libraryLink);
}

Result<System> parseSystem(std::string_view text, const std::string& file, const Library& library) {
    proto::System message;
    google::protobuf::TextFormat::ParseInfoTree tree;
    if (auto read = parseText(text, file, message, tree); !read) return read.error();
    auto system = systemFrom(message, Spot{file, &tree, {}}, library);
    if (system && system->name.empty()) system->name = fs::path(file).stem().string();
    return system;
}

Result<Scenario> parseScenario(std::string_view text, const std::string& file) {
    return parsed<proto::Scenario, Scenario>(text, file, scenarioFrom);
}

std::string platformText(const Platform& platform) {
    proto::Platform message;
    fill(message, platform);
    return textOf(message);
}

std::string linkText(const Link& link) {
    proto::Link message;
    fill(message, link);
    return textOf(message);
}

std::string systemText(const System& system) {
    proto::System message;
    fill(message, system);
    return textOf(message);
}

std::string scenarioText(const Scenario& scenario) {
    proto::Scenario message;
    fill(message, scenario);
    return textOf(message);
}

} // namespace cutline
