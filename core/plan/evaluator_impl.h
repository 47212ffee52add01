// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/plan: what an Evaluator prepares once, and the scratch memory of one judgement.
#pragma once

#include "core/plan/evaluate.h"
#include "core/plan/fifo_schedule.h"
#include "core/plan/precision_variants.h"

#include <algorithm>
#include <span>
#include <vector>

namespace cutline {

inline constexpr std::uint32_t kNone = FifoSchedule::kNone;

/// Lists of different lengths in one array.
template <class T>
class Lists {
public:
    void add(const T& value) { m_values.push_back(value); }
    void close() { m_first.push_back(static_cast<std::uint32_t>(m_values.size())); }
    std::span<const T> operator[](std::size_t i) const {
        return {m_values.data() + m_first[i], m_values.data() + m_first[i + 1]};
    }

private:
    std::vector<T> m_values;
    std::vector<std::uint32_t> m_first{0};
};

/// Layer numbers, tensor numbers and platform numbers are plain 32-bit indices in here: they index the arrays
/// below.
struct Evaluator::Impl {
    explicit Impl(Problem given);

    struct TensorInfo {
        std::uint32_t producer = kNone; ///< layer; kNone: graph input
        std::uint32_t source = kNone;   ///< platform that the scenario gives a graph input
        std::uint32_t sink = kNone;     ///< platform where the scenario wants a graph output
        bool is_output = false;
        bool size_known = true;
    };

    Problem problem;
    Routes routes;
    LinkResources resources;
    std::size_t platforms, layers;
    std::vector<TensorInfo> tensors;
    Lists<std::uint32_t> consumers, inputs, outputs, shared_weights;
    std::vector<std::uint32_t> graph_inputs;
    std::vector<double> stored, wire; ///< bytes, by tensor and platform
    std::vector<std::uint16_t> stored_bits, wire_bits;
    std::vector<bool> in_place;       ///< by layer and platform: its output may overwrite a dead input of its size
    std::vector<double> own_weights;  ///< bytes of weights that only this layer reads, by layer and platform
    std::vector<double> weights;      ///< bytes by weight and platform
    std::vector<double> link_factor;  ///< 1 / (1 - background load)
    std::vector<bool> link_saturated; ///< background load of 1 or more
    mutable OtherPrecisions others;

    std::size_t at(std::size_t row, std::size_t platform) const { return row * platforms + platform; }
    const Platform& platform(std::size_t p) const { return problem.system->platforms[p]; }
    double weightBytesOf(WeightId weight, std::size_t platform) const;
    double conversion(std::size_t tensor, std::size_t producer, std::size_t on) const;
    TransferCost hopCost(LinkId link, double payload) const;
    /// One frame of a message, for switches behind the link.
    double frameTime(LinkId link, double payload) const;
    double period(double interval) const {
        return problem.scenario.rate_hz ? 1 / *problem.scenario.rate_hz : interval;
    }

private:
    void prepareTensors();
    /// The scenario's type of a tensor is its wire type.
    void sendAs(std::size_t tensor, ElementType type);
    void prepareInPlace();
    void prepareWeights();
    void prepareLinks();
    /// Costs of layers that fall back, at this scenario's load of the links on their way.
    void settleFallBacks();
};

/// Why a plan cannot run, before it is put in words.
struct Fault {
    Violation::Kind kind;
    std::uint32_t subject = 0; ///< platform, link, layer, tensor or shared memory
    std::uint32_t other = 0;   ///< platform of an unsupported layer, destination of an unreachable tensor
    double value = 0, limit = 0;
    bool of_link = false, of_shared = false;
};

/// Buffers and results of judging one plan; reused, one per thread.
struct Workspace {
    const Evaluator::Impl* impl = nullptr;
    const Plan* plan = nullptr;
    bool pipeline = true;

    // Layers: which stage, which step of its platform's sequence, when its step ends after the layers began.
    std::vector<std::uint32_t> stage_of, step_of, unit_of;
    std::vector<double> end_offset;
    std::vector<char> inside; ///< within a fused group: its outputs are never stored

