// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/precision_search.h"

#include "core/plan/precision_variants.h"
#include "core/search/row.h"

#include <algorithm>
#include <map>

namespace cutline {
namespace {

using PrecisionSet = std::vector<std::uint8_t>; ///< by platform

/// The searches' candidates one after the other.
class JoinedCandidates final : public Candidates {
public:
    struct Part {
        std::shared_ptr<const Candidates> candidates;
        PrecisionSet precisions;
    };

    std::size_t size() const override { return m_places.size(); }
    Plan plan(std::size_t index) const override
    {
        const auto [part, at] = m_places[index];
        Plan plan = m_parts[part].candidates->plan(at);
        setPrecisions(plan, m_parts[part].precisions);
        return plan;
    }
    std::vector<std::string> cutLabels(std::size_t index) const override
    {
        const auto [part, at] = m_places[index];
        return m_parts[part].candidates->cutLabels(at);
    }
    std::vector<PlatformId> chain() const override
    {
        return m_parts.empty() ? std::vector<PlatformId>{} : m_parts.front().candidates->chain();
    }
    std::optional<Metrics> metrics(std::size_t index) const override
    {
        const auto [part, at] = m_places[index];
        return m_parts[part].candidates->metrics(at);
    }

    void addPart(std::shared_ptr<const Candidates> candidates, PrecisionSet precisions)
    {
        m_parts.push_back({std::move(candidates), std::move(precisions)});
    }
    /// These alone, in this order.
    void keep(std::span<const std::uint32_t> indices)
    {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
        for (const std::uint32_t i : indices) places.push_back(m_places[i]);
        m_places = std::move(places);
    }
    /// Of the last part.
    void add(std::uint32_t at) { m_places.emplace_back(static_cast<std::uint32_t>(m_parts.size() - 1), at); }

private:
    std::vector<Part> m_parts;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_places;
};

/// Numbers that count through all sets, one digit for each platform or for each descriptor.
class Sets {
public:
    enum class Digits { Platforms, Descriptors };
    Sets(const Problem& problem, std::span<const PlatformId> allowed, Digits digits)
    {
        const auto& offered = problem.variants->offered;
        std::map<std::string, std::size_t> digit_of;
        m_digit.assign(offered.size(), kNone);
        for (std::size_t p = 0; p < offered.size(); ++p) {
            const bool used = allowed.empty() || std::find(allowed.begin(), allowed.end(),
                                                           PlatformId{static_cast<std::uint32_t>(p)}) != allowed.end();
            if (!used || offered[p].size() < 2) continue;
            const Platform& platform = problem.system->platforms[p];
            const auto& name = digits == Digits::Platforms ? platform.name : platform.descriptor;
            const auto [at, is_new] = digit_of.try_emplace(name, m_choices.size());
            if (is_new) m_choices.push_back(offered[p]);
            m_digit[p] = at->second;
        }
    }
    double count() const
    {
        double product = 1;
        for (const auto& choices : m_choices) product *= static_cast<double>(choices.size());
        return product;
    }
    PrecisionSet at(std::size_t number) const
    {
        std::vector<std::uint8_t> chosen;
        for (const auto& choices : m_choices) {
            chosen.push_back(choices[number % choices.size()]);
            number /= choices.size();
        }
        PrecisionSet set(m_digit.size(), 0);
        for (std::size_t p = 0; p < m_digit.size(); ++p)
            if (m_digit[p] != kNone) set[p] = chosen[m_digit[p]];
        return set;
    }

private:
    static constexpr std::size_t kNone = ~std::size_t{0};
    std::vector<std::size_t> m_digit;
    std::vector<std::vector<std::uint8_t>> m_choices;
};

/// A platform that is not used has no other precision than its own.
bool isListedHere(const Plan& plan, const PrecisionSet& precisions)
{
    std::vector<bool> used(precisions.size(), false);
    for (const Stage& stage : plan.stages) used[stage.platform.index()] = true;
    for (std::size_t p = 0; p < precisions.size(); ++p)
        if (precisions[p] != 0 && !used[p]) return false;
    return true;
}

void add(Proof& sum, const Proof& proof)
{
    sum.kind = std::max(sum.kind, proof.kind);
    sum.epsilon = std::max(sum.epsilon, proof.epsilon);
    if (sum.stop == Proof::Stop::Completed) sum.stop = proof.stop;
    sum.hypervolume.reset(); // of one search alone
    sum.evaluated += proof.evaluated;
    sum.kept += proof.kept;
    sum.pruned += proof.pruned;
    sum.elapsed_s += proof.elapsed_s;
    sum.lower_bound = sum.lower_bound && proof.lower_bound ? std::optional(std::min(*sum.lower_bound, *proof.lower_bound))
                                                           : std::nullopt;
}

/// Joins what a search at these precisions has listed to what others have.
void join(SearchResult& result, JoinedCandidates& joined, const SearchResult& part, const PrecisionSet& set)
{
    joined.addPart(part.candidates, set);
    std::vector<bool> on_front(part.summaries.size(), false);
    for (const std::uint32_t i : part.front) on_front[i] = true;
    for (std::uint32_t i = 0; i < part.summaries.size(); ++i) {
        if (!isListedHere(part.candidates->plan(i), set)) continue;
        if (on_front[i]) result.front.push_back(static_cast<std::uint32_t>(result.summaries.size()));
        result.summaries.push_back(part.summaries[i]);
        joined.add(i);
    }
}

/// Searches set after set and keeps what each adds.
class Joiner {
public:
    Joiner(const Problem& problem, const SearchOptions& options) : m_problem(problem), m_options(options)
    {
        m_options.precisions = PrecisionChoice::Own;
        m_joined = std::make_shared<JoinedCandidates>();
    }

