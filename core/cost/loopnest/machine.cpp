// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/machine.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace cutline::loopnest {

namespace {

std::optional<DimSet> dimSet(const std::string& letters, std::string_view known)
{
    DimSet set = 0;
    for (const char letter : letters) {
        if (known.find(letter) == std::string_view::npos) return std::nullopt;
        set = static_cast<DimSet>(set | bit(kDimNames.find(letter)));
    }
    return set;
}

constexpr std::string_view kLoopDims = kDimNames.substr(0, G);

/// What checking one level needs to word an error.
struct Check {
    const LoopNest::Level& from;
    std::string where;

    Error error(std::string what, std::string fix = {}) const { return {where, std::move(what), std::move(fix)}; }
};

bool isCount(double value) { return std::isfinite(value) && value >= 0; }

Result<void> readNumbers(const Check& check, bool double_buffered, MachineLevel& level)
{
    const LoopNest::Level& from = check.from;
    const auto bad = [&](double value, const char* field) {
        return check.error(std::string(field) + ": " + numberText(value) + " is not a number from 0 up");
    };
    if (!isCount(from.read_pj)) return bad(from.read_pj, "read_pj");
    if (!isCount(from.write_pj)) return bad(from.write_pj, "write_pj");
    if (!isCount(from.read_words_per_cycle)) return bad(from.read_words_per_cycle, "read_words_per_cycle");
    if (!isCount(from.write_words_per_cycle)) return bad(from.write_words_per_cycle, "write_words_per_cycle");
    if (!isCount(from.charge_clusters)) return bad(from.charge_clusters, "charge_clusters");
    if (!isCount(from.block) || from.block <= 0)
        return check.error("block: " + numberText(from.block) + " words per access", "give 1 or more");
    if (from.words) {
        if (!isCount(*from.words)) return bad(*from.words, "words");
        // A register of one word cannot be halved: it takes turns within the cycle.
        level.capacity = double_buffered ? std::max(1.0, std::floor(*from.words / 2)) : *from.words;
    }
    level.block = from.block;
    level.read_pj = from.read_pj;
    level.write_pj = from.write_pj;
    level.read_bandwidth = from.read_words_per_cycle;
    level.write_bandwidth = from.write_words_per_cycle;
    level.charge_clusters = from.charge_clusters;
    return {};
}

Result<void> readFanOut(const Check& check, MachineLevel& level)
{
    const LoopNest::Level& from = check.from;
    if (from.fan_out < 1) return check.error("fan_out: 0", "give 1 or more");
    level.fan_out = from.fan_out;
    const auto spatial = dimSet(from.fan_out_dims, kDimNames);
    if (!spatial) return check.error("fan_out_dims: \"" + from.fan_out_dims + "\"", "use letters of CMRSPQG");
    level.spatial = *spatial;
    const auto perDim = [&](const std::map<std::string, std::uint32_t>& factors, const char* field,
                            Sizes& sizes) -> Result<void> {
        for (const auto& [dim, factor] : factors) {
            const auto at = dim.size() == 1 ? kDimNames.find(dim[0]) : std::string_view::npos;
            if (at == std::string_view::npos || (level.spatial & bit(at)) == 0)
                return check.error(std::string(field) + ": \"" + dim + "\" does not spread over this fan-out",
                                   "name one of \"" + from.fan_out_dims + "\"");
            if (factor < 1) return check.error(std::string(field) + ": " + dim + " 0", "give 1 or more");
            sizes[at] = factor;
        }
        return {};
    };
    if (auto read = perDim(from.fan_out_max, "fan_out_max", level.spatial_max); !read) return read;
    return perDim(from.fan_out_fixed, "fan_out_fixed", level.spatial_fixed);
}

Result<void> readOrders(const Check& check, MachineLevel& level)
{
    for (const std::string& text : check.from.orders) {
        const auto dims = dimSet(text, kLoopDims);
        if (!dims) return check.error("orders: \"" + text + "\"", "use letters of CMRSPQ");
        std::vector<std::uint8_t> order;
        for (const char letter : text) {
            const auto dim = static_cast<std::uint8_t>(kDimNames.find(letter));
            if (std::find(order.begin(), order.end(), dim) != order.end())
                return check.error("orders: \"" + text + "\" names " + letter + " twice");
            order.push_back(dim);
        }
        if ((level.temporal & ~*dims) != 0)
            return check.error("orders: \"" + text + "\" leaves out a dim of \"" + check.from.loops + "\"");
        std::erase_if(order, [&](std::uint8_t dim) { return (level.temporal & bit(dim)) == 0; });
        level.orders.push_back(std::move(order));
    }
    if (level.orders.empty()) {
        level.free_order = level.temporal;
        return {};
    }
    // What the orders do not agree on from the inside out.
    std::size_t common = level.orders.front().size();
    for (const auto& order : level.orders) {
        const auto differs = std::mismatch(order.begin(), order.end(), level.orders.front().begin()).first;
        common = std::min(common, static_cast<std::size_t>(differs - order.begin()));
    }
    for (std::size_t i = common; i < level.orders.front().size(); ++i)
        level.free_order = static_cast<DimSet>(level.free_order | bit(level.orders.front()[i]));
    return {};
}

Result<MachineLevel> readLevel(const Check& check, bool double_buffered)
{
    MachineLevel level;
    level.name = check.from.name;
    if (auto read = readNumbers(check, double_buffered, level); !read) return read.error();
    for (const char letter : check.from.keeps) {
        const auto operand = kOperandNames.find(letter);
        if (operand == std::string_view::npos)
            return check.error("keeps: \"" + check.from.keeps + "\"", "use letters of WIO");
        level.keeps[operand] = true;
    }
    if (auto read = readFanOut(check, level); !read) return read.error();
    const auto loops = dimSet(check.from.loops, kLoopDims);
    if (!loops) return check.error("loops: \"" + check.from.loops + "\"", "use letters of CMRSPQ");
    const auto all_of = dimSet(check.from.all_of, kLoopDims);
    if (!all_of) return check.error("all_of: \"" + check.from.all_of + "\"", "use letters of CMRSPQ");
    level.temporal = *loops;
    level.all_of = *all_of;
    if (auto read = readOrders(check, level); !read) return read.error();
    return level;
}

/// A dim that is finished at a level neither loops nor spreads further out.
void closeFinishedDims(std::vector<MachineLevel>& levels)
{
    DimSet finished = 0;
    for (MachineLevel& level : levels) {
        level.spatial = static_cast<DimSet>(level.spatial & ~finished);
        level.temporal = static_cast<DimSet>(level.temporal & ~finished);
        level.free_order = static_cast<DimSet>(level.free_order & ~finished);
        for (auto& order : level.orders)
            std::erase_if(order, [&](std::uint8_t dim) { return (finished & bit(dim)) != 0; });
        finished = static_cast<DimSet>(finished | level.all_of);
    }
}

} // namespace

