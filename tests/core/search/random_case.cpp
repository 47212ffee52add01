// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/search/random_case.h"

#include "tests/core/plan/small_world.h"
#include "tests/core/search/small_world.h"

#include <algorithm>
#include <array>

namespace cutline {

// Figures are small whole numbers in odd units: equal plans are common, so that ties are tested too.

GraphPtr CaseMaker::graph()
{
    const int layers = m_limits.wide ? m_limits.most_layers : number(1, m_limits.most_layers);
    // Every choice of platforms for every layer is looked at: wide graphs are to be small.
    const int least_density = layers <= 7 ? 10 : layers <= 9 ? 35 : 60;
    const double density = (m_limits.wide ? number(4, 8) : number(least_density, 90)) / 100.0;
    const Graph plain = graphFromText(randomGraphText(m_random, layers, density));
    std::vector<Layer> all(plain.layers().begin(), plain.layers().end());
    std::vector<Tensor> tensors(plain.tensors().begin(), plain.tensors().end());
    for (Tensor& t : tensors) {
        t.shape = Shape{number(0, 5) == 0 ? 2000 : 100 * number(1, 4)};
        if (chance(5)) t.is_graph_output = t.producer.has_value();
    }
    // One graph input for all sources is the common case.
    if (chance(60)) {
        std::optional<TensorId> first;
        for (Layer& layer : all)
            for (TensorId& t : layer.inputs) {
                if (!tensors[t.index()].is_graph_input) continue;
                if (!first) first = t;
                t = *first;
            }
        for (std::uint32_t t = 0; t < tensors.size(); ++t)
            if (tensors[t].is_graph_input && t != first->value) tensors[t].is_graph_input = false;
    }
    if (m_limits.everything)
        for (Layer& layer : all) layer.in_place = chance(30);
    std::vector<Weight> weights;
    for (std::uint32_t l = 0; l < all.size(); ++l) {
        if (chance(30)) continue;
        Weight w;
        w.name = "w" + std::to_string(l);
        w.type = ElementType::Float32;
        w.elements = static_cast<std::uint64_t>(50 * number(1, 6));
        w.shape = Shape{static_cast<std::int64_t>(w.elements)};
        w.is_parameter = true;
        weights.push_back(w);
        all[l].weights.push_back(WeightId{static_cast<std::uint32_t>(weights.size() - 1)});
        if (l > 0 && chance(10)) all[l - 1].weights.push_back(all[l].weights.front());
    }
    return std::make_shared<const Graph>("random", all, tensors, weights);
}

Link CaseMaker::link(int index)
{
    Link l;
    l.name = "link" + std::to_string(index);
    l.rate_bits_per_s = 1e6 * std::array{1, 2, 4, 8}[static_cast<std::size_t>(number(0, 3))];
    l.duplex = chance(30) ? Duplex::Half : Duplex::Full;
    l.latency_s = chance(50) ? 0 : 1e-3 * number(1, 2);
    l.frame.payload_max = chance(50) ? 0 : 500;
    l.frame.overhead = chance(50) ? 0 : 26;
    l.energy.power_while_sending_w = chance(50) ? 0 : 0.5;
    l.energy.pj_per_bit = chance(50) ? 0 : 1e6;
    l.energy.always_on_w = chance(85) ? 0 : 0.25;
    return l;
}

void CaseMaker::connect(System& system, int from, int to)
{
    Connection c;
    c.link = link(static_cast<int>(system.links.size()));
    c.ends = {NodeId{static_cast<std::uint32_t>(from)}, NodeId{static_cast<std::uint32_t>(to)}};
    system.links.push_back(c);
}

void CaseMaker::topology(System& system, int platforms)
{
    switch (number(0, 5)) {
    case 0: // chain
        for (int p = 0; p + 1 < platforms; ++p) connect(system, p, p + 1);
        break;
    case 1: { // bus
        connect(system, 0, 0);
        system.links[0].ends.clear();
        for (int p = 0; p < platforms; ++p) system.links[0].ends.push_back(NodeId{static_cast<std::uint32_t>(p)});
        if (platforms == 1) system.links.clear();
        break;
    }
    case 2: // star around a switch
        system.switches.push_back("switch");
        for (int p = 0; p < platforms; ++p) connect(system, p, platforms);
        break;
    case 3: // star around the first platform
        for (int p = 1; p < platforms; ++p) connect(system, 0, p);
        break;
    case 4: // full mesh
        for (int p = 0; p < platforms; ++p)
            for (int q = p + 1; q < platforms; ++q) connect(system, p, q);
        break;
    default: // whatever
        for (int p = 0; p + 1 < platforms; ++p)
            if (chance(90)) connect(system, number(0, p), p + 1);
        if (platforms > 2 && chance(50)) connect(system, 0, platforms - 1);
    }
}

SystemPtr CaseMaker::system()
{
    auto system = std::make_shared<System>();
    const int platforms = number(1, m_limits.most_platforms);
    const bool capacities = chance(40), idle = chance(30), mixed_bits = chance(60);
    for (int p = 0; p < platforms; ++p) {
        Platform platform;
        platform.name = "P" + std::to_string(p);
        platform.activation_bits = mixed_bits && chance(50) ? 16 : 8;
        platform.weight_bits = chance(50) ? 16 : 8;
        if (capacities && chance(90)) platform.memories.push_back({"dram", 1000.0 * number(1, 9), 0});
        if (idle) platform.idle_power_w = 0.1 * number(0, 3);
        if (chance(20)) platform.invoke_s = 1e-3;
        if (chance(20)) platform.copy_bandwidth_bytes_per_s = 1e6;
        if (chance(10)) {
            platform.weight_resident_bytes = 300;
            platform.weight_stream_bytes_per_s = 1e5;
        }
        if (chance(10)) platform.transfer = chance(50) ? TransferMode::Blocking : TransferMode::Cpu;
        platform.in_place = chance(20);
        if (m_limits.everything) {
            if (chance(10)) platform.in_place_ops = {chance(50) ? "Conv" : "Relu"};
            platform.double_buffer = chance(15);
        }
        platform.cost_amount = number(1, 3);
        system->platforms.push_back(platform);
    }
    topology(*system, platforms);
    if (m_limits.everything && chance(10)) {
        SharedMemory shared;
        shared.name = "shared";
        if (chance(80)) shared.capacity_bytes = 1000.0 * number(2, 12);
        for (int p = 0; p < std::min(platforms, 2); ++p) shared.shared_by.push_back(PlatformId{static_cast<std::uint32_t>(p)});
        system->memories.push_back(shared);
    }
    return system;
}

/// Now and then a layer and the one reader of its one output run as one.
Fusion CaseMaker::fusion(const Graph& graph)
{
    Fusion fusion;
    const bool some = chance(40);
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const bool joins = some && l > 0 && chance(60) && fusion.groups.back().size() < 3 &&
                           graph.successors(LayerId{l - 1}).size() == 1 &&
                           graph.successors(LayerId{l - 1})[0] == LayerId{l} &&
                           !graph.tensor(graph.layer(LayerId{l - 1}).outputs[0]).is_graph_output;
        if (!joins) fusion.groups.emplace_back();
        fusion.groups.back().push_back(LayerId{l});
        fusion.group_of.push_back(static_cast<std::uint32_t>(fusion.groups.size() - 1));
    }
    return fusion;
}

