// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/platform.h"

namespace cutline {

/// What a data sheet says of an accelerator, and what one thinks of it.
struct DataSheet {
    std::string name, title;
    std::string source;                       ///< "data sheet, rev. 1.2": stands with each number
    std::string type = "int8";                ///< of the peak: "int4", "int8", "int16", "float16", "float32"
    std::optional<double> peak_macs_per_s;    ///< as printed; 1 TOPS = 0.5e12
    bool sparse = false;                      ///< printed for 2 of 4 weights zero: a dense network gets half
    std::optional<double> nominal_clock_hz;   ///< that the peak is printed for; absent: the likely sustained one
    std::optional<double> clock_low_hz, clock_likely_hz, clock_high_hz; ///< sustained
    std::optional<double> bandwidth_bytes_per_s, memory_bytes, busy_power_w, idle_power_w;
};

/// A roofline descriptor out of it.
///   peak   = printed peak * (1/2 where sparse) * likely clock / nominal clock
///   spread = sqrt(s0^2 + s^2), s = ln(high / low) / (2 * 1.645)
/// the range of clocks being the central 90 % of a log-normal one, s0 = 0.4 what a roofline is wrong by anyway
/// (core/cost/uncertainty.h). Shares of the peak that layers reach are assumed as for other platforms of that kind (0.35 of
/// convolutions and fully connected layers, 0.1 of depthwise ones), each number with its note. Errors name the field: no
/// name, no peak, clocks that are not in order.
Result<Platform> platformOf(const DataSheet& sheet);

} // namespace cutline
