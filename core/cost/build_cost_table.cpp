// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/cost/table_builder.h"
#include "core/cost/uncertainty.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>

namespace cutline {
namespace {

constexpr std::size_t kListedLayers = 10;

bool isConvolution(const Layer& layer) {
    return layer.op_class == OpClass::Conv || layer.op_class == OpClass::Depthwise;
}

} // namespace

/// Every platform's patterns, longest first wins in fuse(); platforms that lack a pattern run its layers one
/// by one.
std::vector<std::string> TableBuilder::allPatterns(const System& system) {
    std::vector<std::string> patterns;
    const auto add = [&](std::span<const std::string> more) {
        for (const std::string& pattern : more)
            if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end())
                patterns.push_back(pattern);
    };
    for (const Platform& platform : system.platforms)
        add(platform.fuse ? std::span<const std::string>(*platform.fuse) : defaultFusionPatterns());
    return patterns;
}

std::uint32_t TableBuilder::detail(const std::string& text) {
    const auto [at, fresh] = m_details.try_emplace(text, 0);
    if (fresh) at->second = m_table.addDetail(text);
    return at->second;
}

Result<void> TableBuilder::checkProfileNames() const {
    for (const auto& [name, profile] : m_options.profiles) {
        const auto named = [&](const Platform& p) {
            return p.name == name || p.descriptor == name ||
                   std::find(p.aliases.begin(), p.aliases.end(), name) != p.aliases.end();
        };
        if (std::any_of(m_system.platforms.begin(), m_system.platforms.end(), named)) continue;
        std::string there;
        for (const Platform& p : m_system.platforms) there += (there.empty() ? "" : ", ") + p.name;
        return Error{printable(profile.file),
                     "a profile for platform " + printable(name) + ", which " + m_system.name +
                         " does not have",
                     "its platforms are " + there};
    }
    return {};
}

/// Leads every profile to layers. Groups that a profile times as one become groups of the table, where no
/// platform's pattern has some of their layers already.
Result<void> TableBuilder::matchProfiles() {
    m_measured.resize(m_system.platforms.size());
    if (m_options.profiles.empty()) return {};
    Fusion fusion = m_table.fusion();
    const bool fuses = m_options.fusion && !m_options.compat.any();
    for (std::uint32_t p = 0; p < m_system.platforms.size(); ++p) {
        const Platform& platform = m_system.platforms[p];
        Measured& measured = m_measured[p];
        measured.use = profileUseOf(m_options, platform);
        if (measured.use != ProfileUse::Model) measured.profile = profileOf(m_options, platform);
        if (!measured.profile) continue;
        auto match = matchProfile(m_graph, *measured.profile, platform);
        if (!match) return match.error();
        measured.match = *std::move(match);
        measured.layers = profiledLayers(m_graph, *measured.profile, measured.match);
        if (fuses && measured.use == ProfileUse::Measurement)
            fusion = joined(m_graph, fusion, measuredGroups(measured.match, measured.layers));
    }
    m_table = CostTable(m_table.graphPtr(), m_table.systemPtr(), std::move(fusion));
    return {};
}

Error TableBuilder::missing(const Platform& platform, const std::string& file,
                            const std::vector<LayerId>& layers) const {
    std::string list;
    for (std::size_t i = 0; i < std::min(layers.size(), kListedLayers); ++i)
        list += (i ? ", " : "") + m_graph.layer(layers[i]).name;
    if (layers.size() > kListedLayers) list += " and " + std::to_string(layers.size() - kListedLayers) + " more";
    return {printable(file),
            std::to_string(layers.size()) + " of " + std::to_string(m_graph.layerCount()) +
                " layers are not listed for " + platform.name + ": " + list,
            "add them, or choose --profile-missing zero or model"};
}

