// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/evaluate.h"

#include "core/plan/edge_cuts.h"
#include "core/plan/evaluator_impl.h"
#include "core/plan/words.h"

#include <algorithm>
#include <cassert>
#include <optional>

namespace cutline {
namespace {

double memoryOf(const Workspace& work, std::size_t p) {
    return work.weight_bytes[p] + work.peak[p] + work.copies[p];
}

struct Tightest {
    double ratio = 0;
    std::uint32_t platform = kNone;
};

/// Highest share of a capacity among platforms that hold anything; a shared memory is named by its largest
/// user.
Tightest tightestMemory(const Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    Tightest tightest;
    const auto consider = [&](double ratio, std::uint32_t platform) {
        if (tightest.platform == kNone || ratio > tightest.ratio) tightest = {ratio, platform};
    };
    for (std::uint32_t p = 0; p < impl.platforms; ++p) {
        const auto capacity = impl.platform(p).memoryCapacity();
        const double memory = memoryOf(work, p);
        if (capacity && *capacity > 0 && memory > 0) consider(memory / *capacity, p);
    }
    for (const SharedMemory& shared : impl.problem.system->memories) {
        double sum = 0, largest = -1;
        std::uint32_t user = kNone;
        for (const PlatformId p : shared.shared_by) {
            const double memory = memoryOf(work, p.index());
            sum += memory;
            if (memory > largest) {
                largest = memory;
                user = p.value;
            }
        }
        if (shared.capacity_bytes && *shared.capacity_bytes > 0 && sum > 0)
            consider(sum / *shared.capacity_bytes, user);
    }
    return tightest;
}

std::optional<double> planCost(const Workspace& work) {
    double sum = 0;
    for (std::size_t p = 0; p < work.runs.size(); ++p) {
        if (!work.runs[p]) continue;
        const auto& amount = work.impl->platform(p).cost_amount;
        if (!amount) return std::nullopt;
        sum += *amount;
    }
    return sum;
}

/// Added up in the order of layers, however the plan's stages lie.
std::optional<double> planSensitivity(const Problem& problem, const Plan& plan) {
    if (!problem.sensitivity) return std::nullopt;
    const std::vector<PlatformId> assignment = assignmentOf(plan, problem.graph->layerCount());
    double sum = 0;
    for (std::uint32_t l = 0; l < assignment.size(); ++l)
        sum += problem.sensitivity->value(LayerId{l}, assignment[l]);
    return sum;
}

double planEnergy(const Workspace& work) {
    double sum = 0;
    for (const double energy : work.energy) sum += energy;
    for (const double energy : work.link_energy) sum += energy;
    return sum;
}

/// Crossing records come one per tensor and destination, tensors together.
std::vector<Crossing> crossings(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    std::sort(work.crossing.begin(), work.crossing.end(), [](const auto& a, const auto& b) {
        return std::pair(a.tensor, a.to) < std::pair(b.tensor, b.to);
    });
    std::vector<Crossing> list;
    for (const Workspace::Cross& cross : work.crossing) {
        if (list.empty() || list.back().tensor.value != cross.tensor) {
            const std::size_t at = impl.at(cross.tensor, cross.from);
            list.push_back({TensorId{cross.tensor},
                            PlatformId{cross.from},
                            {},
                            wireTypeName(impl, cross.tensor, cross.from),
                            impl.wire[at]});
        }
        list.back().to.push_back(PlatformId{cross.to});
    }
    return list;
}

} // namespace

Evaluator::Evaluator(Problem problem) : m_impl(std::make_unique<Impl>(std::move(problem))) {}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

const Problem& Evaluator::problem() const {
    return m_impl->problem;
}

const Evaluator& Evaluator::at(const Plan& plan) const {
    if (!m_impl->problem.variants) return *this;
    const bool own = std::all_of(plan.stages.begin(), plan.stages.end(), [](const Stage& s) { return s.precision == 0; });
    return own ? *this : m_impl->others.at(m_impl->problem, precisionsOf(plan, m_impl->platforms));
}

Metrics Evaluator::evaluate(const Plan& plan) const {
    if (const Evaluator& other = at(plan); &other != this) return other.evaluate(plan);
    if (m_impl->problem.compat.edge_cuts)
        if (auto metrics = edgeCutMetrics(m_impl->problem, plan)) return *metrics;
    Workspace& work = workspace();
    judge(*m_impl, plan, work);
    Metrics metrics;
    metrics.latency_s = work.latency;
    metrics.initiation_interval_s = work.interval;
    metrics.energy_j = planEnergy(work);
    metrics.link_bytes = work.link_total;
    for (std::size_t p = 0; p < m_impl->platforms; ++p) {
        metrics.platforms.push_back(
            {work.busy[p], work.energy[p], work.weight_bytes[p], work.peak[p], memoryOf(work, p)});
        metrics.memory_bytes_max = std::max(metrics.memory_bytes_max, memoryOf(work, p));
    }
    for (std::size_t l = 0; l < work.link_bytes.size(); ++l)
        metrics.links.push_back({work.link_bytes[l], work.link_busy[l], work.link_energy[l]});
    const Tightest tightest = tightestMemory(work);
    if (tightest.platform != kNone && !m_impl->problem.compat.element_memory) {
        metrics.tightest_ratio = tightest.ratio;
        metrics.tightest_platform = PlatformId{tightest.platform};
    }
    metrics.cost = planCost(work);
    metrics.sensitivity = planSensitivity(m_impl->problem, plan);
    metrics.crossing = crossings(work);
    for (const Fault& fault : work.faults) metrics.violations.push_back(inWords(*m_impl, fault));
    return metrics;
}

Figures Evaluator::figures(const Plan& plan) const {
    if (const Evaluator& other = at(plan); &other != this) return other.figures(plan);
    if (m_impl->problem.compat.edge_cuts)
        if (const auto m = edgeCutMetrics(m_impl->problem, plan))
            return {.latency_s = m->latency_s,
                    .initiation_interval_s = m->initiation_interval_s,
                    .energy_j = m->energy_j,
                    .link_bytes = m->link_bytes,
                    .memory_bytes_max = m->memory_bytes_max,
                    .sensitivity = m->sensitivity.value_or(Figures{}.sensitivity),
                    .feasible = m->feasible()};
    Workspace& work = workspace();
    judge(*m_impl, plan, work);
    Figures figures;
    figures.latency_s = work.latency;
    figures.initiation_interval_s = work.interval;
    figures.energy_j = planEnergy(work);
    figures.link_bytes = work.link_total;
    for (std::size_t p = 0; p < m_impl->platforms; ++p)
        figures.memory_bytes_max = std::max(figures.memory_bytes_max, memoryOf(work, p));
    const Tightest tightest = tightestMemory(work);
    if (tightest.platform != kNone && !m_impl->problem.compat.element_memory)
        figures.tightest_ratio = tightest.ratio;
    if (const auto cost = planCost(work)) figures.cost = *cost;
    if (const auto sum = planSensitivity(m_impl->problem, plan)) figures.sensitivity = *sum;
    figures.feasible = work.faults.empty();
    return figures;
}

Evaluator::Prefix Evaluator::prefix(const Plan& plan) const {
    Workspace& work = workspace();
    judge(*m_impl, plan, work);
    Prefix prefix;
    const auto last = static_cast<std::uint32_t>(plan.stages.size() - 1); // stage s is job s
    prefix.last_start_s = work.sim.start(last);
    prefix.last_end_s = work.sim.end(last);
    prefix.last_busy_s = work.sim.job(last).duration;
    for (std::uint32_t s = 0; s < last; ++s) prefix.others_end_s = std::max(prefix.others_end_s, work.sim.end(s));
    for (std::uint32_t p = 0; p < m_impl->platforms; ++p) {
        if (p != plan.stages.back().platform.value) prefix.interval_s = std::max(prefix.interval_s, work.busy[p]);
        prefix.memory_least_bytes.push_back(work.weight_bytes[p] + work.peak[p]);
        if (!work.involved[p]) continue;
        prefix.involved.push_back(PlatformId{p});
        const double idle = m_impl->platform(p).idle_power_w * std::max(0.0, work.period - work.busy[p]);
        prefix.energy_j += work.energy[p] - idle - m_impl->platform(p).idle_power_w * work.busy[p];
    }
    for (std::uint32_t l = 0; l < work.link_bytes.size(); ++l) {
        if (work.link_bytes[l] <= 0) continue;
        prefix.carrying.push_back(LinkId{l});
        prefix.energy_j += work.link_energy[l] -
                           m_impl->problem.system->links[l].link.energy.always_on_w * work.period;
    }
    prefix.busy_s = work.busy;
    prefix.resource_busy_s = work.resource_busy;
    for (const double busy : work.resource_busy) prefix.interval_s = std::max(prefix.interval_s, busy);
    prefix.link_bytes = work.link_total;
    prefix.memory_most_bytes = prefix.memory_least_bytes;
    addCopies(work, m_impl->period(prefix.interval_s), prefix.memory_most_bytes);
    addCopies(work, std::numeric_limits<double>::infinity(), prefix.memory_least_bytes);
    const PlatformId here = plan.stages.back().platform;
    prefix.last_held_bytes = work.held[here.index()];
    // What it reads itself it may forward too.
    for (const Workspace::Kept& kept : work.kept)
        if (kept.platform == here.value) prefix.last_held_bytes += m_impl->stored[m_impl->at(kept.tensor, here.index())];
    prefix.first_arrival_s = prefix.last_start_s;
    for (const Workspace::Holding& holding : work.holdings)
        if (holding.platform == plan.stages.back().platform.value)
            prefix.first_arrival_s = std::min(prefix.first_arrival_s, work.momentTime(holding.arrive));
    for (const Fault& fault : work.faults)
        prefix.feasible = prefix.feasible && fault.kind != Violation::Kind::Unsupported &&
                          fault.kind != Violation::Kind::Unreachable && fault.kind != Violation::Kind::UnknownShape;
    return prefix;
}

double Evaluator::layerWeightBytes(LayerId layer, PlatformId platform) const {
    double sum = m_impl->own_weights[m_impl->at(layer.index(), platform.index())];
    for (const std::uint32_t w : m_impl->shared_weights[layer.index()])
        sum += m_impl->weights[m_impl->at(w, platform.index())];
    return sum;
}

double Evaluator::tensorBytes(TensorId tensor, PlatformId platform) const {
    return m_impl->stored[m_impl->at(tensor.index(), platform.index())];
}

double Evaluator::wireBytes(TensorId tensor, PlatformId producer) const {
    return m_impl->wire[m_impl->at(tensor.index(), producer.index())];
}

std::string Evaluator::wireType(TensorId tensor, PlatformId producer) const {
    return wireTypeName(*m_impl, tensor.index(), producer.index());
}

double Evaluator::conversionTime(TensorId tensor, PlatformId producer, PlatformId on) const {
    return m_impl->conversion(tensor.index(), producer.index(), on.index());
}

TransferCost Evaluator::hopCost(LinkId link, double payload_bytes) const {
    return m_impl->hopCost(link, payload_bytes);
}
const Routes& Evaluator::routes() const {
    return m_impl->routes;
}
const LinkResources& Evaluator::resources() const {
    return m_impl->resources;
}
double Evaluator::period(double initiation_interval_s) const {
    return m_impl->period(initiation_interval_s);
}

} // namespace cutline
