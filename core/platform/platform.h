// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/graph/element_type.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cutline {

/// How sure a number is (`note.mark` in descriptors): read in a public copy of the source; from the named
/// source, not read again; computed from numbers beside it; an assumption.
enum class Mark : std::uint8_t { Unspecified, Read, Named, Computed, Assumed };

struct Note {
    std::string field; ///< field path in the descriptor: "clock_hz", "roofline.peak"
    Mark mark = Mark::Unspecified;
    std::string source;
    friend bool operator==(const Note&, const Note&) = default;
};

/// A published measurement to hold a prediction against; never an input.
struct Check {
    std::string what;
    double value = 0;
    std::string unit, source;
    std::string model; ///< sample model that is predicted beside it; empty: none
    std::string part;  ///< "conv": its convolutions alone; empty: all of it
    friend bool operator==(const Check&, const Check&) = default;
};

struct MemoryBank {
    std::string name;                     ///< "dram"; "shared:NAME" refers to a memory of the system
    std::optional<double> capacity_bytes; ///< absent: not known
    double reserved_bytes = 0;
    friend bool operator==(const MemoryBank&, const MemoryBank&) = default;
};

/// t = launch + max(MACs/(peak*eff[class]), bytes/(bandwidth*eff_bw)); e = MACs*pJ + bytes*pJ or power*t
/// (cost.md 2).
struct Roofline {
    struct Peak {
        std::string type; ///< "int8", "int16", "float16", "float32"
        double macs_per_s = 0;
        friend bool operator==(const Peak&, const Peak&) = default;
    };
    std::vector<Peak> peaks;
    std::optional<double> bandwidth_bytes_per_s; ///< absent: never the limit
    double bandwidth_efficiency = 1;
    std::map<std::string, double> efficiency; ///< by class name; absent: 1
    double launch_s = 0;
    double pj_per_mac = 0, pj_per_byte = 0;
    std::optional<double> busy_power_w;            ///< energy = power * time where given
    double on_chip_weight_bytes = 0;               ///< weights of a piece that fit cost no bandwidth
    std::uint32_t granule_in = 1, granule_out = 1; ///< channels round up to these
    friend bool operator==(const Roofline&, const Roofline&) = default;
};

/// A loop-nest accelerator (cost.md section 1), levels innermost first, the last one off-chip.
struct LoopNest {
    struct Level {
        std::string name;
        std::optional<double> words;                                ///< absent: unlimited
        std::string keeps;                                          ///< of "WIO"; the others bypass
        double block = 1;                                           ///< words per physical access
        double read_pj = 0, write_pj = 0;                           ///< per block
        double read_words_per_cycle = 0, write_words_per_cycle = 0; ///< per instance; 0 = unlimited
        double charge_clusters = 0; ///< energy charged for min(this, instances) instances; 0 = every instance
        std::uint32_t fan_out = 1;  ///< below this level
        std::string fan_out_dims;   ///< dims that may spread over it
        std::map<std::string, std::uint32_t> fan_out_max, fan_out_fixed; ///< per dim
        std::string loops;                                               ///< dims that may loop here
        std::string all_of;                                              ///< dims that must be finished here
        std::vector<std::string> orders; ///< loop orders allowed, inner to outer; empty = any
        std::uint32_t word_bits = 0; ///< for energies by `node_nm`; 0: the platform's (core/platform/convert)
        friend bool operator==(const Level&, const Level&) = default;
    };
    std::vector<Level> levels;
    double e_mac_pj = 0;
    double e_mac_fallback_pj = 0; ///< of the published run, used under `mac-fallback`; 0: none
    bool first_fill = false;
    bool double_buffered = false;
    bool pad = false; ///< Q, M, C may grow by up to 1/8 to sizes that spread better; what is added is charged
    double static_power_w = 0;
    double elements_per_cycle = 0;          ///< for layers without MACs; 0: `lanes` of the platform
    std::optional<double> dram_bytes_per_s; ///< for layers without MACs
    std::optional<double> node_nm; ///< energies that were not given are estimated for it (access_energy.h)
    friend bool operator==(const LoopNest&, const LoopNest&) = default;
};

