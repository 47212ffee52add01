// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/constraint_metrics.h"

#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>

namespace cutline {
namespace {

struct Kind {
    MetricKind kind;
    const char* name;
    const char* title;
    bool at_most;
    const char* example;
};

constexpr std::array kOfPlan{
    Kind{MetricKind::Latency, "latency", "Latency", true, "20 ms"},
    Kind{MetricKind::Throughput, "throughput", "Throughput", false, "30 fps"},
    Kind{MetricKind::InitiationInterval, "ii", "Busiest stage", true, "33 ms"},
    Kind{MetricKind::Energy, "energy", "Energy", true, "25 mJ"},
    Kind{MetricKind::MemoryMax, "memory", "Largest memory", true, "4 MiB"},
    Kind{MetricKind::MemoryRatio, "tightest", "Tightest memory", true, "80 %"},
    Kind{MetricKind::LinkBytes, "link", "Link bytes", true, "64 kB"},
    Kind{MetricKind::Sensitivity, "sensitivity", "Sensitivity", true, "0.02"},
    Kind{MetricKind::Accuracy, "accuracy", "Accuracy", false, "75 %"},
    Kind{MetricKind::Cost, "cost", "Cost", true, "50"},
};
constexpr std::array kOfPlatform{
    Kind{MetricKind::PlatformMemory, "memory", "Memory", true, "4 MiB"},
    Kind{MetricKind::PlatformBusy, "busy", "Busy time", true, "10 ms"},
    Kind{MetricKind::PlatformEnergy, "energy", "Energy", true, "10 mJ"},
};
constexpr std::array kOfLink{
    Kind{MetricKind::LinkLoad, "load", "Load", true, "50 %"},
    Kind{MetricKind::LinkBusy, "busy", "Busy time", true, "5 ms"},
    Kind{MetricKind::LinkBytesOf, "link", "Bytes", true, "64 kB"},
};

ConstraintMetric metric(const Kind& kind, const QString& part, std::uint32_t subject) {
    ConstraintMetric m;
    m.entry = QString::fromLatin1(kind.title);
    m.part = part;
    m.title = part.isEmpty() ? m.entry : QStringLiteral("%1 of %2").arg(m.entry, part);
    m.name = QString::fromLatin1(kind.name) + (part.isEmpty() ? QString() : u':' + part);
    m.kind = kind.kind;
    m.subject = subject;
    m.at_most = kind.at_most;
    m.example = QString::fromLatin1(kind.example);
    return m;
}

const QRegularExpression& signs() {
    static const QRegularExpression kSigns(QStringLiteral("<=|>=|[<>\u2264\u2265]"));
    return kSigns;
}

} // namespace

std::vector<ConstraintMetric> constraintMetrics(const System& system) {
    std::vector<ConstraintMetric> metrics;
    for (const Kind& kind : kOfPlan) metrics.push_back(metric(kind, {}, 0));
    for (std::uint32_t p = 0; p < system.platforms.size(); ++p)
        for (const Kind& kind : kOfPlatform) metrics.push_back(metric(kind, text(system.platforms[p].name), p));
    for (std::uint32_t l = 0; l < system.links.size(); ++l)
        for (const Kind& kind : kOfLink) metrics.push_back(metric(kind, text(system.links[l].link.name), l));
    return metrics;
}

std::optional<std::size_t> metricOf(const std::vector<ConstraintMetric>& metrics, const Constraint& constraint) {
    const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const ConstraintMetric& m) {
        return m.kind == constraint.kind && m.subject == constraint.subject;
    });
    if (found == metrics.end()) return std::nullopt;
    return static_cast<std::size_t>(found - metrics.begin());
}

std::vector<Constraint> requirementLimits(const Scenario& scenario, const System& system) {
    std::vector<Constraint> limits;
    for (const Scenario::Requirement& requirement : scenario.requirements)
        for (const bool at_most : {true, false}) {
            const auto& limit = at_most ? requirement.at_most : requirement.at_least;
            if (!limit) continue;
            if (auto parsed = parseConstraint(requirement.metric + (at_most ? "<=" : ">=") + numberText(*limit), system))
                limits.push_back(*parsed);
        }
    return limits;
}

