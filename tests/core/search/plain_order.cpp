// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/search/plain_order.h"

#include <algorithm>

namespace cutline {

Plan PlainOrders::ordered(Plan plan)
{
    const std::vector<PlatformId> at = assignmentOf(plan, m_evaluator.problem().graph->layerCount());
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        Stage& stage = plan.stages[s];
        std::sort(stage.layers.begin(), stage.layers.end());
        const auto handed_on = handedOn(plan, at, s);
        const Key key{stage.platform.value, stage.layers, handed_on};
        auto known = m_known.find(key);
        if (known == m_known.end())
            known = m_known.emplace(key, best(stage.platform, stage.layers, handed_on)).first;
        stage.layers = known->second;
    }
    return plan;
}

/// Tensors that the stage gets from elsewhere, reads, and holds to its end: on the way from where it is first to one who
/// needs it some hop leaves this platform, or it is a result that is wanted here.
std::vector<std::uint32_t> PlainOrders::handedOn(const Plan& plan, const std::vector<PlatformId>& at,
                                                 std::size_t stage) const
{
    const Problem& problem = m_evaluator.problem();
    const PlatformId here = plan.stages[stage].platform;
    const auto placed = [&](const std::vector<Scenario::Placement>& list, const Tensor& tensor) {
        for (const auto& placement : list)
            if (placement.tensor == tensor.name) return problem.system->findPlatform(placement.platform);
        return std::optional<PlatformId>{};
    };
    std::vector<std::uint32_t> list;
    for (std::uint32_t t = 0; t < problem.graph->tensors().size(); ++t) {
        const Tensor& tensor = problem.graph->tensors()[t];
        std::set<PlatformId> needed;
        for (const LayerId c : tensor.consumers) needed.insert(at[c.index()]);
        const auto wanted = tensor.is_graph_output ? placed(problem.scenario.outputs, tensor) : std::nullopt;
        std::optional<PlatformId> from;
        if (tensor.producer) from = at[tensor.producer->index()];
        if (!from) from = placed(problem.scenario.inputs, tensor);
        for (std::size_t s = 0; s < plan.stages.size() && !from; ++s)
            if (needed.contains(plan.stages[s].platform)) from = plan.stages[s].platform;
        if (!needed.contains(here) || (tensor.producer && *from == here)) continue;
        bool kept = wanted == here;
        if (wanted) needed.insert(*wanted);
        for (const PlatformId to : needed)
            if (to != *from)
                for (const Hop& hop : m_evaluator.routes().between(*from, to)) kept = kept || hop.from == nodeOf(here);
        if (kept) list.push_back(t);
    }
    return list;
}

std::vector<PlainOrders::Step> PlainOrders::stepsOf(PlatformId platform, const std::vector<LayerId>& layers) const
{
    const Problem& problem = m_evaluator.problem();
    const Platform& runs_on = problem.system->platform(platform);
    const auto& fusion = problem.costs->fusion();
    std::vector<Step> steps;
    for (const LayerId l : layers) {
        const std::uint32_t number = fusion.group_of[l.index()];
        const auto& group = fusion.groups[number];
        const bool fused = group.size() > 1 && problem.costs->fuses(number, platform) &&
                           std::ranges::all_of(group, [&](LayerId m) { return std::ranges::count(layers, m) > 0; });
        if (fused && group.back() != l) continue;
        Step step;
        step.layers = fused ? group : std::vector{l};
        const Layer& last = problem.graph->layer(l);
        for (const TensorId t : last.outputs) step.makes.insert(t.value);
        for (const LayerId m : step.layers)
            for (const TensorId t : problem.graph->layer(m).inputs) {
                const auto& producer = problem.graph->tensor(t).producer;
                if (producer && std::ranges::count(step.layers, *producer) > 0) continue;
                step.reads.insert(t.value);
                const bool in_place = (runs_on.in_place && last.in_place) || std::ranges::count(runs_on.in_place_ops, last.op) > 0;
                if (m == l && in_place) step.may_overwrite.insert(t.value);
            }
        steps.push_back(step);
    }
    return steps;
}

