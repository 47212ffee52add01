// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/timeline.h"

#include "core/plan/evaluator_impl.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace cutline {
namespace {

/// One job of one inference: number = frame * jobs + job.
struct Event {
    double time = 0;
    std::uint32_t frame = 0;
    std::uint64_t tie = 0;
    std::uint32_t job = 0;
    bool occupies = false; ///< the job has started and takes its side resources now
    std::uint32_t lent = kNone; ///< or one of Workspace::lent
};

/// Heap order, the next event on top; occupations first, as in a single shot.
bool later(const Event& a, const Event& b) {
    return std::tuple(a.time, !a.occupies, a.frame, a.tie, a.job, a.lent) >
           std::tuple(b.time, !b.occupies, b.frame, b.tie, b.job, b.lent);
}

/// What takes one job at a time, across inferences.
struct Server {
    double end_s = 0;  ///< of the last job
    double free_s = 0; ///< for other inferences
    std::uint32_t frame = kNone;
};

/// From the start of its unit on.
double lentAfter(const Workspace& work, const Workspace::Lent& lent) { return work.prelude[lent.unit] + lent.from_s; }

/// Runs the jobs that judge() has left in a workspace, many times over.
class Simulation {
public:
    Simulation(const Workspace& work, std::uint32_t frames, double period_s)
        : m_work(work), m_jobs(work.sim.size()), m_frames(frames), m_period(period_s), m_waits(m_jobs),
          m_servers(work.impl->platforms + work.impl->resources.count()), m_start(m_jobs * frames),
          m_end(m_jobs * frames), m_ready(m_jobs * frames), m_earliest_end(m_jobs * frames),
          m_open(m_jobs * frames), m_hold(m_jobs) {
        for (std::uint32_t job = 0; job < m_jobs; ++job) {
            m_hold[job] = work.sim.job(job).duration;
            work.sim.forDependents(job, [&](std::uint32_t next, FifoSchedule::Edge) { ++m_waits[next]; });
        }
        for (const Workspace::HopJob& hop : work.hops)
            m_hold[hop.job] = work.impl->hopCost(hop.hop.link, hop.payload).busy_s;
        m_handled.assign(m_jobs * frames * 2, -1);
    }

    /// How many inferences are complete.
    std::uint32_t run(Progress& progress) {
        for (std::uint32_t frame = 0; frame < m_frames; ++frame)
            for (std::uint32_t job = 0; job < m_jobs; ++job) {
                const std::size_t at = number(frame, job);
                m_ready[at] = frame * m_period;
                m_open[at] = m_waits[job];
                if (m_waits[job] == 0) push({m_ready[at], frame, m_work.sim.job(job).tie, job, false});
            }
        std::vector<std::uint32_t> left(m_frames, static_cast<std::uint32_t>(m_jobs));
        for (std::size_t done = 0; !m_events.empty(); ++done) {
            if (done % 4096 == 0 && progress.cancelled()) break;
            std::pop_heap(m_events.begin(), m_events.end(), later);
            const Event event = m_events.back();
            m_events.pop_back();
            if (event.occupies) {
                event.lent != kNone ? lend(event) : occupy(event);
                continue;
            }
            begin(event);
            --left[event.frame];
        }
        const auto first_open = std::find_if(left.begin(), left.end(), [](std::uint32_t n) { return n > 0; });
        return static_cast<std::uint32_t>(first_open - left.begin());
    }

    std::size_t number(std::uint32_t frame, std::uint32_t job) const { return frame * m_jobs + job; }
    double start(std::uint32_t frame, std::uint32_t job) const { return m_start[number(frame, job)]; }
    double end(std::uint32_t frame, std::uint32_t job) const { return m_end[number(frame, job)]; }
    double hold(std::uint32_t job) const { return m_hold[job]; }
    /// When a platform at one end begins to move the bytes; negative: it does not.
    double handledAt(std::uint32_t frame, std::uint32_t job, std::size_t side) const {
        return m_handled[number(frame, job) * 2 + side];
    }

private:
    void push(const Event& event) {
        m_events.push_back(event);
        std::push_heap(m_events.begin(), m_events.end(), later);
    }

