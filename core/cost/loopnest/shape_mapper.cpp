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

std::string keyOf(const NestShape& shape, Search search)
{
    std::string key = search == Search::Optimal ? "delay" : "published";
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

} // namespace

ShapeMapper::ShapeMapper(Machine machine, Search search, std::shared_ptr<MappingCache> cache)
    : m_machine(std::move(machine)), m_fingerprint(fingerprint(m_machine)), m_search(search), m_cache(std::move(cache))
{
}

/// The nest itself, then as a matrix product, each whole and in more and more pieces of output rows.
std::vector<ShapeMapper::Rewrite> ShapeMapper::rewritesOf(const NestShape& shape)
{
    std::vector<Rewrite> ways{{shape, ""}};
    const auto fold = [&](Dim taps, const char* how) {
        NestShape folded = ways.back().shape;
        const std::uint64_t channels = std::uint64_t{folded.size[C]} * folded.size[taps];
        if (folded.size[taps] == 1 || channels > std::numeric_limits<std::uint32_t>::max()) return;
        folded.size[C] = static_cast<std::uint32_t>(channels);
        folded.size[taps] = 1;
        (taps == S ? folded.stride_q : folded.stride_p) = 1;
        ways.push_back({folded, how});
    };
    fold(S, "kernel columns as channels");
    fold(R, shape.size[S] == 1 ? "kernel rows as channels" : "kernel rows and columns as channels");
    const std::size_t whole = ways.size();
    for (std::uint64_t pieces = 2; pieces < 2 * std::uint64_t{shape.size[P]}; pieces *= 2) {
        for (std::size_t i = 0; i < whole; ++i) {
            Rewrite split = ways[i];
            const std::uint64_t rows = (split.shape.size[P] + pieces - 1) / pieces;
            const std::uint64_t count = (split.shape.size[P] + rows - 1) / rows;
            split.shape.size[P] = static_cast<std::uint32_t>(rows);
            split.shape.repeats *= count;
            split.how += (split.how.empty() ? "" : ", ") + std::string("output rows in ") + std::to_string(count) + " pieces";
            ways.push_back(std::move(split));
        }
    }
    return ways;
}

std::optional<MappedNest> ShapeMapper::mapOnce(const NestShape& shape, Progress& progress) const
{
    MappedNest found;
    found.shape = shape;
    found.search = m_search;
    if (m_search == Search::Published) {
        auto published = searchAsPublished(m_machine, shape);
        if (!published.mapping) return std::nullopt;
        found.mapping = *std::move(published.mapping);
        return found;
    }
    MapOptions options;
    options.time_limit_s = kTimeLimit_s;
    options.pad = m_machine.pad;
    MapResult result = findMappings(m_machine, shape, options, progress);
    if (result.points.empty()) return std::nullopt;
    found.mapping = std::move(result.points.front().mapping);
    found.stop = result.stop;
    found.bound = result.bound;
    return found;
}

std::optional<MappedNest> ShapeMapper::map(const NestShape& shape, Progress& progress) const
{
    NestShape once = shape;
    once.repeats = 1;
    const std::string key = keyOf(once, m_search);
    const std::vector<Rewrite> ways = rewritesOf(once);
    std::optional<MappedNest> found = cached(key, ways);
    for (std::size_t i = 0; !found && i < ways.size(); ++i) {
        found = mapOnce(ways[i].shape, progress);
        if (!found && progress.cancelled()) return std::nullopt;
        if (!found) continue;
        found->rewrite = rewriteText(ways[i].how, *found);
        if (found->stop == MapResult::Stop::Complete) m_cache->add(m_fingerprint, key, {found->shape, found->mapping});
    }
    if (!found) return std::nullopt;
    found->shape.repeats *= shape.repeats;
    found->bound.cycles *= static_cast<double>(shape.repeats);
    found->bound.energy_pj *= static_cast<double>(shape.repeats);
    found->analysis = analyse(m_machine, found->shape, found->mapping);
    return found;
}

/// What the cache has, if it still is a mapping of this machine and of one of the ways to write the nest.
std::optional<MappedNest> ShapeMapper::cached(const std::string& key, std::span<const Rewrite> ways) const
{
    const auto entry = m_cache->find(m_fingerprint, key);
    if (!entry) return std::nullopt;
    for (const Rewrite& way : ways) {
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

MapResult ShapeMapper::search(const NestShape& shape, MapOptions options, Progress& progress) const
{
    if (!options.time_limit_s) options.time_limit_s = kTimeLimit_s;
    options.pad = options.pad || m_machine.pad;
    for (const Rewrite& way : rewritesOf(shape)) {
        MapResult result = findMappings(m_machine, way.shape, options, progress);
        if (!result.points.empty() || progress.cancelled()) return result;
    }
    return {};
}

} // namespace cutline::loopnest
