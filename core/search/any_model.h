// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace cutline {

/// A time that no plan has: there is no way.
inline constexpr double kNever = std::numeric_limits<double>::infinity();

/// Platform of every fused group, the unit that any-assignment searches move.
using GroupAssignment = std::vector<std::uint32_t>;

/// Which figures a search compares or limits.
struct AnyWants {
    bool latency = false, interval = false, energy = false, link_bytes = false, memory = false, sensitivity = false,
         cost = false;
};

/// What any general plan with some assignment takes at least, whatever its schedule (metrics.md): groups are placed one
/// after the other in topological order, and what is known so far adds up in a row of figures ("sums"). Costs, transfers and
/// conversions are the judge's; left out is what depends on the schedule alone: waiting for links and for other branches,
/// further invocations, copies of boundary tensors, the tensors that only wait. A graph input without a place is taken to be where
/// that is cheapest.
class AnyModel {
public:
    AnyModel(const Evaluator& evaluator, const SearchOptions& options, std::span<const PlatformId> allowed);

    std::size_t groups() const { return m_groups.size(); }
    std::size_t platforms() const { return m_platforms; }
    const Problem& problem() const { return m_evaluator.problem(); }
    const Fusion& fusion() const { return problem().costs->fusion(); }
    /// Platforms that a group may run on, ascending.
    std::span<const std::uint32_t> homes(std::size_t group) const { return m_groups[group].homes; }
    /// Distinct platforms that a plan may run on.
    std::size_t mostPlatforms() const { return m_most; }
    std::span<const std::uint32_t> before(std::size_t group) const { return m_graph.before[group]; }
    std::span<const std::uint32_t> after(std::size_t group) const { return m_graph.after[group]; }
    double seconds(std::size_t group, std::size_t platform) const { return m_groups[group].seconds[platform]; }
    /// All weights and the largest inputs and outputs of a group there, bytes.
    double mostMemory(std::size_t platform) const;
    /// Product of the choices of every group, at most 2^62.
    std::uint64_t assignments() const;

    /// Ways to weigh the platforms such that weighted loads bound the interval: alike, and as the bound is largest.
    static constexpr std::size_t kBalances = 2;

    /// Where each live tensor is and where it has been sent, before a group is placed; also which platforms run and which
    /// have a part in transfers, where that counts.
    using State = std::vector<std::uint64_t>;
    /// Fixed part of the sums; after it come the ends of the groups that have a live tensor.
    struct Layout {
        std::size_t energy = 0, bytes = 1, sensitivity = 2, end = 3, segment = 4, loads = 5, resources = 0, weights = 0, steps = 0,
                    segment_loads = 0, fixed = 0;
    };
    const Layout& layout() const { return m_layout; }
    /// Length of the sums before a group is placed (groups(): of complete plans).
    std::size_t width(std::size_t group) const { return m_layout.fixed + m_live_ends[group].size(); }
    State start() const { return State(1, 0); }

    /// One group put on one platform from one state.
    struct Arc {
        struct Term {
            std::uint32_t at;
            double amount;
        };
        std::vector<Term> adds;  ///< to the fixed sums
        std::vector<Term> waits; ///< position among the live ends, time from there until the tensor is here
        double ready = 0;        ///< arrival of placed inputs
        double duration = 0, step_bytes = 0;
        double wanted_after = -1; ///< wanted outputs have arrived this much after the end; negative: none wanted
        std::uint32_t group = 0, platform = 0;
        State after;
        State slots; ///< scratch
    };
    /// False where a tensor cannot get there or the platform count is exceeded.
    bool place(const State& state, std::size_t group, std::size_t platform, Arc& arc) const;
    /// Sums after the group from sums before it.
    void apply(const Arc& arc, const double* before, double* after) const;

    /// Least figures of every plan that completes these sums.
    struct Bound {
        double latency_s = 0, interval_s = 0, energy_j = 0, link_bytes = 0, memory_bytes = 0, memory_ratio = 0, sensitivity = 0,
               cost = 0;
    };
    /// What every completion adds at least, where a search knows better than the sums over the groups that are left.
    struct Rest {
        double energy = 0, bytes = 0;
        std::array<double, kBalances> work{}; ///< weighted seconds of the platforms
    };
    Bound bound(std::size_t group, const State& state, const double* sums, const Rest* rest = nullptr) const;
    /// What an arc adds to the figures of Rest.
    Rest restOf(const Arc& arc) const;

    /// By group: least time from its start to the end of everything that waits for it, with this assignment.
    std::vector<double> tails(const GroupAssignment& assignment) const;
    /// From the end of the maker (placed inputs: from the start) until `reader` can start; negative where it reads late.
    double travel(std::size_t maker, std::size_t reader, const GroupAssignment& assignment) const;
    double placedInputs(std::size_t reader, const GroupAssignment& assignment) const;

