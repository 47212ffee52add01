// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/roof.h"

#include "core/cost/loopnest/analysis.h"
#include "core/cost/roofline.h"

#include <algorithm>
#include <limits>

namespace cutline {

double Roof::at(double intensity) const {
    double rate = peak_macs_per_s.value_or(std::numeric_limits<double>::infinity());
    if (bandwidth_bytes_per_s) rate = std::min(rate, *bandwidth_bytes_per_s * intensity);
    return rate;
}

namespace {

/// What a mapping may move to and from off-chip memory, reads and writes side by side; nullopt: no limit, as
/// the published machines have none. `dram_bytes_per_s` is for layers without MACs alone.
std::optional<double> mappedBandwidth(const Platform& platform) {
    if (platform.loop_nest->levels.empty()) return {};
    const LoopNest::Level& memory = platform.loop_nest->levels.back();
    if (!(memory.read_words_per_cycle > 0) || !(memory.write_words_per_cycle > 0)) return {};
    return (memory.read_words_per_cycle + memory.write_words_per_cycle) * platform.weight_bits / 8 *
           platform.clock_hz.value_or(0);
}

} // namespace

Roof roofOf(const Platform& platform) {
    Roof roof;
    if (platform.loop_nest) {
        const auto machine =
            loopnest::compileMachine(*platform.loop_nest, platform.clock_hz.value_or(0), platform.name);
        if (machine) roof.peak_macs_per_s = loopnest::macUnits(*machine) * machine->clock_hz;
        roof.bandwidth_bytes_per_s = mappedBandwidth(platform);
    } else if (platform.roofline) {
        if (const Roofline::Peak* peak = peakFor(*platform.roofline, platform.weight_bits))
            roof.peak_macs_per_s = peak->macs_per_s;
        if (platform.roofline->bandwidth_bytes_per_s)
            roof.bandwidth_bytes_per_s =
                *platform.roofline->bandwidth_bytes_per_s * platform.roofline->bandwidth_efficiency;
    }
    return roof;
}

} // namespace cutline
