// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/reconcile.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace cutline {
namespace {

constexpr std::size_t kWorst = 10;

std::vector<Reconciliation::ClassFactor> factorsOf(const Graph& graph, const std::vector<Reconciliation::Row>& rows) {
    std::map<OpClass, std::vector<const Reconciliation::Row*>> by_class;
    for (const auto& row : rows) by_class[graph.layer(row.layer).op_class].push_back(&row);
    std::vector<Reconciliation::ClassFactor> factors;
    for (const auto& [op_class, members] : by_class) {
        Reconciliation::ClassFactor& factor = factors.emplace_back();
        factor.op_class = op_class;
        factor.layers = members.size();
        const auto count = static_cast<double>(members.size());
        double logs = 0, squares = 0;
        for (const auto* row : members) {
            factor.measured_s += row->measured_s;
            factor.predicted_s += row->predicted_s;
            logs += std::log(row->ratio) / count;
        }
        for (const auto* row : members) squares += std::pow(std::log(row->ratio) - logs, 2);
        factor.factor = std::exp(logs);
        factor.spread = members.size() > 1 ? std::sqrt(squares / (count - 1)) : 0;
    }
    return factors;
}

std::vector<std::size_t> worstOf(const std::vector<Reconciliation::Row>& rows) {
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto distance = [&](std::size_t i) { return std::abs(std::log(rows[i].ratio)); };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return distance(a) > distance(b); });
    order.resize(std::min(order.size(), kWorst));
    return order;
}

} // namespace

Result<Reconciliation> reconcile(const CostTable& measured, const CostTable& predicted, PlatformId id) {
    Reconciliation result;
    const Graph& graph = measured.graph();
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const Cost& real = measured.layer(LayerId{l}, id);
        const Cost& estimate = predicted.layer(LayerId{l}, id);
        const bool has_real = real.source == Source::Profile && real.latency_s > 0;
        const bool has_estimate = estimate.supported && estimate.source != Source::None && estimate.latency_s > 0;
        result.only_measured += has_real && !has_estimate ? 1 : 0;
        result.only_predicted += !has_real && has_estimate ? 1 : 0;
        if (!has_real || !has_estimate) continue;
        result.rows.push_back({LayerId{l}, real.latency_s, estimate.latency_s, real.latency_s / estimate.latency_s,
                               estimate.source});
        result.measured_s += real.latency_s;
        result.predicted_s += estimate.latency_s;
    }
    if (result.rows.empty())
        return Error{"platform " + measured.system().platform(id).name, "no layer is both measured and predicted",
                     "give a profile with times above 0 of layers of this model"};
    result.classes = factorsOf(graph, result.rows);
    result.worst = worstOf(result.rows);
    return result;
}

Result<ProfileComparison> compareProfile(GraphPtr graph, const Platform& platform, const Profile& profile,
                                         std::shared_ptr<loopnest::MappingCache> mappings, Progress& progress) {
    if (!platform.loop_nest && !platform.roofline)
        return Error{"platform " + platform.name, "has no cost model to compare its profile with",
                     "give its descriptor a roofline"};
    auto alone = std::make_shared<System>();
    alone->name = platform.name;
    alone->platforms = {platform};
    alone->platforms[0].fallback_platform.clear(); // there is nobody to fall back to
    CostOptions options;
    options.profiles[platform.name] = profile;
    options.missing = ProfileMissing::Model;
    options.fusion = false;
    options.mappings = std::move(mappings);
    const auto costs = [&](ProfileUse use) {
        options.use[platform.name] = use;
        return buildCostTable(graph, alone, options, progress);
    };
    const auto measured = costs(ProfileUse::Measurement);
    if (!measured) return measured.error();
    const auto predicted = costs(ProfileUse::Model);
    if (!predicted) return predicted.error();
    const PlatformId only{0};
    auto result = reconcile(**measured, **predicted, only);
    if (!result) return result.error();
    ProfileComparison comparison{*std::move(result), std::nullopt, {}};
    if (!platform.loop_nest) {
        auto fit = fitRoofline(**measured, only);
        if (!fit) return fit.error();
        comparison.fit = *std::move(fit);
    }
    const auto refitted = costs(ProfileUse::Refit);
    if (!refitted) return refitted.error();
    for (const Reconciliation::Row& row : comparison.result.rows)
        comparison.refitted_s.push_back((*refitted)->layer(row.layer, only).latency_s);
    return comparison;
}

} // namespace cutline
