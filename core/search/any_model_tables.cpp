// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace cutline {
namespace {

constexpr std::size_t kMostForAncestors = 4096; ///< groups; beyond, bit sets of ancestors take too much memory

double ratioCapacity(const Platform& platform)
{
    const auto capacity = platform.memoryCapacity();
    return capacity && *capacity > 0 ? *capacity : kNever;
}

} // namespace

AnyModel::AnyModel(const Evaluator& evaluator, const SearchOptions& options, std::span<const PlatformId> allowed)
    : m_evaluator(evaluator), m_platforms(evaluator.problem().system->platforms.size()),
      m_graph(*evaluator.problem().graph, evaluator.problem().costs->fusion())
{
    m_weigh = !problem().compat.element_memory;
    for (const Platform& p : problem().system->platforms) {
        m_capacity.push_back(ratioCapacity(p));
        m_busy_is_work = m_busy_is_work && p.transfer == TransferMode::Dma;
    }
    // A host is busy with what falls back whatever the schedule does meanwhile.
    m_busy_is_work = m_busy_is_work && problem().costs->fallBacks().empty();
    collectGroups(options, allowed);
    collectCrossings();
    for (std::size_t g = 0; g < groups(); ++g) costGroup(g);
    layOut(options);
    findLent();
    collectLive();
    findSegments();
    computeTails();
    m_rest_energy.assign(groups() + 1, 0);
    findWeights();
    m_rest_work.assign(groups() + 1, {});
    m_rest_loss.assign(groups() + 1, 0);
    for (std::size_t g = groups(); g-- > 0;) {
        const auto least = [&](const std::vector<double>& by_platform) {
            double value = kNever;
            for (const std::uint32_t p : m_groups[g].homes) value = std::min(value, by_platform[p]);
            return value;
        };
        m_rest_energy[g] = m_rest_energy[g + 1] + least(m_groups[g].joules);
        for (std::size_t w = 0; w < kBalances; ++w) {
            std::vector<double> weighted = m_groups[g].seconds;
            for (std::size_t p = 0; p < m_platforms; ++p) weighted[p] *= m_weight[w][p];
            m_rest_work[g][w] = m_rest_work[g + 1][w] + least(weighted);
        }
        m_rest_loss[g] = m_rest_loss[g + 1] + least(m_groups[g].loss);
    }
}

void AnyModel::collectGroups(const SearchOptions& options, std::span<const PlatformId> allowed)
{
    const Fusion& fused = fusion();
    m_groups.resize(fused.groups.size());
    std::vector<std::vector<char>> barred(groups(), std::vector<char>(m_platforms, 1));
    for (std::size_t g = 0; g < groups(); ++g)
        for (const PlatformId p : allowed)
            barred[g][p.index()] = std::any_of(fused.groups[g].begin(), fused.groups[g].end(), [&](LayerId l) {
                return !problem().costs->layer(l, p).supported;
            });
    for (const Pin& pin : options.pins)
        for (std::size_t p = 0; p < m_platforms; ++p)
            if (p != pin.platform.index()) barred[fused.group_of[pin.layer.index()]][p] = 1;
    for (const Pin& pin : options.forbidden) barred[fused.group_of[pin.layer.index()]][pin.platform.index()] = 1;
    std::vector<char> home(m_platforms, 0);
    for (std::size_t g = 0; g < groups(); ++g)
        for (std::uint32_t p = 0; p < m_platforms; ++p) {
            if (barred[g][p]) continue;
            m_groups[g].homes.push_back(p);
            home[p] = 1;
        }
    for (std::uint32_t p = 0; p < m_platforms; ++p)
        if (home[p]) m_homes.push_back(p);
    m_most = options.max_platforms == 0 ? m_homes.size() : std::min(options.max_platforms, m_homes.size());
}

