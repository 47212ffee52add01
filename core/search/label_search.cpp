// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/label_search.h"

#include "core/search/front_builder.h"
#include "core/search/label_states.h"
#include "core/search/row.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <optional>

namespace cutline {
namespace {

using Partial = PipelineModel::Partial;

/// The largest memory of several platforms: no less, no more.
struct Need {
    double least = 0, most = 0; ///< in the objective's unit: bytes, or a share of the capacity
    double least_bytes = 0, most_bytes = 0;
    bool fits = true; ///< false: one of them may yet turn out too small
};

/// A partial pipeline: its last stage has ended and nothing of that stage is sent; or, having arrived, everything live
/// is on the last platform of its order, which has not yet begun.
struct Label {
    std::uint32_t set = 0;
    std::uint32_t order = 0;
    std::uint32_t parent = 0; ///< label of the stage before; kNoParent; with kLoose: a key of its own
    double latency_s = 0, interval_s = 0, energy_j = 0, dynamic_j = 0, link_bytes = 0, sensitivity = 0;
    double conversions_s = 0; ///< of a label that arrived: what the next stage does first
    double waited_s = 0;      ///< likewise: how long the first of what arrived waits for the rest
    // Only where memory matters: what all platforms need so far, what those before the last one do, and the last one by
    // itself, in bytes, before it sends.
    Need need, past;
    PipelineModel::Memory last;
    double last_busy_s = 0;
    std::array<double, PipelineModel::kShared> shared_s{};
};
constexpr std::uint32_t kNoParent = 0x7fffffff;
constexpr std::uint32_t kLoose = 0x80000000;

/// A partial pipeline that is compared with none.
struct Loose {
    PipelineKey key; ///< its order is that of the stages so far
    std::uint32_t set = 0;
    Label floor;     ///< no figure can be less, however its tensors travel
    double end_s = 0; ///< likewise for the end of the last stage
};

/// Figures that decide about a label beside its state.
enum class Figure : std::uint8_t { Latency, Interval, Energy, LinkBytes, Sensitivity, Memory, Conversions, Period };

class LabelSearch {
public:
    LabelSearch(std::shared_ptr<const PipelineSpace> space, const SearchTask& task, PipelineModel& model)
        : m_space(std::move(space)), m_task(task), m_model(model), m_builder(m_space, task, m_model),
          m_around_s(m_space->problem().scenario.sensor_s + m_space->problem().scenario.post_s)
    {
    }

    Found run()
    {
        chooseFigures();
        m_states.emplace(*m_space, m_model, m_power_matters);
        begin();
        while (m_level < m_states->mostStages() && arrive() && complete() && m_level + 1 < m_states->mostStages() &&
               advance()) {
        }
        m_builder.proof().evaluated += m_passed_over;
        m_builder.proof().pruned += m_pruned;
        return m_builder.finish();
    }

private:
    /// Labels kept for one state and set while a level is made.
    struct Bucket {
        Bucket(std::size_t width, std::span<const std::uint8_t> loads) : shared(loads), archive(width + loads.size()) {}
        std::span<const std::uint8_t> shared; ///< loads to compare
        ParetoArchive archive;
        std::vector<Label> labels;
        std::vector<double> rows;

        std::vector<Label> kept() const; ///< in the order in which they came
    };
    /// Labels that arrived, by the state that they begin to make, and by set.
    using Arrived = std::vector<std::vector<std::vector<Label>>>;

    void chooseFigures();
    void findLimits();
    void begin();
    bool arrive();
    bool growLoose();
    bool complete();
    bool advance();

    // Labels of this level, by state and set.
    std::span<const Label> labelsAt(std::uint32_t state, std::uint32_t set) const
    {
        const std::uint32_t slot = m_slot_of[state];
        if (slot == kNoSlot) return {};
        const std::size_t at = std::size_t{slot} * m_space->sets().size() + set;
        return {m_labels.data() + m_first[at], m_labels.data() + m_first[at + 1]};
    }
    std::uint32_t numberOf(const Label& label) const { return static_cast<std::uint32_t>(&label - m_labels.data()); }

