// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/link.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cutline {
namespace {

/// The most payload that CAN FD protects by the shorter CRC17, and the bits that saves.
constexpr double kShortCanFdPayload = 16, kShortCanFdBits = 4;

/// Bits of `count` frames of `payload` bytes each that are not whole bytes of the message.
double extraBits(const Link& link, double count, double payload) {
    double bits = link.frame.overhead_bits, stuffed = link.frame.stuffed_bits + 8 * payload;
    if (link.kind == LinkKind::CanFd && payload <= kShortCanFdPayload) {
        bits = std::max(0.0, bits - kShortCanFdBits);
        stuffed = std::max(0.0, stuffed - kShortCanFdBits);
    }
    return count * (bits + std::floor(link.frame.stuffing * stuffed));
}

} // namespace

std::string_view nameOf(LinkKind kind) {
    constexpr std::array<std::string_view, 12> kNames{"GENERIC",    "ETHERNET", "SERIAL", "CAN",
                                                      "CAN_FD",     "FLEXRAY",  "PCIE",   "USB",
                                                      "DIE_TO_DIE", "WIFI",     "BLE",    "SHARED_MEMORY"};
    return kNames[static_cast<std::size_t>(kind)];
}

TransferCost transferCost(const Link& link, double payload_bytes) {
    if (!(payload_bytes > 0)) return {};
    const auto& frame = link.frame;
    const double size = frame.payload_max > 0 ? frame.payload_max : payload_bytes;
    const double frames = std::ceil(payload_bytes / size);
    const double bytes =
        std::max(payload_bytes, frame.payload_min) + frames * frame.overhead + frame.message_overhead;
    const double last = payload_bytes - (frames - 1) * size;
    const double bits =
        bytes * frame.bits_per_byte + extraBits(link, frames - 1, size) + extraBits(link, 1, last);

    double air_s = bits / (link.rate_bits_per_s * link.efficiency) + frames * frame.overhead_s;
    if (link.arbitration_bits > 0) air_s += frames * link.arbitration_bits / link.arbitration_rate_bits_per_s;
    const double travel_s = link.propagation_s_per_m * link.length_m + link.latency_s;

    TransferCost cost;
    cost.framed_bytes = bits / 8;
    // Every frame but the last is followed by the silence that the duty cycle asks for before the message is
    // complete.
    const double silence_s = air_s * (1 / link.duty_cycle - 1);
    cost.time_s = air_s + silence_s * (frames - 1) / frames + travel_s;
    cost.busy_s = air_s + silence_s + travel_s;
    const double power_w = link.energy.power_while_sending_w + link.energy.receive_power_w;
    cost.energy_j = power_w * (air_s + travel_s) + link.energy.pj_per_bit * 1e-12 * bits;
    return cost;
}

double frameTime(const Link& link, double payload_bytes) {
    if (link.frame.payload_max > 0) payload_bytes = std::min(payload_bytes, link.frame.payload_max);
    return transferCost(link, payload_bytes).time_s;
}

} // namespace cutline
