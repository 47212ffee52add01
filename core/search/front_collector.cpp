// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/front_collector.h"

#include <algorithm>
#include <bit>

namespace cutline {

std::uint64_t FrontCollector::hashOf(std::span<const double> row)
{
    std::uint64_t hash = 0x9E3779B97F4A7C15ull;
    for (const double value : row) {
        hash ^= std::bit_cast<std::uint64_t>(value);
        hash *= 0xBF58476D1CE4E5B9ull;
        hash ^= hash >> 29;
    }
    return hash;
}

std::uint32_t FrontCollector::find(std::span<const double> row) const
{
    const std::size_t width = row.size();
    const auto [first, last] = m_by_hash.equal_range(hashOf(row));
    for (auto at = first; at != last; ++at)
        if (std::equal(row.begin(), row.end(), m_rows.begin() + static_cast<std::ptrdiff_t>(at->second * width)))
            return at->second;
    return kNotThere;
}

bool FrontCollector::add(std::span<const double> row, const PipelineKey& key, const std::optional<Summary>& summary)
{
    const auto standing = m_archive.standing(row);
    if (standing != ParetoArchive::Standing::Free) {
        const std::uint32_t equal = standing == ParetoArchive::Standing::Dominated ? kNotThere : find(row);
        if (equal != kNotThere && m_space.assignmentBefore(key, m_found[equal])) {
            m_found[equal] = key;
            m_summaries[equal] = summary;
        }
        return false;
    }
    const auto index = static_cast<std::uint32_t>(m_found.size());
    m_archive.insert(row, index);
    m_found.push_back(key);
    m_summaries.push_back(summary);
    m_rows.insert(m_rows.end(), row.begin(), row.end());
    m_by_hash.emplace(hashOf(row), index);
    return true;
}

std::vector<FrontCollector::Entry> FrontCollector::entries() const
{
    std::vector<Entry> all;
    all.reserve(m_archive.size());
    m_archive.forEach([&](std::span<const double> row, std::uint64_t tag) {
        all.push_back({{row.begin(), row.end()}, m_found[tag], m_summaries[tag]});
    });
    std::sort(all.begin(), all.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
    return all;
}

} // namespace cutline