void AnyModel::collectCrossings()
{
    const Graph& graph = *problem().graph;
    const System& system = *problem().system;
    const auto placed = [&](const std::vector<Scenario::Placement>& list, const Tensor& tensor) {
        std::uint32_t where = kNone;
        for (const Scenario::Placement& placement : list)
            if (placement.tensor == tensor.name)
                if (const auto p = system.findPlatform(placement.platform)) where = p->value;
        return where;
    };
    for (std::uint32_t t = 0; t < graph.tensors().size(); ++t) {
        const Tensor& tensor = graph.tensors()[t];
        Crossing c;
        c.tensor = TensorId{t};
        c.sized = tensor.elements().has_value();
        if (tensor.producer) c.maker = fusion().group_of[tensor.producer->index()];
        if (!tensor.producer) c.source = placed(problem().scenario.inputs, tensor);
        if (tensor.is_graph_output) c.sink = placed(problem().scenario.outputs, tensor);
        for (const LayerId reader : tensor.consumers) {
            const std::uint32_t group = fusion().group_of[reader.index()];
            if (group != c.maker) c.readers.push_back(group);
        }
        std::sort(c.readers.begin(), c.readers.end());
        c.readers.erase(std::unique(c.readers.begin(), c.readers.end()), c.readers.end());
        findLeads(c);
        if (c.readers.empty() && (c.sink == kNone || c.maker == kNone)) continue;
        const auto index = static_cast<std::uint32_t>(m_crossings.size());
        for (const std::uint32_t g : c.readers) m_groups[g].reads.push_back(index);
        if (c.maker != kNone) m_groups[c.maker].makes.push_back(index);
        m_crossings.push_back(std::move(c));
    }
    for (std::size_t g = 0; g < groups(); ++g)
        m_groups[g].ends = std::all_of(m_groups[g].makes.begin(), m_groups[g].makes.end(),
                                       [&](std::uint32_t c) { return m_crossings[c].readers.empty(); });
}

void AnyModel::findLeads(Crossing& c) const
{
    for (const std::uint32_t reader : c.readers)
        for (std::uint32_t p = 0; p < m_platforms; ++p) {
            double before = 0;
            if (!problem().costs->fuses(reader, PlatformId{p}))
                for (const LayerId l : fusion().groups[reader]) {
                    const auto& inputs = problem().graph->layer(l).inputs;
                    if (std::find(inputs.begin(), inputs.end(), c.tensor) != inputs.end()) break;
                    before += problem().costs->layer(l, PlatformId{p}).latency_s;
                }
            c.lead.push_back(before);
        }
}

double AnyModel::wait(const Crossing& c, std::size_t from, std::size_t reader, std::size_t to) const
{
    const auto at = static_cast<std::size_t>(std::lower_bound(c.readers.begin(), c.readers.end(), reader) - c.readers.begin());
    return arrival(c, from, to) - c.lead[at * m_platforms + to];
}

/// What surely is in memory while the group runs: its inputs and outputs.
double AnyModel::stepBytes(std::size_t group, PlatformId id) const
{
    const Graph& graph = *problem().graph;
    const Platform& platform = problem().system->platform(id);
    const auto& members = fusion().groups[group];
    const bool fused = members.size() > 1 && problem().costs->fuses(group, id);
    const auto bytes = [&](std::span<const LayerId> layers) {
        double in = 0, out = 0;
        std::vector<TensorId> read;
        for (const LayerId l : layers)
            for (const TensorId t : graph.layer(l).inputs) {
                const auto& producer = graph.tensor(t).producer;
                if (producer && std::find(layers.begin(), layers.end(), *producer) != layers.end()) continue;
                if (std::find(read.begin(), read.end(), t) != read.end()) continue;
                read.push_back(t);
                in += m_evaluator.tensorBytes(t, id);
            }
        const Layer& last = graph.layer(layers.back());
        const auto& ops = platform.in_place_ops;
        const bool reuses = (platform.in_place && last.in_place) || std::find(ops.begin(), ops.end(), last.op) != ops.end();
        for (const TensorId t : last.outputs) {
            const double made = m_evaluator.tensorBytes(t, id);
            out = reuses ? std::max(out, made) : out + made;
        }
        return reuses ? std::max(in, out) : in + out;
    };
    if (fused) return bytes(members);
    double most = 0;
    for (const LayerId& l : members) most = std::max(most, bytes(std::span(&l, 1)));
    return most;
}

void AnyModel::costGroup(std::size_t g)
{
    Group& group = m_groups[g];
    const Graph& graph = *problem().graph;
    for (std::uint32_t p = 0; p < m_platforms; ++p) {
        const Cost& cost = problem().costs->group(g, PlatformId{p});
        group.seconds.push_back(cost.latency_s);
        group.joules.push_back(cost.energy_j);
        double weights = 0;
        // A weight that several layers read counts with the first of them: it may be stored once.
        for (const LayerId l : fusion().groups[g])
            for (const WeightId w : graph.layer(l).weights)
                if (graph.weight(w).readers.front() == l)
                    weights += weightBytes(graph.weight(w), problem().system->platforms[p]);
        group.weights.push_back(m_weigh ? weights : 0);
        double loss = 0;
        for (const LayerId l : fusion().groups[g])
            if (problem().sensitivity) loss += problem().sensitivity->value(l, PlatformId{p});
        group.loss.push_back(loss);
        group.step_bytes.push_back(m_weigh ? stepBytes(g, PlatformId{p}) : 0);
    }
}

