// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/workload_model.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <queue>
#include <unordered_set>

namespace cutline {
namespace {

constexpr const char* kAccelerator = "accelerator";
constexpr const char* kCpu = "cpu";
constexpr double kMadeUpBytesPerS = 1e9;
/// Where nodes stand in memory that all of them reach: nothing is sent.
constexpr double kHostBitsPerS = 1e15;
/// A switch hands on frames of this size: what it adds is the time of one.
constexpr double kFrameBytes = 4096;

std::uint64_t whole(double bytes) { return static_cast<std::uint64_t>(std::llround(bytes)); }

/// Nodes before those that read them, otherwise in the file's order.
std::vector<std::uint32_t> orderOf(const Workload& workload)
{
    std::vector<std::vector<std::uint32_t>> after(workload.nodes.size());
    std::vector<std::size_t> open(workload.nodes.size(), 0);
    for (const Workload::Edge& edge : workload.edges) {
        after[edge.from].push_back(edge.to);
        ++open[edge.to];
    }
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
    for (std::uint32_t n = 0; n < open.size(); ++n)
        if (open[n] == 0) ready.push(n);
    std::vector<std::uint32_t> order;
    while (!ready.empty()) {
        order.push_back(ready.top());
        ready.pop();
        for (const std::uint32_t n : after[order.back()])
            if (--open[n] == 0) ready.push(n);
    }
    return order;
}

std::vector<std::string> namesOf(const Workload& workload)
{
    std::vector<std::string> names;
    std::unordered_set<std::string> seen;
    for (const Workload::Node& node : workload.nodes) names.push_back(validUtf8(node.name));
    const bool own = std::all_of(names.begin(), names.end(),
                                 [&](const std::string& name) { return !name.empty() && seen.insert(name).second; });
    for (std::size_t n = 0; !own && n < names.size(); ++n) names[n] = "node " + std::to_string(workload.nodes[n].id);
    return names;
}

/// What nodes send, by node, and how fast their links are.
struct Traffic {
    std::vector<double> cost_ms, bytes;
    double bytes_per_s = 0;
    bool made_up = false;
};

Traffic trafficOf(const Workload& workload)
{
    const std::size_t count = workload.nodes.size();
    Traffic traffic{std::vector<double>(count, 0), std::vector<double>(count, 0), 0, false};
    for (const Workload::Edge& edge : workload.edges) {
        traffic.cost_ms[edge.from] = std::max(traffic.cost_ms[edge.from], edge.cost_ms);
        traffic.bytes[edge.from] = std::max(traffic.bytes[edge.from], edge.bytes.value_or(0));
    }
    // The largest tensor tells the rate best: sizes are whole, times are rounded.
    std::size_t largest = 0;
    for (std::size_t n = 0; n < count; ++n)
        if (traffic.bytes[n] > traffic.bytes[largest]) largest = n;
    if (count > 0 && traffic.cost_ms[largest] > 0) traffic.bytes_per_s = traffic.bytes[largest] / (traffic.cost_ms[largest] * 1e-3);
    const auto agrees = [&](std::size_t n) {
        if (!(traffic.bytes_per_s > 0)) return !(traffic.cost_ms[n] > 0);
        const double at_rate = traffic.cost_ms[n] * 1e-3 * traffic.bytes_per_s;
        return std::abs(at_rate - traffic.bytes[n]) <= 1 + 1e-6 * at_rate;
    };
    for (std::size_t n = 0; n < count; ++n) traffic.made_up = traffic.made_up || !agrees(n);
    if (!(traffic.bytes_per_s > 0)) traffic.bytes_per_s = kMadeUpBytesPerS;
    if (!traffic.made_up) return traffic;
    traffic.bytes_per_s = kMadeUpBytesPerS;
    for (std::size_t n = 0; n < count; ++n) traffic.bytes[n] = traffic.cost_ms[n] * 1e-3 * kMadeUpBytesPerS;
    return traffic;
}

GraphPtr graphOf(const Workload& workload, const std::vector<std::string>& names, const Traffic& traffic,
                 const std::string& file)
{
    const auto order = orderOf(workload);
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<Layer> layers(order.size());
    std::vector<Tensor> tensors(order.size());
    std::vector<Weight> weights;
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        const Workload::Node& node = workload.nodes[order[i]];
        layers[i].name = names[order[i]];
        layers[i].op = "Node";
        layers[i].macs = 0;
        layers[i].file_index = order[i];
        layers[i].outputs = {TensorId{i}};
        tensors[i].name = layers[i].name + ":out";
        tensors[i].type = ElementType::UInt8;
        tensors[i].shape = Shape{static_cast<std::int64_t>(whole(traffic.bytes[order[i]]))};
        tensors[i].is_graph_output = true;
        if (node.bytes > 0) {
            layers[i].weights = {WeightId{static_cast<std::uint32_t>(weights.size())}};
            weights.push_back({layers[i].name + ":memory", ElementType::UInt8,
                               {static_cast<std::int64_t>(whole(node.bytes))}, whole(node.bytes), false, false, {}});
        }
    }
    for (const Workload::Edge& edge : workload.edges) {
        auto& inputs = layers[place[edge.to]].inputs;
        const TensorId tensor{place[edge.from]};
        if (std::find(inputs.begin(), inputs.end(), tensor) == inputs.end()) inputs.push_back(tensor);
        tensors[tensor.index()].is_graph_output = false;
    }
    return std::make_shared<const Graph>(std::filesystem::path(file).stem().string(), std::move(layers), std::move(tensors),
                                         std::move(weights));
}

/// What the file says in words of its own, once, on top of the problems.
std::vector<ImportNote> notesOn(const Workload& workload, const Traffic& traffic, const std::string& file)
{
    using enum ImportNote::Severity;
    std::vector<ImportNote> notes;
    if (traffic.made_up)
        notes.push_back({Info, printable(file), "gives times of transfers without sizes that go with them: tensors have the bytes of 1 GB/s",
                         "read transfer times, not bytes"});
    std::unordered_set<std::int64_t> colours;
    for (const Workload::Node& node : workload.nodes)
        if (node.colour && !colours.insert(*node.colour).second) {
            notes.push_back({Warning, printable(file), "keeps nodes of one colorClass together; plans here may part them",
                             "place keeps them together; or pin them"});
            break;
        }
    return notes;
}

Connection linked(const std::string& name, NodeId device, NodeId host, double bits_per_s)
{
    Connection connection;
    connection.link.name = name;
    connection.link.descriptor = name;
    connection.link.title = "to the host's memory";
    connection.link.rate_bits_per_s = bits_per_s;
    connection.link.duplex = Duplex::Half;
    connection.link.frame.payload_max = kFrameBytes;
    connection.ends = {device, host};
    return connection;
}

System systemOf(const Workload& workload, const Traffic& traffic)
{
    System system;
    system.name = "devices";
    system.title = "The workload's own devices";
    system.switches = {"host"};
    const auto devices = [&](std::uint32_t count, const char* kind, const char* title) {
        for (std::uint32_t i = 1; i <= count; ++i) {
            Platform platform;
            platform.name = kind + std::to_string(i);
            platform.descriptor = kind;
            platform.title = title;
            platform.weight_bits = platform.activation_bits = 8; // sizes are bytes
            system.platforms.push_back(std::move(platform));
        }
    };
    devices(workload.accelerators, kAccelerator, "Accelerator");
    devices(workload.cpus, kCpu, "CPU");
    const NodeId host{static_cast<std::uint32_t>(system.platforms.size())};
    for (std::uint32_t p = 0; p < host.value; ++p) {
        Platform& platform = system.platforms[p];
        const bool accelerator = p < workload.accelerators;
        if (accelerator) {
            platform.transfer = TransferMode::Blocking;
            platform.memories = {{"memory", workload.accelerator_bytes, 0}};
        }
        system.links.push_back(linked(platform.name + "-host", NodeId{p}, host,
                                      accelerator ? traffic.bytes_per_s * 8 : kHostBitsPerS));
    }
    return system;
}

Profile timesOf(const Workload& workload, const std::vector<std::string>& names)
{
    Profile times;
    for (std::size_t n = 0; n < names.size(); ++n) {
        Profile::Row row;
        row.layer = names[n];
        row.source = Source::User;
        row.platform = kAccelerator;
        row.latency_s = workload.nodes[n].accelerator_ms * 1e-3;
        row.supported = workload.nodes[n].on_accelerator;
        times.rows.push_back(row);
        row.platform = kCpu;
        row.latency_s = workload.nodes[n].cpu_ms * 1e-3;
        row.supported = true;
        times.rows.push_back(std::move(row));
    }
    return times;
}

} // namespace

