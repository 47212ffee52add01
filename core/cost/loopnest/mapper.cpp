// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/mapper.h"

#include "core/cost/loopnest/analysis.h"
#include "core/cost/loopnest/budget.h"
#include "core/cost/loopnest/mapping_space.h"
#include "core/cost/loopnest/padding.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <limits>
#include <span>

namespace cutline::loopnest {

namespace {

/// A spread with its linear costs and, while its class is worked on, its inner tilings.
struct Candidate {
    const Spread* spread = nullptr;
    std::unique_ptr<CostTerms> terms;
    std::unique_ptr<InnerTilings> inner;
    std::shared_ptr<OuterTilings> outer;
};

/// An inner tiling and the outer ones it may go with, from `first` on.
struct Pair {
    const Candidate* candidate = nullptr;
    const InnerTiling* inner = nullptr;
    std::size_t first = 0;
    double bound_pj = 0; ///< infinite: none
};

/// Which extents of the last on-chip level hold a whole number of an inner tiling, per dim one bit for each divisor of
/// its size. Looked at millions of times: up to four dims differ between outer tilings, rarely beyond 64 divisors.
class Matches {
public:
    explicit Matches(const MappingSpace& space)
    {
        for (std::size_t dim = 0; dim < G; ++dim) m_bits[dim].resize((space.divisors[dim].size() + 63) / 64);
    }
    void set(std::size_t dim, std::size_t divisor, bool holds)
    {
        std::uint64_t& word = m_bits[dim][divisor / 64];
        word = (word & ~(std::uint64_t{1} << divisor % 64)) | std::uint64_t{holds} << divisor % 64;
    }
    /// To be called when all bits are set: dims in which outer tilings agree are settled once.
    bool settle(const OuterTiling& any, const std::vector<std::uint8_t>& varying)
    {
        m_count = 0;
        m_wide = false;
        for (std::uint8_t dim = 0; dim < G; ++dim) {
            if (std::find(varying.begin(), varying.end(), dim) == varying.end()) {
                if (at(dim, any.divisor[dim]) == 0) return false;
                continue;
            }
            m_wide = m_wide || m_bits[dim].size() > 1;
            m_first[m_count] = m_bits[dim][0];
            m_dims[m_count++] = dim;
        }
        return true;
    }
    bool holds(const OuterTiling& tiling) const
    {
        std::uint64_t match = 1;
        if (!m_wide)
            for (std::size_t i = 0; i < m_count; ++i) match &= m_first[i] >> tiling.divisor[m_dims[i]];
        else
            for (std::size_t i = 0; i < m_count; ++i) match &= at(m_dims[i], tiling.divisor[m_dims[i]]);
        return match != 0;
    }

private:
    std::uint64_t at(std::size_t dim, std::size_t divisor) const { return m_bits[dim][divisor / 64] >> divisor % 64 & 1U; }

    std::array<std::vector<std::uint64_t>, G> m_bits;
    std::array<std::uint64_t, G> m_first{};
    std::array<std::uint8_t, G> m_dims{};
    std::size_t m_count = 0;
    bool m_wide = false;
};

/// The search of one size of one shape.
class SizeSearch {
public:
    SizeSearch(const Machine& machine, const NestShape& shape, const Sizes& size, const MapOptions& options,
               Incumbents& incumbents, Budget& budget)
        : m_space(machine, shape, size, options.prune), m_options(options), m_incumbents(incumbents), m_budget(budget),
          m_spreads(spreadsOf(machine, size, budget)), m_matches(m_space)
    {
    }

    void run()
    {
        std::size_t from = 0;
        while (from < m_spreads.size() && !m_budget.isSpent()) {
            const double steps = m_spreads[from].totalSteps();
            if (prunes() && m_incumbents.ruleOutCycles(steps * (1 - 1e-9))) break;
            std::size_t to = from + 1;
            while (to < m_spreads.size() && (m_spreads[to].totalSteps() == steps || takesAllAtOnce())) ++to;
            searchClass(from, to);
            from = to;
        }
        if (m_budget.isSpent() && from < m_spreads.size()) m_unfinished_pj = 0;
    }

    /// A mapping with all loops as far out as they may be, tiles as small as they can be: of the first spread that allows
    /// it. What is left to answer with where the search had no time to find one.
    void takeSmallestTiles();

    std::uint64_t evaluated() const { return m_evaluated; }
    double leastSteps() const { return m_spreads.empty() ? 0 : m_spreads.front().totalSteps(); }
    /// Least bound of what was left undone; infinite after a complete search.
    double unfinishedEnergy() const { return m_unfinished_pj; }

private:
    bool prunes() const { return m_options.prune == Prune::On; }
    /// Goals that cycles alone cannot end look at all spreads by their energy bound.
    bool takesAllAtOnce() const
    {
        return m_options.goal == Goal::Energy || m_options.goal == Goal::EnergyDelay;
    }

