// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/figure_axis.h"

#include "widgets/charts/plot_axis.h"
#include "widgets/models/match_model.h"
#include "widgets/models/plan_facts.h"

#include <QChar>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cutline {
namespace {

constexpr double kFarOut = 3; ///< distances of the quartiles
/// Fewer values have no shape to be far from.
constexpr std::size_t kFewest = 8;

QString wordOf(Objective objective, const char* what) {
    return text(infoOf(objective).option) + QLatin1String(what);
}

double quantile(std::vector<double>& values, double share) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace

QStringList PlanAxes::words() const {
    QStringList words;
    for (const Objective objective : kObjectives) {
        if (of(objective).logarithmic) words << wordOf(objective, ":log");
        if (of(objective).clamped) words << wordOf(objective, ":clamp");
        if (colour == objective) words << wordOf(objective, ":colour");
    }
    return words;
}

PlanAxes PlanAxes::fromWords(const QStringList& words) {
    PlanAxes axes;
    for (const Objective objective : kObjectives) {
        axes.of(objective) = {words.contains(wordOf(objective, ":log")), words.contains(wordOf(objective, ":clamp"))};
        if (words.contains(wordOf(objective, ":colour"))) axes.colour = objective;
    }
    return axes;
}

FigureAxis::FigureAxis(const std::vector<double>& values, Unit unit, AxisChoice choice) {
    double least = std::numeric_limits<double>::infinity(), largest = 0;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        largest = std::max(largest, value);
        least = std::min(least, value);
    }
    m_least = least;
    m_largest = largest;
    m_scale = scaleFor(largest, unit);
    m_logarithmic = choice.logarithmic && least > 0 && std::isfinite(least);
    std::vector<double> places;
    places.reserve(values.size());
    for (const double value : values)
        if (const double place = freely(value); std::isfinite(place)) places.push_back(place);
    if (places.empty()) return;
    const auto [low, high] = std::minmax_element(places.begin(), places.end());
    m_low = *low;
    m_high = *high;
    m_clamped = choice.clamped;
    findFences(std::move(places));
}

void FigureAxis::findFences(std::vector<double> places) {
    if (places.size() < kFewest) return;
    const double lower = quantile(places, 0.25), upper = quantile(places, 0.75), reach = kFarOut * (upper - lower);
    if (!(reach > 0)) return; // most are equal: whatever else there is would be far
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const double place : places) {
        if (place < lower - reach || place > upper + reach) {
            ++m_far;
            continue;
        }
        low = std::min(low, place);
        high = std::max(high, place);
    }
    if (!m_clamped || m_far == 0) return;
    m_low = low;
    m_high = high;
}

double FigureAxis::freely(double shown) const {
    const double scaled = shown * m_scale.factor;
    if (!std::isfinite(scaled)) return std::numeric_limits<double>::quiet_NaN();
    if (!m_logarithmic) return scaled;
    return scaled > 0 ? std::log10(scaled) : -std::numeric_limits<double>::infinity();
}

double FigureAxis::at(double shown) const {
    const double place = freely(shown);
    return std::isfinite(place) && m_clamped && !empty() ? std::clamp(place, m_low, m_high) : place;
}

double FigureAxis::shownAt(double at) const {
    return (m_logarithmic ? std::pow(10.0, at) : at) / m_scale.factor;
}

double FigureAxis::reachedAt(double at) const {
    if (atEdge() > 0 && at >= m_high) return std::max(m_largest, shownAt(at));
    if (atEdge() > 0 && at <= m_low) return std::min(m_least, shownAt(at));
    return shownAt(at);
}

std::vector<FigureAxis::Tick> FigureAxis::ticks(double low, double high, int wanted) const {
    std::vector<Tick> ticks;
    if (m_logarithmic) {
        for (const double value : logTicks(low, high, wanted)) ticks.push_back({std::log10(value), tickText(value)});
        return ticks;
    }
    const Ticks round = niceTicks(low, high, wanted);
    const double slack = round.step * 1e-6;
    for (double value = round.low; value <= high + slack; value += round.step)
        if (value >= low - slack)
            ticks.push_back({value, QString::number(std::abs(value) < slack ? 0 : value, 'f', round.decimals)
                                        .replace(u'-', QChar(0x2212))});
    return ticks;
}

std::pair<double, double> FigureAxis::roundRange(int wanted) const {
    if (empty()) return {0, 1};
    if (m_logarithmic) {
        const double room = std::max(0.02, (m_high - m_low) * 0.04);
        return {m_low - room, m_high + room};
    }
    const Ticks round = niceTicks(m_low, m_high, wanted);
    return {round.low, round.high};
}

QColor figureColour(double part, bool dark_ground) {
    // Three stops, between which red, green and blue change evenly.
    static constexpr std::array<std::array<int, 3>, 3> kOnLight{{{222, 205, 150}, {106, 141, 140}, {28, 40, 66}}};
    static constexpr std::array<std::array<int, 3>, 3> kOnDark{{{70, 84, 108}, {104, 154, 150}, {246, 232, 190}}};
    const auto& stops = dark_ground ? kOnDark : kOnLight;
    const double at = std::clamp(part, 0.0, 1.0) * 2;
    const std::size_t from = at < 1 ? 0 : 1;
    const auto mixed = [&](std::size_t channel) {
        const double share = at - static_cast<double>(from);
        return static_cast<int>(std::lround(stops[from][channel] + share * (stops[from + 1][channel] - stops[from][channel])));
    };
    return {mixed(0), mixed(1), mixed(2)};
}

QString edgeNote(std::size_t plans) {
    if (plans == 0) return {};
    return counted(plans, QStringLiteral("%1 plan at the edge"), QStringLiteral("%1 plans at the edge"));
}

QString edgeWords(const std::vector<std::pair<QString, std::size_t>>& at_edge) {
    QStringList parts;
    for (const auto& [figure, plans] : at_edge)
        if (plans > 0)
            parts << (parts.isEmpty() ? counted(plans, QStringLiteral("%1 plan far out stands at the edge of "),
                                                QStringLiteral("%1 plans far out stand at the edge of "))
                                      : QStringLiteral("%1 of ").arg(plans)) +
                         figure.toLower();
    return parts.join(QStringLiteral(", "));
}

} // namespace cutline
