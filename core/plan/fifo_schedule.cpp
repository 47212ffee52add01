// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/fifo_schedule.h"

#include <algorithm>
#include <tuple>

namespace cutline {

/// Heap order: the event to handle next on top. Occupations come before jobs that ask at the same time.
struct FifoSchedule::Later {
    bool operator()(const Event& a, const Event& b) const {
        return std::tuple(a.time, !a.occupies, a.tie, a.job) > std::tuple(b.time, !b.occupies, b.tie, b.job);
    }
};

void FifoSchedule::clear(std::size_t resources) {
    m_jobs.clear();
    m_dependencies.clear();
    m_first.clear();
    m_waits_for.clear();
    m_ready.clear();
    m_earliest_end.clear();
    m_start.clear();
    m_end.clear();
    m_events.clear();
    m_free.assign(resources, 0);
}

std::uint32_t FifoSchedule::add(const Job& job) {
    m_jobs.push_back(job);
    m_first.push_back(kNone);
    m_waits_for.push_back(0);
    m_ready.push_back(0);
    m_earliest_end.push_back(0);
    m_start.push_back(0);
    m_end.push_back(0);
    return static_cast<std::uint32_t>(m_jobs.size() - 1);
}

void FifoSchedule::after(std::uint32_t job, std::uint32_t on, Edge edge) {
    m_dependencies.push_back({job, m_first[on], edge});
    m_first[on] = static_cast<std::uint32_t>(m_dependencies.size() - 1);
    ++m_waits_for[job];
}

void FifoSchedule::push(const Event& event) {
    m_events.push_back(event);
    std::push_heap(m_events.begin(), m_events.end(), Later{});
}

void FifoSchedule::occupy(const Job& job, double time) {
    for (int side = 0; side < 2; ++side) {
        if (job.occupied[side] == kNone) continue;
        double& free = m_free[job.occupied[side]];
        free = std::max(free, time) + job.occupied_s[side];
    }
}

bool FifoSchedule::run() {
    for (std::uint32_t j = 0; j < m_jobs.size(); ++j)
        if (m_waits_for[j] == 0) push({0, m_jobs[j].tie, j, false});
    std::size_t done = 0;
    while (!m_events.empty()) {
        std::pop_heap(m_events.begin(), m_events.end(), Later{});
        const Event event = m_events.back();
        m_events.pop_back();
        const Job& job = m_jobs[event.job];
        if (event.occupies) {
            occupy(job, event.time);
            continue;
        }
        // Events come in order of time, so whoever asks for the resource first gets it first.
        double& free = m_free[job.resource];
        const double start = std::max(event.time, free);
        const double end = std::max(start + job.duration, m_earliest_end[event.job]);
        m_start[event.job] = start;
        m_end[event.job] = free = end;
        ++done;
        if (job.occupied[0] != kNone || job.occupied[1] != kNone) push({start, job.tie, event.job, true});
        for (std::uint32_t d = m_first[event.job]; d != kNone; d = m_dependencies[d].next) {
            const Dependency& dependency = m_dependencies[d];
            const std::uint32_t next = dependency.job;
            const bool whole = dependency.edge == Edge::AfterEnd;
            m_ready[next] = std::max(m_ready[next], whole ? end : std::min(end, start + job.frame));
            if (!whole) m_earliest_end[next] = std::max(m_earliest_end[next], end + m_jobs[next].frame);
            if (--m_waits_for[next] == 0) push({m_ready[next], m_jobs[next].tie, next, false});
        }
    }
    return done == m_jobs.size();
}

} // namespace cutline
