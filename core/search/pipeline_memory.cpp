// SPDX-License-Identifier: GPL-3.0-or-later
// What a stage takes of its platform's memory (metrics.md "Memory"), from tables per down-set.
#include "core/search/pipeline_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cutline {

void PipelineModel::tabulateMemory()
{
    const Graph& graph = m_space.graph();
    const System& system = *m_space.problem().system;
    const auto& group_of = m_space.fusion().group_of;
    for (std::uint32_t w = 0; w < graph.weights().size(); ++w) {
        const Weight& weight = graph.weight(WeightId{w});
        if (weight.readers.size() < 2) continue;
        SharedWeight shared;
        for (const LayerId reader : weight.readers) shared.groups.push_back(group_of[reader.index()]);
        std::sort(shared.groups.begin(), shared.groups.end());
        shared.groups.erase(std::unique(shared.groups.begin(), shared.groups.end()), shared.groups.end());
        for (const Platform& platform : system.platforms) shared.bytes.push_back(weightBytes(weight, platform));
        m_shared_weights.push_back(std::move(shared));
    }
    m_crossing.assign(m_platforms * m_sets, 0);
    for (std::uint32_t p = 0; p < m_platforms; ++p)
        for (std::uint32_t s = 0; s < m_sets; ++s)
            for (const Live& l : live(s)) m_crossing[at(p, s)] += m_evaluator.tensorBytes(TensorId{l.tensor}, PlatformId{p});
    m_last_group.assign(m_sets, kInput);
    std::vector<std::uint32_t> ways_in(m_sets, 0);
    for (std::uint32_t s = 0; s < m_sets; ++s)
        for (const DownSets::Step step : m_space.sets().steps(s))
            m_last_group[step.next] = ways_in[step.next]++ == 0 ? step.group : kInput;
    m_one_step.resize(m_platforms * m_space.fusion().groups.size());
    for (std::uint32_t p = 0; p < m_platforms; ++p)
        for (std::size_t g = 0; g < m_space.fusion().groups.size(); ++g)
            m_one_step[p * m_space.fusion().groups.size() + g] =
                m_space.fusion().groups[g].size() == 1 || m_space.problem().costs->fuses(g, PlatformId{p});
    tabulateHeld();
    m_tells_memory = m_weights_count && system.memories.empty() &&
                     std::ranges::all_of(m_space.platforms(), [&](PlatformId p) { return m_peaks.isExact(p); });
}

void PipelineModel::checkMemory()
{
    const Graph& graph = m_space.graph();
    const System& system = *m_space.problem().system;
    m_memory_always_fits = m_weights_count;
    // Everything at once, each tensor in as many copies as a pipeline of all stages can ask for.
    const double copies = 2 * static_cast<double>(kMaxStages) + 2;
    std::vector<double> most(system.platforms.size(), 0);
    for (std::uint32_t p = 0; p < system.platforms.size(); ++p) {
        for (std::uint32_t l = 0; l < graph.layerCount(); ++l)
            most[p] += m_evaluator.layerWeightBytes(LayerId{l}, PlatformId{p});
        for (std::uint32_t t = 0; t < graph.tensors().size(); ++t) {
            double bytes = m_evaluator.tensorBytes(TensorId{t}, PlatformId{p});
            for (std::uint32_t q = 0; q < system.platforms.size(); ++q)
                bytes = std::max(bytes, m_evaluator.wireBytes(TensorId{t}, PlatformId{q}));
            most[p] += copies * bytes;
        }
        const auto capacity = system.platforms[p].memoryCapacity();
        if (capacity && most[p] > *capacity) m_memory_always_fits = false;
    }
    for (const SharedMemory& memory : system.memories) {
        double sum = 0;
        for (const PlatformId p : memory.shared_by) sum += most[p.index()];
        if (memory.capacity_bytes && sum > *memory.capacity_bytes) m_memory_always_fits = false;
    }
}

