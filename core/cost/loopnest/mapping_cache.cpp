// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/mapping_cache.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <charconv>
#include <filesystem>
#include <span>

namespace cutline::loopnest {

namespace {

/// Goes up when searches or this format change: older files are then not read.
constexpr std::string_view kHeading = "cutline mappings 2";
constexpr std::uint64_t kLargestFile = std::uint64_t{64} << 20;
constexpr std::size_t kMostLevels = 64; ///< of a line that makes sense

std::uint64_t checksum(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325U; // FNV-1a
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

void append(std::string& line, std::uint64_t value)
{
    line += ' ';
    line += std::to_string(value);
}

template <class Values> void appendAll(std::string& line, const Values& values)
{
    for (const auto value : values) append(line, value);
}

/// Whole numbers separated by spaces; anything else ends them.
class Numbers {
public:
    explicit Numbers(std::string_view text) : m_text(text) {}

    template <class T> void read(T& value)
    {
        while (!m_text.empty() && m_text.front() == ' ') m_text.remove_prefix(1);
        const auto [end, error] = std::from_chars(m_text.data(), m_text.data() + m_text.size(), value);
        m_good = m_good && error == std::errc{};
        m_text.remove_prefix(static_cast<std::size_t>(end - m_text.data()));
    }
    template <class Values> void readAll(Values& values)
    {
        for (auto& value : values) read(value);
    }
    bool isDone() const { return m_good && m_text.empty(); }
    bool isGood() const { return m_good; }

private:
    std::string_view m_text;
    bool m_good = true;
};

std::string valueText(const CachedMapping& cached)
{
    std::string line;
    appendAll(line, cached.shape.size);
    appendAll(line, std::array{cached.shape.stride_p, cached.shape.stride_q, cached.shape.dilation_r, cached.shape.dilation_s});
    append(line, cached.shape.repeats);
    appendAll(line, cached.mapping.size);
    append(line, cached.mapping.levels.size());
    for (const LevelMapping& level : cached.mapping.levels) {
        appendAll(line, level.spatial);
        appendAll(line, level.temporal);
        appendAll(line, level.order);
    }
    return line;
}

std::optional<CachedMapping> readValue(std::string_view text)
{
    CachedMapping cached;
    Numbers numbers(text);
    numbers.readAll(cached.shape.size);
    std::array<std::uint32_t, 4> window{};
    numbers.readAll(window);
    numbers.read(cached.shape.repeats);
    numbers.readAll(cached.mapping.size);
    std::size_t levels = 0;
    numbers.read(levels);
    if (!numbers.isGood() || levels > kMostLevels) return std::nullopt;
    cached.shape.stride_p = window[0];
    cached.shape.stride_q = window[1];
    cached.shape.dilation_r = window[2];
    cached.shape.dilation_s = window[3];
    cached.mapping.levels.resize(levels);
    for (LevelMapping& level : cached.mapping.levels) {
        numbers.readAll(level.spatial);
        numbers.readAll(level.temporal);
        numbers.readAll(level.order);
        for (const std::uint8_t dim : level.order)
            if (dim >= G) return std::nullopt;
    }
    if (!numbers.isDone()) return std::nullopt;
    return cached;
}

} // namespace

std::string entriesText(const std::map<std::string, CachedMapping>& entries)
{
    std::string text(kHeading);
    text += '\n';
    for (const auto& [key, cached] : entries) {
        const std::string line = key + '|' + valueText(cached);
        text += line + '|' + std::to_string(checksum(line)) + '\n';
    }
    return text;
}

std::map<std::string, CachedMapping> readEntries(std::string_view text)
{
    std::map<std::string, CachedMapping> entries;
    const auto nextLine = [&] {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        return line;
    };
    if (nextLine() != kHeading) return entries;
    while (!text.empty()) {
        const std::string_view line = nextLine();
        const std::size_t key = line.find('|'), sum = line.rfind('|');
        if (key == std::string_view::npos || sum == key) continue;
        if (line.substr(sum + 1) != std::to_string(checksum(line.substr(0, sum)))) continue;
        if (auto value = readValue(line.substr(key + 1, sum - key - 1)))
            entries.insert_or_assign(std::string(line.substr(0, key)), *std::move(value));
    }
    return entries;
}

std::string MappingCache::defaultFolder()
{
    return cacheFolder("mappings");
}

std::string MappingCache::fileOf(const std::string& machine) const
{
    return m_folder + '/' + sha256Hex(machine).substr(0, 32) + ".txt";
}

MappingCache::Entries& MappingCache::entriesOf(const std::string& machine)
{
    const auto [at, fresh] = m_machines.try_emplace(machine);
    if (fresh && !m_folder.empty())
        if (const auto text = readFile(fileOf(machine), kLargestFile)) at->second.by_key = readEntries(*text);
    return at->second;
}

std::optional<CachedMapping> MappingCache::find(const std::string& machine, const std::string& key)
{
    const std::scoped_lock lock(m_mutex);
    const Entries& entries = entriesOf(machine);
    const auto at = entries.by_key.find(key);
    return at == entries.by_key.end() ? std::nullopt : std::optional(at->second);
}

void MappingCache::add(const std::string& machine, const std::string& key, CachedMapping mapping)
{
    const std::scoped_lock lock(m_mutex);
    Entries& entries = entriesOf(machine);
    entries.by_key.insert_or_assign(key, std::move(mapping));
    entries.changed = true;
}

Result<void> MappingCache::save()
{
    const std::scoped_lock lock(m_mutex);
    if (m_folder.empty()) return {};
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    if (error) return Error{m_folder, error.message(), "set XDG_CACHE_HOME to a folder that can be written"};
    for (auto& [machine, entries] : m_machines) {
        if (!entries.changed) continue;
        // Another process may have added to the file meanwhile.
        if (const auto text = readFile(fileOf(machine), kLargestFile)) entries.by_key.merge(readEntries(*text));
        if (auto written = writeFileAtomically(fileOf(machine), entriesText(entries.by_key)); !written) return written;
        entries.changed = false;
    }
    return {};
}

} // namespace cutline::loopnest
