// SPDX-License-Identifier: GPL-3.0-or-later
// What a PipelineModel prepares once: sums and live tensors per down-set, routes per order.
#include "core/search/pipeline_model.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace cutline {

PipelineModel::PipelineModel(const PipelineSpace& space, const Evaluator& evaluator)
    : m_space(space), m_evaluator(evaluator), m_platforms(space.problem().system->platforms.size()),
      m_sets(space.sets().size()), m_peaks(space.leastPeaks())
{
    for (const Platform& p : space.problem().system->platforms)
        m_capacity.push_back(p.memoryCapacity().value_or(0));
    findPlain();
    sumUp();
    findLive();
    findOrders();
    tabulateMessages();
    checkMemory();
    tabulateMemory();
}

void PipelineModel::findPlain()
{
    const Problem& problem = m_space.problem();
    const Graph& graph = m_space.graph();
    for (const Platform& p : problem.system->platforms) {
        m_plain = m_plain && p.transfer == TransferMode::Dma;
        for (const Platform& q : problem.system->platforms)
            m_converts = m_converts ||
                         (p.copy_bandwidth_bytes_per_s > 0 && p.activation_bits != q.activation_bits &&
                          !problem.compat.link_16_bit);
    }
    // What falls back loads a host that may have a stage of its own.
    for (const auto& [where, fall_back] : problem.costs->fallBacks())
        m_plain = m_plain && std::ranges::find(m_space.platforms(), where.second) == m_space.platforms().end();
    m_plain = m_plain && problem.scenario.inputs.empty() && problem.scenario.outputs.empty() &&
              !problem.compat.payload_overcount;
    for (const auto& [name, load] : problem.scenario.background) m_plain = m_plain && load < 1;
    m_plain = m_plain && std::all_of(graph.tensors().begin(), graph.tensors().end(),
                                     [](const Tensor& t) { return t.elements().has_value(); });
    m_weights_count = !problem.compat.element_memory;
    std::size_t sources = 0;
    const GroupGraph groups(graph, m_space.fusion());
    for (const auto& before : groups.before) sources += before.empty();
    m_after = groups.after;
    m_one_source = sources == 1;
}

void PipelineModel::sumUp()
{
    const CostTable& costs = *m_space.problem().costs;
    const DownSets& sets = m_space.sets();
    const Graph& graph = m_space.graph();
    const std::size_t groups = sets.groupCount();
    for (auto* table : {&m_time, &m_energy, &m_weights, &m_sensitivity}) table->assign(m_platforms * m_sets, 0);
    m_group_time.resize(m_platforms * groups);
    m_group_weights.resize(m_platforms * groups);
    const auto& sensitivities = m_space.problem().sensitivity;
    std::vector<double> time(groups), energy(groups), weights(groups), sensitivity(groups);
    for (std::uint32_t p = 0; p < m_platforms; ++p) {
        const PlatformId id{p};
        for (std::size_t g = 0; g < groups; ++g) {
            const bool runs = m_space.mayRun(g, id);
            time[g] = runs ? costs.group(g, id).latency_s : 0;
            m_group_time[p * groups + g] = time[g];
            energy[g] = runs ? costs.group(g, id).energy_j : 0;
            weights[g] = sensitivity[g] = 0;
            for (const LayerId l : m_space.fusion().groups[g]) {
                weights[g] += m_evaluator.layerWeightBytes(l, id);
                if (sensitivities) sensitivity[g] += sensitivities->value(l, id);
                for (const WeightId w : graph.layer(l).weights)
                    if (graph.weight(w).readers.size() > 1)
                        weights[g] -= weightBytes(graph.weight(w), m_space.problem().system->platform(id));
            }
            m_group_weights[p * groups + g] = weights[g];
        }
        for (std::size_t s = 0; s < m_sets; ++s)
            for (const DownSets::Step step : sets.steps(s)) {
                m_time[at(p, step.next)] = m_time[at(p, s)] + time[step.group];
                m_energy[at(p, step.next)] = m_energy[at(p, s)] + energy[step.group];
                m_weights[at(p, step.next)] = m_weights[at(p, s)] + weights[step.group];
                m_sensitivity[at(p, step.next)] = m_sensitivity[at(p, s)] + sensitivity[step.group];
            }
    }
}

