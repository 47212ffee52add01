// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/profiles/matcher.h"

#include "core/base/text.h"
#include "core/cost/profiles/kinds.h"
#include "core/cost/profiles/kit.h"

#include <algorithm>

namespace cutline::profiles {
namespace {

constexpr std::size_t kMostForeign = 200;
/// How far a row's last layer may be from the operator that the row is of: Conv + BatchNormalization + Add +
/// activation made of two operators.
constexpr int kLongestGroup = 6;

std::string plainName(std::string_view name) {
    std::string plain = lowered(name.substr(0, 4096));
    std::erase_if(plain, [](char c) {
        return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && static_cast<unsigned char>(c) < 0x80;
    });
    return plain;
}

bool removeSuffix(std::string_view& name, std::string_view suffix) {
    if (!name.ends_with(suffix)) return false;
    name.remove_suffix(suffix.size());
    return true;
}

/// "Relu:0" -> "Relu".
std::string_view withoutIndex(std::string_view name) {
    const auto colon = name.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == name.size()) return name;
    const bool index = name.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
    return index ? name.substr(0, colon) : name;
}

/// Why nothing is called so.
std::string strangerText(std::string_view type) {
    if (type.starts_with("Reorder"))
        return "copies data into another layout, the file does not say for which layer";
    if (type.starts_with("Constant")) return "computes a constant, which is no layer";
    return "no layer of that name";
}

std::string strangersText(const FusedName& name) {
    if (name.strangers.empty()) return {};
    std::string text = "not layers: ";
    for (std::size_t i = 0; i < std::min<std::size_t>(name.strangers.size(), 3); ++i)
        text += (i ? ", " : "") + inQuotes(name.strangers[i]);
    if (name.strangers.size() > 3) text += " and " + std::to_string(name.strangers.size() - 3) + " more";
    return text;
}

} // namespace

Matcher::Matcher(const Graph& graph, const Profile& profile, std::span<const std::uint32_t> rows)
    : m_graph(graph), m_profile(profile), m_unit_of(graph.layerCount(), kNobody), m_foreign(rows.size()) {
    for (const std::uint32_t row : rows) {
        ProfileMatch::Row matched;
        matched.row = row;
        m_match.rows.push_back(std::move(matched));
    }
    for (const Weight& weight : graph.weights()) m_weights.insert(weight.name);
    const auto addPlain = [&](std::string_view name, LayerId layer) {
        const auto [at, fresh] = m_plain.try_emplace(plainName(name), layer);
        if (!fresh && at->second != layer) at->second.reset();
    };
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const Layer& layer = graph.layer(LayerId{l});
        m_names.try_emplace(layer.name, LayerId{l});
        if (trimmed(layer.name) != layer.name) m_trimmed.try_emplace(trimmed(layer.name), LayerId{l});
        addPlain(layer.name, LayerId{l});
        for (const TensorId t : layer.outputs) {
            m_makers.try_emplace(graph.tensor(t).name, LayerId{l});
            addPlain(graph.tensor(t).name, LayerId{l});
        }
    }
}

ProfileMatch Matcher::run() {
    matchUnnamed();
    matchExact();
    matchFused();
    matchBetween();
    matchCopies();
    matchTensors(Names::Whole); // nothing about such a name is guessed, so it comes before affixes
    matchAffixes();
    matchTensors(Names::Loose);
    matchTypes();
    matchReformats();
    matchOperators();
    absorb();
    collectAbsent();
    for (ProfileMatch::Row& row : m_match.rows)
        if (row.layers.empty() && row.reason.empty()) row.reason = strangerText(m_profile.rows[row.row].type);
    return std::move(m_match);
}

bool Matcher::isTool() const {
    return m_profile.format != ProfileFormat::Csv && m_profile.format != ProfileFormat::CnnParted;
}