CostTablePtr CaseMaker::costs(const GraphPtr& graph, const SystemPtr& system)
{
    auto table = std::make_shared<CostTable>(graph, system, fusion(*graph));
    const bool some_unsupported = chance(20);
    for (std::uint32_t p = 0; p < system->platforms.size(); ++p) {
        for (std::uint32_t l = 0; l < graph->layerCount(); ++l) {
            Cost cost;
            cost.latency_s = 1e-3 * number(0, 5);
            cost.energy_j = 1e-3 * number(0, 5);
            cost.source = Source::User;
            cost.supported = !some_unsupported || !chance(15);
            table->setLayer(LayerId{l}, PlatformId{p}, cost);
        }
        const bool fuses = chance(60);
        for (std::size_t g = 0; g < table->fusion().groups.size(); ++g) {
            const auto& members = table->fusion().groups[g];
            Cost sum = table->layer(members[0], PlatformId{p});
            for (std::size_t m = 1; m < members.size(); ++m) {
                const Cost& cost = table->layer(members[m], PlatformId{p});
                sum.latency_s += fuses ? 0 : cost.latency_s;
                sum.energy_j += fuses ? 0 : cost.energy_j;
                sum.supported = sum.supported && cost.supported;
            }
            table->setGroup(g, PlatformId{p}, sum, fuses && members.size() > 1);
        }
    }
    return table;
}

