// SPDX-License-Identifier: GPL-3.0-or-later
// When tensors can arrive, and how long what is left takes.
#include "core/search/any_model.h"

#include <algorithm>
#include <limits>

namespace cutline {

double AnyModel::computeArrival(const Crossing& crossing, std::size_t from, std::size_t to) const
{
    if (from == to) return 0;
    const System& system = *problem().system;
    const PlatformId origin{static_cast<std::uint32_t>(from)};
    const auto hops = m_evaluator.routes().between(origin, PlatformId{static_cast<std::uint32_t>(to)});
    if (hops.empty() || !crossing.sized) return kNever;
    const double bytes = m_evaluator.wireBytes(crossing.tensor, origin);
    double start = 0, end = 0, frame = 0; // of the hop before
    bool from_switch = false;
    for (const Hop& hop : hops) {
        const double time = m_evaluator.hopCost(hop.link, bytes).time_s;
        const double largest = system.links[hop.link.index()].link.frame.payload_max;
        const double own_frame = m_evaluator.hopCost(hop.link, largest > 0 ? std::min(bytes, largest) : bytes).time_s;
        // A switch starts to forward after one frame and still has one to send when the last has come in.
        start = from_switch ? std::min(end, start + frame) : end;
        end = from_switch ? std::max(start + time, end + own_frame) : start + time;
        frame = own_frame;
        from_switch = system.isSwitch(hop.to);
    }
    return end;
}

double AnyModel::arrival(const Crossing& crossing, std::size_t from, std::size_t to) const
{
    const auto index = static_cast<std::size_t>(&crossing - m_crossings.data());
    return m_arrival[(index * m_platforms + from) * m_platforms + to];
}

void AnyModel::computeTails()
{
    m_arrival.resize(m_crossings.size() * m_platforms * m_platforms);
    for (std::size_t c = 0; c < m_crossings.size(); ++c)
        for (std::size_t from = 0; from < m_platforms; ++from)
            for (std::size_t to = 0; to < m_platforms; ++to)
                m_arrival[(c * m_platforms + from) * m_platforms + to] = computeArrival(m_crossings[c], from, to);
    m_tail.assign(m_crossings.size() * m_platforms, 0);
    std::vector<double> to_end(groups() * m_platforms, 0); // from the start of a group
    for (std::size_t g = groups(); g-- > 0;) {
        for (const std::uint32_t c : m_groups[g].makes)
            for (std::size_t p = 0; p < m_platforms; ++p) {
                const Crossing& crossing = m_crossings[c];
                double& tail = m_tail[c * m_platforms + p];
                if (crossing.sink != kNone) tail = arrival(crossing, p, crossing.sink);
                for (const std::uint32_t reader : crossing.readers) {
                    double least = kNever;
                    for (const std::uint32_t q : m_groups[reader].homes)
                        least = std::min(least, wait(crossing, p, reader, q) + to_end[reader * m_platforms + q]);
                    tail = std::max(tail, least);
                }
            }
        for (std::size_t p = 0; p < m_platforms; ++p) {
            double tail = 0;
            for (const std::uint32_t c : m_groups[g].makes) tail = std::max(tail, m_tail[c * m_platforms + p]);
            to_end[g * m_platforms + p] = m_groups[g].seconds[p] + tail;
        }
        double least = kNever;
        for (const std::uint32_t p : m_groups[g].homes) least = std::min(least, to_end[g * m_platforms + p]);
        m_least_latency = std::max(m_least_latency, least);
    }
}

std::vector<double> AnyModel::tails(const GroupAssignment& assignment) const
{
    std::vector<double> to_end(groups(), 0);
    for (std::size_t g = groups(); g-- > 0;) {
        double tail = 0;
        for (const std::uint32_t c : m_groups[g].makes) {
            const Crossing& crossing = m_crossings[c];
            if (crossing.sink != kNone) tail = std::max(tail, arrival(crossing, assignment[g], crossing.sink));
            for (const std::uint32_t reader : crossing.readers)
                tail = std::max(tail, wait(crossing, assignment[g], reader, assignment[reader]) + to_end[reader]);
        }
        to_end[g] = m_groups[g].seconds[assignment[g]] + tail;
    }
    return to_end;
}

double AnyModel::travel(std::size_t maker, std::size_t reader, const GroupAssignment& assignment) const
{
    double latest = -kNever;
    for (const std::uint32_t c : m_groups[reader].reads)
        if (m_crossings[c].maker == maker)
            latest = std::max(latest, wait(m_crossings[c], assignment[maker], reader, assignment[reader]));
    return latest;
}

double AnyModel::placedInputs(std::size_t reader, const GroupAssignment& assignment) const
{
    double latest = 0;
    for (const std::uint32_t c : m_groups[reader].reads)
        if (m_crossings[c].source != kNone)
            latest = std::max(latest, wait(m_crossings[c], m_crossings[c].source, reader, assignment[reader]));
    return latest;
}

} // namespace cutline
