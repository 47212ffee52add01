// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost: leads names of a profile to layers.
#pragma once

#include "core/cost/profile_match.h"
#include "core/cost/profiles/fused_names.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cutline::profiles {

/// One pass a rule, in the order of cost.md: what an earlier rule has claimed no later one takes. The time is
/// linear in rows and layers, but for `{ForeignNode[..]}`, each of which walks the graph.
class Matcher {
public:
    Matcher(const Graph& graph, const Profile& profile, std::span<const std::uint32_t> rows);
    ProfileMatch run();

private:
    // matcher.cpp: names
    void matchUnnamed();
    void matchExact();
    void matchFused();
    void matchBetween();
    enum class Names { Whole, Loose };
    void matchTensors(Names names);
    // matcher_copies.cpp: what stands between layers
    void matchCopies();
    void matchReformats();
    std::optional<LayerId> copiedFor(std::string_view name) const;
    void addTo(std::size_t r, LayerId owned_layer);
    // matcher_guess.cpp: what is left
    void matchAffixes();
    bool applyAffix();
    void matchTypes();
    void matchOperators();
    void absorb();
    void collectAbsent();

    const Profile::Row& source(std::size_t r) const { return m_profile.rows[m_match.rows[r].row]; }
    bool open(std::size_t r) const; ///< a row of names that no rule has taken yet
    bool owned(LayerId layer) const { return m_unit_of[layer.index()] != kNobody; }
    bool isTool() const;
    bool isConstant(std::string_view name) const;
    std::optional<LayerId> layerNamed(std::string_view name) const;
    std::optional<LayerId> nodeNamed(std::string_view name) const;
    std::optional<LayerId> layerOfTensor(std::string_view name) const;
    std::optional<LayerId> layerAlike(std::string_view name) const;
    std::vector<LayerId> between(const FusedName::Between& ends) const;
    /// The layers of a row that names the last one of a group: back to the operator that the row says.
    std::vector<LayerId> grown(const Profile::Row& row, LayerId last) const;
    bool claim(std::size_t r, std::vector<LayerId> layers, MatchKind kind, bool guessed,
               std::string reason = {});

    static constexpr std::uint32_t kNobody = 0xFFFFFFFF;

    const Graph& m_graph;
    const Profile& m_profile;
    ProfileMatch m_match;
    std::unordered_map<std::string_view, LayerId> m_names;
    std::unordered_map<std::string_view, LayerId> m_trimmed; ///< where that differs
    std::unordered_map<std::string_view, LayerId> m_makers;  ///< by tensor
    std::unordered_set<std::string_view> m_weights;
    /// Letters and digits of names and tensors; absent where two layers share them.
    std::unordered_map<std::string, std::optional<LayerId>> m_plain;
    std::vector<std::uint32_t> m_unit_of;            ///< by layer
    std::vector<std::optional<FusedName>> m_foreign; ///< by row: names with {ForeignNode[..]}
};

} // namespace cutline::profiles
