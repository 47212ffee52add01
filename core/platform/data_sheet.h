// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/platform.h"

namespace cutline {

/// A figure as a person estimates it: the range is to hold it in 90 of 100 cases. Absent: not known.
struct LikelyRange {
    std::optional<double> low{}, likely{}, high{};
    bool empty() const { return !low && !likely && !high; }
    friend bool operator==(const LikelyRange&, const LikelyRange&) = default;
};

/// What a data sheet says of an accelerator, and what one thinks of it.
struct DataSheet {
    std::string name, title;
    std::string source;                       ///< "data sheet, rev. 1.2": stands with each number
    std::string type = "int8";                ///< of the peak: "int4", "int8", "int16", "float16", "float32"
    std::optional<double> peak_macs_per_s;    ///< as printed; 1 TOPS = 0.5e12
    bool sparse = false;                      ///< printed for 2 of 4 weights zero: a dense network gets half
    std::optional<double> nominal_clock_hz;   ///< that the peak is printed for; absent: the likely sustained one
    std::optional<double> clock_low_hz, clock_likely_hz, clock_high_hz; ///< sustained
    std::optional<double> bandwidth_bytes_per_s, memory_bytes, busy_power_w;
    LikelyRange idle_power_w;
    // Energies, in place of the power while busy. With a node, those that are not given are looked up.
    std::optional<double> node_nm;
    std::optional<double> buffer_bytes;       ///< on-chip memory that operands are read from
    std::optional<double> buffer_width_bits;  ///< of an access to it; absent: 64
    LikelyRange mac_j, buffer_j_per_byte, dram_j_per_byte;
};

/// An energy of a data sheet as it counts.
struct SheetEnergy {
    LikelyRange joules;   ///< whole where it is known at all
    bool estimated = false;
    std::string source;   ///< what it was looked up for, or the data sheet
};
struct SheetEnergies {
    SheetEnergy mac, buffer_byte, dram_byte;
};
/// What is given, and of the rest, where a node or any energy is given, what the tables of access_energy.h say:
///   MAC            macEnergy() of the type's width; of floating point 32.328/8.7157 times that, as the tables' fp32 is
///                  (assumed of fp16)
///   on-chip byte   8/width of a read of accessEnergy(), where an on-chip memory is given
///   off-chip byte  dramEnergy(8): LPDDR4
/// An estimate may be wrong by a factor of two either way (assumed). Errors name the field: no node to look up by, outside of
/// the tables, ranges that are not in order.
Result<SheetEnergies> energiesOf(const DataSheet& sheet);

/// Which end of the ranges of energies and idle power.
enum class SheetBound { Low, Likely, High };

/// A roofline descriptor out of it.
///   peak   = printed peak * (1/2 where sparse) * likely clock / nominal clock
///   spread = sqrt(s0^2 + s^2), s = ln(high / low) / (2 * 1.645)
/// the range of clocks being the central 90 % of a log-normal one, s0 = 0.4 what a roofline is wrong by anyway
/// (core/cost/uncertainty.h). Shares of the peak that layers reach are assumed as for other platforms of that kind (0.35 of
/// convolutions and fully connected layers, 0.1 of depthwise ones), each number with its note.
///   energy of a MAC  = e_mac + 2 operands * bytes * e_buffer / r, r = max(1, sqrt(peak / clock))
/// as in a square array each operand that is read feeds a row or a column of r; e_buffer 0 where no on-chip memory is given.
///   energy of a byte = e_dram
/// Errors name the field: no name, no peak, clocks that are not in order, a busy power beside energies.
Result<Platform> platformOf(const DataSheet& sheet, SheetBound bound = SheetBound::Likely);

} // namespace cutline
