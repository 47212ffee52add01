// SPDX-License-Identifier: GPL-3.0-or-later
// Rules for rows that no name leads to a layer, and for layers that no row names.
#include "core/base/text.h"
#include "core/cost/profiles/kinds.h"
#include "core/cost/profiles/kit.h"
#include "core/cost/profiles/matcher.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace cutline::profiles {
namespace {

constexpr std::size_t kLongestName = 2048;
constexpr std::size_t kMostEnds = 64; ///< places in one name where an affix may end
constexpr int kMostAffixes = 8;

/// Row = affix + layer, layer + affix; layer = affix + row, row + affix.
enum class AffixKind : std::uint8_t { RowPrefix, RowSuffix, LayerPrefix, LayerSuffix };

struct Affix {
    AffixKind kind;
    std::string text;
    friend auto operator<=>(const Affix&, const Affix&) = default;
};

bool isWordCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || (c & 0x80);
}

/// Calls `found(prefix, rest)` where a prefix ends with a separator, shortest first, until it returns true.
template <class Found>
void forEachPrefix(std::string_view name, Found found) {
    std::size_t ends = 0;
    for (std::size_t i = 1; i < name.size() && ends < kMostEnds; ++i)
        if (!isWordCharacter(name[i - 1]) && ++ends && found(name.substr(0, i), name.substr(i))) return;
}

/// The same for suffixes that begin with a separator.
template <class Found>
void forEachSuffix(std::string_view name, Found found) {
    std::size_t ends = 0;
    for (std::size_t i = name.size() - 1; i > 0 && ends < kMostEnds; --i)
        if (!isWordCharacter(name[i]) && ++ends && found(name.substr(i), name.substr(0, i))) return;
}

std::string affixText(const Affix& affix) {
    const bool prefix = affix.kind == AffixKind::RowPrefix || affix.kind == AffixKind::LayerPrefix;
    const bool of_row = affix.kind == AffixKind::RowPrefix || affix.kind == AffixKind::RowSuffix;
    return std::string(prefix ? "prefix " : "suffix ") + inQuotes(affix.text) +
           (of_row ? " left off" : " added");
}

bool absorbable(const Layer& layer) {
    if (layer.op_class == OpClass::Elementwise || layer.isView()) return true;
    return layer.op == "BatchNormalization" || layer.op == "Pad" || layer.op == "Cast";
}

} // namespace

void Matcher::matchAffixes() {
    for (int round = 0; round < kMostAffixes; ++round)
        if (!applyAffix()) return;
}

/// Applies the affix that most rows have; false where no two rows share one (and it is not the only row).
bool Matcher::applyAffix() {
    std::map<Affix, std::vector<std::pair<std::size_t, LayerId>>> votes;
    std::unordered_map<std::string_view, std::size_t> rows;
    for (std::size_t r = 0; r < m_match.rows.size(); ++r) {
        const std::string_view name = source(r).layer;
        if (!open(r) || name.empty() || name.size() > kLongestName) continue;
        rows.try_emplace(name, r);
        const auto vote = [&](AffixKind kind) {
            return [&, kind](std::string_view affix, std::string_view rest) {
                const auto at = m_names.find(rest);
                if (at == m_names.end() || owned(at->second)) return false;
                votes[{kind, std::string(affix)}].emplace_back(r, at->second);
                return true;
            };
        };
        forEachPrefix(name, vote(AffixKind::RowPrefix));
        forEachSuffix(name, vote(AffixKind::RowSuffix));
    }
    if (rows.empty()) return false;
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        const std::string_view name = m_graph.layer(LayerId{l}).name;
        if (owned(LayerId{l}) || name.empty() || name.size() > kLongestName) continue;
        const auto vote = [&](AffixKind kind) {
            return [&, kind](std::string_view affix, std::string_view rest) {
                const auto at = rows.find(rest);
                if (at == rows.end()) return false;
                votes[{kind, std::string(affix)}].emplace_back(at->second, LayerId{l});
                return true;
            };
        };
        forEachPrefix(name, vote(AffixKind::LayerPrefix));
        forEachSuffix(name, vote(AffixKind::LayerSuffix));
    }
    const auto best = std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) {
        return a.second.size() < b.second.size();
    });
    // One row alone shares nothing: it must fit one layer only.
    const bool shared = best != votes.end() && best->second.size() > 1;
    if (best == votes.end() || (!shared && (rows.size() > 1 || votes.size() > 1))) return false;
    bool gained = false;
    for (const auto& [r, layer] : best->second)
        gained = claim(r, grown(source(r), layer), MatchKind::Affix, true, affixText(best->first)) || gained;
    return gained;
}