    /// Spreads of equal steps (or all): every inner tiling of every spread, best bound first.
    void searchClass(std::size_t from, std::size_t to)
    {
        std::vector<Candidate> candidates;
        for (std::size_t i = from; i < to && !m_budget.isSpent(); ++i) {
            Candidate candidate = bounded(m_spreads[i], {m_spreads.data() + from, to - from});
            if (!candidate.inner || candidate.inner->all().empty()) continue;
            // One mapping of each spread early on: it rules out most tilings of the next ones before they are kept.
            const auto& all = candidate.inner->all();
            const auto best = std::min_element(all.begin(), all.end(), [](const InnerTiling& a, const InnerTiling& b) {
                return a.energy_pj < b.energy_pj;
            });
            Pair first{&candidate, &*best, 0, best->energy_pj + candidate.outer->leastEnergy()};
            findFirst(first);
            candidates.push_back(std::move(candidate));
        }
        std::vector<Pair> pairs;
        for (const Candidate& candidate : candidates)
            for (const InnerTiling& inner : candidate.inner->all())
                pairs.push_back({&candidate, &inner, 0, inner.energy_pj + candidate.outer->leastEnergy()});
        const auto lower = [](const Pair& a, const Pair& b) { return a.bound_pj < b.bound_pj; };
        std::stable_sort(pairs.begin(), pairs.end(), lower);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            if (i % 64 == 63 && m_budget.isSpent()) break;
            findFirst(pairs[i]);
        }
        std::stable_sort(pairs.begin(), pairs.end(), lower);
        for (const Pair& pair : pairs) {
            if (!m_budget.isSpent()) join(pair);
            if (m_budget.isSpent()) m_unfinished_pj = std::min(m_unfinished_pj, pair.bound_pj);
        }
        m_budget.releaseAll();
    }

    Candidate bounded(const Spread& spread, std::span<const Spread> its_class)
    {
        Candidate candidate;
        candidate.spread = &spread;
        candidate.terms =
            std::make_unique<CostTerms>(m_space.machine, m_space.shape, m_space.size, spread, m_space.stores);
        candidate.outer = outerFor(spread, *candidate.terms, its_class);
        if (candidate.outer->count() == 0) return candidate;
        candidate.inner = std::make_unique<InnerTilings>(m_space, spread, *candidate.terms,
                                                         candidate.outer->leastEnergy(),
                                                         prunes() ? &m_incumbents : nullptr, m_budget);
        return candidate;
    }

    std::shared_ptr<OuterTilings> outerFor(const Spread& spread, const CostTerms& terms, std::span<const Spread> its_class)
    {
        for (const auto& outer : m_outer)
            if (outer->serves(spread)) return outer;
        return m_outer.emplace_back(std::make_shared<OuterTilings>(m_space, spread, terms, its_class, m_budget));
    }

    /// Inner tilings whose outer ones cost as much as this, or more, are of no use.
    double outerLimit(const InnerTiling& inner) const
    {
        return prunes() ? m_incumbents.energyLimit(inner.cycles) - inner.energy_pj : std::numeric_limits<double>::infinity();
    }
    void findFirst(Pair& pair);
    void join(const Pair& pair);
    bool matchDivisors(const Candidate& candidate, const InnerTiling& inner);
    void evaluate(const Candidate& candidate, const InnerTiling& inner, const OuterTiling& tiling);
    Mapping mappingOf(const Candidate& candidate, const InnerTiling& inner, const OuterLoops& outer,
                      const Sizes& loops, const LoopOrder& order) const;

