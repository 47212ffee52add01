// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scenario_fit.h"

#include "widgets/models/constraint_metrics.h"
#include "widgets/models/plan_facts.h"

#include <algorithm>

namespace cutline {
namespace {

bool hasCarrier(const System& system, const std::string& name) {
    return system.findLink(name) || std::any_of(system.memories.begin(), system.memories.end(),
                                                [&](const SharedMemory& memory) { return memory.name == name; });
}

/// Each of its limits is one on something that is there.
bool isReadable(const Scenario::Requirement& requirement, const System& system) {
    Scenario alone;
    alone.requirements = {requirement};
    const auto limits = static_cast<std::size_t>(requirement.at_most.has_value()) +
                        static_cast<std::size_t>(requirement.at_least.has_value());
    return requirementLimits(alone, system).size() == limits;
}

} // namespace

QStringList fitScenario(Scenario& scenario, const System& system) {
    QStringList dropped;
    const auto fitPlaces = [&](std::vector<Scenario::Placement>& places) {
        std::erase_if(places, [&](const Scenario::Placement& place) {
            if (system.findPlatform(place.platform)) return false;
            dropped << QStringLiteral("the place of ") + nameText(place.tensor, 40);
            return true;
        });
    };
    fitPlaces(scenario.inputs);
    fitPlaces(scenario.outputs);
    std::erase_if(scenario.background, [&](const auto& load) {
        if (hasCarrier(system, load.first)) return false;
        dropped << QStringLiteral("the background load of ") + nameText(load.first, 40);
        return true;
    });
    std::erase_if(scenario.requirements, [&](const Scenario::Requirement& requirement) {
        if (isReadable(requirement, system)) return false;
        dropped << QStringLiteral("the requirement on ") + nameText(requirement.metric, 40);
        return true;
    });
    return dropped;
}

} // namespace cutline
