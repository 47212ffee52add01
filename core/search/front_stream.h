// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <chrono>
#include <optional>
#include <vector>

namespace cutline {

/// Tells whoever asked how the front stands while it grows, a few times a second: the first plan at once.
class FrontStream {
public:
    explicit FrontStream(const SearchOptions& options) : m_options(options) {}

    /// The front has just grown. `collect(rows)` appends its rows; it is called when it is time to tell. `result()` makes
    /// plans of it.
    template <class Collect, class Result> void grew(Collect collect, Result result)
    {
        if (!m_options.on_front_grew) return;
        const auto now = Clock::now();
        if (m_told && now - *m_told < kPause) return;
        m_rows.clear();
        collect(m_rows);
        m_options.on_front_grew({m_rows, m_options.objectives.size(), result});
        // Not sooner than the telling is worth: large fronts take a while to copy.
        m_told = Clock::now() + 9 * (Clock::now() - now);
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr Clock::duration kPause = std::chrono::milliseconds(200);

    const SearchOptions& m_options;
    std::optional<Clock::time_point> m_told;
    std::vector<double> m_rows;
};

} // namespace cutline