/// What a fused name may list beside its layers: the model's weights, what exporters and TensorRT call constants, and layers
/// that TensorRT puts in.
bool Matcher::isConstant(std::string_view name) const {
    if (m_weights.contains(name)) return true;
    const auto tensor = m_graph.findTensor(name);
    if (tensor && !m_graph.tensor(*tensor).producer) return true;
    return isTool() && (name.starts_with("onnx::") || name.starts_with("(Unnamed Layer*"));
}

bool Matcher::open(std::size_t r) const {
    return m_match.rows[r].layers.empty() && !source(r).by_op && !reformatName(source(r).layer);
}

/// The exact name. Our own CSV percent-encodes names; a name as it stands comes second there, so that `a%2Bb`
/// and `a+b` side by side keep their rows.
std::optional<LayerId> Matcher::layerNamed(std::string_view name) const {
    const auto find = [&](std::string_view wanted) -> std::optional<LayerId> {
        if (const auto at = m_names.find(wanted); at != m_names.end()) return at->second;
        if (const auto at = m_trimmed.find(wanted); at != m_trimmed.end()) return at->second;
        return std::nullopt;
    };
    if (m_profile.format == ProfileFormat::Csv && name.find('%') != std::string_view::npos)
        if (const auto layer = find(percentDecoded(name))) return layer;
    return find(name);
}

/// TensorRT calls a node without a name after its output.
std::optional<LayerId> Matcher::nodeNamed(std::string_view name) const {
    if (const auto layer = layerNamed(name)) return layer;
    constexpr std::string_view kNodeOf = "node_of_";
    if (!name.starts_with(kNodeOf)) return std::nullopt;
    const auto at = m_makers.find(name.substr(kNodeOf.size()));
    return at == m_makers.end() ? std::nullopt : std::optional(at->second);
}

/// Layers and reasons of a row. Layers that another row has already stay there.
bool Matcher::claim(std::size_t r, std::vector<LayerId> layers, MatchKind kind, bool guessed,
                    std::string reason) {
    ProfileMatch::Row& row = m_match.rows[r];
    std::sort(layers.begin(), layers.end());
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
    const auto taken = std::find_if(layers.begin(), layers.end(), [&](LayerId l) { return owned(l); });
    if (taken != layers.end()) {
        const std::string other = inQuotes(m_graph.layer(*taken).name) + " has a row of its own";
        std::erase_if(layers, [&](LayerId l) { return owned(l); });
        if (layers.empty()) {
            row.reason = other;
            return false;
        }
        reason += (reason.empty() ? "" : "; ") + other;
        guessed = true;
    }
    if (layers.empty()) return false;
    const auto unit = static_cast<std::uint32_t>(m_match.units.size());
    for (const LayerId l : layers) m_unit_of[l.index()] = unit;
    const Profile::Row& from = source(r);
    m_match.units.push_back(
        {layers, from.latency_s, from.energy_j.value_or(0), from.energy_j.has_value(), {row.row}});
    row.kind = kind;
    row.guessed = guessed;
    row.layers = std::move(layers);
    row.reason = std::move(reason);
    return true;
}

/// A tool that makes names up from operator and position counts other nodes than the importer does: operators
/// are taken in order where there are as many. `Conv_27` of the one may be `Conv_28` of the other.
void Matcher::matchUnnamed() {
    std::map<std::string_view, std::pair<std::vector<std::size_t>, std::vector<LayerId>>> by_op;
    for (std::size_t r = 0; r < m_match.rows.size(); ++r)
        if (source(r).unnamed) by_op[source(r).type].first.push_back(r);
    if (by_op.empty()) return;
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        const Layer& layer = m_graph.layer(LayerId{l});
        if (layer.name != layer.op + "_" + std::to_string(layer.file_index)) continue;
        if (const auto at = by_op.find(layer.op); at != by_op.end()) at->second.second.push_back(LayerId{l});
    }
    for (auto& [op, both] : by_op) {
        auto& [rows, layers] = both;
        if (rows.size() != layers.size()) continue;
        std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
            return source(a).position < source(b).position;
        });
        std::stable_sort(layers.begin(), layers.end(), [&](LayerId a, LayerId b) {
            return m_graph.layer(a).file_index < m_graph.layer(b).file_index;
        });
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const bool same = m_graph.layer(layers[i]).name == source(rows[i]).layer;
            claim(rows[i], {layers[i]}, same ? MatchKind::Exact : MatchKind::TypeOrder, !same,
                  same ? "" : "nodes without names: operators in order");
        }
    }
}

