// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace cutline {

/// What is known of a candidate's accuracy.
std::optional<Accuracy> accuracyAt(const SearchResult& result, std::uint32_t plan);
/// "measured", "estimated", "given".
QString kindName(Accuracy::Kind kind);
/// For a table, in percent without its sign: "93.60 ±2.1", an estimate "~93.60 ±2.1", a given one without an interval
/// "93.60 given".
QString accuracyCell(const Accuracy& accuracy);
/// "93.6 % measured, 91.1 to 95.4 %".
QString accuracyLine(const Accuracy& accuracy);
/// "measured, 91.1 to 95.4 %".
QString accuracyNote(const Accuracy& accuracy);
/// The difference is more than chance: on the same images where both are measured (McNemar), else where the intervals
/// lie apart.
bool isResolved(const Accuracy& a, const Accuracy& b);
/// "accuracy: 25 measured", "accuracy: 16 of 25 measured", "accuracy: given for 12 of 46 plans".
QString claimText(const AccuracyClaim& claim);
/// How well the estimate does, one sentence a line; empty where there is none.
QStringList fitLines(const AccuracyClaim& claim);

} // namespace cutline
