// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/cost/loopnest/nest.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutline::loopnest {

/// A mapping worth keeping: of a search that came to its end.
struct CachedMapping {
    NestShape shape; ///< as mapped; differs from the layer's where it had to be rewritten to fit
    Mapping mapping;
    friend bool operator==(const CachedMapping&, const CachedMapping&) = default;
};

/// Mappings by machine and shape, in memory and, with a folder, on disk: one text file per machine, named by its
/// fingerprint, a checksum on every line. Lines that do not read back are left out; whatever a mapping costs is
/// computed again from the mapping, never read. Safe to use from many threads.
class MappingCache {
public:
    /// An empty folder keeps everything in memory alone.
    explicit MappingCache(std::string folder = {}) : m_folder(std::move(folder)) {}
    /// Saves; a folder that cannot be written costs nothing but the next search.
    ~MappingCache() { static_cast<void>(save()); }
    MappingCache(const MappingCache&) = delete;
    MappingCache& operator=(const MappingCache&) = delete;

    /// $XDG_CACHE_HOME/cutline/mappings, else ~/.cache/cutline/mappings; empty where neither is known.
    static std::string defaultFolder();

    /// `machine`: a fingerprint. Reads the machine's file the first time.
    std::optional<CachedMapping> find(const std::string& machine, const std::string& key);
    void add(const std::string& machine, const std::string& key, CachedMapping mapping);
    /// Writes what is new, file by file, each whole or not at all. Error: the first that could not be written.
    Result<void> save();

private:
    struct Entries {
        std::map<std::string, CachedMapping> by_key;
        bool changed = false;
    };
    Entries& entriesOf(const std::string& machine);
    std::string fileOf(const std::string& machine) const;

    std::string m_folder;
    std::mutex m_mutex;
    std::map<std::string, Entries> m_machines;
};

/// One line per entry after a heading; what `readEntries` takes.
std::string entriesText(const std::map<std::string, CachedMapping>& entries);
/// The entries of a file, broken lines left out. No heading of ours: no entries.
std::map<std::string, CachedMapping> readEntries(std::string_view text);

} // namespace cutline::loopnest
