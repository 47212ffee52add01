// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/least_peaks.h"
#include "core/search/pipeline_space.h"
#include "core/search/platform_set.h"

#include <atomic>
#include <optional>
#include <vector>

namespace cutline {

/// Figures of a pipeline from sums per down-set, in a fraction of the Evaluator's time.
///
/// `exact`: latency, initiation interval, energy and link bytes equal the Evaluator's up to the order of additions. So
/// it is where every message goes straight to the next stage (or is handed on stage by stage along a chain), transfers
/// occupy no processor, nothing falls back to a host, and graph inputs and outputs have no place. Elsewhere all four are lower bounds. Memory
/// is one where `memory_exact` does not say more: weights and LeastPeaks. Sensitivity is always exact.
struct Outline {
    double latency_s = 0, interval_s = 0, energy_j = 0, link_bytes = 0;
    double memory_bytes = 0, memory_ratio = 0;
    double sensitivity = 0; ///< where the problem has a table
    bool exact = true;
    bool memory_exact = false;
    bool fits = false; ///< for sure: every platform's memory is large enough
};

class PipelineModel {
public:
    /// Both must outlive the model.
    PipelineModel(const PipelineSpace& space, const Evaluator& evaluator);

    /// No plan can overflow a memory.
    bool memoryAlwaysFits() const { return m_memory_always_fits; }

    /// Most resources on the ways of several pairs of platforms; where there are more, orders that use them are not exact.
    static constexpr std::size_t kShared = 16;

    /// A pipeline under construction: its first stages.
    struct Partial {
        std::uint32_t stages = 0;
        std::uint32_t set = 0;        ///< what is done
        double arrive_s = 0;          ///< when the last stage's message reaches the next platform
        double interval_s = 0;        ///< busiest platform or link so far
        double energy_j = 0;          ///< dynamic and transfers, less idle power while busy
        double link_bytes = 0;
        /// The same without the last message, where part of it may yet go another way.
        double sure_s = 0, sure_interval_s = 0, sure_energy_j = 0, sure_link_bytes = 0;
        double made_s = 0;            ///< when the last stage ends
        double longest_s = 0;         ///< longest stage: a bound whatever the transfers turn out to be
        double dynamic_j = 0;         ///< likewise for energy
        double stages_j = 0;          ///< the same less idle power while busy
        double sent_bytes = 0;        ///< likewise for link bytes: each crossing tensor over the shortest way to anybody
        /// By stage: no earlier end is possible, even if what was taken for exact turns out not to be.
        std::array<double, kMaxStages> end_s{};
        double next_s = 0;            ///< likewise for the start of the next stage
        double memory_bytes = 0, memory_ratio = 0;
        double sensitivity = 0;
        bool open = false;            ///< more platforms may follow, and what skips a stage may not pass it then
        std::array<double, kShared> shared_s{}; ///< time on resources that several messages use
        bool exact = true;
    };
    Partial empty() const;
    /// The next stage of the key's order runs from `partial.set` to `outer`; the key's earlier cuts are set.
    Partial extended(const Partial& partial, const PipelineKey& key, std::uint32_t outer) const;
    /// Figures once the last stage is in.
    Outline closed(const Partial& whole, const PipelineKey& key) const;
    /// What every completion of the partial plan in this order has at least.
    Outline bound(const Partial& partial, const PipelineKey& key) const;
    /// The whole plan at once.
    Outline outline(const PipelineKey& key) const;

    /// One message from a platform to the next.
    struct Message {
        double time_s = 0, energy_j = 0, bytes = 0;
        double busiest_s = 0; ///< longest that one of its links is taken
        double leaving_s = 0; ///< until it has left the sender
    };
    /// What a stage takes, whatever the rest of the plan is.
    struct StageFigures {
        double busy_s = 0;    ///< conversion of what it receives aside
        double dynamic_j = 0;
        double energy_j = 0;  ///< dynamic, less idle power while busy
        double weight_bytes = 0;
        double sensitivity = 0;
    };
    /// Least figures of what is left.
    struct Rest {
        double time_s = 0, path_s = 0, energy_j = 0, dynamic_j = 0, sensitivity = 0;
    };

    /// What pipelines have at least whose first stages are those of a key, clean or not; what is to come is not in it.
    struct Past {
        double done_s = 0; ///< when the last of the stages ends
        double next_s = 0; ///< when what is live can leave for the next stage, all or part of it
        double interval_s = 0, energy_j = 0, link_bytes = 0, sensitivity = 0; ///< energy less idle power while busy
        double memory_bytes = 0, memory_ratio = 0;
    };
    /// What a stage is the first to read of another one's comes in one message, whatever else does. Only where isPlain(), and
    /// no link takes less time for more bytes.
    Past past(const PipelineKey& key, std::size_t stages) const;

