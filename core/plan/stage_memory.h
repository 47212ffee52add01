// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/plan: a set of layers as one piece of one platform, as memory_order.h wants it.
#pragma once

#include "core/plan/evaluator_impl.h"
#include "core/plan/memory_order.h"

#include <functional>

namespace cutline {

struct StageMemory {
    std::vector<std::vector<LayerId>> layers; ///< of each step: one, or a fused group that lies whole in the piece
    std::vector<MemoryStep> steps;
    std::vector<MemoryTensor> tensors;

    /// Steps in the order of `layers` (a group's is that of its last one). `keeps` tells which of the received
    /// tensors are held to the end; peaks are the Evaluator's, but for what only passes.
    StageMemory(const Evaluator::Impl& impl, PlatformId platform, std::span<const LayerId> layers,
                const std::function<bool(std::uint32_t tensor)>& keeps);

    /// The layers of the steps in this order.
    std::vector<LayerId> listed(std::span<const std::uint32_t> order) const;
};

} // namespace cutline
