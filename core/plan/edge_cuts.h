// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/plan/evaluate.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cutline {

/// The published evaluation (quirk `edge-cuts`, metrics.md "Compatibility mode"): cuts are positions of one
/// schedule, platforms stand in one fixed order. Position 0 is `input`, i is after the i-th layer of the
/// schedule, n + 1 is `output`; k platforms have k - 1 cuts, none smaller than the one before. Platform j
/// runs what lies after cut j - 1, up to cut j.
///
/// A cut equal to the one before costs nothing; a cut at `input` ships the image; a cut after the last layer
/// ships its output; the first `output` costs an empty frame (46 bytes on Ethernet) and counts 0 link bytes.
/// Latency and energy are sums, II the longest stage or transfer. The other quirks apply as Problem::compat
/// says: link-16-bit, payload-overcount, free-overload, dense-groups, element-memory (then byte fields hold
/// elements, the image and the result are layers of their stage, and no capacity is checked). Fusion does not
/// apply. Work that falls back, which the published tool does not know, counts with the platform that waits for it, the way's time
/// and energy included; what it keeps busy elsewhere does not count. Source: CNNParted as of 2024-02; agrees with its published rows to 1e-6. Const and safe to use from
/// many threads.
class EdgeCutEvaluator {
public:
    /// `schedule`: all layers in an order that can run; empty: the file's. `order`: all platforms of the
    /// chain. Errors: a layer missing or twice or before its input; no route between neighbours.
    static Result<EdgeCutEvaluator> make(const Problem& problem, std::span<const LayerId> schedule,
                                         std::span<const PlatformId> order);

    std::size_t cutCount() const { return m_order.size() - 1; }
    std::size_t positionCount() const { return m_schedule.size() + 2; }
    std::span<const PlatformId> order() const { return m_order; }
    std::string label(std::size_t position) const; ///< "input", a layer's name, "output"

    Metrics evaluate(std::span<const std::size_t> cuts) const;
    Figures figures(std::span<const std::size_t> cuts) const;
    /// The stages that have layers. Cuts of one plan may differ: `output` and the position after the last
    /// layer.
    Plan plan(std::span<const std::size_t> cuts) const;
    /// The cuts of a pipeline whose platforms stand in this order and whose layers follow this schedule,
    /// `output` rather than the position after the last layer; nullopt for other plans.
    std::optional<std::vector<std::size_t>> cutsOf(const Plan& plan) const;

private:
    EdgeCutEvaluator(const Problem& problem, std::span<const LayerId> schedule,
                     std::span<const PlatformId> order);

    struct Segment { ///< positions first..last of the schedule with its two ends; empty where first > last
        std::size_t first = 0, last = 0;
        bool empty() const { return first > last; }
    };
    struct Shipment {
        double bytes = 0;
        std::vector<TransferCost> hops; ///< along the route; empty where the cut costs nothing
    };
    Segment segment(std::span<const std::size_t> cuts, std::size_t stage) const;
    Shipment shipment(std::span<const std::size_t> cuts, std::size_t cut) const;
    double payload(std::size_t position, PlatformId sender) const;
    double computePayload(std::size_t position, PlatformId sender) const;
    double peakElements(Segment segment) const;
    double sum(const std::vector<double>& prefix, Segment segment) const;
    PlatformMetrics memoryOf(std::size_t stage, Segment segment) const;
    std::vector<TensorId> crossingAt(std::size_t position) const;
    void prepareTables();

    Problem m_problem;
    std::shared_ptr<const Evaluator> m_evaluator;
    std::vector<LayerId> m_schedule;
    std::vector<PlatformId> m_order;
    std::vector<std::size_t> m_position;     ///< by layer: 1..n
    std::vector<double> m_output, m_weights; ///< elements by position; prefix sums of weights
    std::vector<std::size_t> m_needed_until; ///< by position: the last one that reads its output
    std::vector<std::vector<double>> m_latency,
        m_energy; ///< by platform of the order: prefix sums by position
    std::vector<std::vector<double>> m_sensitivity; ///< likewise; empty where there is no table
    std::vector<std::vector<double>>
        m_payload; ///< by platform of the order and position; empty for very long schedules
};

/// What Evaluator answers under `edge-cuts`: the published figures of a plan whose platforms stand in the
/// system's order, with the schedule that the plan itself gives; nullopt for other plans.
std::optional<Metrics> edgeCutMetrics(const Problem& problem, const Plan& plan);

} // namespace cutline