enum class TransferMode : std::uint8_t { Dma, Cpu, Blocking };

/// Log standard deviations of a prediction, split by what they have in common (search.md section 6). Absent:
/// the default of the prediction's source (core/cost/uncertainty.h).
struct Uncertainty {
    std::optional<double> platform{}, op_class{}, layer{};
    friend bool operator==(const Uncertainty&, const Uncertainty&) = default;
};

/// A compute node: memory, precision, how its costs are predicted. Units as in the names; absent = not known.
struct Platform {
    std::string name;       ///< in the system: "SMB1"
    std::string descriptor; ///< library name it came from: "SMB"; the name itself for an inline one
    std::string title;
    std::vector<std::string> aliases;
    std::optional<double> clock_hz;
    int weight_bits = 32, activation_bits = 32;
    struct Precision {
        int weight_bits = 8, activation_bits = 8;
        std::optional<Roofline> roofline;
        friend bool operator==(const Precision&, const Precision&) = default;
    };
    std::vector<Precision> precisions; ///< further ones it may be run at
    std::vector<MemoryBank> memories;
    double idle_power_w = 0;
    double lanes = 0;                            ///< element-wise operations per cycle
    double copy_bandwidth_bytes_per_s = 0;       ///< 0: conversions cost nothing
    double invoke_s = 0;                         ///< per piece
    double weight_stream_bytes_per_s = 0;        ///< 0: streaming costs nothing
    std::optional<double> weight_resident_bytes; ///< weights that stay on chip
    TransferMode transfer = TransferMode::Dma;
    bool in_place = false;                        ///< element-wise outputs may overwrite a dead input
    std::vector<std::string> in_place_ops;        ///< operators whose output may overwrite a dead input of its size
    bool double_buffer = false;                   ///< boundary tensors are held twice at least
    std::optional<std::vector<std::string>> fuse; ///< absent: the default patterns
    std::vector<std::string> unsupported;         ///< operators it cannot run
    std::string fallback_platform;
    std::optional<double> cost_amount;
    std::string cost_unit;
    std::optional<LoopNest> loop_nest;
    std::optional<Roofline> roofline;
    Uncertainty uncertainty;
    std::vector<Check> checks;
    std::vector<Note> notes;

    /// Sum over memories of capacity less what is reserved; absent when no memory has a capacity.
    std::optional<double> memoryCapacity() const;
    bool supports(const Layer& layer) const;
    /// Mark and source of a field, or null.
    const Note* note(std::string_view field) const;
    friend bool operator==(const Platform&, const Platform&) = default;
};

/// The platform's roofline has a peak rate for "int16", "float16" ..
bool hasPeak(const Platform& platform, std::string_view type);
/// The platform as it is at one of the precisions that it offers: 0 its own, k the k-th further one, with that one's
/// roofline where it has one. Out of range: its own.
Platform atPrecision(const Platform& platform, std::size_t precision);
/// "16", or "8/16" for weights and activations of other widths.
std::string bitsText(const Platform& platform);
/// Which of the precisions that a platform offers is written like that. Error: none; `fix` lists them.
Result<std::uint8_t> precisionNamed(std::string_view bits, const Platform& platform);

/// Bytes that a tensor takes on a platform: floating-point and quantised data at the platform's activation
/// bits, index and boolean data at their own; ceil(n * bits / 8). Elements unknown: 0.
double tensorBytes(const Tensor& tensor, const Platform& platform);
int tensorBits(const Tensor& tensor, const Platform& platform);
/// The same for a weight at the platform's weight bits (32-bit biases of quantised models at their own).
double weightBytes(const Weight& weight, const Platform& platform);

} // namespace cutline
