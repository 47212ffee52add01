// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace cutline {

/// Jobs with dependencies on resources that take one job at a time, first come first served; equal arrival
/// times are served by ascending tie key, then job number. Buffers are kept between uses.
class FifoSchedule {
public:
    static constexpr std::uint32_t kNone = 0xffffffffu;

    struct Job {
        std::uint32_t resource = 0;
        double duration = 0;
        double frame = 0; ///< time of one frame: when a switch behind the hop may start to forward
        std::uint64_t tie = 0;
        /// Resources that this job keeps busy from its start (a CPU that copies); kNone: none.
        std::uint32_t occupied[2] = {kNone, kNone};
        double occupied_s[2] = {0, 0};
    };
    /// AfterEnd: store and forward. CutThrough: may start one frame after `on` started, and ends no earlier
    /// than one of its own frames after `on` ended.
    enum class Edge : std::uint8_t { AfterEnd, CutThrough };

    void clear(std::size_t resources);
    std::uint32_t add(const Job& job);
    Job& job(std::uint32_t index) { return m_jobs[index]; }
    const Job& job(std::uint32_t index) const { return m_jobs[index]; }
    std::size_t size() const { return m_jobs.size(); }
    void after(std::uint32_t job, std::uint32_t on, Edge edge = Edge::AfterEnd);

    /// Runs everything. Jobs on a dependency cycle never run; then the result is false.
    bool run();

    /// What waits for a job, for schedules of several inferences: calls `visit(next job, edge)`.
    template <class Visit>
    void forDependents(std::uint32_t on, Visit visit) const {
        for (std::uint32_t d = m_first[on]; d != kNone; d = m_dependencies[d].next)
            visit(m_dependencies[d].job, m_dependencies[d].edge);
    }

    double start(std::uint32_t job) const { return m_start[job]; }
    double end(std::uint32_t job) const { return m_end[job]; }

private:
    struct Dependency {
        std::uint32_t job, next;
        Edge edge;
    };
    struct Event {
        double time;
        std::uint64_t tie;
        std::uint32_t job;
        bool occupies; ///< the job has started and takes its side resources now
    };
    struct Later;
    void push(const Event& event);
    void occupy(const Job& job, double time);

    std::vector<Job> m_jobs;
    std::vector<Dependency> m_dependencies;
    std::vector<std::uint32_t> m_first, m_waits_for;
    std::vector<double> m_ready, m_earliest_end, m_start, m_end, m_free;
    std::vector<Event> m_events;
};

} // namespace cutline
