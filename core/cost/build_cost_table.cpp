// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/cost/cost_model.h"
#include "core/cost/shape_classes.h"
#include "core/cost/uncertainty.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

namespace cutline {
namespace {

constexpr std::size_t kListed = 10;

bool isConvolution(const Layer& layer) {
    return layer.op_class == OpClass::Conv || layer.op_class == OpClass::Depthwise;
}

/// A profile's rows for one platform, by layer name and by operator.
struct ProfileRows {
    std::unordered_map<std::string_view, const Profile::Row*> by_layer, by_op;

    const Profile::Row* find(const Layer& layer) const {
        if (const auto at = by_layer.find(layer.name); at != by_layer.end()) return at->second;
        // Names in Cutline's own CSV are percent-encoded.
        if (const auto at = by_layer.find(percentEncoded(layer.name)); at != by_layer.end())
            return at->second;
        if (const auto at = by_op.find(layer.op); at != by_op.end()) return at->second;
        return nullptr;
    }
};

class TableBuilder {
public:
    TableBuilder(GraphPtr graph, SystemPtr system, const CostOptions& options, Progress& progress)
        : m_graph(*graph), m_system(*system), m_options(options), m_progress(progress),
          m_table(graph, system,
                  options.fusion && !options.compat.any() ? fuse(*graph, allPatterns(*system))
                                                          : unfused(*graph)) {}

    Result<CostTablePtr> build();

private:
    static std::vector<std::string> allPatterns(const System& system);
    Result<void> checkProfileNames() const;
    const Profile* profileFor(const Platform& platform) const;
    Result<ProfileRows> rowsFor(const Profile& profile, const Platform& platform) const;
    Result<void> fill(PlatformId id);
    Result<void> fillFromProfile(PlatformId id, const Profile& profile, const CostModel* model);
    Result<void> fillFromModel(PlatformId id, const CostModel& model);
    std::optional<Cost> modelCost(PlatformId id, const CostModel& model, LayerId layer);
    void sumGroups(PlatformId id);
    void groupsFromModel(PlatformId id, const CostModel& model);
    bool fusesGroup(const Platform& platform, const std::vector<LayerId>& group) const;
    void fallBack(PlatformId id);
    std::optional<PlatformId> host(const Platform& platform) const;
    Error missing(const Platform& platform, const std::string& file,
                  const std::vector<LayerId>& layers) const;
    std::uint32_t detail(const std::string& text);