/// Whole numbers of 64ths: sums are exact in any order.
SensitivityPtr CaseMaker::losses(const Graph& graph, const System& system)
{
    SensitivityTable table(graph.layerCount(), system.platforms.size());
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l)
        for (std::uint32_t p = 0; p < system.platforms.size(); ++p)
            table.set(LayerId{l}, PlatformId{p}, chance(40) ? 0 : number(1, 8) / 64.0);
    return std::make_shared<const SensitivityTable>(table);
}

Constraint CaseMaker::constraint(const System& system)
{
    Constraint c;
    const auto platforms = static_cast<int>(system.platforms.size());
    const auto links = static_cast<int>(system.links.size());
    c.subject = static_cast<std::uint32_t>(number(0, platforms - 1));
    const auto link = [&] { return static_cast<std::uint32_t>(number(0, links - 1)); };
    int kind = number(0, links > 0 ? 8 : 6);
    if (m_limits.everything && chance(35)) kind = number(9, links > 0 ? 12 : 11);
    switch (kind) {
    case 0: c = {MetricKind::Latency, 0, true, 1e-3 * number(3, 30), ""}; break;
    case 1: c = {MetricKind::Throughput, 0, false, 1e3 / number(3, 20), ""}; break;
    case 2: c = {MetricKind::Energy, 0, true, 1e-3 * number(3, 40), ""}; break;
    case 3: c = {MetricKind::MemoryMax, 0, true, 500.0 * number(1, 9), ""}; break;
    case 4: c = {MetricKind::LinkBytes, 0, true, 200.0 * number(0, 9), ""}; break;
    case 5: c = {MetricKind::PlatformBusy, c.subject, true, 1e-3 * number(0, 20), ""}; break;
    case 6: c = {MetricKind::PlatformMemory, c.subject, true, 300.0 * number(0, 9), ""}; break;
    case 9: c = {MetricKind::PlatformEnergy, c.subject, true, 1e-3 * number(0, 20), ""}; break;
    case 10: c = {MetricKind::Sensitivity, 0, true, number(4, 60) / 64.0, ""}; break;
    case 11: c = {MetricKind::Cost, 0, true, 1.0 * number(1, 8), ""}; break;
    case 7: c = {MetricKind::LinkLoad, link(), true, 0.1 * number(0, 9), ""}; break;
    case 12: c = {MetricKind::LinkBusy, link(), true, 1e-3 * number(0, 9), ""}; break;
    default: c = {MetricKind::LinkBytesOf, link(), true, 200.0 * number(0, 9), ""};
    }
    c.text = "constraint";
    return c;
}

