// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/mapper.h"

#include <chrono>
#include <cstddef>
#include <optional>

namespace cutline::loopnest {

/// What one search may take, in time and in room. Polled by all that can go on for long; remembers why it had to stop.
class Budget {
public:
    Budget(const MapOptions& options, Progress& progress)
        : m_progress(progress), m_limit_s(options.time_limit_s), m_most_held(options.prune == Prune::On ? kMostHeld : kNoLimit)
    {
    }

    bool isSpent()
    {
        if (m_stop != MapResult::Stop::Complete) return true;
        if (m_progress.cancelled()) m_stop = MapResult::Stop::Cancelled;
        else if (m_limit_s && elapsed() >= *m_limit_s) m_stop = MapResult::Stop::TimeLimit;
        return m_stop != MapResult::Stop::Complete;
    }
    /// Something was left out: the result is the best found, no more.
    void leaveOut() { m_left_out = true; }
    bool hasLeftOut() const { return m_left_out; }

    /// Room for one more tiling in memory; false: there is none, and it is left out.
    bool hold()
    {
        if (++m_held <= m_most_held) return true;
        leaveOut();
        return false;
    }
    void releaseAll() { m_held = 0; }

    double elapsed() const { return std::chrono::duration<double>(Clock::now() - m_start).count(); }
    MapResult::Stop stop() const
    {
        return m_stop == MapResult::Stop::Complete && m_left_out ? MapResult::Stop::TimeLimit : m_stop;
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);
    static constexpr std::size_t kMostHeld = 500'000; ///< some 300 MB; the machines of the library hold thousands

    Progress& m_progress;
    std::optional<double> m_limit_s;
    std::size_t m_held = 0, m_most_held;
    Clock::time_point m_start = Clock::now();
    MapResult::Stop m_stop = MapResult::Stop::Complete;
    bool m_left_out = false;
};

} // namespace cutline::loopnest
