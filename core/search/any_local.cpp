// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_local.h"

#include <algorithm>
#include <bit>

namespace cutline {
namespace {

constexpr std::size_t kSmall = 48;       ///< groups; below, every group is tried everywhere
constexpr std::size_t kScheduledNearby = 1000; ///< groups; list schedules take quadratic time

} // namespace

void AnyLocal::run(std::uint64_t most_judged)
{
    m_end = m_front.proof().evaluated + most_judged;
    m_open.clear();
    for (const AnyFront::Entry& entry : m_front.entries()) m_open.push_back(groupAssignment(m_model, entry.assignment));
    // Each seed gets its turn before what came of it.
    for (std::size_t next = 0; next < m_open.size() && !isOver(); ++next) {
        const GroupAssignment from = m_open[next];
        moveGroups(from);
        moveStretches(from);
    }
}

void AnyLocal::look(const GroupAssignment& assignment)
{
    if (isOver() || !m_seen.emplace(assignment.begin(), assignment.end()).second) return;
    std::uint32_t used = 0;
    for (const std::uint32_t p : assignment) used |= 1u << p;
    if (static_cast<std::size_t>(std::popcount(used)) > m_model.mostPlatforms()) return;
    const std::uint64_t before = m_front.additions();
    m_front.look(planOf(m_model, assignment));
    const auto& objectives = m_front.task().options.objectives;
    if (m_model.groups() <= kScheduledNearby &&
        std::find(objectives.begin(), objectives.end(), Objective::Latency) != objectives.end())
        m_front.look(generalPlan(m_model, assignment, listOrder(m_model, assignment, ListRule::EarliestStart)));
    if (m_front.additions() != before) m_open.push_back(assignment);
}

void AnyLocal::moveGroups(const GroupAssignment& from)
{
    GroupAssignment moved = from;
    for (std::uint32_t g = 0; g < m_model.groups() && !isOver(); ++g) {
        const auto beside = [&](std::uint32_t p) {
            const auto there = [&](std::uint32_t other) { return from[other] == p; };
            return std::ranges::any_of(m_model.before(g), there) || std::ranges::any_of(m_model.after(g), there);
        };
        for (const std::uint32_t p : m_model.homes(g)) {
            if (p == from[g] || (m_model.groups() > kSmall && !beside(p))) continue;
            moved[g] = p;
            look(moved);
        }
        moved[g] = from[g];
    }
}

void AnyLocal::moveStretches(const GroupAssignment& from)
{
    const std::size_t count = from.size();
    const auto join = [&](std::size_t first, std::size_t last, std::uint32_t platform) {
        GroupAssignment moved = from;
        for (std::size_t g = first; g < last; ++g) {
            const auto homes = m_model.homes(g);
            if (std::find(homes.begin(), homes.end(), platform) != homes.end()) moved[g] = platform;
        }
        look(moved);
    };
    for (std::size_t cut = 1; cut < count && !isOver(); ++cut) {
        if (from[cut] == from[cut - 1]) continue;
        for (std::size_t length = 2; length < count; length *= 2) {
            join(cut, std::min(count, cut + length), from[cut - 1]);
            join(cut > length ? cut - length : 0, cut, from[cut]);
        }
    }
}

} // namespace cutline