/// Makes the weights of platforms that may run at once add up to 1 at most.
void AnyModel::normalised(std::vector<double>& weights) const
{
    std::vector<double> largest = weights;
    std::sort(largest.begin(), largest.end(), std::greater<>());
    // Transfers may keep platforms busy that do not run.
    const std::size_t sharing = m_busy_is_work ? std::min(m_most, m_homes.size()) : m_homes.size();
    double sum = 0;
    for (std::size_t i = 0; i < std::min(sharing, largest.size()); ++i) sum += largest[i];
    if (sum > 0)
        for (double& w : weights) w /= sum;
}

/// For any weights w >= 0 of which the largest that may run at once add up to 1: interval >= sum of the groups' least
/// w_p d(g, p), the dual of sharing the groups in fractions. Multiplicative steps towards the best w.
void AnyModel::findWeights()
{
    constexpr int kSteps = 100;
    std::vector<double> weights(m_platforms, 0);
    for (const std::uint32_t p : m_homes) weights[p] = 1;
    normalised(weights);
    m_weight.fill(weights);
    double best = 0;
    for (int step = 0; step < kSteps; ++step) {
        std::vector<double> loads(m_platforms, 0);
        double bound = 0, total = 0;
        for (const Group& group : m_groups) {
            const auto weighted = [&](std::uint32_t p) { return weights[p] * group.seconds[p]; };
            const auto at = std::min_element(group.homes.begin(), group.homes.end(),
                                             [&](std::uint32_t a, std::uint32_t b) { return weighted(a) < weighted(b); });
            if (at == group.homes.end()) return;
            bound += weighted(*at);
            loads[*at] += group.seconds[*at];
        }
        if (bound > best) {
            best = bound;
            m_weight[1] = weights;
        }
        for (const std::uint32_t p : m_homes) total += loads[p];
        if (total <= 0) return;
        for (const std::uint32_t p : m_homes)
            weights[p] *= std::exp((loads[p] / total - 1 / static_cast<double>(m_homes.size())) / (1 + step * 0.1));
        normalised(weights);
    }
}

void AnyModel::layOut(const SearchOptions& options)
{
    const System& system = *problem().system;
    m_layout.resources = m_layout.loads + m_platforms;
    m_layout.weights = m_layout.resources + m_evaluator.resources().count();
    m_layout.steps = m_layout.weights + m_platforms;
    m_layout.segment_loads = m_layout.steps + m_platforms;
    m_layout.fixed = m_layout.segment_loads + m_platforms;

    const bool floats = std::any_of(m_crossings.begin(), m_crossings.end(),
                                    [](const Crossing& c) { return c.floats() && c.readers.size() > 1; });
    bool idle = false, extra = false;
    for (const Platform& p : system.platforms) {
        idle = idle || p.idle_power_w > 0;
        extra = extra || p.invoke_s > 0 || (p.weight_stream_bytes_per_s > 0 && p.weight_resident_bytes);
    }
    const auto& wanted = options.objectives;
    const bool energy = std::find(wanted.begin(), wanted.end(), Objective::Energy) != wanted.end();
    m_idle_exact = energy && idle && !extra && !floats;
    const bool costs = std::find(wanted.begin(), wanted.end(), Objective::Cost) != wanted.end() ||
                       std::any_of(options.constraints.begin(), options.constraints.end(),
                                   [](const Constraint& c) { return c.kind == MetricKind::Cost; });
    m_track_hosts = costs;
    m_track_runs = costs || extra || m_idle_exact || m_most < m_homes.size();
}

void AnyModel::findLent()
{
    const CostTable& costs = *problem().costs;
    for (const auto& [where, fall_back] : costs.fallBacks()) {
        const auto [layer, platform] = where;
        const std::uint32_t g = fusion().group_of[layer.index()];
        auto& lent = m_groups[g].lent;
        if (lent.empty()) {
            lent.resize(m_platforms);
            for (Arc& nothing : lent) nothing.after.assign(1, 0);
        }
        Arc& arc = lent[platform.index()];
        if (m_track_hosts) arc.after[0] |= std::uint64_t{1} << (kHostShift + fall_back.host.index());
        arc.after[0] |= std::uint64_t{1} << (kPartShift + fall_back.host.index());
        addLoad(arc, fall_back.host.index(), fall_back.latency_s);
        for (const FallBack::Leg& leg : fall_back.legs) addHop(leg.hop, leg.bytes, platform.index(), arc);
    }
}

