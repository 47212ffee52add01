// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/analysis.h"

#include "core/cost/loopnest/fills.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cutline::loopnest {

namespace {

/// Extents of every level: inside its fan-out, inside its loops, and all of it.
struct Extents {
    std::array<Sizes, kMaxLevels> below_fan_out, below_loops, level;
};

Extents extentsOf(const Mapping& mapping)
{
    Extents extents;
    Sizes now = kOnes;
    const auto grow = [&](const Sizes& factors) {
        for (std::size_t dim = 0; dim < kDims; ++dim) now[dim] *= factors[dim];
    };
    for (std::size_t i = 0; i < mapping.levels.size(); ++i) {
        extents.below_fan_out[i] = now;
        grow(mapping.levels[i].spatial);
        extents.below_loops[i] = now;
        grow(mapping.levels[i].temporal);
        extents.level[i] = now;
    }
    return extents;
}

double product(const Sizes& factors)
{
    return std::accumulate(factors.begin(), factors.end(), 1.0, std::multiplies<>());
}

/// Number of different values of a*x + b*y, a < n, b < m.
double distinctSums(std::uint64_t n, std::uint64_t x, std::uint64_t m, std::uint64_t y)
{
    if (n == 1 || m == 1) return static_cast<double>(n * m);
    // a*x + b*y = a'*x + b'*y where (a - a')*x/g = (b' - b)*y/g: moves along (y/g, -x/g) stay on the value, so each
    // value is counted once by its member without a predecessor on that line.
    const std::uint64_t g = std::gcd(x, y), along_a = y / g, along_b = x / g;
    const std::uint64_t repeated = n > along_a && m > along_b ? (n - along_a) * (m - along_b) : 0;
    return static_cast<double>(n * m - repeated);
}

/// Fills of one level's operand, all loops further out applied.
double fillsOf(Operand operand, std::size_t level, const Extents& extents, const Mapping& mapping,
               const NestShape& shape)
{
    FillState state(operand, extents.level[level], shape);
    for (std::size_t above = level + 1; above < mapping.levels.size(); ++above) {
        for (const std::uint8_t dim : mapping.levels[above].order)
            state.loop(dim, mapping.levels[above].temporal[dim], extents.below_loops[above][dim], shape);
    }
    return state.fills();
}

/// Words that pass a level's lower border per instance, towards `child` (-1: the MAC).
double downOf(Operand operand, std::size_t level, int child, double child_words, const Extents& extents,
              const Mapping& mapping, const NestShape& shape)
{
    double down = child_words;
    for (auto at = static_cast<std::size_t>(child + 1); at <= level; ++at)
        down *= distinctTiles(operand, mapping.levels[at].spatial, extents.below_fan_out[at], shape);
    return down;
}

double distinctOutputs(std::size_t level, double volume, const Mapping& mapping)
{
    double distinct = volume;
    for (std::size_t above = level + 1; above < mapping.levels.size(); ++above)
        for (const std::size_t dim : {std::size_t{M}, std::size_t{P}, std::size_t{Q}})
            distinct *= mapping.levels[above].temporal[dim];
    return distinct;
}

void finishLevel(const MachineLevel& machine, LevelAnalysis& level)
{
    double reads = 0, writes = 0;
    level.charged = machine.charge_clusters > 0 ? std::min(machine.charge_clusters, level.instances) : level.instances;
    for (const Traffic& traffic : level.traffic) {
        reads += traffic.reads;
        writes += traffic.writes();
        level.used_words += traffic.volume;
        level.energy_pj += accessEnergy(machine, level.charged, traffic.reads, traffic.fills, traffic.updates);
    }
    if (machine.read_bandwidth > 0) level.read_cycles = reads / machine.read_bandwidth;
    if (machine.write_bandwidth > 0) level.write_cycles = writes / machine.write_bandwidth;
}

/// The cycles of one nest and what decides them.
void findCycles(Analysis& analysis)
{
    double cycles = analysis.steps;
    for (std::size_t i = 0; i < analysis.levels.size(); ++i) {
        if (analysis.levels[i].read_cycles > cycles) {
            cycles = analysis.levels[i].read_cycles;
            analysis.binding = {Binding::Kind::ReadBandwidth, i};
        }
        if (analysis.levels[i].write_cycles > cycles) {
            cycles = analysis.levels[i].write_cycles;
            analysis.binding = {Binding::Kind::WriteBandwidth, i};
        }
    }
    analysis.nest_cycles = std::floor(cycles);
}

} // namespace

