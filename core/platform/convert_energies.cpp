// SPDX-License-Identifier: GPL-3.0-or-later
// Energies of loop-nest machines that give a node in place of them.
#include "core/base/text.h"
#include "core/platform/access_energy.h"
#include "core/platform/convert.h"

#include <platform.pb.h>

#include <algorithm>

namespace cutline {
namespace {

/// "512 KiB, 64 bit at 45 nm": what an energy was looked up for.
std::string lookedUp(double bytes, double bits, double node_nm) {
    return numberText(bytes) + " bytes, " + numberText(bits) + " bit an access, " + numberText(node_nm) + " nm";
}

/// Energies that a level does not give, by its size, its width and the node; the note says so.
std::optional<Error> estimateLevel(Platform& platform, LoopNest::Level& level,
                                   const proto::LoopNest::Level& message, double node_nm, const Spot& spot) {
    if (level.keeps.empty() || (message.has_read_pj() && message.has_write_pj())) return std::nullopt;
    const bool weights_alone = level.keeps == "W";
    const double own_bits = weights_alone ? platform.weight_bits : platform.activation_bits;
    const double word_bits = level.word_bits > 0 ? level.word_bits : own_bits;
    const double bits = level.block * word_bits;
    AccessEnergy energy{dramEnergy(bits), dramEnergy(bits)};
    std::string source = "LPDDR4, 8 pJ/bit (Accelergy CACTI plug-in), " + numberText(bits) + " bit an access";
    if (level.words) {
        const double bytes = *level.words * word_bits / 8;
        const auto looked_up = accessEnergy(node_nm, bytes, bits);
        if (!looked_up) return spot.error(message, "words", -1, looked_up.error().what, looked_up.error().fix);
        energy = *looked_up;
        source = "CACTI 7 and Aladdin 45 nm tables: " + lookedUp(bytes, bits, node_nm);
    }
    if (!message.has_read_pj()) level.read_pj = energy.read_pj;
    if (!message.has_write_pj()) level.write_pj = energy.write_pj;
    platform.notes.push_back({"loop_nest.level." + level.name, Mark::Computed, source});
    return std::nullopt;
}

} // namespace

std::optional<Error> estimateEnergies(Platform& platform, const proto::LoopNest& message, const Spot& spot) {
    LoopNest& nest = *platform.loop_nest;
    if (!message.has_e_mac_pj()) {
        const double bits = std::max(platform.weight_bits, platform.activation_bits);
        const auto energy = macEnergy(*nest.node_nm, bits);
        if (!energy) return spot.error(message, "node_nm", -1, energy.error().what, energy.error().fix);
        nest.e_mac_pj = *energy;
        platform.notes.push_back({"loop_nest.e_mac_pj", Mark::Computed,
                                  "Aladdin 45 nm tables: " + numberText(bits) + " bit, " +
                                      numberText(*nest.node_nm) + " nm"});
    }
    for (int i = 0; i < message.level_size(); ++i) {
        LoopNest::Level& level = nest.levels[static_cast<std::size_t>(i)];
        const Spot inner = spot.nested(message, "level", i, spot.inside + ", level " + level.name);
        if (auto error = estimateLevel(platform, level, message.level(i), *nest.node_nm, inner)) return error;
    }
    return std::nullopt;
}

} // namespace cutline
