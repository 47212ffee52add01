// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/front_change.h"

#include "widgets/models/plan_facts.h"

#include <QCoreApplication>
#include <QStringList>

#include <set>

namespace cutline {
namespace {

constexpr std::size_t kCompared = 5'000;
constexpr qsizetype kNamed = 3;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FrontChange)
};

using Places = std::vector<PlatformId>;

Places placesOf(const SearchResult& result, std::uint32_t plan, std::size_t layers) {
    return assignmentOf(result.candidates->plan(plan), layers);
}

std::set<Places> placesOfFront(const SearchResult& result, std::size_t layers) {
    std::set<Places> places;
    for (const std::uint32_t plan : result.front) places.insert(placesOf(result, plan, layers));
    return places;
}

QString leavingText(const QStringList& names) {
    if (names.size() == 1) return Words::tr("%1 leaves the front").arg(names.front());
    if (names.size() <= kNamed)
        return Words::tr("%1 and %2 leave the front")
            .arg(names.mid(0, names.size() - 1).join(QStringLiteral(", ")), names.back());
    return Words::tr("%1 and %2 more leave the front")
        .arg(names.mid(0, kNamed).join(QStringLiteral(", ")))
        .arg(names.size() - kNamed);
}

QString membersText(const SearchResult& before, const SearchResult& after, std::size_t layers) {
    if (before.front.size() > kCompared || after.front.size() > kCompared)
        return Words::tr("the front has %1 plans where it had %2").arg(after.front.size()).arg(before.front.size());
    const auto was = placesOfFront(before, layers), is = placesOfFront(after, layers);
    // The short list first: those are the plans that people talk about.
    QStringList leaving, others;
    for (const std::uint32_t plan : before.front) {
        if (is.contains(placesOf(before, plan, layers))) continue;
        const bool listed = std::find(before.representatives.begin(), before.representatives.end(), plan) !=
                            before.representatives.end();
        (listed ? leaving : others) << planTitle(plan);
    }
    leaving += others;
    const auto joining = std::count_if(is.begin(), is.end(), [&](const Places& one) { return !was.contains(one); });
    if (leaving.isEmpty() && joining == 0) return Words::tr("the front keeps its %1 plans").arg(after.front.size());
    if (leaving.isEmpty())
        return joining == 1 ? Words::tr("1 plan joins the front") : Words::tr("%1 plans join the front").arg(joining);
    const QString gone = leavingText(leaving);
    return joining == 0   ? gone
           : joining == 1 ? Words::tr("%1, 1 joins it").arg(gone)
                          : Words::tr("%1, %2 join it").arg(gone).arg(joining);
}

} // namespace

QString frontChangeText(const SearchResult& before, const SearchResult& after, std::size_t layers) {
    const QString members = membersText(before, after, layers);
    if (!after.knee) return members;
    const QString name = planTitle(*after.knee);
    const bool same = before.knee && placesOf(before, *before.knee, layers) == placesOf(after, *after.knee, layers);
    return same ? Words::tr("%1; %2 stays the knee").arg(members, name)
                : Words::tr("%1; %2 is now the knee").arg(members, name);
}

} // namespace cutline