    bool movesPlainly(const LabelStates::State& state, PlatformId next, std::uint32_t set) const
    {
        return m_model.canReach(state.last, next) && m_model.message(state.last, next, set).bytes > 0 &&
               !(m_memory_matters && m_model.isRelayed(state.last, next));
    }
    Label sent(const Label& label, const LabelStates::State& state, PlatformId next) const;
    bool run(Label& label, PlatformId platform, std::uint32_t outer, const PipelineModel::StageFigures& stage) const;
    bool add(Need& need, PlatformId platform, double least_bytes, double most_bytes) const;
    Outline outlineOf(const Label& label, const LabelStates::State& state) const;
    Outline boundOf(const Label& label, const LabelStates::State& state) const;
    Outline boundOf(const Loose& loose, const Partial& partial, const LabelStates::State& state) const;
    void runBelow(Loose& loose, std::uint32_t before, std::uint32_t inner, std::uint32_t outer) const;
    void fillRow(const Label& label, double energy_j, std::span<const std::uint8_t> loads, bool most_memory,
                 double* row) const;
    template <class Hopeless>
    bool offer(Bucket& bucket, const Label& label, double energy_j, std::uint32_t strict, Hopeless hopeless) const;
    void consider(Bucket& bucket, const Label& label, const LabelStates::State& state,
                  ParetoArchive::Hint& hint, std::uint64_t& pruned) const;
    bool isBefore(const Label& a, const Label& b) const
    {
        return m_space->assignmentBefore(keyOf(a), keyOf(b));
    }
    PipelineKey keyOf(const Label& label) const;
    Partial replayed(const PipelineKey& key, std::size_t stages) const;
    void expandInto(std::uint32_t outer, std::vector<std::optional<Bucket>>& buckets, std::vector<Loose>& loose,
                    std::uint64_t& pruned) const;
    void loosen(std::uint32_t from, std::uint32_t inner, const LabelStates::Move& move, std::uint32_t outer,
                std::vector<Loose>& loose, std::uint64_t& pruned) const;
    void addLoose(const PipelineKey& key, std::uint32_t before, std::uint32_t inner, std::uint32_t outer,
                  const Label& floor, double end_s, const Partial& partial, std::vector<Loose>& list,
                  ParetoArchive::Hint& hint, std::uint64_t& pruned) const;
    std::span<const std::uint8_t> loads() const
    {
        return m_compares_loads ? m_states->loads() : std::span<const std::uint8_t>{};
    }
    std::optional<Label> arrival(const PipelineKey& key, std::uint32_t inner, std::uint32_t outer) const;
    bool powersAlike(const Evaluator::Prefix& prefix, const std::vector<PlatformId>& order,
                     const PipelineModel::Powered& powered) const;
    Plan prefixOf(const PipelineKey& key, std::uint32_t outer) const;
    bool growLooseBy(const Loose& loose, const LabelStates::Next& next, std::vector<Loose>& grown);
    bool stopNow() { return m_stop.load(std::memory_order_relaxed) || (m_stop = m_builder.stopped()); }

    static constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

    std::shared_ptr<const PipelineSpace> m_space;
    const SearchTask& m_task;
    PipelineModel& m_model;
    FrontBuilder m_builder;
    std::optional<LabelStates> m_states;
    double m_around_s;
    bool m_power_matters = false;
    std::vector<Figure> m_figures;     ///< of a row
    std::size_t m_width = 0;           ///< at least 1
    bool m_compares_loads = false;     ///< of shared resources
    bool m_memory_matters = false;
    std::vector<double> m_most_bytes, m_most_busy_s; ///< limits by platform
    std::uint32_t m_strict = 0;        ///< figures that stay better whatever follows, and are objectives
    std::uint32_t m_final = 0;         ///< figures that are objectives

