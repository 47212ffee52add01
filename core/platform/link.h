// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/platform.h"

namespace cutline {

enum class LinkKind : std::uint8_t {
    Generic, Ethernet, Serial, Can, CanFd, FlexRay, Pcie, Usb, DieToDie, Wifi, Ble, SharedMemory,
};
std::string_view nameOf(LinkKind kind); ///< "ETHERNET", as in descriptors

/// Full: each direction is a resource. Half: both are one. OneWay: only from the first end to the others.
enum class Duplex : std::uint8_t { Full, Half, OneWay };

/// A connection type (schema.md "Link"). Rates are raw bits per second of the whole link.
struct Link {
    std::string name;       ///< in the system: "ab"
    std::string descriptor; ///< library name: "1000BASE-T"
    LinkKind kind = LinkKind::Generic;
    double rate_bits_per_s = 0;
    double efficiency = 1;  ///< usable share of the rate
    Duplex duplex = Duplex::Full;
    double propagation_s_per_m = 0, length_m = 0;
    struct Frame {
        double payload_max = 0;       ///< bytes; 0: one frame carries everything
        double overhead = 0;          ///< bytes per frame
        double payload_min = 0;       ///< shorter payloads are padded
        double overhead_s = 0;        ///< time per frame that is not bytes
        double overhead_bits = 0;     ///< bits per frame beyond whole bytes
        double stuffing = 0;          ///< share of payload bits added in the worst case (CAN)
        double bits_per_byte = 8;     ///< UART 10, I2C 9
        double message_overhead = 0;  ///< bytes once per message
        friend bool operator==(const Frame&, const Frame&) = default;
    } frame;
    double arbitration_bits = 0;            ///< CAN FD: bits per frame sent at `arbitration_rate_bits_per_s`
    double arbitration_rate_bits_per_s = 0;
    double latency_s = 0;
    struct Energy {
        double power_while_sending_w = 0, receive_power_w = 0, always_on_w = 0, pj_per_bit = 0;
        friend bool operator==(const Energy&, const Energy&) = default;
    } energy;
    std::vector<Note> notes;
    friend bool operator==(const Link&, const Link&) = default;
};

/// Wire time and energy of one message (metrics.md "Cuts and transfers").
struct TransferCost {
    double time_s = 0;   ///< framed / rate + propagation + latency: from start to arrival
    double busy_s = 0;   ///< how long the link is taken (its share of the period)
    double energy_j = 0;
    double framed_bytes = 0;
};

/// Cost of `payload_bytes` as one message; 0 bytes cost nothing.
TransferCost transferCost(const Link& link, double payload_bytes);

} // namespace cutline