double accessEnergy(const MachineLevel& level, double charged, double reads, double fills, double updates)
{
    return charged
           * (std::ceil(reads / level.block) * level.read_pj
              + (std::ceil(fills / level.block) + std::ceil(updates / level.block)) * level.write_pj);
}

double distinctTiles(Operand operand, const Sizes& spatial, const Sizes& inside, const NestShape& shape)
{
    if (operand != Inputs) {
        double tiles = 1;
        for (std::size_t dim = 0; dim < kDims; ++dim)
            if (isRelevant(operand, dim)) tiles *= spatial[dim];
        return tiles;
    }
    const auto wide = [](std::uint32_t a, std::uint32_t b) { return std::uint64_t{a} * b; };
    return static_cast<double>(wide(spatial[C], spatial[G]))
           * distinctSums(spatial[P], wide(inside[P], shape.stride_p), spatial[R], wide(inside[R], shape.dilation_r))
           * distinctSums(spatial[Q], wide(inside[Q], shape.stride_q), spatial[S], wide(inside[S], shape.dilation_s));
}

double macUnits(const Machine& machine)
{
    double units = 1;
    for (const MachineLevel& level : machine.levels) units *= level.fan_out;
    return units;
}

Analysis analyse(const Machine& machine, const NestShape& shape, const Mapping& mapping)
{
    const Extents extents = extentsOf(mapping);
    const std::size_t count = machine.levels.size();
    Analysis analysis;
    analysis.levels.resize(count);
    analysis.steps = 1;
    double spread_groups = 1, macs = 1;
    for (const LevelMapping& level : mapping.levels) {
        analysis.steps *= product(level.temporal);
        macs *= product(level.spatial) * product(level.temporal);
        spread_groups *= level.spatial[G];
    }
    double instances = 1;
    for (std::size_t i = count; i-- > 0; instances *= product(mapping.levels[i].spatial))
        analysis.levels[i].instances = instances;

    for (std::size_t o = 0; o < kOperands; ++o) {
        const auto operand = static_cast<Operand>(o);
        int child = -1;
        double child_words = analysis.steps; // every instance of the MAC asks for one word a step
        for (std::size_t i = 0; i < count; ++i) {
            if (!machine.levels[i].keeps[o]) continue;
            Traffic& traffic = analysis.levels[i].traffic[o];
            traffic.volume = tileVolume(operand, extents.level[i], shape);
            const double down = downOf(operand, i, child, child_words, extents, mapping, shape);
            const double fills = i + 1 < count ? fillsOf(operand, i, extents, mapping, shape) : 0;
            traffic.reads = down;
            traffic.fills = fills;
            if (operand == Outputs) {
                traffic.distinct = distinctOutputs(i, traffic.volume, mapping);
                traffic.reads = down - traffic.distinct;
                traffic.updates = down;
                if (!machine.first_fill && fills > 0) traffic.fills -= traffic.distinct;
            }
            child = static_cast<int>(i);
            child_words = fills;
        }
    }
    for (std::size_t i = 0; i < count; ++i) finishLevel(machine.levels[i], analysis.levels[i]);

    findCycles(analysis);
    analysis.nests = std::ceil(shape.size[G] / spread_groups) * static_cast<double>(shape.repeats);
    analysis.mac_energy_pj = macs * machine.mac_pj;
    analysis.static_energy_pj = analysis.nest_cycles * machine.static_pj_per_cycle;
    double energy = analysis.mac_energy_pj + analysis.static_energy_pj;
    for (const LevelAnalysis& level : analysis.levels) energy += level.energy_pj;
    analysis.cycles = analysis.nest_cycles * analysis.nests;
    analysis.energy_pj = energy * analysis.nests;
    if (analysis.cycles > 0) analysis.utilisation = shape.macs() / (macUnits(machine) * analysis.cycles);
    return analysis;
}

std::uint32_t fixedFactor(std::uint32_t fixed, std::uint32_t size)
{
    if (fixed == 0) return 0;
    const std::uint32_t factor = std::min(fixed, size);
    return size % factor == 0 ? factor : 0;
}

