// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/plan: live bytes of a piece, and the part of it between two sets that every order passes.
#pragma once

#include "core/plan/memory_order.h"

#include <algorithm>
#include <limits>

namespace cutline {

/// Who makes and who reads each tensor of a piece.
class PieceMemory {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    PieceMemory(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors);

    std::size_t stepCount() const { return m_steps.size(); }
    std::span<const std::uint32_t> before(std::uint32_t step) const { return m_before[step]; }
    std::span<const std::uint32_t> after(std::uint32_t step) const { return m_after[step]; }

    /// Live before anything runs: what has arrived.
    double atStart() const;

    struct Effect {
        double during = 0, after = 0;
    };
    /// Live bytes while `step` runs on top of `live`, and when it has ended; `done(s)` tells what has run.
    template <class Done> Effect effect(const Done& done, double live, std::uint32_t step) const {
        Effect e{live, live};
        const MemoryStep& s = m_steps[step];
        for (const std::uint32_t t : s.makes) {
            e.during += m_tensors[t].bytes;
            if (!m_readers[t].empty() || m_tensors[t].stays) e.after += m_tensors[t].bytes;
        }
        double reusable = 0;
        for (const std::uint32_t t : s.reads) {
            if (m_tensors[t].stays) continue;
            bool last = true;
            for (const std::uint32_t r : m_readers[t]) last = last && (r == step || done(r));
            if (!last) continue;
            e.after -= m_tensors[t].bytes;
            if (overwrites(s, t)) reusable = m_tensors[t].bytes;
        }
        e.during -= reusable;
        return e;
    }

    /// Steps that stand in a row and between which and all others every order of the piece changes over once.
    struct Part {
        std::uint32_t first = 0, end = 0;
        double live = 0;       ///< at its start
        double given_peak = 0; ///< of the order that the steps are given in
        double bound = 0;      ///< no order of the part stays below
    };
    std::vector<Part> parts() const;

private:
    bool overwrites(const MemoryStep& step, std::uint32_t tensor) const {
        const auto& list = step.may_overwrite;
        return step.makes.size() == 1 && m_tensors[step.makes[0]].bytes == m_tensors[tensor].bytes &&
               std::find(list.begin(), list.end(), tensor) != list.end();
    }
    void findBound(Part& part) const;

    std::span<const MemoryStep> m_steps;
    std::span<const MemoryTensor> m_tensors;
    std::vector<std::uint32_t> m_maker;
    std::vector<std::vector<std::uint32_t>> m_readers, m_before, m_after;
};

} // namespace cutline
