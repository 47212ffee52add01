// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace cutline {
namespace {

struct Scale {
    std::string_view name; ///< as typed and shown
    double factor;         ///< SI units in one of these
    bool shown;            ///< used for output
};

// Within each table the shown scales ascend.
constexpr std::array kSeconds{Scale{"ns", 1e-9, true}, Scale{"us", 1e-6, false}, Scale{"\xC2\xB5s", 1e-6, true},
                              Scale{"\xCE\xBCs", 1e-6, false}, Scale{"ms", 1e-3, true}, Scale{"s", 1, true},
                              Scale{"min", 60, false}};
constexpr std::array kJoules{Scale{"pJ", 1e-12, true}, Scale{"nJ", 1e-9, true}, Scale{"uJ", 1e-6, false},
                             Scale{"\xC2\xB5J", 1e-6, true}, Scale{"mJ", 1e-3, true}, Scale{"J", 1, true}};
constexpr std::array kWatts{Scale{"uW", 1e-6, false}, Scale{"\xC2\xB5W", 1e-6, true}, Scale{"mW", 1e-3, true},
                            Scale{"W", 1, true}, Scale{"kW", 1e3, true}};
constexpr std::array kBytes{Scale{"B", 1, true},          Scale{"kB", 1e3, false},        Scale{"KB", 1e3, false},
                            Scale{"MB", 1e6, false},      Scale{"GB", 1e9, false},        Scale{"KiB", 1024.0, true},
                            Scale{"MiB", 1048576.0, true}, Scale{"GiB", 1073741824.0, true}};
constexpr std::array kHertz{Scale{"Hz", 1, false},  Scale{"fps", 1, false}, Scale{"/s", 1, true},
                            Scale{"1/s", 1, false}, Scale{"kHz", 1e3, false}, Scale{"MHz", 1e6, false},
                            Scale{"GHz", 1e9, false}};
constexpr std::array kBitRates{Scale{"bit/s", 1, true},    Scale{"bps", 1, false},      Scale{"kbit/s", 1e3, true},
                               Scale{"kbps", 1e3, false},  Scale{"Mbit/s", 1e6, true},  Scale{"Mbps", 1e6, false},
                               Scale{"Gbit/s", 1e9, true}, Scale{"Gbps", 1e9, false},   Scale{"Tbit/s", 1e12, true}};
constexpr std::array kByteRates{Scale{"B/s", 1, true}, Scale{"kB/s", 1e3, true}, Scale{"MB/s", 1e6, true},
                                Scale{"GB/s", 1e9, true}, Scale{"TB/s", 1e12, true}};
constexpr std::array kMacRates{Scale{"MAC/s", 1, true}, Scale{"kMAC/s", 1e3, true}, Scale{"MMAC/s", 1e6, true},
                               Scale{"GMAC/s", 1e9, true}, Scale{"TMAC/s", 1e12, true},
                               // An operation is a multiplication or an addition: two of them are a MAC.
                               Scale{"GOPS", 0.5e9, false},  Scale{"TOPS", 0.5e12, false}};
constexpr std::array kFractions{Scale{"%", 0.01, true}};
constexpr std::array kMetres{Scale{"mm", 1e-3, true}, Scale{"cm", 1e-2, false}, Scale{"m", 1, true},
                             Scale{"km", 1e3, true}};
constexpr std::array kMacs{Scale{"MAC", 1, true}, Scale{"kMAC", 1e3, true}, Scale{"MMAC", 1e6, true},
                           Scale{"GMAC", 1e9, true}, Scale{"TMAC", 1e12, true}};
constexpr std::array kCounts{Scale{"", 1, true}, Scale{"k", 1e3, true}, Scale{"M", 1e6, true}, Scale{"G", 1e9, true}};

std::span<const Scale> scales(Unit unit)
{
    switch (unit) {
    case Unit::Second: return kSeconds;
    case Unit::Joule: return kJoules;
    case Unit::Watt: return kWatts;
    case Unit::Byte: return kBytes;
    case Unit::Hertz: return kHertz;
    case Unit::BitPerSecond: return kBitRates;
    case Unit::BytePerSecond: return kByteRates;
    case Unit::MacPerSecond: return kMacRates;
    case Unit::Fraction: return kFractions;
    case Unit::Metre: return kMetres;
    case Unit::Mac: return kMacs;
    case Unit::Count: return kCounts;
    case Unit::None: break;
    }
    return {};
}

const Scale* shownScale(double value, Unit unit)
{
    // A value that would round to 1000 of a unit reads better as 1 of the next.
    const double magnitude = std::abs(value) * 1.0005;
    const Scale* best = nullptr;
    const Scale* base = nullptr;
    for (const Scale& s : scales(unit)) {
        if (!s.shown) continue;
        if (!best || magnitude >= s.factor) best = &s;
        if (s.factor == 1) base = &s;
    }
    return value == 0 && base ? base : best;
}

constexpr std::string_view kNarrowSpace = "\xE2\x80\xAF";
constexpr std::string_view kMinus = "\xE2\x88\x92";

} // namespace

Result<double> parseQuantity(std::string_view text, Unit unit)
{
    const std::string_view whole = trimmed(text);
    std::size_t end = whole.size();
    // The unit is what follows the longest prefix that is a number.
    double value = 0;
    while (end > 0 && !parseNumber(whole.substr(0, end), value)) --end;
    std::string list;
    for (const Scale& s : scales(unit)) list += (list.empty() ? "" : ", ") + std::string(s.name);
    const Error bad{printable(text), "not a quantity", list.empty() ? "give a number" : "give a number in " + list};
    if (end == 0) return bad;
    const std::string_view name = trimmed(whole.substr(end));
    if (name.empty()) return value;
    for (const Scale& s : scales(unit))
        if (s.name == name) return value * s.factor;
    return bad;
}

std::string formatNumber(double value, int digits)
{
    if (!std::isfinite(value)) return "\xE2\x80\x93";
    if (value == 0) return "0";
    std::array<char, 400> buffer{};
    // The exponent after rounding: 0.9999 with three digits is 1.00, not 1.000.
    std::snprintf(buffer.data(), buffer.size(), "%.*e", digits - 1, std::abs(value));
    const int exponent = std::atoi(std::string(buffer.data()).substr(std::string(buffer.data()).find('e') + 1).c_str());
    const int decimals = std::clamp(digits - 1 - exponent, 0, 12);
    std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, std::abs(value));
    std::string number = buffer.data();
    // snprintf follows the C locale of the program; a comma must not appear in a number that is SI.
    std::replace(number.begin(), number.end(), ',', '.');
    return value < 0 ? std::string(kMinus) + number : number;
}

QuantityText formatParts(double value, Unit unit)
{
    const Scale* scale = shownScale(value, unit);
    if (!scale || !std::isfinite(value)) return {formatNumber(value), {}};
    return {formatNumber(value / scale->factor), std::string(scale->name)};
}

std::string formatQuantity(double value, Unit unit)
{
    const QuantityText parts = formatParts(value, unit);
    return parts.unit.empty() ? parts.number : parts.number + std::string(kNarrowSpace) + parts.unit;
}

UnitScale scaleFor(double largest, Unit unit)
{
    const Scale* scale = shownScale(largest, unit);
    if (!scale) return {};
    return {1 / scale->factor, std::string(scale->name)};
}

} // namespace cutline
