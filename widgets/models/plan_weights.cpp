// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/plan_weights.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cutline {

QStringList PlanWeights::words() const {
    QStringList words;
    for (const Objective objective : kObjectives)
        if (of(objective) > 0) words << text(infoOf(objective).option) + u':' + QString::number(of(objective));
    return words;
}

PlanWeights PlanWeights::fromWords(const QStringList& words) {
    PlanWeights read;
    for (const Objective objective : kObjectives) {
        const QString head = text(infoOf(objective).option) + u':';
        for (const QString& word : words)
            if (word.startsWith(head)) read.of(objective) = std::clamp(word.mid(head.size()).toInt(), 0, kMost);
    }
    return read;
}

PlanScores::PlanScores(const SearchResult& result, const PlanWeights& weights) {
    for (const Objective objective : kObjectives) {
        if (weights.of(objective) == 0) continue;
        double best = std::numeric_limits<double>::infinity(), worst = -best;
        for (const std::uint32_t plan : result.front) {
            const double value = result.summaries[plan].value(objective);
            if (!std::isfinite(value)) continue;
            best = std::min(best, value);
            worst = std::max(worst, value);
        }
        if (!(best < worst)) continue;
        m_parts.push_back({objective, static_cast<double>(weights.of(objective)), best, worst});
        m_sum += m_parts.back().weight;
    }
}

double PlanScores::of(const Summary& plan) const {
    if (m_parts.empty()) return std::numeric_limits<double>::quiet_NaN();
    double score = 0;
    for (const Part& part : m_parts)
        score += part.weight * std::clamp((part.worst - plan.value(part.objective)) / (part.worst - part.best), 0.0, 1.0);
    return score / m_sum; // a figure that is not a number makes it none
}

} // namespace cutline
