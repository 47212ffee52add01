// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/anytime_seeds.h"

#include <algorithm>
#include <numeric>
#include <queue>

namespace cutline {
namespace {

/// Groups that may come next, as a graph is taken apart.
class Ready {
public:
    explicit Ready(const GroupGraph& groups) : m_groups(groups), m_waiting(groups.before.size())
    {
        for (std::uint32_t g = 0; g < m_waiting.size(); ++g) {
            m_waiting[g] = static_cast<std::uint32_t>(groups.before[g].size());
            if (m_waiting[g] == 0) m_fresh.push_back(g);
        }
    }
    /// Groups that became ready since the last call, ascending.
    std::vector<std::uint32_t> fresh() { return std::exchange(m_fresh, {}); }
    void take(std::uint32_t group)
    {
        for (const std::uint32_t after : m_groups.after[group])
            if (--m_waiting[after] == 0) m_fresh.push_back(after);
    }

private:
    const GroupGraph& m_groups;
    std::vector<std::uint32_t> m_waiting, m_fresh;
};

std::vector<std::uint32_t> depthFirst(const GroupGraph& groups)
{
    Ready ready(groups);
    std::vector<std::uint32_t> stack, order;
    const auto push = [&] {
        const auto fresh = ready.fresh();
        stack.insert(stack.end(), fresh.rbegin(), fresh.rend());
    };
    for (push(); !stack.empty(); push()) {
        order.push_back(stack.back());
        stack.pop_back();
        ready.take(order.back());
    }
    return order;
}

/// Elements that leave each group, and how many other groups read them.
struct Outputs {
    struct Tensor {
        std::uint32_t maker;
        double elements;
        std::vector<std::uint32_t> readers;
    };
    std::vector<Tensor> tensors;
    std::vector<std::vector<std::uint32_t>> made_by, read_by; ///< by group

    Outputs(const Graph& graph, const Fusion& fusion) : made_by(fusion.groups.size()), read_by(fusion.groups.size())
    {
        for (const cutline::Tensor& t : graph.tensors()) {
            if (!t.producer) continue;
            Tensor tensor{fusion.group_of[t.producer->index()], static_cast<double>(t.elements().value_or(0)), {}};
            for (const LayerId l : t.consumers)
                if (const std::uint32_t g = fusion.group_of[l.index()]; g != tensor.maker) tensor.readers.push_back(g);
            std::sort(tensor.readers.begin(), tensor.readers.end());
            tensor.readers.erase(std::unique(tensor.readers.begin(), tensor.readers.end()), tensor.readers.end());
            if (tensor.readers.empty()) continue;
            const auto index = static_cast<std::uint32_t>(tensors.size());
            made_by[tensor.maker].push_back(index);
            for (const std::uint32_t g : tensor.readers) read_by[g].push_back(index);
            tensors.push_back(std::move(tensor));
        }
    }
};

/// Takes the ready group that adds least to what is alive, the earliest of equals. A group's figure changes only when a
/// tensor it reads is left with it alone: then it enters the queue again, and the stale entry is passed over.
std::vector<std::uint32_t> leastAlive(const Graph& graph, const Fusion& fusion, const GroupGraph& groups)
{
    const Outputs outputs(graph, fusion);
    std::vector<std::uint32_t> left(outputs.tensors.size());
    for (std::size_t t = 0; t < left.size(); ++t)
        left[t] = static_cast<std::uint32_t>(outputs.tensors[t].readers.size());
    std::vector<char> is_ready(groups.before.size(), 0), taken(groups.before.size(), 0);
    const auto change = [&](std::uint32_t g) {
        double sum = 0;
        for (const std::uint32_t t : outputs.made_by[g]) sum += outputs.tensors[t].elements;
        for (const std::uint32_t t : outputs.read_by[g])
            if (left[t] == 1) sum -= outputs.tensors[t].elements;
        return sum;
    };
    using Entry = std::pair<double, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    Ready ready(groups);
    std::vector<std::uint32_t> order;
    const auto push = [&] {
        for (const std::uint32_t g : ready.fresh()) {
            is_ready[g] = 1;
            queue.push({change(g), g});
        }
    };
    for (push(); !queue.empty(); push()) {
        const std::uint32_t g = queue.top().second;
        queue.pop();
        if (taken[g]) continue;
        taken[g] = 1;
        order.push_back(g);
        for (const std::uint32_t t : outputs.read_by[g])
            if (--left[t] == 1)
                for (const std::uint32_t other : outputs.tensors[t].readers)
                    if (is_ready[other] && !taken[other]) queue.push({change(other), other});
        ready.take(g);
    }
    return order;
}

/// Loads along one topological order, by platform: sums up to each position, and where the next barred group stands.
class Loads {
public:
    Loads(std::span<const std::uint32_t> order, const PipelineSpace& space) : m_groups(order.size())
    {
        const std::size_t platforms = space.problem().system->platforms.size();
        m_sum.assign(platforms, {});
        m_barred.assign(platforms, {});
        for (const PlatformId p : space.platforms()) {
            auto& sum = m_sum[p.index()];
            auto& barred = m_barred[p.index()];
            sum.assign(m_groups + 1, 0);
            barred.assign(m_groups + 1, m_groups);
            for (std::size_t i = 0; i < m_groups; ++i)
                sum[i + 1] = sum[i] + space.problem().costs->group(order[i], p).latency_s;
            for (std::size_t i = m_groups; i-- > 0;) barred[i] = space.mayRun(order[i], p) ? barred[i + 1] : i;
        }
    }

