// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/anytime_moves.h"

#include <algorithm>

namespace cutline {
namespace {

/// Single groups tried per plan; a wide graph has far more that may cross.
constexpr std::size_t kSingles = 96;
constexpr std::size_t kClosures = 12;
/// A cut moves by at most this share of its two stages in one step.
constexpr std::size_t kShiftShare = 6;

} // namespace

bool Moves::isAllowed(const StagedPlan& staged) const
{
    const auto& orders = m_space.orders();
    const auto before = [](const std::vector<PlatformId>& a, const std::vector<PlatformId>& b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    };
    if (!std::binary_search(orders.begin(), orders.end(), staged.order, before)) return false;
    for (std::uint32_t g = 0; g < staged.stage.size(); ++g)
        if (!m_space.mayRun(g, staged.order[staged.stage[g]])) return false;
    return true;
}

void Moves::addIfAllowed(StagedPlan staged, std::vector<StagedPlan>& out) const
{
    staged = withoutEmptyStages(std::move(staged));
    if (isAllowed(staged)) out.push_back(std::move(staged));
}

std::vector<StagedPlan> Moves::around(const StagedPlan& from, std::mt19937_64& random) const
{
    std::vector<StagedPlan> out;
    moveSingles(from, random, out);
    moveClosures(from, random, out);
    shiftCuts(from, random, out);
    changePlatforms(from, out);
    dropStages(from, out);
    insertStages(from, random, out);
    return out;
}

bool Moves::mayCross(const StagedPlan& from, std::uint32_t group, Way way) const
{
    const std::uint8_t s = from.stage[group];
    if (way == Way::Forward)
        return s + 1u < from.order.size() && std::all_of(m_groups.after[group].begin(), m_groups.after[group].end(),
                                                         [&](std::uint32_t g) { return from.stage[g] > s; });
    return s > 0 && std::all_of(m_groups.before[group].begin(), m_groups.before[group].end(),
                                [&](std::uint32_t g) { return from.stage[g] < s; });
}

void Moves::moveSingles(const StagedPlan& from, std::mt19937_64& random, std::vector<StagedPlan>& out) const
{
    struct Step {
        std::uint32_t group;
        std::uint8_t stage;
    };
    std::vector<Step> steps;
    for (std::uint32_t g = 0; g < from.stage.size(); ++g) {
        const std::uint8_t s = from.stage[g];
        if (mayCross(from, g, Way::Forward)) steps.push_back({g, static_cast<std::uint8_t>(s + 1)});
        if (mayCross(from, g, Way::Backward)) steps.push_back({g, static_cast<std::uint8_t>(s - 1)});
    }
    for (std::size_t i = 0; i < std::min(kSingles, steps.size()); ++i) {
        std::swap(steps[i], steps[i + chanceBelow(random, steps.size() - i)]);
        if (!m_space.mayRun(steps[i].group, from.order[steps[i].stage])) continue;
        StagedPlan next = from;
        next.stage[steps[i].group] = steps[i].stage;
        addIfAllowed(std::move(next), out);
    }
}

void Moves::moveClosures(const StagedPlan& from, std::mt19937_64& random, std::vector<StagedPlan>& out) const
{
    if (from.order.size() < 2) return;
    for (std::size_t i = 0; i < kClosures; ++i) {
        const auto start = static_cast<std::uint32_t>(chanceBelow(random, from.stage.size()));
        const bool forward = chanceBelow(random, 2) == 0;
        const std::uint8_t s = from.stage[start];
        if (forward ? s + 1u >= from.order.size() : s == 0) continue;
        StagedPlan next = from;
        const auto to = static_cast<std::uint8_t>(forward ? s + 1 : s - 1);
        std::vector<std::uint32_t> open{start};
        next.stage[start] = to;
        while (!open.empty()) {
            const std::uint32_t g = open.back();
            open.pop_back();
            for (const std::uint32_t other : forward ? m_groups.after[g] : m_groups.before[g])
                if (next.stage[other] == s) {
                    next.stage[other] = to;
                    open.push_back(other);
                }
        }
        addIfAllowed(std::move(next), out);
    }
}

std::vector<std::uint32_t> Moves::membersInChanceOrder(const StagedPlan& from, std::size_t stage,
                                                       std::mt19937_64& random) const
{
    std::vector<std::uint32_t> waiting(from.stage.size(), 0), ready, order;
    for (std::uint32_t g = 0; g < from.stage.size(); ++g) {
        if (from.stage[g] != stage) continue;
        for (const std::uint32_t b : m_groups.before[g]) waiting[g] += from.stage[b] == stage;
        if (waiting[g] == 0) ready.push_back(g);
    }
    while (!ready.empty()) {
        std::swap(ready.back(), ready[chanceBelow(random, ready.size())]);
        const std::uint32_t g = ready.back();
        ready.pop_back();
        order.push_back(g);
        for (const std::uint32_t a : m_groups.after[g])
            if (from.stage[a] == stage && --waiting[a] == 0) ready.push_back(a);
    }
    return order;
}

void Moves::shiftCuts(const StagedPlan& from, std::mt19937_64& random, std::vector<StagedPlan>& out) const
{
    for (std::size_t s = 0; s + 1 < from.order.size(); ++s) {
        const auto left = membersInChanceOrder(from, s, random), right = membersInChanceOrder(from, s + 1, random);
        const std::size_t most = std::max<std::size_t>(2, (left.size() + right.size()) / kShiftShare);
        StagedPlan back = from, on = from;
        for (std::size_t i = std::min(left.size(), 1 + chanceBelow(random, most)); i > 0; --i)
            back.stage[left[left.size() - i]] = static_cast<std::uint8_t>(s + 1);
        for (std::size_t i = std::min(right.size(), 1 + chanceBelow(random, most)); i > 0; --i)
            on.stage[right[i - 1]] = static_cast<std::uint8_t>(s);
        addIfAllowed(std::move(back), out);
        addIfAllowed(std::move(on), out);
    }
}

std::vector<PlatformId> Moves::unused(const StagedPlan& from) const
{
    std::vector<PlatformId> list;
    for (const PlatformId p : m_space.platforms())
        if (std::find(from.order.begin(), from.order.end(), p) == from.order.end()) list.push_back(p);
    return list;
}

void Moves::changePlatforms(const StagedPlan& from, std::vector<StagedPlan>& out) const
{
    const auto spare = unused(from);
    for (std::size_t i = 0; i < from.order.size(); ++i) {
        for (std::size_t j = i + 1; j < from.order.size(); ++j) {
            StagedPlan next = from;
            std::swap(next.order[i], next.order[j]);
            addIfAllowed(std::move(next), out);
        }
        for (const PlatformId p : spare) {
            StagedPlan next = from;
            next.order[i] = p;
            addIfAllowed(std::move(next), out);
        }
    }
}

void Moves::dropStages(const StagedPlan& from, std::vector<StagedPlan>& out) const
{
    if (from.order.size() < 2) return;
    for (std::size_t s = 0; s < from.order.size(); ++s)
        for (const int side : {-1, 1}) {
            if (s == 0 ? side < 0 : side > 0 && s + 1 == from.order.size()) continue;
            StagedPlan next = from;
            for (std::uint8_t& stage : next.stage)
                if (stage == s) stage = static_cast<std::uint8_t>(static_cast<int>(s) + side);
            addIfAllowed(std::move(next), out);
        }
}

void Moves::insertStages(const StagedPlan& from, std::mt19937_64& random, std::vector<StagedPlan>& out) const
{
    if (from.order.size() >= kMaxStages) return;
    const auto spare = unused(from);
    if (spare.empty()) return;
    for (std::size_t s = 0; s < from.order.size(); ++s) {
        const auto members = membersInChanceOrder(from, s, random);
        if (members.size() < 2) continue;
        const PlatformId p = spare[chanceBelow(random, spare.size())];
        const std::size_t cut = 1 + chanceBelow(random, members.size() - 1);
        const bool before = chanceBelow(random, 2) == 0;
        StagedPlan next = from;
        next.order.insert(next.order.begin() + static_cast<std::ptrdiff_t>(s + (before ? 0 : 1)), p);
        for (std::uint8_t& stage : next.stage)
            if (stage > s) ++stage;
        for (std::size_t i = cut; i < members.size(); ++i) next.stage[members[i]] = static_cast<std::uint8_t>(s + 1);
        addIfAllowed(std::move(next), out);
    }
}

} // namespace cutline
