// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/profile_match.h"

#include "core/base/text.h"
#include "core/cost/profiles/matcher.h"

#include <algorithm>
#include <array>
#include <set>

namespace cutline {
namespace {

constexpr std::size_t kListedOthers = 10;

/// Rows that speak for this platform, the more particular ones first where they name the same layer.
std::vector<std::uint32_t> rowsFor(const Profile& profile, const Platform& platform) {
    std::vector<std::uint32_t> rows;
    std::set<std::pair<bool, std::string_view>> taken;
    std::vector<std::string_view> wanted{platform.name};
    if (platform.descriptor != platform.name && !platform.descriptor.empty())
        wanted.push_back(platform.descriptor);
    wanted.push_back({});
    for (const std::string_view name : wanted) {
        std::vector<std::pair<bool, std::string_view>> own;
        for (std::uint32_t i = 0; i < profile.rows.size(); ++i) {
            const Profile::Row& row = profile.rows[i];
            const std::pair<bool, std::string_view> key(row.by_op, row.layer);
            if (row.platform != name || taken.contains(key)) continue;
            rows.push_back(i);
            own.push_back(key);
        }
        taken.insert(own.begin(), own.end());
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

Error noRows(const Profile& profile, const Platform& platform) {
    std::vector<std::string> others;
    for (const Profile::Row& row : profile.rows)
        if (std::find(others.begin(), others.end(), row.platform) == others.end())
            others.push_back(row.platform);
    std::string list;
    for (std::size_t i = 0; i < std::min(others.size(), kListedOthers); ++i)
        list += (i ? ", " : "") + printable(others[i]);
    return {printable(profile.file), "no rows for platform " + platform.name, "its rows are for " + list};
}

void sumUp(const Profile& profile, ProfileMatch& match) {
    for (const ProfileMatch::Row& row : match.rows) {
        const double time_s = profile.rows[row.row].latency_s;
        match.total_s += time_s;
        if (!row.layers.empty()) match.matched_s += time_s;
        if (!row.layers.empty() && row.guessed) match.guessed_s += time_s;
        match.guessed += !row.layers.empty() && row.guessed;
        match.partly += row.partly && !row.guessed;
        match.unmatched += row.layers.empty();
    }
    match.all_matched = match.matched() == match.rows.size();
}

} // namespace

std::string_view wordFor(MatchKind kind) {
    constexpr std::array<std::string_view, 11> kWords{"same name",
                                                      "in sequence",
                                                      "side by side",
                                                      "point-wise",
                                                      "all between two layers",
                                                      "copy into a layer",
                                                      "but for an affix",
                                                      "output tensor",
                                                      "operator and order",
                                                      "by operator",
                                                      "no match"};
    return kWords[static_cast<std::size_t>(kind)];
}

Result<ProfileMatch> matchProfile(const Graph& graph, const Profile& profile, const Platform& platform) {
    const std::vector<std::uint32_t> rows = rowsFor(profile, platform);
    if (rows.empty()) return noRows(profile, platform);
    profiles::Matcher matcher(graph, profile, rows);
    ProfileMatch match = matcher.run();
    sumUp(profile, match);
    return match;
}

} // namespace cutline