double PipelineModel::restingBytes(PlatformId id, std::uint32_t inner, std::uint32_t outer, double weight_bytes) const
{
    // Freed is a lower bound wherever orders are proven; exact for clean stages.
    return weight_bytes + (m_peaks.isExact(id) ? m_peaks.peakBytes(id, inner, outer, Passing::Freed) : 0);
}

namespace {

/// Further copies of a tensor that stays for this long (metrics.md "Memory").
double copiesOf(double stay_s, double period_s)
{
    return period_s > 0 ? std::floor(stay_s / period_s + 1e-9) : 0;
}

/// Groups of larger graphs are not held against each other, nor those of so many sets.
constexpr std::size_t kMostRelated = 2000, kMostHeldSets = 50'000;

constexpr double kAllStage = std::numeric_limits<double>::infinity();

} // namespace

/// How long before the end of a stage that ends with a set the live tensors of the set are made (graph inputs are there from
/// its start), from every group's place
/// in the order of all: what follows its maker runs after it, what neither follows nor goes before may.
void PipelineModel::tabulateHeld()
{
    const std::size_t groups = m_space.fusion().groups.size();
    m_held.resize(m_live.size() * m_platforms);
    const bool related = groups <= kMostRelated && m_sets <= kMostHeldSets;
    std::vector<std::vector<bool>> follows(related ? groups : 0, std::vector<bool>(groups));
    for (std::size_t g = follows.size(); g-- > 0;)
        for (const std::uint32_t next : m_after[g]) {
            follows[g][next] = true;
            for (std::size_t h = 0; h < groups; ++h)
                if (follows[next][h]) follows[g][h] = true;
        }
    for (std::size_t s = 0; s < m_sets; ++s)
        for (std::uint64_t i = m_first_live[s]; i < m_first_live[s + 1]; ++i) {
            const std::uint32_t maker = m_live[i].producer;
            for (std::uint32_t p = 0; p < m_platforms; ++p) {
                Span& held = m_held[i * m_platforms + p];
                if (maker == kInput) {
                    held = {kAllStage, kAllStage};
                    continue;
                }
                held = {0, isOneStep(maker, p) ? 0 : groupTime(maker, p)};
                if (maker == m_last_group[s]) continue;
                if (!related) {
                    held.most = m_time[at(p, s)];
                    continue;
                }
                for (std::size_t g = 0; g < groups; ++g) {
                    if (g == maker || !m_space.sets().contains(s, g)) continue;
                    const bool whole = isOneStep(g, p);
                    if (follows[maker][g] && whole) held.least += groupTime(g, p);
                    if (!follows[g][maker] || !whole) held.most += groupTime(g, p);
                }
            }
        }
}

PipelineModel::Memory PipelineModel::stageMemory(PlatformId id, std::uint32_t inner, std::uint32_t outer,
                                                 const StageFigures& stage, double busy_s, double waited_s, Period period) const
{
    const std::size_t p = id.index();
    const double base = restingBytes(id, inner, outer, stage.weight_bytes), received = m_crossing[at(p, inner)];
    const double least = m_space.problem().system->platform(id).double_buffer ? 1 : 0;
    Memory memory{base + least * received, base + least * received};
    const double stay = busy_s + waited_s;
    if (copiesOf(stay, period.s) <= least) return memory;
    // Only what the last step reads stays so long.
    const std::uint32_t last = m_last_group[outer];
    const bool last_known = last != kInput && isOneStep(last, p);
    const double sooner = last_known ? stay - groupTime(last, p) : stay;
    for (const Live& l : live(inner)) {
        const auto& readers = m_readers[l.tensor];
        const double bytes = m_evaluator.tensorBytes(TensorId{l.tensor}, id);
        const bool to_end = last_known && std::binary_search(readers.begin(), readers.end(), last);
        const auto more = [&](double stay_s) { return (std::max(least, copiesOf(stay_s, period.s)) - least) * bytes; };
        memory.most_bytes += more(last_known && !to_end ? sooner : stay);
        if (to_end && period.is_known) memory.least_bytes += more(busy_s);
    }
    return memory;
}

