// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/convert.h"

#include "core/base/text.h"

#include <link.pb.h>

namespace cutline {

Result<Link> linkFrom(const proto::Link& message, const Spot& spot) {
    Link link;
    link.name = printable(message.name());
    if (link.name.empty()) return spot.error("link has no name", "give it a `name`");
    link.descriptor = message.has_from_library() ? printable(message.from_library()) : link.name;
    link.title = printable(message.title());
    for (const auto& alias : message.aliases()) link.aliases.push_back(printable(alias));
    link.kind = static_cast<LinkKind>(message.kind());
    if (!message.has_rate_bits_per_s())
        return spot.error("link " + link.name + " has no rate",
                          "give `rate_bits_per_s`, or `use` a library link");
    link.rate_bits_per_s = message.rate_bits_per_s();
    if (message.has_efficiency()) link.efficiency = message.efficiency();
    if (message.duplex() == proto::Link::HALF) link.duplex = Duplex::Half;
    if (message.duplex() == proto::Link::ONE_WAY) link.duplex = Duplex::OneWay;
    link.propagation_s_per_m = message.propagation_s_per_m();
    link.length_m = message.length_m();
    const auto& frame = message.frame();
    if (frame.payload_max() > 0 && frame.payload_max() < 1)
        return spot.error(message, "frame", -1, "frame.payload_max is " + numberText(frame.payload_max()),
                          "give 1 byte or more");
    link.frame = {frame.payload_max(),     frame.overhead(),
                  frame.payload_min(),     frame.overhead_s(),
                  frame.overhead_bits(),   frame.stuffing(),
                  frame.stuffed_bits(),    frame.has_bits_per_byte() ? frame.bits_per_byte() : 8,
                  frame.message_overhead()};
    link.arbitration_bits = message.arbitration_bits();
    link.arbitration_rate_bits_per_s = message.arbitration_rate_bits_per_s();
    if (link.arbitration_bits > 0 && link.arbitration_rate_bits_per_s == 0)
        return spot.error(message, "arbitration_bits", -1, "arbitration_bits without a rate",
                          "give `arbitration_rate_bits_per_s`");
    link.latency_s = message.latency_s();
    if (message.has_duty_cycle()) link.duty_cycle = message.duty_cycle();
    const auto& energy = message.energy();
    link.energy = {energy.power_while_sending_w(), energy.receive_power_w(), energy.always_on_w(),
                   energy.pj_per_bit()};
    for (const auto& note : message.note())
        link.notes.push_back(
            {printable(note.field()), static_cast<Mark>(note.mark()), printable(note.source())});
    return link;
}

void fill(proto::Link& message, const Link& link) {
    message.set_name(link.name);
    if (link.descriptor != link.name) message.set_from_library(link.descriptor);
    if (!link.title.empty()) message.set_title(link.title);
    for (const auto& alias : link.aliases) message.add_aliases(alias);
    message.set_kind(static_cast<proto::Link::Kind>(link.kind));
    message.set_rate_bits_per_s(link.rate_bits_per_s);
    message.set_efficiency(link.efficiency);
    message.set_duplex(link.duplex == Duplex::Full   ? proto::Link::FULL
                       : link.duplex == Duplex::Half ? proto::Link::HALF
                                                     : proto::Link::ONE_WAY);
    message.set_propagation_s_per_m(link.propagation_s_per_m);
    message.set_length_m(link.length_m);
    auto& frame = *message.mutable_frame();
    frame.set_payload_max(link.frame.payload_max);
    frame.set_overhead(link.frame.overhead);
    frame.set_payload_min(link.frame.payload_min);
    frame.set_overhead_s(link.frame.overhead_s);
    frame.set_overhead_bits(link.frame.overhead_bits);
    frame.set_stuffing(link.frame.stuffing);
    frame.set_stuffed_bits(link.frame.stuffed_bits);
    frame.set_bits_per_byte(link.frame.bits_per_byte);
    frame.set_message_overhead(link.frame.message_overhead);
    message.set_arbitration_bits(link.arbitration_bits);
    if (link.arbitration_rate_bits_per_s > 0)
        message.set_arbitration_rate_bits_per_s(link.arbitration_rate_bits_per_s);
    message.set_latency_s(link.latency_s);
    message.set_duty_cycle(link.duty_cycle);
    auto& energy = *message.mutable_energy();
    energy.set_power_while_sending_w(link.energy.power_while_sending_w);
    energy.set_receive_power_w(link.energy.receive_power_w);
    energy.set_always_on_w(link.energy.always_on_w);
    energy.set_pj_per_bit(link.energy.pj_per_bit);
    for (const auto& note : link.notes) {
        auto* to = message.add_note();
        to->set_field(note.field);
        to->set_mark(static_cast<proto::Note::Mark>(note.mark));
        to->set_source(note.source);
    }
}

} // namespace cutline
