// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/figures.h"

#include "core/base/text.h"
#include "core/platform/library.h"

#include <algorithm>
#include <cmath>
#include <concepts>

namespace cutline {
namespace {

enum class Allowed { Positive, NotNegative, Bits, Share };

/// A field as visitors see it: path, name, unit, what it may be, and SI units in one of the stored number.
struct FieldPlace {
    std::string field, title;
    Unit unit;
    Allowed allowed;
    double scale = 1;
};

constexpr double kPico = 1e-12;
constexpr std::string_view kSharedBank = "shared:";

template <class Visit>
void visitRoofline(Roofline& r, const Visit& visit) {
    for (auto& peak : r.peaks)
        visit(FieldPlace{"roofline.peak." + peak.type, "Peak, " + peak.type, Unit::MacPerSecond,
                         Allowed::Positive},
              peak.macs_per_s);
    visit(FieldPlace{"roofline.bandwidth_bytes_per_s", "Memory bandwidth", Unit::BytePerSecond,
                     Allowed::Positive},
          r.bandwidth_bytes_per_s);
    visit(FieldPlace{"roofline.bandwidth_efficiency", "Usable bandwidth", Unit::Fraction, Allowed::Share},
          r.bandwidth_efficiency);
    for (auto& [name, share] : r.efficiency)
        visit(
            FieldPlace{"roofline.efficiency." + name, "Efficiency, " + name, Unit::Fraction, Allowed::Share},
            share);
    visit(FieldPlace{"roofline.launch_s", "Start of a layer", Unit::Second, Allowed::NotNegative},
          r.launch_s);
    visit(FieldPlace{"roofline.pj_per_mac", "Energy of a MAC", Unit::Joule, Allowed::NotNegative, kPico},
          r.pj_per_mac);
    visit(FieldPlace{"roofline.pj_per_byte", "Energy of a byte", Unit::Joule, Allowed::NotNegative, kPico},
          r.pj_per_byte);
    visit(FieldPlace{"roofline.busy_power_w", "Power while busy", Unit::Watt, Allowed::NotNegative},
          r.busy_power_w);
    visit(
        FieldPlace{"roofline.on_chip_weight_bytes", "Weights kept on chip", Unit::Byte, Allowed::NotNegative},
        r.on_chip_weight_bytes);
}

template <class Visit>
void visitLoopNest(LoopNest& nest, const Visit& visit) {
    visit(FieldPlace{"loop_nest.e_mac_pj", "Energy of a MAC", Unit::Joule, Allowed::NotNegative, kPico},
          nest.e_mac_pj);
    visit(FieldPlace{"loop_nest.static_power_w", "Static power", Unit::Watt, Allowed::NotNegative},
          nest.static_power_w);
    visit(FieldPlace{"loop_nest.dram_bytes_per_s", "Bandwidth, layers without MACs", Unit::BytePerSecond,
                     Allowed::Positive},
          nest.dram_bytes_per_s);
    for (auto& level : nest.levels) {
        const std::string path = "loop_nest.level." + level.name;
        visit(FieldPlace{path + ".words", level.name + ", words", Unit::Count, Allowed::Positive},
              level.words);
        visit(FieldPlace{path + ".read_pj", level.name + ", read", Unit::Joule, Allowed::NotNegative, kPico},
              level.read_pj);
        visit(
            FieldPlace{path + ".write_pj", level.name + ", write", Unit::Joule, Allowed::NotNegative, kPico},
            level.write_pj);
    }
}

template <class Visit>
void visitFields(Platform& p, const Visit& visit) {
    visit(FieldPlace{"clock_hz", "Clock", Unit::Hertz, Allowed::Positive}, p.clock_hz);
    visit(FieldPlace{"weight_bits", "Bits of a weight", Unit::None, Allowed::Bits}, p.weight_bits);
    visit(FieldPlace{"activation_bits", "Bits of an activation", Unit::None, Allowed::Bits},
          p.activation_bits);
    for (MemoryBank& bank : p.memories) {
        if (bank.name.rfind(kSharedBank, 0) == 0) continue;
        visit(FieldPlace{"memory." + bank.name, bank.name.empty() ? "Memory" : "Memory, " + bank.name,
                         Unit::Byte, Allowed::Positive},
              bank.capacity_bytes);
        visit(FieldPlace{"memory." + bank.name + ".reserved_bytes", "  of it reserved", Unit::Byte,
                         Allowed::NotNegative},
              bank.reserved_bytes);
    }
    visit(FieldPlace{"idle_power_w", "Power while idle", Unit::Watt, Allowed::NotNegative}, p.idle_power_w);
    visit(FieldPlace{"lanes", "Elements per cycle", Unit::Count, Allowed::NotNegative}, p.lanes);
    visit(FieldPlace{"copy_bandwidth_bytes_per_s", "Bandwidth of conversions", Unit::BytePerSecond,
                     Allowed::NotNegative},
          p.copy_bandwidth_bytes_per_s);
    visit(FieldPlace{"invoke_s", "Start of a piece", Unit::Second, Allowed::NotNegative}, p.invoke_s);
    visit(FieldPlace{"cost", p.cost_unit.empty() ? "Price" : "Price, " + p.cost_unit, Unit::None,
                     Allowed::NotNegative},
          p.cost_amount);
    if (p.roofline) visitRoofline(*p.roofline, visit);
    if (p.loop_nest) visitLoopNest(*p.loop_nest, visit);
    visit(FieldPlace{"uncertainty.platform", "Uncertainty, platform", Unit::None, Allowed::NotNegative},
          p.uncertainty.platform);
}

template <class Visit>
void visitFields(Link& l, const Visit& visit) {
    visit(FieldPlace{"rate_bits_per_s", "Rate", Unit::BitPerSecond, Allowed::Positive}, l.rate_bits_per_s);
    visit(FieldPlace{"efficiency", "Usable rate", Unit::Fraction, Allowed::Share}, l.efficiency);
    visit(FieldPlace{"length_m", "Length", Unit::Metre, Allowed::NotNegative}, l.length_m);
    visit(FieldPlace{"latency_s", "Latency", Unit::Second, Allowed::NotNegative}, l.latency_s);
    visit(FieldPlace{"duty_cycle", "Most time on the air", Unit::Fraction, Allowed::Share}, l.duty_cycle);
    visit(FieldPlace{"frame.payload_max", "Payload of a frame, most", Unit::Byte, Allowed::NotNegative},
          l.frame.payload_max);
    visit(FieldPlace{"frame.payload_min", "Payload of a frame, least", Unit::Byte, Allowed::NotNegative},
          l.frame.payload_min);
    visit(FieldPlace{"frame.overhead", "Overhead of a frame", Unit::Byte, Allowed::NotNegative},
          l.frame.overhead);
    visit(FieldPlace{"energy.power_while_sending_w", "Power while sending", Unit::Watt, Allowed::NotNegative},
          l.energy.power_while_sending_w);
    visit(FieldPlace{"energy.receive_power_w", "Power while receiving", Unit::Watt, Allowed::NotNegative},
          l.energy.receive_power_w);
    visit(FieldPlace{"energy.always_on_w", "Power at all times", Unit::Watt, Allowed::NotNegative},
          l.energy.always_on_w);
    visit(FieldPlace{"energy.pj_per_bit", "Energy of a bit", Unit::Joule, Allowed::NotNegative, kPico},
          l.energy.pj_per_bit);
}

template <class Visit>
void visitFields(SharedMemory& m, const Visit& visit) {
    visit(FieldPlace{"capacity_bytes", "Capacity", Unit::Byte, Allowed::Positive}, m.capacity_bytes);
    visit(FieldPlace{"bandwidth_bytes_per_s", "Bandwidth", Unit::BytePerSecond, Allowed::Positive},
          m.bandwidth_bytes_per_s);
}

/// The note of the field itself, else of the nearest one around it: "memory" speaks of "memory.dram".
std::optional<Note> noteAround(const std::vector<Note>& notes, std::string field) {
    for (;;) {
        for (const Note& note : notes)
            if (note.field == field) return note;
        const auto dot = field.rfind('.');
        if (dot == std::string::npos) return std::nullopt;
        field.resize(dot);
    }
}

template <class Number>
std::optional<double> read(const Number& number, double scale) {
    if constexpr (std::same_as<Number, std::optional<double>>)
        return number ? std::optional(*number * scale) : std::nullopt;
    else
        return static_cast<double>(number) * scale;
}

std::string complaint(double value, Allowed allowed) {
    const std::string shown = "is " + numberText(value);
    if (!std::isfinite(value)) return "is no finite number";
    switch (allowed) {
    case Allowed::Positive:
        return value > 0 ? "" : shown + ", not above 0";
    case Allowed::NotNegative:
        return value >= 0 ? "" : shown + ", below 0";
    case Allowed::Bits:
        return value >= 1 && value <= 64 && value == std::floor(value)
                   ? ""
                   : shown + ", not a whole number of 1 to 64";
    case Allowed::Share:
        return value > 0 && value <= 1 ? "" : shown + ", not above 0 and at most 100 %";
    }
    return {};
}

template <class Number>
std::optional<Error> write(Number& number, const FieldPlace& place, std::optional<double> value) {
    if (value)
        if (const std::string wrong = complaint(*value, place.allowed); !wrong.empty())
            return Error{place.title, wrong, "give another number"};
    if constexpr (std::same_as<Number, std::optional<double>>) {
        number = value ? std::optional(*value / place.scale) : std::nullopt;
    } else {
        if (!value) return Error{place.title, "has to be known", "give a number"};
        number = static_cast<Number>(*value / place.scale);
    }
    return std::nullopt;
}

template <class Descriptor>
std::vector<DescriptorFigure> figures(Descriptor descriptor) {
    std::vector<DescriptorFigure> all;
    const auto& notes = descriptor.notes;
    visitFields(descriptor, [&](const FieldPlace& place, auto& number) {
        all.push_back({place.field, place.title, place.unit, read(number, place.scale),
                       noteAround(notes, place.field)});
    });
    return all;
}

std::optional<Error> unreadable(const Platform& platform) {
    const auto read = parsePlatform(platformText(platform), platform.name);
    return read ? std::nullopt : std::optional(read.error());
}

std::optional<Error> unreadable(const Link& link) {
    const auto read = parseLink(linkText(link), link.name);
    return read ? std::nullopt : std::optional(read.error());
}

template <class Descriptor>
std::optional<Error> writeField(Descriptor& descriptor, std::string_view field, std::optional<double> value) {
    std::optional<Error> error;
    bool found = false;
    visitFields(descriptor, [&](const FieldPlace& place, auto& number) {
        if (found || place.field != field) return;
        found = true;
        error = write(number, place, value);
    });
    if (!found) return Error{printable(field), "is no number of " + descriptor.name, "choose one that is listed"};
    return error;
}

template <class Descriptor>
Result<Descriptor> changed(Descriptor descriptor, std::string_view field, std::optional<double> value) {
    if (auto error = writeField(descriptor, field, value)) return *error;
    // What several fields must have in common is known to who reads descriptors: what is saved can be opened again.
    if (auto conflict = unreadable(descriptor))
        return Error{printable(field), std::move(conflict->what), std::move(conflict->fix)};
    std::erase_if(descriptor.notes, [&](const Note& note) { return note.field == field; });
    descriptor.notes.push_back({std::string(field), Mark::Assumed, "set by hand"});
    return descriptor;
}

} // namespace

std::vector<DescriptorFigure> figuresOf(const Platform& platform) {
    return figures(platform);
}

std::vector<DescriptorFigure> figuresOf(const Link& link) {
    return figures(link);
}

std::vector<DescriptorFigure> figuresOf(const SharedMemory& memory) {
    std::vector<DescriptorFigure> all;
    SharedMemory copy = memory;
    visitFields(copy, [&](const FieldPlace& place, const auto& number) {
        all.push_back({place.field, place.title, place.unit, read(number, place.scale), std::nullopt});
    });
    return all;
}

Result<Platform> withFigure(Platform platform, std::string_view field, std::optional<double> value) {
    return changed(std::move(platform), field, value);
}

Result<Link> withFigure(Link link, std::string_view field, std::optional<double> value) {
    return changed(std::move(link), field, value);
}

Result<SharedMemory> withFigure(SharedMemory memory, std::string_view field, std::optional<double> value) {
    if (auto error = writeField(memory, field, value)) return *error;
    return memory;
}

} // namespace cutline