std::vector<LayerId> PlainOrders::best(PlatformId platform, const std::vector<LayerId>& layers,
                                       const std::vector<std::uint32_t>& handed_on) const
{
    const Graph& graph = *m_evaluator.problem().graph;
    const std::vector<Step> steps = stepsOf(platform, layers);
    const auto count = static_cast<int>(steps.size());
    std::vector<Stored> tensors;
    const auto stored = [&](std::uint32_t t) -> Stored& {
        const auto known = std::ranges::find(tensors, t, &Stored::tensor);
        if (known != tensors.end()) return *known;
        Stored fresh;
        fresh.tensor = t;
        fresh.bytes = m_evaluator.tensorBytes(TensorId{t}, platform);
        return tensors.emplace_back(fresh);
    };
    std::vector<double> made(steps.size(), 0);
    for (int s = 0; s < count; ++s) {
        const Step& step = steps[std::size_t(s)];
        for (const std::uint32_t t : step.reads) stored(t).readers |= 1u << s;
        for (const std::uint32_t t : step.makes) stored(t).maker = s;
        for (const std::uint32_t t : step.makes) made[std::size_t(s)] += stored(t).bytes;
        for (const std::uint32_t t : step.may_overwrite)
            if (step.makes.size() == 1 && stored(t).bytes == made[std::size_t(s)]) stored(t).places |= 1u << s;
    }
    for (Stored& t : tensors) {
        const Tensor& tensor = graph.tensors()[t.tensor];
        const auto elsewhere = [&](LayerId c) { return std::ranges::count(layers, c) == 0; };
        t.stays = t.maker >= 0 ? tensor.is_graph_output || std::ranges::any_of(tensor.consumers, elsewhere)
                               : std::ranges::count(handed_on, t.tensor) > 0;
    }
    const auto has = [](unsigned set, int s) { return s < 0 || ((set >> s) & 1) != 0; };
    const auto needed = [](unsigned set, const Stored& t) { return t.stays || (t.readers & ~set) != 0; };
    const auto during = [&](unsigned set, int s) {
        double live = made[std::size_t(s)], reused = 0;
        for (const Stored& t : tensors) {
            if (!has(set, t.maker) || !needed(set, t)) continue;
            live += t.bytes;
            if (has(t.places, s) && !needed(set | 1u << s, t)) reused = t.bytes;
        }
        return live - reused;
    };
    std::vector<unsigned> before(steps.size(), 0);
    for (int s = 0; s < count; ++s)
        for (const Stored& t : tensors)
            if (has(t.readers, s) && t.maker >= 0) before[std::size_t(s)] |= 1u << t.maker;
    const auto ready = [&](unsigned set, int s) { return !has(set, s) && (before[std::size_t(s)] & ~set) == 0; };
    const unsigned all = (1u << count) - 1;
    std::vector<double> rest(all + 1, 1e300); // least peak from this set on
    rest[all] = 0;
    for (unsigned set = all; set-- > 0;)
        for (int s = 0; s < count; ++s)
            if (ready(set, s)) rest[set] = std::min(rest[set], std::max(during(set, s), rest[set | 1u << s]));
    std::vector<LayerId> order;
    std::vector<int> sequence;
    for (unsigned set = 0; set != all;)
        for (int s = 0; s < count; ++s)
            if (ready(set, s) && std::max(during(set, s), rest[set | 1u << s]) <= rest[0]) {
                sequence.push_back(s);
                set |= 1u << s;
                break;
            }
    if (std::ranges::is_sorted(sequence)) return layers;
    for (const int s : sequence)
        order.insert(order.end(), steps[std::size_t(s)].layers.begin(), steps[std::size_t(s)].layers.end());
    return order;
}

} // namespace cutline