    // Stages.
    std::vector<std::uint32_t> stage_last_step, stage_first_step;
    std::vector<double> prelude; ///< by unit
    // Platforms.
    std::vector<std::uint32_t> stage_on; ///< its stage in a pipeline, kNone without
    std::vector<std::uint32_t> steps, first_delta;
    std::vector<double> busy, energy, weight_bytes, peak, held, copies, delta;
    std::vector<char> runs, involved;

    // Transfers.
    struct HopJob {
        std::uint32_t job;
        std::uint32_t from, to; ///< stations: stage; kSource; kSink + platform
        Hop hop;
        double payload = 0;
        std::uint32_t last_on = kNone;
    };
    std::vector<HopJob> hops;
    /// What a fall-back occupies beside the platform that waits for it: its host, a hop, or who moves the bytes.
    struct Lent {
        std::uint32_t unit, server; ///< platform; behind all platforms the resource of a link
        LayerId layer;
        double from_s, busy_s, end_s; ///< after the layers of the unit began; busy for so long; until it has arrived
        const FallBack::Leg* leg;     ///< null: the host runs the layer
    };
    std::vector<Lent> lent;
    /// A job's start or end, or a time after the start of a unit's layers; without a job, time 0.
    struct Moment {
        static constexpr double kStart = -2, kEnd = -1;
        std::uint32_t job;
        double offset = kEnd;
    };
    struct Holding {
        std::uint32_t platform;
        double bytes;
        Moment arrive;
        std::uint32_t first_free, free_count;
        bool at_end; ///< on the platform that makes or reads the tensor, not on one that passes it on
    };
    std::vector<Holding> holdings;
    std::vector<Moment> frees;
    /// A received tensor that its reader's stage holds to its end: it is handed on, or wanted here.
    struct Kept {
        std::uint32_t tensor, platform;
        friend bool operator==(const Kept&, const Kept&) = default;
    };
    std::vector<Kept> kept;
    std::vector<std::uint32_t> outputs_on; ///< hop numbers that deliver wanted outputs
    struct Cross {
        std::uint32_t tensor, from, to;
    };
    std::vector<Cross> crossing;
    FifoSchedule sim;

    // Links and results.
    std::vector<double> link_bytes, link_busy, link_energy, resource_busy;
    std::vector<Fault> faults;
    double latency = 0, interval = 0, period = 0, link_total = 0;

    double momentTime(const Moment& moment) const;
    bool keeps(std::uint32_t tensor, std::uint32_t platform) const {
        return std::find(kept.begin(), kept.end(), Kept{tensor, platform}) != kept.end();
    }
};

/// This thread's scratch memory.
Workspace& workspace();

inline constexpr std::uint32_t kSource = 0xfffffffeu; ///< station of a placed input: before every stage
inline constexpr std::uint32_t kSink =
    0xff000000u; ///< + platform: station of a wanted output, after every stage

/// Fills the workspace's results: the whole judgement without words.
void judge(const Evaluator::Impl& impl, const Plan& plan, Workspace& work);

/// Adds to each platform's bytes the further copies of boundary tensors that a period needs; after judge().
void addCopies(const Workspace& work, double period_s, std::vector<double>& bytes);

/// Payloads are complete: what each hop takes, and what it occupies.
void costHops(Workspace& work);
/// What a layer that its platform hands to its host occupies there and on the way, `from_s` after the unit's layers began;
/// the platform itself waits.
void chargeFallBack(Workspace& work, const FallBack& fall_back, LayerId layer, std::uint32_t waiting, std::uint32_t unit, double from_s);

/// Step 2 of judge: everything that leaves a platform becomes hop jobs, dependencies and holdings.
void sendTensor(Workspace& work, std::uint32_t tensor);
/// payload-overcount on every stage's first message.
void addOvercount(Workspace& work);

/// Memory and weights in elements (element-memory), by platform.
void elementMemory(Workspace& work);

} // namespace cutline
