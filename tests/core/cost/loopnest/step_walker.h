// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

/// A second, deliberately plain evaluator: it runs the loops one step at a time, looks where every tile lies, and
/// counts. Shares no code with the analysis but the descriptor and the mapping.
namespace cutline::loopnest::testing {

class StepWalker {
public:
    StepWalker(const Machine& machine, const NestShape& shape, const Mapping& mapping)
        : m_machine(machine), m_shape(shape), m_mapping(mapping)
    {
    }

    struct Counts {
        double volume = 0, reads = 0, fills = 0, updates = 0;
    };
    struct Result {
        std::vector<std::array<Counts, 3>> levels;
        double cycles = 0, energy_pj = 0;
    };

    Result walk() const
    {
        const int levels = int(m_machine.levels.size());
        Result result;
        result.levels.resize(m_machine.levels.size());
        const double steps = double(visit(-1, 0).positions.size());
        for (int operand = 0; operand < 3; ++operand) {
            double below = steps;
            int child = -1;
            for (int level = 0; level < levels; ++level) {
                if (!m_machine.levels[std::size_t(level)].keeps[std::size_t(operand)]) continue;
                Counts& counts = result.levels[std::size_t(level)][std::size_t(operand)];
                counts.volume = volumeOf(operand, lengths(operand, extents(level)));
                double down = below;
                for (int fan_out = child + 1; fan_out <= level; ++fan_out) down *= double(differentTiles(operand, fan_out));
                const Visit seen = visit(level, operand);
                const bool off_chip = level + 1 == levels;
                const double filled = off_chip ? 0 : fillsAlong(operand, level, seen);
                counts.reads = down;
                counts.fills = filled;
                if (operand == 2) {
                    const double first = counts.volume * double(std::set(seen.positions.begin(), seen.positions.end()).size());
                    counts.reads = down - first;
                    counts.updates = down;
                    if (!off_chip && !m_machine.first_fill) counts.fills = filled - first;
                }
                child = level;
                below = filled;
            }
        }
        sumUp(steps, result);
        return result;
    }

private:
    using Position = std::vector<long>; ///< one coordinate per axis of the operand
    struct Visit {
        std::vector<Position> positions; ///< where the tile lies, step by step
    };

    /// Extent of every dim up to and with `level`; -1: one MAC.
    std::vector<long> extents(int level) const
    {
        std::vector<long> extent(kDims, 1);
        for (int i = 0; i <= level; ++i)
            for (std::size_t dim = 0; dim < kDims; ++dim)
                extent[dim] *= long(m_mapping.levels[std::size_t(i)].spatial[dim]) * long(m_mapping.levels[std::size_t(i)].temporal[dim]);
        return extent;
    }

    /// Where the element (or tile) at these indices of the seven dims starts, per axis.
    Position place(int operand, const std::vector<long>& at) const
    {
        if (operand == 0) return {at[C], at[M], at[R], at[S], at[G]};
        if (operand == 2) return {at[M], at[P], at[Q], at[G]};
        return {at[C], at[P] * long(m_shape.stride_p) + at[R] * long(m_shape.dilation_r),
                at[Q] * long(m_shape.stride_q) + at[S] * long(m_shape.dilation_s), at[G]};
    }

    /// Length of the tile along each axis: from its first to its last element.
    Position lengths(int operand, const std::vector<long>& extent) const
    {
        std::vector<long> last;
        for (const long e : extent) last.push_back(e - 1);
        Position length = place(operand, last);
        for (long& l : length) ++l;
        return length;
    }

    static double volumeOf(int, const Position& length)
    {
        double volume = 1;
        for (const long l : length) volume *= double(l);
        return volume;
    }