WorkloadModel workloadModel(const Workload& workload, const std::string& file, const std::string& sha256)
{
    const auto names = namesOf(workload);
    const Traffic traffic = trafficOf(workload);
    WorkloadModel made;
    made.model.graph = graphOf(workload, names, traffic, file);
    made.model.file = file;
    made.model.sha256 = sha256;
    made.model.notes = notesOn(workload, traffic, file);
    made.model.node_roles.assign(names.size(), NodeRole::Layer);
    for (const Tensor& tensor : made.model.graph->tensors()) made.model.tensor_names.push_back(tensor.name);
    made.system = systemOf(workload, traffic);
    made.times = timesOf(workload, names);
    made.times.file = file;
    made.times.sha256 = sha256;
    return made;
}

Result<WorkloadModel> readWorkloadModel(const std::string& path)
{
    const auto text = readFile(path, kMostWorkloadBytes);
    if (!text) return text.error();
    const auto workload = parseWorkload(*text, path);
    if (!workload) return workload.error();
    return workloadModel(*workload, path, sha256Hex(*text));
}

bool isWorkloadDevice(const Platform& platform)
{
    for (const std::string& name : {platform.name, platform.descriptor})
        if (name == kAccelerator || name == kCpu) return true;
    return false;
}

bool isWorkloadFile(std::string_view file) { return lowered(file).ends_with(".json"); }

} // namespace cutline
