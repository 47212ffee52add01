// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/memory_order.h"

#include "core/plan/piece_memory.h"

#include <algorithm>
#include <numeric>
#include <queue>
#include <unordered_map>
#include <unordered_set>

namespace cutline {
namespace {

/// Looking at more step and set pairs than this in one part ends the search.
constexpr std::size_t kMostVisits = 4'000'000;

using Bits = std::vector<std::uint64_t>;

struct BitsHash {
    std::size_t operator()(const Bits& bits) const {
        std::uint64_t hash = 0x9E3779B97F4A7C15u;
        for (const std::uint64_t word : bits) {
            hash ^= word + 0x9E3779B97F4A7C15u + (hash << 6) + (hash >> 2);
            hash *= 0xBF58476D1CE4E5B9u;
        }
        return static_cast<std::size_t>(hash);
    }
};

/// The steps of a part that have run, and all steps before the part.
struct Done {
    const Bits& bits;
    std::uint32_t first, end;
    bool operator()(std::uint32_t s) const {
        return s < first || (s < end && ((bits[(s - first) / 64] >> ((s - first) % 64)) & 1));
    }
};

/// One part of a piece as the searches see it: bits count from its first step.
class PartView {
public:
    PartView(const PieceMemory& piece, const PieceMemory::Part& part) : m_piece(piece), m_part(part) {}

    std::uint32_t first() const { return m_part.first; }
    std::uint32_t end() const { return m_part.end; }
    std::size_t count() const { return m_part.end - m_part.first; }
    double live() const { return m_part.live; }
    Bits none() const { return Bits((count() + 63) / 64); }
    Done done(const Bits& bits) const { return {bits, m_part.first, m_part.end}; }
    void add(Bits& bits, std::uint32_t s) const {
        bits[(s - m_part.first) / 64] |= std::uint64_t{1} << ((s - m_part.first) % 64);
    }
    void remove(Bits& bits, std::uint32_t s) const {
        bits[(s - m_part.first) / 64] &= ~(std::uint64_t{1} << ((s - m_part.first) % 64));
    }
    bool ready(const Done& done, std::uint32_t s) const {
        const auto before = m_piece.before(s);
        return std::all_of(before.begin(), before.end(), done);
    }
    PieceMemory::Effect effect(const Done& done, double live, std::uint32_t s) const {
        return m_piece.effect(done, live, s);
    }
    const PieceMemory& piece() const { return m_piece; }

private:
    const PieceMemory& m_piece;
    const PieceMemory::Part& m_part;
};

/// Always the step that frees most among those that stay below the peak so far, else the one with the least peak.
MemoryOrder greedyOrder(const PartView& part) {
    MemoryOrder result;
    Bits bits = part.none();
    const Done done = part.done(bits);
    std::vector<std::uint32_t> ready;
    for (std::uint32_t s = part.first(); s < part.end(); ++s)
        if (part.ready(done, s)) ready.push_back(s);
    double live = result.peak_bytes = part.live();
    while (!ready.empty()) {
        std::size_t best = ready.size();
        PieceMemory::Effect best_effect;
        for (std::size_t i = 0; i < ready.size(); ++i) {
            const PieceMemory::Effect e = part.effect(done, live, ready[i]);
            const bool within = e.during <= result.peak_bytes;
            const bool best_within = best < ready.size() && best_effect.during <= result.peak_bytes;
            const bool better = best == ready.size() || (within != best_within ? within
                                                         : within ? e.after < best_effect.after
                                                                  : e.during < best_effect.during);
            if (!better) continue;
            best = i;
            best_effect = e;
        }
        const std::uint32_t step = ready[best];
        ready.erase(ready.begin() + static_cast<std::ptrdiff_t>(best));
        part.add(bits, step);
        live = best_effect.after;
        result.peak_bytes = std::max(result.peak_bytes, best_effect.during);
        result.order.push_back(step);
        for (const std::uint32_t next : part.piece().after(step))
            if (next < part.end() && part.ready(done, next)) ready.push_back(next);
    }
    return result;
}

/// Best-first search below a known peak.
class BestFirst {
public:
    BestFirst(const PartView& part, double known_peak, std::size_t cap)
        : m_part(part), m_known_peak(known_peak), m_cap(std::min(cap, kMostVisits / part.count() + 1)) {}