    /// Runs the loops further out than `level`, innermost fastest.
    Visit visit(int level, int operand) const
    {
        struct Loop {
            std::size_t dim;
            long factor, step, index;
        };
        std::vector<Loop> loops;
        for (int i = level + 1; i < int(m_mapping.levels.size()); ++i) {
            const LevelMapping& mapping = m_mapping.levels[std::size_t(i)];
            const std::vector<long> inside = extents(i - 1);
            for (const std::uint8_t dim : mapping.order)
                loops.push_back({dim, long(mapping.temporal[dim]), inside[dim] * long(mapping.spatial[dim]), 0});
        }
        Visit seen;
        while (true) {
            std::vector<long> at(kDims, 0);
            for (const Loop& loop : loops) at[loop.dim] += loop.index * loop.step;
            seen.positions.push_back(place(operand, at));
            std::size_t next = 0;
            while (next < loops.size() && ++loops[next].index == loops[next].factor) loops[next++].index = 0;
            if (next == loops.size()) return seen;
        }
    }

    /// Words that were not there one step before: all, unless the tile stood still or an input slid along one axis.
    double fillsAlong(int operand, int level, const Visit& seen) const
    {
        const Position length = lengths(operand, extents(level));
        const double volume = volumeOf(operand, length);
        double fills = volume;
        for (std::size_t step = 1; step < seen.positions.size(); ++step) {
            int moved = 0;
            double fresh = volume;
            for (std::size_t axis = 0; axis < length.size(); ++axis) {
                const long by = std::abs(seen.positions[step][axis] - seen.positions[step - 1][axis]);
                if (by == 0) continue;
                ++moved;
                if (operand == 1) fresh = volume / double(length[axis]) * double(std::min(by, length[axis]));
            }
            fills += moved == 0 ? 0 : moved == 1 ? fresh : volume;
        }
        return fills;
    }

    /// Tiles that the instances below one fan-out hold between them.
    std::size_t differentTiles(int operand, int fan_out) const
    {
        const Sizes& spatial = m_mapping.levels[std::size_t(fan_out)].spatial;
        const std::vector<long> inside = extents(fan_out - 1);
        std::set<Position> tiles;
        std::vector<long> index(kDims, 0);
        while (true) {
            std::vector<long> at(kDims, 0);
            for (std::size_t dim = 0; dim < kDims; ++dim) at[dim] = index[dim] * inside[dim];
            tiles.insert(place(operand, at));
            std::size_t next = 0;
            while (next < kDims && ++index[next] == long(spatial[next])) index[next++] = 0;
            if (next == kDims) return tiles.size();
        }
    }

    void sumUp(double steps, Result& result) const
    {
        double cycles = steps, macs = steps, instances = 1, spread_groups = 1;
        std::vector<double> instances_of(m_machine.levels.size());
        for (std::size_t i = m_machine.levels.size(); i-- > 0;) {
            instances_of[i] = instances;
            for (const std::uint32_t factor : m_mapping.levels[i].spatial) instances *= factor;
            spread_groups *= m_mapping.levels[i].spatial[G];
        }
        macs *= instances;
        double energy = macs * m_machine.mac_pj;
        for (std::size_t i = 0; i < m_machine.levels.size(); ++i) {
            const MachineLevel& level = m_machine.levels[i];
            double read = 0, written = 0, level_energy = 0;
            for (const Counts& counts : result.levels[i]) {
                read += counts.reads;
                written += counts.fills + counts.updates;
                level_energy += std::ceil(counts.reads / level.block) * level.read_pj;
                level_energy += std::ceil(counts.fills / level.block) * level.write_pj;
                level_energy += std::ceil(counts.updates / level.block) * level.write_pj;
            }
            const bool clusters = level.charge_clusters > 0 && level.charge_clusters < instances_of[i];
            energy += level_energy * (clusters ? level.charge_clusters : instances_of[i]);
            if (level.read_bandwidth > 0) cycles = std::max(cycles, read / level.read_bandwidth);
            if (level.write_bandwidth > 0) cycles = std::max(cycles, written / level.write_bandwidth);
        }
        const double nests = m_shape.size[G] / spread_groups * double(m_shape.repeats);
        result.cycles = std::floor(cycles) * nests;
        result.energy_pj = energy * nests;
    }

    const Machine& m_machine;
    const NestShape& m_shape;
    const Mapping& m_mapping;
};

} // namespace cutline::loopnest::testing
