// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of the search: in the file, by names; in a search, by ids.
#include "core/base/text.h"
#include "core/exchange/project_convert.h"

#include <project.pb.h>

#include <algorithm>

namespace cutline {
namespace {

// The proto's enums are those of the search, value by value.
static_assert(static_cast<int>(OrderKind::Free) == proto::Search::FREE && static_cast<int>(OrderKind::Fixed) == proto::Search::FIXED &&
              static_cast<int>(OrderKind::Given) == proto::Search::GIVEN);
static_assert(static_cast<int>(CutKind::Pipeline) == proto::Search::PIPELINE && static_cast<int>(CutKind::Any) == proto::Search::ANY &&
              static_cast<int>(CutKind::Split) == proto::Search::SPLIT);
static_assert(static_cast<int>(SolverKind::Auto) == proto::Search::AUTO && static_cast<int>(SolverKind::Exact) == proto::Search::EXACT &&
              static_cast<int>(SolverKind::Labels) == proto::Search::LABELS && static_cast<int>(SolverKind::Nsga2) == proto::Search::NSGA2);
static_assert(static_cast<int>(PrecisionChoice::Own) == proto::Search::OWN &&
              static_cast<int>(PrecisionChoice::Offered) == proto::Search::OFFERED);

/// Looks names up and remembers those that are not there.
class Finder {
public:
    Finder(const Graph& graph, const System& system, std::vector<std::string>& lost)
        : m_graph(graph), m_system(system), m_lost(lost) {}

    std::vector<PlatformId> platforms(const std::vector<std::string>& names) {
        std::vector<PlatformId> found;
        for (const std::string& name : names)
            if (const auto id = m_system.findPlatform(name); !id)
                m_lost.push_back("platform " + inQuotes(name));
            else if (std::find(found.begin(), found.end(), *id) == found.end())
                found.push_back(*id);
        return found;
    }

    std::vector<Pin> pins(const std::vector<Project::Placement>& placements, const char* what) {
        std::vector<Pin> found;
        for (const Project::Placement& placement : placements) {
            const auto layer = m_graph.findLayer(placement.layer);
            const auto platform = m_system.findPlatform(placement.platform);
            if (layer && platform)
                found.push_back({*layer, *platform});
            else
                m_lost.push_back(what + (" of " + inQuotes(placement.layer)) + " to " + inQuotes(placement.platform));
        }
        return found;
    }

    std::vector<LayerId> schedule(const std::vector<std::string>& names) {
        std::vector<LayerId> found;
        std::vector<bool> done(m_graph.layerCount());
        for (const std::string& name : names) {
            const auto id = m_graph.findLayer(name);
            if (!id || done[id->index()] || !canRun(*id, done)) break;
            done[id->index()] = true;
            found.push_back(*id);
        }
        if (names.empty() || (found.size() == names.size() && found.size() == done.size())) return found;
        m_lost.push_back("the schedule, which is no order of these layers");
        return {}; // a part of an order is none
    }

    void constraints(const Project::Limit& limit, std::vector<Constraint>& to) {
        const auto typed = parseConstraint(limit.text, m_system);
        const auto add = [&](const std::optional<double>& value, bool at_most) {
            if (!value) return;
            auto read = parseConstraint(limit.metric + (at_most ? "<=" : ">=") + numberText(*value), m_system);
            if (!read) {
                m_lost.push_back("constraint " + inQuotes(limit.metric));
                return;
            }
            const bool same = typed && typed->kind == read->kind && typed->subject == read->subject &&
                              typed->at_most == at_most && typed->limit == *value;
            to.push_back(same ? *typed : *std::move(read));
        };
        add(limit.at_most, true);
        add(limit.at_least, false);
    }

private:
    bool canRun(LayerId layer, const std::vector<bool>& done) const {
        const auto before = m_graph.predecessors(layer);
        return std::all_of(before.begin(), before.end(), [&](LayerId b) { return done[b.index()]; });
    }

