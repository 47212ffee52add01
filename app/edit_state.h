// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_model.h"
#include "core/exchange/project.h"
#include "core/graph/import.h"
#include "core/plan/plan.h"
#include "core/plan/sensitivity.h"
#include "core/platform/scenario.h"
#include "core/platform/system.h"
#include "core/search/search.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cutline {

using PlanPtr = std::shared_ptr<const Plan>;

class AccuracySource;
using AccuracySourcePtr = std::shared_ptr<AccuracySource>;

/// The plan that differences are shown against, and what it is called. No plan: the fastest platform on its
/// own.
struct Reference {
    PlanPtr plan;
    std::string name;
};

/// A plan marked as favourite or with a note: it stays listed whatever a search finds.
struct Kept {
    PlanPtr plan;
    std::string name; ///< "kept 2"
    std::string note;
    bool favourite = false;
};

/// Everything that a person edits and that undo takes back. A value: cheap to copy, since what is large is
/// shared and immutable. What follows from it (costs, front, metrics) lives in Document, not here.
struct EditState {
    /// As read with the scenario's dimensions; null before the first.
    std::shared_ptr<const ImportedModel> model;
    SystemPtr system;
    Scenario scenario;
    SearchOptions options;
    bool fusion = true;
    /// Measured times, by the platform's name in the system, and whether they are in force; the rest is predicted.
    std::map<std::string, GivenTimes> profiles;
    ProfileMissing missing = ProfileMissing::Model;
    /// What each layer loses on each platform; null: not known.
    SensitivityPtr sensitivity;
    FileReference sensitivity_file; ///< that it came from
    /// The images that accuracy is measured on; null: none.
    AccuracySourcePtr images;
    /// Null until a search has proposed one.
    PlanPtr plan;
    Reference reference;
    std::vector<Kept> kept;
    std::string title, note; ///< of the project and its report; empty: none
    /// Cards of the system's diagram that have been moved.
    std::vector<CardPlace> places;
};

/// Same measured times, also where the shared parts are different copies.
bool sameProfiles(const EditState& a, const EditState& b);
/// Same demand on a search; the call-back is not part of it.
bool sameOptions(const SearchOptions& a, const SearchOptions& b);
bool operator==(const Kept& a, const Kept& b);
/// Equal by value, also where the shared parts are different copies.
bool operator==(const EditState& a, const EditState& b);

} // namespace cutline
