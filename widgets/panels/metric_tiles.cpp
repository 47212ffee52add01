// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/metric_strip.h"

#include "widgets/models/accuracy_facts.h"

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

const QString kTileDot = QStringLiteral(" \u00B7 ");

/// One of the strip's figures as found in metrics.
struct Figure {
    Objective objective;
    QString title;
    Unit unit;
    bool larger_is_better;
    std::optional<double> value, reference;
    std::vector<MetricKind> kinds;           ///< constraints that speak about it
    std::vector<Violation::Kind> violations; ///< and what else can be wrong with it
};

QString shown(double value, Unit unit) {
    return unit == Unit::Fraction ? percentText(value) : quantityText(value, unit);
}

std::optional<double> throughput(const Metrics* metrics) {
    return metrics && metrics->initiation_interval_s > 0 ? std::optional(metrics->throughputHz())
                                                         : std::nullopt;
}

std::optional<double> accuracy(const Metrics* metrics) {
    return metrics && metrics->accuracy ? std::optional(metrics->accuracy->top1) : std::nullopt;
}

template <class Member>
std::optional<double> figure(const Metrics* metrics, Member member) {
    return metrics ? std::optional<double>(metrics->*member) : std::nullopt;
}

std::array<Figure, kMetricTiles> figuresOf(const Metrics& m, const Metrics* r) {
    using K = MetricKind;
    using V = Violation::Kind;
    const bool ratio = m.tightest_ratio.has_value();
    const auto memory = [ratio](const Metrics* of) {
        return !of ? std::nullopt : ratio ? of->tightest_ratio : std::optional(of->memory_bytes_max);
    };
    return {Figure{Objective::InitiationInterval,
                   QStringLiteral("Throughput"),
                   Unit::Hertz,
                   true,
                   throughput(&m),
                   throughput(r),
                   {K::Throughput, K::InitiationInterval},
                   {V::Rate}},
            Figure{Objective::Latency,
                   QStringLiteral("Latency"),
                   Unit::Second,
                   false,
                   m.latency_s,
                   figure(r, &Metrics::latency_s),
                   {K::Latency},
                   {V::Unsupported, V::UnknownShape}},
            Figure{Objective::Energy,
                   QStringLiteral("Energy"),
                   Unit::Joule,
                   false,
                   m.energy_j,
                   figure(r, &Metrics::energy_j),
                   {K::Energy},
                   {}},
            Figure{Objective::Memory,
                   ratio ? QStringLiteral("Tightest memory") : QStringLiteral("Largest memory"),
                   ratio ? Unit::Fraction : Unit::Byte,
                   false,
                   memory(&m),
                   memory(r),
                   {K::MemoryMax, K::MemoryRatio, K::PlatformMemory},
                   {V::Memory}},
            Figure{Objective::LinkBytes,
                   QStringLiteral("Link load"),
                   Unit::Byte,
                   false,
                   m.link_bytes,
                   figure(r, &Metrics::link_bytes),
                   {K::LinkBytes, K::LinkLoad, K::LinkBytesOf, K::LinkBusy},
                   {V::LinkOverload, V::Unreachable}},
            Figure{Objective::Accuracy,
                   QStringLiteral("Accuracy"),
                   Unit::Fraction,
                   true,
                   accuracy(&m),
                   accuracy(r),
                   {K::Accuracy},
                   {}}};
}