int Machine::childOf(std::size_t level, Operand operand) const
{
    int child = static_cast<int>(level) - 1;
    while (child >= 0 && !levels[static_cast<std::size_t>(child)].keeps[operand]) --child;
    return child;
}

Result<Machine> compileMachine(const LoopNest& descriptor, double clock_hz, const std::string& name,
                               MachineOptions options)
{
    const std::string where = name + ", loop_nest";
    if (!std::isfinite(clock_hz) || clock_hz <= 0) return Error{name, "no clock for its loop nest", "give clock_hz"};
    if (descriptor.levels.size() < 2 || descriptor.levels.size() > kMaxLevels)
        return Error{where, std::to_string(descriptor.levels.size()) + " levels", "give 2 to 8, the last one off-chip"};
    if (!isCount(descriptor.e_mac_pj) || !isCount(descriptor.static_power_w))
        return Error{where, "e_mac_pj or static_power_w is below 0", "give 0 or more"};
    Machine machine;
    machine.name = name;
    machine.clock_hz = clock_hz;
    machine.mac_pj = options.mac_fallback && descriptor.e_mac_fallback_pj > 0 ? descriptor.e_mac_fallback_pj
                                                                              : descriptor.e_mac_pj;
    machine.static_pj_per_cycle = descriptor.static_power_w / clock_hz * 1e12;
    machine.first_fill = descriptor.first_fill || options.first_fill;
    machine.pad = descriptor.pad;
    for (const LoopNest::Level& from : descriptor.levels) {
        auto level = readLevel({from, where + ", level " + from.name}, descriptor.double_buffered);
        if (!level) return level.error();
        machine.levels.push_back(*std::move(level));
    }
    MachineLevel& off_chip = machine.levels.back();
    if (!std::all_of(off_chip.keeps.begin(), off_chip.keeps.end(), [](bool kept) { return kept; }))
        return Error{where + ", level " + off_chip.name, "the last level keeps \"" + descriptor.levels.back().keeps + "\"",
                     "let it keep WIO"};
    off_chip.capacity = std::numeric_limits<double>::infinity();
    closeFinishedDims(machine.levels);
    return machine;
}

std::string fingerprint(const Machine& machine)
{
    std::string text;
    const auto add = [&](double value) { (text += numberText(value)) += ' '; };
    for (const double value : {machine.clock_hz, machine.mac_pj, machine.static_pj_per_cycle}) add(value);
    if (machine.first_fill) text += "first-fill";
    if (machine.pad) text += " pad";
    text += '\n';
    for (const MachineLevel& level : machine.levels) {
        text += std::isinf(level.capacity) ? "inf " : numberText(level.capacity) + ' ';
        for (const bool kept : level.keeps) text += kept ? '1' : '0';
        text += ' ';
        for (const double value : {level.block, level.read_pj, level.write_pj, level.read_bandwidth,
                                   level.write_bandwidth, level.charge_clusters})
            add(value);
        for (const unsigned value : {level.fan_out, unsigned{level.spatial}, unsigned{level.temporal},
                                     unsigned{level.all_of}, unsigned{level.free_order}})
            add(value);
        for (const Sizes& sizes : {level.spatial_max, level.spatial_fixed})
            for (const std::uint32_t value : sizes) add(value);
        for (const auto& order : level.orders) {
            for (const std::uint8_t dim : order) text += kDimNames[dim];
            text += ' ';
        }
        text += '\n';
    }
    return text;
}

} // namespace cutline::loopnest
