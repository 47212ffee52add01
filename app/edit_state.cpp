// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/edit_state.h"

#include <algorithm>
#include <tuple>

namespace cutline {
namespace {

template <class T>
bool sameValue(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
    return a == b || (a && b && *a == *b);
}

auto demandOf(const SearchOptions& o) {
    return std::tie(o.objectives, o.constraints, o.order, o.given_order, o.allowed, o.max_platforms, o.pins,
                    o.forbidden, o.cuts, o.solver, o.precisions, o.keep_dominated, o.schedule, o.down_set_cap, o.plan_cap,
                    o.time_limit_s, o.epsilon, o.resolution, o.seed, o.threads);
}

} // namespace

bool sameOptions(const SearchOptions& a, const SearchOptions& b) {
    return demandOf(a) == demandOf(b);
}

bool sameProfiles(const EditState& a, const EditState& b) {
    const auto same = [](const auto& one, const auto& other) {
        return one.first == other.first && one.second.use == other.second.use &&
               sameValue(one.second.profile, other.second.profile);
    };
    return a.missing == b.missing && a.profiles.size() == b.profiles.size() &&
           std::equal(a.profiles.begin(), a.profiles.end(), b.profiles.begin(), same);
}

bool operator==(const Kept& a, const Kept& b) {
    return sameValue(a.plan, b.plan) && a.name == b.name && a.note == b.note && a.favourite == b.favourite;
}

bool operator==(const EditState& a, const EditState& b) {
    return a.model == b.model && a.sensitivity == b.sensitivity && a.images == b.images && sameValue(a.system, b.system) && a.scenario == b.scenario && sameOptions(a.options, b.options) &&
           a.fusion == b.fusion && sameProfiles(a, b) && sameValue(a.plan, b.plan) &&
           sameValue(a.reference.plan, b.reference.plan) && a.reference.name == b.reference.name &&
           a.kept == b.kept && a.places == b.places && a.title == b.title && a.note == b.note;
}

} // namespace cutline
