// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/data_sheet.h"

#include "core/base/quantity.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cutline {
namespace {

constexpr double kRooflineSpread = 0.4;
constexpr double kCentral90 = 1.645; ///< standard deviations to either side
constexpr double kDense = 0.35, kDepthwise = 0.1;

struct Type {
    std::string_view name;
    int bits;
};
constexpr std::array kPeakTypes{Type{"int4", 4}, Type{"int8", 8}, Type{"int16", 16}, Type{"float16", 16},
                            Type{"float32", 32}};

std::optional<Error> clockProblem(const DataSheet& sheet) {
    const auto wrong = [](const char* field, std::string what) {
        return Error{field, std::move(what), "give low <= likely <= high"};
    };
    if ((sheet.clock_low_hz || sheet.clock_high_hz) && !sheet.clock_likely_hz)
        return wrong("likely clock", "is not given, but its range is");
    if (sheet.clock_low_hz && *sheet.clock_low_hz > *sheet.clock_likely_hz)
        return wrong("lowest clock", "is above the likely one");
    if (sheet.clock_high_hz && *sheet.clock_high_hz < *sheet.clock_likely_hz)
        return wrong("highest clock", "is below the likely one");
    if (sheet.nominal_clock_hz && !sheet.clock_likely_hz)
        return wrong("likely clock", "is not given, but the one that the peak is printed for is");
    return std::nullopt;
}

std::optional<Error> numberProblem(const DataSheet& sheet) {
    const std::pair<const char*, std::optional<double>> positive[] = {
        {"peak", sheet.peak_macs_per_s},
        {"clock of the peak", sheet.nominal_clock_hz},
        {"lowest clock", sheet.clock_low_hz},
        {"likely clock", sheet.clock_likely_hz},
        {"highest clock", sheet.clock_high_hz},
        {"bandwidth", sheet.bandwidth_bytes_per_s},
        {"memory", sheet.memory_bytes},
        {"power while busy", sheet.busy_power_w},
        {"node", sheet.node_nm},
        {"on-chip memory", sheet.buffer_bytes},
        {"access width", sheet.buffer_width_bits}};
    for (const auto& [field, value] : positive)
        if (value && !(std::isfinite(*value) && *value > 0)) return Error{field, "is not above 0", "give another number"};
    return std::nullopt;
}

double likelyPeak(const DataSheet& sheet) {
    const double dense = *sheet.peak_macs_per_s * (sheet.sparse ? 0.5 : 1);
    return sheet.nominal_clock_hz ? dense * *sheet.clock_likely_hz / *sheet.nominal_clock_hz : dense;
}

std::string peakNote(const DataSheet& sheet, const std::string& source) {
    std::string note = source + ": " + numberText(*sheet.peak_macs_per_s * 2e-12) + " TOPS";
    if (sheet.sparse) note += " sparse, half of it dense";
    if (sheet.nominal_clock_hz)
        note += ", at " + numberText(*sheet.nominal_clock_hz * 1e-6) + " MHz scaled to " +
                numberText(*sheet.clock_likely_hz * 1e-6) + " MHz";
    return note;
}

double at(const LikelyRange& range, SheetBound bound) {
    const double likely = range.likely.value_or(0);
    return bound == SheetBound::Low ? range.low.value_or(likely) : bound == SheetBound::High ? range.high.value_or(likely) : likely;
}

/// "0.56 pJ, 0.28 to 1.1 in 90 of 100 cases"
std::string rangeText(const LikelyRange& range, double unit, const char* name) {
    std::string words = formatNumber(*range.likely / unit) + " " + name;
    if (range.low != range.high)
        words += ", " + formatNumber(*range.low / unit) + " to " + formatNumber(*range.high / unit) + " in 90 of 100 cases";
    return words;
}

/// MACs that one read of an operand feeds in a square array.
double reuse(const Platform& platform) {
    return std::max(1.0, std::sqrt(platform.roofline->peaks.front().macs_per_s / *platform.clock_hz));
}

std::optional<Error> putEnergies(Platform& platform, const DataSheet& sheet, const SheetEnergies& energies, SheetBound bound) {
    if (!energies.mac.joules.likely) return std::nullopt;
    if (sheet.busy_power_w)
        return Error{"power while busy", "stands beside energies, which say the same", "give one of the two"};
    constexpr double kPico = 1e-12;
    Roofline& roofline = *platform.roofline;
    roofline.pj_per_mac = at(energies.mac.joules, bound) / kPico;
    std::string words = rangeText(energies.mac.joules, kPico, "pJ") + " (" + energies.mac.source + ")";
    const SheetEnergy& buffer = energies.buffer_byte;
    if (buffer.joules.likely) {
        if (!platform.clock_hz)
            return Error{"likely clock", "is not given, but how often a byte of the on-chip memory is used follows from it",
                         "give it, or leave the on-chip memory out"};
        const double bytes = 2 * platform.weight_bits / 8.0 / reuse(platform);
        roofline.pj_per_mac += bytes * at(buffer.joules, bound) / kPico;
        words += " and " + formatNumber(bytes) + " bytes of on-chip memory, each " + rangeText(buffer.joules, kPico, "pJ") +
                 " (" + buffer.source + "), every operand feeding " + formatNumber(reuse(platform)) + " MACs of a square array";
    }
    roofline.pj_per_byte = at(energies.dram_byte.joules, bound) / kPico;
    const bool as_given = !energies.mac.estimated && !buffer.joules.likely;
    const Mark estimate = Mark::Computed;
    platform.notes.push_back({"roofline.pj_per_mac", as_given ? Mark::Named : estimate,
                              (energies.mac.estimated || buffer.estimated ? "estimate: " : "") + words});
    platform.notes.push_back({"roofline.pj_per_byte", energies.dram_byte.estimated ? estimate : Mark::Named,
                              (energies.dram_byte.estimated ? "estimate: " : "") +
                                  rangeText(energies.dram_byte.joules, kPico, "pJ") + " (" + energies.dram_byte.source + ")"});
    return std::nullopt;
}

} // namespace