    double total(PlatformId p) const { return m_sum[p.index()].back(); }

    /// Ends of the stages but the last where each takes all that fits under `load`; nullopt where that does not take all.
    std::optional<std::vector<std::size_t>> ends(const std::vector<PlatformId>& platforms, double load) const
    {
        std::vector<std::size_t> list;
        std::size_t at = 0;
        for (const PlatformId p : platforms) {
            const auto& sum = m_sum[p.index()];
            const auto from = sum.begin() + static_cast<std::ptrdiff_t>(at);
            const auto end = std::upper_bound(from, sum.end(), sum[at] + load) - sum.begin() - 1;
            at = std::min(m_barred[p.index()][at], std::max(at, static_cast<std::size_t>(end)));
            list.push_back(at);
        }
        if (at < m_groups) return std::nullopt;
        list.pop_back();
        return list;
    }

private:
    std::size_t m_groups;
    std::vector<std::vector<double>> m_sum;
    std::vector<std::vector<std::size_t>> m_barred;
};

} // namespace

std::vector<std::vector<std::uint32_t>> goodOrders(const Graph& graph, const Fusion& fusion)
{
    const GroupGraph groups(graph, fusion);
    std::vector<std::uint32_t> file(fusion.groups.size());
    std::iota(file.begin(), file.end(), 0u);
    std::vector<std::vector<std::uint32_t>> orders{file};
    for (auto& order : {leastAlive(graph, fusion, groups), depthFirst(groups)})
        if (std::find(orders.begin(), orders.end(), order) == orders.end()) orders.push_back(order);
    return orders;
}

std::vector<StagedPlan> balancedAlong(std::span<const std::uint32_t> order, const PipelineSpace& space,
                                      std::size_t most)
{
    constexpr int kHalvings = 40;
    const Loads loads(order, space);
    std::vector<StagedPlan> plans;
    std::unordered_set<std::uint64_t> met;
    const auto& orders = space.orders();
    for (std::size_t i = 0; i < std::min(most, orders.size()); ++i) {
        const auto& platforms = orders[orders.size() - 1 - i];
        double low = 0, high = 0;
        for (const PlatformId p : platforms) high = std::max(high, loads.total(p));
        auto best = loads.ends(platforms, high *= 1 + 1e-9);
        for (int step = 0; best && step < kHalvings; ++step) {
            const double middle = (low + high) / 2;
            if (auto ends = loads.ends(platforms, middle)) {
                best = std::move(ends);
                high = middle;
            } else {
                low = middle;
            }
        }
        if (!best) continue;
        StagedPlan plan{platforms, std::vector<std::uint8_t>(order.size(), 0)};
        std::size_t stage = 0;
        for (std::size_t at = 0; at < order.size(); ++at) {
            while (stage < best->size() && (*best)[stage] <= at) ++stage;
            plan.stage[order[at]] = static_cast<std::uint8_t>(stage);
        }
        plan = withoutEmptyStages(std::move(plan));
        if (met.insert(hashOf(plan)).second) plans.push_back(std::move(plan));
    }
    return plans;
}

namespace {

/// A part of longer work: heard by nobody, cancelled with the whole.
class Part final : public Progress {
public:
    explicit Part(const Progress& whole) : m_whole(whole) {}
    bool cancelled() const override { return m_whole.cancelled(); }

private:
    const Progress& m_whole;
};

} // namespace

ChainSeeds seedsAlong(std::span<const std::uint32_t> order, const Problem& problem, const SearchTask& task,
                      std::size_t most_stages, double limit_s)
{
    SearchOptions options = task.options;
    options.keep_dominated = false;
    options.on_front_grew = nullptr;
    options.time_limit_s = limit_s;
    if (most_stages > 0)
        options.max_platforms = options.max_platforms == 0 ? most_stages : std::min(options.max_platforms, most_stages);
    Part progress(task.progress);
    const SearchTask chain_task{task.evaluator, task.feasibility, options, task.memory_as_ratio, progress};
    const Fusion& fusion = problem.costs->fusion();
    const auto space = std::make_shared<const PipelineSpace>(
        problem, options, DownSets::alongOrder(*problem.graph, fusion, order));
    const Found found = explorePipelines(space, chain_task);
    ChainSeeds seeds;
    seeds.evaluated = found.proof.evaluated;
    seeds.complete = found.proof.stop == Proof::Stop::Completed;
    for (const std::uint32_t i : found.front) {
        seeds.plans.push_back(stagedPlanOf(found.candidates->plan(i), fusion));
        seeds.summaries.push_back(found.summaries[i]);
    }
    return seeds;
}

} // namespace cutline
