// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"
#include "core/platform/system.h"

#include <string>
#include <vector>

namespace cutline {

/// What one platform runs as one piece: its layers in schedule order.
struct Stage {
    PlatformId platform;
    std::vector<LayerId> layers;
    bool order_proven = false; ///< no order of the layers has a smaller peak of live activations
    /// Of those that the platform offers: 0 its own, k the k-th further one (Platform::precisions).
    std::uint8_t precision = 0;

    /// What is known about the order is no part of the stage.
    friend bool operator==(const Stage& a, const Stage& b) {
        return a.platform == b.platform && a.layers == b.layers && a.precision == b.precision;
    }
};

/// How the pieces follow each other (metrics.md "Cuts and transfers").
enum class Scheme : std::uint8_t {
    Pipeline, ///< distinct platforms, nested down-sets: what crosses between two stages is one message
    General,  ///< any assignment: every tensor is a message of its own
};

/// A candidate: assignment and schedule. A value: copied, hashed, compared.
struct Plan {
    Scheme scheme = Scheme::Pipeline;
    std::vector<Stage> stages; ///< in pipeline order; no stage is empty

    friend bool operator==(const Plan&, const Plan&) = default;
};

/// Precision by platform, 0 for those that it does not use. A platform has one precision in a plan.
std::vector<std::uint8_t> precisionsOf(const Plan& plan, std::size_t platform_count);
/// Every stage at its platform's precision.
void setPrecisions(Plan& plan, std::span<const std::uint8_t> by_platform);
/// A plan made out of another one: platforms stay at the precision that they had there.
Plan inPrecisionsOf(const Plan& before, Plan plan);
/// Every layer on the same platform at the same precision; what runs first is not compared.
bool samePlaces(const Plan& a, const Plan& b, std::size_t layer_count);

/// Platform per layer. Layers of no stage (a bug) are asserted against.
std::vector<PlatformId> assignmentOf(const Plan& plan, std::size_t layer_count);

/// A plan from an assignment: a pipeline where platforms follow each other in one direction (every platform
/// one convex piece, no way back), else a general plan whose stages are the convex pieces in topological
/// order.
Plan planFromAssignment(const Graph& graph, std::span<const PlatformId> assignment);
/// The assignment as a general plan even where it could be a pipeline: a layer joins the latest stage of its platform
/// where that comes after everything that it reads from elsewhere; otherwise it opens a new one at the end.
Plan generalPlan(const Graph& graph, std::span<const PlatformId> assignment);

/// Distinct platforms, and no layer reads from a later stage. A plan that says Pipeline and is not one is
/// judged as General.
bool isPipeline(const Graph& graph, const Plan& plan);

/// "EYR > SMB"; what is run at another than its own precision says so: "EYR > NPU 8 bit".
std::string platformsText(const Plan& plan, const System& system, std::string_view separator = " > ");
/// " 8 bit" behind the name of a platform at another than its own precision; else empty.
std::string precisionSuffix(const Stage& stage, const System& system);

/// For each stage but the last the layers whose tensors cross to a later stage, ascending (graph inputs that
/// cross have no layer and are left out).
std::vector<std::vector<LayerId>> cutLayers(const Graph& graph, const Plan& plan);

} // namespace cutline