    void begin(const Event& event) {
        const FifoSchedule::Job& job = m_work.sim.job(event.job);
        const std::size_t at = number(event.frame, event.job);
        Server& server = m_servers[job.resource];
        const double start = std::max(event.time, server.frame == event.frame ? server.end_s : server.free_s);
        const double end = std::max(start + job.duration, m_earliest_end[at]);
        m_start[at] = start;
        m_end[at] = end;
        server.free_s = std::max(server.free_s, start) + m_hold[event.job];
        server.end_s = end;
        server.frame = event.frame;
        for (std::uint32_t l = 0; l < m_work.lent.size(); ++l)
            if (m_work.lent[l].unit == event.job)
                push({start + lentAfter(m_work, m_work.lent[l]), event.frame, job.tie, event.job, true, l});
        if (job.occupied[0] != kNone || job.occupied[1] != kNone)
            push({start, event.frame, job.tie, event.job, true});
        m_work.sim.forDependents(event.job, [&](std::uint32_t next, FifoSchedule::Edge edge) {
            const std::size_t to = number(event.frame, next);
            const bool whole = edge == FifoSchedule::Edge::AfterEnd;
            m_ready[to] = std::max(m_ready[to], whole ? end : std::min(end, start + job.frame));
            if (!whole) m_earliest_end[to] = std::max(m_earliest_end[to], end + m_work.sim.job(next).frame);
            if (--m_open[to] == 0) push({m_ready[to], event.frame, m_work.sim.job(next).tie, next, false});
        });
    }

    /// It delays nothing of its own inference (metrics.md knows no such wait); others find the server busy for so much longer.
    void lend(const Event& event) {
        const Workspace::Lent& lent = m_work.lent[event.lent];
        Server& server = m_servers[lent.server];
        if (server.frame != event.frame) server.end_s = server.free_s;
        server.frame = event.frame;
        server.free_s = std::max(server.free_s, event.time) + lent.busy_s;
    }

    void occupy(const Event& event) {
        const FifoSchedule::Job& job = m_work.sim.job(event.job);
        for (std::size_t side = 0; side < 2; ++side) {
            if (job.occupied[side] == kNone) continue;
            Server& server = m_servers[job.occupied[side]];
            const double from = std::max({event.time, server.end_s, server.free_s});
            m_handled[number(event.frame, event.job) * 2 + side] = from;
            server.end_s = server.free_s = from + job.occupied_s[side];
            server.frame = event.frame;
        }
    }