Result<Platform> platformOf(const DataSheet& sheet, SheetBound bound) {
    Platform platform;
    platform.name = std::string(trimmed(printable(sheet.name)));
    if (platform.name.empty()) return Error{"name", "is missing", "give the platform one"};
    const auto type = std::find_if(kPeakTypes.begin(), kPeakTypes.end(), [&](const Type& t) { return t.name == sheet.type; });
    if (type == kPeakTypes.end()) return Error{"precision", "is none of int4, int8, int16, float16, float32", "choose one"};
    if (!sheet.peak_macs_per_s) return Error{"peak", "is missing", "give it in TOPS or MAC/s"};
    if (auto error = numberProblem(sheet)) return *error;
    if (auto error = clockProblem(sheet)) return *error;
    const auto energies = energiesOf(sheet);
    if (!energies) return energies.error();

    const std::string source = sheet.source.empty() ? "data sheet, typed in by hand" : printable(sheet.source);
    const auto note = [&](const char* field, Mark mark, std::string words) {
        platform.notes.push_back({field, mark, std::move(words)});
    };
    platform.descriptor = platform.name;
    platform.title = printable(sheet.title);
    platform.weight_bits = platform.activation_bits = type->bits;
    note("weight_bits", Mark::Named, source);
    note("activation_bits", Mark::Named, source);
    platform.clock_hz = sheet.clock_likely_hz;
    if (platform.clock_hz) note("clock_hz", Mark::Assumed, "sustained, as estimated by hand");
    if (sheet.memory_bytes) {
        platform.memories = {{"memory", sheet.memory_bytes, 0}};
        note("memory", Mark::Named, source);
    }
    if (const LikelyRange& idle = sheet.idle_power_w; idle.likely) {
        platform.idle_power_w = at(idle, bound);
        const LikelyRange whole{idle.low.value_or(*idle.likely), idle.likely, idle.high.value_or(*idle.likely)};
        note("idle_power_w", Mark::Named, whole.low == whole.high ? source : rangeText(whole, 1, "W") + "; " + source);
    }
    Roofline& roofline = platform.roofline.emplace();
    roofline.peaks = {{sheet.type, likelyPeak(sheet)}};
    const bool as_printed = !sheet.sparse && !sheet.nominal_clock_hz;
    note("roofline.peak", as_printed ? Mark::Named : Mark::Computed, peakNote(sheet, source));
    roofline.efficiency = {{"conv", kDense}, {"depthwise", kDepthwise}, {"fc", kDense}};
    note("roofline.efficiency", Mark::Assumed, "place holder until measured");
    roofline.bandwidth_bytes_per_s = sheet.bandwidth_bytes_per_s;
    if (sheet.bandwidth_bytes_per_s) note("roofline.bandwidth_bytes_per_s", Mark::Named, source);
    roofline.busy_power_w = sheet.busy_power_w;
    if (sheet.busy_power_w) note("roofline.busy_power_w", Mark::Named, source);
    if (sheet.clock_likely_hz && (sheet.clock_low_hz || sheet.clock_high_hz)) {
        const double low = sheet.clock_low_hz.value_or(*sheet.clock_likely_hz);
        const double high = sheet.clock_high_hz.value_or(*sheet.clock_likely_hz);
        platform.uncertainty.platform = std::hypot(kRooflineSpread, std::log(high / low) / (2 * kCentral90));
        note("uncertainty.platform", Mark::Computed,
             "a roofline's 0.4 and the sustained clock, 90 % between " + numberText(low * 1e-6) + " and " +
                 numberText(high * 1e-6) + " MHz");
    }
    if (auto error = putEnergies(platform, sheet, *energies, bound)) return *error;
    return platform;
}

} // namespace cutline
