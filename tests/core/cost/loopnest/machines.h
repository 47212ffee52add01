// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The machines of the cost model's tests, written down beside the tests so that these stand on their own.
namespace cutline::loopnest::testing {

struct LevelRow {
    const char* name;
    std::optional<double> words;
    const char* keeps;
    double block, read_pj, write_pj, read_bandwidth, write_bandwidth;
    const char* loops;
    const char* all_of;
    std::uint32_t fan_out;
    const char* fan_out_dims;
    std::vector<std::string> orders;
    double charge_clusters = 0;
};

inline LoopNest descriptor(double mac_pj, const std::vector<LevelRow>& rows)
{
    LoopNest nest;
    nest.e_mac_pj = mac_pj;
    for (const LevelRow& row : rows) {
        LoopNest::Level level;
        level.name = row.name;
        level.words = row.words;
        level.keeps = row.keeps;
        level.block = row.block;
        level.read_pj = row.read_pj;
        level.write_pj = row.write_pj;
        level.read_words_per_cycle = row.read_bandwidth;
        level.write_words_per_cycle = row.write_bandwidth;
        level.loops = row.loops;
        level.all_of = row.all_of;
        level.fan_out = row.fan_out;
        level.fan_out_dims = row.fan_out_dims;
        level.orders = row.orders;
        level.charge_clusters = row.charge_clusters;
        nest.levels.push_back(level);
    }
    return nest;
}

/// cost.md, table EYR.
inline LoopNest eyr()
{
    return descriptor(2.20035, {
        {"psum", 16, "O", 1, 0.25083, 0.25083, 2, 2, "M", "", 1, "", {"M"}},
        {"wspad", 192, "W", 1, 1.58552, 1.58552, 2, 2, "CR", "R", 1, "", {"CR"}},
        {"ifspad", 12, "I", 1, 0.23632, 0.23632, 2, 2, "", "", 1, "", {}},
        {"column", {}, "", 1, 0, 0, 0, 0, "", "S", 12, "CMS", {}},
        {"glb", 65536, "IO", 4, 74.1442, 75.2148, 16, 16, "CMP", "P", 14, "MQ", {"CPM"}},
        {"dram", {}, "WIO", 4, 512, 512, 0, 0, "CMQ", "", 1, "", {"CMQ"}},
    });
}

/// cost.md, table SMB, with the MAC of the tables; the published run used the fallback.
inline LoopNest smb()
{
    LoopNest nest = descriptor(0.5608, {
        {"wreg", 1, "W", 1, 0.489008, 0.489008, 0, 0, "PQ", "", 1, "", {"PQ"}, 4},
        {"accu", 128, "O", 1, 1.00522, 1.00522, 0, 0, "M", "", 4, "C", {"M"}},
        {"wbuf", 32768, "W", 8, 44.75984, 44.75984, 0, 0, "CRS", "RS", 1, "", {}},
        {"ibuf", 65536, "I", 8, 97.18672, 97.18672, 0, 0, "", "", 4, "M", {}},
        {"glb", 65536, "IO", 32, 167.0908, 182.7858, 0, 0, "CMPQ", "", 16, "CM", {"CMPQ", "CMQP"}},
        {"dram", {}, "WIO", 8, 512, 512, 0, 0, "CMPQ", "", 1, "", {"CMPQ", "CMQP"}},
    });
    nest.e_mac_fallback_pj = 0.25;
    return nest;
}

inline Machine compiled(const LoopNest& nest, const char* name, double clock_hz = 200e6, MachineOptions options = {})
{
    auto machine = compileMachine(nest, clock_hz, name, options);
    if (!machine) qFatal("%s", machine.error().message().c_str());
    return *std::move(machine);
}

/// As published: first_fill and the fallback MAC.
inline Machine publishedEyr() { return compiled(eyr(), "EYR", 200e6, {.first_fill = true, .mac_fallback = true}); }
inline Machine publishedSmb() { return compiled(smb(), "SMB", 200e6, {.first_fill = true, .mac_fallback = true}); }

inline NestShape convolution(std::uint32_t c, std::uint32_t m, std::uint32_t r, std::uint32_t s, std::uint32_t p,
                             std::uint32_t q, std::uint32_t stride = 1)
{
    NestShape shape;
    shape.size = {c, m, r, s, p, q, 1};
    shape.stride_p = shape.stride_q = stride;
    return shape;
}

} // namespace cutline::loopnest::testing
