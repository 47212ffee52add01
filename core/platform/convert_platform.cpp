// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/convert.h"

#include "core/base/text.h"
#include "core/platform/near_names.h"

#include <platform.pb.h>

#include <algorithm>
#include <array>

namespace cutline {
namespace {

/// The first of the characters of `text` that is not in `allowed`, or twice there; 0: none.
char strayLetter(const std::string& text, std::string_view allowed) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (allowed.find(text[i]) == std::string_view::npos || text.find(text[i], i + 1) != std::string::npos)
            return text[i];
    return 0;
}

std::optional<Error> checkLetters(const Spot& spot, const google::protobuf::Message& message,
                                  const char* field, int index, const std::string& text,
                                  std::string_view allowed) {
    if (strayLetter(text, allowed) == 0) return std::nullopt;
    return spot.error(message, field, index,
                      std::string(field) + " is \"" + elided(printable(text), 40) + "\"",
                      "give letters of " + std::string(allowed) + ", each once");
}

constexpr std::string_view kDims = "CMRSPQGN";

Result<std::map<std::string, std::uint32_t>>
factorsFrom(const google::protobuf::RepeatedPtrField<proto::LoopNest::Factor>& factors, const char* field,
            const proto::LoopNest::Level& level, const Spot& spot) {
    std::map<std::string, std::uint32_t> map;
    for (int i = 0; i < factors.size(); ++i) {
        const std::string& dim = factors.Get(i).dim();
        if (dim.size() != 1 || strayLetter(dim, kDims) != 0)
            return spot.error(level, field, i,
                              std::string(field) + ": dim is \"" + elided(printable(dim), 40) + "\"",
                              "give one letter of " + std::string(kDims));
        map[dim] = factors.Get(i).factor();
    }
    return map;
}

Result<LoopNest::Level> levelFrom(const proto::LoopNest::Level& message, const Spot& spot) {
    LoopNest::Level level;
    level.name = printable(message.name());
    if (message.has_words()) level.words = message.words();
    level.keeps = message.keeps();
    if (message.has_block()) level.block = message.block();
    level.read_pj = message.read_pj();
    level.write_pj = message.write_pj();
    level.read_words_per_cycle = message.read_words_per_cycle();
    level.write_words_per_cycle = message.write_words_per_cycle();
    level.charge_clusters = message.charge_clusters();
    if (message.has_fan_out()) level.fan_out = message.fan_out();
    level.word_bits = message.word_bits();
    level.fan_out_dims = message.fan_out_dims();
    level.loops = message.loops();
    level.all_of = message.all_of();
    level.orders.assign(message.orders().begin(), message.orders().end());
    if (auto e = checkLetters(spot, message, "keeps", -1, level.keeps, "WIO")) return *e;
    if (auto e = checkLetters(spot, message, "fan_out_dims", -1, level.fan_out_dims, kDims)) return *e;
    if (auto e = checkLetters(spot, message, "loops", -1, level.loops, kDims)) return *e;
    if (auto e = checkLetters(spot, message, "all_of", -1, level.all_of, kDims)) return *e;
    for (int i = 0; i < message.orders_size(); ++i)
        if (auto e = checkLetters(spot, message, "orders", i, message.orders(i), kDims)) return *e;
    auto most = factorsFrom(message.fan_out_max(), "fan_out_max", message, spot);
    if (!most) return most.error();
    level.fan_out_max = *most;
    auto fixed = factorsFrom(message.fan_out_fixed(), "fan_out_fixed", message, spot);
    if (!fixed) return fixed.error();
    level.fan_out_fixed = *fixed;
    return level;
}

Result<LoopNest> loopNestFrom(const proto::LoopNest& message, const Spot& spot) {
    LoopNest nest;
    nest.e_mac_pj = message.e_mac_pj();
    nest.e_mac_fallback_pj = message.e_mac_fallback_pj();
    nest.first_fill = message.first_fill();
    nest.double_buffered = message.double_buffered();
    nest.pad = message.pad();
    nest.static_power_w = message.static_power_w();
    nest.elements_per_cycle = message.elements_per_cycle();
    if (message.has_node_nm()) nest.node_nm = message.node_nm();
    if (message.has_dram_bytes_per_s()) nest.dram_bytes_per_s = message.dram_bytes_per_s();
    if (message.level_size() == 0)
        return spot.error("loop_nest has no level", "give its levels, innermost first");
    for (int i = 0; i < message.level_size(); ++i) {
        const std::string name = spot.inside + ", level " + printable(message.level(i).name());
        auto level = levelFrom(message.level(i), spot.nested(message, "level", i, name));
        if (!level) return level.error();
        nest.levels.push_back(std::move(*level));
    }
    if (nest.levels.back().keeps.size() != 3)
        return spot.error(message, "level", message.level_size() - 1,
                          "the outermost level keeps \"" + nest.levels.back().keeps + "\"",
                          "let the last level keep W, I and O");
    return nest;
}

Result<Roofline> rooflineFrom(const proto::Roofline& message, const Spot& spot) {
    static const std::vector<std::string> kTypes{"int4",    "uint4",    "int8",    "uint8",
                                                 "int16",   "uint16",   "int32",   "float8",
                                                 "float16", "bfloat16", "float32", "float64"};
    static const std::vector<std::string> kClasses{"conv", "depthwise", "fc", "elementwise", "view", "other"};
    const auto known = [](const std::vector<std::string>& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    Roofline roofline;
    for (int i = 0; i < message.peak_size(); ++i) {
        const auto& peak = message.peak(i);
        if (!known(kTypes, peak.type()))
            return spot.error(message, "peak", i,
                              "peak: unknown type \"" + elided(printable(peak.type()), 40) + "\"",
                              nearNames(peak.type(), kTypes));
        if (!peak.has_macs_per_s())
            return spot.error(message, "peak", i, "peak " + peak.type() + " has no macs_per_s",
                              "give multiply-accumulates per second");
        roofline.peaks.push_back({peak.type(), peak.macs_per_s()});
    }
    for (int i = 0; i < message.efficiency_size(); ++i) {
        const auto& efficiency = message.efficiency(i);
        if (!known(kClasses, efficiency.class_()))
            return spot.error(message, "efficiency", i,
                              "efficiency: unknown class \"" + elided(printable(efficiency.class_()), 40) +
                                  "\"",
                              nearNames(efficiency.class_(), kClasses));
        if (!efficiency.has_value())
            return spot.error(message, "efficiency", i, "efficiency " + efficiency.class_() + " has no value",
                              "give a factor on the peak");
        roofline.efficiency[efficiency.class_()] = efficiency.value();
    }
    if (message.has_bandwidth_bytes_per_s()) roofline.bandwidth_bytes_per_s = message.bandwidth_bytes_per_s();
    if (message.has_bandwidth_efficiency()) roofline.bandwidth_efficiency = message.bandwidth_efficiency();
    roofline.launch_s = message.launch_s();
    roofline.pj_per_mac = message.pj_per_mac();
    roofline.pj_per_byte = message.pj_per_byte();
    if (message.has_busy_power_w()) roofline.busy_power_w = message.busy_power_w();
    roofline.on_chip_weight_bytes = message.on_chip_weight_bytes();
    if (message.has_granule_in()) roofline.granule_in = message.granule_in();
    if (message.has_granule_out()) roofline.granule_out = message.granule_out();
    return roofline;
}

std::vector<std::string> stringsFrom(const google::protobuf::RepeatedPtrField<std::string>& strings) {
    std::vector<std::string> out;
    for (const std::string& text : strings)
        if (!text.empty()) out.push_back(printable(text));
    return out;
}

std::optional<Error> readMemories(Platform& platform, const proto::Platform& message, const Spot& spot) {
    for (int i = 0; i < message.memory_size(); ++i) {
        const auto& memory = message.memory(i);
        MemoryBank bank{printable(memory.name()), std::nullopt, memory.reserved_bytes()};
        if (memory.has_capacity_bytes()) bank.capacity_bytes = memory.capacity_bytes();
        if (bank.capacity_bytes && bank.reserved_bytes > *bank.capacity_bytes)
            return spot.error(message, "memory", i,
                              "memory: reserved_bytes " + numberText(bank.reserved_bytes) +
                                  " exceed capacity_bytes " + numberText(*bank.capacity_bytes),
                              "reserve less or raise the capacity");
        platform.memories.push_back(std::move(bank));
    }
    return std::nullopt;
}

std::optional<Error> readCostModels(Platform& platform, const proto::Platform& message, const Spot& spot) {
    if (message.has_loop_nest()) {
        auto nest = loopNestFrom(message.loop_nest(), spot.nested(message, "loop_nest", -1, spot.inside));
        if (!nest) return nest.error();
        platform.loop_nest = std::move(*nest);
    }
    if (message.has_roofline()) {
        auto roofline = rooflineFrom(message.roofline(), spot.nested(message, "roofline", -1, spot.inside));
        if (!roofline) return roofline.error();
        platform.roofline = std::move(*roofline);
    }
    for (int i = 0; i < message.precision_size(); ++i) {
        const auto& from = message.precision(i);
        Platform::Precision precision;
        if (from.has_weight_bits()) precision.weight_bits = from.weight_bits();
        if (from.has_activation_bits()) precision.activation_bits = from.activation_bits();
        if (from.has_roofline()) {
            const Spot inner = spot.nested(message, "precision", i, spot.inside);
            auto roofline = rooflineFrom(from.roofline(), inner.nested(from, "roofline", -1, spot.inside));
            if (!roofline) return roofline.error();
            precision.roofline = std::move(*roofline);
        }
        platform.precisions.push_back(std::move(precision));
    }
    return std::nullopt;
}

void readNotes(Platform& platform, const proto::Platform& message) {
    for (const auto& check : message.check())
        platform.checks.push_back(
            {printable(check.what()), check.value(), printable(check.unit()), printable(check.source()),
             printable(check.model()), printable(check.part())});
    for (const auto& note : message.note())
        platform.notes.push_back(
            {printable(note.field()), static_cast<Mark>(note.mark()), printable(note.source())});
}

void fill(proto::Roofline& message, const Roofline& roofline) {
    for (const auto& peak : roofline.peaks) {
        auto* to = message.add_peak();
        to->set_type(peak.type);
        to->set_macs_per_s(peak.macs_per_s);
    }
    for (const auto& [name, value] : roofline.efficiency) {
        auto* to = message.add_efficiency();
        to->set_class_(name);
        to->set_value(value);
    }
    if (roofline.bandwidth_bytes_per_s) message.set_bandwidth_bytes_per_s(*roofline.bandwidth_bytes_per_s);
    message.set_bandwidth_efficiency(roofline.bandwidth_efficiency);
    message.set_launch_s(roofline.launch_s);
    message.set_pj_per_mac(roofline.pj_per_mac);
    message.set_pj_per_byte(roofline.pj_per_byte);
    if (roofline.busy_power_w) message.set_busy_power_w(*roofline.busy_power_w);
    message.set_on_chip_weight_bytes(roofline.on_chip_weight_bytes);
    message.set_granule_in(roofline.granule_in);
    message.set_granule_out(roofline.granule_out);
}

void fill(proto::LoopNest& message, const LoopNest& nest) {
    message.set_e_mac_pj(nest.e_mac_pj);
    message.set_e_mac_fallback_pj(nest.e_mac_fallback_pj);
    message.set_first_fill(nest.first_fill);
    message.set_double_buffered(nest.double_buffered);
    if (nest.pad) message.set_pad(true);
    message.set_static_power_w(nest.static_power_w);
    message.set_elements_per_cycle(nest.elements_per_cycle);
    if (nest.dram_bytes_per_s) message.set_dram_bytes_per_s(*nest.dram_bytes_per_s);
    if (nest.node_nm) message.set_node_nm(*nest.node_nm);
    for (const auto& level : nest.levels) {
        auto* to = message.add_level();
        to->set_name(level.name);
        if (level.words) to->set_words(*level.words);
        to->set_keeps(level.keeps);
        to->set_block(level.block);
        to->set_read_pj(level.read_pj);
        to->set_write_pj(level.write_pj);
        to->set_read_words_per_cycle(level.read_words_per_cycle);
        to->set_write_words_per_cycle(level.write_words_per_cycle);
        to->set_charge_clusters(level.charge_clusters);
        if (level.word_bits > 0) to->set_word_bits(level.word_bits);
        to->set_fan_out(level.fan_out);
        to->set_fan_out_dims(level.fan_out_dims);
        to->set_loops(level.loops);
        to->set_all_of(level.all_of);
        for (const auto& order : level.orders) to->add_orders(order);
        const auto addFactor = [](auto* factor, const auto& pair) {
            factor->set_dim(pair.first);
            factor->set_factor(pair.second);
        };
        for (const auto& pair : level.fan_out_max) addFactor(to->add_fan_out_max(), pair);
        for (const auto& pair : level.fan_out_fixed) addFactor(to->add_fan_out_fixed(), pair);
    }
}

void fillModels(proto::Platform& message, const Platform& platform) {
    for (const auto& precision : platform.precisions) {
        auto* to = message.add_precision();
        to->set_weight_bits(precision.weight_bits);
        to->set_activation_bits(precision.activation_bits);
        if (precision.roofline) fill(*to->mutable_roofline(), *precision.roofline);
    }
    if (platform.loop_nest) fill(*message.mutable_loop_nest(), *platform.loop_nest);
    if (platform.roofline) fill(*message.mutable_roofline(), *platform.roofline);
    const Uncertainty& uncertainty = platform.uncertainty;
    if (uncertainty.platform) message.mutable_uncertainty()->set_platform(*uncertainty.platform);
    if (uncertainty.op_class) message.mutable_uncertainty()->set_op_class(*uncertainty.op_class);
    if (uncertainty.layer) message.mutable_uncertainty()->set_layer(*uncertainty.layer);
    for (const auto& check : platform.checks) {
        auto* to = message.add_check();
        to->set_what(check.what);
        to->set_value(check.value);
        to->set_unit(check.unit);
        to->set_source(check.source);
        if (!check.model.empty()) to->set_model(check.model);
        if (!check.part.empty()) to->set_part(check.part);
    }
    for (const auto& note : platform.notes) {
        auto* to = message.add_note();
        to->set_field(note.field);
        to->set_mark(static_cast<proto::Note::Mark>(note.mark));
        to->set_source(note.source);
    }
}

} // namespace

Result<Platform> platformFrom(const proto::Platform& message, const Spot& spot) {
    Platform platform;
    platform.name = printable(message.has_as() ? message.as() : message.name());
    if (platform.name.empty()) return spot.error("platform has no name", "give it a `name`");
    platform.descriptor = message.has_from_library() ? printable(message.from_library()) : platform.name;
    platform.title = printable(message.title());
    platform.aliases = stringsFrom(message.aliases());
    if (message.has_clock_hz()) platform.clock_hz = message.clock_hz();
    if (message.has_weight_bits()) platform.weight_bits = message.weight_bits();
    if (message.has_activation_bits()) platform.activation_bits = message.activation_bits();
    platform.idle_power_w = message.idle_power_w();
    platform.lanes = message.lanes();
    platform.copy_bandwidth_bytes_per_s = message.copy_bandwidth_bytes_per_s();
    platform.invoke_s = message.invoke_s();
    platform.weight_stream_bytes_per_s = message.weight_stream_bytes_per_s();
    if (message.has_weight_resident_bytes()) platform.weight_resident_bytes = message.weight_resident_bytes();
    if (message.transfer() == proto::Platform::CPU) platform.transfer = TransferMode::Cpu;
    if (message.transfer() == proto::Platform::BLOCKING) platform.transfer = TransferMode::Blocking;
    platform.in_place = message.in_place();
    platform.in_place_ops = stringsFrom(message.in_place_ops());
    platform.double_buffer = message.double_buffer();
    if (message.fuse_size() > 0) platform.fuse = stringsFrom(message.fuse());
    platform.unsupported = stringsFrom(message.unsupported());
    platform.fallback_platform = printable(message.fallback_platform());
    if (message.cost().has_amount()) platform.cost_amount = message.cost().amount();
    platform.cost_unit = printable(message.cost().unit());
    if (message.uncertainty().has_platform())
        platform.uncertainty.platform = message.uncertainty().platform();
    if (message.uncertainty().has_op_class())
        platform.uncertainty.op_class = message.uncertainty().op_class();
    if (message.uncertainty().has_layer()) platform.uncertainty.layer = message.uncertainty().layer();
    if (auto error = readMemories(platform, message, spot)) return *error;
    if (auto error = readCostModels(platform, message, spot)) return *error;
    readNotes(platform, message);
    if (platform.loop_nest && platform.loop_nest->node_nm)
        if (auto error = estimateEnergies(platform, message.loop_nest(), spot.nested(message, "loop_nest", -1, spot.inside)))
            return *error;
    if (platform.loop_nest && !platform.clock_hz) return spot.error("no clock for its loop nest", "give clock_hz");
    return platform;
}

void fill(proto::Platform& message, const Platform& platform) {
    message.set_name(platform.name);
    if (platform.descriptor != platform.name) message.set_from_library(platform.descriptor);
    if (!platform.title.empty()) message.set_title(platform.title);
    for (const auto& alias : platform.aliases) message.add_aliases(alias);
    if (platform.clock_hz) message.set_clock_hz(*platform.clock_hz);
    message.set_weight_bits(platform.weight_bits);
    message.set_activation_bits(platform.activation_bits);
    for (const auto& bank : platform.memories) {
        auto* to = message.add_memory();
        to->set_name(bank.name);
        if (bank.capacity_bytes) to->set_capacity_bytes(*bank.capacity_bytes);
        to->set_reserved_bytes(bank.reserved_bytes);
    }
    message.set_idle_power_w(platform.idle_power_w);
    message.set_lanes(platform.lanes);
    message.set_copy_bandwidth_bytes_per_s(platform.copy_bandwidth_bytes_per_s);
    message.set_invoke_s(platform.invoke_s);
    message.set_weight_stream_bytes_per_s(platform.weight_stream_bytes_per_s);
    if (platform.weight_resident_bytes) message.set_weight_resident_bytes(*platform.weight_resident_bytes);
    constexpr std::array kModes{proto::Platform::DMA, proto::Platform::CPU, proto::Platform::BLOCKING};
    message.set_transfer(kModes[static_cast<std::size_t>(platform.transfer)]);
    message.set_in_place(platform.in_place);
    for (const auto& op : platform.in_place_ops) message.add_in_place_ops(op);
    if (platform.double_buffer) message.set_double_buffer(true);
    if (platform.fuse) {
        for (const auto& pattern : *platform.fuse) message.add_fuse(pattern);
        if (platform.fuse->empty()) message.add_fuse("");
    }
    for (const auto& op : platform.unsupported) message.add_unsupported(op);
    if (!platform.fallback_platform.empty()) message.set_fallback_platform(platform.fallback_platform);
    if (platform.cost_amount) message.mutable_cost()->set_amount(*platform.cost_amount);
    if (!platform.cost_unit.empty()) message.mutable_cost()->set_unit(platform.cost_unit);
    fillModels(message, platform);
}

} // namespace cutline
