// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/advice.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kWorthSaying = 5e-3; ///< smaller changes are no help
constexpr std::size_t kLongest = 3;

QString percent(const Change& change) {
    return change.relative ? numberOnly(std::abs(*change.relative) * 100, 2) + QStringLiteral("\u202F%") : QString();
}

QString listed(const QStringList& names, qsizetype shown) {
    if (names.size() <= shown) return names.join(QStringLiteral(", "));
    return names.mid(0, shown).join(QStringLiteral(", ")) +
           QStringLiteral(" and %1 more").arg(names.size() - shown);
}

QString ownTime(const Problem& problem, LayerId layer, PlatformId here, PlatformId to) {
    const QString there = nameText(problem.system->platform(to).name);
    const Cost& cost = problem.costs->layer(layer, to);
    const double now = problem.costs->layer(layer, here).latency_s;
    QString words = QStringLiteral("on %1 it takes %2").arg(there, quantityText(cost.latency_s, Unit::Second));
    if (now > 0 && cost.latency_s > 0) {
        const double ratio = cost.latency_s / now;
        words = ratio >= 1
                    ? QStringLiteral("%1 would need %2 \u00D7 the time").arg(there, numberOnly(ratio, 2))
                    : QStringLiteral("%1 would be %2 \u00D7 as fast").arg(there, numberOnly(1 / ratio, 2));
    }
    // "1.6 % of 256 MACs busy; limited by compute; ..": the first two say why.
    if (cost.source == Source::LoopNest && cost.detail) {
        const QStringList why = text(printable(problem.costs->detail(cost.detail))).split(QStringLiteral("; "));
        words += QStringLiteral(" (%1)").arg(why.mid(0, 2).join(QStringLiteral(", ")));
    }
    return words;
}

/// Tensors that would cross and do not now: "2 tensors more cross: a/Conv, b/Add".
QString newCrossings(const Problem& problem, const Metrics& now, const Metrics& moved) {
    const auto crosses = [](const Metrics& m, TensorId tensor) {
        return std::any_of(m.crossing.begin(), m.crossing.end(),
                           [tensor](const Crossing& c) { return c.tensor == tensor; });
    };
    QStringList more;
    double bytes = 0;
    for (const Crossing& crossing : moved.crossing) {
        if (crosses(now, crossing.tensor)) continue;
        bytes += crossing.bytes;
        more << shortLayerName(problem.graph->tensor(crossing.tensor).name);
    }
    if (more.isEmpty()) return {};
    return QStringLiteral("%1 more would cross (%2: %3)")
        .arg(more.size() == 1 ? QStringLiteral("1 tensor") : QStringLiteral("%1 tensors").arg(more.size()),
             quantityText(bytes, Unit::Byte), listed(more, 2));
}

QString signedQuantity(double difference, Unit unit) {
    return (difference > 0 ? QStringLiteral("+") : QString()) + quantityText(difference, unit);
}

/// "throughput +40 %, latency -30 %": what is worth saying of a change.
QString gainsOf(const Metrics& now, const Metrics& then) {
    QStringList parts;
    const auto add = [&parts](const QString& what, double value, double before, bool larger) {
        const Change change = changeOf(value, before, larger);
        if (!change.relative || std::abs(*change.relative) < kWorthSaying) return;
        parts << QStringLiteral("%1 %2%3").arg(what, *change.relative > 0 ? QStringLiteral("+") : QStringLiteral("\u2212"),
                                               percent(change));
    };
    add(QStringLiteral("throughput"), then.throughputHz(), now.throughputHz(), true);
    add(QStringLiteral("latency"), then.latency_s, now.latency_s, false);
    add(QStringLiteral("energy"), then.energy_j, now.energy_j, false);
    return parts.join(QStringLiteral(", "));
}

QString busiestName(const Metrics& metrics, const System& system) {
    const auto busiest = bottleneckOf(metrics);
    if (!busiest) return {};
    return nameText(busiest->is_link ? system.links[busiest->index].link.name
                                      : system.platforms[busiest->index].name);
}

QString longestLayers(const Problem& problem, const Plan& plan, const Metrics& metrics, PlatformId platform) {
    const auto places = assignmentOf(plan, problem.graph->layerCount());
    std::vector<std::pair<double, std::uint32_t>> times;
    for (std::uint32_t l = 0; l < places.size(); ++l)
        if (places[l] == platform) times.emplace_back(-problem.costs->layer({l}, platform).latency_s, l);
    const double busy = metrics.platforms[platform.index()].busy_s;
    if (times.size() < 2 || busy <= 0) return {};
    const std::size_t count = std::min(kLongest, times.size());
    std::partial_sort(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(count), times.end());
    QStringList names;
    for (std::size_t i = 0; i < count; ++i)
        names << QStringLiteral("%1 %2").arg(shortLayerName(problem.graph->layer({times[i].second}).name),
                                             percentText(-times[i].first / busy));
    return QStringLiteral("Most of %1's time: %2.")
        .arg(nameText(problem.system->platform(platform).name), names.join(QStringLiteral(", ")));
}

