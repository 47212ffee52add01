// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/plan/evaluate.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cutline {

/// Where every piece and transfer of consecutive inferences lies in time (metrics.md "Plan metrics", L(T)).
/// Times in seconds from the first input on. A value without references: export and window read it alike.
struct Timeline {
    /// A platform, or what of a link takes one message at a time: a direction, or all of it.
    struct Lane {
        bool is_link = false;
        std::uint32_t index = 0; ///< PlatformId or LinkId value
        std::string name;        ///< "EYR", "gbe", "gbe EYR > SMB" where both directions carry something
        double busy_s = 0;       ///< per inference, as the metrics count it
        double weight_bytes = 0; ///< of a platform
    };
    struct Step {
        std::vector<LayerId> layers; ///< one, or a fused group
        double start_s = 0, end_s = 0; ///< after the piece's start; invoke, streaming and conversion come before
        double memory_bytes = 0; ///< weights and live activations of one inference meanwhile; the largest is the metrics'
    };
    /// What a platform runs without interruption: a stage of a pipeline, a layer or fused group of a general plan, and what a
    /// host runs of another platform's stage.
    struct Piece {
        std::uint32_t stage = 0;
        PlatformId platform;
        std::vector<Step> steps;
    };
    struct Transfer {
        LinkId link;
        NodeId from, to;
        double bytes = 0; ///< payload
    };
    struct Bar {
        /// Handling: a platform that moves a transfer's bytes itself (descriptor: `cpu` or `blocking`).
        enum class Kind : std::uint8_t { Piece, Transfer, Handling };
        Kind kind = Kind::Piece;
        std::uint32_t lane = 0;  ///< into lanes
        std::uint32_t frame = 0; ///< which inference, from 0
        std::uint32_t part = 0;  ///< into pieces, or into transfers
        double start_s = 0, end_s = 0; ///< of a transfer: until it has arrived
        double hold_s = 0; ///< how long the lane is taken: longer than its bar where a duty cycle demands silence, shorter
                           ///< where a switch holds the end of a message back
        std::optional<LayerId> lent_for = {}; ///< a layer that falls back: such a bar may lie across others of the lane
    };

    /// A transfer that waits for a piece or another transfer of its inference, or a piece that waits for a transfer.
    struct Wait {
        struct Part {
            bool is_transfer = false;
            std::uint32_t part = 0; ///< into transfers, or into pieces
        };
        Part on, waits;
    };

    std::vector<Lane> lanes; ///< platforms that run, send, forward or receive; then links that carry something
    std::vector<Piece> pieces;
    std::vector<Transfer> transfers;
    std::vector<Wait> waits;
    std::vector<Bar> bars; ///< ascending by start, then lane
    std::uint32_t frames = 0;
    double period_s = 0; ///< between inputs
    /// Of the first and the last inference, from its input's arrival; sensor and post-processing are not in it.
    double first_latency_s = 0, last_latency_s = 0;
    /// Mean time between results over the later half of the inferences; 0 for fewer than 4.
    double interval_s = 0;
    double end_s = 0;
    std::optional<std::uint32_t> bottleneck; ///< the lane that is busy longest per inference
};

/// Simulates `frames` inferences whose inputs arrive `period_s` apart (absent: what the scenario's rate gives, else the
/// initiation interval). Rules as Evaluator's single shot, which the first inference repeats where it meets no other:
/// first come first served; of equal arrivals the older inference first. A platform runs one piece at a time. A link
/// takes the next message of another inference once it has been busy for the one before (TransferCost::busy_s), of the
/// same inference when the one before has arrived. Where nothing is busy longer than the period,
/// interval_s approaches the period; beyond, messages queue and it approaches the busy time of the bottleneck.
/// What hosts and links do for fall-backs are pieces and transfers of their own, at the times at which the waiting platform needs
/// them: they delay nothing of their inference, as in the metrics, and may lie across other bars of their lane. Later
/// inferences find the lane busy for so much longer.
/// `edge-cuts` has no schedule: its plans are shown as pipelines. O(frames * jobs * log). Cancelled: what is simulated so
/// far. At most `kMostBars` bars are made: `frames` then says how many inferences there was room for.
Timeline simulate(const Evaluator& evaluator, const Plan& plan, std::uint32_t frames, std::optional<double> period_s,
                  Progress& progress);
inline constexpr std::size_t kMostBars = 2'000'000;

} // namespace cutline
