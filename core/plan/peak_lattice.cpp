// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/peak_lattice.h"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

namespace cutline {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
/// Entries of rows that all lattices together keep; further rows are made anew when asked for.
constexpr std::size_t kMostKept = 16'000'000;
std::atomic<std::size_t> g_kept{0};
std::atomic<std::uint64_t> g_made{0};

/// How a tensor that is there at the start of a sweep ends.
enum class Life : std::uint8_t {
    Made,   ///< made in the sweep, or before it in the same stage: with its last reader, wherever that is
    Freed,  ///< with its last reader of those that the stage has
    Held,   ///< never
    Counted ///< an output made earlier in the stage, which is added elsewhere
};

} // namespace

/// By tensor and by step, all zero between uses: most of it is never touched.
struct PeakLattice::Scratch {
    std::vector<Life> life;        ///< by tensor: of what is there at the start
    std::vector<char> barred;      ///< by step: not of this stage, so that nobody waits for it
    std::vector<std::uint32_t> slot; ///< by step: 1 + where its bits stand

    void fit(std::size_t tensors, std::size_t steps) {
        if (life.size() < tensors) life.resize(tensors, Life::Made);
        if (barred.size() < steps) {
            barred.resize(steps, 0);
            slot.resize(steps, 0);
        }
    }
};

PeakLattice::Scratch& PeakLattice::scratch(const PeakSteps& steps) {
    thread_local Scratch own;
    own.fit(steps.tensors.size(), steps.steps.size());
    return own;
}

/// Bottleneck-shortest paths from one set to all behind it, up to a last one: sets come in order of size.
struct PeakLattice::Sweep {
    const PeakSteps& steps;
    const DownSets& sets;
    const Scratch& facts;
    std::uint32_t start = 0, last = 0;
    double live = 0;                      ///< at the start
    std::vector<Peaks> peaks;             ///< by set from the start; infinite where it is not reached
    std::vector<double> lives;
    std::vector<std::uint32_t> file_ends; ///< by set: behind the last step of it that the start has not

    bool dies(std::uint32_t t, std::size_t next) const {
        const PeakSteps::Tensor& tensor = steps.tensors[t];
        const bool there = tensor.producer == PeakSteps::kNone || sets.contains(start, tensor.producer);
        const Life how = there ? facts.life[t] : Life::Made;
        if (how == Life::Held || how == Life::Counted || (how == Life::Made && tensor.is_output && !there))
            return false;
        return std::all_of(tensor.readers.begin(), tensor.readers.end(), [&](std::uint32_t r) {
            return sets.contains(next, r) || (how == Life::Freed && facts.barred[r]);
        });
    }

    void run() {
        const std::size_t size = last - start + 1;
        peaks.assign(size, {kInfinite, kInfinite});
        lives.assign(size, 0);
        file_ends.assign(size, 0);
        peaks[0] = {live, live};
        lives[0] = live;
        for (std::uint32_t set = start; set < last; ++set) {
            const std::size_t at = set - start;
            if (peaks[at].least == kInfinite) continue;
            for (const DownSets::Step step : sets.steps(set))
                if (step.next <= last && !facts.barred[step.group]) go(at, step);
        }
    }

    void go(std::size_t at, DownSets::Step step) {
        const PeakSteps::Step& s = steps.steps[step.group];
        double during = lives[at], after = lives[at], reused = 0;
        for (const std::uint32_t t : s.makes) {
            during += steps.tensors[t].bytes;
            if (steps.tensors[t].is_output || !steps.tensors[t].readers.empty()) after += steps.tensors[t].bytes;
        }
        for (const std::uint32_t t : s.reads) {
            if (!dies(t, step.next)) continue;
            after -= steps.tensors[t].bytes;
            if (s.makes.size() == 1 && steps.tensors[s.makes[0]].bytes == steps.tensors[t].bytes &&
                std::find(s.may_overwrite.begin(), s.may_overwrite.end(), t) != s.may_overwrite.end())
                reused = steps.tensors[t].bytes;
        }
        during -= reused;
        const std::size_t to = step.next - start;
        lives[to] = after;
        peaks[to].least = std::min(peaks[to].least, std::max(peaks[at].least, during));
        if (step.group >= file_ends[at]) peaks[to].file = std::max(peaks[at].file, during);
        file_ends[to] = std::max(file_ends[at], step.group + 1);
    }
};

