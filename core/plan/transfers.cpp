// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/evaluator_impl.h"

#include <algorithm>
#include <array>

namespace cutline {
namespace {

/// One platform that needs the tensor.
struct Destination {
    std::uint32_t platform = 0;
    std::uint32_t station = 0;         ///< first stage there that reads it, or kSink + platform
    std::uint32_t first_layer = kNone; ///< reader with the least step
    std::uint32_t last_layer = kNone;  ///< reader with the greatest step
    bool wanted = false;               ///< a graph output that the scenario wants here
    std::uint32_t delivered = kNone;   ///< hop number of the last hop
};

/// The tensor's way so far: which hop has it, and who hands it on.
struct Carried {
    Hop hop;
    std::uint32_t number; ///< into Workspace::hops
};
struct Relay {
    std::uint32_t platform;
    std::uint32_t arrived; ///< hop number
    std::uint32_t stage;   ///< handed over at this stage; kNone: forwarded at once
};

/// Sends one tensor from where it is to every platform that needs it.
class Sending {
public:
    Sending(Workspace& work, std::uint32_t tensor) : m_work(work), m_impl(*work.impl), m_tensor(tensor) {}
    void run();

private:
    bool findOrigin();
    void findDestinations();
    void walk(Destination& destination);
    std::uint32_t legEnd(std::span<const Hop> hops, std::size_t from, std::uint32_t sender,
                         const Destination& destination) const;
    std::uint32_t handoverStage(NodeId node, std::uint32_t sender, std::uint32_t receiver) const;
    std::uint32_t hopJob(const Hop& hop, std::uint32_t sender, std::uint32_t receiver);
    void dependOn(Workspace::HopJob& hop, std::uint32_t job, FifoSchedule::Edge edge);
    void receive(const Destination& destination);
    void relays();
    void holdAtOrigin();
    void convertAtMaker();
    void hold(std::uint32_t platform, double bytes, Workspace::Moment arrive,
              const std::vector<Workspace::Moment>& frees, bool at_end = true);
    void live(std::uint32_t platform, std::uint32_t first, std::uint32_t last, double bytes);
    std::uint32_t numbered(std::uint32_t station) const;
    Workspace::Moment endOf(std::uint32_t layer) const;
    std::vector<Workspace::Moment> departures(std::uint32_t platform) const;