    MappingSpace m_space;
    const MapOptions& m_options;
    Incumbents& m_incumbents;
    Budget& m_budget;
    std::vector<Spread> m_spreads;
    std::vector<std::shared_ptr<OuterTilings>> m_outer;
    Matches m_matches;
    std::uint64_t m_evaluated = 0;
    double m_unfinished_pj = std::numeric_limits<double>::infinity();
};

/// False where no outer tiling can hold this inner one.
bool SizeSearch::matchDivisors(const Candidate& candidate, const InnerTiling& inner)
{
    const MachineLevel& buffer = m_space.machine.levels[m_space.buffer()];
    for (std::size_t dim = 0; dim < G; ++dim) {
        const std::uint32_t held = inner.extent[dim] * candidate.spread->spatial[m_space.buffer()][dim];
        const bool loops = (buffer.temporal & bit(dim)) != 0;
        const auto& divisors = m_space.divisors[dim];
        for (std::size_t i = 0; i < divisors.size(); ++i)
            m_matches.set(dim, i, loops ? divisors[i] % held == 0 : divisors[i] == held);
    }
    return m_matches.settle(candidate.outer->at(0), candidate.outer->varyingDims());
}

/// The first outer tiling that goes with an inner one: a tighter bound, and early a good mapping.
void SizeSearch::findFirst(Pair& pair)
{
    OuterTilings& outer = *pair.candidate->outer;
    const InnerTiling& inner = *pair.inner;
    const double cheapest = pair.bound_pj - inner.energy_pj, limit = outerLimit(inner);
    pair.bound_pj = std::numeric_limits<double>::infinity();
    if (cheapest >= limit || !matchDivisors(*pair.candidate, inner)) return;
    for (std::size_t i = 0; i < outer.count(); ++i) {
        const OuterTiling& tiling = outer.at(i);
        if (tiling.energy_pj >= limit) return;
        if (!m_matches.holds(tiling)) continue;
        pair.first = i;
        pair.bound_pj = inner.energy_pj + tiling.energy_pj;
        evaluate(*pair.candidate, inner, tiling);
        return;
    }
}

void SizeSearch::join(const Pair& pair)
{
    OuterTilings& outer = *pair.candidate->outer;
    const InnerTiling& inner = *pair.inner;
    double limit = outerLimit(inner);
    if (std::isinf(pair.bound_pj) || pair.bound_pj - inner.energy_pj >= limit || !matchDivisors(*pair.candidate, inner)) return;
    for (std::size_t i = pair.first + 1; i < outer.count(); ++i) {
        const OuterTiling& tiling = outer.at(i);
        if (tiling.energy_pj >= limit) return;
        if (m_matches.holds(tiling)) {
            evaluate(*pair.candidate, inner, tiling);
            limit = outerLimit(inner);
        }
        if (i % 256 == 255 && m_budget.isSpent()) return;
    }
}

void SizeSearch::evaluate(const Candidate& candidate, const InnerTiling& inner, const OuterTiling& tiling)
{
    const OuterLoops outer = candidate.outer->loops(tiling);
    const Sizes& spatial = candidate.spread->spatial[m_space.buffer()];
    Sizes inside = inner.extent, loops = kOnes;
    for (std::size_t dim = 0; dim < G; ++dim) {
        inside[dim] *= spatial[dim];
        loops[dim] = outer.extent[dim] / inside[dim];
    }
    const CostTerms& terms = *candidate.terms;
    std::array<double, kMaxStores> fills{};
    for (std::size_t s = m_space.inner_stores; s < m_space.stores.size(); ++s) fills[s] = candidate.outer->fills(s, outer);
    for (const LoopOrder& order : m_space.orders.at(m_space.buffer(), loopingDims(loops))) {
        ++m_evaluated;
        double energy = terms.energyConstant();
        for (std::size_t s = 0; s < m_space.stores.size(); ++s) {
            if (s < m_space.inner_stores) {
                FillState state = candidate.inner->states(inner)[s];
                for (const std::uint8_t dim : order) state.loop(dim, loops[dim], inside[dim], m_space.shape);
                for (const std::uint8_t dim : *outer.order)
                    state.loop(dim, outer.loops[dim], outer.inside[dim], m_space.shape);
                fills[s] = state.fills();
            }
            energy += terms.energyPerFill(s) * fills[s];
        }
        if (m_incumbents.ruleOut(terms.cyclesFor(fills.data()), energy)) continue;
        Score score;
        if (terms.isMixed()) {
            const Analysis analysis =
                analyse(m_space.machine, m_space.shape, mappingOf(candidate, inner, outer, loops, order));
            const auto repeats = static_cast<double>(m_space.shape.repeats);
            score = {analysis.cycles / repeats, analysis.energy_pj / repeats};
        } else {
            score = terms.exact(fills.data());
        }
        if (m_incumbents.ruleOut(score.cycles, score.energy_pj)) continue;
        m_incumbents.add({mappingOf(candidate, inner, outer, loops, order), score});
    }
}

Mapping SizeSearch::mappingOf(const Candidate& candidate, const InnerTiling& inner, const OuterLoops& outer,
                              const Sizes& loops, const LoopOrder& order) const
{
    Mapping mapping;
    mapping.size = m_space.size;
    mapping.levels.resize(m_space.machine.levels.size());
    for (std::size_t i = 0; i < mapping.levels.size(); ++i) mapping.levels[i].spatial = candidate.spread->spatial[i];
    for (std::size_t i = 0; i < m_space.buffer(); ++i) {
        mapping.levels[i].temporal = inner.temporal[i];
        setOrder(mapping.levels[i], inner.order[i]);
    }
    mapping.levels[m_space.buffer()].temporal = loops;
    setOrder(mapping.levels[m_space.buffer()], order);
    mapping.levels[m_space.top()].temporal = outer.loops;
    setOrder(mapping.levels[m_space.top()], *outer.order);
    return mapping;
}

void SizeSearch::takeSmallestTiles()
{
    constexpr std::size_t kMostTried = 1000;
    const auto& levels = m_space.machine.levels;
    for (std::size_t i = 0; i < std::min(m_spreads.size(), kMostTried); ++i) {
        Mapping mapping;
        mapping.size = m_space.size;
        mapping.levels.resize(levels.size());
        Sizes left = m_space.size;
        for (std::size_t level = 0; level < levels.size(); ++level) {
            mapping.levels[level].spatial = m_spreads[i].spatial[level];
            for (std::size_t dim = 0; dim < kDims; ++dim) left[dim] /= mapping.levels[level].spatial[dim];
        }
        for (std::size_t level = levels.size(); level-- > 0;) {
            for (std::size_t dim = 0; dim < G; ++dim)
                if ((levels[level].temporal & bit(dim)) != 0) std::swap(mapping.levels[level].temporal[dim], left[dim]);
            setOrder(mapping.levels[level], m_space.orders.at(level, loopingDims(mapping.levels[level].temporal)).front());
        }
        if (whyInvalid(m_space.machine, m_space.shape, mapping)) continue;
        const Analysis analysis = analyse(m_space.machine, m_space.shape, mapping);
        const auto repeats = static_cast<double>(m_space.shape.repeats);
        const Score score{analysis.cycles / repeats, analysis.energy_pj / repeats};
        if (!m_incumbents.ruleOut(score.cycles, score.energy_pj)) m_incumbents.add({mapping, score});
        return;
    }
}

} // namespace