    const Workspace& m_work;
    std::size_t m_jobs;
    std::uint32_t m_frames;
    double m_period;
    std::vector<std::uint32_t> m_waits;
    std::vector<Server> m_servers;
    std::vector<double> m_start, m_end, m_ready, m_earliest_end;
    std::vector<std::uint32_t> m_open;
    std::vector<double> m_hold, m_handled;
    std::vector<Event> m_events;
};

/// Lanes of what the plan uses, and which lane a resource of the simulation is; kNone: none.
std::vector<std::uint32_t> addLanes(const Workspace& work, Timeline& timeline) {
    const Evaluator::Impl& impl = *work.impl;
    const System& system = *impl.problem.system;
    std::vector<std::uint32_t> lane_of(impl.platforms + impl.resources.count(), kNone);
    const auto add = [&](std::size_t resource, Timeline::Lane lane) {
        lane_of[resource] = static_cast<std::uint32_t>(timeline.lanes.size());
        timeline.lanes.push_back(std::move(lane));
    };
    for (std::uint32_t p = 0; p < impl.platforms; ++p)
        if (work.involved[p]) add(p, {false, p, system.platforms[p].name, work.busy[p], work.weight_bytes[p]});
    std::map<std::uint32_t, std::vector<std::size_t>> used; // resources by link
    std::map<std::size_t, Hop> way;
    const auto use = [&](const Hop& hop) {
        const std::size_t resource = impl.resources.of(hop);
        if (way.emplace(resource, hop).second) used[hop.link.value].push_back(resource);
    };
    for (const Workspace::HopJob& hop : work.hops) use(hop.hop);
    for (const Workspace::Lent& lent : work.lent)
        if (lent.leg) use(lent.leg->hop);
    for (auto& [link, resources] : used) {
        std::sort(resources.begin(), resources.end());
        for (const std::size_t resource : resources) {
            std::string name = system.links[link].link.name;
            if (resources.size() > 1)
                name += " " + std::string(system.nodeName(way[resource].from)) + " > " +
                        std::string(system.nodeName(way[resource].to));
            add(impl.platforms + resource, {true, link, std::move(name), work.resource_busy[resource], 0});
        }
    }
    for (std::uint32_t l = 0; l < timeline.lanes.size(); ++l)
        if (!timeline.bottleneck || timeline.lanes[l].busy_s > timeline.lanes[*timeline.bottleneck].busy_s)
            timeline.bottleneck = l;
    return lane_of;
}

/// By platform and step, as the metrics count it.
std::vector<std::vector<double>> memoryOf(const Workspace& work) {
    std::vector<std::vector<double>> memory(work.impl->platforms);
    for (std::uint32_t p = 0; p < work.impl->platforms; ++p) {
        double held = work.weight_bytes[p] + work.held[p];
        for (std::uint32_t step = 0; step < work.steps[p]; ++step)
            memory[p].push_back(held += work.delta[work.first_delta[p] + step]);
    }
    return memory;
}

void addWaits(const Workspace& work, Timeline& timeline) {
    const auto units = static_cast<std::uint32_t>(timeline.pieces.size());
    std::map<std::uint32_t, std::uint32_t> transfer_of; // by job
    for (std::uint32_t t = 0; t < work.hops.size(); ++t) transfer_of[work.hops[t].job] = t;
    const auto partOf = [&](std::uint32_t job) -> std::optional<Timeline::Wait::Part> {
        if (job < units) return Timeline::Wait::Part{false, job};
        const auto found = transfer_of.find(job);
        return found == transfer_of.end() ? std::nullopt : std::optional(Timeline::Wait::Part{true, found->second});
    };
    for (std::uint32_t job = 0; job < work.sim.size(); ++job)
        work.sim.forDependents(job, [&](std::uint32_t next, FifoSchedule::Edge) {
            const auto on = partOf(job), waits = partOf(next);
            if (on && waits && (on->is_transfer || waits->is_transfer)) timeline.waits.push_back({*on, *waits});
        });
}

/// Units of the simulation with their layers; what comes before the first layer is in no step.
void addPieces(const Workspace& work, Timeline& timeline) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> step_at; // by unit and step
    const auto each = [&](auto visit) {
        for (std::uint32_t s = 0; s < work.plan->stages.size(); ++s)
            for (const LayerId layer : work.plan->stages[s].layers) visit(s, layer);
    };
    const auto memory = memoryOf(work);
    each([&](std::uint32_t s, LayerId layer) {
        const std::uint32_t unit = work.unit_of[layer.index()];
        if (unit >= timeline.pieces.size()) timeline.pieces.resize(unit + 1);
        Timeline::Piece& piece = timeline.pieces[unit];
        piece.stage = s;
        piece.platform = work.plan->stages[s].platform;
        if (work.inside[layer.index()]) return; // comes with the last layer of its group
        // Offsets within a stage count from its first layer, those of a general plan's units are their own.
        const double end = work.pipeline ? work.prelude[unit] + work.end_offset[layer.index()]
                                         : work.sim.job(unit).duration;
        const double before = piece.steps.empty() ? work.prelude[unit] : piece.steps.back().end_s;
        step_at[{unit, work.step_of[layer.index()]}] = piece.steps.size();
        piece.steps.push_back({{layer}, before, end, memory[piece.platform.index()][work.step_of[layer.index()]]});
    });
    each([&](std::uint32_t, LayerId layer) {
        if (!work.inside[layer.index()]) return;
        const std::uint32_t unit = work.unit_of[layer.index()];
        timeline.pieces[unit].steps[step_at.at({unit, work.step_of[layer.index()]})].layers.push_back(layer);
    });
    for (const Workspace::HopJob& hop : work.hops)
        timeline.transfers.push_back({hop.hop.link, hop.hop.from, hop.hop.to, hop.payload});
    addWaits(work, timeline);
}

