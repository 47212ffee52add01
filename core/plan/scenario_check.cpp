// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/evaluate.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    return list.empty() ? "none" : list;
}

class ScenarioCheck {
public:
    ScenarioCheck(const Graph& graph, const System& system, const Scenario& scenario)
        : m_graph(graph), m_system(system), m_where("scenario " + printable(scenario.name)) {
        for (const Platform& platform : system.platforms) m_platforms.push_back(platform.name);
    }

    Result<void> placements(const std::vector<Scenario::Placement>& list, std::span<const TensorId> ends,
                            const std::string& kind) const {
        std::vector<std::string> names;
        for (const TensorId t : ends) names.push_back(m_graph.tensor(t).name);
        std::vector<std::string> placed;
        for (const Scenario::Placement& placement : list) {
            if (std::find(placed.begin(), placed.end(), placement.tensor) != placed.end())
                return error(kind + " " + inQuotes(placement.tensor) + " is placed twice", "give each one place");
            placed.push_back(placement.tensor);
            if (std::find(names.begin(), names.end(), placement.tensor) == names.end())
                return error("the model has no " + kind + " " + inQuotes(placement.tensor),
                             "there are " + listed(names));
            if (!m_system.findPlatform(placement.platform))
                return error(kind + " " + placement.tensor + " is on " + inQuotes(placement.platform) +
                                 ", which " + m_system.name + " does not have",
                             "its platforms are " + listed(m_platforms));
        }
        return {};
    }

    Result<void> loads(const std::map<std::string, double>& background) const {
        std::vector<std::string> names;
        for (const Connection& connection : m_system.links) names.push_back(connection.link.name);
        for (const SharedMemory& memory : m_system.memories) names.push_back(memory.name);
        for (const auto& [name, load] : background) {
            if (std::find(names.begin(), names.end(), name) == names.end())
                return error("background load of " + inQuotes(name) + ", which " + m_system.name +
                                 " does not have",
                             "there are " + listed(names));
            if (!(load >= 0 && load < 1))
                return error("background load of " + name + " is " + numberText(load),
                             "give a share from 0 to below 1");
        }
        return {};
    }

    Result<void> times(const Scenario& scenario) const {
        if (scenario.rate_hz && !(*scenario.rate_hz > 0 && std::isfinite(*scenario.rate_hz)))
            return error("rate_hz is " + numberText(*scenario.rate_hz), "give a positive rate, or none");
        for (const double time : {scenario.sensor_s, scenario.post_s})
            if (!(time >= 0 && std::isfinite(time)))
                return error("a time of " + numberText(time) + " s", "give 0 or more");
        return {};
    }

private:
    Error error(std::string what, std::string fix) const {
        return {m_where, std::move(what), std::move(fix)};
    }

    const Graph& m_graph;
    const System& m_system;
    std::string m_where;
    std::vector<std::string> m_platforms;
};

} // namespace

Result<void> checkScenario(const Graph& graph, const System& system, const Scenario& scenario) {
    const ScenarioCheck check(graph, system, scenario);
    if (auto inputs = check.placements(scenario.inputs, graph.inputs(), "input"); !inputs) return inputs;
    if (auto outputs = check.placements(scenario.outputs, graph.outputs(), "output"); !outputs)
        return outputs;
    if (auto loads = check.loads(scenario.background); !loads) return loads;
    return check.times(scenario);
}

} // namespace cutline
