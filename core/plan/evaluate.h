// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/compat.h"
#include "core/cost/cost_table.h"
#include "core/plan/metrics.h"
#include "core/plan/plan.h"
#include "core/plan/sensitivity.h"
#include "core/platform/scenario.h"

#include <limits>
#include <memory>

namespace cutline {

struct PrecisionVariants;
using PrecisionVariantsPtr = std::shared_ptr<const PrecisionVariants>;

/// Everything that stays the same while plans change. A value; cheap to copy.
struct Problem {
    GraphPtr graph;
    SystemPtr system;
    CostTablePtr costs;
    Scenario scenario;
    Compat compat;
    SensitivityPtr sensitivity = nullptr; ///< null: not known
    /// What platforms take at their further precisions; null: none is offered, or none is wanted.
    PrecisionVariantsPtr variants = nullptr;
};

/// The numbers a search compares, without lists or texts; NaN where not known. The same figures as in
/// Metrics.
struct Figures {
    double latency_s = 0, initiation_interval_s = 0, energy_j = 0, link_bytes = 0, memory_bytes_max = 0;
    double tightest_ratio = std::numeric_limits<double>::quiet_NaN();
    double cost = std::numeric_limits<double>::quiet_NaN();
    double sensitivity = std::numeric_limits<double>::quiet_NaN();
    bool feasible = true;
};

/// What a set of layers takes as one piece of one platform, whatever the rest of the plan is.
struct Piece {
    double time_s = 0;   ///< invoke + sum of d(l) + streamed weights; conversions are extra (conversionTime)
    double energy_j = 0; ///< dynamic
    double weight_bytes = 0; ///< each weight once
    double peak_bytes = 0;   ///< live activations in the given order, one copy of each; nothing received is handed on
    bool supported = true;
};

/// Whether a scenario speaks about this graph and system. An Evaluator leaves out what it does not find, so
/// check first. Errors: a tensor that is no graph input or output, an unknown platform, link or memory, a
/// load outside 0..1, a rate or time that is not positive.
Result<void> checkScenario(const Graph& graph, const System& system, const Scenario& scenario);

/// The one judge of plans (metrics.md). Built once per Problem, then const and safe to use from many threads.
///
/// Stage time. d = invoke + sum of the layers (a fused group that lies whole in the stage counts as one,
/// otherwise its layers one by one) + max(0, W - resident) / stream bandwidth + for every received tensor
/// whose bits on the wire differ from the platform's: its wire bytes / copy bandwidth. Terms whose descriptor
/// fields are absent are 0. Conversions and streaming come first, then the layers in the plan's order; last what leaves,
/// or is wanted here by the scenario, in another type than the platform's own, likewise at its wire bytes / copy bandwidth.
///
/// Fall-backs. A layer that its platform hands to a host takes d = the host's time + every transfer each way, one after
/// the other; its platform waits so long, and moves bytes in that time if it has to. Host and links are busy for their
/// part and have its energy (so do platforms that pass it on), link bytes count, and the host is a platform in use. The
/// wait is that of an idle host and idle links: what they do for the plan itself does not delay it, nor it that. Memory
/// stays with the platform that the plan names.
///
/// Where tensors are. A graph input is on the platform that the scenario gives, from time 0; without one it
/// is where the first stage that reads it runs, and goes on to others as if made there. A graph output stays
/// where it is made unless the scenario wants it elsewhere. The wire type is the producer's activation type;
/// of a placed input and of a wanted output the given one, wherever it crosses; where it is at home it is converted.
///
/// Pipeline transfers. Everything that one stage hands to a later one over one hop is one transfer, framed
/// once, ready when the sending stage has ended. A route that passes a platform whose stage lies between
/// sender and receiver is handed over there: that stage starts when all that is handed to it has arrived,
/// and what it only passes on travels with its own output (over a chain of full-duplex links latency is then
/// sum d + sum t, the published model). So is a placed input on a platform whose stage comes before the
/// reader's. Any other platform on the way stores and forwards at once. A switch
/// forwards frames: the next hop starts one frame after this one did and ends no earlier than one of its own
/// frames after this one ended (so wire time of the slowest hop + one frame on each of the others). A tensor
/// pays each hop once: it rides with the transfer to the earliest stage that needs the hop.
///
/// Latency is the end of the last stage or wanted output in a simulation in which a platform runs one piece
/// at a time and a link one transfer at a time, first come first served; ties by sending stage (a placed
/// input before all), receiving stage (wanted outputs after all, by platform), link, platform or switch that
/// the hop leaves. `cpu` and `blocking` transfers make a platform busy (and late for its next piece), they do
/// not delay the transfer.
///
/// II = max over platforms and link resources of busy time. T = 1 / rate if given, else II.
/// Energy at T: sum e + transfers + idle power * (T - busy) of every platform that runs, sends, forwards or
/// receives
/// + always-on power * T of every link that carries something. Background load u: time and busy / (1 - u).
///
/// Memory of a platform: weights at its weight bits, each once; + peak of live activations, at its activation
/// bits (a fused group is one step: what lies inside it is never stored; where the platform works in place, an
/// output takes the place of an input of its size that dies with it); + messages that it forwards, holds
/// for others or awaits, at wire bytes; + further copies of boundary tensors: floor((t_free - t_arrive) / T +
/// 1e-9) of each, at both ends and on relays (at both ends one at least where the platform double-buffers). The sender has a tensor from the end of the layer that makes it
/// to the end of its last transfer; the receiver from the end of its transfer to the end of the last layer
/// that reads it, or of its onward transfer. A graph input that is sent on is held like a received tensor: it arrives at time
/// 0, in a pipeline and without a place when the stage starts that sends it on. Times are those of the single-shot simulation.
/// A graph input that stays and a graph output that stays are no boundary tensors. peak_activation_bytes is the figure
/// without the further copies, memory_bytes with them.
///
/// Sensitivity: sum over the layers, where the problem has a table.
///
/// General plans (any assignment): every layer (or fused group) starts when its platform has ended the one
/// before in list order and its inputs have arrived; every tensor is a transfer of its own, started when it
/// exists.
class Evaluator {
public:
    explicit Evaluator(Problem problem);
    ~Evaluator();
    Evaluator(Evaluator&&) noexcept;
    Evaluator& operator=(Evaluator&&) noexcept;

