// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/front_builder.h"

#include "core/search/anytime_bound.h"
#include "core/search/pareto.h"
#include "core/search/row.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cutline {
namespace {

/// Plans looked at to explain why none is feasible; enough to see every cut of two platforms.
constexpr std::uint64_t kDiagnosed = 20'000;

/// Sums in different orders differ by less, rounded to compare or not.
constexpr double kRounding = 4e-12;

} // namespace

GrowingLimits::GrowingLimits(const std::vector<Constraint>& constraints, const Scenario& scenario)
{
    // Bounds come from sums in another order than the judge's: leave room for rounding.
    const auto lower = [](double& limit, double value) { limit = std::min(limit, value * (1 + 1e-9)); };
    if (scenario.rate_hz) lower(interval_s, 1 / *scenario.rate_hz);
    for (const Constraint& c : constraints) {
        if (c.kind == MetricKind::Throughput && !c.at_most && c.limit > 0) lower(interval_s, 1 / c.limit);
        if (!c.at_most) continue;
        if (c.kind == MetricKind::Latency) lower(latency_s, c.limit);
        if (c.kind == MetricKind::InitiationInterval) lower(interval_s, c.limit);
        if (c.kind == MetricKind::Energy) lower(energy_j, c.limit);
        if (c.kind == MetricKind::LinkBytes) lower(link_bytes, c.limit);
        if (c.kind == MetricKind::MemoryMax) lower(memory_bytes, c.limit);
        if (c.kind == MetricKind::MemoryRatio) lower(memory_ratio, c.limit);
        if (c.kind == MetricKind::Sensitivity) lower(sensitivity, c.limit);
        if (c.kind == MetricKind::Cost) lower(cost, c.limit);
    }
}

FrontBuilder::FrontBuilder(std::shared_ptr<const PipelineSpace> space, const SearchTask& task,
                           const PipelineModel& model)
    : m_space(std::move(space)), m_task(task), m_model(model), m_limits(task.feasibility.constraints(), m_space->problem().scenario),
      m_width(task.options.objectives.size()), m_row(m_width), m_collector(*m_space, m_width),
      m_stream(task.options)
{
    const auto& objectives = task.options.objectives;
    // A limit is judged by the judge: outlines add up in another order.
    m_asks_memory = std::find(objectives.begin(), objectives.end(), Objective::Memory) != objectives.end();
    m_outline_tells_all = task.feasibility.constraints().empty() && !m_space->problem().scenario.rate_hz;
    m_always_fits = model.memoryAlwaysFits();
    m_epsilon = task.options.keep_dominated ? 0 : task.options.epsilon;
}

double FrontBuilder::costOf(const std::vector<PlatformId>& order) const
{
    double cost = 0;
    for (const PlatformId p : order)
        cost += m_space->problem().system->platform(p).cost_amount.value_or(std::numeric_limits<double>::quiet_NaN());
    return cost;
}

bool FrontBuilder::isHopeless(const Outline& outline, double plan_cost, double slack,
                              ParetoArchive::Hint& hint) const
{
    if (m_limits.broken(outline, plan_cost)) return true;
    if (m_task.options.keep_dominated) return false;
    std::array<double, kObjectives.size()> row;
    fillRow(outline, plan_cost, slack - m_epsilon, row.data());
    return m_collector.dominates({row.data(), m_width}, hint);
}

bool FrontBuilder::isBeaten(std::span<const double> row, ParetoArchive::Hint& hint) const
{
    if (m_epsilon <= 0) return m_collector.dominates(row, hint);
    std::array<double, kObjectives.size()> further;
    for (std::size_t d = 0; d < row.size(); ++d) further[d] = row[d] + m_epsilon * std::abs(row[d]);
    return m_collector.dominates({further.data(), row.size()}, hint);
}