/// What fall-backs occupy, at the times at which the waiting platform needs it: pieces and transfers of their own.
void addLent(const Workspace& work, const Simulation& run, const std::vector<std::uint32_t>& lane_of, Timeline& timeline) {
    using Kind = Timeline::Bar::Kind;
    for (const Workspace::Lent& lent : work.lent) {
        const double length = lent.end_s - lent.from_s;
        Kind kind = Kind::Piece;
        std::size_t part = timeline.pieces.size();
        if (lent.leg) {
            kind = lent.server < work.impl->platforms ? Kind::Handling : Kind::Transfer;
            // Whoever moves the bytes of a leg comes right after it.
            part = timeline.transfers.size() - (kind == Kind::Handling ? 1 : 0);
            if (kind == Kind::Transfer) timeline.transfers.push_back({lent.leg->hop.link, lent.leg->hop.from, lent.leg->hop.to, lent.leg->bytes});
        } else {
            timeline.pieces.push_back({timeline.pieces[lent.unit].stage, PlatformId{lent.server}, {{{lent.layer}, 0, length, 0}}});
        }
        for (std::uint32_t frame = 0; frame < timeline.frames; ++frame) {
            const double start = run.start(frame, lent.unit) + lentAfter(work, lent);
            timeline.bars.push_back({kind, lane_of[lent.server], frame, static_cast<std::uint32_t>(part), start, start + length, lent.busy_s, lent.layer});
        }
    }
}

void addBars(const Workspace& work, const Simulation& run, const std::vector<std::uint32_t>& lane_of,
             Timeline& timeline) {
    for (std::uint32_t frame = 0; frame < timeline.frames; ++frame) {
        for (std::uint32_t unit = 0; unit < timeline.pieces.size(); ++unit)
            timeline.bars.push_back({Timeline::Bar::Kind::Piece, lane_of[work.sim.job(unit).resource], frame, unit,
                                     run.start(frame, unit), run.end(frame, unit), run.hold(unit)});
        for (std::uint32_t t = 0; t < work.hops.size(); ++t) {
            const std::uint32_t job = work.hops[t].job;
            timeline.bars.push_back({Timeline::Bar::Kind::Transfer, lane_of[work.sim.job(job).resource], frame, t,
                                     run.start(frame, job), run.end(frame, job), run.hold(job)});
            for (std::size_t side = 0; side < 2; ++side) {
                const double from = run.handledAt(frame, job, side);
                if (from < 0) continue;
                const double taken = work.sim.job(job).occupied_s[side];
                timeline.bars.push_back({Timeline::Bar::Kind::Handling, lane_of[work.sim.job(job).occupied[side]], frame,
                                         t, from, from + taken, taken});
            }
        }
    }
    addLent(work, run, lane_of, timeline);
    std::stable_sort(timeline.bars.begin(), timeline.bars.end(), [](const Timeline::Bar& a, const Timeline::Bar& b) {
        return std::tuple(a.start_s, a.lane, a.end_s) < std::tuple(b.start_s, b.lane, b.end_s);
    });
    for (const Timeline::Bar& bar : timeline.bars) timeline.end_s = std::max(timeline.end_s, bar.end_s);
}

/// When an inference is complete: its last piece, or the last output at the place that wants it.
double completion(const Workspace& work, const Simulation& run, std::uint32_t frame) {
    double end = 0;
    for (std::uint32_t job = 0; job < work.sim.size(); ++job)
        if (work.sim.job(job).resource < work.impl->platforms) end = std::max(end, run.end(frame, job));
    for (const std::uint32_t hop : work.outputs_on) end = std::max(end, run.end(frame, work.hops[hop].job));
    return end;
}

} // namespace

Timeline simulate(const Evaluator& evaluator, const Plan& plan, std::uint32_t frames, std::optional<double> period_s,
                  Progress& progress) {
    Workspace& work = workspace();
    judge(evaluator.at(plan).impl(), plan, work);
    Timeline timeline;
    timeline.period_s = period_s.value_or(work.period);
    const std::vector<std::uint32_t> lane_of = addLanes(work, timeline);
    addPieces(work, timeline);
    const std::size_t jobs = std::max<std::size_t>(1, work.sim.size() + work.lent.size());
    const auto room = static_cast<std::uint32_t>(std::max<std::size_t>(1, kMostBars / jobs));
    Simulation run(work, std::min(frames, room), timeline.period_s);
    timeline.frames = run.run(progress);
    addBars(work, run, lane_of, timeline);
    if (timeline.frames == 0) return timeline;
    const std::uint32_t last = timeline.frames - 1, middle = last / 2;
    timeline.first_latency_s = completion(work, run, 0);
    timeline.last_latency_s = completion(work, run, last) - last * timeline.period_s;
    if (timeline.frames >= 4)
        timeline.interval_s = (completion(work, run, last) - completion(work, run, middle)) / (last - middle);
    return timeline;
}

} // namespace cutline
