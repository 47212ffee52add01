// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/plan_facts.h"

#include <QStringList>

#include <array>
#include <vector>

namespace cutline {

/// How much each figure matters to a person: 0 not at all, 10 most.
struct PlanWeights {
    static constexpr int kMost = 10;
    std::array<int, kObjectives.size()> weights{};

    int of(Objective objective) const { return weights[static_cast<std::size_t>(objective)]; }
    int& of(Objective objective) { return weights[static_cast<std::size_t>(objective)]; }
    /// Nothing is said to matter: plans have no order by it.
    bool empty() const { return weights == decltype(weights){}; }
    /// "energy:7": for settings. Words that are none of these are left out.
    QStringList words() const;
    static PlanWeights fromWords(const QStringList& words);
    friend bool operator==(const PlanWeights&, const PlanWeights&) = default;
};

/// How good plans are by these weights, 0 to 1: the weighted mean of where each figure lies between the worst (0) and the
/// best (1) of the front; a figure that is the same for all of the front says nothing. `plans`: figures in the sense of
/// Summary. NaN where a figure that matters is not known; empty without weights or without a front.
class PlanScores {
public:
    PlanScores() = default;
    PlanScores(const SearchResult& result, const PlanWeights& weights);
    bool empty() const { return m_parts.empty(); }
    double of(const Summary& plan) const;

private:
    struct Part {
        Objective objective;
        double weight, best, worst; ///< in the sense "smaller is better"
    };
    std::vector<Part> m_parts;
    double m_sum = 0;
};

} // namespace cutline
