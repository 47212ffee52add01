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
/// A nest that no mapping fits is rewritten, in this order, until one does: kernel columns become channels, then kernel
/// rows (the matrix product that a convolution is; its input words are counted once per tap), then output rows are
/// taken in pieces, one nest after the other. A machine that may pad has the padded mapping where it is faster.
class ShapeMapper {
public:
    ShapeMapper(Machine machine, Search search, std::shared_ptr<MappingCache> cache);

    const Machine& machine() const { return m_machine; }
    /// Nothing where even a rewritten nest does not fit. `progress` may cancel; then what was found so far, or nothing.
    std::optional<MappedNest> map(const NestShape& shape, Progress& progress) const;

    /// A nest (rewritten where it must be) under any goal, not cached. Without a time limit: that of `map`.
    MapResult search(const NestShape& shape, MapOptions options, Progress& progress) const;

private:
    /// A way to write a nest.
    struct Rewrite {
        NestShape shape;
        std::string how;
    };
    static std::vector<Rewrite> rewritesOf(const NestShape& shape);
    std::optional<MappedNest> cached(const std::string& key, std::span<const Rewrite> ways) const;
    std::optional<MappedNest> mapOnce(const NestShape& shape, Progress& progress) const;

    Machine m_machine;
    std::string m_fingerprint;
    Search m_search;
    std::shared_ptr<MappingCache> m_cache;
};

} // namespace cutline::loopnest
