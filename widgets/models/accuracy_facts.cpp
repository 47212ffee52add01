// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/accuracy_facts.h"

#include "core/accuracy/interval.h"
#include "core/base/text.h"
#include "widgets/models/plan_facts.h"

#include <algorithm>

namespace cutline {
namespace {

/// Fewer say nothing of an order.
constexpr std::size_t kFewChecked = 5;

QString percent(double share, int decimals) {
    return QString::number(share * 100, 'f', decimals);
}

} // namespace

std::optional<Accuracy> accuracyAt(const SearchResult& result, std::uint32_t plan) {
    return plan < result.accuracies.size() ? result.accuracies[plan] : std::nullopt;
}

QString kindName(Accuracy::Kind kind) {
    return text(lowered(nameOf(kind)));
}

QString accuracyCell(const Accuracy& accuracy) {
    const double half = std::max(accuracy.high - accuracy.top1, accuracy.top1 - accuracy.low);
    QString text = percent(accuracy.top1, 2);
    if (accuracy.kind == Accuracy::Kind::Estimated) text.prepend(u'~');
    if (half > 0) text += QStringLiteral(" \u00B1") + percent(half, 1);
    if (accuracy.kind == Accuracy::Kind::Given) text += QStringLiteral(" given");
    return text;
}

QString accuracyLine(const Accuracy& accuracy) {
    return percent(accuracy.top1, 1) + QStringLiteral("\u2009% ") + accuracyNote(accuracy);
}

QString accuracyNote(const Accuracy& accuracy) {
    QString text = kindName(accuracy.kind);
    if (accuracy.high > accuracy.low)
        text += QStringLiteral(", %1 to %2\u2009%").arg(percent(accuracy.low, 1), percent(accuracy.high, 1));
    return text;
}

bool isResolved(const Accuracy& a, const Accuracy& b) {
    if (a.right && b.right) return pairedDifference(*a.right, *b.right).isResolved();
    return a.low > b.high || b.low > a.high;
}

QString claimText(const AccuracyClaim& claim) {
    const std::size_t front = claim.measured + claim.estimated, listed = claim.given + claim.unknown;
    if (listed > 0)
        return QStringLiteral("accuracy: given for %1 of %2 plans").arg(claim.given).arg(listed);
    if (claim.measured == 0) return QStringLiteral("accuracy: estimated");
    if (claim.estimated == 0) return QStringLiteral("accuracy: %1 measured").arg(claim.measured);
    return QStringLiteral("accuracy: %1 of %2 measured").arg(claim.measured).arg(front);
}

QStringList fitLines(const AccuracyClaim& claim) {
    QStringList lines;
    if (claim.checked >= kFewChecked)
        lines << QStringLiteral("Against %1 plans measured since: rank correlation %2, mean error %3")
                     .arg(QString::number(claim.checked), QString::number(claim.check_rank_correlation, 'f', 2),
                          quantityText(claim.check_error, Unit::Fraction));
    if (claim.fit_points > 0)
        lines << QStringLiteral("Fitted to %1 measured precisions: rank correlation %2, error \u00B1%3; by counting bits alone the "
                                "rank correlation is %4")
                     .arg(QString::number(claim.fit_points), QString::number(claim.fit_rank_correlation, 'f', 2),
                          quantityText(claim.fit_error, Unit::Fraction), QString::number(claim.fit_bits_correlation, 'f', 2));
    return lines;
}

} // namespace cutline
