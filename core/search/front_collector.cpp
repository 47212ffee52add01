// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/front_collector.h"

#include <algorithm>

namespace cutline {

std::uint32_t FrontCollector::find(std::span<const double> row) const
{
    std::uint32_t found = kNotThere;
    m_archive.anyCover(row, [&](std::uint64_t tag) {
        const auto kept = m_rows.begin() + static_cast<std::ptrdiff_t>(tag * row.size());
        if (std::equal(row.begin(), row.end(), kept)) found = static_cast<std::uint32_t>(tag);
        return found != kNotThere;
    });
    return found;
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
    m_archive.removeCovered(row, [](std::uint64_t) { return true; });
    m_archive.add(row, index);
    m_found.push_back(key);
    m_summaries.push_back(summary);
    m_rows.insert(m_rows.end(), row.begin(), row.end());
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
