// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/compat.h"
#include "core/cost/cost_table.h"
#include "core/plan/metrics.h"
#include "core/plan/plan.h"
#include "core/platform/scenario.h"

#include <memory>

namespace cutline {

/// Everything that stays the same while plans change. A value; cheap to copy.
struct Problem {
    GraphPtr graph;
    SystemPtr system;
    CostTablePtr costs;
    Scenario scenario;
    Compat compat;
};

/// The one judge of plans (metrics.md). Built once per Problem, then const and safe to use from many threads.
///
/// Pipeline transfers. Everything that one stage hands to a later one over one hop is one transfer, framed once, ready
/// when the sending stage has ended. A route that passes a platform whose stage lies between sender and receiver
/// is handed over there: it travels with that stage's own output (over a chain of full-duplex links latency is then
/// sum d + sum t, the published model). Any other platform on the way stores and forwards at once; switches forward
/// frames. A tensor pays each hop once, however many stages need it.
class Evaluator {
public:
    explicit Evaluator(Problem problem);
    ~Evaluator();
    Evaluator(Evaluator&&) noexcept;
    Evaluator& operator=(Evaluator&&) noexcept;

    const Problem& problem() const;

    /// All metrics. Infeasible plans get metrics too, and say why in `violations`.
    Metrics evaluate(const Plan& plan) const;

    /// Where every layer and transfer lies in time, for one inference (timeline; latency is its end).
    struct Slot {
        enum class Kind { Piece, Transfer };
        Kind kind = Kind::Piece;
        std::size_t stage = 0;     ///< piece: its stage; transfer: the sending stage
        std::size_t resource = 0;  ///< platform index, or link index
        double start_s = 0, end_s = 0;
        double bytes = 0;
    };
    std::vector<Slot> schedule(const Plan& plan) const;

    struct Impl;
    const Impl& impl() const { return *m_impl; }

private:
    std::unique_ptr<Impl> m_impl;
};

/// Peak of live activation bytes on one platform while `layers` run in this order (metrics.md "Memory"): at each layer
/// its inputs and outputs, every tensor still needed later in the piece, received tensors from the start to their last
/// use, boundary and graph outputs to the end.
double peakActivationBytes(const Graph& graph, const Platform& platform, std::span<const LayerId> layers,
                           std::span<const PlatformId> assignment, PlatformId self);

} // namespace cutline
