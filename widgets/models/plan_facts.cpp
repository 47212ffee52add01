// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/plan_facts.h"

#include "core/base/text.h"
#include "widgets/models/constraint_metrics.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cutline {
namespace {

const QString kSpace = QStringLiteral("\u202F");
const QString kMiddleDot = QStringLiteral(" \u00B7 ");

/// Below this a relative difference is not shown as better or worse.
constexpr double kUnresolved = 5e-4;

} // namespace

QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString nameText(std::string_view name, std::size_t longest) {
    return text(elided(printable(name), longest));
}

QString quantityText(double value, Unit unit) {
    return text(formatQuantity(value, unit));
}

QString numberOnly(double value, int digits) {
    return text(formatNumber(value, digits));
}

QString limitText(double value, Unit unit) {
    if (unit == Unit::Fraction) return percentText(value);
    const QuantityText parts = formatParts(value, unit);
    QString number = text(parts.number);
    if (number.contains(u'.')) {
        while (number.endsWith(u'0')) number.chop(1);
        if (number.endsWith(u'.')) number.chop(1);
    }
    return parts.unit.empty() ? number : number + kSpace + text(parts.unit);
}

QString partOfText(double part, double whole, Unit unit) {
    const UnitScale scale = scaleFor(whole, unit);
    // 11.1 MiB of 1 GiB reads better than 0.0109 of 1 GiB.
    const bool same_unit = part == 0 || scaleFor(part, unit).name == scale.name;
    const QString used =
        same_unit ? numberOnly(part * scale.factor) : QString::fromStdString(formatQuantity(part, unit));
    return used + QStringLiteral(" of ") + limitText(whole, unit);
}

QString percentText(double share) {
    return numberOnly(share * 100, 2) + kSpace + u'%';
}

