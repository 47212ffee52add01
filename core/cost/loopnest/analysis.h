// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace cutline::loopnest {

/// What one operand does at one level, words per instance and group. Whole numbers up to 2^53.
struct Traffic {
    double volume = 0;   ///< of its tile; 0 where it bypasses
    double reads = 0;
    double fills = 0;    ///< from the next level out; for outputs without `first_fill` the first arrivals are left out
    double updates = 0;  ///< outputs that arrive from further in
    double distinct = 0; ///< outputs: different words that pass through
    double writes() const { return fills + updates; }
    friend bool operator==(const Traffic&, const Traffic&) = default;
};

struct LevelAnalysis {
    std::array<Traffic, kOperands> traffic;
    double instances = 1;        ///< spatial factors above it
    double charged = 1;          ///< instances that energy is charged for
    double used_words = 0;
    double read_cycles = 0, write_cycles = 0; ///< that its bandwidth asks for; 0 = unlimited
    double energy_pj = 0;        ///< of all instances, one group
    friend bool operator==(const LevelAnalysis&, const LevelAnalysis&) = default;
};

/// What decides the cycles.
struct Binding {
    enum class Kind : std::uint8_t { Compute, ReadBandwidth, WriteBandwidth };
    Kind kind = Kind::Compute;
    std::size_t level = 0;
    friend bool operator==(const Binding&, const Binding&) = default;
};

/// What a mapping costs (cost.md section 1, "Data movement" and "Latency and energy").
struct Analysis {
    double cycles = 0;        ///< of the whole layer, all groups and repeats
    double energy_pj = 0;     ///< of the whole layer
    double nests = 1;         ///< nests that follow each other: groups that do not spread, times repeats
    double steps = 0;         ///< product of the temporal factors, one nest
    double nest_cycles = 0;   ///< one nest
    double mac_energy_pj = 0; ///< one nest
    double static_energy_pj = 0; ///< one nest
    double utilisation = 0;   ///< true multiply-accumulates / (MAC units * cycles)
    Binding binding;
    std::vector<LevelAnalysis> levels;
    friend bool operator==(const Analysis&, const Analysis&) = default;
};

/// Energy of one operand at one level, pJ: ceil(words / block) accesses each, per instance.
double accessEnergy(const MachineLevel& level, double charged, double reads, double fills, double updates);

/// Parallel copies of an operand's distinct tiles over a fan-out of these factors; `inside` is the extent below it.
/// Factors that do not move the operand share one tile; P with R (Q with S) share what falls on the same rows.
double distinctTiles(Operand operand, const Sizes& spatial, const Sizes& inside, const NestShape& shape);

/// MAC units of the machine.
double macUnits(const Machine& machine);

/// Latency, energy and traffic of a valid mapping.
Analysis analyse(const Machine& machine, const NestShape& shape, const Mapping& mapping);

/// Why a mapping does not fit the machine or the shape, in words; nothing if it does.
std::optional<std::string> whyInvalid(const Machine& machine, const NestShape& shape, const Mapping& mapping);

/// What `spatial_fixed` asks of a dim of this size: the dim itself if it is smaller, nothing (0) if it does not divide.
std::uint32_t fixedFactor(std::uint32_t fixed, std::uint32_t size);

} // namespace cutline::loopnest