/// "5.1 of 8.0 MiB on SMB" | "5.1 MiB on SMB" | "on SMB"; "4.1 % of gbe's time" | "4.1 % of gbe": longest first.
QStringList detailOf(const Figure& figure, const Metrics& metrics, const MetricContext& context) {
    if (figure.objective == Objective::Accuracy && metrics.accuracy)
        return {accuracyNote(*metrics.accuracy), kindName(metrics.accuracy->kind)};
    if (!context.system) return {};
    const System& system = *context.system;
    if (figure.objective == Objective::Memory) {
        if (metrics.tightest_platform && metrics.tightest_platform->index() < metrics.platforms.size()) {
            const Platform& platform = system.platform(*metrics.tightest_platform);
            const auto capacity = platform.memoryCapacity();
            const double used = metrics.platforms[metrics.tightest_platform->index()].memory_bytes;
            const QString on = QStringLiteral("on ") + text(platform.name);
            if (!capacity) return {on};
            return {partOfText(used, *capacity, Unit::Byte) + u' ' + on, quantityText(used, Unit::Byte) + u' ' + on,
                    on};
        }
        const auto largest = std::max_element(metrics.platforms.begin(), metrics.platforms.end(),
                                              [](const PlatformMetrics& a, const PlatformMetrics& b) {
                                                  return a.memory_bytes < b.memory_bytes;
                                              });
        if (largest == metrics.platforms.end() || largest->memory_bytes <= 0) return {};
        const QString on =
            QStringLiteral("on ") +
            text(system.platforms[static_cast<std::size_t>(largest - metrics.platforms.begin())].name);
        return {on + QStringLiteral(", capacity not known"), on};
    }
    if (figure.objective == Objective::LinkBytes) {
        const double period = periodOf(metrics, context.rate_hz);
        const auto busiest =
            std::max_element(metrics.links.begin(), metrics.links.end(),
                             [](const LinkMetrics& a, const LinkMetrics& b) { return a.busy_s < b.busy_s; });
        if (busiest == metrics.links.end() || busiest->busy_s <= 0 || period <= 0) return {};
        const QString share =
            QStringLiteral("%1 of %2")
                .arg(percentText(busiest->busy_s / period),
                     text(system.links[static_cast<std::size_t>(busiest - metrics.links.begin())].link.name));
        return {share + QStringLiteral("'s time"), share};
    }
    return {};
}

bool speaksOf(const Figure& figure, const Constraint& constraint) {
    return std::find(figure.kinds.begin(), figure.kinds.end(), constraint.kind) != figure.kinds.end();
}

/// Limits on this figure: "limit 25 mJ · margin 27 %", or what is broken.
void addLimits(MetricTileText& tile, QStringList& notes, const Figure& figure, const Metrics& metrics,
               const MetricContext& context) {
    const double period = periodOf(metrics, context.rate_hz);
    for (const Constraint& constraint : context.constraints) {
        if (!speaksOf(figure, constraint)) continue;
        const auto value = metricValue(metrics, constraint, period);
        const QString limit = limitText(constraint.limit, unitOf(constraint.kind));
        const bool broken =
            value && (constraint.at_most ? *value > constraint.limit : *value < constraint.limit);
        tile.broken |= broken;
        const QString margin = value && constraint.limit > 0
                                   ? percentText(std::abs(*value - constraint.limit) / constraint.limit)
                                   : QString();
        if (broken) {
            // What is broken stands first: the tile's end may be cut off.
            notes.prepend(QStringLiteral("%1 %2 %3")
                              .arg(margin,
                                   constraint.at_most ? QStringLiteral("over") : QStringLiteral("short of"),
                                   limit));
            continue;
        }
        notes << (constraint.at_most ? QStringLiteral("limit ") : QStringLiteral("need ")) + limit;
        if (!margin.isEmpty()) notes << QStringLiteral("margin ") + margin;
    }
    if (figure.objective == Objective::InitiationInterval && context.rate_hz)
        notes << QStringLiteral("need ") + limitText(*context.rate_hz, Unit::Hertz);
}

void addViolations(MetricTileText& tile, QStringList& notes, QStringList& tips, const Figure& figure,
                   const Metrics& metrics) {
    for (const Violation& violation : metrics.violations) {
        if (std::find(figure.violations.begin(), figure.violations.end(), violation.kind) ==
            figure.violations.end())
            continue;
        if (!tile.broken) notes.prepend(text(violation.text)); // the first one; all are in the tip
        tile.broken = true;
        tips << text(violation.text);
    }
}