void Matcher::matchExact() {
    std::vector<std::pair<std::size_t, LayerId>> found;
    for (std::size_t r = 0; r < m_match.rows.size(); ++r)
        if (open(r))
            if (const auto layer = layerNamed(source(r).layer)) found.emplace_back(r, *layer);
    // All exact names are known before a row may grow back over layers without one.
    std::vector<std::size_t> short_of;
    for (const auto& [r, layer] : found) {
        const Kind said = kindOf(source(r).type);
        const bool last_of_group =
            said != Kind::Unknown && said != Kind::Other && !mayBe(said, kindOf(m_graph.layer(layer)));
        if (last_of_group)
            short_of.push_back(r);
        else
            claim(r, {layer}, MatchKind::Exact, source(r).unnamed,
                  source(r).unnamed ? "names made up by position" : "");
    }
    for (const std::size_t r : short_of)
        claim(r, grown(source(r), *layerNamed(source(r).layer)), MatchKind::Exact, false);
}

std::vector<LayerId> Matcher::grown(const Profile::Row& row, LayerId last) const {
    const Kind said = kindOf(row.type);
    std::vector<LayerId> group{last};
    if (said == Kind::Unknown || said == Kind::Other || mayBe(said, kindOf(m_graph.layer(last))))
        return group;
    LayerId at = last;
    for (int step = 0; step < kLongestGroup; ++step) {
        std::optional<LayerId> before;
        for (const LayerId p : m_graph.predecessors(at))
            if (!owned(p) && (!before || mayBe(said, kindOf(m_graph.layer(p))) ||
                              !mayBe(said, kindOf(m_graph.layer(*before)))))
                before = p;
        if (!before) break;
        group.push_back(*before);
        if (mayBe(said, kindOf(m_graph.layer(*before)))) return group;
        const OpClass kind = m_graph.layer(*before).op_class;
        if (kind != OpClass::Elementwise && kind != OpClass::View &&
            kindOf(m_graph.layer(*before)) != Kind::Normalisation)
            break;
        at = *before;
    }
    return {last};
}

void Matcher::matchFused() {
    const auto find = [&](std::string_view name) { return nodeNamed(name); };
    std::size_t foreign = 0;
    for (std::size_t r = 0; r < m_match.rows.size(); ++r) {
        if (!open(r) || !m_match.rows[r].reason.empty()) continue;
        auto name = fusedName(source(r).layer, find);
        if (!name) continue;
        if (!name->between.empty()) {
            // Layers with rows of their own come first.
            if (++foreign <= kMostForeign) m_foreign[r] = std::move(name);
            continue;
        }
        const std::string reason = strangersText(*name);
        const bool partly = std::any_of(name->strangers.begin(), name->strangers.end(),
                                        [&](const std::string& part) { return !isConstant(part); });
        m_match.rows[r].partly = claim(r, name->layers, name->kind, false, reason) && partly;
    }
}

