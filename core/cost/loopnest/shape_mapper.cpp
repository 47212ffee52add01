// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/shape_mapper.h"

#include "core/cost/loopnest/padding.h"
#include "core/cost/loopnest/published_search.h"

#include <limits>
#include <vector>

namespace cutline::loopnest {

namespace {

/// Most seconds for one shape; the library's machines take milliseconds.
constexpr double kTimeLimit_s = 5;

std::string keyOf(const NestShape& shape, Axes axes, Search search)
{
    std::string key = search == Search::Published ? "published" : axes == Axes::Either ? "delay, either" : "delay";
    const auto add = [&](std::uint64_t value) { (key += ' ') += std::to_string(value); };
    for (const std::uint32_t size : shape.size) add(size);
    for (const std::uint32_t step : {shape.stride_p, shape.stride_q, shape.dilation_r, shape.dilation_s}) add(step);
    return key;
}

/// How the nest was rewritten to fit, and what its mapping pads.
std::string rewriteText(const std::string& how, const MappedNest& nest)
{
    const std::string padding = paddingText(nest.shape, nest.mapping.size);
    return how.empty() || padding.empty() ? how + padding : how + ", " + padding;
}

/// As Goal::Delay has it: 0.1 % is a tie, which energy decides.
bool isFaster(const Analysis& a, const Analysis& b)
{
    constexpr double kTie = 1.001;
    if (a.cycles * kTie < b.cycles) return true;
    return a.cycles <= b.cycles * kTie && a.energy_pj < b.energy_pj;
}

} // namespace

ShapeMapper::ShapeMapper(Machine machine, Search search, std::shared_ptr<MappingCache> cache)
    : m_machine(std::move(machine)), m_fingerprint(fingerprint(m_machine)), m_search(search), m_cache(std::move(cache))
{
}

ShapeMapper::Ways ShapeMapper::waysOf(const NestShape& shape, Axes axes) const
{
    Ways ways{{{shape, ""}}, {}};
    if (shape.size[Q] == 1 && shape.size[S] == 1 && shape.size[P] > 1) {
        NestShape turned = shape;
        std::swap(turned.size[P], turned.size[Q]);
        std::swap(turned.size[R], turned.size[S]);
        std::swap(turned.stride_p, turned.stride_q);
        std::swap(turned.dilation_r, turned.dilation_s);
        const bool either = axes == Axes::Either && m_search == Search::Optimal;
        ways[either ? 0 : 1].push_back({turned, "rows as columns"});
    }
    NestShape folded = shape;
    const auto fold = [&](Dim taps, const char* how) {
        const std::uint64_t channels = std::uint64_t{folded.size[C]} * folded.size[taps];
        if (folded.size[taps] == 1 || channels > std::numeric_limits<std::uint32_t>::max()) return;
        folded.size[C] = static_cast<std::uint32_t>(channels);
        folded.size[taps] = 1;
        (taps == S ? folded.stride_q : folded.stride_p) = 1;
        ways[1].push_back({folded, how});
    };
    fold(S, "kernel columns as channels");
    fold(R, shape.size[S] == 1 ? "kernel rows as channels" : "kernel rows and columns as channels");
    std::vector<Rewrite> whole = ways[0];
    whole.insert(whole.end(), ways[1].begin(), ways[1].end());
    std::erase_if(whole, [](const Rewrite& way) { return way.shape.size[P] == 1; });
    for (std::uint64_t pieces = 2; pieces < 2 * std::uint64_t{shape.size[P]}; pieces *= 2) {
        std::vector<Rewrite>& split = ways.emplace_back(whole);
        for (Rewrite& way : split) {
            const std::uint64_t rows = (way.shape.size[P] + pieces - 1) / pieces;
            const std::uint64_t count = (way.shape.size[P] + rows - 1) / rows;
            way.shape.size[P] = static_cast<std::uint32_t>(rows);
            way.shape.repeats *= count;
            way.how += (way.how.empty() ? "" : ", ") + std::string("output rows in ") + std::to_string(count) + " pieces";
        }
    }
    return ways;
}

std::optional<MappedNest> ShapeMapper::mapWay(const Rewrite& way, Progress& progress) const
{
    MappedNest found;
    found.shape = way.shape;
    found.search = m_search;
    if (m_search == Search::Published) {
        auto published = searchAsPublished(m_machine, way.shape);
        if (!published.mapping) return std::nullopt;
        found.mapping = *std::move(published.mapping);
    } else {
        MapOptions options;
        options.time_limit_s = kTimeLimit_s;
        options.pad = m_machine.pad;
        MapResult result = findMappings(m_machine, way.shape, options, progress);
        if (result.points.empty()) return std::nullopt;
        found.mapping = std::move(result.points.front().mapping);
        found.stop = result.stop;
        found.bound = result.bound;
    }
    found.rewrite = rewriteText(way.how, found);
    found.analysis = analyse(m_machine, found.shape, found.mapping);
    return found;
}

/// Which number of pieces is the fastest depends on divisors: all are tried.
std::optional<MappedNest> ShapeMapper::mapFastest(const Ways& ways, Progress& progress) const
{
    constexpr double kBusy = 0.999; ///< nothing is faster by more than a tie
    std::optional<MappedNest> best;
    for (std::size_t level = 0; level < ways.size(); ++level) {
        bool slow = false;
        for (const Rewrite& way : ways[level]) {
            auto found = mapWay(way, progress);
            if (progress.cancelled()) return found && !best ? found : best;
            if (!found) continue;
            slow = slow || found->stop != MapResult::Stop::Complete;
            if (!best || isFaster(found->analysis, best->analysis)) best = std::move(found);
        }
        if (best && (level == 0 || slow || best->analysis.utilisation >= kBusy)) break;
    }
    return best;
}

std::optional<MappedNest> ShapeMapper::map(const NestShape& shape, Axes axes, Progress& progress) const
{
    NestShape once = shape;
    once.repeats = 1;
    const std::string key = keyOf(once, axes, m_search);
    const Ways ways = waysOf(once, axes);
    std::optional<MappedNest> found = cached(key, ways);
    if (!found) {
        found = mapFastest(ways, progress);
        if (!found) return std::nullopt;
        const bool complete = found->stop == MapResult::Stop::Complete && !progress.cancelled();
        if (complete) m_cache->add(m_fingerprint, key, {found->shape, found->mapping});
    }
    found->shape.repeats *= shape.repeats;
    found->bound.cycles *= static_cast<double>(shape.repeats);
    found->bound.energy_pj *= static_cast<double>(shape.repeats);
    found->analysis = analyse(m_machine, found->shape, found->mapping);
    return found;
}

/// What the cache has, if it still is a mapping of this machine and of one of the ways to write the nest.
std::optional<MappedNest> ShapeMapper::cached(const std::string& key, const Ways& ways) const
{
    const auto entry = m_cache->find(m_fingerprint, key);
    if (!entry) return std::nullopt;
    for (const auto& level : ways)
        for (const Rewrite& way : level) {
            if (!(entry->shape == way.shape)) continue;
            const Sizes& size = entry->mapping.size;
            if (m_machine.pad ? !arePadded(way.shape, size) : size != way.shape.size) continue;
            if (whyInvalid(m_machine, way.shape, entry->mapping)) continue;
            MappedNest found;
            found.shape = way.shape;
            found.mapping = entry->mapping;
            found.rewrite = rewriteText(way.how, found);
            found.search = m_search;
            return found;
        }
    return std::nullopt;
}

MapResult ShapeMapper::search(const NestShape& shape, Axes axes, MapOptions options, Progress& progress) const
{
    if (!options.time_limit_s) options.time_limit_s = kTimeLimit_s;
    options.pad = options.pad || m_machine.pad;
    if (waysOf(shape, axes).front().size() == 1) {
        MapResult as_it_is = findMappings(m_machine, shape, options, progress);
        if (!as_it_is.points.empty() || progress.cancelled()) return as_it_is;
    }
    const auto mapped = map(shape, axes, progress);
    return mapped ? findMappings(m_machine, mapped->shape, options, progress) : MapResult{};
}

} // namespace cutline::loopnest
