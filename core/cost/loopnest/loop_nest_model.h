// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_model.h"
#include "core/cost/loopnest/shape_mapper.h"
#include "core/platform/platform.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cutline::loopnest {

/// Costs of layers on a platform with a `loop_nest` (cost.md section 1).
///
/// Layers with MACs: each of their nests by its best mapping (least delay, then energy), added up; batch, steps and
/// groups that do not spread follow each other. Under `published-mapping` by the published search, under `dense-groups`
/// convolutions as one dense nest. Layers without: max(output elements / elements per cycle, bytes / DRAM bandwidth) and
/// the energy of their off-chip accesses. A fused group hides its layers without MACs behind one that has them.
/// Source: LoopNest; Assumed where the number that binds a layer without MACs is marked as an assumption; None where a
/// shape is not known. A shape that even rewritten fits no mapping is not supported.
class LoopNestModel : public CostModel {
public:
    /// `cache`: shared between models; null: one of its own, in memory.
    /// Errors: no clock, a descriptor that does not check (compileMachine).
    static Result<std::unique_ptr<LoopNestModel>> make(const Platform& platform, const Compat& compat,
                                                       std::shared_ptr<MappingCache> cache);

    std::optional<Cost> cost(const Graph& graph, std::span<const LayerId> layers) const override;
    std::optional<Cost> costUnlessCancelled(const Graph& graph, std::span<const LayerId> layers,
                                            Progress& progress) const override;
    std::string explain(const Graph& graph, std::span<const LayerId> layers) const override;

    /// The mapping of each of a layer's nests, for the inspector; empty for layers without MACs.
    std::vector<MappedNest> mappings(const Graph& graph, LayerId layer, Progress& progress) const;
    /// One of a layer's nests (in the order of `mappings`) under another goal, not cached.
    MapResult search(const Graph& graph, LayerId layer, std::size_t nest, const MapOptions& options,
                     Progress& progress) const;
    /// (cycles, energy) of every mapping worth having of it.
    MapResult curve(const Graph& graph, LayerId layer, std::size_t nest, Progress& progress) const;
    const Machine& machine() const { return m_mapper.machine(); }

private:
    LoopNestModel(const Platform& platform, const Compat& compat, ShapeMapper mapper);
    std::optional<std::vector<NestShape>> nestsOfLayer(const Layer& layer) const;
    bool addNests(const Graph& graph, LayerId layer, Cost& cost, double& least_s, Progress& progress) const;
    Cost elementCost(const Graph& graph, std::span<const LayerId> layers) const;

    Platform m_platform;
    Compat m_compat;
    ShapeMapper m_mapper;
};

} // namespace cutline::loopnest
