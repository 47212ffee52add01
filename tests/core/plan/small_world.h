// SPDX-License-Identifier: GPL-3.0-or-later
// Small graphs and systems written as text, for tests that calculate by hand.
#pragma once

#include "core/plan/evaluate.h"

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace cutline::test {

/// Statements end with ';'. "in x 100" is a graph input of 100 elements, "a x y -> z 50" a layer that reads x
/// and y and makes z of 50 elements; "a x -> z 50 w 30 out" has a weight of 30 elements and z is a graph
/// output. Weight names may be shared: "w 30 shared_name".
inline GraphPtr graphOf(const std::string& text) {
    std::vector<Layer> layers;
    std::vector<Tensor> tensors;
    std::vector<Weight> weights;
    std::map<std::string, std::uint32_t> tensor_ids, weight_ids;
    const auto tensor = [&](const std::string& name, std::int64_t elements) {
        Tensor t;
        t.name = name;
        t.type = ElementType::Float32;
        t.shape = Shape{elements};
        tensor_ids[name] = static_cast<std::uint32_t>(tensors.size());
        tensors.push_back(t);
        return TensorId{tensor_ids[name]};
    };
    std::istringstream statements(text);
    for (std::string statement; std::getline(statements, statement, ';');) {
        std::istringstream words(statement);
        std::string name, word;
        if (!(words >> name)) continue;
        if (name == "in") {
            std::int64_t elements = 0;
            words >> word >> elements;
            tensors[tensor(word, elements).index()].is_graph_input = true;
            continue;
        }
        Layer layer;
        layer.name = name;
        layer.op = "Conv";
        layer.op_class = OpClass::Conv;
        layer.macs = 1;
        while (words >> word && word != "->") layer.inputs.push_back(TensorId{tensor_ids.at(word)});
        std::int64_t elements = 0;
        words >> word >> elements;
        layer.outputs.push_back(tensor(word, elements));
        while (words >> word) {
            if (word == "out") tensors[layer.outputs.back().index()].is_graph_output = true;
            if (word == "inplace") layer.in_place = true;
            if (word != "w") continue;
            std::int64_t count = 0;
            words >> count;
            std::string shared;
            const auto here = words.tellg();
            if (!(words >> shared) || shared == "out" || shared == "inplace") {
                words.clear();
                words.seekg(here);
                shared = name + ".weight";
            }
            if (!weight_ids.count(shared)) {
                weight_ids[shared] = static_cast<std::uint32_t>(weights.size());
                weights.push_back({shared,
                                   ElementType::Float32,
                                   Shape{count},
                                   static_cast<std::uint64_t>(count),
                                   true,
                                   false,
                                   {}});
            }
            layer.weights.push_back(WeightId{weight_ids[shared]});
        }
        layers.push_back(layer);
    }
    return std::make_shared<const Graph>("world", layers, tensors, weights);
}

/// A platform of 8 bits without any cost of its own.
inline Platform platformOf(const std::string& name, int bits = 8) {
    Platform platform;
    platform.name = platform.descriptor = name;
    platform.weight_bits = platform.activation_bits = bits;
    return platform;
}

/// A link of `bytes_per_s` and no framing.
inline Link linkOf(const std::string& name, double bytes_per_s) {
    Link link;
    link.name = link.descriptor = name;
    link.rate_bits_per_s = 8 * bytes_per_s;
    return link;
}

inline void join(System& system, Link link, std::initializer_list<std::uint32_t> ends) {
    Connection connection{std::move(link), {}};
    for (const std::uint32_t end : ends) connection.ends.push_back(NodeId{end});
    system.links.push_back(connection);
}

inline Fusion everyLayerAlone(const Graph& graph) {
    Fusion fusion;
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        fusion.groups.push_back({LayerId{l}});
        fusion.group_of.push_back(l);
    }
    return fusion;
}

/// Latencies by layer and platform; energies are `joule_per_s` of them.
inline Problem problemOf(GraphPtr graph, System system, const std::vector<std::vector<double>>& latency,
                         double joule_per_s = 0) {
    Problem problem;
    problem.graph = graph;
    problem.system = std::make_shared<const System>(std::move(system));
    auto table = std::make_shared<CostTable>(graph, problem.system, everyLayerAlone(*graph));
    for (std::uint32_t l = 0; l < graph->layerCount(); ++l)
        for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p) {
            const Cost cost{latency[l][p], joule_per_s * latency[l][p], Source::User, true, 0, 0};
            table->setLayer(LayerId{l}, PlatformId{p}, cost);
            table->setGroup(l, PlatformId{p}, cost, false);
        }
    problem.costs = table;
    return problem;
}

/// The layer runs on `host` whenever it is on `platform`, one transfer per tensor and hop. False: no way there and back.
inline bool letFallBack(CostTable& table, LayerId layer, PlatformId platform, PlatformId host) {
    const System& system = table.system();
    const Graph& graph = table.graph();
    const Routes routes(system);
    if (platform == host || !routes.reachable(platform, host) || !routes.reachable(host, platform)) return false;
    Cost cost = table.layer(layer, host);
    FallBack fall_back{host, cost.latency_s, cost.energy_j, {}};
    const auto send = [&](const std::vector<TensorId>& tensors, PlatformId from, PlatformId to) {
        for (const TensorId t : tensors)
            for (const Hop& hop : routes.between(from, to)) {
                const double bytes = tensorBytes(graph.tensor(t), system.platform(from));
                const TransferCost transfer = transferCost(system.links[hop.link.index()].link, bytes);
                cost.latency_s += transfer.time_s;
                cost.energy_j += transfer.energy_j;
                fall_back.legs.push_back({hop, bytes});
            }
    };
    send(graph.layer(layer).inputs, platform, host);
    send(graph.layer(layer).outputs, host, platform);
    const std::size_t group = table.fusion().group_of[layer.index()];
    table.setLayer(layer, platform, cost);
    table.setFallBack(layer, platform, fall_back);
    table.setGroup(group, platform, table.sumOfLayers(group, platform), false);
    return true;
}

/// "0:a,b 1:c": stages as platform numbers with layer names.
inline Plan planOf(const Graph& graph, const std::string& text, Scheme scheme = Scheme::Pipeline) {
    Plan plan{scheme, {}};
    std::istringstream stages(text);
    for (std::string stage; stages >> stage;) {
        const auto colon = stage.find(':');
        plan.stages.push_back(
            {PlatformId{static_cast<std::uint32_t>(std::stoul(stage.substr(0, colon)))}, {}});
        std::istringstream names(stage.substr(colon + 1));
        for (std::string name; std::getline(names, name, ',');)
            plan.stages.back().layers.push_back(graph.findLayer(name).value());
    }
    return plan;
}

} // namespace cutline::test
