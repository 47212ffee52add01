// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/stage_order.h"

#include "core/plan/stage_memory.h"

#include <algorithm>
#include <numeric>

namespace cutline {
namespace {

/// Received tensors that each platform holds to its stage's end, by judging the plan once; nullopt where the
/// order of stages is not to be chosen by memory.
std::optional<std::vector<Workspace::Kept>> keptBy(const Evaluator& evaluator, const Plan& plan) {
    const Compat& compat = evaluator.problem().compat;
    if (plan.scheme != Scheme::Pipeline || compat.edge_cuts || compat.element_memory) return std::nullopt;
    Workspace& work = workspace();
    judge(evaluator.impl(), plan, work);
    if (!work.pipeline) return std::nullopt;
    return work.kept;
}

StageMemory memoryOf(const Evaluator& evaluator, const Stage& stage, std::span<const LayerId> layers,
                     const std::vector<Workspace::Kept>& kept) {
    return StageMemory(evaluator.impl(), stage.platform, layers, [&](std::uint32_t tensor) {
        return std::find(kept.begin(), kept.end(), Workspace::Kept{tensor, stage.platform.value}) != kept.end();
    });
}

} // namespace

Plan inLeastPeakOrder(const Evaluator& all, Plan plan, std::size_t cap) {
    const Evaluator& evaluator = all.at(plan);
    const auto kept = keptBy(evaluator, plan);
    if (!kept) return plan;
    for (Stage& stage : plan.stages) {
        std::sort(stage.layers.begin(), stage.layers.end());
        const StageMemory memory = memoryOf(evaluator, stage, stage.layers, *kept);
        const MemoryOrder best = leastPeakOrder(memory.steps, memory.tensors, cap);
        stage.order_proven = best.proven;
        if (!std::is_sorted(best.order.begin(), best.order.end())) stage.layers = memory.listed(best.order);
    }
    return plan;
}

void proveOrders(const Evaluator& all, Plan& plan) {
    const Evaluator& evaluator = all.at(plan);
    const auto kept = keptBy(evaluator, plan);
    for (Stage& stage : plan.stages) {
        stage.order_proven = false;
        if (!kept) continue;
        const StageMemory memory = memoryOf(evaluator, stage, stage.layers, *kept);
        std::vector<std::uint32_t> order(memory.steps.size());
        std::iota(order.begin(), order.end(), 0u);
        const MemoryOrder best = leastPeakOrder(memory.steps, memory.tensors);
        stage.order_proven = best.proven && peakBytes(memory.steps, memory.tensors, order) <= best.peak_bytes;
    }
}

} // namespace cutline