    // For solvers that add stages up themselves. Where all that is live across a set was made by the last stage before
    // it (isClean), a pipeline's past is told by a handful of sums, and its future does not ask how they came about.

    /// Scenario, platforms and shapes let such sums be exact.
    bool isPlain() const { return m_plain; }
    /// Nothing that is live across `outer` was made before `inner`.
    bool isClean(std::uint32_t inner, std::uint32_t outer) const;
    StageFigures stage(PlatformId platform, std::uint32_t inner, std::uint32_t outer) const;
    /// Bytes on one platform: no less, no more; equal where a period that is not known yet makes no difference.
    struct Memory {
        double least_bytes = 0, most_bytes = 0;
    };
    /// What memory takes can be told stage by stage: live activations in the best order are known exactly and no memory
    /// is shared.
    bool tellsMemory() const { return m_tells_memory; }
    /// What a clean stage needs as long as no tensor needs further copies; and so much shorter than the stage is the longest
    /// stay of what it receives, at least.
    struct Resting {
        double bytes = 0, stay_less_s = 0;
    };
    Resting resting(PlatformId platform, std::uint32_t inner, std::uint32_t outer, double weight_bytes) const;
    /// Weights and live activations, without further copies; at least.
    double restingBytes(PlatformId platform, std::uint32_t inner, std::uint32_t outer, double weight_bytes) const;
    /// How long before the end of a stage that ends with the set the first of what is live across it is made, at most; infinite
    /// where that is a graph input, which is there from the stage's start.
    double longestHeld(PlatformId platform, std::uint32_t set) const;
    /// Time from one inference to the next: this long, or, as long as it is not known, at least.
    struct Period {
        double s = 0;
        bool is_known = false;
    };
    /// A clean stage that receives everything in one message, `waited_s` before it starts at most, busy for `busy_s` in
    /// all; sending aside.
    Memory stageMemory(PlatformId platform, std::uint32_t inner, std::uint32_t outer, const StageFigures& stage,
                       double busy_s, double waited_s, Period period) const;
    /// What sending all that is live across the set in one message adds to its maker's memory.
    Memory sendingMemory(PlatformId platform, std::uint32_t set, double busy_s, double leaving_s, Period period) const;
    /// Of all platforms of a pipeline. `fits`: surely within every capacity.
    struct Largest {
        double bytes = 0, ratio = 0;
        bool fits = true;
    };
    /// Exact; nullopt where stages alone do not tell it.
    std::optional<Largest> largestMemory(const PipelineKey& key, double period_s) const;
    /// The message passes platforms that hold it for a while.
    bool isRelayed(PlatformId from, PlatformId to) const;
    double capacity(PlatformId platform) const { return m_capacity[platform.index()]; } ///< 0: not known
    double perCapacity(PlatformId platform) const { return capacity(platform) > 0 ? 1 / capacity(platform) : 0; }
    /// Messages go from each platform of the order to the next, and no two meet on a link.
    bool isStraight(std::uint32_t order) const { return m_orders[order].direct && !m_orders[order].shares; }
    /// Idle power of all platforms that run or forward, and of links that are always on.
    double powerOf(std::uint32_t order) const { return m_orders[order].power_w; }
    /// Of the platforms that run.
    double idlePowerOf(std::uint32_t order) const { return m_orders[order].idle_w; }

