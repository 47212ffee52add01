// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/least_peaks.h"
#include "core/search/search.h"

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace cutline {

class StageOrders;

inline constexpr std::size_t kMaxStages = 8;
/// As many as eight platforms have in any order. Systems of more are searched with as many stages as keep within it.
inline constexpr std::size_t kMaxOrders = 110'000;

/// One pipeline: which platforms in which order (index into PipelineSpace::orders()) and the down-set that each stage
/// but the last ends with. Entries beyond the order's stages are 0.
struct PipelineKey {
    std::uint32_t order = 0;
    std::array<std::uint32_t, kMaxStages - 1> cuts{};
    friend auto operator<=>(const PipelineKey&, const PipelineKey&) = default;
};

/// All pipelines that the options allow: ordered choices of distinct platforms times nested down-sets of fused groups.
/// Keys ascend by number of stages, platforms in system order, cuts in the order of DownSets.
class PipelineSpace {
public:
    PipelineSpace(const Problem& problem, const SearchOptions& options, DownSets sets);
    ~PipelineSpace();

    const Graph& graph() const { return *m_problem.graph; }
    const Problem& problem() const { return m_problem; }
    const Fusion& fusion() const { return m_problem.costs->fusion(); }
    const DownSets& sets() const { return m_sets; }
    std::uint32_t lastSet() const { return static_cast<std::uint32_t>(m_sets.size() - 1); }
    const std::vector<std::vector<PlatformId>>& orders() const { return m_orders; }
    /// No order is left out for their number.
    bool hasAllOrders() const { return m_orders.back().size() == m_most_stages; }
    /// Of any pipeline that the options allow, with or without an order in orders().
    std::size_t mostStages() const { return m_most_stages; }
    /// Platforms that some order uses, ascending.
    const std::vector<PlatformId>& platforms() const { return m_platforms; }

    /// A group on a platform is neither unsupported, nor forbidden, nor pinned elsewhere.
    bool mayRun(std::size_t group, PlatformId platform) const
    {
        return ((m_barred[platform.index()].bits[group / 64] >> (group % 64)) & 1) == 0;
    }
    /// The stage from `inner` to `outer` (nested) may run on the platform.
    bool mayRun(PlatformId platform, std::size_t inner, std::size_t outer) const;
    /// A group that no platform of the space may run, or nullopt.
    std::optional<std::size_t> homelessGroup() const;

    /// Each stage in the order with the least peak of live activations (core/plan/stage_order.h), in the file's
    /// where it can be told of no other that it is better.
    Plan plan(const PipelineKey& key) const;
    /// Of the stages that lie between two sets. Made when first asked for.
    const LeastPeaks& leastPeaks() const;
    /// Some objective, constraint or capacity speaks about memory.
    bool memoryMatters() const { return m_memory_matters; }
    PlatformId platformOf(const PipelineKey& key, LayerId layer) const;
    /// At the first layer where they differ, `a` has the platform that comes first in the system; equal assignments
    /// by key.
    bool assignmentBefore(const PipelineKey& a, const PipelineKey& b) const;

private:
    struct Barred {
        std::vector<std::uint64_t> bits;
        bool any = false;
    };
    const StageOrders& stageOrders() const;
    void collectOrders(const SearchOptions& options);
    void collectBarred(const SearchOptions& options);

    Problem m_problem;
    DownSets m_sets;
    std::vector<std::vector<PlatformId>> m_orders;
    std::size_t m_most_stages = 1;
    std::vector<PlatformId> m_platforms;
    std::vector<Barred> m_barred; ///< by platform
    bool m_memory_matters = false;
    mutable std::once_flag m_made_stage_orders;
    mutable std::unique_ptr<const StageOrders> m_stage_orders;
};

/// Pipelines as candidates: a few integers each, plans made on demand.
class PipelineCandidates final : public Candidates {
public:
    PipelineCandidates(std::shared_ptr<const PipelineSpace> space, std::vector<PipelineKey> keys)
        : m_space(std::move(space)), m_keys(std::move(keys))
    {
    }
    std::size_t size() const override { return m_keys.size(); }
    Plan plan(std::size_t index) const override { return m_space->plan(m_keys[index]); }
    const PipelineKey& key(std::size_t index) const { return m_keys[index]; }

private:
    std::shared_ptr<const PipelineSpace> m_space;
    std::vector<PipelineKey> m_keys;
};

} // namespace cutline