    /// Places of the sums that decide between plans of one state, for what the search compares and limits.
    std::vector<std::uint32_t> deciding(std::size_t group, const AnyWants& wants) const;
    /// Platforms that run, that are hosts of what falls back (where it counts), and that have a part in transfers, as masks.
    static std::uint32_t runs(const State& state) { return state[0] & 0xffffu; }
    static std::uint32_t hosts(const State& state) { return (state[0] >> kHostShift) & 0xffffu; }
    static std::uint32_t parts(const State& state) { return static_cast<std::uint32_t>(state[0] >> kPartShift); }

    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    /// A tensor that passes between groups, comes from outside or is wanted somewhere.
    struct Crossing {
        TensorId tensor;
        std::uint32_t maker = kNone;  ///< group
        std::uint32_t source = kNone; ///< platform of a placed input
        std::uint32_t sink = kNone;   ///< platform of a wanted output
        std::vector<std::uint32_t> readers; ///< groups, ascending
        std::vector<char> leads;            ///< per reader: all later ones run after it
        bool sized = true;                  ///< its shape is known
        /// Per reader and platform: how long its group may have run before it reads, where its layers run one by one.
        std::vector<double> lead;
        bool floats() const { return maker == kNone && source == kNone; } ///< a graph input without a place
    };
    const std::vector<Crossing>& crossings() const { return m_crossings; }
    const Evaluator& evaluator() const { return m_evaluator; }
    double joules(std::size_t group, std::size_t platform) const { return m_groups[group].joules[platform]; }
    double loss(std::size_t group, std::size_t platform) const { return m_groups[group].loss[platform]; }
    /// Link bytes of what falls back.
    double lentBytes(std::size_t group, std::size_t platform) const;
    /// Platforms that some group may run on, ascending.
    std::span<const std::uint32_t> homes() const { return m_homes; }

private:
    static constexpr unsigned kHostShift = 16, kPartShift = 32;
    struct Group {
        std::vector<std::uint32_t> homes;
        std::vector<double> seconds, joules, weights, step_bytes, loss; ///< by platform
        std::vector<Arc> lent; ///< by platform: what its fall-backs occupy elsewhere; none where nothing falls back
        std::vector<std::uint32_t> reads, makes;                  ///< crossings
        /// By platform: how long it may have run before it reads the first tensor that waits for the segment's start, and the
        /// last of any group.
        std::vector<double> first_read_s, last_read_s;
        bool in_segment = false; ///< runs between the ends of two groups that everything passes
        bool closes = false;     ///< the later one of those
        bool ends = false;       ///< nobody waits for its tensors
    };

    void collectGroups(const SearchOptions& options, std::span<const PlatformId> allowed);
    void collectCrossings();
    void costGroup(std::size_t group);
    void findReads(std::size_t group, std::size_t segment_start);
    /// Of what the arc takes, that which surely comes after a tensor that is read `read_s` after the start.
    double takenAfter(const Arc& arc, double read_s) const;
    double stepBytes(std::size_t group, PlatformId platform) const;
    void collectLive();
    void findSegments();
    void computeTails();
    void layOut(const SearchOptions& options);
    void findWeights();
    void normalised(std::vector<double>& weights) const;
    bool precedes(std::size_t a, std::size_t b) const
    {
        return !m_ancestors.empty() && ((m_ancestors[b][a / 64] >> (a % 64)) & 1) != 0;
    }
    void findLent();
    double amount(const Arc& arc, std::size_t at) const;
    void add(Arc& arc, std::size_t at, double amount) const;
    void addLoad(Arc& arc, std::size_t platform, double seconds) const;
    double arrival(const Crossing& crossing, std::size_t from, std::size_t to) const;
    void findLeads(Crossing& crossing) const;
    /// From the maker's end to the start of the reading group, at least; negative where it reads late.
    double wait(const Crossing& crossing, std::size_t from, std::size_t reader, std::size_t to) const;
    double computeArrival(const Crossing& crossing, std::size_t from, std::size_t to) const;
    bool deliver(const Crossing& crossing, std::size_t origin, std::uint64_t& slot, std::size_t to, Arc& arc) const;
    bool settle(const Crossing& crossing, std::uint64_t slot, Arc& arc) const;
    /// All but its energy; nothing for a platform that waits anyway.
    TransferCost addHop(const Hop& hop, double bytes, std::size_t waiting, Arc& arc) const;
    bool read(std::uint32_t crossing, std::uint64_t& slot, Arc& arc) const;
    bool make(std::uint32_t crossing, std::uint64_t& slot, Arc& arc) const;

    const Evaluator& m_evaluator;
    std::size_t m_platforms, m_most = 0;
    GroupGraph m_graph;
    std::vector<Group> m_groups;
    std::vector<Crossing> m_crossings;
    std::vector<std::vector<std::uint32_t>> m_live;      ///< crossings alive before a group, ascending
    std::vector<std::vector<std::uint32_t>> m_live_ends; ///< their makers, ascending
    std::vector<std::vector<std::uint32_t>> m_carry;     ///< live end after a group: its place before it, kNone: the group itself
    std::vector<double> m_arrival;                       ///< crossing x from x to
    std::vector<double> m_tail;                          ///< crossing x platform: least time from there to the end
    double m_least_latency = 0;                          ///< longest path of groups where each is best
    std::vector<double> m_rest_energy, m_rest_loss;   ///< least of all groups from here on
    std::vector<std::array<double, kBalances>> m_rest_work;
    std::array<std::vector<double>, kBalances> m_weight; ///< by platform; those that may run at once add up to 1
    std::vector<double> m_capacity; ///< infinite where not known
    std::vector<std::vector<std::uint64_t>> m_ancestors; ///< bit sets by group; none where there are too many
    Layout m_layout;
    bool m_track_runs = false, m_track_hosts = false, m_idle_exact = false, m_weigh = true, m_busy_is_work = true;
    std::vector<std::uint32_t> m_homes; ///< platforms that some group may run on
};

} // namespace cutline