void FrontBuilder::fillRow(const Outline& o, double plan_cost, double slack, double* row) const
{
    const auto value = [&](Objective objective) {
        switch (objective) {
        case Objective::Latency: return o.latency_s;
        case Objective::InitiationInterval: return o.interval_s;
        case Objective::Energy: return o.energy_j;
        case Objective::Memory: return m_task.memory_as_ratio ? o.memory_ratio : o.memory_bytes;
        case Objective::LinkBytes: return o.link_bytes;
        case Objective::Sensitivity: return o.sensitivity;
        default: return plan_cost;
        }
    };
    for (std::size_t d = 0; d < m_width; ++d) {
        const double v = value(m_task.options.objectives[d]);
        row[d] = comparable(v - slack * std::abs(v));
    }
}

Summary FrontBuilder::told(const Outline& outline, double plan_cost) const
{
    Summary s;
    s.latency_s = outline.latency_s;
    s.initiation_interval_s = outline.interval_s;
    s.energy_j = outline.energy_j;
    s.link_bytes = outline.link_bytes;
    s.memory_bytes_max = outline.memory_bytes;
    if (m_task.memory_as_ratio) s.tightest_ratio = outline.memory_ratio;
    s.cost = plan_cost;
    if (m_space->problem().sensitivity) s.sensitivity = outline.sensitivity;
    return s;
}

bool FrontBuilder::look(const Outline& outline, const PipelineKey& key, double plan_cost)
{
    if ((++m_found.proof.evaluated & 255) == 0 && stopped()) return false;
    if (isHopeless(outline, plan_cost, outline.exact ? 0 : 1e-12, m_hint)) return true;
    if (m_task.options.keep_dominated) return list(key);
    std::optional<Summary> summary;
    Outline known = outline;
    if (outline.exact && m_outline_tells_all && (m_asks_memory || !m_always_fits)) {
        findMemory(known, key);
        if (isHopeless(known, plan_cost, 0, m_hint)) return true;
    }
    if (outline.exact && m_outline_tells_all && (m_always_fits || known.fits) &&
        (!m_asks_memory || known.memory_exact)) {
        fillRow(known, plan_cost, 0, m_row.data());
        if (known.memory_exact) summary = told(known, plan_cost);
    } else {
        summary = judged(m_space->plan(key), m_task);
        if (!summary) return true;
        cutline::fillRow(*summary, m_task.options.objectives, m_row.data());
    }
    collect(m_row, key, summary);
    return true;
}

void FrontBuilder::collect(std::span<const double> row, const PipelineKey& key, const std::optional<Summary>& summary)
{
    if (m_collector.add(row, key, summary))
        m_stream.grew([&](std::vector<double>& rows) { m_collector.appendRows(rows); }, [&] { return soFar(); });
}

SearchResult FrontBuilder::soFar() const
{
    std::vector<PipelineKey> keys;
    std::vector<Summary> summaries;
    for (const FrontCollector::Entry& entry : m_collector.entries()) {
        keys.push_back(entry.key);
        summaries.push_back(entry.summary ? *entry.summary : summaryOf(entry.key));
    }
    SearchResult result =
        resultSoFar(std::make_shared<PipelineCandidates>(m_space, std::move(keys)), std::move(summaries), m_task.options);
    result.proof.evaluated = m_found.proof.evaluated;
    result.proof.elapsed_s = elapsed();
    return result;
}

bool FrontBuilder::add(std::span<const double> row, const PipelineKey& key)
{
    if ((++m_found.proof.evaluated & 255) == 0 && stopped()) return false;
    if (m_epsilon <= 0 || !isBeaten(row, m_hint)) collect(row, key, std::nullopt);
    return true;
}

void FrontBuilder::findMemory(Outline& outline, const PipelineKey& key) const
{
    if (outline.memory_exact) return;
    const auto memory = m_model.largestMemory(key, m_task.evaluator.period(outline.interval_s));
    if (!memory) return;
    outline.memory_bytes = memory->bytes;
    if (m_task.memory_as_ratio) outline.memory_ratio = memory->ratio;
    outline.fits = memory->fits;
    outline.memory_exact = true;
}

bool FrontBuilder::list(const PipelineKey& key)
{
    const auto summary = judged(m_space->plan(key), m_task);
    if (!summary) return true;
    m_keys.push_back(key);
    m_found.summaries.push_back(*summary);
    if (m_keys.size() < m_task.options.plan_cap) return true;
    m_found.proof.stop = Proof::Stop::Capped;
    return false;
}

