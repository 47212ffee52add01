// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/workload.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/exchange/json_text.h"
#include "core/exchange/proof_json.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <unordered_map>

namespace cutline {
namespace {

using Json = nlohmann::json;

constexpr double kMostDevices = 10000;
constexpr double kLargestId = 9007199254740992.0; ///< whole numbers are exact up to 2^53
constexpr double kLargest = 1e15;                 ///< of times and sizes, so that sums stay finite

std::string shownValue(const Json& value)
{
    return elided(printable(value.dump(-1, ' ', false, Json::error_handler_t::replace)), 40);
}

/// Takes the numbers out of one object; keeps the first error.
class Fields {
public:
    Fields(const Json& object, std::string where) : m_object(object), m_where(std::move(where)) {}

    double number(const char* key, double low, double high)
    {
        const Json* value = find(key);
        if (!value) return 0;
        if (!value->is_number()) {
            set(std::string("`") + key + "` is " + shownValue(*value) + ", not a number", "give a number without quotes");
            return 0;
        }
        const double number = value->get<double>();
        if (!(number >= low && number <= high))
            set(std::string("`") + key + "` is " + shownValue(*value), "give a number from " + numberText(low) + " to " + numberText(high));
        return number;
    }
    double whole(const char* key, double low, double high)
    {
        const double value = number(key, low, high);
        if (std::floor(value) != value)
            set(std::string("`") + key + "` is " + numberText(value) + ", not a whole number", "give a whole number");
        return value;
    }
    /// 0 and 1 in some files, false and true in others.
    bool truth(const char* key)
    {
        const Json* value = find(key);
        if (!value) return false;
        if (value->is_boolean()) return value->get<bool>();
        return whole(key, 0, 1) != 0;
    }
    bool has(const char* key) const { return m_object.contains(key); }
    void set(std::string what, std::string fix)
    {
        if (!m_error) m_error = Error{m_where, std::move(what), std::move(fix)};
    }
    const std::optional<Error>& error() const { return m_error; }
    void rename(std::string where) { m_where = std::move(where); }

private:
    const Json* find(const char* key)
    {
        const auto at = m_object.find(key);
        if (at != m_object.end()) return &*at;
        set(std::string("has no `") + key + "`", "give it: nothing is assumed for what is missing");
        return nullptr;
    }

    const Json& m_object;
    std::string m_where;
    std::optional<Error> m_error;
};

class WorkloadReader {
public:
    WorkloadReader(const Json& root, const std::string& path) : m_root(root), m_path(printable(path)) {}
    Result<Workload> run();

private:
    using Step = std::optional<Error>;
    Step readDevices();
    Step readNode(const Json& object, std::size_t index);
    Step readEdge(const Json& object, std::size_t index);
    Step readList(const char* key, Step (WorkloadReader::*read)(const Json&, std::size_t));
    Step findCycle() const;
    Error cycleAmong(std::vector<std::vector<std::uint32_t>> sources, const std::vector<std::size_t>& open) const;
    std::string idOf(std::uint32_t node) const { return std::to_string(m_workload.nodes[node].id); }

