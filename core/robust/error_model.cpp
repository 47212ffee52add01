// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/robust/error_model.h"

#include "core/cost/uncertainty.h"
#include "core/plan/precision_variants.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace cutline {
namespace {

constexpr std::size_t kClasses = 6; ///< of OpClass

/// splitmix64.
std::uint64_t mixed(std::uint64_t z)
{
    z += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

/// In (0, 1): never 0, whose logarithm there is none.
double uniform(std::uint64_t bits) { return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; }

/// Box and Muller 1958.
double normal(std::uint64_t key)
{
    const double radius = std::sqrt(-2 * std::log(uniform(mixed(key))));
    return radius * std::cos(2 * std::numbers::pi * uniform(mixed(key ^ 0x5851F42D4C957F2Dull)));
}

/// As the table says; one that names a total alone is split as its source is.
LogSpread spreadOf(const Cost& cost)
{
    if (cost.spread == LogSpread{} && cost.uncertainty > 0)
        return spreadOfTotal(cost.source, static_cast<double>(cost.uncertainty));
    return cost.spread;
}

bool energyIsPowerTimesTime(const Platform& platform, const Cost& cost)
{
    if (!platform.roofline || !platform.roofline->busy_power_w) return false;
    return std::abs(cost.energy_j - *platform.roofline->busy_power_w * cost.latency_s) <= 1e-9 * cost.energy_j;
}

std::uint32_t familyOf(const std::string& name, std::vector<std::string>& families)
{
    const auto at = std::find(families.begin(), families.end(), name);
    if (at == families.end()) families.push_back(name);
    return static_cast<std::uint32_t>(std::find(families.begin(), families.end(), name) - families.begin());
}

} // namespace

ErrorModel::ErrorModel(const Problem& problem, double link_spread) : m_problem(problem)
{
    for (const Platform& p : problem.system->platforms)
        m_family_of.push_back(familyOf(p.descriptor.empty() ? p.name : p.descriptor, m_families));
    m_index.assign(m_families.size() * 2 * (1 + kClasses + problem.graph->layerCount()), kNone);
    add(*problem.costs, *problem.system);
    if (problem.variants)
        for (const PrecisionVariants::Level& level : problem.variants->levels) add(*level.costs, *level.system);
    addLinks(link_spread);
    finishSpreads();
}

void ErrorModel::add(const CostTable& costs, const System& system)
{
    const auto& groups = costs.fusion().groups;
    Cells cells;
    for (std::uint32_t p = 0; p < m_family_of.size(); ++p) {
        const Platform& platform = system.platforms[p];
        for (std::uint32_t l = 0; l < m_problem.graph->layerCount(); ++l)
            cells.layers.push_back(cellOf(costs.layer(LayerId{l}, PlatformId{p}), l, platform, p, LayerId{l}));
        for (std::uint32_t g = 0; g < groups.size(); ++g)
            if (costs.fuses(g, PlatformId{p}))
                cells.groups.push_back(cellOf(costs.group(g, PlatformId{p}), g, platform, p, anchorOf(groups[g])));
    }
    m_cells.push_back(std::move(cells));
}

LayerId ErrorModel::anchorOf(const std::vector<LayerId>& group) const
{
    for (const LayerId l : group)
        if (!m_problem.graph->layer(l).loops.empty()) return l;
    return group.front();
}

ErrorModel::Cell ErrorModel::cellOf(const Cost& cost, std::uint32_t row, const Platform& platform, std::uint32_t p,
                                    LayerId layer)
{
    Cell cell{row, p, {kNone, kNone}, {kNone, kNone}, {kNone, kNone}, 0, 0, 0};
    const LogSpread spread = spreadOf(cost);
    cell.sa = static_cast<double>(spread.platform);
    cell.sb = static_cast<double>(spread.op_class);
    cell.sc = static_cast<double>(spread.layer);
    const std::uint32_t family = m_family_of[p];
    const OpClass op_class = m_problem.graph->layer(layer).op_class;
    const bool one = energyIsPowerTimesTime(platform, cost);
    for (const Figure figure : {Figure::Time, Figure::Energy}) {
        const Figure drawn = one ? Figure::Time : figure;
        const auto f = static_cast<std::size_t>(figure);
        const double size = figure == Figure::Time ? cost.latency_s : cost.energy_j;
        if (size <= 0) continue;
        cell.a[f] = factor(Kind::Platform, drawn, family, op_class, layer);
        cell.b[f] = factor(Kind::OpClass, drawn, family, op_class, layer);
        cell.c[f] = factor(Kind::Layer, drawn, family, op_class, layer);
        if (one && figure == Figure::Energy) continue;
        // Sizes and spreads are summed up here and divided in finishSpreads().
        const std::array<std::pair<std::uint32_t, double>, 3> parts{
            {{cell.a[f], cell.sa}, {cell.b[f], cell.sb}, {cell.c[f], cell.sc}}};
        for (const auto& [index, part] : parts) {
            m_factors[index].size += size;
            m_factors[index].spread += size * part;
        }
    }
    return cell;
}

std::uint32_t ErrorModel::factor(Kind kind, Figure figure, std::uint32_t family, OpClass op_class, LayerId layer)
{
    const std::size_t within = kind == Kind::Platform  ? 0
                               : kind == Kind::OpClass ? 1 + static_cast<std::size_t>(op_class)
                                                       : 1 + kClasses + layer.index();
    const std::size_t per_figure = 1 + kClasses + m_problem.graph->layerCount();
    std::uint32_t& index = m_index[(family * 2 + static_cast<std::size_t>(figure)) * per_figure + within];
    if (index == kNone) {
        index = static_cast<std::uint32_t>(m_factors.size());
        m_factors.push_back({kind, figure, family, op_class, layer, 0, 0});
    }
    return index;
}

void ErrorModel::finishSpreads()
{
    for (Factor& f : m_factors)
        if (f.kind != Kind::Link && f.size > 0) f.spread /= f.size;
}

void ErrorModel::addLinks(double spread)
{
    std::vector<std::uint32_t> of_family;
    for (const Connection& c : m_problem.system->links) {
        const std::uint32_t family =
            familyOf(c.link.descriptor.empty() ? c.link.name : c.link.descriptor, m_link_families);
        if (family == of_family.size()) {
            of_family.push_back(static_cast<std::uint32_t>(m_factors.size()));
            m_factors.push_back({Kind::Link, Figure::Time, family, OpClass::Other, LayerId{}, spread, 1});
        }
        m_link_factor.push_back(of_family[family]);
    }
}

std::string ErrorModel::nameOf(const Factor& f) const
{
    if (f.kind == Kind::Link) return m_link_families[f.family];
    const std::string& platform = m_families[f.family];
    if (f.kind == Kind::Platform) return platform;
    if (f.kind == Kind::OpClass) return platform + " " + std::string(cutline::nameOf(f.op_class));
    return platform + " layer " + m_problem.graph->layer(f.layer).name;
}

std::vector<double> ErrorModel::deviates(std::uint64_t seed, std::uint64_t sample) const
{
    std::vector<double> values(m_factors.size());
    const std::uint64_t base = mixed(mixed(seed) + sample);
    for (std::size_t f = 0; f < values.size(); ++f) values[f] = normal(base + 2 * f);
    return values;
}

/// `times(factor)` is how much larger a cost gets by one of its factors, given the spread with which it has it.
template <class Times>
CostTablePtr ErrorModel::changedCosts(const CostTable& from, const Cells& cells, Times times) const
{
    auto costs = std::make_shared<CostTable>(from);
    const auto apply = [&](const Cell& cell, auto cost) {
        const auto by = [&](std::size_t f) {
            return cell.a[f] == kNone ? 1 : times(cell.a[f], cell.sa) * times(cell.b[f], cell.sb) * times(cell.c[f], cell.sc);
        };
        cost.latency_s *= by(0);
        cost.energy_j *= by(1);
        return cost;
    };
    for (const Cell& cell : cells.layers) {
        const LayerId layer{cell.row};
        const PlatformId platform{cell.platform};
        costs->setLayer(layer, platform, apply(cell, costs->layer(layer, platform)));
        // The way there is the links' to vary.
        if (const FallBack* fall_back = costs->fallBack(layer, platform))
            costs->setFallBack(layer, platform, apply(cell, *fall_back));
    }
    // Groups that are not fused cost the sum of their layers.
    const auto& groups = costs->fusion().groups;
    for (std::uint32_t p = 0; p < m_family_of.size(); ++p)
        for (std::size_t g = 0; g < groups.size(); ++g) {
            if (costs->fuses(g, PlatformId{p})) continue;
            Cost sum = costs->group(g, PlatformId{p});
            sum.latency_s = sum.energy_j = 0;
            for (const LayerId l : groups[g]) {
                sum.latency_s += costs->layer(l, PlatformId{p}).latency_s;
                sum.energy_j += costs->layer(l, PlatformId{p}).energy_j;
            }
            costs->setGroup(g, PlatformId{p}, sum, false);
        }
    for (const Cell& cell : cells.groups)
        costs->setGroup(cell.row, PlatformId{cell.platform},
                        apply(cell, costs->group(cell.row, PlatformId{cell.platform})), true);
    return costs;
}

template <class Times> Problem ErrorModel::changed(Times times) const
{
    Problem problem = m_problem;
    problem.costs = changedCosts(*m_problem.costs, m_cells[0], times);
    if (m_problem.variants) {
        auto variants = std::make_shared<PrecisionVariants>(*m_problem.variants);
        for (std::size_t k = 0; k < variants->levels.size(); ++k)
            variants->levels[k].costs = changedCosts(*variants->levels[k].costs, m_cells[k + 1], times);
        problem.variants = std::move(variants);
    }
    if (m_link_factor.empty()) return problem;
    auto system = std::make_shared<System>(*m_problem.system);
    for (std::size_t l = 0; l < system->links.size(); ++l) {
        Link& link = system->links[l].link;
        const double slower = times(m_link_factor[l], m_factors[m_link_factor[l]].spread);
        link.rate_bits_per_s /= slower;
        link.arbitration_rate_bits_per_s /= slower;
        link.frame.overhead_s *= slower;
        link.propagation_s_per_m *= slower;
        link.latency_s *= slower;
    }
    problem.system = std::move(system);
    return problem;
}

Problem ErrorModel::perturbed(std::span<const double> deviates) const
{
    return changed([&](std::uint32_t factor, double spread) { return std::exp(spread * deviates[factor]); });
}

Problem ErrorModel::scaled(std::size_t factor, double times) const
{
    return changed([&](std::uint32_t f, double) { return f == factor ? times : 1.0; });
}

} // namespace cutline
