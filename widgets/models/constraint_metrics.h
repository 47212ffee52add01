// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/scenario.h"
#include "core/search/objective.h"
#include "widgets/models/plan_facts.h"

#include <QString>

#include <optional>
#include <vector>

namespace cutline {

/// A figure that a limit can be set on: of the plan, of one platform or of one link.
struct ConstraintMetric {
    QString title; ///< "Memory of EYR"
    QString part;  ///< "EYR", "gbe"; empty: of the whole plan
    QString entry; ///< in the part's own menu: "Memory"
    QString name;  ///< as parseConstraint reads it: "memory:EYR"
    MetricKind kind = MetricKind::Latency;
    std::uint32_t subject = 0;
    bool at_most = true; ///< the usual direction
    QString example;     ///< "20 ms"
};

/// Everything a limit can be set on in this system, in the order of menus: the plan, platforms, links.
std::vector<ConstraintMetric> constraintMetrics(const System& system);
/// Position of what a constraint speaks about; nullopt for what the list does not have.
std::optional<std::size_t> metricOf(const std::vector<ConstraintMetric>& metrics, const Constraint& constraint);

/// The scenario's requirements as limits; those that do not fit this system are left out.
std::vector<Constraint> requirementLimits(const Scenario& scenario, const System& system);

/// "20ms" of "latency<=20ms"; all of it where there is no comparison.
QString limitAsWritten(const QString& constraint);
/// "latency" of "latency<=20ms".
QString metricAsWritten(const QString& constraint);
/// Whether a text compares: "latency<=20ms", "energy > 3 mJ".
bool isComparison(const QString& text);

/// Which of the plan's figures a constraint limits; nullopt for platforms, links and the other kind of memory.
std::optional<Objective> objectiveOf(MetricKind kind, bool memory_is_ratio);
/// "latency<=20.3 ms", "throughput>=30 /s": a demand on an objective's shown value, three digits.
QString demandOn(Objective objective, bool memory_is_ratio, bool at_most, double shown_value);
/// The same demand with another limit (SI): "memory:EYR<=3.2 MiB".
QString withLimit(const Constraint& constraint, double limit);

/// A value as people read it, percent for shares.
QString shownQuantity(double value, Unit unit);
/// How a figure stands to its limit: "met, margin 12 %", "missed by 3.2 ms (16 %)"; nullopt values: not known.
struct Standing {
    QString text;
    bool met = false, known = false;
};
Standing standingOf(const Constraint& constraint, std::optional<double> value);

} // namespace cutline