    const Graph& m_graph;
    const System& m_system;
    std::vector<std::string>& m_lost;
};

std::vector<std::string> namesOf(const std::vector<PlatformId>& platforms, const System& system) {
    std::vector<std::string> names;
    for (const PlatformId platform : platforms) names.push_back(system.platform(platform).name);
    return names;
}

std::vector<Project::Placement> namesOf(const std::vector<Pin>& pins, const Graph& graph, const System& system) {
    std::vector<Project::Placement> names;
    for (const Pin& pin : pins) names.push_back({graph.layer(pin.layer).name, system.platform(pin.platform).name});
    return names;
}

} // namespace

Project::Search searchFrom(const proto::Search& message) {
    Project::Search search;
    search.order = static_cast<OrderKind>(message.order());
    for (const std::string& name : message.given_order()) search.given_order.push_back(validUtf8(name));
    for (const std::string& name : message.allowed()) search.allowed.push_back(validUtf8(name));
    search.max_platforms = message.max_platforms();
    search.cuts = static_cast<CutKind>(message.cuts());
    search.solver = static_cast<SolverKind>(message.solver());
    search.precisions = static_cast<PrecisionChoice>(message.precisions());
    search.keep_dominated = message.keep_dominated();
    for (const std::string& name : message.schedule()) search.schedule.push_back(validUtf8(name));
    search.down_set_cap = message.down_set_cap();
    search.plan_cap = message.plan_cap();
    if (message.has_time_limit_s()) search.time_limit_s = message.time_limit_s();
    search.epsilon = message.epsilon();
    if (message.has_resolution()) search.resolution = message.resolution();
    if (message.has_seed()) search.seed = message.seed();
    search.threads = message.threads();
    return search;
}

void fill(proto::Search& message, const Project::Search& search) {
    const Project::Search usual;
    if (search.order != usual.order) message.set_order(static_cast<proto::Search::Order>(search.order));
    message.mutable_given_order()->Assign(search.given_order.begin(), search.given_order.end());
    message.mutable_allowed()->Assign(search.allowed.begin(), search.allowed.end());
    if (search.max_platforms != 0) message.set_max_platforms(search.max_platforms);
    if (search.cuts != usual.cuts) message.set_cuts(static_cast<proto::Search::Cuts>(search.cuts));
    if (search.solver != usual.solver) message.set_solver(static_cast<proto::Search::Solver>(search.solver));
    if (search.precisions != usual.precisions)
        message.set_precisions(static_cast<proto::Search::Precisions>(search.precisions));
    if (search.keep_dominated) message.set_keep_dominated(true);
    message.mutable_schedule()->Assign(search.schedule.begin(), search.schedule.end());
    if (search.down_set_cap != 0) message.set_down_set_cap(search.down_set_cap);
    if (search.plan_cap != 0) message.set_plan_cap(search.plan_cap);
    if (search.time_limit_s) message.set_time_limit_s(*search.time_limit_s);
    if (search.epsilon > 0) message.set_epsilon(search.epsilon);
    message.set_resolution(search.resolution);
    message.set_seed(search.seed);
    if (search.threads != 0) message.set_threads(search.threads);
}

SearchOptions searchOptionsOf(const Project& project, const Graph& graph, const System& system,
                              std::vector<std::string>& lost) {
    Finder find(graph, system, lost);
    SearchOptions options;
    if (!project.objectives.empty()) options.objectives = project.objectives;
    for (const Project::Limit& limit : project.constraints) find.constraints(limit, options.constraints);
    options.pins = find.pins(project.pins, "the pin");
    options.forbidden = find.pins(project.forbidden, "the ban");
    if (!project.search) return options;
    const Project::Search& search = *project.search;
    options.order = search.order;
    options.given_order = find.platforms(search.given_order);
    if (options.order == OrderKind::Given && options.given_order.empty()) options.order = OrderKind::Free;
    options.allowed = find.platforms(search.allowed);
    options.max_platforms = search.max_platforms;
    options.cuts = search.cuts;
    options.solver = search.solver;
    options.precisions = search.precisions;
    options.keep_dominated = search.keep_dominated;
    options.schedule = find.schedule(search.schedule);
    if (search.down_set_cap != 0) options.down_set_cap = static_cast<std::size_t>(search.down_set_cap);
    if (search.plan_cap != 0) options.plan_cap = static_cast<std::size_t>(search.plan_cap);
    options.time_limit_s = search.time_limit_s;
    options.epsilon = search.epsilon;
    options.resolution = search.resolution;
    options.seed = search.seed;
    options.threads = search.threads;
    return options;
}

void setSearchOptions(Project& project, const SearchOptions& options, const Graph& graph, const System& system) {
    project.objectives = options.objectives;
    project.constraints.clear();
    for (const Constraint& constraint : options.constraints) {
        const auto sign = constraint.text.find_first_of("<>");
        Project::Limit limit{std::string(trimmed(constraint.text.substr(0, sign))), {}, {}, constraint.text};
        (constraint.at_most ? limit.at_most : limit.at_least) = constraint.limit;
        project.constraints.push_back(std::move(limit));
    }
    project.pins = namesOf(options.pins, graph, system);
    project.forbidden = namesOf(options.forbidden, graph, system);
    Project::Search& search = project.search.emplace();
    search.order = options.order;
    search.given_order = namesOf(options.given_order, system);
    search.allowed = namesOf(options.allowed, system);
    search.max_platforms = static_cast<std::uint32_t>(options.max_platforms);
    search.cuts = options.cuts;
    search.solver = options.solver;
    search.precisions = options.precisions;
    search.keep_dominated = options.keep_dominated;
    for (const LayerId layer : options.schedule) search.schedule.push_back(graph.layer(layer).name);
    search.down_set_cap = options.down_set_cap;
    search.plan_cap = options.plan_cap;
    search.time_limit_s = options.time_limit_s;
    search.epsilon = options.epsilon;
    search.resolution = options.resolution;
    search.seed = options.seed;
    search.threads = options.threads;
}

} // namespace cutline