double shownValue(const Summary& summary, Objective objective) {
    switch (objective) {
    case Objective::Latency:
        return summary.latency_s;
    case Objective::InitiationInterval:
        return summary.initiation_interval_s > 0 ? 1 / summary.initiation_interval_s
                                                 : std::numeric_limits<double>::quiet_NaN();
    case Objective::Energy:
        return summary.energy_j;
    case Objective::Memory:
        return memoryIsRatio(summary) ? summary.tightest_ratio : summary.memory_bytes_max;
    case Objective::LinkBytes:
        return summary.link_bytes;
    case Objective::Sensitivity:
        return summary.sensitivity;
    case Objective::Cost:
        return summary.cost;
    case Objective::Accuracy:
        return summary.accuracy;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

Unit shownUnit(Objective objective, bool memory_is_ratio) {
    switch (objective) {
    case Objective::Latency:
        return Unit::Second;
    case Objective::InitiationInterval:
        return Unit::Hertz;
    case Objective::Energy:
        return Unit::Joule;
    case Objective::Memory:
        return memory_is_ratio ? Unit::Fraction : Unit::Byte;
    case Objective::LinkBytes:
        return Unit::Byte;
    case Objective::Accuracy:
        return Unit::Fraction;
    case Objective::Sensitivity:
    case Objective::Cost:
        break;
    }
    return Unit::None;
}

bool memoryIsRatio(const Summary& summary) {
    return !std::isnan(summary.tightest_ratio);
}

QString objectiveTitle(Objective objective, bool memory_is_ratio) {
    switch (objective) {
    case Objective::Latency:
        return QStringLiteral("Latency");
    case Objective::InitiationInterval:
        return QStringLiteral("Throughput");
    case Objective::Energy:
        return QStringLiteral("Energy per inference");
    case Objective::Memory:
        return memory_is_ratio ? QStringLiteral("Tightest memory") : QStringLiteral("Largest memory");
    case Objective::LinkBytes:
        return QStringLiteral("Link load");
    case Objective::Sensitivity:
        return QStringLiteral("Sensitivity");
    case Objective::Accuracy:
        return QStringLiteral("Accuracy");
    case Objective::Cost:
        return QStringLiteral("Cost");
    }
    return {};
}

bool memoryIsRatio(const SearchResult& result) {
    return !result.summaries.empty() && std::all_of(result.summaries.begin(), result.summaries.end(),
                                                    [](const Summary& s) { return memoryIsRatio(s); });
}

std::vector<Objective> knownObjectives(const SearchResult& result) {
    std::vector<Objective> known;
    for (const Objective objective : kObjectives)
        if (std::any_of(result.summaries.begin(), result.summaries.end(),
                        [objective](const Summary& s) { return std::isfinite(shownValue(s, objective)); }))
            known.push_back(objective);
    return known;
}

Change changeOf(double value, double reference, bool larger_is_better) {
    Change change;
    change.difference = value - reference;
    if (reference != 0) change.relative = change.difference / std::abs(reference);
    const double size = change.relative.value_or(change.difference == 0 ? 0 : 1);
    if (std::abs(size) < kUnresolved || std::isnan(size)) return change;
    change.verdict = (change.difference > 0) == larger_is_better ? Verdict::Better : Verdict::Worse;
    return change;
}

QString changeText(const Change& change, Unit unit) {
    if (change.verdict == Verdict::Same) return QStringLiteral("= 0") + kSpace + u'%';
    const bool up = change.difference > 0;
    const QString arrow = up ? QStringLiteral("\u25B2 ") : QStringLiteral("\u25BC ");
    if (!change.relative)
        return arrow + (up ? QStringLiteral("+") : QString()) + quantityText(change.difference, unit);
    const double percent = *change.relative * 100;
    return arrow + (up ? QStringLiteral("+") : QString()) +
           numberOnly(percent, std::abs(percent) < 10 ? 2 : 3) + kSpace + u'%';
}

std::optional<Busiest> bottleneckOf(const Metrics& metrics) {
    std::optional<Busiest> best;
    const auto offer = [&best](bool is_link, std::size_t index, double busy_s) {
        if (busy_s > 0 && (!best || busy_s > best->busy_s))
            best = Busiest{is_link, static_cast<std::uint32_t>(index), busy_s};
    };
    for (std::size_t i = 0; i < metrics.platforms.size(); ++i) offer(false, i, metrics.platforms[i].busy_s);
    for (std::size_t i = 0; i < metrics.links.size(); ++i) offer(true, i, metrics.links[i].busy_s);
    return best;
}

double periodOf(const Metrics& metrics, std::optional<double> rate_hz) {
    return rate_hz && *rate_hz > 0 ? 1 / *rate_hz : metrics.initiation_interval_s;
}

QString bottleneckText(const Metrics& metrics, const System& system, std::optional<double> rate_hz) {
    const auto busiest = bottleneckOf(metrics);
    const double period = periodOf(metrics, rate_hz);
    if (!busiest || period <= 0) return {};
    const auto& name =
        busiest->is_link ? system.links[busiest->index].link.name : system.platforms[busiest->index].name;
    QStringList parts{
        QStringLiteral("%1 is busy %2 of %3")
            .arg(text(name), percentText(busiest->busy_s / period), quantityText(period, Unit::Second))};
    for (std::size_t i = 0; i < metrics.platforms.size() && i < system.platforms.size(); ++i) {
        if (!busiest->is_link && i == busiest->index) continue;
        const double busy = metrics.platforms[i].busy_s;
        const QString who = text(system.platforms[i].name);
        parts << (busy > 0
                      ? QStringLiteral("%1 idles %2").arg(who, percentText(std::max(0.0, 1 - busy / period)))
                      : QStringLiteral("%1 is not used").arg(who));
    }
    return parts.join(QStringLiteral("; "));
}

ProvenanceShares provenanceShares(const CostTable& costs, const Plan& plan) {
    ProvenanceShares shares{};
    const auto assignment = assignmentOf(plan, costs.graph().layerCount());
    for (std::size_t layer = 0; layer < assignment.size(); ++layer) {
        const Cost& cost = costs.layer(LayerId{static_cast<std::uint32_t>(layer)}, assignment[layer]);
        shares.of[static_cast<std::size_t>(cost.source)] += cost.latency_s;
        if (cost.source == Source::None) ++shares.unknown;
    }
    const double total = std::accumulate(shares.of.begin(), shares.of.end(), 0.0);
    if (total > 0)
        for (double& share : shares.of) share /= total;
    return shares;
}

QString provenanceText(const ProvenanceShares& shares) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < shares.of.size(); ++i)
        if (shares.of[i] >= 0.005) order.push_back(i);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return shares.of[a] > shares.of[b]; });
    QStringList parts;
    for (const std::size_t i : order)
        parts << QStringLiteral("%1%2% %3")
                     .arg(QString::number(std::lround(shares.of[i] * 100)), kSpace,
                          text(wordFor(static_cast<Source>(i))));
    if (shares.unknown > 0) parts << text(counted(shares.unknown, "layer", "layers")) + QStringLiteral(" not known");
    return parts.isEmpty() ? QString() : QStringLiteral("time: ") + parts.join(kMiddleDot);
}