    std::size_t m_level = 0;           ///< stages of the labels below
    std::vector<Label> m_labels;       ///< of all levels, those of this one last
    std::vector<std::uint32_t> m_slot_of; ///< by state; kNoSlot: not of this level
    std::vector<std::uint64_t> m_first;
    std::vector<Loose> m_loose;
    std::vector<PipelineKey> m_loose_keys; ///< of labels that come from loose partial pipelines
    std::vector<std::uint32_t> m_targets; ///< states of the next level
    Arrived m_arrived;                    ///< by target, as they stand there
    std::uint64_t m_passed_over = 0, m_pruned = 0;
    std::atomic<bool> m_stop{false};
};

void LabelSearch::chooseFigures()
{
    const auto isObjective = [&](Objective o) { return std::ranges::find(m_task.options.objectives, o) != m_task.options.objectives.end(); };
    const auto isLimited = [&](std::initializer_list<MetricKind> kinds) {
        return std::ranges::any_of(m_task.feasibility.constraints(),
                                   [&](const Constraint& c) { return std::ranges::find(kinds, c.kind) != kinds.end(); });
    };
    const Problem& problem = m_space->problem();
    const auto add = [&](Figure figure, bool objective, bool adds_up) {
        const std::uint32_t bit = 1u << m_figures.size();
        if (objective) m_final |= bit;
        if (objective && adds_up) m_strict |= bit;
        m_figures.push_back(figure);
    };
    const bool energy = isObjective(Objective::Energy) || isLimited({MetricKind::Energy});
    const bool powered = std::ranges::any_of(problem.system->platforms, [](const Platform& p) { return p.idle_power_w > 0; }) ||
                         std::ranges::any_of(problem.system->links, [](const Connection& c) { return c.link.energy.always_on_w > 0; });
    m_power_matters = energy && powered;
    const bool period = m_power_matters && !problem.scenario.rate_hz;
    if (isObjective(Objective::Latency) || isLimited({MetricKind::Latency})) add(Figure::Latency, isObjective(Objective::Latency), true);
    if (energy) add(Figure::Energy, isObjective(Objective::Energy), true);
    if (isObjective(Objective::LinkBytes) || isLimited({MetricKind::LinkBytes})) add(Figure::LinkBytes, isObjective(Objective::LinkBytes), true);
    if (isObjective(Objective::Sensitivity) || isLimited({MetricKind::Sensitivity}))
        add(Figure::Sensitivity, isObjective(Objective::Sensitivity), true);
    findLimits();
    if (isObjective(Objective::Memory)) add(Figure::Memory, true, false);
    // How many copies of a tensor a platform holds depends on the period.
    const bool interval = isObjective(Objective::InitiationInterval) || period || m_memory_matters || problem.scenario.rate_hz ||
                          isLimited({MetricKind::InitiationInterval, MetricKind::Throughput});
    if (interval) add(Figure::Interval, isObjective(Objective::InitiationInterval), false);
    if (m_model.converts() || m_memory_matters) add(Figure::Conversions, false, false);
    // A shorter period may ask for more copies in stages to come: where memory is at stake only equals compare.
    if (m_memory_matters && !problem.scenario.rate_hz) add(Figure::Period, false, false);
    m_compares_loads = interval;
    m_width = std::max<std::size_t>(1, m_figures.size()); // cost alone: all labels of a state are equal
}

/// Limits of single platforms: capacities, and what constraints say of them.
void LabelSearch::findLimits()
{
    const System& system = *m_space->problem().system;
    constexpr double kNone = std::numeric_limits<double>::infinity();
    m_most_bytes.assign(system.platforms.size(), kNone);
    m_most_busy_s.assign(system.platforms.size(), kNone);
    const auto lower = [](double& limit, double value) { limit = std::min(limit, value); };
    for (std::uint32_t p = 0; p < system.platforms.size(); ++p) {
        const double capacity = m_model.capacity(PlatformId{p});
        if (capacity > 0 && !m_model.memoryAlwaysFits()) lower(m_most_bytes[p], capacity);
        for (const Constraint& c : m_task.feasibility.constraints()) {
            if (c.kind == MetricKind::MemoryMax) lower(m_most_bytes[p], c.limit);
            if (c.kind == MetricKind::MemoryRatio && capacity > 0) lower(m_most_bytes[p], c.limit * capacity);
            if (c.kind == MetricKind::PlatformMemory && c.subject == p) lower(m_most_bytes[p], c.limit);
            if (c.kind == MetricKind::PlatformBusy && c.subject == p) lower(m_most_busy_s[p], c.limit);
        }
    }
    m_memory_matters = std::ranges::find(m_task.options.objectives, Objective::Memory) != m_task.options.objectives.end() ||
                       std::ranges::any_of(m_most_bytes, [](double limit) { return limit < kNone; }) ||
                       (isLarge(*m_space) && m_model.tellsMemory());
}

void LabelSearch::begin()
{
    m_level = 1;
    m_slot_of.assign(m_states->states().size(), kNoSlot);
    m_first.assign(1, 0);
    std::uint32_t slots = 0;
    const std::uint32_t all = m_space->lastSet();
    ParetoArchive::Hint hint;
    for (const LabelStates::Next& first : m_states->first()) {
        const std::uint32_t state = m_states->stateOf(first.order);
        m_slot_of[state] = slots++;
        for (std::uint32_t set = 0; set < m_space->sets().size(); ++set) {
            if (set > 0 && m_space->mayRun(first.platform, 0, set)) {
                Label label;
                label.order = first.order;
                label.parent = kNoParent;
                if (!run(label, first.platform, set, m_model.stage(first.platform, 0, set))) {
                    m_first.push_back(m_labels.size());
                    continue;
                }
                if (set == all)
                    m_builder.look(outlineOf(label, m_states->states()[state]), keyOf(label), m_states->states()[state].cost);
                else if (m_states->states()[state].most_left > 0)
                    m_labels.push_back(label);
            }
            m_first.push_back(m_labels.size());
        }
    }
}

/// The platform's stage from the label's set to `outer`; false: it breaks a limit of the platform, whatever follows.
bool LabelSearch::run(Label& label, PlatformId platform, std::uint32_t outer,
                      const PipelineModel::StageFigures& stage) const
{
    const double busy = stage.busy_s + label.conversions_s;
    if (busy > m_most_busy_s[platform.index()] * (1 + 1e-9)) return false;
    label.latency_s += busy;
    label.interval_s = std::max(label.interval_s, busy);
    label.energy_j += stage.energy_j -
                      m_space->problem().system->platform(platform).idle_power_w * label.conversions_s;
    label.dynamic_j += stage.dynamic_j;
    label.sensitivity += stage.sensitivity;
    const std::uint32_t inner = label.set;
    label.set = outer;
    bool possible = true;
    if (m_memory_matters) {
        const double period = m_task.evaluator.period(label.interval_s);
        label.last = m_model.stageMemory(platform, inner, outer, busy, label.waited_s, period);
        label.last_busy_s = busy;
        // Until it is known where to, sending may take as long as to the farthest.
        PipelineModel::Memory sending;
        if (outer != m_space->lastSet()) {
            double slowest = 0;
            for (const LabelStates::Move& move : m_states->states()[m_states->stateOf(label.order)].moves)
                slowest = std::max(slowest, m_model.message(platform, move.platform, outer).time_s);
            sending = m_model.sendingMemory(platform, outer, busy, slowest, period);
        }
        label.need = label.past;
        possible = add(label.need, platform, label.last.least_bytes + sending.least_bytes,
                       label.last.most_bytes + sending.most_bytes);
    }
    label.conversions_s = label.waited_s = 0;
    return possible;
}

/// False: the platform cannot hold it.
bool LabelSearch::add(Need& need, PlatformId platform, double least_bytes, double most_bytes) const
{
    const double unit = m_task.memory_as_ratio ? m_model.capacity(platform) : 1;
    need.least = std::max(need.least, least_bytes / unit);
    need.most = std::max(need.most, most_bytes / unit);
    need.least_bytes = std::max(need.least_bytes, least_bytes);
    need.most_bytes = std::max(need.most_bytes, most_bytes);
    need.fits = need.fits && most_bytes <= m_most_bytes[platform.index()] * (1 - 1e-12);
    return least_bytes <= m_most_bytes[platform.index()] * (1 + 1e-9);
}

Label LabelSearch::sent(const Label& label, const LabelStates::State& state, PlatformId next) const
{
    const PipelineModel::Message& message = m_model.message(state.last, next, label.set);
    Label result = label;
    result.parent = numberOf(label);
    result.order = m_states->then(label.order, next);
    result.latency_s += message.time_s;
    result.energy_j += message.energy_j;
    result.link_bytes += message.bytes * static_cast<double>(m_task.evaluator.routes().between(state.last, next).size());
    result.interval_s = std::max(result.interval_s, m_model.occupied(state.last, next, message, result.shared_s.data()));
    if (m_memory_matters) {
        const auto sending = m_model.sendingMemory(state.last, label.set, label.last_busy_s, message.time_s,
                                                   m_task.evaluator.period(result.interval_s));
        add(result.past, state.last, label.last.least_bytes + sending.least_bytes,
            label.last.most_bytes + sending.most_bytes);
        result.need = result.past;
    }
    // The stage that makes it clean again reads all of it.
    result.conversions_s = m_model.conversions(state.last, next, label.set, m_space->lastSet());
    return result;
}

Outline LabelSearch::outlineOf(const Label& label, const LabelStates::State& state) const
{
    Outline outline;
    outline.latency_s = label.latency_s + m_around_s;
    outline.interval_s = label.interval_s;
    outline.energy_j = label.energy_j + m_task.evaluator.period(label.interval_s) * state.power_w;
    outline.link_bytes = label.link_bytes;
    outline.sensitivity = label.sensitivity;
    outline.memory_bytes = label.need.least_bytes;
    if (m_task.memory_as_ratio) outline.memory_ratio = label.need.least;
    outline.memory_exact = m_memory_matters && label.need.least == label.need.most &&
                           label.need.least_bytes == label.need.most_bytes;
    outline.fits = m_memory_matters && label.need.fits;
    outline.exact = true;
    return outline;
}

Outline LabelSearch::boundOf(const Label& label, const LabelStates::State& state) const
{
    const PipelineModel::Rest rest = m_model.rest(state.rest, label.set);
    Outline outline;
    outline.exact = false;
    outline.interval_s = std::max(label.interval_s, rest.time_s / static_cast<double>(state.most_left));
    outline.latency_s = label.latency_s + m_around_s;
    if (m_model.oneSource()) outline.latency_s += m_states->allChains() ? rest.time_s : rest.path_s;
    outline.energy_j = m_model.idleInBounds() ? label.energy_j + rest.energy_j +
                                                    m_task.evaluator.period(outline.interval_s) * state.power_w
                                              : label.dynamic_j + rest.dynamic_j;
    outline.link_bytes = label.link_bytes;
    outline.sensitivity = label.sensitivity + rest.sensitivity;
    outline.memory_bytes = label.need.least_bytes;
    if (m_task.memory_as_ratio) outline.memory_ratio = label.need.least;
    // A lone tensor has to go to the next stage, whichever that is.
    if (m_model.oneSource() && m_model.liveCount(label.set) == 1) {
        PipelineModel::Message least{HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL};
        for (const LabelStates::Move& move : state.moves) {
            const PipelineModel::Message& m = m_model.message(state.last, move.platform, label.set);
            least.time_s = std::min(least.time_s, m.time_s);
            least.energy_j = std::min(least.energy_j, m.energy_j);
            least.bytes = std::min(least.bytes, m.bytes);
            least.busiest_s = std::min(least.busiest_s, m.busiest_s);
        }
        outline.latency_s += least.time_s;
        if (m_model.idleInBounds()) outline.energy_j += least.energy_j;
        outline.link_bytes += least.bytes;
        outline.interval_s = std::max(outline.interval_s, least.busiest_s);
    }
    return outline;
}

Outline LabelSearch::boundOf(const Loose& loose, const Partial& partial, const LabelStates::State& state) const
{
    Outline outline = m_model.openBound(partial, loose.key, state.rest, state.most_left, m_states->allChains());
    const PipelineModel::Rest rest = m_model.rest(state.rest, loose.set);
    outline.latency_s = std::max(outline.latency_s, loose.floor.latency_s + m_around_s);
    outline.interval_s = std::max(outline.interval_s, loose.floor.interval_s);
    outline.link_bytes = std::max(outline.link_bytes, loose.floor.link_bytes);
    if (m_model.idleInBounds())
        outline.energy_j = std::max(outline.energy_j, loose.floor.energy_j + rest.energy_j +
                                                          m_task.evaluator.period(outline.interval_s) * state.idle_w);
    return outline;
}

/// The next stage in figures that it has at least: what the last stage made for it comes in one message.
void LabelSearch::runBelow(Loose& loose, std::uint32_t before, std::uint32_t inner, std::uint32_t outer) const
{
    Label& floor = loose.floor;
    const auto& order = m_space->orders()[loose.key.order];
    const PlatformId from = order[order.size() - 2], on = order.back();
    const PipelineModel::Message message = m_model.handed(from, on, before, inner, outer);
    const PipelineModel::StageFigures stage = m_model.stage(on, inner, outer);
    floor.interval_s = std::max({floor.interval_s, message.busiest_s, stage.busy_s});
    floor.energy_j += message.energy_j + stage.energy_j;
    floor.link_bytes += message.bytes * static_cast<double>(m_task.evaluator.routes().between(from, on).size());
    // A stage that gets nothing of the last one may end before it.
    loose.end_s = stage.busy_s + (message.bytes > 0 ? loose.end_s + message.time_s : 0);
    floor.latency_s = std::max(floor.latency_s, loose.end_s);
}

void LabelSearch::fillRow(const Label& label, double energy_j, std::span<const std::uint8_t> loads, bool most_memory,
                          double* row) const
{
    row[0] = 0;
    std::size_t d = 0;
    for (const Figure figure : m_figures) switch (figure) {
        case Figure::Latency: row[d++] = comparable(label.latency_s); break;
        case Figure::Interval: row[d++] = comparable(label.interval_s); break;
        case Figure::Energy: row[d++] = comparable(energy_j); break;
        case Figure::LinkBytes: row[d++] = comparable(label.link_bytes); break;
        case Figure::Sensitivity: row[d++] = comparable(label.sensitivity); break;
        case Figure::Memory: row[d++] = comparable(most_memory ? label.need.most : label.need.least); break;
        case Figure::Period: row[d++] = comparable(-label.interval_s); break;
        case Figure::Conversions: row[d++] = comparable(label.conversions_s + label.waited_s); break;
        }
    d = m_width;
    for (const std::uint8_t r : loads) row[d++] = comparable(label.shared_s[r]);
}

/// Keeps the label unless it is hopeless, or one of its bucket makes it needless: that is no worse in anything, and better in a figure
/// that stays better to the end, or, where both may end equal, comes first in the order of assignments. Of memory the
/// most that the better one may need is held against the least that the other needs.
template <class Hopeless>
bool LabelSearch::offer(Bucket& bucket, const Label& label, double energy_j, std::uint32_t strict,
                        Hopeless hopeless) const
{
    std::array<double, kObjectives.size() + 4 + PipelineModel::kShared> least, most;
    fillRow(label, energy_j, bucket.shared, false, least.data());
    fillRow(label, energy_j, bucket.shared, true, most.data());
    const std::size_t width = bucket.archive.width();
    const auto needless = [&](const Label& other, const double* worse, const Label& one, const double* better) {
        if (!one.need.fits) return false;
        for (std::size_t d = 0; d < m_figures.size(); ++d)
            if (((strict >> d) & 1) != 0 && better[d] < worse[d]) return true;
        return isBefore(one, other);
    };
    const auto rowOf = [&](std::uint64_t tag) { return bucket.rows.data() + tag * width; };
    if (bucket.archive.anyCover({least.data(), width}, [&](std::uint64_t tag) {
            return needless(label, least.data(), bucket.labels[tag], rowOf(tag));
        }) ||
        hopeless())
        return false;
    bucket.archive.removeCovered({most.data(), width}, [&](std::uint64_t tag) {
        const Label& kept = bucket.labels[tag];
        return comparable(label.need.most) <= comparable(kept.need.least) &&
               needless(kept, rowOf(tag), label, most.data());
    });
    bucket.archive.add({most.data(), width}, bucket.labels.size());
    bucket.labels.push_back(label);
    bucket.rows.insert(bucket.rows.end(), most.begin(), most.begin() + static_cast<std::ptrdiff_t>(width));
    return true;
}

void LabelSearch::consider(Bucket& bucket, const Label& label, const LabelStates::State& state,
                           ParetoArchive::Hint& hint, std::uint64_t& pruned) const
{
    // Most labels lose against one of their bucket, which is asked sooner than the whole front.
    if (!offer(bucket, label, label.energy_j, m_strict,
               [&] { return m_builder.isHopeless(boundOf(label, state), state.cost, 1e-12, hint); }))
        ++pruned;
}

PipelineKey LabelSearch::keyOf(const Label& label) const
{
    PipelineKey key;
    if (label.parent != kNoParent) {
        if ((label.parent & kLoose) != 0) {
            key = m_loose_keys[label.parent & ~kLoose];
        } else {
            const Label& parent = m_labels[label.parent];
            key = keyOf(parent);
            key.cuts[m_space->orders()[parent.order].size() - 1] = parent.set;
        }
    }
    key.order = label.order;
    return key;
}

Partial LabelSearch::replayed(const PipelineKey& key, std::size_t stages) const
{
    Partial partial = m_model.empty();
    partial.open = !m_states->allChains();
    for (std::size_t s = 0; s < stages; ++s) partial = m_model.extended(partial, key, key.cuts[s]);
    return partial;
}

std::vector<Label> LabelSearch::Bucket::kept() const
{
    std::vector<std::uint64_t> tags;
    archive.forEach([&](std::span<const double>, std::uint64_t tag) { tags.push_back(tag); });
    std::sort(tags.begin(), tags.end());
    std::vector<Label> result;
    for (const std::uint64_t tag : tags) result.push_back(labels[tag]);
    return result;
}

/// Sends every label on to every platform that may follow.
bool LabelSearch::arrive()
{
    const std::size_t sets = m_space->sets().size();
    m_targets.clear();
    for (std::uint32_t t = 0; t < m_states->states().size(); ++t)
        if (m_states->states()[t].stages == m_level + 1) m_targets.push_back(t);
    m_arrived.assign(m_targets.size(), std::vector<std::vector<Label>>(sets));
    if (!growLoose()) return false;
    tbb::parallel_for(std::size_t{0}, m_targets.size() * sets, [&](std::size_t i) {
        const std::uint32_t target = m_targets[i / sets];
        const auto set = static_cast<std::uint32_t>(i % sets);
        std::vector<Label>& arrived = m_arrived[i / sets][set];
        std::optional<Bucket> bucket;
        const auto take = [&](const Label& label) {
            if (!bucket) bucket.emplace(m_width, loads());
            offer(*bucket, label, label.energy_j, m_strict, [] { return false; });
        };
        for (const Label& label : arrived) take(label);
        for (std::uint32_t q = 0; q < m_slot_of.size(); ++q) {
            if (m_slot_of[q] == kNoSlot || labelsAt(q, set).empty()) continue;
            const LabelStates::State& from = m_states->states()[q];
            for (const LabelStates::Move& move : from.moves)
                if (move.state == target && movesPlainly(from, move.platform, set))
                    for (const Label& label : labelsAt(q, set)) take(sent(label, from, move.platform));
        }
        if (bucket) arrived = bucket->kept();
    });
    return !stopNow();
}

/// Plans of one more stage, that stage being the last.
bool LabelSearch::complete()
{
    const std::uint32_t all = m_space->lastSet();
    std::vector<std::vector<Label>> whole(m_targets.size());
    std::vector<std::uint64_t> passed(m_targets.size(), 0);
    tbb::parallel_for(std::size_t{0}, m_targets.size(), [&](std::size_t i) {
        Bucket bucket(m_width, {});
        const LabelStates::State& target = m_states->states()[m_targets[i]];
        ParetoArchive::Hint hint;
        for (std::uint32_t inner = 1; inner < all; ++inner) {
            if (m_arrived[i][inner].empty() || !m_space->mayRun(target.last, inner, all)) continue;
            if (m_stop.load(std::memory_order_relaxed)) return;
            const auto stage = m_model.stage(target.last, inner, all);
            for (Label label : m_arrived[i][inner]) {
                ++passed[i];
                if (!run(label, target.last, all, stage)) continue;
                const Outline outline = outlineOf(label, target);
                offer(bucket, label, outline.energy_j, m_final,
                      [&] { return m_builder.isHopeless(outline, target.cost, 0, hint); });
            }
        }
        whole[i] = bucket.kept();
    });
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
        const LabelStates::State& target = m_states->states()[m_targets[i]];
        m_passed_over += passed[i] - whole[i].size();
        for (const Label& label : whole[i])
            if (!m_builder.look(outlineOf(label, target), keyOf(label), target.cost)) return false;
    }
    return !stopNow();
}

/// Partial pipelines that stand for themselves: those that can arrive do, for the stages after which they are clean;
/// for all other stages they go on as they are, or are looked at if complete.
bool LabelSearch::growLoose()
{
    std::vector<Loose> grown;
    const std::uint32_t all = m_space->lastSet();
    // Labels of which nothing is sent, or cannot be.
    for (std::uint32_t q = 0; q < m_slot_of.size(); ++q) {
        if (m_slot_of[q] == kNoSlot) continue;
        const LabelStates::State& from = m_states->states()[q];
        for (const LabelStates::Move& move : from.moves)
            for (std::uint32_t inner = 1; inner < all; ++inner) {
                const auto labels = labelsAt(q, inner);
                if (labels.empty() || !m_space->mayRun(move.platform, inner, all) ||
                    movesPlainly(from, move.platform, inner))
                    continue;
                for (const Label& label : labels) {
                    PipelineKey key = keyOf(label);
                    key.cuts[m_level - 1] = inner;
                    key.order = m_states->then(label.order, move.platform);
                    const Partial whole = m_model.extended(replayed(key, m_level), key, all);
                    if (!m_builder.look(m_model.closed(whole, key), key, m_states->states()[move.state].cost))
                        return false;
                }
            }
    }
    std::size_t seen = 0;
    for (const Loose& loose : m_loose) {
        if ((++seen & 255) == 0 && stopNow()) return false;
        for (const LabelStates::Next& next : m_states->next(loose.key.order))
            if (!growLooseBy(loose, next, grown)) return false;
    }
    m_loose = std::move(grown);
    return true;
}

/// A partial pipeline as a label that arrived at the last platform of the key's order, where all that is live goes to
/// that stage and nothing else is under way when it starts; nullopt otherwise.
std::optional<Label> LabelSearch::arrival(const PipelineKey& key, std::uint32_t inner, std::uint32_t outer) const
{
    const LabelStates::State& state = m_states->states()[m_states->stateOf(key.order)];
    const auto& order = m_space->orders()[key.order];
    const Evaluator::Prefix prefix = m_task.evaluator.prefix(prefixOf(key, outer));
    if (!prefix.feasible || prefix.last_start_s < prefix.others_end_s * (1 - 1e-12)) return std::nullopt;
    if (m_power_matters && !powersAlike(prefix, order, state.powered)) return std::nullopt;
    const auto stage = m_model.stage(state.last, inner, outer);
    const double idle = m_space->problem().system->platform(state.last).idle_power_w;
    Label label;
    label.order = key.order;
    label.set = inner;
    label.conversions_s = m_model.converts() ? std::max(0.0, prefix.last_busy_s - stage.busy_s) : 0;
    label.latency_s = prefix.last_start_s;
    label.interval_s = prefix.interval_s;
    label.energy_j = prefix.energy_j - (stage.energy_j - idle * label.conversions_s);
    label.link_bytes = prefix.link_bytes;
    for (std::size_t r = 0; r < m_model.shared().size(); ++r)
        label.shared_s[r] = prefix.resource_busy_s[m_model.shared()[r]];
    if (m_memory_matters) {
        if (prefix.last_held_bytes > 0) return std::nullopt;
        label.waited_s = prefix.last_start_s - prefix.first_arrival_s;
        for (const PlatformId p : prefix.involved) {
            if (p == state.last) continue;
            // What a relay holds counts with its own stage, should it get one.
            if (((state.left >> p.index()) & 1) != 0) return std::nullopt;
            add(label.past, p, prefix.memory_least_bytes[p.index()], prefix.memory_most_bytes[p.index()]);
        }
        label.need = label.past;
    }
    return label;
}

/// Relays and links under power are those that the state says.
bool LabelSearch::powersAlike(const Evaluator::Prefix& prefix, const std::vector<PlatformId>& order,
                              const PipelineModel::Powered& powered) const
{
    const System& system = *m_space->problem().system;
    std::vector<std::uint32_t> relays, links;
    for (const PlatformId p : prefix.involved)
        if (system.platform(p).idle_power_w > 0 && std::ranges::find(order, p) == order.end()) relays.push_back(p.value);
    for (const LinkId l : prefix.carrying)
        if (system.links[l.index()].link.energy.always_on_w > 0) links.push_back(l.value);
    return relays == powered.relays && links == powered.links;
}

/// The pipeline of the key up to `outer`. What its earlier stages do is what they do in every plan that it grows to.
Plan LabelSearch::prefixOf(const PipelineKey& key, std::uint32_t outer) const
{
    Plan plan = m_space->plan(key);
    std::erase_if(plan.stages.back().layers, [&](LayerId l) {
        return !m_space->sets().contains(outer, m_space->fusion().group_of[l.index()]);
    });
    return plan;
}

bool LabelSearch::growLooseBy(const Loose& loose, const LabelStates::Next& next, std::vector<Loose>& grown)
{
    const std::uint32_t all = m_space->lastSet();
    const std::uint32_t target = m_states->stateOf(next.order);
    const LabelStates::State& state = m_states->states()[target];
    PipelineKey key = loose.key;
    key.order = next.order;
    key.cuts[m_level - 1] = loose.set;
    const std::uint32_t before = m_level > 1 ? key.cuts[m_level - 2] : 0;
    const Partial partial = replayed(key, m_level);
    const Partial whole = m_model.extended(partial, key, all);
    ParetoArchive::Hint hint;
    const bool may_end = m_space->mayRun(next.platform, loose.set, all);
    const bool end_hopeless = !may_end || m_builder.isHopeless(m_model.closed(whole, key), state.cost, 1e-12, hint);
    std::uint32_t first_clean = end_hopeless ? 0 : all; // a set after which it is clean
    for (std::uint32_t outer = loose.set + 1; outer < all && state.most_left > 0; ++outer) {
        if (!m_space->sets().isSubset(loose.set, outer) || !m_space->mayRun(next.platform, loose.set, outer)) continue;
        if (m_model.isClean(loose.set, outer)) {
            if (first_clean == 0) first_clean = outer;
            continue;
        }
        addLoose(key, before, loose.set, outer, loose.floor, loose.end_s, m_model.extended(partial, key, outer), grown, hint, m_pruned);
    }
    if (first_clean == 0) return true;
    if (auto label = arrival(key, loose.set, first_clean)) {
        label->parent = kLoose | static_cast<std::uint32_t>(m_loose_keys.size());
        label->dynamic_j = partial.dynamic_j;
        label->sensitivity = partial.sensitivity;
        m_loose_keys.push_back(key);
        m_arrived[static_cast<std::size_t>(std::ranges::find(m_targets, target) - m_targets.begin())][loose.set].push_back(
            *label);
        return true;
    }
    // It cannot: clean sets are carried on like the others.
    for (std::uint32_t outer = loose.set + 1; outer < all && state.most_left > 0; ++outer)
        if (m_space->sets().isSubset(loose.set, outer) && m_space->mayRun(next.platform, loose.set, outer) &&
            m_model.isClean(loose.set, outer))
            addLoose(key, before, loose.set, outer, loose.floor, loose.end_s, m_model.extended(partial, key, outer), grown, hint,
                     m_pruned);
    return end_hopeless || m_builder.look(m_model.closed(whole, key), key, state.cost);
}

void LabelSearch::loosen(std::uint32_t from, std::uint32_t inner, const LabelStates::Move& move, std::uint32_t outer,
                         std::vector<Loose>& loose, std::uint64_t& pruned) const
{
    ParetoArchive::Hint hint;
    for (const Label& label : labelsAt(from, inner)) {
        PipelineKey key = keyOf(label);
        key.cuts[m_level - 1] = inner;
        key.order = m_states->then(label.order, move.platform);
        addLoose(key, m_level > 1 ? key.cuts[m_level - 2] : 0, inner, outer, label, label.latency_s,
                 m_model.extended(replayed(key, m_level), key, outer), loose, hint, pruned);
    }
}

void LabelSearch::addLoose(const PipelineKey& key, std::uint32_t before, std::uint32_t inner, std::uint32_t outer,
                           const Label& floor, double end_s, const Partial& partial, std::vector<Loose>& list,
                           ParetoArchive::Hint& hint, std::uint64_t& pruned) const
{
    const LabelStates::State& state = m_states->states()[m_states->stateOf(key.order)];
    Loose loose{key, outer, floor, end_s};
    runBelow(loose, before, inner, outer);
    if (m_builder.isHopeless(boundOf(loose, partial, state), state.cost, 1e-12, hint))
        ++pruned;
    else
        list.push_back(loose);
}

/// All labels of one more stage whose last stage ends with `outer`; one bucket for each target.
void LabelSearch::expandInto(std::uint32_t outer, std::vector<std::optional<Bucket>>& buckets,
                             std::vector<Loose>& loose, std::uint64_t& pruned) const
{
    ParetoArchive::Hint hint;
    for (std::uint32_t inner = 1; inner < outer; ++inner) {
        if (!m_space->sets().isSubset(inner, outer)) continue;
        const bool clean = m_model.isClean(inner, outer);
        if (clean)
            for (std::size_t t = 0; t < m_targets.size(); ++t) {
                const LabelStates::State& target = m_states->states()[m_targets[t]];
                if (!buckets[t] || m_arrived[t][inner].empty() || !m_space->mayRun(target.last, inner, outer)) continue;
                const auto stage = m_model.stage(target.last, inner, outer);
                for (Label label : m_arrived[t][inner]) {
                    if (run(label, target.last, outer, stage))
                        consider(*buckets[t], label, target, hint, pruned);
                    else
                        ++pruned;
                }
            }
        for (std::uint32_t q = 0; q < m_slot_of.size(); ++q) {
            if (m_slot_of[q] == kNoSlot || labelsAt(q, inner).empty()) continue;
            const LabelStates::State& from = m_states->states()[q];
            for (const LabelStates::Move& move : from.moves)
                if (m_states->states()[move.state].most_left > 0 && m_space->mayRun(move.platform, inner, outer) &&
                    (!clean || !movesPlainly(from, move.platform, inner)))
                    loosen(q, inner, move, outer, loose, pruned);
        }
    }
}

bool LabelSearch::advance()
{
    const std::size_t sets = m_space->sets().size();
    struct Made {
        std::vector<std::vector<Label>> labels; ///< by target
        std::vector<Loose> loose;
        std::uint64_t pruned = 0;
    };
    std::vector<Made> made(sets);
    // Sets with more below them take longer: they go first.
    tbb::parallel_for(std::size_t{1}, sets, [&](std::size_t i) {
        if (m_stop.load(std::memory_order_relaxed) || m_task.progress.cancelled()) return;
        const auto outer = static_cast<std::uint32_t>(sets - 1 - i);
        Made& mine = made[outer];
        std::vector<std::optional<Bucket>> buckets(m_targets.size());
        for (std::size_t t = 0; t < m_targets.size(); ++t)
            if (m_states->states()[m_targets[t]].most_left > 0) buckets[t].emplace(m_width, loads());
        expandInto(outer, buckets, mine.loose, mine.pruned);
        for (const auto& bucket : buckets) mine.labels.push_back(bucket ? bucket->kept() : std::vector<Label>{});
    });
    if (stopNow()) return false;
    m_slot_of.assign(m_states->states().size(), kNoSlot);
    m_first.assign(1, m_labels.size());
    std::uint32_t slots = 0;
    for (std::size_t t = 0; t < m_targets.size(); ++t) {
        m_slot_of[m_targets[t]] = slots++;
        for (std::size_t set = 0; set < sets; ++set) {
            if (!made[set].labels.empty())
                m_labels.insert(m_labels.end(), made[set].labels[t].begin(), made[set].labels[t].end());
            m_first.push_back(m_labels.size());
        }
    }
    for (Made& m : made) {
        m_loose.insert(m_loose.end(), m.loose.begin(), m.loose.end());
        m_pruned += m.pruned;
    }
    ++m_level;
    return true;
}

} // namespace