bool PipelineModel::isPlaced(const Tensor& tensor) const
{
    const auto& placements = m_space.problem().scenario.inputs;
    return !tensor.producer && std::any_of(placements.begin(), placements.end(), [&](const auto& placement) {
        return placement.tensor == tensor.name;
    });
}

void PipelineModel::findLive()
{
    const Graph& graph = m_space.graph();
    const DownSets& sets = m_space.sets();
    const auto& group_of = m_space.fusion().group_of;
    // Tensors that may cross, by the group that makes them; inputs by the groups that read them.
    std::vector<std::vector<Live>> made(sets.groupCount());
    m_readers.resize(graph.tensors().size());
    constexpr std::size_t kMostKnown = 1'000'000;
    const std::size_t travels = graph.tensors().size() * m_platforms * m_platforms;
    if (travels <= kMostKnown) m_travel_s = std::vector<std::atomic<double>>(travels);
    for (std::uint32_t t = 0; t < graph.tensors().size(); ++t) {
        const Tensor& tensor = graph.tensor(TensorId{t});
        auto& readers = m_readers[t];
        for (const LayerId l : tensor.consumers) readers.push_back(group_of[l.index()]);
        std::sort(readers.begin(), readers.end());
        readers.erase(std::unique(readers.begin(), readers.end()), readers.end());
        // Where a placed input goes from is the Evaluator's to say; what it costs is left out of the bounds.
        if (isPlaced(tensor)) continue;
        const std::uint32_t producer = tensor.producer ? group_of[tensor.producer->index()] : kInput;
        if (producer != kInput)
            made[producer].push_back({t, producer});
        else
            for (const std::uint32_t g : readers) made[g].push_back({t, kInput});
    }
    // Every set but the first is the next one of an earlier set: what lives there and what the new group makes.
    std::vector<std::uint32_t> parent(m_sets, 0), added(m_sets, 0);
    for (std::uint32_t s = 0; s < m_sets; ++s)
        for (const DownSets::Step step : sets.steps(s)) {
            parent[step.next] = s;
            added[step.next] = step.group;
        }
    m_first_live.assign(2, 0);
    std::vector<Live> fresh;
    for (std::size_t s = 1; s < m_sets; ++s) {
        fresh.clear();
        const auto keep = [&](const Live& l) {
            const auto& readers = m_readers[l.tensor];
            const bool needed = std::any_of(readers.begin(), readers.end(),
                                            [&](std::uint32_t g) { return !sets.contains(s, g); });
            const bool known = std::any_of(fresh.begin(), fresh.end(),
                                           [&](const Live& f) { return f.tensor == l.tensor; });
            if (needed && !known) fresh.push_back(l);
        };
        for (const Live& l : live(parent[s])) keep(l);
        for (const Live& l : made[added[s]]) keep(l);
        std::sort(fresh.begin(), fresh.end(), [](const Live& a, const Live& b) { return a.tensor < b.tensor; });
        m_live.insert(m_live.end(), fresh.begin(), fresh.end());
        m_first_live.push_back(m_live.size());
    }
}

bool PipelineModel::isChain(const std::vector<PlatformId>& order) const
{
    const auto stageOn = [&](NodeId node, std::size_t from, std::size_t to) {
        for (std::size_t s = from + 1; s < to; ++s)
            if (nodeOf(order[s]) == node) return s;
        return std::size_t{0};
    };
    for (std::size_t i = 0; i + 2 < order.size(); ++i)
        for (std::size_t j = i + 2; j < order.size(); ++j) {
            const auto route = way(order[i], order[j]), first = way(order[i], order[i + 1]),
                       rest = way(order[i + 1], order[j]);
            if (route.size() != first.size() + rest.size() || !std::ranges::equal(route.first(first.size()), first) ||
                !std::ranges::equal(route.subspan(first.size()), rest))
                return false;
            for (std::size_t h = 0; h + 1 < first.size(); ++h)
                if (stageOn(route[h].to, i, j) != 0) return false;
        }
    return true;
}

void PipelineModel::shareResources(const std::vector<PlatformId>& platforms, Order& order) const
{
    std::vector<std::size_t> used;
    for (std::size_t s = 0; s + 1 < platforms.size(); ++s)
        for (const Hop& hop : way(platforms[s], platforms[s + 1])) used.push_back(m_evaluator.resources().of(hop));
    std::sort(used.begin(), used.end());
    order.shares = std::ranges::adjacent_find(used) != used.end();
    if (order.shares && !tellsShares()) order.direct = false;
}

