// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/label.h"
#include "core/search/label_figures.h"
#include "core/search/pareto_archive.h"

#include <array>
#include <span>
#include <vector>

namespace cutline {

/// Labels of all levels (numbers of stages); those of the last one by state and set. Tells the pipeline of each.
class LabelStore {
public:
    LabelStore(const PipelineSpace& space, std::size_t states) : m_space(space), m_slot_of(states, kNoSlot) {}

    /// Labels of this level; nothing where the state is of another one.
    std::span<const Label> at(std::uint32_t state, std::uint32_t set) const
    {
        const std::uint32_t slot = m_slot_of[state];
        if (slot == kNoSlot) return {};
        const std::size_t at = std::size_t{slot} * m_space.sets().size() + set;
        return {m_labels.data() + m_first[at], m_labels.data() + m_first[at + 1]};
    }
    bool holds(std::uint32_t state) const { return m_slot_of[state] != kNoSlot; }
    std::size_t stateCount() const { return m_slot_of.size(); }
    std::uint32_t numberOf(const Label& label) const { return static_cast<std::uint32_t>(&label - m_labels.data()); }

    /// Forgets where the level's labels are; then states are added one by one, each set by set.
    void beginLevel();
    void reserve(std::size_t labels) { m_labels.reserve(m_labels.size() + labels); } ///< to be added
    void beginState(std::uint32_t state) { m_slot_of[state] = m_slots++; }
    void addLabel(const Label& label) { m_labels.push_back(label); }
    void endSet() { m_first.push_back(m_labels.size()); }

    /// A label's parent where the label comes from a partial pipeline that had none.
    std::uint32_t parentOf(const PipelineKey& key);
    /// Cuts before the label's own set.
    PipelineKey keyOf(const Label& label) const;
    /// As PipelineSpace::assignmentBefore().
    bool isBefore(const Label& a, const Label& b) const { return m_space.assignmentBefore(keyOf(a), keyOf(b)); }

private:
    static constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

    const PipelineSpace& m_space;
    std::vector<Label> m_labels;          ///< of all levels, those of this one last
    std::vector<std::uint32_t> m_slot_of; ///< by state; kNoSlot: not of this level
    std::uint32_t m_slots = 0;
    std::vector<std::uint64_t> m_first;
    std::vector<PipelineKey> m_loose_keys; ///< of labels that come from loose partial pipelines
};

/// Labels kept for one state and set while a level is made.
class LabelBucket {
public:
    /// `loads`: places of the loads to compare. All must outlive the bucket.
    LabelBucket(const LabelFigures& figures, const LabelStore& store, std::span<const std::uint8_t> loads)
        : m_figures(figures), m_store(store), m_loads(loads), m_archive(figures.width(loads.size()))
    {
    }

    /// Keeps the label unless it is hopeless, or one of the bucket makes it needless: that is no worse in anything, and
    /// better in a figure of `lasting`, which stays better to the end, or, where both may end equal, comes first in the
    /// order of assignments. Of memory the most that the better one may need is held against the least that the other
    /// needs.
    template <class Hopeless> bool offer(const Label& label, double energy_j, std::uint32_t lasting, Hopeless hopeless)
    {
        std::array<double, LabelFigures::kMostWidth> least, most;
        m_figures.fillRow(label, energy_j, m_loads, false, least.data());
        if (isNeedless(label, least.data(), lasting) || hopeless()) return false;
        if (m_figures.memoryMatters()) m_figures.fillRow(label, energy_j, m_loads, true, most.data());
        keep(label, least.data(), m_figures.memoryMatters() ? most.data() : least.data(), lasting);
        return true;
    }
    /// In the order in which they came.
    std::vector<Label> kept() const;

private:
    bool isNeedless(const Label& label, const double* least, std::uint32_t lasting) const;
    void keep(const Label& label, const double* least, const double* most, std::uint32_t lasting);
    bool makesNeedless(const Label& one, const double* better, const Label& other, const double* worse,
                       std::uint32_t lasting) const
    {
        return one.need.fits && (m_figures.isLess(lasting, better, worse) || m_store.isBefore(one, other));
    }

    const LabelFigures& m_figures;
    const LabelStore& m_store;
    std::span<const std::uint8_t> m_loads;
    ParetoArchive m_archive; ///< tags index m_labels
    std::vector<Label> m_labels;
    std::vector<double> m_rows;       ///< of m_labels: the most that they may need
    std::vector<double> m_least_rows; ///< likewise the least; empty where memory does not matter
};

} // namespace cutline