    /// An order with a smaller peak than the known one; empty where there is none. `capped` tells whether it may
    /// exist.
    MemoryOrder run() {
        offer(m_part.none(), 0, m_part.live(), m_part.live(), PieceMemory::kNone, PieceMemory::kNone);
        while (!m_queue.empty()) {
            const std::uint32_t at = m_queue.top().state;
            const double peak = m_queue.top().peak;
            m_queue.pop();
            if (m_states[at].closed || peak > m_states[at].peak) continue;
            m_states[at].closed = true;
            if (m_states[at].size == m_part.count()) return pathTo(at);
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
        bool operator<(const Entry& o) const {
            if (peak != o.peak) return peak > o.peak;
            if (size != o.size) return size < o.size;
            return state > o.state;
        }
    };

    void offer(Bits done, std::uint32_t size, double live, double peak, std::uint32_t from,
               std::uint32_t step) {
        if (peak >= m_known_peak) return;
        const auto [at, is_new] =
            m_index.try_emplace(std::move(done), static_cast<std::uint32_t>(m_states.size()));
        if (is_new)
            m_states.push_back({&at->first, live, peak, size, from, step});
        else if (State& s = m_states[at->second]; !s.closed && peak < s.peak)
            s = {&at->first, live, peak, size, from, step};
        else
            return;
        m_queue.push({peak, size, at->second});
    }

    void expand(std::uint32_t at) {
        for (std::uint32_t s = m_part.first(); s < m_part.end(); ++s) {
            const State state = m_states[at];
            const Done done = m_part.done(*state.done);
            if (done(s) || !m_part.ready(done, s)) continue;
            const PieceMemory::Effect e = m_part.effect(done, state.live, s);
            Bits next = *state.done;
            m_part.add(next, s);
            offer(std::move(next), state.size + 1, e.after, std::max(state.peak, e.during), at, s);
        }
    }

    MemoryOrder pathTo(std::uint32_t at) const {
        MemoryOrder result;
        result.peak_bytes = m_states[at].peak;
        for (; m_states[at].from != PieceMemory::kNone; at = m_states[at].from)
            result.order.push_back(m_states[at].step);
        std::reverse(result.order.begin(), result.order.end());
        return result;
    }

    const PartView& m_part;
    double m_known_peak;
    std::size_t m_cap;
    bool m_capped = false;
    std::unordered_map<Bits, std::uint32_t, BitsHash> m_index; // nodes keep their keys where they are
    std::vector<State> m_states;
    std::priority_queue<Entry> m_queue;
};

/// The first order, step by step, that never holds more than `peak`: depth first, remembering the sets from which
/// there is none. Empty where `cap` such sets were met before one was found.
std::vector<std::uint32_t> firstOrder(const PartView& part, double peak, std::size_t cap) {
    std::vector<std::uint32_t> order;
    std::vector<double> live{part.live()};
    std::unordered_set<Bits, BitsHash> dead;
    Bits bits = part.none();
    const Done done = part.done(bits);
    std::uint32_t next = part.first();
    while (order.size() < part.count()) {
        bool went_on = false;
        for (std::uint32_t s = next; s < part.end() && !went_on; ++s) {
            if (done(s) || !part.ready(done, s)) continue;
            const PieceMemory::Effect e = part.effect(done, live.back(), s);
            if (e.during > peak) continue;
            part.add(bits, s);
            if (dead.contains(bits)) {
                part.remove(bits, s);
                continue;
            }
            order.push_back(s);
            live.push_back(e.after);
            went_on = true;
        }
        next = part.first();
        if (went_on) continue;
        if (order.empty() || dead.size() >= std::min(cap, kMostVisits / part.count() + 1)) return {};
        dead.insert(bits);
        part.remove(bits, order.back());
        next = order.back() + 1;
        order.pop_back();
        live.pop_back();
    }
    return order;
}

/// The least peak of a part with an order that has it, or anything that is not above `enough`. An empty order:
/// as given.
MemoryOrder solve(const PartView& part, const PieceMemory::Part& facts, double enough, std::size_t cap) {
    MemoryOrder known{{}, facts.given_peak, true};
    const double target = std::max(enough, facts.bound);
    const auto improve = [&](MemoryOrder order) {
        if (order.order.empty() || order.peak_bytes >= known.peak_bytes) return;
        known = std::move(order);
        known.proven = true;
    };
    if (part.count() < 2 || known.peak_bytes <= target) return known;
    improve(greedyOrder(part));
    if (known.peak_bytes <= target) return known;
    BestFirst search(part, known.peak_bytes, cap);
    improve(search.run());
    known.proven = !search.capped();
    return known;
}

} // namespace

double peakBytes(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors,
                 std::span<const std::uint32_t> order) {
    const PieceMemory piece(steps, tensors);
    std::vector<char> ran(steps.size(), 0);
    double live = piece.atStart(), peak = live;
    for (const std::uint32_t s : order) {
        const PieceMemory::Effect e =
            piece.effect([&](std::uint32_t other) { return ran[other] != 0; }, live, s);
        peak = std::max(peak, e.during);
        live = e.after;
        ran[s] = 1;
    }
    return peak;
}

MemoryOrder leastPeakOrder(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors,
                           std::size_t cap) {
    const PieceMemory piece(steps, tensors);
    const std::vector<PieceMemory::Part> parts = piece.parts();
    MemoryOrder best;
    best.proven = true;
    best.peak_bytes = piece.atStart();
    // No part needs to be better than what another one needs at least.
    double enough = best.peak_bytes;
    for (const PieceMemory::Part& part : parts) enough = std::max(enough, part.bound);
    std::vector<MemoryOrder> solved;
    for (const PieceMemory::Part& part : parts) {
        solved.push_back(solve(PartView(piece, part), part, enough, cap));
        best.peak_bytes = std::max(best.peak_bytes, solved.back().peak_bytes);
        if (solved.back().proven) enough = std::max(enough, solved.back().peak_bytes);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::vector<std::uint32_t> order;
        if (parts[i].given_peak > best.peak_bytes) {
            order = firstOrder(PartView(piece, parts[i]), best.peak_bytes, cap);
            if (order.empty()) order = std::move(solved[i].order);
        }
        // A part that may be better than known matters only where it is the largest.
        best.proven = best.proven && (solved[i].proven || solved[i].peak_bytes <= enough);
        if (order.empty())
            for (std::uint32_t s = parts[i].first; s < parts[i].end; ++s) order.push_back(s);
        best.order.insert(best.order.end(), order.begin(), order.end());
    }
    return best;
}

} // namespace cutline
