// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/cost/loopnest/analysis.h"
#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/mapper.h"
#include "core/cost/loopnest/mapping_cache.h"
#include "core/cost/loopnest/nest.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cutline::loopnest {

/// Which search a figure comes from.
enum class Search : std::uint8_t { Optimal, Published };

/// Whether the rows of a nest that has no columns may be taken as columns.
enum class Axes : std::uint8_t { Given, Either };

/// How one nest runs: what the inspector shows.
struct MappedNest {
    NestShape shape;     ///< as mapped: rewritten where the layer's own nest fits no mapping
    std::string rewrite; ///< how, in words, and what is padded; empty where nothing was
    Mapping mapping;
    Analysis analysis;
    Search search = Search::Optimal;
    MapResult::Stop stop = MapResult::Stop::Complete;
    Score bound; ///< of a search that was stopped: nothing costs less
};

/// Maps shapes onto one machine through a cache; each shape is searched once. Safe to use from many threads.
///
/// A convolution over one dim is taken as rows or as columns, whichever is faster. A nest that no mapping fits is
/// rewritten: kernel columns become channels, then kernel rows (the matrix product that a convolution is; its input words
/// are counted once per tap), and output rows are taken in pieces, one nest after the other; the fastest way is taken.
/// A machine that may pad has the padded mapping where it is faster.
class ShapeMapper {
public:
    ShapeMapper(Machine machine, Search search, std::shared_ptr<MappingCache> cache);

    const Machine& machine() const { return m_machine; }
    /// Nothing where even a rewritten nest does not fit. `progress` may cancel; then what was found so far, or nothing.
    std::optional<MappedNest> map(const NestShape& shape, Axes axes, Progress& progress) const;

    /// A nest (rewritten where it must be) under any goal, not cached. Without a time limit: that of `map`.
    MapResult search(const NestShape& shape, Axes axes, MapOptions options, Progress& progress) const;

private:
    /// A way to write a nest.
    struct Rewrite {
        NestShape shape;
        std::string how;
    };
    /// First those that are tried always, then folded ones, then pieces: only where none before them fits.
    using Ways = std::vector<std::vector<Rewrite>>;
    Ways waysOf(const NestShape& shape, Axes axes) const;
    std::optional<MappedNest> cached(const std::string& key, const Ways& ways) const;
    std::optional<MappedNest> mapWay(const Rewrite& way, Progress& progress) const;
    std::optional<MappedNest> mapFastest(const Ways& ways, Progress& progress) const;

    Machine m_machine;
    std::string m_fingerprint;
    Search m_search;
    std::shared_ptr<MappingCache> m_cache;
};

} // namespace cutline::loopnest