namespace {

std::optional<std::string> whyFanOutInvalid(const MachineLevel& machine, const Sizes& spatial, const Sizes& size)
{
    double used = 1;
    for (std::size_t dim = 0; dim < kDims; ++dim) {
        const std::uint32_t factor = spatial[dim];
        const std::string spread = machine.name + ": " + kDimNames[dim] + " spreads " + std::to_string(factor) + " ways";
        used *= factor;
        if (factor > 1 && (machine.spatial & bit(dim)) == 0) return spread + ", may not spread";
        if (machine.spatial_max[dim] > 0 && factor > machine.spatial_max[dim])
            return spread + ", at most " + std::to_string(machine.spatial_max[dim]);
        const std::uint32_t fixed = fixedFactor(machine.spatial_fixed[dim], size[dim]);
        if (fixed > 0 && factor != fixed) return spread + ", must be " + std::to_string(fixed);
    }
    if (used > machine.fan_out)
        return machine.name + ": spreads over " + std::to_string(static_cast<std::uint64_t>(used)) + " of "
               + std::to_string(machine.fan_out);
    return std::nullopt;
}

std::optional<std::string> whyLoopsInvalid(const MachineLevel& machine, const LevelMapping& mapping)
{
    DimSet looped = 0;
    std::vector<std::uint8_t> order;
    for (const std::uint8_t dim : mapping.order) {
        if (mapping.temporal[dim] == 1) continue;
        if ((looped & bit(dim)) != 0) return machine.name + ": loops twice over one dim";
        looped = static_cast<DimSet>(looped | bit(dim));
        order.push_back(dim);
    }
    for (std::size_t dim = 0; dim < kDims; ++dim) {
        if (mapping.temporal[dim] == 1) continue;
        if ((machine.temporal & bit(dim)) == 0 || (looped & bit(dim)) == 0)
            return machine.name + ": " + kDimNames[dim] + " may not loop here";
    }
    const auto allowed = [&](std::vector<std::uint8_t> candidate) {
        std::erase_if(candidate, [&](std::uint8_t dim) { return (looped & bit(dim)) == 0; });
        return candidate == order;
    };
    if (!machine.orders.empty() && std::none_of(machine.orders.begin(), machine.orders.end(), allowed))
        return machine.name + ": this loop order is not allowed";
    return std::nullopt;
}

} // namespace

std::optional<std::string> whyInvalid(const Machine& machine, const NestShape& shape, const Mapping& mapping)
{
    if (mapping.levels.size() != machine.levels.size()) return "a mapping of another machine";
    const Extents extents = extentsOf(mapping);
    for (std::size_t i = 0; i < machine.levels.size(); ++i) {
        const MachineLevel& level = machine.levels[i];
        if (auto why = whyFanOutInvalid(level, mapping.levels[i].spatial, mapping.size)) return why;
        if (auto why = whyLoopsInvalid(level, mapping.levels[i])) return why;
        for (std::size_t dim = 0; dim < G; ++dim)
            if ((level.all_of & bit(dim)) != 0 && extents.level[i][dim] != mapping.size[dim])
                return level.name + ": " + kDimNames[dim] + " is not finished";
        double used = 0;
        for (std::size_t o = 0; o < kOperands; ++o)
            if (level.keeps[o]) used += tileVolume(static_cast<Operand>(o), extents.level[i], shape);
        if (used > level.capacity)
            return level.name + ": " + std::to_string(static_cast<std::uint64_t>(used)) + " words of "
                   + std::to_string(static_cast<std::uint64_t>(level.capacity));
    }
    for (std::size_t dim = 0; dim < G; ++dim) {
        double product = 1; // extents would wrap around
        for (const LevelMapping& level : mapping.levels) product *= double{1} * level.spatial[dim] * level.temporal[dim];
        if (product != mapping.size[dim] || mapping.size[dim] < shape.size[dim])
            return std::string("factors of ") + kDimNames[dim] + " do not multiply up to it";
    }
    const std::uint32_t groups = extents.level[machine.last()][G];
    if (groups == 0 || mapping.size[G] % groups != 0)
        return "factors of G do not divide it";
    return std::nullopt;
}

} // namespace cutline::loopnest