Result<void> TableBuilder::fillFromProfile(PlatformId id, const CostModel* model) {
    const Measured& measured = m_measured[id.index()];
    const std::string file = printable(measured.profile->file);
    std::vector<LayerId> absent;
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        const Layer& layer = m_graph.layers()[l];
        Cost cost{0, 0, Source::Profile, true, 0, 0};
        if (m_options.compat.conv_only && !isConvolution(layer)) {
            cost.source = Source::Assumed;
            cost.detail = detail("costs nothing under conv-only");
        } else if (const ProfiledLayer& known = measured.layers[l]; known.known) {
            cost = known.cost;
            if (!known.detail.empty()) cost.detail = detail(known.detail);
            if (!known.has_energy) estimateEnergy(id, model, LayerId{l}, cost);
        } else if (layer.isView()) {
            // Costs nothing, and that is certain.
        } else if (m_options.compat.conv_only || m_options.missing == ProfileMissing::Zero) {
            cost.source = Source::Assumed;
            cost.detail = detail("not in " + file + ", taken as 0");
        } else {
            const auto predicted = model && m_options.missing == ProfileMissing::Model
                                       ? modelCost(id, *model, LayerId{l})
                                       : std::nullopt;
            if (!predicted)
                absent.push_back(LayerId{l});
            else
                cost = *predicted;
            if (predicted && cost.detail == 0) cost.detail = detail("not in " + file + ", predicted");
        }
        m_table.setLayer(LayerId{l}, id, cost);
    }
    if (!absent.empty()) return missing(m_system.platform(id), measured.profile->file, absent);
    sumGroups(id);
    groupsFromProfile(id);
    return {};
}

/// A time without an energy, on a platform with a roofline: its power over that time, else the roofline's own.
void TableBuilder::estimateEnergy(PlatformId id, const CostModel* model, LayerId layer, Cost& cost) {
    const Platform& platform = m_system.platform(id);
    if (!platform.roofline || platform.loop_nest || !cost.supported) return;
    if (platform.roofline->busy_power_w)
        cost.energy_j = *platform.roofline->busy_power_w * cost.latency_s;
    else if (const auto predicted = model ? modelCost(id, *model, layer) : std::nullopt)
        cost.energy_j = predicted->energy_j;
    if (cost.energy_j > 0 && cost.detail == 0)
        cost.detail = detail("time measured; energy estimated by the roofline of " + platform.name);
}

/// What was measured as one is as certain as any measurement.
void TableBuilder::groupsFromProfile(PlatformId id) {
    const Measured& measured = m_measured[id.index()];
    const auto& groups = m_table.fusion().groups;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (groups[g].size() < 2) continue;
        const std::uint32_t unit = unitOfGroup(measured.match, measured.layers, groups[g]);
        if (unit == ProfiledLayer::kNoUnit) continue;
        Cost cost = m_table.group(g, id);
        cost.source = Source::Profile;
        cost.setSpread(defaultSpread(cost.source));
        cost.detail = detail("measured as one");
        m_table.setGroup(g, id, cost, true);
    }
}

std::optional<Cost> TableBuilder::modelCost(PlatformId id, const CostModel& model, LayerId layer) {
    const LayerId one[] = {layer};
    auto cost = model.cost(m_graph, one);
    if (!cost) return cost;
    if (cost->source == Source::None) cost->detail = detail("a shape is not known");
    if (cost->source == Source::Assumed)
        cost->detail = detail(m_system.platform(id).name +
                              ": the number that limits it is an assumption of its descriptor");
    return cost;
}

Result<void> TableBuilder::fillFromModel(PlatformId id, const CostModel& model) {
    const Platform& platform = m_system.platform(id);
    std::vector<std::optional<Cost>> costs(m_layer_classes.first.size());
    std::vector<std::string> texts(costs.size());
    std::atomic<std::size_t> done{0};
    tbb::parallel_for(std::size_t{0}, costs.size(), [&](std::size_t c) {
        if (m_progress.cancelled()) return;
        const LayerId one[] = {LayerId{m_layer_classes.first[c]}};
        costs[c] = model.costUnlessCancelled(m_graph, one, m_progress);
        if (m_progress.cancelled()) return;
        texts[c] = model.explain(m_graph, one);
        const std::size_t count = ++done;
        m_progress.report(static_cast<double>(count) / static_cast<double>(costs.size()), platform.name);
    });
    if (m_progress.cancelled()) return Error{"costs of " + platform.name, "cancelled", ""};
    for (std::size_t c = 0; c < costs.size(); ++c) {
        const Layer& layer = m_graph.layers()[m_layer_classes.first[c]];
        std::optional<Cost>& cost = costs[c];
        if (!cost)
            return Error{"platform " + platform.name,
                         "no number that says how long " + layer.op + " (" + layer.name + ") takes",
                         "give its roofline a peak, or a profile"};
        if (m_options.compat.conv_only && !isConvolution(layer))
            cost = Cost{0, 0, Source::Assumed, true, 0, detail("costs nothing under conv-only")};
        else if (cost->source == Source::None)
            cost->detail = detail("a shape is not known");
        else if (cost->source == Source::Assumed && cost->detail == 0)
            cost->detail =
                detail(platform.name + ": the number that limits it is an assumption of its descriptor");
        else if (!texts[c].empty())
            cost->detail = detail(texts[c]);
    }
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l)
        m_table.setLayer(LayerId{l}, id, *costs[m_layer_classes.of[l]]);
    sumGroups(id);
    groupsFromModel(id, model);
    return {};
}