void CaseMaker::question(RandomCase& made)
{
    const System& system = *made.problem.system;
    SearchOptions& options = made.options;
    constexpr std::array kUsable{Objective::Latency,   Objective::InitiationInterval, Objective::Energy, Objective::Memory,
                                 Objective::LinkBytes, Objective::Sensitivity,        Objective::Cost};
    made.problem.sensitivity = losses(*made.problem.graph, system);
    options.objectives.clear();
    while (options.objectives.empty())
        for (const Objective o : kUsable)
            if (chance(45)) options.objectives.push_back(o);
    for (int c = chance(40) ? number(1, 2) : 0; c > 0; --c) options.constraints.push_back(constraint(system));
    const auto platform = [&] {
        return PlatformId{static_cast<std::uint32_t>(number(0, static_cast<int>(system.platforms.size()) - 1))};
    };
    const auto layer = [&] {
        return LayerId{static_cast<std::uint32_t>(number(0, static_cast<int>(made.problem.graph->layerCount()) - 1))};
    };
    if (chance(20)) options.pins.push_back({layer(), platform()});
    if (chance(20)) options.forbidden.push_back({layer(), platform()});
    if (chance(20)) options.max_platforms = static_cast<std::size_t>(number(1, 3));
    if (chance(20)) options.order = OrderKind::Fixed;
    if (chance(15)) {
        options.order = OrderKind::Given;
        for (std::uint32_t p = static_cast<std::uint32_t>(system.platforms.size()); p-- > 0;)
            if (chance(80)) options.given_order.push_back(PlatformId{p});
        if (options.given_order.empty()) options.given_order.push_back(PlatformId{0});
    }
    options.keep_dominated = chance(15);
    Scenario& scenario = made.problem.scenario;
    if (chance(15)) scenario.rate_hz = 1e3 / number(5, 40);
    if (chance(15)) scenario.post_s = 1e-3;
    if (chance(15) && !system.links.empty()) scenario.background[system.links[0].link.name] = 0.5;
    if (chance(15))
        scenario.inputs.push_back({made.problem.graph->tensor(made.problem.graph->inputs()[0]).name,
                                   system.platforms[platform().index()].name, ElementType::UInt8});
    if (chance(15)) {
        scenario.outputs.push_back({made.problem.graph->tensor(made.problem.graph->outputs()[0]).name,
                                    system.platforms[platform().index()].name, std::nullopt});
        if (chance(40)) scenario.outputs[0].type = chance(50) ? ElementType::Float32 : ElementType::UInt8;
    }
}

/// One platform leaves some layers to another one.
void CaseMaker::fallBacks(Problem& problem)
{
    auto table = std::make_shared<CostTable>(*problem.costs);
    const int last = static_cast<int>(problem.system->platforms.size()) - 1;
    const auto platform = [&] { return PlatformId{static_cast<std::uint32_t>(number(0, last))}; };
    const PlatformId weak = platform(), host = platform();
    for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l)
        if (chance(50) && table->layer(LayerId{l}, host).supported) test::letFallBack(*table, LayerId{l}, weak, host);
    problem.costs = table;
}

RandomCase CaseMaker::make()
{
    RandomCase made;
    made.problem.graph = graph();
    made.problem.system = system();
    made.problem.costs = costs(made.problem.graph, made.problem.system);
    question(made);
    if (chance(20)) fallBacks(made.problem);
    return made;
}

void makePlain(RandomCase& c, std::uint64_t seed)
{
    auto system = std::make_shared<System>(*c.problem.system);
    system->memories.clear();
    for (Platform& p : system->platforms) {
        p.transfer = TransferMode::Dma;
        if (seed % 3 == 0) p.memories.clear();
    }
    auto costs = std::make_shared<CostTable>(c.problem.graph, system, c.problem.costs->fusion());
    for (std::uint32_t p = 0; p < system->platforms.size(); ++p) {
        for (std::uint32_t l = 0; l < c.problem.graph->layerCount(); ++l)
            costs->setLayer(LayerId{l}, PlatformId{p}, c.problem.costs->layer(LayerId{l}, PlatformId{p}));
        for (std::size_t g = 0; g < costs->fusion().groups.size(); ++g)
            costs->setGroup(g, PlatformId{p}, c.problem.costs->group(g, PlatformId{p}), c.problem.costs->fuses(g, PlatformId{p}));
    }
    c.problem.system = system;
    c.problem.costs = costs;
    c.problem.scenario.inputs.clear();
    c.problem.scenario.outputs.clear();
    c.options.keep_dominated = false;
    c.options.order = OrderKind::Free;
    c.options.max_platforms = 0;
    c.options.pins.clear();
    auto& objectives = c.options.objectives;
    if (seed % 3 == 0) std::erase(objectives, Objective::Memory);
    if (seed % 3 == 1 && std::ranges::find(objectives, Objective::Memory) == objectives.end())
        objectives.push_back(Objective::Memory);
    if (objectives.empty()) objectives.push_back(Objective::InitiationInterval);
    std::erase_if(c.options.constraints, [](const Constraint& limit) {
        return limit.kind == MetricKind::PlatformEnergy || limit.kind == MetricKind::LinkLoad ||
               limit.kind == MetricKind::LinkBusy || limit.kind == MetricKind::LinkBytesOf;
    });
}

} // namespace cutline
