// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/workload.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/exchange/proof_json.h"

#include "workload.pb.h"

#include <google/protobuf/util/json_util.h>

#include <cmath>
#include <unordered_map>

namespace cutline {
namespace {

bool isTrue(const google::protobuf::Value& value) { return value.bool_value() || value.number_value() != 0; }

bool isCount(double value) { return value >= 0 && value <= 10000 && std::floor(value) == value; }

Result<Workload> checked(const proto::Workload& message, const std::string& path)
{
    Workload workload;
    if (!isCount(message.max_fpgas()) || !isCount(message.max_cpus()))
        return Error{path, "maxFPGAs and maxCPUs are not counts", "give whole numbers from 0"};
    workload.accelerators = static_cast<std::uint32_t>(message.max_fpgas());
    workload.cpus = static_cast<std::uint32_t>(message.max_cpus());
    if (message.has_max_size_per_fpga()) workload.accelerator_bytes = message.max_size_per_fpga();
    if (message.nodes().empty()) return Error{path, "has no nodes", "give a workload with `nodes`"};

    std::unordered_map<double, std::uint32_t> index_of;
    for (const auto& node : message.nodes()) {
        const std::string where = path + ", node " + numberText(node.id());
        if (!index_of.emplace(node.id(), index_of.size()).second)
            return Error{where, "stands there twice", "give each node an id of its own"};
        if (node.cpu_latency() < 0 || node.fpga_latency() < 0 || node.size() < 0)
            return Error{where, "has a negative time or size", "give numbers from 0"};
        if (isTrue(node.is_backward_node()))
            return Error{where, "is a backward node, and placement is of inference", "leave the backward pass out"};
        Workload::Node out;
        out.id = static_cast<std::int64_t>(node.id());
        out.cpu_ms = node.cpu_latency();
        out.accelerator_ms = node.fpga_latency();
        out.on_accelerator = isTrue(node.supported_on_fpga());
        if (node.has_color_class()) out.colour = static_cast<std::int64_t>(node.color_class());
        out.bytes = node.size();
        workload.nodes.push_back(out);
    }
    for (const auto& edge : message.edges()) {
        const auto from = index_of.find(edge.source_id()), to = index_of.find(edge.dest_id());
        if (from == index_of.end() || to == index_of.end() || edge.cost() < 0)
            return Error{path + ", edge " + numberText(edge.source_id()) + " -> " + numberText(edge.dest_id()),
                         edge.cost() < 0 ? "has a negative cost" : "names a node that is not there", "correct the edge"};
        workload.edges.push_back({from->second, to->second, edge.cost()});
    }
    return workload;
}

} // namespace

Result<Workload> readWorkload(const std::string& path)
{
    const auto text = readFile(path, std::uint64_t{1} << 28);
    if (!text) return text.error();
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    proto::Workload message;
    const auto status = google::protobuf::util::JsonStringToMessage(*text, &message, options);
    if (!status.ok())
        return Error{path, "is not a workload: " + std::string(status.message()), "give the JSON with nodes and edges"};
    return checked(message, path);
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
