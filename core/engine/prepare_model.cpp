// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/prepare_model.h"

#include "core/base/text.h"
#include "core/graph/importer.h"
#include "core/graph/node_order.h"
#include "core/graph/onnx_reader.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

namespace cutline {
namespace {

using onnx_file::GraphBody;
using Names = std::unordered_set<std::string_view>;

/// Domains whose operators ONNX Runtime has: ONNX' own, and its own additions.
constexpr std::array<std::string_view, 7> kKnownDomains{
    "", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training", "com.microsoft", "com.microsoft.nchwc"};

/// Walks nodes and those of their subgraphs.
template <class Visit> void everyNode(const std::vector<onnx_file::Node>& nodes, const Visit& visit) {
    for (const onnx_file::Node& node : nodes) {
        visit(node);
        for (const auto& attribute : node.attributes)
            if (attribute.g) everyNode(attribute.g->nodes, visit);
    }
}

bool namesRepeat(const GraphBody& graph) {
    Names seen;
    bool repeat = false;
    everyNode(graph.nodes, [&](const onnx_file::Node& node) {
        repeat = repeat || (!node.name.empty() && !seen.insert(node.name).second);
    });
    return repeat;
}

std::string foreignOperators(const onnx_file::Model& model) {
    std::set<std::pair<std::string_view, std::string_view>> functions;
    for (const auto& function : model.functions) functions.emplace(function.domain, function.name);
    std::string list;
    int found = 0;
    const auto visit = [&](const onnx_file::Node& node) {
        for (const std::string_view domain : kKnownDomains)
            if (node.domain == domain) return;
        if (functions.contains({node.domain, node.op}) || ++found > 3) return;
        list += (list.empty() ? "" : ", ") + std::string("node ") +
                elided(printable(node.name.empty() ? node.outputs.empty() ? "?" : node.outputs[0] : node.name), 60) +
                " (" + elided(printable(node.domain), 40) + " " + elided(printable(node.op), 40) + ")";
    };
    everyNode(model.graph->nodes, visit);
    return found > 3 ? list + ", .." : list;
}

std::uint64_t bytesOf(const std::optional<Shape>& shape, ElementType type) {
    const auto elements = shape ? elementCount(*shape) : std::nullopt;
    return elements ? *elements / 8 * static_cast<std::uint64_t>(std::max(bitsOf(type), 8)) + 8 : 0;
}

ModelNeed needOf(const onnx_file::Model& model, const std::string& path) {
    ModelNeed need;
    const ImportOptions as_it_is;
    Progress unheard; // a moment, beside loading
    // A model that is refused here is for the engine to judge.
    auto imported = [&]() -> Result<ImportedModel> {
        try {
            return Importer(model, path, as_it_is, unheard).run();
        } catch (const std::exception&) {
            return Error{};
        }
    }();
    if (!imported) return need;
    need.open = false;
    for (const Weight& weight : imported->graph->weights()) need.weight_bytes += bytesOf(weight.shape, weight.type);
    for (const Tensor& tensor : imported->graph->tensors()) {
        const std::uint64_t bytes = bytesOf(tensor.shape, tensor.type);
        need.open = need.open || !tensor.elements();
        need.tensor_bytes += bytes;
        if (tensor.is_graph_input) need.input_bytes += bytes;
    }
    for (const Layer& layer : imported->graph->layers()) {
        need.open = need.open || !layer.macs;
        need.macs += layer.macs.value_or(0);
    }
    return need;
}

class Renamer {
public:
    void run(onnx::GraphProto& graph) {
        collect(graph);
        rename(graph);
    }

private:
    void collect(const onnx::GraphProto& graph) {
        for (const auto& node : graph.node()) {
            m_all.insert(node.name());
            for (const auto& attribute : node.attribute())
                if (attribute.has_g()) collect(attribute.g());
        }
    }
    void rename(onnx::GraphProto& graph) {
        for (auto& node : *graph.mutable_node()) {
            if (!node.name().empty() && !m_seen.insert(node.name()).second) {
                std::string name;
                for (std::size_t n = 2; name.empty() || !m_all.insert(name).second; ++n)
                    name = node.name() + "_" + std::to_string(n);
                node.set_name(name);
                m_seen.insert(name);
            }
            for (auto& attribute : *node.mutable_attribute())
                if (attribute.has_g()) rename(*attribute.mutable_g());
        }
    }
    std::unordered_set<std::string> m_all, m_seen;
};

/// Casts of what a Cast makes, whose result a body reads. ONNX Runtime (1.21) takes such a pair out, and the body finds
/// nothing where its result was.
std::vector<std::size_t> capturedCastPairs(const GraphBody& graph) {
    Names cast, captured;
    for (const onnx_file::Node& node : graph.nodes) {
        if (node.op == "Cast") cast.insert(node.outputs.begin(), node.outputs.end());
        if (std::none_of(node.attributes.begin(), node.attributes.end(), [](const auto& a) { return bool(a.g); })) continue;
        const auto reads = readsOf(node);
        captured.insert(reads.begin(), reads.end());
    }
    std::vector<std::size_t> pairs;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const onnx_file::Node& node = graph.nodes[n];
        const bool second = node.op == "Cast" && node.inputs.size() == 1 && cast.contains(node.inputs[0]);
        if (second && node.outputs.size() == 1 && captured.contains(node.outputs[0])) pairs.push_back(n);
    }
    return pairs;
}

/// Something between the two, so that they are no pair. An engine that optimises takes it out again.
void keepApart(onnx::GraphProto& graph, const std::vector<std::size_t>& pairs) {
    for (const std::size_t n : pairs) {
        const std::string between = "cutline.between." + std::to_string(n);
        onnx::NodeProto& identity = *graph.add_node();
        onnx::NodeProto& cast = *graph.mutable_node(static_cast<int>(n));
        identity.set_op_type("Identity");
        identity.set_name(between);
        identity.add_input(cast.input(0));
        identity.add_output(between);
        cast.set_input(0, between);
    }
}

} // namespace

Result<PreparedModel> prepareModel(std::string_view bytes, const std::string& where,
                                   std::span<const std::string> extra_outputs) {
    const auto model = onnx_file::readModel(bytes, printable(where));
    if (!model) return model.error();
    if (!model->graph) return Error{printable(where), "has no graph", "export the model again"};
    PreparedModel prepared;
    prepared.foreign_operators = foreignOperators(*model);
    prepared.need = needOf(*model, where);

    Names made, outputs;
    for (const auto& node : model->graph->nodes) made.insert(node.outputs.begin(), node.outputs.end());
    for (const auto& input : model->graph->inputs) made.insert(input.name);
    for (const auto& initializer : model->graph->initializers) made.insert(initializer.name);
    for (const auto& output : model->graph->outputs) outputs.insert(output.name);
    onnx::ModelProto added;
    for (const std::string& name : extra_outputs) {
        if (name.empty() || !made.contains(name))
            return Error{printable(where), "has no tensor " + inQuotes(name, 80),
                         "use a name that cutline-cli inspect lists"};
        if (outputs.insert(name).second) added.mutable_graph()->add_output()->set_name(name);
    }
    // What IR version 11 adds says where nodes run, which is nothing to an engine; many know 10 at most.
    if (model->ir_version == 11) added.set_ir_version(10);
    const std::vector<std::size_t> pairs = capturedCastPairs(*model->graph);
    if (!pairs.empty() || namesRepeat(*model->graph)) {
        onnx::ModelProto whole;
        if (!whole.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
            return Error{printable(where), "is not a protobuf message", "export the model again"};
        Renamer().run(*whole.mutable_graph());
        keepApart(*whole.mutable_graph(), pairs);
        whole.MergeFrom(added);
        prepared.bytes = whole.SerializeAsString();
    } else if (added.ByteSizeLong() > 0) {
        // A message field that comes twice is merged by every reader of protobuf, and lists are joined: outputs
        // are added without a copy of the graph being made.
        prepared.bytes.reserve(bytes.size() + 64 * extra_outputs.size());
        prepared.bytes = bytes;
        prepared.bytes += added.SerializeAsString();
    }
    return prepared;
}

} // namespace cutline