MapResult findMappings(const Machine& machine, const NestShape& shape, const MapOptions& options, Progress& progress)
{
    Budget budget(options, progress);
    Incumbents incumbents(options.goal, options.slack);
    MapResult result;
    result.bound = {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    // Padding is for speed: a padded nest that cannot be faster is not looked at.
    const auto fastest = [&] {
        return incumbents.points().empty() ? std::numeric_limits<double>::infinity()
                                           : incumbents.points().front().score.cycles;
    };
    const auto searchSize = [&](const Sizes& size, bool padded) {
        SizeSearch search(machine, shape, size, options, incumbents, budget);
        if (padded && search.leastSteps() >= fastest()) return;
        search.run();
        if (!padded && budget.stop() == MapResult::Stop::TimeLimit) search.takeSmallestTiles();
        result.evaluated += search.evaluated();
        // Of spreads that were left out some may take fewer steps.
        result.bound.cycles =
            std::min(result.bound.cycles, budget.hasLeftOut() ? stepsAtBest(machine, size) : search.leastSteps());
        if (budget.hasLeftOut()) result.bound.energy_pj = 0;
        result.bound.energy_pj = std::min(result.bound.energy_pj, search.unfinishedEnergy());
    };
    searchSize(shape.size, false);
    const std::vector<Sizes> padded = options.pad ? paddedSizes(machine, shape, fastest()) : std::vector<Sizes>{};
    if (padded.size() == kMostPadded) budget.leaveOut();
    for (const Sizes& size : padded) {
        if (stepsAtBest(machine, size) >= fastest()) break;
        if (budget.isSpent()) {
            // Further ones are more work than this one.
            result.bound.cycles = std::min(result.bound.cycles, stepsAtBest(machine, size));
            result.bound.energy_pj = 0;
            break;
        }
        searchSize(size, true);
    }
    result.stop = budget.stop();
    result.points = std::move(incumbents).result();
    const auto repeats = static_cast<double>(shape.repeats);
    result.bound.cycles *= repeats;
    result.bound.energy_pj *= repeats;
    for (MappedPoint& point : result.points) {
        const Analysis analysis = analyse(machine, shape, point.mapping);
        point.score = {analysis.cycles, analysis.energy_pj};
        result.bound.energy_pj = std::min(result.bound.energy_pj, point.score.energy_pj);
    }
    if (result.stop == MapResult::Stop::Complete && !result.points.empty())
        result.bound.cycles = result.points.front().score.cycles;
    result.elapsed_s = budget.elapsed();
    return result;
}

} // namespace cutline::loopnest