/// Where as many rows as layers of one operator are left, they are taken in order.
void Matcher::matchTypes() {
    if (!isTool()) return;
    std::map<Kind, std::vector<std::size_t>> rows;
    bool tells_depthwise = false;
    for (std::size_t r = 0; r < m_match.rows.size(); ++r) {
        const Kind kind = kindOf(source(r).type);
        tells_depthwise = tells_depthwise || kind == Kind::Depthwise;
        if (open(r) && kind != Kind::Unknown && kind != Kind::Other && kind != Kind::View)
            rows[kind].push_back(r);
    }
    for (auto& [kind, list] : rows) {
        std::vector<LayerId> layers;
        for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
            const Kind is = kindOf(m_graph.layer(LayerId{l}));
            const bool fits = tells_depthwise && kind == Kind::Convolution ? is == kind : mayBe(kind, is);
            if (fits && !owned(LayerId{l})) layers.push_back(LayerId{l});
        }
        if (layers.size() != list.size()) {
            for (const std::size_t r : list)
                m_match.rows[r].reason = "no layer of that name; " + std::to_string(list.size()) +
                                         " such rows and " + std::to_string(layers.size()) +
                                         " layers of that operator are left";
            continue;
        }
        std::stable_sort(list.begin(), list.end(), [&](std::size_t a, std::size_t b) {
            return source(a).unnamed && source(b).unnamed && source(a).position < source(b).position;
        });
        for (std::size_t i = 0; i < list.size(); ++i)
            claim(list[i], {layers[i]}, MatchKind::TypeOrder, true,
                  "as many rows as layers of that operator: in order");
    }
}

/// An `op` row is each such layer's time, not a time to share.
void Matcher::matchOperators() {
    std::unordered_map<std::string_view, std::vector<LayerId>> by_op;
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l)
        if (!owned(LayerId{l})) by_op[m_graph.layer(LayerId{l}).op].push_back(LayerId{l});
    for (std::size_t r = 0; r < m_match.rows.size(); ++r) {
        const Profile::Row& from = source(r);
        if (!from.by_op) continue;
        ProfileMatch::Row& row = m_match.rows[r];
        const auto layers = by_op.find(from.layer);
        if (layers != by_op.end()) row.layers = std::move(layers->second);
        for (const LayerId l : row.layers) {
            m_unit_of[l.index()] = static_cast<std::uint32_t>(m_match.units.size());
            m_match.units.push_back(
                {{l}, from.latency_s, from.energy_j.value_or(0), from.energy_j.has_value(), {row.row}});
        }
        if (layers != by_op.end()) by_op.erase(layers);
        if (row.layers.empty())
            row.reason = "no layer of that operator is without a row of its own";
        else
            row.kind = MatchKind::Operator;
    }
}

/// What a tool's file does not list and a neighbour can have taken in: activations, additions and
/// normalisations by the layer before, else by the one layer behind. Tables that people write list every
/// layer.
void Matcher::absorb() {
    if (!isTool()) return;
    std::vector<std::optional<LayerId>> by(m_graph.layerCount());
    const auto carrier = [&](LayerId l) -> std::optional<LayerId> {
        return owned(l) ? std::optional(l) : by[l.index()];
    };
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        if (owned(LayerId{l}) || !absorbable(m_graph.layer(LayerId{l}))) continue;
        for (const LayerId p : m_graph.predecessors(LayerId{l}))
            if (const auto c = carrier(p); c && (!by[l] || *c > *by[l])) by[l] = c;
    }
    for (auto l = static_cast<std::uint32_t>(m_graph.layerCount()); l-- > 0;) {
        const auto next = m_graph.successors(LayerId{l});
        if (owned(LayerId{l}) || by[l] || next.size() != 1 || !absorbable(m_graph.layer(LayerId{l})))
            continue;
        by[l] = carrier(next.front());
    }
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l)
        if (by[l] && !m_graph.layer(LayerId{l}).isView()) m_match.absorbed.push_back({LayerId{l}, *by[l]});
}

void Matcher::collectAbsent() {
    auto absorbed = m_match.absorbed.begin();
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        if (absorbed != m_match.absorbed.end() && absorbed->layer.value == l) {
            ++absorbed;
            continue;
        }
        if (!owned(LayerId{l}) && !m_graph.layer(LayerId{l}).isView()) m_match.absent.push_back(LayerId{l});
    }
}

} // namespace cutline::profiles