QString proofText(const Proof& proof) {
    QString words;
    switch (proof.kind) {
    case Proof::Kind::Complete:
        words = QStringLiteral("search complete in this model");
        break;
    case Proof::Kind::Epsilon:
        words = QStringLiteral("within %1 of complete").arg(percentText(proof.epsilon));
        break;
    case Proof::Kind::Heuristic:
        words = QStringLiteral("heuristic, best known");
        break;
    }
    switch (proof.stop) {
    case Proof::Stop::Completed:
        break;
    case Proof::Stop::TimeLimit:
        words += QStringLiteral(" (time limit)");
        break;
    case Proof::Stop::Cancelled:
        words += QStringLiteral(" (stopped)");
        break;
    case Proof::Stop::Capped:
        words += QStringLiteral(" (limit of plans)");
        break;
    }
    return words;
}

QString countsText(const SearchResult& result) {
    const auto count = [](std::uint64_t n) {
        return n < 100'000 ? QString::number(n) : quantityText(static_cast<double>(n), Unit::Count);
    };
    return QStringLiteral("%1 plans in %2 \u00B7 front %3")
        .arg(count(std::max<std::uint64_t>(result.proof.evaluated, result.summaries.size())),
             quantityText(result.proof.elapsed_s, Unit::Second), count(result.front.size()));
}

QString proofDetail(const SearchResult& result, std::span<const Objective> objectives) {
    const Proof& proof = result.proof;
    const auto count = [](std::uint64_t n) {
        return n < 100'000 ? QString::number(n) : quantityText(static_cast<double>(n), Unit::Count);
    };
    QStringList parts{QStringLiteral("%1 evaluated").arg(count(proof.evaluated)),
                      QStringLiteral("%1 kept").arg(count(proof.kept))};
    if (proof.pruned > 0) parts << QStringLiteral("%1 pruned").arg(count(proof.pruned));
    parts << quantityText(proof.elapsed_s, Unit::Second);
    if (!result.infeasible) parts << QStringLiteral("front %1").arg(count(result.front.size()));
    if (proof.lower_bound && !objectives.empty()) {
        const Objective first = objectives.front();
        // The bound is of the interval; people read its reciprocal.
        const bool rate = first == Objective::InitiationInterval && *proof.lower_bound > 0;
        const bool ratio = memoryIsRatio(result);
        parts << QStringLiteral("%1 %2 %3")
                     .arg(objectiveTitle(first, ratio).toLower(),
                          rate ? QStringLiteral("at most") : QStringLiteral("at least"),
                          shownQuantity(rate ? 1 / *proof.lower_bound : *proof.lower_bound,
                                        shownUnit(first, ratio)));
    }
    if (proof.hypervolume)
        parts << QStringLiteral("%1 of the volume that bounds leave").arg(percentText(*proof.hypervolume));
    return parts.join(kMiddleDot);
}

