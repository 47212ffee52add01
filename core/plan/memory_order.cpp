// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/memory_order.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>
#include <unordered_map>

namespace cutline {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
using Bits = std::vector<std::uint64_t>;

struct BitsHash {
    std::size_t operator()(const Bits& bits) const
    {
        std::uint64_t hash = 0x9E3779B97F4A7C15u;
        for (const std::uint64_t word : bits) {
            hash ^= word + 0x9E3779B97F4A7C15u + (hash << 6) + (hash >> 2);
            hash *= 0xBF58476D1CE4E5B9u;
        }
        return static_cast<std::size_t>(hash);
    }
};

bool has(const Bits& bits, std::uint32_t i) { return (bits[i / 64] >> (i % 64)) & 1; }

/// What a piece looks like to the search: who makes and who reads each tensor.
class PieceMemory {
public:
    PieceMemory(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors)
        : m_steps(steps), m_tensors(tensors), m_maker(tensors.size(), kNone), m_readers(tensors.size())
    {
        for (std::uint32_t s = 0; s < steps.size(); ++s) {
            for (const std::uint32_t t : steps[s].makes) m_maker[t] = s;
            for (const std::uint32_t t : steps[s].reads) m_readers[t].push_back(s);
        }
    }

    std::size_t stepCount() const { return m_steps.size(); }
    Bits none() const { return Bits((m_steps.size() + 63) / 64); }

    /// Live before anything runs: what has arrived.
    double atStart() const
    {
        double bytes = 0;
        for (std::size_t t = 0; t < m_tensors.size(); ++t)
            if (m_tensors[t].arrives && (!m_readers[t].empty() || m_tensors[t].stays)) bytes += m_tensors[t].bytes;
        return bytes;
    }

    bool ready(const Bits& done, std::uint32_t step) const
    {
        return std::all_of(m_steps[step].reads.begin(), m_steps[step].reads.end(),
                           [&](std::uint32_t t) { return m_maker[t] == kNone || has(done, m_maker[t]); });
    }

    struct Effect {
        double during = 0, after = 0;
    };
    /// Live bytes while `step` runs on top of `live`, and when it has ended.
    Effect effect(const Bits& done, double live, std::uint32_t step) const
    {
        Effect e{live, live};
        double reusable = 0;
        for (const std::uint32_t t : m_steps[step].makes) {
            e.during += m_tensors[t].bytes;
            if (!m_readers[t].empty() || m_tensors[t].stays) e.after += m_tensors[t].bytes;
        }
        for (const std::uint32_t t : m_steps[step].reads) {
            const bool last = !m_tensors[t].stays && std::all_of(m_readers[t].begin(), m_readers[t].end(), [&](auto r) {
                return r == step || has(done, r);
            });
            if (!last) continue;
            e.after -= m_tensors[t].bytes;
            if (m_steps[step].in_place && m_steps[step].makes.size() == 1 &&
                m_tensors[m_steps[step].makes[0]].bytes == m_tensors[t].bytes)
                reusable = m_tensors[t].bytes;
        }
        e.during -= reusable;
        return e;
    }

    /// No order can stay below: what is there at the start, and what each step alone reads and makes.
    double lowerBound() const
    {
        double bound = atStart();
        for (std::uint32_t s = 0; s < m_steps.size(); ++s) {
            double bytes = 0;
            for (const std::uint32_t t : m_steps[s].makes) bytes += m_tensors[t].bytes;
            double largest_read = 0;
            for (const std::uint32_t t : m_steps[s].reads) {
                bytes += m_tensors[t].bytes;
                largest_read = std::max(largest_read, m_tensors[t].bytes);
            }
            if (m_steps[s].in_place) bytes -= largest_read;
            bound = std::max(bound, bytes);
        }
        return bound;
    }

    MemoryOrder greedy() const
    {
        MemoryOrder result;
        Bits done = none();
        double live = atStart();
        result.peak_bytes = live;
        while (result.order.size() < m_steps.size()) {
            std::uint32_t best = kNone;
            Effect best_effect;
            for (std::uint32_t s = 0; s < m_steps.size(); ++s) {
                if (has(done, s) || !ready(done, s)) continue;
                const Effect e = effect(done, live, s);
                const bool within = e.during <= result.peak_bytes, best_within = best != kNone && best_effect.during <= result.peak_bytes;
                const bool better = best == kNone || (within != best_within ? within
                                                      : within              ? e.after < best_effect.after
                                                                            : e.during < best_effect.during);
                if (better) {
                    best = s;
                    best_effect = e;
                }
            }
            done[best / 64] |= std::uint64_t{1} << (best % 64);
            live = best_effect.after;
            result.peak_bytes = std::max(result.peak_bytes, best_effect.during);
            result.order.push_back(best);
        }
        return result;
    }

private:
    std::span<const MemoryStep> m_steps;
    std::span<const MemoryTensor> m_tensors;
    std::vector<std::uint32_t> m_maker;
    std::vector<std::vector<std::uint32_t>> m_readers;
};

/// Best-first search below a known peak. nullopt-like: an empty order where nothing better exists.
class BestFirst {
public:
    BestFirst(const PieceMemory& piece, double known_peak, std::size_t cap)
        : m_piece(piece), m_known_peak(known_peak), m_cap(cap)
    {
    }

