// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost: builds a cost table, platform by platform.
#pragma once

#include "core/cost/cost_model.h"
#include "core/cost/profile_costs.h"
#include "core/cost/shape_classes.h"

#include <map>
#include <optional>

namespace cutline {

struct Reconciliation;

/// A platform's profile, led to layers.
struct Measured {
    const Profile* profile = nullptr; ///< null where none is in use
    ProfileUse use = ProfileUse::Measurement;
    ProfileMatch match;
    std::vector<ProfiledLayer> layers;

    bool has(LayerId layer) const {
        return profile && use == ProfileUse::Measurement && layers[layer.index()].known;
    }
};

class TableBuilder {
public:
    TableBuilder(GraphPtr graph, SystemPtr system, const CostOptions& options, Progress& progress)
        : m_graph(*graph), m_system(*system), m_options(options), m_progress(progress),
          m_table(graph, system,
                  options.fusion && !options.compat.any() ? fuse(*graph, allPatterns(*system))
                                                          : unfused(*graph)) {}

    Result<CostTablePtr> build();

private:
    static std::vector<std::string> allPatterns(const System& system);
    Result<void> checkProfileNames() const;
    Result<void> matchProfiles();
    Result<void> fill(PlatformId id);
    Result<void> fillFromProfile(PlatformId id, const CostModel* model);
    void estimateEnergy(PlatformId id, const CostModel* model, LayerId layer, Cost& cost);
    void groupsFromProfile(PlatformId id);
    Result<void> fillFromModel(PlatformId id, const CostModel& model);
    Result<void> fillFromRefit(PlatformId id, const CostModel* model);
    CostTable measuredAlone(PlatformId id) const;
    void scale(PlatformId id, const Reconciliation& compared);
    std::optional<Cost> modelCost(PlatformId id, const CostModel& model, LayerId layer);
    void sumGroups(PlatformId id);
    void groupsFromModel(PlatformId id, const CostModel& model);
    bool fusesGroup(const Platform& platform, const std::vector<LayerId>& group) const;
    void fallBack(PlatformId id);
    std::optional<PlatformId> host(const Platform& platform) const;
    Error missing(const Platform& platform, const std::string& file,
                  const std::vector<LayerId>& layers) const;
    std::uint32_t detail(const std::string& text);

    const Graph& m_graph;
    const System& m_system;
    const CostOptions& m_options;
    Progress& m_progress;
    CostTable m_table;
    ShapeClasses m_layer_classes, m_group_classes;
    std::vector<Measured> m_measured; ///< by platform
    std::map<std::string, std::uint32_t> m_details;
};

} // namespace cutline