bool FrontBuilder::stopped()
{
    if (m_task.progress.cancelled())
        m_found.proof.stop = Proof::Stop::Cancelled;
    else if (m_task.options.time_limit_s && elapsed() > *m_task.options.time_limit_s)
        m_found.proof.stop = Proof::Stop::TimeLimit;
    return m_found.proof.stop != Proof::Stop::Completed || (m_gives_up && m_gives_up());
}

Found FrontBuilder::finish()
{
    if (m_task.options.keep_dominated)
        listAll();
    else
        listFront();
    if (m_found.summaries.empty() && m_found.proof.stop == Proof::Stop::Completed) diagnose();
    m_found.proof.elapsed_s = elapsed();
    m_found.proof.kept = m_found.front.size();
    claim();
    return std::move(m_found);
}

void FrontBuilder::claim()
{
    Proof& proof = m_found.proof;
    if (proof.stop == Proof::Stop::Completed) m_proved = m_epsilon;
    if (m_proved == 0.0) return;
    proof.kind = m_proved ? Proof::Kind::Epsilon : Proof::Kind::Heuristic;
    proof.epsilon = m_proved.value_or(0);
    proof.lower_bound = lowerBound(*m_space, m_task, m_task.options.objectives.front());
    if (proof.kind == Proof::Kind::Heuristic) measureFront(*m_space, m_task, m_found);
}

void FrontBuilder::listAll()
{
    std::vector<double> rows(m_keys.size() * m_width);
    for (std::size_t i = 0; i < m_keys.size(); ++i)
        cutline::fillRow(m_found.summaries[i], m_task.options.objectives, rows.data() + i * m_width);
    m_found.front = firstAssignments(rows, paretoFront(rows, m_width));
    m_found.candidates = std::make_shared<PipelineCandidates>(m_space, std::move(m_keys));
}

/// Replaces each member of the front by the first assignment among its equals.
std::vector<std::uint32_t> FrontBuilder::firstAssignments(const std::vector<double>& rows,
                                                          std::vector<std::uint32_t> front) const
{
    const auto row = [&](std::uint32_t i) { return std::span(rows).subspan(i * m_width, m_width); };
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        return std::ranges::lexicographical_compare(row(a), row(b));
    };
    std::sort(front.begin(), front.end(), before);
    for (std::uint32_t i = 0; i < m_keys.size(); ++i) {
        const auto at = std::lower_bound(front.begin(), front.end(), i, before);
        if (at == front.end() || !std::ranges::equal(row(*at), row(i))) continue;
        if (m_space->assignmentBefore(m_keys[i], m_keys[*at])) *at = i;
    }
    std::sort(front.begin(), front.end());
    return front;
}

void FrontBuilder::listFront()
{
    std::vector<FrontCollector::Entry> entries = m_collector.entries();
    const std::vector<bool> stays = settled(entries);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!stays[i]) continue;
        const FrontCollector::Entry& entry = entries[i];
        m_found.front.push_back(static_cast<std::uint32_t>(m_keys.size()));
        m_keys.push_back(entry.key);
        m_found.summaries.push_back(entry.summary ? *entry.summary : summaryOf(entry.key));
    }
    m_found.candidates = std::make_shared<PipelineCandidates>(m_space, std::move(m_keys));
}

