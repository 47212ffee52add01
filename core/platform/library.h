// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/platform/scenario.h"
#include "core/platform/system.h"

#include <string>
#include <vector>

namespace cutline {

/// The descriptor files of a search path: DIR/NAME.textproto, DIR/links/NAME.textproto,
/// DIR/systems/NAME.textproto. Names and aliases are looked up; a later folder's entry replaces an earlier
/// one of the same name.
class Library {
public:
    /// Reads the folders. A file that does not parse becomes an entry of `problems` (file, line, column), the
    /// rest loads.
    static Library load(const std::vector<std::string>& folders);
    /// The folders to use by default: the one that came with the program (beside it, in its source tree, or in its
    /// install folder), then ownFolder() where it is there, then CUTLINE_PLATFORMS (colon-separated).
    static std::vector<std::string> defaultFolders();
    /// Where a person's own descriptors are saved: $XDG_DATA_HOME/cutline/platforms, else below ~/.local/share; empty
    /// where neither is known.
    static std::string ownFolder();
    /// Of load().
    const std::vector<std::string>& folders() const { return m_folders; }
    /// Takes up a platform or link from a file of any place; its name. Errors: it is neither, or does not parse.
    Result<std::string> addFile(const std::string& file);

    const std::vector<Platform>& platforms() const { return m_platforms; }
    const std::vector<Link>& links() const { return m_links; }
    const std::vector<std::string>& systemNames() const { return m_system_names; }
    const std::vector<Error>& problems() const { return m_problems; }

    const Platform* platform(std::string_view name_or_alias) const;
    const Link* link(std::string_view name_or_alias) const;
    /// A library name, a descriptor's file, or a run of CNNParted (.yaml, core/platform/cnnparted.h). Errors name file, line, column and the field, or what is not known and what
    /// is.
    Result<System> system(const std::string& name_or_file) const;
    /// The text of a descriptor, as it stands in its file.
    Result<std::string> text(std::string_view name) const;

private:
    void loadSystems(const std::string& folder);

    std::vector<std::string> m_folders;
    std::vector<Platform> m_platforms;
    std::vector<Link> m_links;
    std::vector<std::string> m_system_names, m_system_files;
    std::vector<std::string> m_platform_files, m_link_files;
    std::vector<Error> m_problems;
};

/// Protobuf text format, one message a file (schema.md). `file` is for messages. Errors stand at
/// file:line:column. In a system the fields that an entry with `use` gives replace the library's: messages
/// (roofline, frame, energy) field by field, lists (memory, peak, efficiency) whole. A platform that shares a
/// memory of the system has a bank "shared:NAME".
Result<Platform> parsePlatform(std::string_view text, const std::string& file);
Result<Link> parseLink(std::string_view text, const std::string& file);
Result<System> parseSystem(std::string_view text, const std::string& file, const Library& library);
Result<Scenario> parseScenario(std::string_view text, const std::string& file);

std::string platformText(const Platform& platform);
std::string linkText(const Link& link);
std::string systemText(const System& system);
std::string scenarioText(const Scenario& scenario);

} // namespace cutline
