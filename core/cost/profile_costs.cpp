// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/profile_costs.h"

#include "core/base/text.h"
#include "core/cost/uncertainty.h"

#include <algorithm>

namespace cutline {
namespace {

constexpr std::size_t kLongestGroup = 8;

/// A small share of a time is a guess, half of it or twice it; a share of nearly all of it is nearly measured.
constexpr float kShareSpread = 0.5f;

/// Weights of the layers of a unit that add up to 1.
std::vector<double> shares(const Graph& graph, const std::vector<LayerId>& layers) {
    std::vector<double> macs, elements;
    double all_macs = 0, all_elements = 0;
    for (const LayerId l : layers) {
        const Layer& layer = graph.layer(l);
        macs.push_back(static_cast<double>(layer.macs.value_or(0)));
        elements.push_back(0);
        for (const TensorId t : layer.outputs)
            elements.back() += static_cast<double>(graph.tensor(t).elements().value_or(0));
        if (layer.isView()) elements.back() = 0;
        all_macs += macs.back();
        all_elements += elements.back();
    }
    std::vector<double>& weights = all_macs > 0 ? macs : elements;
    const double sum = all_macs > 0 ? all_macs : all_elements;
    for (double& weight : weights) weight = sum > 0 ? weight / sum : 1.0 / static_cast<double>(layers.size());
    return std::move(weights);
}

/// The last layer with a share gets what rounding leaves, so that the sum is the measured one.
std::vector<double> divided(double value, const std::vector<double>& shares) {
    std::vector<double> parts;
    std::size_t largest = 0;
    double rest = value;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        parts.push_back(value * shares[i]);
        rest -= parts.back();
        if (shares[i] > shares[largest]) largest = i;
    }
    parts[largest] = std::max(0.0, parts[largest] + rest);
    return parts;
}

Cost costOf(const Profile::Row& row) {
    Cost cost;
    cost.source = row.source.value_or(Source::Profile);
    cost.supported = row.supported;
    cost.setSpread(row.uncertainty ? spreadOfTotal(cost.source, *row.uncertainty)
                                   : defaultSpread(cost.source));
    if (row.uncertainty) cost.uncertainty = static_cast<float>(*row.uncertainty); // to the last digit
    return cost;
}

} // namespace

std::vector<ProfiledLayer> profiledLayers(const Graph& graph, const Profile& profile,
                                          const ProfileMatch& match) {
    std::vector<ProfiledLayer> result(graph.layerCount());
    for (std::uint32_t u = 0; u < match.units.size(); ++u) {
        const ProfileMatch::Unit& unit = match.units[u];
        const Profile::Row& row = profile.rows[unit.rows.front()];
        const std::vector<double> weights = shares(graph, unit.layers);
        const auto times = divided(unit.latency_s, weights), energies = divided(unit.energy_j, weights);
        for (std::size_t i = 0; i < unit.layers.size(); ++i) {
            ProfiledLayer& layer = result[unit.layers[i].index()];
            layer.known = true;
            layer.has_energy = unit.has_energy;
            layer.unit = u;
            layer.cost = costOf(row);
            layer.cost.latency_s = times[i];
            layer.cost.energy_j = energies[i];
            if (!row.supported)
                layer.detail = printable(profile.file) + " says that the platform cannot run it";
            if (unit.layers.size() == 1) continue;
            LogSpread spread = layer.cost.spread;
            spread.layer = std::max(spread.layer, kShareSpread * static_cast<float>(1 - weights[i]));
            layer.cost.setSpread(spread);
            layer.detail = "its share by MACs of " + std::to_string(unit.layers.size()) +
                           " layers that were measured as one: " + inQuotes(row.layer);
        }
    }
    for (const auto& [layer, by] : match.absorbed) {
        ProfiledLayer& absorbed = result[layer.index()];
        absorbed.known = absorbed.has_energy = true;
        absorbed.unit = result[by.index()].unit;
        absorbed.cost.source = Source::Profile;
        absorbed.detail = "in the measured time of " + inQuotes(graph.layer(by).name);
    }
    return result;
}

std::vector<std::vector<LayerId>> measuredGroups(const ProfileMatch& match,
                                                 const std::vector<ProfiledLayer>& layers) {
    std::vector<std::vector<LayerId>> members(match.units.size());
    for (std::uint32_t l = 0; l < layers.size(); ++l)
        if (layers[l].unit != ProfiledLayer::kNoUnit) members[layers[l].unit].push_back(LayerId{l});
    std::vector<std::vector<LayerId>> groups;
    for (const ProfileMatch::Row& row : match.rows) {
        const bool as_one = !row.guessed && row.kind != MatchKind::Reformat &&
                            row.kind != MatchKind::Operator && row.kind != MatchKind::SideBySide;
        if (!as_one || row.layers.empty()) continue;
        std::vector<LayerId>& group = members[layers[row.layers.front().index()].unit];
        if (group.size() > 1 && group.size() <= kLongestGroup) groups.push_back(std::move(group));
    }
    return groups;
}

std::uint32_t unitOfGroup(const ProfileMatch& match, const std::vector<ProfiledLayer>& layers,
                          const std::vector<LayerId>& group) {
    const std::uint32_t unit = layers[group.front().index()].unit;
    if (unit == ProfiledLayer::kNoUnit) return unit;
    std::size_t own = 0;
    for (const LayerId l : group) {
        if (layers[l.index()].unit != unit) return ProfiledLayer::kNoUnit;
        const auto& members = match.units[unit].layers;
        own += std::binary_search(members.begin(), members.end(), l) ? 1u : 0u;
    }
    return own == match.units[unit].layers.size() ? unit : ProfiledLayer::kNoUnit;
}

} // namespace cutline