    /// Some platform takes time to convert what it receives.
    bool converts() const { return m_converts; }
    /// Conversions at the start of a stage that receives everything from one platform.
    double conversions(PlatformId from, PlatformId on, std::uint32_t inner, std::uint32_t outer) const;
    /// All that is live across the set, sent at once. Only for platforms that follow each other in some order.
    const Message& message(PlatformId from, PlatformId to, std::uint32_t set) const
    {
        return m_messages[at(from.index() * m_platforms + to.index(), set)];
    }
    /// Of what the stage before, which began with `before`, made for the stage from `inner` to `outer`: the least that is
    /// sent from one to the other; 0 where it cannot be.
    double handedBytes(PlatformId from, PlatformId to, std::uint32_t before, std::uint32_t inner, std::uint32_t outer) const;
    Message handed(PlatformId from, PlatformId to, double bytes) const;
    /// The stage from `inner` to `outer` reads something of what is live, or need not (one source of all).
    bool readsLive(std::uint32_t inner, std::uint32_t outer) const { return m_one_source || receives(inner, outer); }
    bool canReach(PlatformId from, PlatformId to) const { return m_evaluator.routes().reachable(from, to); }
    /// Link resources on the ways of several pairs of platforms, ascending, as places in Partial::shared_s.
    std::span<const std::size_t> shared() const { return m_shared; }
    /// A bit for each of them on the way.
    std::uint32_t sharedOn(PlatformId from, PlatformId to) const;
    bool tellsShares() const { return m_shared.size() <= kShared; }
    /// Adds a message's time on resources to the loads of the shared ones; the busiest resource so far.
    double occupied(PlatformId from, PlatformId to, const Message& message, double* shared_s) const;
    /// Platforms and links beside the order's own platforms whose power counts while the pipeline runs.
    struct Powered {
        std::vector<std::uint32_t> relays, links;
        double power_w = 0; ///< with the order's platforms
        friend bool operator==(const Powered&, const Powered&) = default;
    };
    Powered powered(const std::vector<PlatformId>& order) const;
    /// Table of the least that groups take on platforms of a set; an index for rest().
    std::uint32_t leastOf(const PlatformSet& platforms);
    Rest rest(std::uint32_t least, std::uint32_t set) const;
    /// Most idle energy that conversions at the start of a stage take the place of.
    double mostConverting_j(PlatformId platform) const { return m_converting_j[platform.index()]; }
    /// Likewise of a stage that begins with the set.
    double mostConverting_j(PlatformId platform, std::uint32_t set) const { return m_converting_at_j[at(platform.index(), set)]; }
    /// From the platform to the nearest other one of the space.
    double leastHops(PlatformId platform) const { return m_least_hops[platform.index()]; }
    bool oneSource() const { return m_one_source; }
    std::size_t liveCount(std::uint32_t set) const { return live(set).size(); }
    /// As bound(), where it is open which platforms follow: at most `left` more stages, on those of a table. `follows`:
    /// whatever comes, stages run one after the other.
    Outline openBound(const Partial& partial, const PipelineKey& key, std::uint32_t least, std::size_t left,
                      bool follows) const;
    bool isChain(const std::vector<PlatformId>& order) const;

private:
    static constexpr std::uint32_t kInput = ~std::uint32_t{0};
    struct Live {
        std::uint32_t tensor;
        std::uint32_t producer; ///< group; kInput for a graph input
    };
    struct Order {
        bool direct = true;       ///< a message can go from each platform to the next
        bool chain = true;        ///< whatever skips a stage passes it
        double power_w = 0;       ///< idle power of all platforms that run or forward, and links that are always on
        double idle_w = 0;        ///< of the platforms that run
        double sure_w = 0;        ///< of power_w what every plan has, even where messages go around a stage
        bool shares = false;      ///< it uses resources that several messages may use
        std::vector<std::uint32_t> least; ///< by number of stages done: table of the platforms that are left
    };
    /// Sums over groups outside a set, each on its best platform of a set.
    struct Least {
        PlatformSet platforms;
        std::vector<double> time_s, energy_j, dynamic_j, sensitivity; ///< by set
        std::vector<double> weight_bytes, weight_ratio; ///< of weights with one reader; the ratio where all capacities are known
        std::vector<double> path_s; ///< longest path through those groups
    };

    void findPlain();
    void sumUp();
    void findLive();
    bool isPlaced(const Tensor& tensor) const;
    void findOrders();
    void findBesides();
    void shareResources(const std::vector<PlatformId>& platforms, Order& order) const;
    void findShared();
    void tabulateMessages();
    void checkMemory();
    void tabulateMemory();
    void tabulateHeld();
    /// Nothing of the group but its last layer's outputs is ever stored there.
    bool isOneStep(std::size_t group, std::size_t platform) const
    {
        return m_one_step[platform * m_space.fusion().groups.size() + group];
    }
    double groupTime(std::size_t group, std::size_t platform) const
    {
        return m_group_time[platform * m_space.fusion().groups.size() + group];
    }