    const Problem& problem() const;
    /// The judge of plans at this plan's precisions: this one for those of the platforms' own. evaluate and
    /// figures ask it by themselves; who asks for parts of a plan's judgement asks it for them.
    const Evaluator& at(const Plan& plan) const;

    /// All metrics. Infeasible plans get metrics too, and say why in `violations`.
    Metrics evaluate(const Plan& plan) const;
    /// The same judgement without lists and texts, for searches.
    Figures figures(const Plan& plan) const;

    /// A pipeline that is not complete: its stages cover a down-set, the other layers are nowhere yet and nothing is
    /// sent to them. For solvers that build plans stage by stage.
    struct Prefix {
        double last_start_s = 0, last_end_s = 0; ///< of the last stage
        double others_end_s = 0;                 ///< of the latest other stage
        double last_busy_s = 0;                  ///< the last stage, conversions included
        double interval_s = 0;                   ///< busiest other platform or link
        double energy_j = 0;                     ///< dynamic and transfers, less idle power while busy
        double link_bytes = 0;
        std::vector<double> busy_s;              ///< by platform
        std::vector<double> resource_busy_s;     ///< by link resource
        std::vector<PlatformId> involved;        ///< platforms that run, send, forward or receive
        std::vector<LinkId> carrying;            ///< links that carry something
        double last_held_bytes = 0;              ///< what the last stage's platform forwards for others
        double first_arrival_s = 0;              ///< at the last stage, its start where nothing arrives
        std::vector<double> memory_least_bytes;  ///< by platform, however long the period will be
        std::vector<double> memory_most_bytes;   ///< with the copies that a period of `interval_s` needs
        bool feasible = true;                    ///< nothing unsupported, every tensor can be sent
    };
    Prefix prefix(const Plan& plan) const;

    /// Parts of the judgement that a solver adds up; all as in the class comment.
    Piece piece(PlatformId platform, std::span<const LayerId> layers) const;
    double layerWeightBytes(LayerId layer,
                            PlatformId platform) const; ///< weights shared with other layers included
    double tensorBytes(TensorId tensor, PlatformId platform) const;   ///< as stored there
    double wireBytes(TensorId tensor, PlatformId producer) const;     ///< as sent from its producer
    std::string wireType(TensorId tensor, PlatformId producer) const; ///< "int16"
    /// Time that `on` takes to convert a tensor that `producer` made; 0 where the bits agree.
    double conversionTime(TensorId tensor, PlatformId producer, PlatformId on) const;
    /// One message over one link, background load and quirks included.
    TransferCost hopCost(LinkId link, double payload_bytes) const;
    const Routes& routes() const;
    const LinkResources& resources() const;
    /// T for an initiation interval: 1 / rate where the scenario gives one, else the interval.
    double period(double initiation_interval_s) const;

    struct Impl;
    const Impl& impl() const { return *m_impl; }

private:
    std::unique_ptr<Impl> m_impl;
};

} // namespace cutline
