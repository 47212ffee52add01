// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/cost/compat.h"
#include "core/cost/cost_table.h"
#include "core/cost/profile.h"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cutline {

namespace loopnest {
class MappingCache;
}

/// Predicts or looks up what layers take on one platform. Implementations: measured profile, roofline, loop
/// nest.
class CostModel {
public:
    virtual ~CostModel() = default;
    /// One layer alone, or the layers of a fused group run as one (then more than one id).
    /// nullopt: this model does not know it (a profile without the row).
    virtual std::optional<Cost> cost(const Graph& graph, std::span<const LayerId> layers) const = 0;
    /// The same for models that search: they stop soon after `progress` is cancelled, and what they say then is of
    /// no use.
    virtual std::optional<Cost> costUnlessCancelled(const Graph& graph, std::span<const LayerId> layers,
                                                    Progress& progress) const {
        static_cast<void>(progress);
        return cost(graph, layers);
    }
    /// What stands behind that cost, for a person: how it is mapped, what limits it, why it cannot run. May
    /// be empty.
    virtual std::string explain(const Graph& graph, std::span<const LayerId> layers) const {
        static_cast<void>(graph);
        static_cast<void>(layers);
        return {};
    }
};

/// What to do with layers that a profile does not list.
enum class ProfileMissing { Fail, Zero, Model };

/// What a profile is for: its times are the costs; or the model is, with the profile kept at hand; or the model
/// fitted to it (a roofline's own numbers by fitRoofline(), a loop nest's times by one factor per op class).
enum class ProfileUse : std::uint8_t { Measurement, Model, Refit };

/// A platform's profile and what it is used for: both kept, so that one can switch.
struct GivenTimes {
    ProfilePtr profile;
    ProfileUse use = ProfileUse::Measurement;
};

struct CostOptions {
    /// By platform name or descriptor name (EYR stands for EYR1 and EYR2 too).
    std::map<std::string, Profile> profiles;
    /// By the names of `profiles`; absent: Measurement.
    std::map<std::string, ProfileUse> use;
    ProfileMissing missing = ProfileMissing::Fail;
    Compat compat;
    bool fusion = true;
    /// Loop-nest mappings found before, and where new ones go (core/cost/loopnest/mapping_cache.h); null: not
    /// kept.
    std::shared_ptr<loopnest::MappingCache> mappings;
};

/// The profile that a platform's costs come from: given for its name in the system, else for the descriptor it
/// came from, else for one of its aliases. Null: none.
const Profile* profileOf(const CostOptions& options, const Platform& platform);
/// What it is used for, by the same names.
ProfileUse profileUseOf(const CostOptions& options, const Platform& platform);

/// All costs of a graph on a system: per platform the most trusted source that knows a layer. Views cost 0
/// unless a profile lists them. A group of a platform without the pattern is the sum of its layers, and so it
/// is on a platform with a profile, unless that times the group as one. Layers that a profile times together
/// have shares by MACs that add up to the measured time; of layers that it does not list, those that a
/// neighbour absorbs cost 0 (core/cost/profile_match.h). Layers of one shape are computed once. An operator that a platform cannot run goes to its
/// fall-back, with a transfer of inputs and outputs each way, where one is named and can run it; else it is
/// not supported there. Unknown shapes cost 0 with Source::None and say so. Errors: a profile for a platform
/// that is not there; layers missing from a profile, listed (at most ten, with a count); a platform with
/// neither profile nor model; cancelled.
Result<CostTablePtr> buildCostTable(GraphPtr graph, SystemPtr system, const CostOptions& options,
                                    Progress& progress);

/// The model that a descriptor asks for: loop nest, else roofline; null where it has neither.
/// Errors: numbers that cannot be computed with, naming the field.
Result<std::unique_ptr<CostModel>> makeModel(const Platform& platform, const Compat& compat,
                                             std::shared_ptr<loopnest::MappingCache> mappings = nullptr);

} // namespace cutline