    std::size_t at(std::size_t platform, std::size_t set) const { return platform * m_sets + set; }
    std::span<const Live> live(std::size_t set) const
    {
        return {m_live.data() + m_first_live[set], m_live.data() + m_first_live[set + 1]};
    }
    std::span<const Hop> way(PlatformId from, PlatformId to) const { return m_evaluator.routes().between(from, to); }
    bool isMadeBefore(const Live& live, std::size_t set) const;
    Message messageOf(std::span<const Hop> hops, double bytes) const;
    /// When the next stage's inputs can be there at the earliest.
    double earliestStart(const Partial& partial, const PipelineKey& key, std::uint32_t outer) const;
    double leastTravel(std::uint32_t tensor, PlatformId from, PlatformId to) const;
    double earliestLive(const Partial& partial, const PipelineKey& key) const;
    std::size_t makingStage(const Live& live, const PipelineKey& key, std::size_t stages) const;
    /// What the stage just added sends to the next; marks the partial plan where that is not all of the truth.
    Message leaving(Partial& partial, const PipelineKey& key, std::uint32_t inner) const;
    /// Bytes of a message on one hop of its way between two stages.
    struct Load {
        std::size_t from, to;
        Hop hop;
        double bytes;
    };
    std::array<double, kMaxStages> receive(const PipelineKey& key, std::size_t stage, std::uint32_t outer, std::vector<Load>& loads) const;
    bool isCarried(const Live& live, const PipelineKey& key, std::size_t maker, std::size_t stage, const Hop& hop) const;
    void addLoads(Past& past, std::span<const Load> loads) const;
    /// By a group of the stage from `inner` to `outer`.
    bool isRead(const Live& live, std::uint32_t inner, std::uint32_t outer) const;
    /// Some of what is live when the stage starts is read in it.
    bool receives(std::uint32_t inner, std::uint32_t outer) const;
    /// Conversions at the start of a stage, whoever made what it reads.
    double receivingTime(const PipelineKey& key, std::size_t stage, std::uint32_t outer) const;
    std::uint32_t makerOf(const Live& live, const PipelineKey& key, std::size_t stages) const
    {
        return m_space.orders()[key.order][makingStage(live, key, stages)].value;
    }
    Outline boundOf(const Partial& partial, const PipelineKey& key, const Least& least, std::size_t left, bool exact,
                    bool follows) const;
    void occupy(Partial& partial, const PipelineKey& key, const Message& message) const;

    const PipelineSpace& m_space;
    const Evaluator& m_evaluator;
    std::size_t m_platforms, m_sets;
    bool m_plain = true;              ///< scenario, platforms and shapes let outlines be exact
    bool m_one_source = true;         ///< every stage but the first reads from an earlier one
    bool m_converts = false;          ///< some platform takes time to convert what it receives
    bool m_memory_always_fits = true;
    std::vector<double> m_converting_j; ///< by platform: idle energy that conversions of one stage take the place of, at most
    std::vector<double> m_converting_at_j; ///< likewise, by platform and set
    std::vector<double> m_besides_j;    ///< likewise all that is not layers
    bool m_weights_count = true;
    const LeastPeaks& m_peaks;
    bool m_tells_memory = false;
    std::vector<double> m_crossing; ///< stored bytes of what is live, by platform and set
    struct Span {
        double least = 0, most = 0;
    };
    std::vector<Span> m_held; ///< by live tensor (of a set) and platform: from when it is made to the stage's end
    std::vector<bool> m_one_step;     ///< by platform and group
    std::vector<double> m_group_time, m_group_weights; ///< likewise; the latter in bytes that no other group reads
    std::vector<std::uint32_t> m_last_group; ///< by set: the group that every order of it ends with, or kInput
    /// Weights of several groups: the groups, and bytes by platform.
    struct SharedWeight {
        std::vector<std::uint32_t> groups;
        std::vector<double> bytes;
    };
    std::vector<SharedWeight> m_shared_weights;
    std::vector<double> m_capacity;   ///< 0: not known
    std::vector<double> m_least_hops; ///< from a platform to the nearest other one of the space
    std::vector<double> m_time, m_energy, m_weights, m_sensitivity; ///< of all groups of a set, by platform and set
    std::vector<Live> m_live;
    std::vector<std::uint64_t> m_first_live;
    std::vector<std::vector<std::uint32_t>> m_readers; ///< groups that read a tensor
    std::vector<Order> m_orders;
    std::vector<std::size_t> m_shared;
    std::vector<Least> m_least;
    mutable std::vector<std::atomic<double>> m_travel_s; ///< leastTravel() by tensor and pair of platforms; 0: not worked out yet
    std::vector<std::vector<std::uint32_t>> m_after; ///< groups that follow a group
    std::vector<Message> m_messages; ///< by pair of platforms and set: all that is live, made by the sender
};

} // namespace cutline
