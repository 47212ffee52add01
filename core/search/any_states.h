// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/any_model.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace cutline {

/// Every state of the live tensors before every group, and the arcs between them.
class AnyStates {
public:
    /// Ends beyond `most_arcs` or when `stopped` says so; then complete() is false.
    AnyStates(const AnyModel& model, std::size_t most_arcs, const std::function<bool()>& stopped);

    bool complete() const { return m_complete; }
    struct Arc {
        std::uint32_t from, to; ///< states before and after
        AnyModel::Arc put;
    };
    const std::vector<AnyModel::State>& states(std::size_t group) const { return m_states[group]; }
    /// Of one group: by state before it, then by platform.
    const std::vector<Arc>& arcs(std::size_t group) const { return m_arcs[group]; }
    /// What every way from a state to the end adds at least, each figure by itself; infinite where there is none.
    const AnyModel::Rest& rest(std::size_t group, std::size_t state) const { return m_rest[group][state]; }
    /// There is a way to the end.
    bool leadsOn(std::size_t group, std::size_t state) const;

private:
    bool grow(std::size_t group, std::size_t most_arcs, const std::function<bool()>& stopped);
    void lookBack();

    const AnyModel& m_model;
    bool m_complete = true;
    std::size_t m_arc_count = 0;
    std::vector<std::vector<AnyModel::State>> m_states;
    std::vector<std::vector<Arc>> m_arcs;
    std::vector<std::vector<AnyModel::Rest>> m_rest;
};

} // namespace cutline
