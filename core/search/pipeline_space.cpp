// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/pipeline_space.h"

#include "core/search/feasibility.h"
#include "core/search/stage_orders.h"

#include <algorithm>

namespace cutline {
namespace {

/// Appends every ordered choice of up to `most` of the platforms, depth first.
void addArrangements(std::span<const PlatformId> platforms, std::size_t most, std::vector<PlatformId>& chosen,
                     std::vector<std::vector<PlatformId>>& orders)
{
    if (!chosen.empty()) orders.push_back(chosen);
    if (chosen.size() == most) return;
    for (const PlatformId p : platforms) {
        if (std::find(chosen.begin(), chosen.end(), p) != chosen.end()) continue;
        chosen.push_back(p);
        addArrangements(platforms, most, chosen, orders);
        chosen.pop_back();
    }
}

/// Appends every choice of up to `most` that keeps the given order.
void addSubsequences(std::span<const PlatformId> order, std::size_t most, std::vector<PlatformId>& chosen,
                     std::vector<std::vector<PlatformId>>& orders)
{
    if (!chosen.empty()) orders.push_back(chosen);
    if (chosen.size() == most) return;
    for (std::size_t i = 0; i < order.size(); ++i) {
        chosen.push_back(order[i]);
        addSubsequences(order.subspan(i + 1), most, chosen, orders);
        chosen.pop_back();
    }
}

/// The most stages, up to `most`, whose orders are no more than kMaxOrders; at least 1.
std::size_t stagesWithinCap(std::size_t platforms, std::size_t most, bool any_order)
{
    double orders = static_cast<double>(platforms), of_this_length = orders;
    for (std::size_t stages = 2; stages <= most; ++stages) {
        of_this_length *= static_cast<double>(platforms - stages + 1);
        if (!any_order) of_this_length /= static_cast<double>(stages);
        orders += of_this_length;
        if (orders > static_cast<double>(kMaxOrders)) return stages - 1;
    }
    return most;
}

} // namespace

PipelineSpace::PipelineSpace(const Problem& problem, const SearchOptions& options, DownSets sets)
    : m_problem(problem), m_sets(std::move(sets))
{
    collectOrders(options);
    collectBarred(options);
    const auto ofMemory = [](MetricKind kind) {
        return kind == MetricKind::MemoryMax || kind == MetricKind::MemoryRatio || kind == MetricKind::PlatformMemory;
    };
    const System& system = *problem.system;
    const auto constraints = allConstraints(problem, options);
    m_memory_matters =
        std::ranges::find(options.objectives, Objective::Memory) != options.objectives.end() ||
        std::ranges::any_of(system.platforms, [](const Platform& p) { return p.memoryCapacity().has_value(); }) ||
        std::ranges::any_of(system.memories, [](const SharedMemory& m) { return m.capacity_bytes.has_value(); }) ||
        (constraints && std::ranges::any_of(*constraints, [&](const Constraint& c) { return ofMemory(c.kind); }));
}

PipelineSpace::~PipelineSpace() = default;

const StageOrders& PipelineSpace::stageOrders() const
{
    std::call_once(m_made_stage_orders, [&] { m_stage_orders = std::make_unique<const StageOrders>(m_problem, m_sets, m_orders); });
    return *m_stage_orders;
}

const LeastPeaks& PipelineSpace::leastPeaks() const { return stageOrders().peaks(); }

void PipelineSpace::collectOrders(const SearchOptions& options)
{
    const auto allowed = [&](PlatformId p) {
        return options.allowed.empty() ||
               std::find(options.allowed.begin(), options.allowed.end(), p) != options.allowed.end();
    };
    std::vector<PlatformId> row;
    if (options.order == OrderKind::Given) {
        for (const PlatformId p : options.given_order)
            if (allowed(p)) row.push_back(p);
    } else {
        for (std::uint32_t p = 0; p < m_problem.system->platforms.size(); ++p)
            if (allowed(PlatformId{p})) row.push_back(PlatformId{p});
    }
    std::size_t most = options.max_platforms == 0 ? kMaxStages : std::min(options.max_platforms, kMaxStages);
    m_most_stages = std::min({most, row.size(), m_sets.groupCount()});
    most = stagesWithinCap(row.size(), m_most_stages, options.order == OrderKind::Free);
    std::vector<PlatformId> chosen;
    if (options.order == OrderKind::Free)
        addArrangements(row, most, chosen, m_orders);
    else
        addSubsequences(row, most, chosen, m_orders);
    std::sort(m_orders.begin(), m_orders.end(), [](const auto& a, const auto& b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    m_platforms = row;
    std::sort(m_platforms.begin(), m_platforms.end());
}

void PipelineSpace::collectBarred(const SearchOptions& options)
{
    const std::size_t platforms = m_problem.system->platforms.size(), groups = m_sets.groupCount();
    m_barred.resize(platforms);
    for (Barred& b : m_barred) b.bits.assign((groups + 63) / 64, 0);
    const auto bar = [&](std::size_t group, std::size_t platform) {
        m_barred[platform].bits[group / 64] |= std::uint64_t{1} << (group % 64);
        m_barred[platform].any = true;
    };
    for (std::size_t g = 0; g < groups; ++g)
        for (std::uint32_t p = 0; p < platforms; ++p)
            for (const LayerId l : fusion().groups[g])
                if (!m_problem.costs->layer(l, PlatformId{p}).supported) bar(g, p);
    for (const Pin& pin : options.pins)
        for (std::size_t p = 0; p < platforms; ++p)
            if (p != pin.platform.index()) bar(fusion().group_of[pin.layer.index()], p);
    for (const Pin& pin : options.forbidden) bar(fusion().group_of[pin.layer.index()], pin.platform.index());
}

bool PipelineSpace::mayRun(PlatformId platform, std::size_t inner, std::size_t outer) const
{
    const Barred& barred = m_barred[platform.index()];
    if (!barred.any) return true;
    const auto a = m_sets.bits(inner), b = m_sets.bits(outer);
    for (std::size_t w = 0; w < a.size(); ++w)
        if ((b[w] & ~a[w] & barred.bits[w]) != 0) return false;
    return true;
}

std::optional<std::size_t> PipelineSpace::homelessGroup() const
{
    for (std::size_t g = 0; g < m_sets.groupCount(); ++g)
        if (std::none_of(m_platforms.begin(), m_platforms.end(), [&](PlatformId p) { return mayRun(g, p); })) return g;
    return std::nullopt;
}

PlatformId PipelineSpace::platformOf(const PipelineKey& key, LayerId layer) const
{
    const auto& order = m_orders[key.order];
    const std::size_t group = fusion().group_of[layer.index()];
    for (std::size_t s = 0; s + 1 < order.size(); ++s)
        if (m_sets.contains(key.cuts[s], group)) return order[s];
    return order.back();
}

Plan PipelineSpace::plan(const PipelineKey& key) const
{
    const std::size_t stages = m_orders[key.order].size();
    return stageOrders().plan(key.order, std::span(key.cuts).first(stages - 1));
}

bool PipelineSpace::assignmentBefore(const PipelineKey& a, const PipelineKey& b) const
{
    for (std::uint32_t l = 0; l < graph().layerCount(); ++l) {
        const PlatformId left = platformOf(a, LayerId{l}), right = platformOf(b, LayerId{l});
        if (left != right) return left < right;
    }
    return a < b;
}

} // namespace cutline