QString missOf(const Violation& infeasible) {
    const QString words = text(printable(infeasible.text));
    const QString subject = text(printable(infeasible.subject)) + QStringLiteral(": ");
    return words.startsWith(subject) ? words.mid(subject.size()) : words;
}

std::size_t dominatedBy(const SearchResult& result, std::span<const Objective> objectives, const Summary& plan) {
    // Figures of one plan may differ in their last digits by the way they were added up.
    constexpr double kSame = 1e-9;
    return static_cast<std::size_t>(
        std::count_if(result.front.begin(), result.front.end(), [&](std::uint32_t candidate) {
            bool better = false;
            for (const Objective o : objectives) {
                const double other = result.summaries[candidate].value(o), own = plan.value(o);
                const double slack = kSame * std::max(std::abs(other), std::abs(own));
                if (other > own + slack) return false;
                better = better || other < own - slack;
            }
            return better;
        }));
}

QString planStanding(const QString& name, const SearchResult& result, const SearchOptions& options,
                     const Metrics& metrics, double period_s) {
    QStringList parts;
    if (const std::size_t by = dominatedBy(result, options.objectives, summaryOf(metrics)))
        parts << QStringLiteral("now dominated by %1").arg(by);
    for (const Constraint& constraint : options.constraints) {
        const Standing standing = standingOf(constraint, metricValue(metrics, constraint, period_s));
        if (!standing.met && standing.known)
            parts << QStringLiteral("%1 %2").arg(text(printable(constraint.text)), standing.text);
    }
    return parts.isEmpty() ? QString() : name + QStringLiteral(": ") + parts.join(kMiddleDot);
}

QString shortLayerName(std::string_view name) {
    const QString whole = text(printable(name));
    const QStringList parts = whole.split(u'/', Qt::SkipEmptyParts);
    return parts.size() < 2 ? whole : parts.mid(parts.size() - 2).join(u'/');
}

QString platformsShown(const Plan& plan, const System& system) {
    return text(platformsText(plan, system, " \xE2\x80\xBA "));
}

QString cutShown(const Graph& graph, const Plan& plan, const std::vector<std::string>& labels) {
    QStringList stages;
    for (const auto& label : labels) stages << shortLayerName(label);
    if (labels.empty())
        for (const auto& cut : cutLayers(graph, plan)) {
            QStringList names;
            for (const LayerId layer : cut) names << shortLayerName(graph.layer(layer).name);
            stages << (names.isEmpty() ? QStringLiteral("input") : names.join(QStringLiteral(" + ")));
        }
    return stages.isEmpty() ? QStringLiteral("none") : stages.join(QStringLiteral(" \u203A "));
}

QString planTitle(std::uint32_t index) {
    return QStringLiteral("plan %1").arg(std::uint64_t{index} + 1);
}

QString summaryLines(const Summary& summary) {
    QStringList lines;
    const bool ratio = memoryIsRatio(summary);
    for (const Objective objective : kObjectives) {
        const double value = shownValue(summary, objective);
        // Accuracy is said with its interval: accuracyLine().
        if (!std::isfinite(value) || objective == Objective::Accuracy) continue;
        const Unit unit = shownUnit(objective, ratio);
        lines << QStringLiteral("%1: %2").arg(objectiveTitle(objective, ratio),
                                              unit == Unit::Fraction ? percentText(value)
                                                                     : quantityText(value, unit));
    }
    if (ratio)
        lines << QStringLiteral("Largest memory: %1").arg(quantityText(summary.memory_bytes_max, Unit::Byte));
    return lines.join(u'\n');
}

Plan withLayerMoved(const Graph& graph, const Plan& plan, LayerId layer, PlatformId to) {
    auto assignment = assignmentOf(plan, graph.layerCount());
    assignment[layer.index()] = to;
    return inPrecisionsOf(plan, planFromAssignment(graph, assignment));
}

} // namespace cutline