/// Where plans differ by no more than rounding in some objective, the judge's figures decide between them: whoever adds up
/// does it in another order, and a plan may owe its place on the front to the last bit of a sum. Tells who stays.
std::vector<bool> FrontBuilder::settled(std::span<FrontCollector::Entry> entries) const
{
    const std::vector<bool> doubtful = withinRounding(entries);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!doubtful[i]) continue;
        entries[i].summary = judged(m_space->plan(entries[i].key), m_task);
        if (entries[i].summary) cutline::fillRow(*entries[i].summary, m_task.options.objectives, entries[i].row.data());
    }
    ParetoArchive archive(m_width);
    for (std::size_t i = 0; i < entries.size(); ++i) archive.add(entries[i].row, i);
    std::vector<bool> stays(entries.size(), true);
    // Of plans one of which covers the other.
    const auto isFirst = [&](std::size_t a, std::size_t b) {
        return entries[a].row != entries[b].row || m_space->assignmentBefore(entries[a].key, entries[b].key);
    };
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!doubtful[i]) continue;
        stays[i] = stays[i] && !archive.anyCover(entries[i].row, [&](std::uint64_t other) { return other != i && isFirst(other, i); });
        archive.removeCovered(entries[i].row, [&](std::uint64_t other) {
            if (other != i && isFirst(i, other)) stays[other] = false;
            return false;
        });
    }
    return stays;
}

/// Of each plan whether another one is as good in some objective but for rounding, and not the same.
std::vector<bool> FrontBuilder::withinRounding(std::span<const FrontCollector::Entry> entries) const
{
    const std::size_t count = entries.size();
    std::vector<bool> doubtful(count);
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    for (std::size_t d = 0; d < m_width; ++d) {
        const auto value = [&](std::uint32_t i) { return entries[i].row[d]; };
        std::ranges::sort(order, {}, value);
        for (std::size_t first = 0, end = 0; first < count; first = end) {
            const auto follows = [&] { return value(order[end]) - value(order[end - 1]) <= kRounding * std::abs(value(order[end])); };
            for (end = first + 1; end < count && follows();) ++end;
            if (value(order[end - 1]) == value(order[first])) continue;
            for (std::size_t i = first; i < end; ++i) doubtful[order[i]] = true;
        }
    }
    return doubtful;
}

Summary FrontBuilder::summaryOf(const PipelineKey& key) const
{
    Outline outline = m_model.outline(key);
    if (outline.exact && m_outline_tells_all) {
        findMemory(outline, key);
        if (outline.memory_exact) return told(outline, costOf(m_space->orders()[key.order]));
    }
    return judged(m_space->plan(key), m_task).value();
}

void FrontBuilder::diagnose()
{
    Diagnosis diagnosis;
    std::uint64_t seen = 0;
    forEachPipeline(*m_space, [&](const PipelineKey& key) {
        diagnosis.add(m_task.feasibility.misses(m_task.evaluator.evaluate(m_space->plan(key))));
        return ++seen < kDiagnosed && ((seen & 63) != 0 || !m_task.progress.cancelled());
    });
    m_found.infeasible = diagnosis.verdict();
    if (!diagnosis.empty()) return;
    Violation v;
    v.subject = "pins";
    v.text = "pins, forbidden pairs and unsupported operators together leave no pipeline over " +
             std::to_string(m_space->platforms().size()) + " platforms in the orders allowed";
    m_found.infeasible = v;
}

std::optional<Summary> judged(const Plan& plan, const SearchTask& task)
{
    if (task.feasibility.needsMetrics()) {
        const Metrics metrics = task.evaluator.evaluate(plan);
        if (!task.feasibility.accepts(metrics)) return std::nullopt;
        Summary s = summaryOf(metrics);
        if (!task.memory_as_ratio) s.tightest_ratio = std::numeric_limits<double>::quiet_NaN();
        return s;
    }
    const Figures figures = task.evaluator.figures(plan);
    const Summary s = summaryOf(figures, task.memory_as_ratio);
    if (!figures.feasible || !task.feasibility.accepts(s)) return std::nullopt;
    return s;
}

Summary summaryOf(const Figures& figures, bool memory_as_ratio)
{
    Summary s;
    s.latency_s = figures.latency_s;
    s.initiation_interval_s = figures.initiation_interval_s;
    s.energy_j = figures.energy_j;
    s.link_bytes = figures.link_bytes;
    s.memory_bytes_max = figures.memory_bytes_max;
    if (memory_as_ratio) s.tightest_ratio = figures.tightest_ratio;
    s.cost = figures.cost;
    s.sensitivity = figures.sensitivity;
    return s;
}

} // namespace cutline
