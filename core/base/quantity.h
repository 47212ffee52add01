// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace cutline {

/// What a number measures; SI inside, human units on screen.
enum class Unit {
    None,           ///< a bare number
    Second,         ///< s ms us ns min
    Joule,          ///< J mJ uJ nJ pJ
    Watt,           ///< W mW uW
    Byte,           ///< B kB MB GB KiB MiB GiB
    Hertz,          ///< Hz kHz MHz GHz fps /s
    BitPerSecond,   ///< bit/s kbit/s Mbit/s Gbit/s (also bps)
    BytePerSecond,  ///< B/s kB/s MB/s GB/s
    MacPerSecond,   ///< MAC/s GMAC/s TMAC/s; GOPS TOPS (2 operations per MAC)
    Fraction,       ///< % or a bare fraction
    Metre,          ///< m cm
    Mac,            ///< MAC, kMAC, MMAC, GMAC
    Count,          ///< elements, layers: k M
};

/// "20ms", "2 MiB", "1 Gbit/s", "30fps", "95%": the value in SI. A number without a unit is SI.
/// Error: names the text and the units that would do.
Result<double> parseQuantity(std::string_view text, Unit unit);

/// "9.87 ms": three significant digits, a scale that keeps the number in 1..1000, narrow no-break space, true minus.
std::string formatQuantity(double value, Unit unit);

/// The same in two parts, for the places that set the unit in a smaller type.
struct QuantityText {
    std::string number;
    std::string unit;
};
QuantityText formatParts(double value, Unit unit);

/// A factor and a unit name that suit a whole axis or column whose largest magnitude is `largest`: {1e3, "ms"}.
struct UnitScale {
    double factor = 1;
    std::string name;
};
UnitScale scaleFor(double largest, Unit unit);

/// "0.386" with `digits` significant digits, never in exponent form, true minus sign (U+2212).
std::string formatNumber(double value, int digits = 3);

} // namespace cutline