/// All layers on a path from the one to the other; where there is none, those that stand between them.
std::vector<LayerId> Matcher::between(const FusedName::Between& ends) const {
    const auto count = static_cast<std::uint32_t>(m_graph.layerCount());
    const std::uint32_t first = ends.first ? ends.first->value : 0;
    const std::uint32_t last = ends.last ? ends.last->value : count - 1;
    std::vector<char> after(count, 0), before(count, 0);
    if (ends.first) after[first] = 1;
    if (ends.last) before[last] = 1;
    for (std::uint32_t l = 0; l < count; ++l)
        for (const LayerId p : m_graph.predecessors(LayerId{l})) after[l] |= after[p.index()];
    for (std::uint32_t l = count; l-- > 0;)
        for (const LayerId s : m_graph.successors(LayerId{l})) before[l] |= before[s.index()];
    std::vector<LayerId> path, range;
    for (std::uint32_t l = 0; l < count; ++l) {
        const bool on_path = (!ends.first || after[l]) && (!ends.last || before[l]);
        if (on_path) path.push_back(LayerId{l});
        // Branches that begin elsewhere and join on the way run there too.
        if (!on_path && l > first && l < last && !owned(LayerId{l}) && (after[l] || before[l]))
            range.push_back(LayerId{l});
    }
    if (path.empty()) {
        if (ends.first) range.push_back(*ends.first);
        if (ends.last) range.push_back(*ends.last);
    }
    path.insert(path.end(), range.begin(), range.end());
    return path;
}

void Matcher::matchBetween() {
    for (std::size_t r = 0; r < m_match.rows.size(); ++r) {
        if (!m_foreign[r]) continue;
        std::vector<LayerId> layers = m_foreign[r]->layers;
        for (const FusedName::Between& ends : m_foreign[r]->between)
            for (const LayerId l : between(ends))
                if (!owned(l)) layers.push_back(l);
        std::string reason = "all layers between the two that are named: to be confirmed";
        if (const std::string more = strangersText(*m_foreign[r]); !more.empty()) reason += "; " + more;
        if (layers.empty()) m_match.rows[r].reason = "every layer between has a row of its own";
        claim(r, std::move(layers), MatchKind::Between, true, std::move(reason));
    }
}

/// The layer that makes a tensor, without what tools add: an index, ONNX Runtime's blocked layout, TensorRT's
/// word for nodes without names.
std::optional<LayerId> Matcher::layerOfTensor(std::string_view name) const {
    name = trimmed(name);
    std::string_view bare = withoutIndex(name);
    removeSuffix(bare, "_nchwc");
    if (bare.starts_with("node_of_")) bare.remove_prefix(8);
    for (const std::string_view tried : {name, withoutIndex(name), bare}) {
        if (const auto at = m_makers.find(tried); at != m_makers.end()) return at->second;
        if (const auto layer = layerNamed(tried)) return layer;
    }
    return std::nullopt;
}

/// The one layer whose name, or whose tensor's, has the same letters and digits.
std::optional<LayerId> Matcher::layerAlike(std::string_view name) const {
    const std::string plain = plainName(withoutIndex(trimmed(name)));
    const auto at = m_plain.find(plain);
    return plain.empty() || at == m_plain.end() ? std::nullopt : at->second;
}

void Matcher::matchTensors(Names names) {
    if (names == Names::Loose && !isTool()) return;
    for (std::size_t r = 0; r < m_match.rows.size(); ++r) {
        if (!open(r)) continue;
        const std::string& name = source(r).layer;
        const auto find = [&](std::string_view part) {
            return names == Names::Whole ? layerOfTensor(part) : layerAlike(part);
        };
        std::vector<LayerId> layers;
        if (const auto layer = find(name)) {
            layers = {*layer};
        } else if (isTool() && name.size() < 65536) {
            // Several outputs, or the tensors of operators that were merged: "a/Relu;a/Conv2D".
            for (std::size_t start = 0; start <= name.size();) {
                const std::size_t end = std::min(name.find_first_of(";,\t", start), name.size());
                if (const auto part = find(std::string_view(name).substr(start, end - start)))
                    layers.push_back(*part);
                start = end + 1;
            }
        }
        if (layers.empty()) continue;
        std::sort(layers.begin(), layers.end());
        layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
        if (layers.size() == 1) layers = grown(source(r), layers.front());
        const bool guessed = names == Names::Loose;
        claim(r, std::move(layers), MatchKind::Tensor, guessed,
              guessed ? "letters and digits of the names agree" : "");
    }
}

} // namespace cutline::profiles