void PipelineModel::findShared()
{
    std::vector<bool> follows(m_platforms * m_platforms);
    for (const auto& order : m_space.orders())
        if (order.size() > 1) follows[order[order.size() - 2].index() * m_platforms + order.back().index()] = true;
    std::vector<std::size_t> used;
    for (std::uint32_t p = 0; p < m_platforms; ++p)
        for (std::uint32_t q = 0; q < m_platforms; ++q)
            if (follows[p * m_platforms + q])
                for (const Hop& hop : way(PlatformId{p}, PlatformId{q}))
                    used.push_back(m_evaluator.resources().of(hop));
    std::sort(used.begin(), used.end());
    for (std::size_t i = 0; i + 1 < used.size(); ++i)
        if (used[i] == used[i + 1] && (m_shared.empty() || m_shared.back() != used[i])) m_shared.push_back(used[i]);
}

PipelineModel::Powered PipelineModel::powered(const std::vector<PlatformId>& order) const
{
    const System& system = *m_space.problem().system;
    Powered result;
    std::vector<bool> runs(system.nodeCount()), carries(system.links.size());
    for (const PlatformId p : order) {
        runs[p.index()] = true;
        result.power_w += system.platform(p).idle_power_w;
    }
    for (std::size_t s = 0; s + 1 < order.size(); ++s)
        for (const Hop& hop : way(order[s], order[s + 1])) {
            if (!runs[hop.to.index()] && !system.isSwitch(hop.to)) {
                const double idle = system.platforms[hop.to.index()].idle_power_w;
                if (idle > 0) result.relays.push_back(hop.to.value);
                result.power_w += idle;
            }
            const double on = system.links[hop.link.index()].link.energy.always_on_w;
            if (!carries[hop.link.index()] && on > 0) {
                result.links.push_back(hop.link.value);
                result.power_w += on;
            }
            runs[hop.to.index()] = carries[hop.link.index()] = true;
        }
    std::sort(result.relays.begin(), result.relays.end());
    std::sort(result.links.begin(), result.links.end());
    return result;
}

/// Idle energy that what a stage does beside its layers takes the place of, at most: calls, streamed weights, conversions.
void PipelineModel::findBesides()
{
    const System& system = *m_space.problem().system;
    m_converting_j.assign(m_platforms, 0);
    m_converting_at_j.assign(m_platforms * m_sets, 0);
    m_besides_j.assign(m_platforms, 0);
    for (std::uint32_t p = 0; p < m_platforms; ++p) {
        const Platform& platform = system.platforms[p];
        if (platform.idle_power_w <= 0) continue;
        double converting = 0;
        for (std::size_t s = 0; m_converts && s < m_sets; ++s) {
            double all = 0;
            for (const Live& l : live(s)) {
                double most = 0;
                for (std::uint32_t q = 0; q < m_platforms; ++q)
                    if (q != p) most = std::max(most, m_evaluator.conversionTime(TensorId{l.tensor}, PlatformId{q}, PlatformId{p}));
                all += most;
            }
            converting = std::max(converting, all);
            m_converting_at_j[at(p, s)] = platform.idle_power_w * all;
        }
        double weights = 0;
        for (std::uint32_t l = 0; l < m_space.graph().layerCount(); ++l)
            weights += m_evaluator.layerWeightBytes(LayerId{l}, PlatformId{p});
        const bool streams = platform.weight_stream_bytes_per_s > 0 && platform.weight_resident_bytes;
        const double streaming = streams ? std::max(0.0, weights - *platform.weight_resident_bytes) / platform.weight_stream_bytes_per_s : 0;
        m_converting_j[p] = platform.idle_power_w * converting;
        m_besides_j[p] = platform.idle_power_w * (platform.invoke_s + streaming) + m_converting_j[p];
    }
}