    /// An order with a smaller peak than the known one; empty where there is none. `capped` tells whether it may exist.
    MemoryOrder run()
    {
        offer(m_piece.none(), 0, m_piece.atStart(), m_piece.atStart(), kNone, kNone);
        while (!m_queue.empty()) {
            const std::uint32_t at = m_queue.top().state;
            const double peak = m_queue.top().peak;
            m_queue.pop();
            if (m_states[at].closed || peak > m_states[at].peak) continue;
            m_states[at].closed = true;
            if (m_states[at].size == m_piece.stepCount()) return pathTo(at);
            if (m_states.size() > m_cap) {
                m_capped = true;
                break;
            }
            expand(at);
        }
        return {};
    }

    bool capped() const { return m_capped; }

private:
    struct State {
        const Bits* done;
        double live, peak;
        std::uint32_t size, from, step;
        bool closed = false;
    };
    struct Entry {
        double peak;
        std::uint32_t size, state;
        /// Least peak first; of equal peaks the largest set, which is nearest to the end.
        bool operator<(const Entry& o) const
        {
            if (peak != o.peak) return peak > o.peak;
            if (size != o.size) return size < o.size;
            return state > o.state;
        }
    };

    void offer(Bits done, std::uint32_t size, double live, double peak, std::uint32_t from, std::uint32_t step)
    {
        if (peak >= m_known_peak) return;
        const auto [at, is_new] = m_index.try_emplace(std::move(done), static_cast<std::uint32_t>(m_states.size()));
        if (is_new)
            m_states.push_back({&at->first, live, peak, size, from, step});
        else if (State& s = m_states[at->second]; !s.closed && peak < s.peak)
            s = {&at->first, live, peak, size, from, step};
        else
            return;
        m_queue.push({peak, size, at->second});
    }

    void expand(std::uint32_t at)
    {
        for (std::uint32_t s = 0; s < m_piece.stepCount(); ++s) {
            const State state = m_states[at];
            if (has(*state.done, s) || !m_piece.ready(*state.done, s)) continue;
            const PieceMemory::Effect e = m_piece.effect(*state.done, state.live, s);
            Bits next = *state.done;
            next[s / 64] |= std::uint64_t{1} << (s % 64);
            offer(std::move(next), state.size + 1, e.after, std::max(state.peak, e.during), at, s);
        }
    }

    MemoryOrder pathTo(std::uint32_t at) const
    {
        MemoryOrder result;
        result.peak_bytes = m_states[at].peak;
        for (; m_states[at].from != kNone; at = m_states[at].from) result.order.push_back(m_states[at].step);
        std::reverse(result.order.begin(), result.order.end());
        return result;
    }

    const PieceMemory& m_piece;
    double m_known_peak;
    std::size_t m_cap;
    bool m_capped = false;
    std::unordered_map<Bits, std::uint32_t, BitsHash> m_index; // nodes keep their keys where they are
    std::vector<State> m_states;
    std::priority_queue<Entry> m_queue;
};

} // namespace

double peakBytes(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors,
                 std::span<const std::uint32_t> order)
{
    const PieceMemory piece(steps, tensors);
    Bits done = piece.none();
    double live = piece.atStart(), peak = live;
    for (const std::uint32_t s : order) {
        const PieceMemory::Effect e = piece.effect(done, live, s);
        peak = std::max(peak, e.during);
        live = e.after;
        done[s / 64] |= std::uint64_t{1} << (s % 64);
    }
    return peak;
}

MemoryOrder leastPeakOrder(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors, std::size_t cap)
{
    const PieceMemory piece(steps, tensors);
    MemoryOrder best;
    best.order.resize(steps.size());
    std::iota(best.order.begin(), best.order.end(), 0u);
    best.peak_bytes = peakBytes(steps, tensors, best.order);
    const double bound = piece.lowerBound();
    if (best.peak_bytes > bound) {
        MemoryOrder greedy = piece.greedy();
        if (greedy.peak_bytes < best.peak_bytes) best = std::move(greedy);
    }
    if (best.peak_bytes <= bound) {
        best.proven = true;
        return best;
    }
    BestFirst search(piece, best.peak_bytes, cap);
    MemoryOrder better = search.run();
    if (!better.order.empty()) best = std::move(better);
    best.proven = !search.capped();
    return best;
}

} // namespace cutline
