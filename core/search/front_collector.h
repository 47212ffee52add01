// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/pareto_archive.h"
#include "core/search/pipeline_space.h"

#include <optional>
#include <vector>

namespace cutline {

/// The front of pipelines met so far. Of equal rows the one with the first assignment stays, in whatever order they
/// come, so that the result does not depend on who found which first.
class FrontCollector {
public:
    FrontCollector(const PipelineSpace& space, std::size_t width) : m_space(space), m_archive(width) {}

    /// True if the row is on the front now. `summary`: where all its figures are known already.
    bool add(std::span<const double> row, const PipelineKey& key, const std::optional<Summary>& summary);
    /// Some kept row is at least as good everywhere and better somewhere: neither the row nor a worse one can enter.
    bool dominates(std::span<const double> row, ParetoArchive::Hint& hint) const
    {
        const auto standing = m_archive.standing(row, hint);
        return standing == ParetoArchive::Standing::Dominated ||
               (standing == ParetoArchive::Standing::MaybeEqual && find(row) == kNotThere);
    }
    std::size_t size() const { return m_archive.size(); }
    void appendRows(std::vector<double>& rows) const { m_archive.appendRows(rows); }

    struct Entry {
        std::vector<double> row;
        PipelineKey key;
        std::optional<Summary> summary;
    };
    /// The front in ascending order of keys.
    std::vector<Entry> entries() const;

private:
    static constexpr std::uint32_t kNotThere = ~std::uint32_t{0};
    std::uint32_t find(std::span<const double> row) const;

    const PipelineSpace& m_space;
    ParetoArchive m_archive;        ///< tags index m_found
    std::vector<PipelineKey> m_found;
    std::vector<std::optional<Summary>> m_summaries; ///< of m_found
    std::vector<double> m_rows;     ///< of m_found
};

} // namespace cutline