PipelineModel::Memory PipelineModel::sendingMemory(PlatformId id, std::uint32_t set, double busy_s, double leaving_s,
                                                   Period period) const
{
    const std::size_t p = id.index();
    const double least = m_space.problem().system->platform(id).double_buffer ? 1 : 0;
    Memory memory{least * m_crossing[at(p, set)], least * m_crossing[at(p, set)]};
    if (copiesOf(busy_s + leaving_s, period.s) <= least) return memory;
    for (std::uint64_t i = m_first_live[set]; i < m_first_live[set + 1]; ++i) {
        const Span& held = m_held[i * m_platforms + p];
        const double bytes = m_evaluator.tensorBytes(TensorId{m_live[i].tensor}, id);
        const auto more = [&](double held_s) {
            return bytes * (std::max(least, copiesOf(std::min(held_s, busy_s) + leaving_s, period.s)) - least);
        };
        memory.most_bytes += more(held.most);
        if (period.is_known) memory.least_bytes += more(held.least);
    }
    return memory;
}

PipelineModel::Resting PipelineModel::resting(PlatformId id, std::uint32_t inner, std::uint32_t outer,
                                              double weight_bytes) const
{
    const std::size_t p = id.index();
    const double copies = m_space.problem().system->platform(id).double_buffer ? 1 : 0;
    const double bytes = restingBytes(id, inner, outer, weight_bytes) + copies * m_crossing[at(p, inner)];
    const std::uint32_t last = m_last_group[outer];
    if (last == kInput || !isOneStep(last, p)) return {bytes, 0};
    const bool to_end = std::ranges::any_of(live(inner), [&](const Live& l) {
        return std::ranges::binary_search(m_readers[l.tensor], last);
    });
    return {bytes, to_end ? 0 : groupTime(last, p)};
}

double PipelineModel::longestHeld(PlatformId id, std::uint32_t set) const
{
    double longest = 0;
    for (std::uint64_t i = m_first_live[set]; i < m_first_live[set + 1]; ++i)
        longest = std::max(longest, m_held[i * m_platforms + id.index()].most);
    return longest;
}

std::optional<PipelineModel::Largest> PipelineModel::largestMemory(const PipelineKey& key, double period_s) const
{
    if (!m_tells_memory || !m_plain) return std::nullopt;
    const auto& order = m_space.orders()[key.order];
    Largest largest;
    std::uint32_t inner = 0;
    for (std::size_t s = 0; s < order.size(); ++s) {
        const PlatformId id = order[s];
        const bool sends = s + 1 < order.size();
        const std::uint32_t outer = sends ? key.cuts[s] : m_space.lastSet();
        if (!isClean(inner, outer)) return std::nullopt;
        const StageFigures figures = stage(id, inner, outer);
        const double busy = figures.busy_s + (s > 0 ? conversions(order[s - 1], id, inner, outer) : 0);
        Memory memory = stageMemory(id, inner, outer, figures, busy, 0, {period_s, true});
        if (sends) {
            if (!canReach(id, order[s + 1]) || isRelayed(id, order[s + 1])) return std::nullopt;
            const Message& sent = message(id, order[s + 1], outer);
            if (sent.bytes <= 0) return std::nullopt;
            const Memory sending = sendingMemory(id, outer, busy, sent.leaving_s, {period_s, true});
            memory.least_bytes += sending.least_bytes;
            memory.most_bytes += sending.most_bytes;
        }
        if (memory.least_bytes != memory.most_bytes) return std::nullopt;
        const double capacity = m_capacity[id.index()];
        largest.bytes = std::max(largest.bytes, memory.most_bytes);
        if (capacity > 0) {
            largest.ratio = std::max(largest.ratio, memory.most_bytes / capacity);
            largest.fits = largest.fits && memory.most_bytes <= capacity * (1 - 1e-12);
        }
        inner = outer;
    }
    return largest;
}

} // namespace cutline