bool isComparison(const QString& text) {
    return text.contains(signs());
}

QString limitAsWritten(const QString& constraint) {
    const auto match = signs().match(constraint);
    return (match.hasMatch() ? constraint.mid(match.capturedEnd()) : constraint).trimmed();
}

QString metricAsWritten(const QString& constraint) {
    return constraint.left(constraint.indexOf(signs())).trimmed();
}

std::optional<Objective> objectiveOf(MetricKind kind, bool ratio) {
    switch (kind) {
    case MetricKind::Latency:
        return Objective::Latency;
    case MetricKind::Throughput:
    case MetricKind::InitiationInterval:
        return Objective::InitiationInterval;
    case MetricKind::Energy:
        return Objective::Energy;
    case MetricKind::MemoryMax:
        return ratio ? std::nullopt : std::optional(Objective::Memory);
    case MetricKind::MemoryRatio:
        return ratio ? std::optional(Objective::Memory) : std::nullopt;
    case MetricKind::LinkBytes:
        return Objective::LinkBytes;
    case MetricKind::Sensitivity:
        return Objective::Sensitivity;
    case MetricKind::Accuracy:
        return Objective::Accuracy;
    case MetricKind::Cost:
        return Objective::Cost;
    default:
        return {};
    }
}

namespace {

/// As a person would type it: three digits, a plain space before the unit.
QString typedLimit(double value, Unit unit) {
    if (unit == Unit::Fraction) return numberOnly(value * 100) + QStringLiteral(" %");
    return limitText(value, unit).replace(QChar(0x202F), u' ');
}

} // namespace

QString demandOn(Objective objective, bool memory_is_ratio, bool at_most, double shown_value) {
    QString name = text(infoOf(objective).option);
    if (objective == Objective::Memory && memory_is_ratio) name = QStringLiteral("tightest");
    return name + (at_most ? QStringLiteral("<=") : QStringLiteral(">=")) +
           typedLimit(shown_value, shownUnit(objective, memory_is_ratio));
}

QString withLimit(const Constraint& constraint, double limit) {
    // "memory<=50 %" is a share of the tightest memory: named so, it stays one whatever the limit looks like.
    const QString name =
        constraint.kind == MetricKind::MemoryRatio ? QStringLiteral("tightest") : metricAsWritten(text(constraint.text));
    return name + (constraint.at_most ? QStringLiteral("<=") : QStringLiteral(">=")) +
           typedLimit(limit, unitOf(constraint.kind));
}

QString shownQuantity(double value, Unit unit) {
    return unit == Unit::Fraction ? percentText(value) : quantityText(value, unit);
}

Standing standingOf(const Constraint& constraint, std::optional<double> value) {
    if (!value || std::isnan(*value)) return {QStringLiteral("not known"), false, false};
    const double slack = 1e-12 * std::abs(constraint.limit); // as the search keeps limits
    const bool met = constraint.at_most ? *value <= constraint.limit + slack : *value >= constraint.limit - slack;
    const double off = std::abs(*value - constraint.limit);
    constexpr double kNoMargin = 5e-4; // less is not worth a figure
    if (met && off <= kNoMargin * std::abs(constraint.limit)) return {QStringLiteral("met, no margin"), true, true};
    const QString share =
        constraint.limit != 0 ? percentText(off / std::abs(constraint.limit)) : QString();
    if (met)
        return {share.isEmpty() ? QStringLiteral("met") : QStringLiteral("met, margin %1").arg(share), true, true};
    QString words = QStringLiteral("missed by ") + shownQuantity(off, unitOf(constraint.kind));
    if (!share.isEmpty() && unitOf(constraint.kind) != Unit::Fraction) words += QStringLiteral(" (%1)").arg(share);
    return {words, false, true};
}

} // namespace cutline
