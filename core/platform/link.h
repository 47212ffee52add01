// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/platform.h"

namespace cutline {

enum class LinkKind : std::uint8_t {
    Generic,
    Ethernet,
    Serial,
    Can,
    CanFd,
    FlexRay,
    Pcie,
    Usb,
    DieToDie,
    Wifi,
    Ble,
    SharedMemory,
};
std::string_view nameOf(LinkKind kind); ///< "ETHERNET", as in descriptors

/// Full: each direction is a resource. Half: both are one. OneWay: only from the first end to the others.
enum class Duplex : std::uint8_t { Full, Half, OneWay };

/// A connection type (schema.md "Link"). Rates are raw bits per second of the whole link.
struct Link {
    std::string name;       ///< in the system: "ab"
    std::string descriptor; ///< library name: "1000BASE-T"
    std::string title;
    std::vector<std::string> aliases;
    LinkKind kind = LinkKind::Generic;
    double rate_bits_per_s = 0;
    double efficiency = 1; ///< usable share of the rate
    Duplex duplex = Duplex::Full;
    double propagation_s_per_m = 0, length_m = 0;
    struct Frame {
        double payload_max = 0;      ///< bytes; 0: one frame carries everything
        double overhead = 0;         ///< bytes per frame
        double payload_min = 0;      ///< shorter payloads are padded
        double overhead_s = 0;       ///< time per frame that is not bytes
        double overhead_bits = 0;    ///< bits per frame beyond whole bytes
        double stuffing = 0;         ///< bits added per bit in the worst case (CAN: 1/4)
        double stuffed_bits = 0;     ///< bits per frame beside the payload that stuffing counts
        double bits_per_byte = 8;    ///< UART 10, I2C 9
        double message_overhead = 0; ///< bytes once per message
        friend bool operator==(const Frame&, const Frame&) = default;
    } frame;
    double arbitration_bits = 0; ///< CAN FD: bits per frame sent at `arbitration_rate_bits_per_s`
    double arbitration_rate_bits_per_s = 0;
    double latency_s = 0;
    double duty_cycle = 1; ///< most share of time on the air (LoRa in EU868: 0.01)
    struct Energy {
        double power_while_sending_w = 0, receive_power_w = 0, always_on_w = 0, pj_per_bit = 0;
        friend bool operator==(const Energy&, const Energy&) = default;
    } energy;
    std::vector<Note> notes;
    friend bool operator==(const Link&, const Link&) = default;
};

/// Wire time and energy of one message (metrics.md "Cuts and transfers").
struct TransferCost {
    double time_s = 0; ///< framed / rate + propagation + latency: from start to arrival
    double busy_s = 0; ///< how long the link is taken (its share of the period); a duty cycle makes it longer
    double energy_j = 0;
    double framed_bytes = 0;
};

/// Cost of `payload_bytes` as one message; 0 bytes cost nothing. With f = payload_max and k = ceil(B / f)
/// frames:
///   bytes = max(B, payload_min) + k overhead + message_overhead
///   bits  = bytes bits_per_byte + k overhead_bits + sum over frames of floor(stuffing (stuffed_bits + 8 n))
///   time  = bits / (rate efficiency) + k overhead_s + k arbitration_bits / arbitration_rate
///           + propagation length + latency
///   energy = (power_while_sending + receive_power) time + pj_per_bit bits
/// Ethernet as in [K24]: n = max(B, 46) + 26 ceil(B / 1500); its energy counts the propagation too.
/// CAN 2.0 [Davis et al. 2007]: 8n + 47 + floor((34 + 8n - 1) / 4) bits. CAN FD [ISO 11898-1:2015]: frames to
/// 16 bytes have 4 bits less (CRC17); its steps of the payload length are not padded: optimistic by at most
/// 15 bytes a message. The link is taken from start to arrival (the published model); energy that is always
/// on is not in here.
TransferCost transferCost(const Link& link, double payload_bytes);

/// Wire time of one full frame, or of the message where it is shorter: what each switch on the way adds.
double frameTime(const Link& link, double payload_bytes);

} // namespace cutline
