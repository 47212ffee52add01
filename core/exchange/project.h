// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/cost/cost_model.h"
#include "core/plan/plan.h"
#include "core/platform/library.h"
#include "core/search/search.h"

#include <optional>
#include <string>
#include <vector>

namespace cutline {

/// A file that a project refers to; the path is relative to the project file or absolute.
struct FileReference {
    std::string name; ///< of a model: "v3"; of a profile: the platform
    std::string file;
    std::string sha256; ///< lower-case hex; empty: not known
    friend bool operator==(const FileReference&, const FileReference&) = default;
};

/// Where a person has put a platform or switch in the diagram of the system: its left upper corner in pixels at scale 1.
struct CardPlace {
    std::string node;
    double x = 0, y = 0;
    friend bool operator==(const CardPlace&, const CardPlace&) = default;
};

/// What one project file holds (schema.md "Project"): references, not derived data. Layers and platforms by
/// name, so that a project outlives a changed model. Several models, systems and scenarios may stand in it.
struct Project {
    struct Limit {
        std::string metric;                      ///< "latency", "memory:EYR"
        std::optional<double> at_most, at_least; ///< SI
        std::string text;                        ///< as typed; counts where it says the same
        friend bool operator==(const Limit&, const Limit&) = default;
    };
    /// A platform's measured times, and whether they, its model or the refitted model are in force.
    struct MeasuredTimes {
        FileReference file; ///< name: the platform
        ProfileUse use = ProfileUse::Measurement;
        friend bool operator==(const MeasuredTimes&, const MeasuredTimes&) = default;
    };
    struct Placement {
        std::string layer, platform;
        friend bool operator==(const Placement&, const Placement&) = default;
    };
    struct NamedStage {
        std::string platform;
        std::vector<std::string> layers;
        int weight_bits = 0, activation_bits = 0; ///< 0: the platform's own
        friend bool operator==(const NamedStage&, const NamedStage&) = default;
    };
    struct KeptPlan {
        std::string id, name, note;
        bool kept = false, favourite = false;
        Scheme scheme = Scheme::Pipeline;
        std::vector<NamedStage> stages;
        std::vector<Placement> assignment; ///< instead of stages
        friend bool operator==(const KeptPlan&, const KeptPlan&) = default;
    };
    struct View {
        std::string chart_x, chart_y, overlay;
        std::vector<std::string> axes;      ///< "energy:log", "cost:colour"
        std::vector<std::string> columns;   ///< of the table of plans: "memory hidden", "cut 160px"
        std::vector<std::string> collapsed; ///< groups of the graph: "12 from LAYER"; "none"
        std::string selected_plan, model, system, scenario, chart;
        std::vector<CardPlace> places; ///< of the system in force
        friend bool operator==(const View&, const View&) = default;
    };

    /// SearchOptions by names; objectives, constraints, pins and forbidden pairs stand beside it.
    struct Search {
        OrderKind order = OrderKind::Free;
        std::vector<std::string> given_order, allowed; ///< platforms
        std::uint32_t max_platforms = 0;
        CutKind cuts = CutKind::Pipeline;
        SolverKind solver = SolverKind::Auto;
        PrecisionChoice precisions = PrecisionChoice::Own;
        bool keep_dominated = false;
        std::vector<std::string> schedule; ///< layers
        std::uint64_t down_set_cap = 0, plan_cap = 0; ///< 0: as usual
        std::optional<double> time_limit_s;
        double epsilon = 0, resolution = 0.01;
        std::uint64_t seed = 1;
        std::uint32_t threads = 0;
        friend bool operator==(const Search&, const Search&) = default;
    };

    std::uint32_t format = 1;
    std::string title, note;
    std::vector<FileReference> models;
    std::vector<System> systems;
    std::vector<Scenario> scenarios;
    std::vector<MeasuredTimes> profiles;
    ProfileMissing profile_missing = ProfileMissing::Model; ///< layers that profiles do not list
    bool fusion = true;
    FileReference sensitivity, accuracy; ///< no file: none; the name is the output that accuracy speaks of, where one is chosen
    std::vector<Objective> objectives;
    std::optional<Search> search;        ///< absent: as usual
    std::vector<Limit> constraints;
    std::vector<Placement> pins, forbidden;
    std::vector<KeptPlan> plans;
    std::string reference; ///< id of the plan that differences are shown against; empty: the fastest platform
    View view;
    /// What a newer version wrote and this one does not know: listed on open, kept as text when saved.
    struct Unknown {
        std::string name; ///< "robustness"
        int line = 0;     ///< from 1
        std::string text;
        friend bool operator==(const Unknown&, const Unknown&) = default;
    };
    std::vector<Unknown> unknown;

    friend bool operator==(const Project&, const Project&) = default;
};

/// Text format. Unknown fields at the top level are kept; inside known messages and wrong types they are
/// errors with line and column. `use` in its systems is looked up in the library.
Result<Project> parseProject(std::string_view text, const std::string& file, const Library& library);
std::string projectText(const Project& project);

Result<Project> readProject(const std::string& file, const Library& library);
/// Whole or not at all: temporary file, fsync, rename.
Result<void> writeProject(const std::string& file, const Project& project);

/// A kept plan on a graph and a system, and back. Errors as readPlan's.
Result<Plan> planFromKept(const Project::KeptPlan& kept, const Graph& graph, const System& system);
Project::KeptPlan keptFromPlan(const Plan& plan, const Graph& graph, const System& system);

/// What a search is to do, and back. `lost`: what the graph or system does not have, in words, one by one.
SearchOptions searchOptionsOf(const Project& project, const Graph& graph, const System& system,
                              std::vector<std::string>& lost);
void setSearchOptions(Project& project, const SearchOptions& options, const Graph& graph, const System& system);

} // namespace cutline