/// Layers at one end of a stage that go to another platform.
struct Shift {
    std::size_t stage = 0, count = 0;
    bool from_front = true;
    PlatformId to;
};

/// What the bottleneck could hand over at its two ends: to the stages beside it; a plan of one piece to anybody.
std::vector<Shift> shiftsOf(const Problem& problem, const Plan& plan, PlatformId from, std::size_t tries) {
    std::vector<Shift> ends;
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        if (plan.stages[s].platform != from) continue;
        if (s > 0) ends.push_back({s, 0, true, plan.stages[s - 1].platform});
        if (s + 1 < plan.stages.size()) ends.push_back({s, 0, false, plan.stages[s + 1].platform});
        if (plan.stages.size() > 1) continue;
        for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p)
            if (p != from.value)
                for (const bool front : {true, false}) ends.push_back({s, 0, front, {p}});
    }
    std::vector<Shift> shifts;
    for (Shift shift : ends) {
        const std::size_t layers = plan.stages[shift.stage].layers.size();
        const std::size_t step = std::max<std::size_t>(1, layers * ends.size() / tries);
        for (shift.count = 1; shift.count < layers; shift.count += step) shifts.push_back(shift);
    }
    return shifts;
}

Plan shifted(const Graph& graph, const Plan& plan, const Shift& shift) {
    auto places = assignmentOf(plan, graph.layerCount());
    const auto& layers = plan.stages[shift.stage].layers;
    for (std::size_t i = 0; i < shift.count; ++i)
        places[layers[shift.from_front ? i : layers.size() - 1 - i].index()] = shift.to;
    return planFromAssignment(graph, places);
}

QString inWords(const Problem& problem, const Plan& plan, const Shift& shift) {
    const auto& layers = plan.stages[shift.stage].layers;
    const LayerId edge = shift.from_front ? layers[shift.count - 1] : layers[layers.size() - shift.count];
    const QString name = shortLayerName(problem.graph->layer(edge).name);
    const QString to = nameText(problem.system->platform(shift.to).name);
    if (shift.count == 1) return QStringLiteral("Moving %1 to %2").arg(name, to);
    return QStringLiteral("Moving the %1 %2 layers of %3 (%4 %5) to %6")
        .arg(shift.from_front ? QStringLiteral("first") : QStringLiteral("last"))
        .arg(shift.count)
        .arg(nameText(problem.system->platform(plan.stages[shift.stage].platform).name),
             shift.from_front ? QStringLiteral("up to") : QStringLiteral("from"), name, to);
}

/// The best shift of the bottleneck's ends that breaks nothing new.
QString bestMove(const Evaluator& evaluator, const Plan& plan, const Metrics& metrics, PlatformId from,
                 Progress& progress) {
    const Problem& problem = evaluator.problem();
    // Judging a large plan takes milliseconds: fewer are tried.
    const std::size_t tries =
        std::clamp<std::size_t>(40'000 / std::max<std::size_t>(1, problem.graph->layerCount()), 8, 256);
    std::optional<Shift> best;
    Metrics best_metrics = metrics;
    for (const Shift& shift : shiftsOf(problem, plan, from, tries)) {
        if (progress.cancelled()) return {};
        Metrics moved = evaluator.evaluate(shifted(*problem.graph, plan, shift));
        if (moved.violations.size() > metrics.violations.size()) continue;
        if (moved.initiation_interval_s >= best_metrics.initiation_interval_s * (1 - kWorthSaying)) continue;
        best = shift;
        best_metrics = std::move(moved);
    }
    if (!best) return {};
    return QStringLiteral("%1: %2.").arg(inWords(problem, plan, *best), gainsOf(metrics, best_metrics));
}

QString platformFaster(const Evaluator& evaluator, const Plan& plan, const Metrics& metrics, PlatformId platform) {
    Problem problem = evaluator.problem();
    auto costs = std::make_shared<CostTable>(*problem.costs);
    const auto halved = [](Cost cost) {
        cost.latency_s /= 2;
        return cost;
    };
    for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l)
        costs->setLayer({l}, platform, halved(costs->layer({l}, platform)));
    for (std::size_t g = 0; g < costs->fusion().groups.size(); ++g)
        costs->setGroup(g, platform, halved(costs->group(g, platform)), costs->fuses(g, platform));
    problem.costs = costs;
    const Metrics then = Evaluator(problem).evaluate(plan);
    const QString gains = gainsOf(metrics, then);
    const QString name = nameText(problem.system->platform(platform).name);
    if (gains.isEmpty()) return QStringLiteral("%1 twice as fast would change nothing.").arg(name);
    const QString next = busiestName(then, *problem.system);
    return QStringLiteral("%1 twice as fast: %2; then %3 limits.")
        .arg(name, gains, next == name ? QStringLiteral("it still") : next);
}