double AnyModel::lentBytes(std::size_t group, std::size_t platform) const
{
    const auto& lent = m_groups[group].lent;
    return lent.empty() ? 0 : amount(lent[platform], m_layout.bytes);
}

void AnyModel::collectLive()
{
    m_live.resize(groups() + 1);
    m_live_ends.resize(groups() + 1);
    m_carry.resize(groups());
    for (std::uint32_t c = 0; c < m_crossings.size(); ++c) {
        const Crossing& crossing = m_crossings[c];
        if (crossing.readers.empty()) continue;
        const std::size_t born = crossing.maker != kNone ? crossing.maker : crossing.readers.front();
        for (std::size_t g = born + 1; g <= crossing.readers.back(); ++g) {
            m_live[g].push_back(c);
            if (crossing.maker != kNone) m_live_ends[g].push_back(crossing.maker);
        }
    }
    for (auto& ends : m_live_ends) {
        std::sort(ends.begin(), ends.end());
        ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    }
    for (std::size_t g = 0; g < groups(); ++g)
        for (const std::uint32_t maker : m_live_ends[g + 1]) {
            const auto& now = m_live_ends[g];
            const auto at = std::lower_bound(now.begin(), now.end(), maker) - now.begin();
            m_carry[g].push_back(maker == g ? kNone : static_cast<std::uint32_t>(at));
        }
}

/// `after`: the group that ends where the segment starts; kNone: it starts with the inference.
void AnyModel::findReads(std::size_t g, std::size_t after)
{
    Group& group = m_groups[g];
    for (std::size_t p = 0; p < m_platforms; ++p) {
        double first = kNever, last = 0;
        for (const std::uint32_t c : group.reads) {
            const Crossing& crossing = m_crossings[c];
            if (crossing.maker == kNone) continue;
            const auto reader = std::ranges::lower_bound(crossing.readers, g) - crossing.readers.begin();
            const double lead = crossing.lead[static_cast<std::size_t>(reader) * m_platforms + p];
            if (after != kNone && (crossing.maker == after || precedes(after, crossing.maker))) first = std::min(first, lead);
            last = std::max(last, lead);
        }
        group.first_read_s[p] = first < kNever ? first : 0;
        group.last_read_s[p] = last;
    }
}

void AnyModel::findSegments()
{
    for (Group& group : m_groups) {
        group.first_read_s.assign(m_platforms, 0);
        group.last_read_s.assign(m_platforms, 0);
    }
    for (Crossing& c : m_crossings) c.leads.assign(c.readers.size(), c.readers.size() == 1 ? 1 : 0);
    if (groups() > kMostForAncestors) return;
    const std::size_t words = (groups() + 63) / 64;
    m_ancestors.assign(groups(), std::vector<std::uint64_t>(words, 0));
    for (std::size_t g = 0; g < groups(); ++g)
        for (const std::uint32_t before : m_graph.before[g]) {
            for (std::size_t w = 0; w < words; ++w) m_ancestors[g][w] |= m_ancestors[before][w];
            m_ancestors[g][before / 64] |= std::uint64_t{1} << (before % 64);
        }
    for (Crossing& c : m_crossings)
        for (std::size_t r = 0; r < c.readers.size(); ++r)
            c.leads[r] = std::all_of(c.readers.begin() + static_cast<std::ptrdiff_t>(r) + 1, c.readers.end(),
                                     [&](std::uint32_t later) { return precedes(c.readers[r], later); });
    std::size_t first = 0;
    for (std::size_t g = 0; g < groups(); ++g) {
        const auto& ends = m_live_ends[g + 1];
        if (ends.size() > 1 || (ends.size() == 1 && ends.front() != g)) continue;
        m_groups[g].closes = true;
        for (std::size_t h = first; h <= g; ++h) {
            m_groups[h].in_segment = (first == 0 || precedes(first - 1, h)) && (h == g || precedes(h, g));
            findReads(h, first == 0 ? kNone : first - 1);
        }
        first = g + 1;
    }
}

double AnyModel::mostMemory(std::size_t platform) const
{
    double weights = 0, step = 0;
    for (const Group& group : m_groups) {
        weights += group.weights[platform];
        step = std::max(step, group.step_bytes[platform]);
    }
    return weights + step;
}

std::uint64_t AnyModel::assignments() const
{
    constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
    std::uint64_t product = 1;
    for (const Group& group : m_groups) {
        if (group.homes.empty()) return 0;
        product = product > kMost / group.homes.size() ? kMost : product * group.homes.size();
    }
    return product;
}

} // namespace cutline
