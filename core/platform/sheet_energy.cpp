// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/platform/access_energy.h"
#include "core/platform/data_sheet.h"

#include <array>
#include <cmath>

namespace cutline {
namespace {

constexpr double kEstimateFactor = 2; ///< either way
constexpr double kPicojoule = 1e-12;
constexpr double kUsualWidth_bits = 64;

struct NamedRange {
    const char* what; ///< "energy of a MAC"
    const LikelyRange& range;
};

std::optional<Error> rangeProblem(const NamedRange& named) {
    const LikelyRange& range = named.range;
    const std::string what = named.what;
    const std::pair<std::string, const std::optional<double>*> ends[] = {
        {"lowest " + what, &range.low}, {what, &range.likely}, {"highest " + what, &range.high}};
    for (const auto& [field, value] : ends)
        if (*value && !(std::isfinite(**value) && **value >= 0))
            return Error{field, "is below 0", "give another number"};
    if (!range.likely && !range.empty())
        return Error{what, "is not given, but its range is", "give low <= likely <= high"};
    if (range.low && *range.low > *range.likely)
        return Error{ends[0].first, "is above the likely one", "give low <= likely <= high"};
    if (range.high && *range.high < *range.likely)
        return Error{ends[2].first, "is below the likely one", "give low <= likely <= high"};
    return std::nullopt;
}

LikelyRange whole(const LikelyRange& given) {
    return {given.low.value_or(*given.likely), given.likely, given.high.value_or(*given.likely)};
}

SheetEnergy looked(double likely_pj, std::string source) {
    const double likely_j = likely_pj * kPicojoule;
    return {{likely_j / kEstimateFactor, likely_j, likely_j * kEstimateFactor}, true, std::move(source)};
}

int bitsOf(const DataSheet& sheet) {
    const auto digits = sheet.type.find_first_of("0123456789");
    double bits = 0;
    return digits != std::string::npos && parseNumber(sheet.type.substr(digits), bits)
               ? static_cast<int>(bits)
               : 0;
}

Error noNode(const char* energy) {
    return {"node", std::string("is not given, and ") + energy + " is looked up by it",
            "give it (28 nm), or the energy"};
}

Error inField(const Error& error, const char* field) {
    return {field, error.what, "give the energy itself, or another number"};
}

Result<SheetEnergy> macOf(const DataSheet& sheet, const std::string& source) {
    if (sheet.mac_j.likely) return SheetEnergy{whole(sheet.mac_j), false, source};
    if (!sheet.node_nm) return noNode("the energy of a MAC");
    const int bits = bitsOf(sheet);
    const auto energy = macEnergy(*sheet.node_nm, bits);
    if (!energy) return inField(energy.error(), "node");
    constexpr double kFloat = 32.328 / 8.7157; // fp32 and int32 of the tables
    const bool is_float = sheet.type.starts_with("float");
    return looked(*energy * (is_float ? kFloat : 1),
                  "Aladdin 45 nm tables: " + sheet.type + ", " + numberText(*sheet.node_nm) + " nm" +
                      (is_float && bits != 32 ? ", as far above its integer as float32 is" : ""));
}

Result<SheetEnergy> bufferOf(const DataSheet& sheet, const std::string& source) {
    if (sheet.buffer_j_per_byte.likely) return SheetEnergy{whole(sheet.buffer_j_per_byte), false, source};
    if (!sheet.buffer_bytes) return SheetEnergy{};
    if (!sheet.node_nm) return noNode("the energy of an on-chip byte");
    const double width = sheet.buffer_width_bits.value_or(kUsualWidth_bits);
    const auto energy = accessEnergy(*sheet.node_nm, *sheet.buffer_bytes, width);
    if (!energy) return inField(energy.error(), macEnergy(*sheet.node_nm, 8) ? "on-chip memory" : "node");
    return looked(energy->read_pj * 8 / width,
                  "CACTI 7 and Aladdin tables: " + numberText(*sheet.buffer_bytes) + " bytes, " +
                      numberText(width) + " bit a read, " + numberText(*sheet.node_nm) + " nm");
}

} // namespace

Result<SheetEnergies> energiesOf(const DataSheet& sheet) {
    for (const NamedRange& named : {NamedRange{"energy of a MAC", sheet.mac_j},
                                    NamedRange{"energy of an on-chip byte", sheet.buffer_j_per_byte},
                                    NamedRange{"energy of an off-chip byte", sheet.dram_j_per_byte},
                                    NamedRange{"power while idle", sheet.idle_power_w}})
        if (auto problem = rangeProblem(named)) return *problem;
    const bool asked = sheet.node_nm || sheet.buffer_bytes || !sheet.mac_j.empty() ||
                       !sheet.buffer_j_per_byte.empty() || !sheet.dram_j_per_byte.empty();
    SheetEnergies energies;
    if (!asked) return energies;
    const std::string source = sheet.source.empty() ? "typed in by hand" : printable(sheet.source);
    auto mac = macOf(sheet, source);
    if (!mac) return mac.error();
    auto buffer = bufferOf(sheet, source);
    if (!buffer) return buffer.error();
    energies.mac = *std::move(mac);
    energies.buffer_byte = *std::move(buffer);
    energies.dram_byte = sheet.dram_j_per_byte.likely
                             ? SheetEnergy{whole(sheet.dram_j_per_byte), false, source}
                             : looked(dramEnergy(8), "LPDDR4, 8 pJ/bit (Accelergy CACTI plug-in)");
    return energies;
}

} // namespace cutline
