// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/plan: least peaks between the down-sets of one platform's steps.
#pragma once

#include "core/graph/down_sets.h"
#include "core/plan/least_peaks.h"

#include <atomic>
#include <limits>
#include <memory>
#include <vector>

namespace cutline {

/// All layers of a graph as steps of one platform.
struct PeakSteps {
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    struct Step {
        std::vector<std::uint32_t> reads, makes; ///< tensors, each once
        std::vector<std::uint32_t> may_overwrite; ///< reads of which one may give its place to the output
        friend bool operator==(const Step&, const Step&) = default;
    };
    struct Tensor {
        double bytes = 0;
        std::uint32_t producer = kNone;     ///< step; kNone: a graph input
        std::vector<std::uint32_t> readers; ///< steps, ascending
        bool is_output = false;             ///< held to the end of the stage that makes it
        bool is_placed = false;             ///< a graph input that the scenario puts somewhere
        bool is_here = false;               ///< and that on this platform
        bool is_wanted = false;             ///< a graph output that the scenario wants on this platform
        friend bool operator==(const Tensor&, const Tensor&) = default;
    };
    std::vector<Step> steps;
    std::vector<Tensor> tensors; ///< only what is stored
    friend bool operator==(const PeakSteps&, const PeakSteps&) = default;
};

/// Least peak and that of the file's order, both over the steps between two sets.
struct Peaks {
    double least = 0, file = 0;
    static Peaks larger(const Peaks& a, const Peaks& b) {
        return {a.least > b.least ? a.least : b.least, a.file > b.file ? a.file : b.file};
    }
};

class PeakLattice {
public:
    /// `sets`: all down-sets of the steps, whose numbers are a topological order. Both must outlive it.
    PeakLattice(const PeakSteps& steps, const DownSets& sets);
    ~PeakLattice();
    PeakLattice(const PeakLattice&) = delete;
    PeakLattice& operator=(const PeakLattice&) = delete;

    Peaks peaks(std::uint32_t inner, std::uint32_t outer, Passing passing) const;
    /// Pairs of sets that all rows together tell.
    std::size_t pairs() const;

private:
    /// A gate is a set that every order passes through: the only one of its size.
    static constexpr std::uint32_t kNever = PeakSteps::kNone;
    struct Row {
        std::vector<Peaks> peaks; ///< by set, from the inner one on
    };
    struct Sweep;
    struct Scratch;
    /// What the stages from one set on read of the tensors that it may receive.
    struct Choices {
        std::vector<std::uint32_t> tensors;   ///< by bit
        std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> readers; ///< steps and their bits
        std::vector<std::vector<bool>> bits;  ///< by choice
        std::vector<std::uint32_t> of;        ///< choice of every set of the row; kNever where it is not nested
    };

    void findGates();
    void findPending();
    void tabulateGates();
    Peaks middle(std::uint32_t from, std::uint32_t to) const;
    const Row& row(std::uint32_t inner, Passing passing) const;
    Row makeRow(std::uint32_t inner, Passing passing) const;
    Choices findChoices(std::uint32_t inner, Passing passing, Scratch& facts) const;
    static Scratch& scratch(const PeakSteps& steps);
    std::uint32_t rowEnd(std::uint32_t inner) const {
        return m_next_gate[inner] == kNever ? static_cast<std::uint32_t>(m_sets.size() - 1)
                                            : m_gates[m_next_gate[inner]];
    }
    std::span<const std::uint32_t> pending(std::uint32_t set) const {
        return {m_pending.data() + m_first_pending[set], m_pending.data() + m_first_pending[set + 1]};
    }

    const PeakSteps& m_steps;
    const DownSets& m_sets;
    std::vector<std::uint32_t> m_gates;        ///< sets, ascending
    std::vector<std::uint32_t> m_gate_of_step; ///< first gate with the step inside
    std::vector<std::uint32_t> m_next_gate;    ///< by set: first gate behind which nothing matters that it received
    std::vector<std::uint32_t> m_last_gate;    ///< by set: last gate inside
    std::vector<std::uint32_t> m_pending;      ///< tensors there or to come that someone outside the set reads
    std::vector<std::size_t> m_first_pending;
    std::vector<double> m_outputs;             ///< by set: bytes of graph outputs made inside
    std::vector<std::vector<Peaks>> m_between; ///< sparse table: from each gate to the next, outputs before included
    std::vector<Peaks> m_tail;                 ///< by set: from its last gate, likewise
    std::uint64_t m_serial = 0;
    mutable std::vector<std::atomic<const Row*>> m_rows[2]; ///< by passing and inner set
};

} // namespace cutline
