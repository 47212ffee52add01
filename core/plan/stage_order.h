// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/evaluate.h"

namespace cutline {

/// Most sets where somebody drags a cut and waits for the next picture.
inline constexpr std::size_t kHurriedSets = 2'000;

/// Puts each stage of a pipeline in the order with the least peak of live activations on its platform
/// (metrics.md "Memory"): of several the first, compared step by step in the file's order, so the file's own
/// where that is least already. A fused group is one step. Stage::order_proven tells where the order is proven least;
/// beyond `cap` sets of layers in one part the best known one stands. General plans, whose order decides when
/// each layer runs, and plans judged by the quirks `edge-cuts` or `element-memory` stay as they are.
Plan inLeastPeakOrder(const Evaluator& evaluator, Plan plan, std::size_t cap = 50'000);

/// Keeps every stage's order and sets Stage::order_proven where no other order has a smaller peak.
void proveOrders(const Evaluator& evaluator, Plan& plan);

} // namespace cutline