void PipelineModel::findOrders()
{
    const System& system = *m_space.problem().system;
    m_least_hops.assign(m_platforms, 0);
    for (const PlatformId p : m_space.platforms())
        for (const PlatformId q : m_space.platforms())
            if (const auto hops = static_cast<double>(way(p, q).size()); hops > 0)
                m_least_hops[p.index()] = m_least_hops[p.index()] > 0 ? std::min(m_least_hops[p.index()], hops) : hops;
    findBesides();
    findShared();
    for (const auto& platforms : m_space.orders()) {
        Order order;
        PlatformSet left(platforms);
        for (std::size_t s = 0; s + 1 < platforms.size(); ++s)
            order.direct = order.direct && m_evaluator.routes().reachable(platforms[s], platforms[s + 1]);
        shareResources(platforms, order);
        order.power_w = powered(platforms).power_w;
        order.chain = order.direct && isChain(platforms);
        for (const PlatformId p : platforms) order.idle_w += system.platform(p).idle_power_w;
        // Where a stage may begin with an input of its own nothing need be sent to it.
        order.sure_w = order.chain && m_one_source ? order.power_w : order.idle_w;
        order.least.push_back(0);
        for (std::size_t s = 0; s + 1 < platforms.size(); ++s) {
            left.erase(platforms[s]);
            order.least.push_back(leastOf(left));
        }
        m_orders.push_back(order);
    }
}

std::uint32_t PipelineModel::leastOf(const PlatformSet& platforms)
{
    for (std::uint32_t i = 0; i < m_least.size(); ++i)
        if (m_least[i].platforms == platforms) return i;
    Least least;
    least.platforms = platforms;
    const DownSets& sets = m_space.sets();
    const CostTable& costs = *m_space.problem().costs;
    const auto& sensitivities = m_space.problem().sensitivity;
    std::vector<double> time(sets.groupCount()), energy(time), dynamic(time), loss(time), weights(time), shares(time);
    double besides_j = 0;
    for (std::uint32_t p = 0; p < m_platforms; ++p)
        if (platforms.contains(PlatformId{p})) besides_j += m_besides_j[p];
    for (std::size_t g = 0; g < time.size(); ++g) {
        constexpr double kNowhere = std::numeric_limits<double>::max() / 1e10;
        time[g] = energy[g] = dynamic[g] = loss[g] = weights[g] = shares[g] = kNowhere;
        for (std::uint32_t p = 0; p < m_platforms; ++p) {
            if (!platforms.contains(PlatformId{p}) || !m_space.mayRun(g, PlatformId{p})) continue;
            const Cost& cost = costs.group(g, PlatformId{p});
            const double idle = m_space.problem().system->platforms[p].idle_power_w;
            time[g] = std::min(time[g], cost.latency_s);
            dynamic[g] = std::min(dynamic[g], cost.energy_j);
            energy[g] = std::min(energy[g], cost.energy_j - idle * cost.latency_s);
            double lost = 0;
            if (sensitivities)
                for (const LayerId l : m_space.fusion().groups[g]) lost += sensitivities->value(l, PlatformId{p});
            loss[g] = std::min(loss[g], lost);
            const double bytes = m_weights_count ? m_group_weights[p * time.size() + g] : 0;
            weights[g] = std::min(weights[g], bytes);
            shares[g] = std::min(shares[g], m_capacity[p] > 0 ? bytes / m_capacity[p] : 0);
        }
    }
    // From the full set backwards, so that a group that no platform of these runs spoils only sets without it.
    for (auto* table : {&least.time_s, &least.energy_j, &least.dynamic_j, &least.sensitivity, &least.path_s, &least.weight_bytes,
                        &least.weight_ratio})
        table->assign(m_sets, 0);
    std::vector<double> tail(time);
    for (std::size_t g = time.size(); g-- > 0;)
        for (const std::uint32_t next : m_after[g]) tail[g] = std::max(tail[g], time[g] + tail[next]);
    for (std::size_t s = m_sets - 1; s-- > 0;) {
        const auto steps = sets.steps(s);
        if (steps.empty()) continue;
        for (const DownSets::Step& first : steps) least.path_s[s] = std::max(least.path_s[s], tail[first.group]);
        const DownSets::Step step = steps.front();
        least.time_s[s] = least.time_s[step.next] + time[step.group];
        least.energy_j[s] = least.energy_j[step.next] + energy[step.group];
        least.dynamic_j[s] = least.dynamic_j[step.next] + dynamic[step.group];
        least.sensitivity[s] = least.sensitivity[step.next] + loss[step.group];
        least.weight_bytes[s] = least.weight_bytes[step.next] + weights[step.group];
        least.weight_ratio[s] = least.weight_ratio[step.next] + shares[step.group];
    }
    for (std::size_t s = 0; s + 1 < m_sets; ++s) least.energy_j[s] -= besides_j;
    m_least.push_back(std::move(least));
    return static_cast<std::uint32_t>(m_least.size() - 1);
}

} // namespace cutline
