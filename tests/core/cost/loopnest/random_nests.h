// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/analysis.h"
#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

/// Small machines and shapes drawn at random, and every mapping they have, by plain recursion.
namespace cutline::loopnest::testing {

class Dice {
public:
    explicit Dice(std::uint32_t seed) : m_engine(seed) {}
    std::uint32_t upTo(std::uint32_t most) { return std::uint32_t(m_engine() % (most + 1)); }
    std::uint32_t between(std::uint32_t least, std::uint32_t most) { return least + upTo(most - least); }
    bool chance(std::uint32_t percent) { return m_engine() % 100 < percent; }
    template <class T> T oneOf(std::initializer_list<T> values) { return *(values.begin() + upTo(std::uint32_t(values.size()) - 1)); }
    std::string letters(std::string_view from, std::uint32_t percent)
    {
        std::string some;
        for (const char letter : from)
            if (chance(percent)) some += letter;
        return some;
    }
    std::mt19937& engine() { return m_engine; }

private:
    std::mt19937 m_engine;
};

/// Two to four levels; numbers that leave no rounding in doubt.
inline LoopNest randomDescriptor(Dice& dice)
{
    LoopNest nest;
    nest.e_mac_pj = dice.upTo(8) * 0.25;
    nest.first_fill = dice.chance(40);
    const std::uint32_t on_chip = dice.between(1, 3);
    for (std::uint32_t i = 0; i <= on_chip; ++i) {
        LoopNest::Level level;
        const bool off_chip = i == on_chip;
        level.name = "level" + std::to_string(i);
        if (!off_chip && dice.chance(80)) level.words = dice.between(2, 20) * (i + 1) * (i + 1);
        level.keeps = off_chip ? "WIO" : dice.letters("WIO", 60);
        level.block = dice.oneOf({1, 2, 4, 3});
        level.read_pj = dice.upTo(16) * 0.5 * (i + 1);
        level.write_pj = dice.upTo(16) * 0.5 * (i + 1);
        level.read_words_per_cycle = dice.oneOf({0, 0, 1, 2, 4});
        level.write_words_per_cycle = dice.oneOf({0, 0, 1, 2, 4});
        level.charge_clusters = dice.oneOf({0, 0, 0, 2});
        if (dice.chance(60)) {
            level.fan_out = dice.between(2, 6);
            level.fan_out_dims = dice.letters("CMRSPQ", 35) + (dice.chance(25) ? "G" : "");
            if (level.fan_out_dims.find('C') != std::string::npos && dice.chance(25)) level.fan_out_max["C"] = 2;
            if (level.fan_out_dims.find('M') != std::string::npos && dice.chance(15)) level.fan_out_fixed["M"] = 2;
        }
        level.loops = off_chip ? dice.letters("CMPQ", 85) : dice.letters("CMRSPQ", 50);
        if (!off_chip && dice.chance(20)) level.all_of = dice.letters("RSP", 50);
        if (dice.chance(60)) {
            for (std::uint32_t n = dice.between(1, 3); n > 0; --n) {
                std::string order = level.loops;
                std::shuffle(order.begin(), order.end(), dice.engine());
                level.orders.push_back(order);
            }
        }
        nest.levels.push_back(level);
    }
    return nest;
}

inline NestShape randomShape(Dice& dice, std::uint32_t largest)
{
    NestShape shape;
    for (std::size_t dim = 0; dim < G; ++dim) shape.size[dim] = dice.chance(35) ? 1 : dice.between(1, largest);
    shape.size[R] = dice.between(1, 3);
    shape.size[S] = dice.chance(70) ? 1 : dice.between(1, 3);
    if (dice.chance(30)) shape.size[G] = dice.between(1, 4);
    shape.stride_p = dice.between(1, 3);
    shape.stride_q = dice.between(1, 2);
    shape.dilation_r = dice.between(1, 2);
    shape.dilation_s = dice.between(1, 2);
    if (dice.chance(20)) shape.repeats = 3;
    return shape;
}

/// Calls `visit` with every mapping of the shape; false if there are more than `limit` of them.
class EveryMapping {
public:
    EveryMapping(const Machine& machine, const NestShape& shape, std::function<void(const Mapping&)> visit, std::size_t limit)
        : m_machine(machine), m_shape(shape), m_visit(std::move(visit)), m_limit(limit)
    {
        m_mapping.size = shape.size;
        m_mapping.levels.resize(machine.levels.size());
    }
    bool run() { return factors(0, 0, m_shape.size); }

private:
    /// Slot by slot: per level first the fan-out's dims, then the loops'.
    bool factors(std::size_t level, std::size_t slot, Sizes left)
    {
        if (level == m_machine.levels.size()) {
            for (std::size_t dim = 0; dim < G; ++dim)
                if (left[dim] > 1) return true;
            return orders(0);
        }
        if (slot == 2 * kDims) return factors(level + 1, 0, left);
        const std::size_t dim = slot % kDims;
        const MachineLevel& machine = m_machine.levels[level];
        const bool spatial = slot < kDims;
        LevelMapping& mapping = m_mapping.levels[level];
        std::uint32_t& factor = spatial ? mapping.spatial[dim] : mapping.temporal[dim];
        const bool allowed = ((spatial ? machine.spatial : machine.temporal) & bit(dim)) != 0;
        for (factor = 1; factor <= (allowed ? left[dim] : 1); ++factor) {
            if (left[dim] % factor != 0) continue;
            Sizes rest = left;
            rest[dim] /= factor;
            if (!factors(level, slot + 1, rest)) return false;
        }
        factor = 1;
        return true;
    }

    bool orders(std::size_t level)
    {
        if (level == m_machine.levels.size()) {
            if (whyInvalid(m_machine, m_shape, m_mapping)) return true;
            m_visit(m_mapping);
            return ++m_count < m_limit;
        }
        LevelMapping& mapping = m_mapping.levels[level];
        std::vector<std::uint8_t> loops, rest;
        for (std::uint8_t dim = 0; dim < G; ++dim) (mapping.temporal[dim] > 1 ? loops : rest).push_back(dim);
        do {
            std::copy(loops.begin(), loops.end(), mapping.order.begin());
            std::copy(rest.begin(), rest.end(), mapping.order.begin() + std::ptrdiff_t(loops.size()));
            if (!orders(level + 1)) return false;
        } while (std::next_permutation(loops.begin(), loops.end()));
        return true;
    }

    const Machine& m_machine;
    const NestShape& m_shape;
    std::function<void(const Mapping&)> m_visit;
    std::size_t m_limit, m_count = 0;
    Mapping m_mapping;
};

} // namespace cutline::loopnest::testing