    const Graph& m_graph;
    const System& m_system;
    const CostOptions& m_options;
    Progress& m_progress;
    CostTable m_table;
    std::vector<std::vector<LayerId>> m_single; ///< every layer alone
    ShapeClasses m_layer_classes, m_group_classes;
    std::map<std::string, std::uint32_t> m_details;
};

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

/// By name in the system first, then by the descriptor it came from, then by its aliases.
const Profile* TableBuilder::profileFor(const Platform& platform) const {
    std::vector<std::string> names{platform.name, platform.descriptor};
    names.insert(names.end(), platform.aliases.begin(), platform.aliases.end());
    for (const std::string& name : names)
        if (const auto at = m_options.profiles.find(name); at != m_options.profiles.end()) return &at->second;
    return nullptr;
}

Result<ProfileRows> TableBuilder::rowsFor(const Profile& profile, const Platform& platform) const {
    ProfileRows rows;
    std::vector<std::string> others;
    // Rows for the platform's own name outrank rows for its descriptor, and those rows for nobody in
    // particular.
    for (const std::string_view wanted :
         {std::string_view(platform.name), std::string_view(platform.descriptor), std::string_view()})
        for (const Profile::Row& row : profile.rows)
            if (row.platform == wanted) (row.by_op ? rows.by_op : rows.by_layer).try_emplace(row.layer, &row);
    if (!rows.by_layer.empty() || !rows.by_op.empty()) return rows;
    for (const Profile::Row& row : profile.rows)
        if (std::find(others.begin(), others.end(), row.platform) == others.end())
            others.push_back(row.platform);
    std::string list;
    for (std::size_t i = 0; i < std::min(others.size(), kListed); ++i)
        list += (i ? ", " : "") + printable(others[i]);
    return Error{printable(profile.file), "no rows for platform " + platform.name,
                 "its rows are for " + list};
}

Error TableBuilder::missing(const Platform& platform, const std::string& file,
                            const std::vector<LayerId>& layers) const {
    std::string list;
    for (std::size_t i = 0; i < std::min(layers.size(), kListed); ++i)
        list += (i ? ", " : "") + m_graph.layer(layers[i]).name;
    if (layers.size() > kListed) list += " and " + std::to_string(layers.size() - kListed) + " more";
    return {printable(file),
            std::to_string(layers.size()) + " of " + std::to_string(m_graph.layerCount()) +
                " layers are not listed for " + platform.name + ": " + list,
            "add them, or choose --profile-missing zero or model"};
}

Result<void> TableBuilder::fillFromProfile(PlatformId id, const Profile& profile, const CostModel* model) {
    const Platform& platform = m_system.platform(id);
    const auto rows = rowsFor(profile, platform);
    if (!rows) return rows.error();
    std::vector<LayerId> absent;
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        const Layer& layer = m_graph.layers()[l];
        Cost cost{0, 0, Source::Profile, true, 0, 0};
        const Profile::Row* row = rows->find(layer);
        if (m_options.compat.conv_only && !isConvolution(layer)) {
            cost.source = Source::Assumed;
            cost.detail = detail("costs nothing under conv-only");
        } else if (row) {
            cost.latency_s = row->latency_s;
            cost.energy_j = row->energy_j.value_or(0);
            cost.source = row->source.value_or(Source::Profile);
            cost.setSpread(row->uncertainty ? spreadOfTotal(cost.source, *row->uncertainty)
                                            : defaultSpread(cost.source));
            if (row->uncertainty) cost.uncertainty = static_cast<float>(*row->uncertainty); // to the last digit
        } else if (layer.isView()) {
            // Costs nothing, and that is certain.
        } else if (m_options.compat.conv_only || m_options.missing == ProfileMissing::Zero) {
            cost.source = Source::Assumed;
            cost.detail = detail("not in " + printable(profile.file) + ", taken as 0");
        } else {
            const auto predicted = model && m_options.missing == ProfileMissing::Model
                                       ? modelCost(id, *model, LayerId{l})
                                       : std::nullopt;
            if (!predicted)
                absent.push_back(LayerId{l});
            else
                cost = *predicted;
        }
        m_table.setLayer(LayerId{l}, id, cost);
    }
    if (!absent.empty()) return missing(platform, profile.file, absent);
    sumGroups(id);
    return {};
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
        const std::vector<LayerId>& item = m_single[m_layer_classes.first[c]];
        costs[c] = model.cost(m_graph, item);
        texts[c] = model.explain(m_graph, item);
        const std::size_t count = ++done;
        m_progress.report(static_cast<double>(count) / static_cast<double>(costs.size()), platform.name);
    });
    if (m_progress.cancelled()) return Error{"costs of " + platform.name, "cancelled", ""};
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        const Layer& layer = m_graph.layers()[l];
        std::optional<Cost> cost = costs[m_layer_classes.of[l]];
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
        else if (const std::string& text = texts[m_layer_classes.of[l]]; !text.empty())
            cost->detail = detail(text);
        m_table.setLayer(LayerId{l}, id, *cost);
    }
    sumGroups(id);
    groupsFromModel(id, model);
    return {};
}

/// Adds costs of layers that run one after the other: the least trusted source speaks for the sum. Errors of a
/// platform and of a class add up (weighted by time; of several classes: as if they were one, at most too
/// wide), those of layers alone cancel in part.
class CostSum {
public:
    explicit CostSum(const Cost& first) : m_sum(first) { weigh(first); }

    void add(const Cost& cost) {
        m_several = true;
        m_sum.latency_s += cost.latency_s;
        m_sum.energy_j += cost.energy_j;
        m_sum.supported = m_sum.supported && cost.supported;
        weigh(cost);
        if (cost.source <= m_sum.source) return;
        m_sum.source = cost.source;
        m_sum.detail = cost.detail;
    }
    Cost total() const {
        Cost sum = m_sum;
        const auto part = [&](double weighted) { return static_cast<float>(weighted / sum.latency_s); };
        if (m_several && sum.latency_s > 0)
            sum.setSpread({part(m_platform), part(m_class), part(std::sqrt(m_layer))});
        return sum;
    }

private:
    void weigh(const Cost& cost) {
        m_platform += static_cast<double>(cost.spread.platform) * cost.latency_s;
        m_class += static_cast<double>(cost.spread.op_class) * cost.latency_s;
        const double layer = static_cast<double>(cost.spread.layer) * cost.latency_s;
        m_layer += layer * layer;
    }

    Cost m_sum;
    bool m_several = false;
    double m_platform = 0, m_class = 0, m_layer = 0; ///< seconds; the last one squared
};

