// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/any_schedule.h"
#include "core/search/any_states.h"

#include <optional>

namespace cutline {

/// Labels (sums) over the states of the live tensors, group by group. Of one state only sums that no other sums beat in
/// anything that decides stay; where the least figures of a label cannot reach the front found so far it goes. Beyond
/// a cap the labels go that the front covers best, and how well is remembered: every plan is within factor() of a
/// plan on the front.
///
/// Exact where the sums tell every figure (energy, link bytes, sensitivity, cost, and loads without terms of a whole stage):
/// then each last label is a plan with just these figures.
class AnyLabels {
public:
    AnyLabels(const AnyModel& model, const AnyStates& states, AnyFront& front, const AnyLimits& limits);

    enum class End { Done, Stopped, TooMany };
    enum class Beyond { Stop, Trim };
    /// Grows all labels and judges the assignments of the last ones. Labels go that the front covers within `factor` (1: only
    /// those that it beats). Beyond the cap it stops, or drops what the front covers best.
    End run(double factor, Beyond beyond);
    /// Every plan is at most this factor better than some plan on the front, in every objective. 1: none is better.
    double factor() const { return m_factor; }
    /// No general plan has a lower value of the first objective.
    double lowerBound() const { return m_lower_bound; }

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    /// Labels of one state, sums row by row, in the order in which filter() leaves them.
    struct Pool {
        std::vector<double> sums;
        std::vector<std::uint32_t> ids;   ///< into m_trail
        std::vector<std::uint32_t> ranks; ///< order of the assignments so far among all labels of the step
    };
    struct Trail {
        std::uint32_t before; ///< id
        std::uint32_t platform;
    };
    /// A label that may be kept.
    struct Child {
        std::uint64_t rank;
        std::uint32_t before, platform, state;
        std::uint32_t row; ///< of m_rows
    };

    void prepareArcs(std::size_t group);
    void advance(std::size_t group);
    void collect(std::size_t group, std::size_t target);
    void filter(std::size_t group);
    void filterByOne();
    void filterByTwo();
    void filterByMany(std::span<const std::uint32_t> places);
    const double* fullSums(const double* row);
    AnyModel::Bound boundOf(std::size_t group, std::size_t state, const double* row);
    bool tooMany() const { return m_kept.size() > most(); }
    bool isHopeless(std::size_t group, std::size_t state, const double* row);
    void trim(std::size_t group);
    void store(std::size_t group);
    std::size_t most() const;
    double needOf(std::span<const double> row) const;
    void finish();
    GroupAssignment assignmentOf(std::uint32_t id) const;
    void judge(const GroupAssignment& assignment, std::span<const double> least);

    const AnyModel& m_model;
    const AnyStates& m_states;
    AnyFront& m_front;
    const AnyLimits& m_limits;
    AnyWants m_wants;
    bool m_additive = false;             ///< labels hold only what decides, all of it sums
    std::vector<std::uint32_t> m_places; ///< of these sums
    std::vector<double> m_full;          ///< scratch: all sums of an additive label
    std::vector<Pool> m_now, m_next;
    std::vector<Trail> m_trail;
    std::vector<std::vector<std::uint32_t>> m_into; ///< arcs by target state
    std::vector<double> m_amounts;                  ///< of additive arcs, row by row
    // Of the state being filled.
    std::vector<Child> m_children;
    std::vector<std::uint32_t> m_runs;  ///< first child of each arc
    std::vector<std::uint32_t> m_order; ///< children that stay
    // Of the step.
    std::vector<double> m_rows;
    std::size_t m_stride = 0;
    std::vector<Child> m_kept;
    std::vector<double> m_row, m_sample;
    Beyond m_beyond = Beyond::Stop;
    double m_within = 1; ///< covered within this factor is covered
    double m_factor = 1, m_lower_bound = 0;
};

} // namespace cutline
