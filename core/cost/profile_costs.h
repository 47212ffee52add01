// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost: what a matched profile says of each layer.
#pragma once

#include "core/cost/profile_match.h"

#include <string>
#include <vector>

namespace cutline {

/// One layer's part of a profile. A layer whose time was taken together with others' has its share by MACs
/// (by output elements where none has MACs): the shares add up to what was measured, so that layers on one
/// platform cost what the file says, however the table groups them.
struct ProfiledLayer {
    bool known = false;
    bool has_energy = false;
    Cost cost;          ///< without its detail
    std::string detail; ///< what there is to say of it: a share, absorbed; may be empty
    std::uint32_t unit =
        kNoUnit; ///< in ProfileMatch::units; of an absorbed layer, that of the one it is absorbed by

    static constexpr std::uint32_t kNoUnit = 0xFFFFFFFF;
};

/// By layer.
std::vector<ProfiledLayer> profiledLayers(const Graph& graph, const Profile& profile,
                                          const ProfileMatch& match);

/// Layers that the file times as one and that may run as one: its groups of up to eight layers that are not
/// guessed, with what they absorb. Ascending.
std::vector<std::vector<LayerId>> measuredGroups(const ProfileMatch& match,
                                                 const std::vector<ProfiledLayer>& layers);

/// The unit that is the time of this group whole: all members are of it, and it has no others. kNoUnit: none.
std::uint32_t unitOfGroup(const ProfileMatch& match, const std::vector<ProfiledLayer>& layers,
                          const std::vector<LayerId>& group);

} // namespace cutline