void TableBuilder::sumGroups(PlatformId id) {
    const auto& groups = m_table.fusion().groups;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        CostSum sum(m_table.layer(groups[g].front(), id));
        for (std::size_t i = 1; i < groups[g].size(); ++i) sum.add(m_table.layer(groups[g][i], id));
        m_table.setGroup(g, id, sum.total(), false);
    }
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

std::optional<PlatformId> TableBuilder::host(const Platform& platform) const {
    if (platform.fallback_platform.empty()) return std::nullopt;
    if (const auto by_name = m_system.findPlatform(platform.fallback_platform)) return by_name;
    for (std::uint32_t p = 0; p < m_system.platforms.size(); ++p)
        if (m_system.platforms[p].descriptor == platform.fallback_platform) return PlatformId{p};
    return std::nullopt;
}

/// Operators that a platform cannot run: host's cost and a transfer each way over the routes, or not
/// supported.
void TableBuilder::fallBack(PlatformId id) {
    const Platform& platform = m_system.platform(id);
    const std::optional<PlatformId> there = host(platform);
    const Routes routes(m_system);
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        const Layer& layer = m_graph.layers()[l];
        if (platform.supports(layer)) continue;
        Cost cost;
        cost.supported = false;
        cost.detail = detail(platform.name + " does not run " + layer.op);
        const bool runs = there && *there != id && m_system.platform(*there).supports(layer) &&
                          routes.reachable(id, *there) && routes.reachable(*there, id);
        if (runs) {
            cost = m_table.layer(LayerId{l}, *there);
            double way_s = 0;
            const auto send = [&](std::span<const TensorId> tensors, PlatformId from, PlatformId to) {
                double bytes = 0;
                for (const TensorId t : tensors)
                    bytes += tensorBytes(m_graph.tensor(t), m_system.platform(from));
                for (const Hop& hop : routes.between(from, to)) {
                    const TransferCost transfer = transferCost(m_system.links[hop.link.index()].link, bytes);
                    way_s += transfer.time_s;
                    cost.energy_j += transfer.energy_j;
                }
            };
            send(layer.inputs, id, *there);
            send(layer.outputs, *there, id);
            cost.detail = detail(layer.op + " falls back to " + m_system.platform(*there).name + ": " +
                                 formatQuantity(cost.latency_s, Unit::Second) + " there, " +
                                 formatQuantity(way_s, Unit::Second) + " on the way");
            cost.latency_s += way_s;
        }
        m_table.setLayer(LayerId{l}, id, cost);
    }
    const auto& groups = m_table.fusion().groups;
    const auto falls = [&](LayerId layer) { return !platform.supports(m_graph.layer(layer)); };
    std::vector<std::pair<std::size_t, Cost>> fused;
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (m_table.fuses(g, id) && std::none_of(groups[g].begin(), groups[g].end(), falls))
            fused.emplace_back(g, m_table.group(g, id));
    sumGroups(id);
    for (const auto& [g, cost] : fused) m_table.setGroup(g, id, cost, true);
}

Result<void> TableBuilder::fill(PlatformId id) {
    const Platform& platform = m_system.platform(id);
    auto model = makeModel(platform, m_options.compat, m_options.mappings);
    if (!model) return model.error();
    if (const Profile* profile = profileFor(platform)) return fillFromProfile(id, *profile, model->get());
    if (*model) return fillFromModel(id, **model);
    return Error{"platform " + platform.name, "neither a profile nor a cost model says what layers take",
                 "give --profile " + platform.name + "=FILE.csv, or a roofline in its descriptor"};
}

Result<CostTablePtr> TableBuilder::build() {
    if (auto names = checkProfileNames(); !names) return names.error();
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) m_single.push_back({LayerId{l}});
    m_layer_classes = shapeClasses(m_graph, m_single);
    m_group_classes = shapeClasses(m_graph, m_table.fusion().groups);
    for (std::uint32_t p = 0; p < m_system.platforms.size(); ++p)
        if (auto filled = fill(PlatformId{p}); !filled) return filled.error();
    // A host's own costs come first: operators fall back when all platforms are filled.
    for (std::uint32_t p = 0; p < m_system.platforms.size(); ++p)
        if (!m_system.platforms[p].unsupported.empty()) fallBack(PlatformId{p});
    return CostTablePtr(std::make_shared<const CostTable>(std::move(m_table)));
}

} // namespace

Result<CostTablePtr> buildCostTable(GraphPtr graph, SystemPtr system, const CostOptions& options,
                                    Progress& progress) {
    return TableBuilder(std::move(graph), std::move(system), options, progress).build();
}

} // namespace cutline