    Workspace& m_work;
    const Evaluator::Impl& m_impl;
    std::uint32_t m_tensor;
    std::uint32_t m_origin = 0;  ///< platform
    std::uint32_t m_station = 0; ///< stage that makes it, or kSource
    std::vector<Destination> m_destinations;
    std::vector<Carried> m_carried;
    std::vector<Relay> m_relays;
};

/// Where the tensor is at first; false when nobody needs it anywhere else.
bool Sending::findOrigin() {
    const Evaluator::Impl::TensorInfo& info = m_impl.tensors[m_tensor];
    if (info.producer != kNone) {
        m_station = m_work.stage_of[info.producer];
        m_origin = m_work.plan->stages[m_station].platform.value;
        return true;
    }
    if (info.source != kNone) {
        m_station = kSource;
        m_origin = info.source;
        return true;
    }
    m_station = kNone; // a graph input without a place is where the first stage reads it
    for (const std::uint32_t c : m_impl.consumers[m_tensor])
        m_station = std::min(m_station, m_work.stage_of[c]);
    if (m_station == kNone) return false;
    m_origin = m_work.plan->stages[m_station].platform.value;
    return true;
}

void Sending::findDestinations() {
    const auto on = [&](std::uint32_t platform) -> Destination& {
        for (Destination& d : m_destinations)
            if (d.platform == platform) return d;
        Destination& fresh = m_destinations.emplace_back();
        fresh.platform = platform;
        fresh.station = kSink + platform;
        return fresh;
    };
    for (const std::uint32_t c : m_impl.consumers[m_tensor]) {
        const std::uint32_t stage = m_work.stage_of[c];
        if (stage == kNone) continue;
        Destination& d = on(m_work.plan->stages[stage].platform.value);
        d.station = std::min(d.station, stage);
        if (d.first_layer == kNone || m_work.step_of[c] < m_work.step_of[d.first_layer]) d.first_layer = c;
        if (d.last_layer == kNone || m_work.step_of[c] > m_work.step_of[d.last_layer]) d.last_layer = c;
    }
    const std::uint32_t sink = m_impl.tensors[m_tensor].sink;
    if (sink != kNone) {
        Destination& d = on(sink);
        d.wanted = true;
        const std::uint32_t stage = m_work.stage_on[sink];
        // A wanted output travels with what its platform's later stage gets anyway.
        if (d.station >= kSink && m_work.pipeline && stage != kNone && m_station != kSource &&
            stage > m_station)
            d.station = stage;
    }
    std::sort(m_destinations.begin(), m_destinations.end(), [](const Destination& a, const Destination& b) {
        return std::pair(a.station, a.platform) < std::pair(b.station, b.platform);
    });
}

/// Ties and order: the source comes before every stage, sinks after, by platform.
std::uint32_t Sending::numbered(std::uint32_t station) const {
    if (station == kSource) return 0; // kSource is above kSink
    if (station >= kSink)
        return static_cast<std::uint32_t>(m_work.plan->stages.size()) + 1 + (station - kSink);
    return station + 1;
}

/// The stage on this node where the tensor waits for the stage's own output; kNone where it passes at once.
std::uint32_t Sending::handoverStage(NodeId node, std::uint32_t sender, std::uint32_t receiver) const {
    if (!m_work.pipeline || m_impl.problem.system->isSwitch(node)) return kNone;
    const std::uint32_t stage = m_work.stage_on[node.index()];
    if (stage == kNone || stage == sender || stage == receiver) return kNone;
    return numbered(sender) < numbered(stage) && numbered(stage) < numbered(receiver) ? stage : kNone;
}

std::uint32_t Sending::legEnd(std::span<const Hop> hops, std::size_t from, std::uint32_t sender,
                              const Destination& destination) const {
    for (std::size_t h = from; h + 1 < hops.size(); ++h) {
        const std::uint32_t stage = handoverStage(hops[h].to, sender, destination.station);
        if (stage != kNone) return stage;
    }
    return destination.station;
}

/// The job of this hop for messages from `sender` to `receiver`: one per pair in a pipeline, one per tensor
/// in a general plan.
std::uint32_t Sending::hopJob(const Hop& hop, std::uint32_t sender, std::uint32_t receiver) {
    if (m_work.pipeline)
        for (std::uint32_t i = 0; i < m_work.hops.size(); ++i) {
            const Workspace::HopJob& known = m_work.hops[i];
            if (known.from == sender && known.to == receiver && known.hop == hop) return i;
        }
    FifoSchedule::Job job;
    job.resource = static_cast<std::uint32_t>(m_impl.platforms + m_impl.resources.of(hop));
    job.tie = std::uint64_t{numbered(sender)} << 48 | std::uint64_t{numbered(receiver)} << 32 |
              std::uint64_t{hop.link.value} << 16 | hop.from.value;
    m_work.hops.push_back({m_work.sim.add(job), sender, receiver, hop, 0, kNone});
    return static_cast<std::uint32_t>(m_work.hops.size() - 1);
}

void Sending::dependOn(Workspace::HopJob& hop, std::uint32_t job, FifoSchedule::Edge edge) {
    if (hop.last_on == job) return;
    hop.last_on = job;
    m_work.sim.after(hop.job, job, edge);
}

void Sending::walk(Destination& destination) {
    const auto hops = m_impl.routes.between(PlatformId{m_origin}, PlatformId{destination.platform});
    if (hops.empty()) {
        m_work.faults.push_back({Violation::Kind::Unreachable, m_tensor, destination.platform,
                                 double(m_origin), 0, false, false});
        return;
    }
    std::uint32_t sender = m_station;
    // A placed input waits for a stage of its own platform that comes before the reader's.
    if (m_station == kSource && m_work.pipeline && m_work.stage_on[m_origin] != kNone &&
        numbered(m_work.stage_on[m_origin]) < numbered(destination.station))
        sender = m_work.stage_on[m_origin];
    std::uint32_t arrived = kNone; // hop number that brought it to where we are
    std::uint32_t receiver = legEnd(hops, 0, sender, destination);
    for (std::size_t h = 0; h < hops.size(); ++h) {
        const Hop& hop = hops[h];
        const auto known =
            std::find_if(m_carried.begin(), m_carried.end(), [&](const Carried& c) { return c.hop == hop; });
        std::uint32_t number = kNone;
        if (known != m_carried.end()) {
            number = known->number;
        } else {
            number = hopJob(hop, sender, receiver);
            Workspace::HopJob& job = m_work.hops[number];
            job.payload += m_impl.wire[m_impl.at(m_tensor, m_origin)];
            const bool at_switch = m_impl.problem.system->isSwitch(hop.from);
            if (arrived != kNone)
                dependOn(job, m_work.hops[arrived].job,
                         at_switch ? FifoSchedule::Edge::CutThrough : FifoSchedule::Edge::AfterEnd);
            const bool leg_starts = h == 0 || (sender != kSource && m_work.pipeline && !at_switch &&
                                               m_work.stage_on[hop.from.index()] == sender);
            const std::uint32_t producer = m_impl.tensors[m_tensor].producer;
            if (leg_starts && m_work.pipeline && sender != kSource)
                dependOn(job, sender, FifoSchedule::Edge::AfterEnd); // stage s is job s
            else if (leg_starts && !m_work.pipeline && producer != kNone)
                dependOn(job, m_work.unit_of[producer], FifoSchedule::Edge::AfterEnd);
            m_carried.push_back({hop, number});
        }
        if (h + 1 < hops.size() && !m_impl.problem.system->isSwitch(hop.to)) {
            const std::uint32_t stage = handoverStage(hop.to, sender, destination.station);
            const bool seen = std::any_of(m_relays.begin(), m_relays.end(),
                                          [&](const Relay& r) { return r.platform == hop.to.value; });
            if (!seen) m_relays.push_back({hop.to.value, number, stage});
            if (stage != kNone) {
                m_work.sim.after(stage, m_work.hops[number].job); // one transfer: the stage waits for all of it
                sender = stage;
                receiver = legEnd(hops, h + 1, sender, destination);
            }
        }
        arrived = number;
    }
    destination.delivered = arrived;
}

Workspace::Moment Sending::endOf(std::uint32_t layer) const {
    if (m_work.pipeline) return {m_work.unit_of[layer], m_work.end_offset[layer]};
    return {m_work.unit_of[layer]};
}

/// Ends of the hops that take the tensor away from a platform.
std::vector<Workspace::Moment> Sending::departures(std::uint32_t platform) const {
    std::vector<Workspace::Moment> moments;
    for (const Carried& c : m_carried)
        if (c.hop.from.value == platform) moments.push_back({m_work.hops[c.number].job});
    return moments;
}

void Sending::hold(std::uint32_t platform, double bytes, Workspace::Moment arrive,
                   const std::vector<Workspace::Moment>& frees, bool at_end) {
    if (frees.empty()) return;
    m_work.holdings.push_back({platform, bytes, arrive, static_cast<std::uint32_t>(m_work.frees.size()),
                               static_cast<std::uint32_t>(frees.size()), at_end});
    m_work.frees.insert(m_work.frees.end(), frees.begin(), frees.end());
}

void Sending::live(std::uint32_t platform, std::uint32_t first, std::uint32_t last, double bytes) {
    m_work.delta[m_work.first_delta[platform] + first] += bytes;
    m_work.delta[m_work.first_delta[platform] + last + 1] -= bytes;
}

/// At the receiver: the stage waits, converts, and keeps the tensor from its start to the last reader.
void Sending::receive(const Destination& d) {
    if (d.platform != m_origin) m_work.crossing.push_back({m_tensor, m_origin, d.platform});
    if (d.platform != m_origin && d.delivered == kNone) return; // unreachable
    const Workspace::Moment arrival{d.delivered == kNone ? kNone : m_work.hops[d.delivered].job};
    const double stored = m_impl.stored[m_impl.at(m_tensor, d.platform)];
    if (d.wanted && d.platform != m_origin) m_work.outputs_on.push_back(d.delivered);
    if (d.first_layer == kNone) {
        if (d.platform != m_origin) m_work.held[d.platform] += m_impl.wire[m_impl.at(m_tensor, m_origin)];
        return;
    }
    const std::uint32_t unit = m_work.unit_of[d.first_layer];
    const bool foreign = m_station == kSource || d.platform != m_origin;
    if (foreign) {
        const double conversion = m_impl.conversion(m_tensor, m_origin, d.platform);
        m_work.sim.job(unit).duration += conversion;
        m_work.prelude[unit] += conversion;
    }
    const bool made_here = m_impl.tensors[m_tensor].producer != kNone && d.platform == m_origin;
    if (made_here) return; // storeOutputs has it
    std::vector<Workspace::Moment> frees = departures(d.platform);
    const std::uint32_t stage = m_work.stage_of[d.first_layer];
    std::uint32_t last = m_work.step_of[d.last_layer];
    if (!frees.empty() || d.wanted) {
        last = std::max(last, m_work.stage_last_step[stage]);
        m_work.kept.push_back({m_tensor, d.platform});
    }
    live(d.platform, m_work.stage_first_step[stage], last, stored);
    if (arrival.job == kNone) return;
    m_work.sim.after(unit, arrival.job);
    frees.push_back(endOf(d.last_layer));
    hold(d.platform, stored, arrival, frees);
}

/// Platforms on the way that do not read the tensor themselves.
void Sending::relays() {
    const double bytes = m_impl.wire[m_impl.at(m_tensor, m_origin)];
    for (const Relay& relay : m_relays) {
        const bool reads =
            std::any_of(m_destinations.begin(), m_destinations.end(), [&](const Destination& d) {
                return d.platform == relay.platform && d.first_layer != kNone;
            });
        if (reads || relay.platform == m_origin) continue;
        const bool rests = std::any_of(m_destinations.begin(), m_destinations.end(),
                                       [&](const Destination& d) { return d.platform == relay.platform; });
        if (!rests) m_work.held[relay.platform] += bytes; // a result that is wanted here lies here already
        hold(relay.platform, bytes, {m_work.hops[relay.arrived].job}, departures(relay.platform), false);
    }
}

/// At the sender: the tensor stays until its last transfer has ended, a graph input also until it is read there.
void Sending::holdAtOrigin() {
    std::vector<Workspace::Moment> frees = departures(m_origin);
    if (frees.empty()) return;
    const std::uint32_t producer = m_impl.tensors[m_tensor].producer;
    if (producer != kNone) {
        hold(m_origin, m_impl.stored[m_impl.at(m_tensor, m_origin)], endOf(producer), frees);
        return;
    }
    const bool with_stage = m_work.pipeline && m_station != kSource; // stage s is job s
    const Workspace::Moment arrive{with_stage ? m_station : kNone, Workspace::Moment::kStart};
    for (const Destination& d : m_destinations) {
        if (d.platform != m_origin || d.last_layer == kNone) continue;
        frees.push_back(endOf(d.last_layer));
        return hold(m_origin, m_impl.stored[m_impl.at(m_tensor, m_origin)], arrive, frees);
    }
    const double waiting = m_impl.wire[m_impl.at(m_tensor, m_origin)];
    m_work.held[m_origin] += waiting;
    hold(m_origin, waiting, arrive, frees);
}

/// What leaves, or is wanted where it is made, in another type than its maker's is brought into it there, once, when it
/// has been made.
void Sending::convertAtMaker() {
    const std::uint32_t producer = m_impl.tensors[m_tensor].producer;
    if (producer == kNone) return;
    m_work.sim.job(m_work.unit_of[producer]).duration += m_impl.conversion(m_tensor, m_origin, m_origin);
}

void Sending::run() {
    if (!findOrigin()) return;
    findDestinations();
    bool leaves = false, wanted = false;
    for (Destination& d : m_destinations) {
        wanted = wanted || d.wanted;
        if (d.platform == m_origin) continue;
        leaves = true;
        walk(d);
    }
    if (leaves || wanted) convertAtMaker();
    if (leaves && !m_impl.tensors[m_tensor].size_known)
        m_work.faults.push_back({Violation::Kind::UnknownShape, m_tensor, m_origin, 0, 0, false, false});
    for (const Destination& d : m_destinations) receive(d);
    relays();
    holdAtOrigin();
}

} // namespace

void sendTensor(Workspace& work, std::uint32_t tensor) {
    Sending(work, tensor).run();
}

} // namespace cutline