PeakLattice::PeakLattice(const PeakSteps& steps, const DownSets& sets) : m_steps(steps), m_sets(sets) {
    for (auto& rows : m_rows) rows = std::vector<std::atomic<const Row*>>(sets.size());
    findGates();
    findPending();
    tabulateGates();
    m_serial = ++g_made;
}

PeakLattice::~PeakLattice() {
    for (const auto& rows : m_rows)
        for (const auto& slot : rows)
            if (const Row* row = slot.load()) {
                g_kept -= row->peaks.size();
                delete row;
            }
}

void PeakLattice::findGates() {
    const auto count = static_cast<std::uint32_t>(m_sets.size());
    m_last_gate.resize(count);
    m_gate_of_step.assign(m_steps.steps.size(), 0);
    for (std::uint32_t set = 0; set < count; ++set) {
        const std::uint32_t size = m_sets.groupsIn(set);
        const bool alone = (set == 0 || m_sets.groupsIn(set - 1) != size) &&
                           (set + 1 == count || m_sets.groupsIn(set + 1) != size);
        if (alone) {
            // Steps between the last gate and this one; sets count up in steps of one.
            const std::uint32_t before = m_gates.empty() ? 0 : m_gates.back();
            const auto number = static_cast<std::uint32_t>(m_gates.size());
            for (std::uint32_t s = m_sets.firstAbsent(before); s < m_sets.end(set); ++s)
                if (m_sets.contains(set, s) && !m_sets.contains(before, s)) m_gate_of_step[s] = number;
            m_gates.push_back(set);
        }
        m_last_gate[set] = static_cast<std::uint32_t>(m_gates.size() - 1);
    }
}

void PeakLattice::findPending() {
    const auto count = static_cast<std::uint32_t>(m_sets.size());
    std::vector<DownSets::Step> parent(count, {kNever, 0}); // set that it is a step away from, and that step
    for (std::uint32_t set = 0; set < count; ++set)
        for (const DownSets::Step step : m_sets.steps(set))
            if (parent[step.next].next == kNever) parent[step.next] = {set, step.group};
    m_first_pending.assign(1, 0);
    m_outputs.assign(count, 0);
    m_next_gate.resize(count);
    for (std::uint32_t set = 0; set < count; ++set) {
        const auto add = [&](std::uint32_t t) {
            const auto& readers = m_steps.tensors[t].readers;
            if (std::any_of(readers.begin(), readers.end(), [&](auto r) { return !m_sets.contains(set, r); }))
                m_pending.push_back(t);
        };
        if (set == 0) {
            for (std::uint32_t t = 0; t < m_steps.tensors.size(); ++t)
                if (m_steps.tensors[t].producer == PeakSteps::kNone) add(t);
        } else {
            const auto [from, step] = parent[set];
            m_outputs[set] = m_outputs[from];
            for (std::size_t i = m_first_pending[from]; i < m_first_pending[from + 1]; ++i) add(m_pending[i]);
            for (const std::uint32_t t : m_steps.steps[step].makes) {
                add(t);
                if (m_steps.tensors[t].is_output) m_outputs[set] += m_steps.tensors[t].bytes;
            }
        }
        m_first_pending.push_back(m_pending.size());
        std::uint32_t gate = std::min(m_last_gate[set] + 1, static_cast<std::uint32_t>(m_gates.size() - 1));
        for (const std::uint32_t t : pending(set)) {
            const PeakSteps::Tensor& tensor = m_steps.tensors[t];
            for (const std::uint32_t r : tensor.readers)
                if (!m_sets.contains(set, r)) gate = std::max(gate, m_gate_of_step[r]);
            // What is held to the end matters behind every gate.
            if (tensor.is_wanted || tensor.is_here) gate = kNever;
            if (gate == kNever) break;
        }
        m_next_gate[set] = gate;
    }
}

