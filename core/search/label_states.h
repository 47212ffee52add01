// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/pipeline_model.h"

#include <optional>
#include <vector>

namespace cutline {

/// The orders of a space as steps: which platform may follow, and which orders are one state to a label that holds
/// nothing but sums: they use the same platforms, end with the same one, and power the same relays and links.
class LabelStates {
public:
    LabelStates(const PipelineSpace& space, PipelineModel& model, bool power_matters);

    struct Move {
        PlatformId platform;
        std::uint32_t state; ///< that it leads to
    };
    struct State {
        std::size_t stages = 0;
        PlatformSet used;            ///< platforms
        PlatformSet left;            ///< platforms that may still follow
        PlatformId last;
        std::vector<Move> moves;     ///< by platform
        std::uint32_t rest = 0;      ///< PipelineModel::rest() of the platforms that may still follow
        std::size_t most_left = 0;   ///< stages that may still follow
        double idle_w = 0;           ///< of the platforms used
        double power_w = 0;          ///< idle and always-on power, at T
        double cost = 0;             ///< of the platforms used; NaN where not known
        PipelineModel::Powered powered;
        /// Places of shared resources that labels of this state may have used and their future may use again.
        std::vector<std::uint8_t> loads;
    };
    const std::vector<State>& states() const { return m_states; }
    std::uint32_t stateOf(std::uint32_t order) const { return m_state_of[order]; }
    /// The order with one more platform.
    std::uint32_t then(std::uint32_t order, PlatformId platform) const;
    struct Next {
        PlatformId platform;
        std::uint32_t order;
    };
    const std::vector<Next>& next(std::uint32_t order) const { return m_next[order]; }
    std::size_t mostStages() const { return m_most_stages; }
    /// Orders of one platform.
    const std::vector<Next>& first() const { return m_first; }
    /// In every order whatever skips a stage passes it.
    bool allChains() const { return m_all_chains; }

private:
    void findLoads(const PipelineSpace& space, const PipelineModel& model);

    std::vector<State> m_states;
    std::vector<std::uint32_t> m_state_of;
    std::vector<std::vector<Next>> m_next;
    std::vector<Next> m_first;
    std::size_t m_most_stages = 0;
    bool m_all_chains = true;
};

} // namespace cutline