void setNumber(MetricTileText& tile, const Figure& figure) {
    if (!figure.value || !std::isfinite(*figure.value)) {
        tile.number =
            figure.objective == Objective::Accuracy ? QStringLiteral("not known") : QStringLiteral("\u2013");
        return;
    }
    if (figure.unit == Unit::Fraction) {
        tile.number = numberOnly(*figure.value * 100, figure.objective == Objective::Accuracy ? 3 : 2);
        tile.unit = QStringLiteral("%");
        return;
    }
    const QuantityText parts = formatParts(*figure.value, figure.unit);
    tile.number = text(parts.number);
    tile.unit = text(parts.unit);
}

/// Accuracies differ by points; what images cannot tell apart stays grey.
void compareAccuracies(MetricTileText& tile, QStringList& tips, const Change& change, const Metrics& metrics,
                       const MetricContext& context) {
    if (change.verdict == Verdict::Same) return;
    const double points = change.difference * 100;
    tile.change = QStringLiteral("%1 %2%3 pp")
                      .arg(points > 0 ? QStringLiteral("\u25B2") : QStringLiteral("\u25BC"),
                           points > 0 ? QStringLiteral("+") : QStringLiteral("\u2212"),
                           QString::number(std::abs(points), 'f', 1));
    if (isResolved(*metrics.accuracy, *context.reference->accuracy)) return;
    tile.verdict = Verdict::Same;
    tips << QStringLiteral("The difference is not resolved: too few images, or an estimate");
}

MetricTileText tileOf(const Figure& figure, const Metrics& metrics, const MetricContext& context) {
    MetricTileText tile;
    tile.title = figure.title;
    setNumber(tile, figure);
    QStringList notes, tips{QStringLiteral("%1: %2 %3").arg(tile.title, tile.number, tile.unit).trimmed()};
    const bool comparable = figure.value && figure.reference;
    if (comparable) {
        const Change change = changeOf(*figure.value, *figure.reference, figure.larger_is_better);
        tile.change = changeText(change, figure.unit);
        tile.verdict = change.verdict;
        if (figure.objective == Objective::Accuracy) compareAccuracies(tile, tips, change, metrics, context);
        const QString before = shown(*figure.reference, figure.unit);
        tips << QStringLiteral("%1: %2 (%3)")
                    .arg(context.preview ? QStringLiteral("before") : context.reference_name, before,
                         tile.change);
        if (context.preview)
            notes << QStringLiteral("from ") + before;
        else if (figure.objective == Objective::InitiationInterval)
            notes << QStringLiteral("to ") + context.reference_name;
    }
    const QStringList details = detailOf(figure, metrics, context);
    if (!details.isEmpty()) {
        notes << details.front();
        tips << details.front();
    }
    addViolations(tile, notes, tips, figure, metrics);
    addLimits(tile, notes, figure, metrics, context);
    if (figure.objective == Objective::Accuracy && !figure.value)
        notes << QStringLiteral("no measured or given figures");
    tile.note = notes.join(kTileDot);
    const auto detail = details.isEmpty() ? -1 : notes.indexOf(details.front());
    for (qsizetype i = 1; i < details.size() && detail >= 0; ++i) {
        QStringList fewer = notes;
        fewer[detail] = details[i];
        tile.briefer << fewer.join(kTileDot);
    }
    if (notes.size() > 1 && detail > 0) {
        QStringList without = notes;
        without.removeAt(detail);
        tile.briefer << without.join(kTileDot);
    }
    if (figure.objective == Objective::Accuracy && !figure.value) tile.briefer << QStringLiteral("no figures");
    // In the end what matters most alone: what is broken, else the margin to the limit.
    if (notes.size() > 1 && (tile.broken || notes.back() != details.value(0)))
        tile.briefer << (tile.broken ? notes.front() : notes.back());
    for (const QString& note : notes)
        if (!tips.contains(note)) tips << note;
    tile.tip = tips.join(u'\n');
    return tile;
}

} // namespace

std::array<MetricTileText, kMetricTiles> metricTiles(const Metrics& metrics, const MetricContext& context) {
    const auto figures = figuresOf(metrics, context.reference);
    std::array<MetricTileText, kMetricTiles> tiles;
    for (std::size_t i = 0; i < kMetricTiles; ++i) tiles[i] = tileOf(figures[i], metrics, context);
    return tiles;
}

} // namespace cutline