/// Between gates everything that is there was made in the stage: received tensors end before.
void PeakLattice::tabulateGates() {
    m_tail.assign(m_sets.size(), {0, 0});
    std::vector<Peaks> between(m_gates.size() - 1);
    Scratch& facts = scratch(m_steps);
    Sweep sweep{m_steps, m_sets, facts, 0, 0, 0, {}, {}, {}};
    for (std::size_t g = 0; g + 1 < m_gates.size(); ++g) {
        sweep.start = m_gates[g];
        sweep.last = m_gates[g + 1];
        sweep.live = 0;
        for (const std::uint32_t t : pending(m_gates[g])) {
            if (m_steps.tensors[t].is_output)
                facts.life[t] = Life::Counted;
            else
                sweep.live += m_steps.tensors[t].bytes;
        }
        sweep.run();
        for (const std::uint32_t t : pending(m_gates[g])) facts.life[t] = Life::Made;
        const double outputs = m_outputs[m_gates[g]];
        for (std::uint32_t set = m_gates[g]; set <= m_gates[g + 1]; ++set) {
            const Peaks& peaks = sweep.peaks[set - m_gates[g]];
            const Peaks all{peaks.least + outputs, peaks.file + outputs};
            (set < m_gates[g + 1] ? m_tail[set] : between[g]) = all;
        }
    }
    m_tail[m_gates.back()] = {0, 0};
    m_between.push_back(std::move(between));
    for (std::size_t half = 1; 2 * half <= m_between[0].size(); half *= 2) {
        const std::vector<Peaks>& below = m_between.back();
        std::vector<Peaks> level(below.size() - half);
        for (std::size_t i = 0; i < level.size(); ++i) level[i] = Peaks::larger(below[i], below[i + half]);
        m_between.push_back(std::move(level));
    }
}

Peaks PeakLattice::middle(std::uint32_t from, std::uint32_t to) const {
    const auto level = static_cast<std::size_t>(std::bit_width(to - from) - 1);
    return Peaks::larger(m_between[level][from], m_between[level][to - (1u << level)]);
}

Peaks PeakLattice::peaks(std::uint32_t inner, std::uint32_t outer, Passing passing) const {
    if (inner == outer) return {};
    const std::uint32_t from = m_next_gate[inner], to = m_last_gate[outer];
    const Row& own = row(inner, passing);
    if (from == kNever || from >= to) {
        if (outer - inner < own.peaks.size()) return own.peaks[outer - inner];
    }
    Peaks all = own.peaks.back();
    Peaks rest = m_tail[outer];
    if (from < to) rest = Peaks::larger(rest, middle(from, to));
    rest.least -= m_outputs[inner];
    rest.file -= m_outputs[inner];
    return Peaks::larger(all, rest);
}

std::size_t PeakLattice::pairs() const {
    std::size_t sum = 0;
    for (std::uint32_t set = 0; set < m_sets.size(); ++set) sum += rowEnd(set) - set + 1;
    return sum;
}

const PeakLattice::Row& PeakLattice::row(std::uint32_t inner, Passing passing) const {
    std::atomic<const Row*>& slot = m_rows[static_cast<std::size_t>(passing)][inner];
    if (const Row* known = slot.load(std::memory_order_acquire)) return *known;
    const std::size_t size = rowEnd(inner) - inner + 1;
    if (g_kept + size > kMostKept) {
        thread_local Row own;
        thread_local std::tuple<std::uint64_t, std::uint32_t, Passing> which{0, 0, Passing::Freed};
        if (which != std::tuple(m_serial, inner, passing)) own = makeRow(inner, passing);
        which = {m_serial, inner, passing};
        return own;
    }
    auto fresh = std::make_unique<const Row>(makeRow(inner, passing));
    const Row* expected = nullptr;
    if (slot.compare_exchange_strong(expected, fresh.get(), std::memory_order_acq_rel)) {
        g_kept += size;
        return *fresh.release();
    }
    return *expected; // somebody else was faster; theirs is the same
}

