// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/anytime_plan.h"

#include <random>

namespace cutline {

/// Plans one step away from a plan, all of them allowed: a group that may cross a boundary crosses it; a group goes
/// with all that depends on it; a cut moves along a chance order of its two stages; two platforms change places; an
/// unused platform takes over a stage, or part of one; a stage is dropped.
class Moves {
public:
    /// All must outlive the object. `space` gives orders and where groups may run; its down-sets are not read.
    Moves(const PipelineSpace& space, const GroupGraph& groups) : m_space(space), m_groups(groups) {}

    /// The same for the same state of `random`. May name a plan twice.
    std::vector<StagedPlan> around(const StagedPlan& from, std::mt19937_64& random) const;

    /// Every group may run where it is, and the order is one of the space's.
    bool isAllowed(const StagedPlan& staged) const;

private:
    void moveSingles(const StagedPlan& from, std::mt19937_64& random, std::vector<StagedPlan>& out) const;
    void moveClosures(const StagedPlan& from, std::mt19937_64& random, std::vector<StagedPlan>& out) const;
    void shiftCuts(const StagedPlan& from, std::mt19937_64& random, std::vector<StagedPlan>& out) const;
    void changePlatforms(const StagedPlan& from, std::vector<StagedPlan>& out) const;
    void dropStages(const StagedPlan& from, std::vector<StagedPlan>& out) const;
    void insertStages(const StagedPlan& from, std::mt19937_64& random, std::vector<StagedPlan>& out) const;

    enum class Way { Forward, Backward };
    bool mayCross(const StagedPlan& from, std::uint32_t group, Way way) const;
    std::vector<std::uint32_t> membersInChanceOrder(const StagedPlan& from, std::size_t stage,
                                                    std::mt19937_64& random) const;
    std::vector<PlatformId> unused(const StagedPlan& from) const;
    void addIfAllowed(StagedPlan staged, std::vector<StagedPlan>& out) const;

    const PipelineSpace& m_space;
    const GroupGraph& m_groups;
};

/// A number below `count` (not 0), the same on every machine.
inline std::size_t chanceBelow(std::mt19937_64& random, std::size_t count)
{
    return static_cast<std::size_t>(random() % count);
}

} // namespace cutline
