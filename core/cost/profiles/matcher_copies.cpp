// SPDX-License-Identifier: GPL-3.0-or-later
// Copies that TensorRT puts between layers: their time is added to the layer that they are made for.
#include "core/base/text.h"
#include "core/cost/profiles/matcher.h"

namespace cutline::profiles {

/// A copy belongs to the layer that it feeds: its time is added to that layer's row.
void Matcher::matchReformats() {
    const auto find = [&](std::string_view name) { return nodeNamed(name); };
    for (std::size_t r = 0; r < m_match.rows.size(); ++r) {
        if (source(r).by_op || !m_match.rows[r].layers.empty()) continue;
        const auto name = reformatName(source(r).layer);
        if (!name) continue;
        std::optional<LayerId> target;
        if (name->is_tensor) {
            if (const auto tensor = m_graph.findTensor(name->target)) {
                const Tensor& copied = m_graph.tensor(*tensor);
                target = copied.producer;
                for (const LayerId l : copied.consumers)
                    if (!copied.producer && owned(l) && (!target || !owned(*target))) target = l;
            }
        } else if (const auto fused = fusedName(name->target, find)) {
            if (!fused->layers.empty()) target = fused->layers.front();
            if (!target && !fused->between.empty())
                target =
                    fused->between.front().last ? fused->between.front().last : fused->between.front().first;
        }
        ProfileMatch::Row& row = m_match.rows[r];
        if (!target || !owned(*target)) {
            row.reason = "a copy for " + inQuotes(name->target) + ", which has no row";
            continue;
        }
        addTo(r, *target);
    }
}

void Matcher::addTo(std::size_t r, LayerId owned_layer) {
    ProfileMatch::Row& row = m_match.rows[r];
    ProfileMatch::Unit& unit = m_match.units[m_unit_of[owned_layer.index()]];
    unit.latency_s += source(r).latency_s;
    unit.rows.push_back(row.row);
    row.kind = MatchKind::Reformat;
    row.layers = unit.layers;
    row.reason = "added to " + inQuotes(m_graph.layer(owned_layer).name);
}

/// TensorRT joins tensors by copying each to its place: "t copy" is done for the Concat that reads t. Around other
/// layers it puts copies and reshapes of its own: "a_copy_output", "reshape_before_a", "reshape_after_a".
std::optional<LayerId> Matcher::copiedFor(std::string_view name) const {
    constexpr std::string_view kCopy = " copy", kOutput = "_copy_output";
    if (name.ends_with(kCopy)) {
        const auto tensor = m_graph.findTensor(name.substr(0, name.size() - kCopy.size()));
        if (!tensor) return std::nullopt;
        for (const LayerId reader : m_graph.tensor(*tensor).consumers)
            if (m_graph.layer(reader).op == "Concat") return reader;
        return std::nullopt;
    }
    bool beside = name.ends_with(kOutput);
    if (beside) name.remove_suffix(kOutput.size());
    for (const std::string_view start : {"reshape_before_", "reshape_after_"})
        if (name.starts_with(start)) {
            name.remove_prefix(start.size());
            beside = true;
        }
    return beside ? layerNamed(name) : std::nullopt;
}

void Matcher::matchCopies() {
    if (m_profile.format != ProfileFormat::TensorRt) return;
    for (std::size_t r = 0; r < m_match.rows.size(); ++r) {
        if (!open(r)) continue;
        const auto target = copiedFor(source(r).layer);
        if (target && owned(*target)) addTo(r, *target);
        else if (target) claim(r, {*target}, MatchKind::Reformat, false);
    }
}

} // namespace cutline::profiles
