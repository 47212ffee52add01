// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/evaluate.h"

#include <map>
#include <set>
#include <vector>
#include <tuple>

namespace cutline {

/// The order of a stage's layers with the least peak of live activations, from the definition (metrics.md
/// "Memory") and by looking at every set of steps: knows nothing of lattices, bounds or parts. Of several orders the
/// first, compared step by step in the file's order. For up to 16 steps.
class PlainOrders {
public:
    explicit PlainOrders(const Evaluator& evaluator) : m_evaluator(evaluator) {}

    /// The plan's stages in that order.
    Plan ordered(Plan plan);

private:
    struct Step {
        std::vector<LayerId> layers;
        std::set<std::uint32_t> reads, makes, may_overwrite;
    };
    struct Stored {
        std::uint32_t tensor = 0;
        double bytes = 0;
        int maker = -1;       ///< step; -1: received
        unsigned readers = 0; ///< steps, one bit each
        unsigned places = 0;  ///< steps whose one output may take its place
        bool stays = false;
    };
    using Key = std::tuple<std::uint32_t, std::vector<LayerId>, std::vector<std::uint32_t>>;

    std::vector<std::uint32_t> handedOn(const Plan& plan, const std::vector<PlatformId>& at, std::size_t stage) const;
    std::vector<LayerId> best(PlatformId platform, const std::vector<LayerId>& layers,
                              const std::vector<std::uint32_t>& handed_on) const;
    std::vector<Step> stepsOf(PlatformId platform, const std::vector<LayerId>& layers) const;

    const Evaluator& m_evaluator;
    std::map<Key, std::vector<LayerId>> m_known;
};

} // namespace cutline