void TableBuilder::sumGroups(PlatformId id) {
    const auto& groups = m_table.fusion().groups;
    for (std::size_t g = 0; g < groups.size(); ++g) m_table.setGroup(g, id, m_table.sumOfLayers(g, id), false);
}

bool TableBuilder::fusesGroup(const Platform& platform, const std::vector<LayerId>& group) const {
    std::string pattern;
    for (const LayerId layer : group) {
        if (!platform.supports(m_graph.layer(layer))) return false;
        pattern += (pattern.empty() ? "" : "+") + m_graph.layer(layer).op;
    }
    const auto patterns =
        platform.fuse ? std::span<const std::string>(*platform.fuse) : defaultFusionPatterns();
    return std::any_of(patterns.begin(), patterns.end(), [&](std::string text) {
        std::erase(text, ' ');
        return text == pattern;
    });
}

void TableBuilder::groupsFromModel(PlatformId id, const CostModel& model) {
    const auto& groups = m_table.fusion().groups;
    std::vector<std::optional<Cost>> costs(m_group_classes.first.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (groups[g].size() < 2 || !fusesGroup(m_system.platform(id), groups[g])) continue;
        const std::uint32_t c = m_group_classes.of[g];
        if (!costs[c]) costs[c] = model.cost(m_graph, groups[g]);
        if (!costs[c]) continue;
        Cost cost = *costs[c];
        if (cost.source == Source::None || cost.source == Source::Assumed)
            cost.detail = m_table.group(g, id).detail;
        m_table.setGroup(g, id, cost, true);
    }
}

Result<void> TableBuilder::fill(PlatformId id) {
    const Platform& platform = m_system.platform(id);
    auto model = makeModel(platform, m_options.compat, m_options.mappings);
    if (!model) return model.error();
    if (m_measured[id.index()].profile)
        return m_measured[id.index()].use == ProfileUse::Refit ? fillFromRefit(id, model->get())
                                                               : fillFromProfile(id, model->get());
    if (*model) return fillFromModel(id, **model);
    return Error{"platform " + platform.name, "neither a profile nor a cost model says what layers take",
                 "give --profile " + platform.name + "=FILE.csv, or a roofline in its descriptor"};
}

Result<CostTablePtr> TableBuilder::build() {
    if (auto names = checkProfileNames(); !names) return names.error();
    if (auto matched = matchProfiles(); !matched) return matched.error();
    m_layer_classes = layerClasses(m_graph);
    m_group_classes = groupClasses(m_graph, m_table.fusion().groups, m_layer_classes);
    for (std::uint32_t p = 0; p < m_system.platforms.size(); ++p)
        if (auto filled = fill(PlatformId{p}); !filled) return filled.error();
    // A host's own costs come first: operators fall back when all platforms are filled.
    for (std::uint32_t p = 0; p < m_system.platforms.size(); ++p)
        if (!m_system.platforms[p].unsupported.empty()) fallBack(PlatformId{p});
    return CostTablePtr(std::make_shared<const CostTable>(std::move(m_table)));
}

namespace {

/// The name under which options speak about a platform: `profiles` or `use`.
template <class Map>
auto findFor(const Map& map, const Platform& platform) {
    auto at = map.find(platform.name);
    if (at == map.end()) at = map.find(platform.descriptor);
    for (std::size_t i = 0; at == map.end() && i < platform.aliases.size(); ++i) at = map.find(platform.aliases[i]);
    return at;
}

} // namespace

const Profile* profileOf(const CostOptions& options, const Platform& platform) {
    const auto at = findFor(options.profiles, platform);
    return at == options.profiles.end() ? nullptr : &at->second;
}

ProfileUse profileUseOf(const CostOptions& options, const Platform& platform) {
    const auto at = findFor(options.use, platform);
    return at == options.use.end() ? ProfileUse::Measurement : at->second;
}

Result<CostTablePtr> buildCostTable(GraphPtr graph, SystemPtr system, const CostOptions& options,
                                    Progress& progress) {
    return TableBuilder(std::move(graph), std::move(system), options, progress).build();
}

} // namespace cutline
