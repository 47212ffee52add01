// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

namespace cutline {

/// Energies of memories and multipliers for accelerators that nobody has measured, from tables of CACTI 7 (SRAM: 22, 32,
/// 45, 65 nm, 1 KiB to 1 MiB, 16 to 256 bit) and of Accelergy's Aladdin plug-in (logic, 45 nm). Estimates.

struct AccessEnergy {
    double read_pj = 0, write_pj = 0;
};

/// Of one access of `width_bits` to a memory of `bytes`. From 1 KiB up an SRAM, interpolated in the logarithms of size,
/// width and node; narrower than 16 bit as 16; wider than 256 bit as arrays side by side. Below 1 KiB registers:
/// 0.009 pJ a bit; from two entries on 0.029/32 pJ * entries * ceil(log2 entries) for the comparators and 0.0488 pJ
/// for the address more; scaled from 45 nm as a 1 KiB SRAM is. Errors (without a place): outside of the tables.
Result<AccessEnergy> accessEnergy(double node_nm, double bytes, double width_bits);

/// Of an integer multiply-accumulate: (0.0084277 w^2 + 0.002678 w) pJ for w bits at 45 nm, scaled as registers are.
Result<double> macEnergy(double node_nm, double bits);

/// Of an access to off-chip memory, LPDDR4: 8 pJ a bit [Accelergy CACTI plug-in], whatever the node of the chip.
double dramEnergy(double width_bits);

} // namespace cutline