/// From the set to all between it and its next gate. Which of the received tensors a stage reads, and which of
/// their readers it has, differs from end to end: one sweep for each such choice that there is.
PeakLattice::Row PeakLattice::makeRow(std::uint32_t inner, Passing passing) const {
    Scratch& facts = scratch(m_steps);
    const Choices choices = findChoices(inner, passing, facts);
    Sweep sweep{m_steps, m_sets, facts, inner, rowEnd(inner), 0, {}, {}, {}};
    Row row;
    row.peaks.assign(sweep.last - inner + 1, {kInfinite, kInfinite});
    for (std::uint32_t c = 0; c < choices.bits.size(); ++c) {
        const std::vector<bool>& chosen = choices.bits[c];
        sweep.live = 0;
        std::uint32_t counted = kNever;
        for (std::uint32_t bit = 0; bit < chosen.size(); ++bit) {
            const std::uint32_t t = choices.tensors[bit];
            if (!chosen[bit] || counted == t) continue;
            counted = t;
            sweep.live += m_steps.tensors[t].bytes;
        }
        for (const auto& [step, bits] : choices.readers)
            facts.barred[step] = std::any_of(bits.begin(), bits.end(), [&](auto bit) { return !chosen[bit]; });
        sweep.run();
        for (std::size_t at = 0; at < row.peaks.size(); ++at)
            if (choices.of[at] == c) row.peaks[at] = sweep.peaks[at];
    }
    for (const auto& [step, bits] : choices.readers) facts.barred[step] = 0;
    for (const std::uint32_t t : pending(inner)) facts.life[t] = Life::Made;
    return row;
}

/// Sets `facts.life` of what the stage may receive.
PeakLattice::Choices PeakLattice::findChoices(std::uint32_t inner, Passing passing, Scratch& facts) const {
    const std::uint32_t last = rowEnd(inner);
    Choices choices;
    const auto bitsOf = [&](std::uint32_t step) -> std::vector<std::uint32_t>& {
        if (facts.slot[step] == 0) {
            choices.readers.push_back({step, {}});
            facts.slot[step] = static_cast<std::uint32_t>(choices.readers.size());
        }
        return choices.readers[facts.slot[step] - 1].second;
    };
    for (const std::uint32_t t : pending(inner)) {
        const PeakSteps::Tensor& tensor = m_steps.tensors[t];
        const bool read_before = std::any_of(tensor.readers.begin(), tensor.readers.end(),
                                             [&](std::uint32_t r) { return m_sets.contains(inner, r); });
        const bool starts_here = tensor.producer == PeakSteps::kNone && !read_before && !tensor.is_placed;
        if (tensor.is_wanted || (tensor.is_here && read_before))
            facts.life[t] = Life::Held;
        else if (!starts_here && !tensor.is_here && passing == Passing::Freed)
            facts.life[t] = Life::Freed;
        // One bit for each reader of a tensor that is freed, or for all readers of one that is not.
        const bool each = facts.life[t] == Life::Freed;
        for (const std::uint32_t r : tensor.readers) {
            if (m_sets.contains(inner, r)) continue;
            if (each || choices.tensors.empty() || choices.tensors.back() != t) choices.tensors.push_back(t);
            bitsOf(r).push_back(static_cast<std::uint32_t>(choices.tensors.size() - 1));
        }
    }
    std::map<std::vector<bool>, std::uint32_t> numbers;
    const auto numberOf = [&](const std::vector<bool>& bits) {
        const auto [at, fresh] = numbers.try_emplace(bits, static_cast<std::uint32_t>(choices.bits.size()));
        if (fresh) choices.bits.push_back(bits);
        return at->second;
    };
    choices.of.assign(last - inner + 1, kNever);
    choices.of[0] = numberOf(std::vector<bool>(choices.tensors.size(), false));
    for (std::uint32_t set = inner; set < last; ++set) {
        const std::uint32_t here = choices.of[set - inner];
        if (here == kNever) continue;
        for (const DownSets::Step step : m_sets.steps(set)) {
            if (step.next > last || choices.of[step.next - inner] != kNever) continue;
            std::uint32_t& next = choices.of[step.next - inner];
            next = here;
            if (facts.slot[step.group] == 0) continue;
            std::vector<bool> bits = choices.bits[here];
            for (const std::uint32_t bit : bitsOf(step.group)) bits[bit] = true;
            next = numberOf(bits);
        }
    }
    for (const auto& [step, bits] : choices.readers) facts.slot[step] = 0;
    return choices;
}

} // namespace cutline