bool labelsFit(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model)
{
    bool memory = !model.memoryAlwaysFits() || std::ranges::find(task.options.objectives, Objective::Memory) !=
                                                   task.options.objectives.end();
    for (const Constraint& c : task.feasibility.constraints()) switch (c.kind) {
        case MetricKind::Throughput:
            if (c.at_most) return false;
            break;
        case MetricKind::MemoryMax:
        case MetricKind::MemoryRatio:
        case MetricKind::PlatformMemory: memory = true; [[fallthrough]];
        case MetricKind::Latency:
        case MetricKind::InitiationInterval:
        case MetricKind::Energy:
        case MetricKind::LinkBytes:
        case MetricKind::Sensitivity:
        case MetricKind::Cost:
        case MetricKind::PlatformBusy:
            if (!c.at_most) return false;
            break;
        default: return false;
        }
    // Without a period labels of unlike intervals cannot be compared; looking at every plan is quicker then.
    const bool rate_known = space.problem().scenario.rate_hz.has_value(), large = isLarge(space);
    // A stage that begins with an input of its own may send while earlier messages are still under way: on links that
    // several pairs use, when those were sent matters then.
    if (!model.oneSource() && !model.shared().empty()) return false;
    return model.isPlain() && model.tellsShares() && !task.options.keep_dominated && (!memory || (model.tellsMemory() && (rate_known || large)));
}

Found exploreByLabels(std::shared_ptr<const PipelineSpace> space, const SearchTask& task, PipelineModel& model)
{
    return LabelSearch(std::move(space), task, model).run();
}

} // namespace cutline