    const Json& m_root;
    const std::string m_path;
    Workload m_workload;
    std::unordered_map<std::int64_t, std::uint32_t> m_index_of;
};

std::optional<Error> WorkloadReader::readDevices()
{
    Fields fields(m_root, m_path);
    m_workload.accelerators = static_cast<std::uint32_t>(fields.whole("maxFPGAs", 0, kMostDevices));
    m_workload.cpus = static_cast<std::uint32_t>(fields.whole("maxCPUs", 0, kMostDevices));
    m_workload.accelerator_bytes = fields.number("maxSizePerFPGA", 0, kLargest);
    if (!fields.error() && m_workload.accelerators + m_workload.cpus == 0)
        fields.set("has no device", "set maxFPGAs or maxCPUs above 0");
    return fields.error();
}

std::optional<Error> WorkloadReader::readNode(const Json& object, std::size_t index)
{
    Fields fields(object, m_path + ", node " + std::to_string(index + 1) + " of the list");
    Workload::Node node;
    node.id = static_cast<std::int64_t>(fields.whole("id", -kLargestId, kLargestId));
    if (fields.error()) return fields.error();
    fields.rename(m_path + ", node " + std::to_string(node.id));
    if (!m_index_of.emplace(node.id, m_index_of.size()).second)
        fields.set("stands there twice", "give each node an id of its own");
    if (const auto name = object.find("name"); name != object.end() && name->is_string()) node.name = name->get<std::string>();
    node.cpu_ms = fields.number("cpuLatency", 0, kLargest);
    node.accelerator_ms = fields.number("fpgaLatency", 0, kLargest);
    node.bytes = fields.number("size", 0, kLargest);
    node.on_accelerator = fields.truth("supportedOnFpga");
    if (fields.has("colorClass")) node.colour = static_cast<std::int64_t>(fields.whole("colorClass", -kLargestId, kLargestId));
    if (fields.has("isBackwardNode") && fields.truth("isBackwardNode"))
        fields.set("is a backward node, and placement is of inference", "leave the backward pass out");
    m_workload.nodes.push_back(node);
    return fields.error();
}

std::optional<Error> WorkloadReader::readEdge(const Json& object, std::size_t index)
{
    Fields fields(object, m_path + ", edge " + std::to_string(index + 1) + " of the list");
    const auto source = static_cast<std::int64_t>(fields.whole("sourceId", -kLargestId, kLargestId));
    const auto target = static_cast<std::int64_t>(fields.whole("destId", -kLargestId, kLargestId));
    if (fields.error()) return fields.error();
    fields.rename(m_path + ", edge " + std::to_string(source) + " -> " + std::to_string(target));
    const double cost = fields.number("cost", 0, kLargest);
    const auto from = m_index_of.find(source), to = m_index_of.find(target);
    if (from == m_index_of.end() || to == m_index_of.end()) {
        fields.set("names a node that is not there", "correct the edge, or add the node");
        return fields.error();
    }
    if (source == target) fields.set("leads to its own node", "leave the edge out");
    Workload::Edge edge{from->second, to->second, cost, std::nullopt};
    if (fields.has("size")) edge.bytes = fields.number("size", 0, kLargest);
    m_workload.edges.push_back(edge);
    return fields.error();
}

std::optional<Error> WorkloadReader::readList(const char* key, Step (WorkloadReader::*read)(const Json&, std::size_t))
{
    const auto list = m_root.find(key);
    if (list == m_root.end() || !list->is_array())
        return Error{m_path, std::string("has no list `") + key + "`", std::string("give `") + key + "`, [] where there are none"};
    for (std::size_t i = 0; i < list->size(); ++i) {
        const Json& object = (*list)[i];
        if (!object.is_object())
            return Error{m_path, std::string("entry ") + std::to_string(i + 1) + " of `" + key + "` is " + shownValue(object),
                         "give an object with names and values"};
        if (auto error = (this->*read)(object, i)) return error;
    }
    return std::nullopt;
}

Error WorkloadReader::cycleAmong(std::vector<std::vector<std::uint32_t>> sources, const std::vector<std::size_t>& open) const
{
    constexpr std::size_t kShown = 8;
    // Every node that is left has a source that is left: walking back must come round.
    std::uint32_t node = 0;
    while (open[node] == 0) ++node;
    std::vector<std::size_t> step(open.size(), 0);
    std::vector<std::uint32_t> walk;
    while (step[node] == 0) {
        walk.push_back(node);
        step[node] = walk.size();
        for (const std::uint32_t source : sources[node])
            if (open[source] > 0) {
                node = source;
                break;
            }
    }
    std::string text = idOf(node);
    std::size_t shown = 1;
    for (std::size_t i = walk.size(); i-- > step[node] - 1; ++shown) {
        if (shown < kShown || i == step[node] - 1) text += " -> " + idOf(walk[i]);
        if (shown == kShown && i > step[node] - 1) text += " -> ..";
    }
    return {m_path, "its edges form a cycle: " + text, "take one of these edges out"};
}

std::optional<Error> WorkloadReader::findCycle() const
{
    const std::size_t count = m_workload.nodes.size();
    std::vector<std::vector<std::uint32_t>> sources(count), targets(count);
    std::vector<std::size_t> open(count, 0);
    for (const Workload::Edge& edge : m_workload.edges) {
        sources[edge.to].push_back(edge.from);
        targets[edge.from].push_back(edge.to);
        ++open[edge.to];
    }
    std::vector<std::uint32_t> ready;
    for (std::uint32_t n = 0; n < count; ++n)
        if (open[n] == 0) ready.push_back(n);
    for (std::size_t i = 0; i < ready.size(); ++i)
        for (const std::uint32_t target : targets[ready[i]])
            if (--open[target] == 0) ready.push_back(target);
    if (ready.size() == count) return std::nullopt;
    return cycleAmong(std::move(sources), open);
}

Result<Workload> WorkloadReader::run()
{
    if (!m_root.is_object()) return Error{m_path, "is no workload", "give the JSON object with nodes and edges"};
    if (auto error = readList("nodes", &WorkloadReader::readNode)) return *error;
    if (m_workload.nodes.empty()) return Error{m_path, "has no nodes", "give a workload with `nodes`"};
    if (auto error = readDevices()) return *error;
    if (auto error = readList("edges", &WorkloadReader::readEdge)) return *error;
    if (auto error = findCycle()) return *error;
    return std::move(m_workload);
}

} // namespace

Result<Workload> parseWorkload(std::string_view text, const std::string& path)
{
    const auto root = readJson(text, path);
    if (!root) return root.error();
    return WorkloadReader(*root, path).run();
}

Result<Workload> readWorkload(const std::string& path)
{
    const auto text = readFile(path, kMostWorkloadBytes);
    if (!text) return text.error();
    return parseWorkload(*text, path);
}

std::string placementJson(const Workload& workload, const Placement& placement)
{
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.member("maxLoadMs", placement.max_load_ms);
    json.key("proof");
    writeProof(json, placement.proof);
    json.key("devices");
    json.open('[');
    for (const auto& device : placement.devices) {
        json.open('[');
        for (const std::uint32_t node : device) json.raw(std::to_string(workload.nodes[node].id));
        json.close(']');
    }
    json.close(']');
    json.close('}');
    return out + '\n';
}

} // namespace cutline