QString linkFaster(const Evaluator& evaluator, const Plan& plan, const Metrics& metrics, std::uint32_t link) {
    Problem problem = evaluator.problem();
    System system = *problem.system;
    system.links[link].link.rate_bits_per_s *= 10;
    const QString name = nameText(system.links[link].link.name);
    problem.system = std::make_shared<const System>(std::move(system));
    const QString gains = gainsOf(metrics, Evaluator(problem).evaluate(plan));
    return gains.isEmpty() ? QStringLiteral("%1 ten times as fast would change nothing.").arg(name)
                           : QStringLiteral("%1 ten times as fast: %2.").arg(name, gains);
}

} // namespace

QString whyNotText(const Evaluator& evaluator, const Plan& plan, const Metrics& metrics, LayerId layer,
                   PlatformId to) {
    const Problem& problem = evaluator.problem();
    const PlatformId here = assignmentOf(plan, problem.graph->layerCount())[layer.index()];
    const Cost& cost = problem.costs->layer(layer, to);
    if (!cost.supported)
        return QStringLiteral("%1 cannot run %2.")
            .arg(nameText(problem.system->platform(to).name), nameText(problem.graph->layer(layer).op));
    QStringList parts{ownTime(problem, layer, here, to)};
    const Metrics moved = evaluator.evaluate(withLayerMoved(*problem.graph, plan, layer, to));
    const Change rate = changeOf(moved.throughputHz(), metrics.throughputHz(), true);
    parts << (rate.verdict == Verdict::Same ? QStringLiteral("moving it leaves the throughput as it is")
              : rate.verdict == Verdict::Better
                  ? QStringLiteral("moving it gains %1 throughput").arg(percent(rate))
                  : QStringLiteral("moving it costs %1 throughput").arg(percent(rate)));
    const Change latency = changeOf(moved.latency_s, metrics.latency_s, false);
    if (latency.verdict != Verdict::Same)
        parts << QStringLiteral("latency ") + signedQuantity(latency.difference, Unit::Second);
    const Change energy = changeOf(moved.energy_j, metrics.energy_j, false);
    if (energy.verdict != Verdict::Same)
        parts << QStringLiteral("energy ") + signedQuantity(energy.difference, Unit::Joule);
    if (const QString more = newCrossings(problem, metrics, moved); !more.isEmpty()) parts << more;
    if (const double bytes = moved.link_bytes - metrics.link_bytes; bytes != 0)
        parts << QStringLiteral("%1 %2 over the links")
                     .arg(quantityText(std::abs(bytes), Unit::Byte),
                          bytes > 0 ? QStringLiteral("more") : QStringLiteral("less"));
    QString words = parts.join(QStringLiteral("; ")) + u'.';
    words[0] = words[0].toUpper();
    for (const Violation& violation : moved.violations)
        if (std::find(metrics.violations.begin(), metrics.violations.end(), violation) ==
            metrics.violations.end())
            words += u' ' + text(printable(violation.text)) + u'.';
    return words;
}

QString fallbackWarning(const CostTable& costs, LayerId layer, PlatformId platform) {
    const Cost& cost = costs.layer(layer, platform);
    const Platform& built = costs.system().platform(platform);
    if (!cost.supported || cost.source == Source::Profile || built.supports(costs.graph().layer(layer))) return {};
    QString words = QStringLiteral("%1 does not run %2 itself")
                        .arg(nameText(built.name), nameText(costs.graph().layer(layer).op));
    if (cost.detail) words += QStringLiteral(": ") + text(printable(costs.detail(cost.detail)));
    return words + u'.';
}

QStringList whatWouldHelp(const Evaluator& evaluator, const Plan& plan, const Metrics& metrics, Progress& progress) {
    QStringList lines;
    const auto add = [&lines](const QString& line) {
        if (!line.isEmpty()) lines << line;
    };
    const auto busiest = bottleneckOf(metrics);
    if (!busiest) return lines;
    if (!busiest->is_link) {
        const PlatformId platform{busiest->index};
        add(longestLayers(evaluator.problem(), plan, metrics, platform));
        add(bestMove(evaluator, plan, metrics, platform, progress));
        if (!progress.cancelled()) add(platformFaster(evaluator, plan, metrics, platform));
    }
    for (std::uint32_t l = 0; l < metrics.links.size() && !progress.cancelled(); ++l)
        if (metrics.links[l].bytes > 0) add(linkFaster(evaluator, plan, metrics, l));
    return lines;
}

} // namespace cutline