    Result<void> search(const PrecisionSet& set, double time_limit_s, Progress& progress)
    {
        SearchOptions options = m_options;
        if (options.time_limit_s) options.time_limit_s = time_limit_s;
        if (options.on_front_grew) options.on_front_grew = [this, &set](const FrontSoFar& part) { tell(part, set); };
        const Problem problem = problemAt(m_problem, set);
        auto part = explore(problem, options, progress);
        if (!part) return part.error();
        const bool first = m_searched++ == 0;
        if (first)
            m_result.proof = part->proof;
        else
            add(m_result.proof, part->proof);
        if (first) m_result.baselines = std::move(part->baselines);
        if (part->infeasible) {
            if (first) m_result.infeasible = std::move(part->infeasible);
            return {};
        }
        m_feasible = true;
        join(m_result, *m_joined, *part, set);
        return {};
    }

    double elapsed() const { return m_result.proof.elapsed_s; }

    SearchResult finished(std::size_t wanted)
    {
        if (m_searched < wanted) {
            m_result.proof.kind = Proof::Kind::Heuristic;
            if (m_result.proof.stop == Proof::Stop::Completed) m_result.proof.stop = Proof::Stop::Capped;
        }
        if (m_feasible) m_result.infeasible.reset();
        m_result.candidates = m_joined;
        refreshFront(m_result, m_options);
        return std::move(m_result);
    }

private:
    /// A part's front as it stands, and what the parts before it have found.
    void tell(const FrontSoFar& part, const PrecisionSet& set) const
    {
        SearchResult known;
        known.summaries = m_result.summaries;
        known.front = m_result.front;
        JoinedCandidates joined = *m_joined;
        join(known, joined, part.result(), set);
        refreshFront(known, m_options);
        if (known.front.empty()) return; // all of this part's plans are listed elsewhere
        std::vector<Summary> summaries;
        std::vector<double> rows(known.front.size() * part.width);
        for (std::size_t i = 0; i < known.front.size(); ++i) {
            summaries.push_back(known.summaries[known.front[i]]);
            fillRow(summaries.back(), m_options.objectives, rows.data() + i * part.width);
        }
        joined.keep(known.front);
        m_options.on_front_grew({rows, part.width, [&] {
                                     return resultSoFar(std::make_shared<JoinedCandidates>(joined), summaries, m_options);
                                 }});
    }

    const Problem& m_problem;
    SearchOptions m_options;
    SearchResult m_result;
    std::shared_ptr<JoinedCandidates> m_joined;
    std::size_t m_searched = 0;
    bool m_feasible = false;
};

} // namespace

Result<SearchResult> explorePrecisions(const Problem& problem, const SearchOptions& options, Progress& progress)
{
    Sets sets(problem, options.allowed, Sets::Digits::Platforms);
    const double all = sets.count();
    if (all > static_cast<double>(kMostPrecisionSets)) sets = Sets(problem, options.allowed, Sets::Digits::Descriptors);
    const auto searched = static_cast<std::size_t>(std::min(sets.count(), static_cast<double>(kMostPrecisionSets)));
    Joiner joiner(problem, options);
    for (std::size_t n = 0; n < searched && (n == 0 || !progress.cancelled()); ++n) {
        const double left = options.time_limit_s.value_or(0) - joiner.elapsed();
        if (options.time_limit_s && left <= 0) break;
        PartProgress part(progress, static_cast<double>(n) / static_cast<double>(searched),
                          static_cast<double>(n + 1) / static_cast<double>(searched));
        // What is left is shared by the searches to come.
        if (auto done = joiner.search(sets.at(n), left / static_cast<double>(searched - n), part); !done) return done.error();
    }
    return joiner.finished(static_cast<double>(searched) < all ? searched + 1 : searched);
}

} // namespace cutline
