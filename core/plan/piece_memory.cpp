// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/piece_memory.h"

#include <algorithm>

namespace cutline {

PieceMemory::PieceMemory(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors)
    : m_steps(steps), m_tensors(tensors), m_maker(tensors.size(), kNone), m_readers(tensors.size()),
      m_before(steps.size()), m_after(steps.size()) {
    for (std::uint32_t s = 0; s < steps.size(); ++s) {
        for (const std::uint32_t t : steps[s].makes) m_maker[t] = s;
        for (const std::uint32_t t : steps[s].reads) m_readers[t].push_back(s);
    }
    for (std::uint32_t s = 0; s < steps.size(); ++s) {
        for (const std::uint32_t t : steps[s].reads)
            if (m_maker[t] != kNone) m_before[s].push_back(m_maker[t]);
        std::sort(m_before[s].begin(), m_before[s].end());
        m_before[s].erase(std::unique(m_before[s].begin(), m_before[s].end()), m_before[s].end());
        for (const std::uint32_t b : m_before[s]) m_after[b].push_back(s);
    }
}

double PieceMemory::atStart() const {
    double bytes = 0;
    for (std::size_t t = 0; t < m_tensors.size(); ++t)
        if (m_tensors[t].arrives && (!m_readers[t].empty() || m_tensors[t].stays)) bytes += m_tensors[t].bytes;
    return bytes;
}

/// The first steps up to a step are the only down-set of their number exactly where that step is the one among
/// them that nothing of them follows, and whatever could come next reads from it.
std::vector<PieceMemory::Part> PieceMemory::parts() const {
    const auto count = static_cast<std::uint32_t>(m_steps.size());
    std::vector<std::uint32_t> least_after(count + 1, count); // of the steps from here on: last step they wait for
    for (std::uint32_t s = count; s-- > 0;)
        least_after[s] = std::min(least_after[s + 1], m_before[s].empty() ? 0 : m_before[s].back() + 1);
    std::vector<Part> parts;
    Part part;
    double live = part.live = part.given_peak = atStart();
    std::uint32_t follows = 0; // every step before is followed by one up to here
    for (std::uint32_t s = 0; s < count; ++s) {
        const Effect e = effect([s](std::uint32_t other) { return other < s; }, live, s);
        part.given_peak = std::max(part.given_peak, e.during);
        live = e.after;
        const bool alone = follows <= s && (s + 1 == count || least_after[s + 1] >= s + 1);
        follows = std::max(follows, m_after[s].empty() ? count : m_after[s].front());
        if (!alone && s + 1 < count) continue;
        part.end = s + 1;
        findBound(part);
        parts.push_back(part);
        part = {s + 1, s + 1, live, live, 0};
    }
    return parts;
}

/// What is there at the start; what each step alone reads and makes, and what is there all the time beside it.
void PieceMemory::findBound(Part& part) const {
    const auto before = [&](std::uint32_t s) { return s == kNone || s < part.first; };
    // Of a tensor that is read in the part: from its start to its end.
    const auto isThere = [&](std::uint32_t t) {
        return before(m_maker[t]) && (m_tensors[t].stays || m_readers[t].back() >= part.end);
    };
    part.bound = part.live;
    double through = part.live; // less what some step of the part reads last
    std::vector<std::uint32_t> ends;
    for (std::uint32_t s = part.first; s < part.end; ++s)
        for (const std::uint32_t t : m_steps[s].reads)
            if (before(m_maker[t]) && !isThere(t)) ends.push_back(t);
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    for (const std::uint32_t t : ends) through -= m_tensors[t].bytes;
    for (std::uint32_t s = part.first; s < part.end; ++s) {
        double bytes = through, reusable = 0;
        for (const std::uint32_t t : m_steps[s].makes) bytes += m_tensors[t].bytes;
        for (const std::uint32_t t : m_steps[s].reads) {
            if (isThere(t)) continue;
            bytes += m_tensors[t].bytes;
            if (overwrites(m_steps[s], t)) reusable = m_tensors[t].bytes;
        }
        part.bound = std::max(part.bound, bytes - reusable);
    }
}

} // namespace cutline
