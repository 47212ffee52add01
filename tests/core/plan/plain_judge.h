// SPDX-License-Identifier: GPL-3.0-or-later
// metrics.md once more for pipelines, as plainly as possible: maps, sets and repeated scans instead of
// arrays, heaps and difference sums. What Evaluator is held against.
#pragma once

#include "core/plan/evaluate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace cutline::test {

class PlainJudge {
public:
    PlainJudge(const Problem& problem, const Plan& plan)
        : m_problem(problem), m_plan(plan), m_routes(*problem.system) {
        for (int s = 0; s < int(plan.stages.size()); ++s)
            for (std::size_t i = 0; i < plan.stages[std::size_t(s)].layers.size(); ++i) {
                m_stage[plan.stages[std::size_t(s)].layers[i].value] = s;
                m_step[plan.stages[std::size_t(s)].layers[i].value] = int(i);
            }
        for (std::uint32_t t = 0; t < graph().tensors().size(); ++t) send(t);
        simulate();
        measure();
    }

    double latency = 0, interval = 0, energy = 0, link_bytes = 0;
    std::map<std::uint32_t, double> peak, memory, busy;

private:
    static constexpr int kSource = -1, kSink = 1000;
    using Parcel = std::tuple<int, int, std::uint32_t, std::uint32_t,
                              std::uint32_t>; ///< sender, receiver, link, from, to
    struct Task {
        std::string resource;
        std::tuple<int, int, int, int> tie;
        double duration = 0, frame = 0, start = -1, end = -1;
        std::set<std::string> after;   ///< tasks that have to end
        std::set<std::string> through; ///< tasks that a switch cuts through
    };

    const Graph& graph() const { return *m_problem.graph; }
    const System& system() const { return *m_problem.system; }
    const Platform& platform(std::uint32_t p) const { return system().platforms[p]; }
    int stageOn(std::uint32_t p) const {
        for (int s = 0; s < int(m_plan.stages.size()); ++s)
            if (m_plan.stages[std::size_t(s)].platform.value == p) return s;
        return -2;
    }
    std::uint32_t platformOf(int stage) const { return m_plan.stages[std::size_t(stage)].platform.value; }
    static std::string name(const Parcel& p) {
        return "parcel " + std::to_string(std::get<0>(p)) + " " + std::to_string(std::get<1>(p)) + " " +
               std::to_string(std::get<2>(p)) + " " + std::to_string(std::get<3>(p)) + " " +
               std::to_string(std::get<4>(p));
    }
    static std::string name(int stage) { return "stage " + std::to_string(stage); }
    const Scenario::Placement* placed(const std::vector<Scenario::Placement>& list, const Tensor& t) const {
        for (const auto& placement : list)
            if (placement.tensor == t.name) return &placement;
        return nullptr;
    }
    int wireBits(std::uint32_t t, std::uint32_t from) const {
        const Tensor& tensor = graph().tensors()[t];
        const auto* input = tensor.producer ? nullptr : placed(m_problem.scenario.inputs, tensor);
        const auto* output = tensor.is_graph_output ? placed(m_problem.scenario.outputs, tensor) : nullptr;
        if (input && input->type) return bitsOf(*input->type);
        return output && output->type ? bitsOf(*output->type) : tensorBits(tensor, platform(from));
    }
    double wire(std::uint32_t t, std::uint32_t from) const {
        return std::ceil(double(*graph().tensors()[t].elements()) * wireBits(t, from) / 8);
    }

    void send(std::uint32_t t) {
        const Tensor& tensor = graph().tensors()[t];
        const auto* input = tensor.producer ? nullptr : placed(m_problem.scenario.inputs, tensor);
        const auto* output = tensor.is_graph_output ? placed(m_problem.scenario.outputs, tensor) : nullptr;
        int origin_stage = 0;
        std::set<int> readers;
        for (const LayerId c : tensor.consumers) readers.insert(m_stage.at(c.value));
        if (tensor.producer)
            origin_stage = m_stage.at(tensor.producer->value);
        else if (input)
            origin_stage = kSource;
        else if (!readers.empty())
            origin_stage = *readers.begin();
        else
            return;
        const std::uint32_t origin = origin_stage == kSource ? system().findPlatform(input->platform)->value
                                                             : platformOf(origin_stage);
        m_origin[t] = {origin_stage, origin};
        std::map<int, std::uint32_t> stations; // station -> platform
        for (const int r : readers) stations[r] = platformOf(r);
        if (output) {
            const std::uint32_t q = system().findPlatform(output->platform)->value;
            const int there = stageOn(q);
            const bool read_there = there >= 0 && readers.count(there);
            if (!read_there)
                stations[origin_stage != kSource && there > origin_stage ? there : kSink + int(q)] = q;
        }
        for (const auto& [station, q] : stations) {
            if (q == origin) continue;
            int sender = origin_stage;
            if (sender == kSource && stageOn(origin) >= 0 && stageOn(origin) < station)
                sender = stageOn(origin);
            const auto hops = m_routes.between(PlatformId{origin}, PlatformId{q});
            std::string before;
            for (std::size_t h = 0; h < hops.size(); ++h) {
                int receiver = station;
                for (std::size_t later = h; later + 1 < hops.size(); ++later) {
                    if (system().isSwitch(hops[later].to)) continue;
                    const int s = stageOn(hops[later].to.value);
                    if (s > sender && s < station) {
                        receiver = s;
                        break;
                    }
                }
                auto& paid = m_paid[{t, hops[h].link.value, hops[h].from.value, hops[h].to.value}];
                if (paid.empty()) {
                    const Parcel parcel{sender, receiver, hops[h].link.value, hops[h].from.value,
                                        hops[h].to.value};
                    m_parcels[parcel].insert(t);
                    paid = name(parcel);
                    Task& task = m_tasks[paid];
                    if (!before.empty() && system().isSwitch(hops[h].from)) task.through.insert(before);
                    if (!before.empty() && !system().isSwitch(hops[h].from)) task.after.insert(before);
                    const bool from_stage = sender != kSource && !system().isSwitch(hops[h].from) &&
                                            hops[h].from.value == platformOf(sender);
                    if (from_stage) task.after.insert(name(sender));
                    m_leaves[{t, hops[h].from.value}].insert(paid);
                }
                before = paid;
                if (h + 1 == hops.size()) break;
                if (!system().isSwitch(hops[h].to) && !m_passes.count({t, hops[h].to.value}))
                    m_passes[{t, hops[h].to.value}] = before;
                if (!system().isSwitch(hops[h].to)) {
                    const int s = stageOn(hops[h].to.value);
                    if (s > sender && s < station) {
                        sender = s;
                        m_tasks[name(s)].after.insert(before);
                    }
                }
            }
            m_arrives[{t, q}] = before;
            if (station < kSink && readers.count(station) && platformOf(station) == q)
                m_tasks[name(station)].after.insert(before);
            if (output && system().findPlatform(output->platform)->value == q) m_results.insert(before);
        }
    }

    double conversion(int stage) const {
        const Platform& p = platform(platformOf(stage));
        if (p.copy_bandwidth_bytes_per_s <= 0) return 0;
        double sum = 0;
        for (const auto& [t, where] : m_origin) {
            const Tensor& tensor = graph().tensors()[t];
            const int bits = wireBits(t, where.second);
            const bool reads = std::any_of(tensor.consumers.begin(), tensor.consumers.end(),
                                           [&](LayerId c) { return m_stage.at(c.value) == stage; });
            if (!reads || (where.first != kSource && where.second == platformOf(stage))) continue;
            if (bits != tensorBits(tensor, p)) sum += wire(t, where.second) / p.copy_bandwidth_bytes_per_s;
        }
        return sum;
    }

    double slowness(const Connection& connection) const {
        const auto load = m_problem.scenario.background.find(connection.link.name);
        return load == m_problem.scenario.background.end() ? 1 : 1 / (1 - load->second);
    }
    std::string resourceOf(std::uint32_t link, std::uint32_t from) const {
        const Connection& connection = system().links[link];
        const bool one = connection.ends.size() > 2 || connection.link.duplex != Duplex::Full;
        return "link " + std::to_string(link) + (one ? "" : " from " + std::to_string(from));
    }

    /// Every transfer of a layer that its host runs: inputs there, then outputs back.
    template <class Visit> void eachLent(LayerId l, std::uint32_t p, Visit visit) const {
        const FallBack* fall_back = m_problem.costs->fallBack(l, PlatformId{p});
        if (!fall_back) return;
        const auto pass = [&](const std::vector<TensorId>& tensors, PlatformId from, PlatformId to) {
            for (const TensorId t : tensors) {
                const double bytes =
                    std::ceil(double(*graph().tensor(t).elements()) * tensorBits(graph().tensor(t), system().platform(from)) / 8);
                for (const Hop& hop : m_routes.between(from, to))
                    visit(hop, bytes, transferCost(system().links[hop.link.index()].link, bytes));
            }
        };
        pass(graph().layer(l).inputs, PlatformId{p}, fall_back->host);
        pass(graph().layer(l).outputs, fall_back->host, PlatformId{p});
    }
    double layerTime(LayerId l, std::uint32_t p) const {
        const FallBack* fall_back = m_problem.costs->fallBack(l, PlatformId{p});
        if (!fall_back) return m_problem.costs->layer(l, PlatformId{p}).latency_s;
        double time = m_problem.costs->layer(l, fall_back->host).latency_s;
        eachLent(l, p, [&](const Hop& hop, double, const TransferCost& cost) {
            time += cost.time_s * slowness(system().links[hop.link.index()]);
        });
        return time;
    }
    /// The host and the links work for it; whoever hands it on is powered.
    void lend(LayerId l, std::uint32_t p) {
        const FallBack* fall_back = m_problem.costs->fallBack(l, PlatformId{p});
        if (!fall_back) return;
        busy[fall_back->host.value] += m_problem.costs->layer(l, fall_back->host).latency_s;
        eachLent(l, p, [&](const Hop& hop, double bytes, const TransferCost& cost) {
            link_bytes += bytes;
            m_link_busy[resourceOf(hop.link.value, hop.from.value)] +=
                cost.busy_s * slowness(system().links[hop.link.index()]);
            m_used_links.insert(hop.link.value);
            for (const NodeId node : {hop.from, hop.to})
                if (!system().isSwitch(node)) busy[node.value] += 0;
        });
    }
    double layerEnergy(LayerId l, std::uint32_t p) const {
        const FallBack* fall_back = m_problem.costs->fallBack(l, PlatformId{p});
        double joules = m_problem.costs->layer(l, fall_back ? fall_back->host : PlatformId{p}).energy_j;
        eachLent(l, p, [&](const Hop&, double, const TransferCost& cost) { joules += cost.energy_j; });
        return joules;
    }

    /// What a stage sends in another type than it made it.
    double sendersConversion(int stage) const {
        const Platform& p = platform(platformOf(stage));
        double sum = 0;
        for (const auto& [t, where] : m_origin) {
            const Tensor& tensor = graph().tensors()[t];
            if (p.copy_bandwidth_bytes_per_s <= 0 || !tensor.producer || where.first != stage) continue;
            const bool asked = tensor.is_graph_output && placed(m_problem.scenario.outputs, tensor);
            if ((asked || m_leaves.count({t, where.second})) && wireBits(t, where.second) != tensorBits(tensor, p))
                sum += wire(t, where.second) / p.copy_bandwidth_bytes_per_s;
        }
        return sum;
    }

    void simulate() {
        for (int s = 0; s < int(m_plan.stages.size()); ++s) {
            Task& task = m_tasks[name(s)];
            task.resource = "platform " + std::to_string(platformOf(s));
            task.duration = platform(platformOf(s)).invoke_s + conversion(s);
            m_prelude[s] = task.duration;
            for (const LayerId l : m_plan.stages[std::size_t(s)].layers)
                task.duration += layerTime(l, platformOf(s));
            task.duration += sendersConversion(s);
            busy[platformOf(s)] += task.duration;
            for (const LayerId l : m_plan.stages[std::size_t(s)].layers) lend(l, platformOf(s));
        }
        for (const auto& [parcel, tensors] : m_parcels) {
            const auto [sender, receiver, link, from, to] = parcel;
            double bytes = 0;
            for (const std::uint32_t t : tensors) bytes += wire(t, m_origin.at(t).second);
            const Connection& connection = system().links[link];
            const TransferCost cost = transferCost(connection.link, bytes);
            const double slow = slowness(connection);
            Task& task = m_tasks[name(parcel)];
            task.resource = resourceOf(link, from);
            task.tie = {sender, receiver, int(link), int(from)};
            task.duration = cost.time_s * slow;
            const double payload = connection.link.frame.payload_max;
            task.frame =
                slow * transferCost(connection.link, payload > 0 ? std::min(bytes, payload) : bytes).time_s;
            link_bytes += bytes;
            energy += cost.energy_j;
            m_link_busy[task.resource] += cost.busy_s * slow;
            m_used_links.insert(link);
            for (const std::uint32_t node : {from, to})
                if (!system().isSwitch(NodeId{node})) busy[node] += 0;
        }
        std::map<std::string, double> free;
        for (std::size_t round = 0; round < m_tasks.size(); ++round) {
            Task* next = nullptr;
            double next_ready = 0;
            for (auto& [key, task] : m_tasks) {
                if (task.start >= 0) continue;
                double ready = 0;
                bool known = true;
                for (const std::string& on : task.after) {
                    known = known && m_tasks.at(on).start >= 0;
                    ready = std::max(ready, m_tasks.at(on).end);
                }
                for (const std::string& on : task.through) {
                    const Task& first = m_tasks.at(on);
                    known = known && first.start >= 0;
                    ready = std::max(ready, std::min(first.end, first.start + first.frame));
                }
                if (!known || (next && std::tuple(ready, task.tie) >= std::tuple(next_ready, next->tie)))
                    continue;
                next = &task;
                next_ready = ready;
            }
            next->start = std::max(next_ready, free[next->resource]);
            next->end = next->start + next->duration;
            for (const std::string& on : next->through)
                next->end = std::max(next->end, m_tasks.at(on).end + next->frame);
            free[next->resource] = next->end;
        }
        for (int s = 0; s < int(m_plan.stages.size()); ++s) latency = std::max(latency, m_tasks[name(s)].end);
        for (const std::string& result : m_results) latency = std::max(latency, m_tasks[result].end);
    }

    void measure() {
        for (const auto& [p, time] : busy) interval = std::max(interval, time);
        for (const auto& [resource, time] : m_link_busy) interval = std::max(interval, time);
        const double period = m_problem.scenario.rate_hz ? 1 / *m_problem.scenario.rate_hz : interval;
        for (const auto& [p, time] : busy) energy += platform(p).idle_power_w * std::max(0.0, period - time);
        for (const std::uint32_t link : m_used_links)
            energy += system().links[link].link.energy.always_on_w * period;
        for (const auto& [layer, stage] : m_stage)
            energy += layerEnergy(LayerId{layer}, platformOf(stage));
        for (std::uint32_t p = 0; p < system().platforms.size(); ++p) measureMemory(p, period);
    }

    double layerEnd(LayerId layer) const {
        const int s = m_stage.at(layer.value);
        double time = m_tasks.at(name(s)).start + m_prelude.at(s);
        for (const LayerId l : m_plan.stages[std::size_t(s)].layers) {
            time += layerTime(l, platformOf(s));
            if (l == layer) break;
        }
        return time;
    }

    /// Is tensor t alive on p at this step of its stage?
    bool alive(std::uint32_t t, std::uint32_t p, int stage, int step) const {
        const Tensor& tensor = graph().tensors()[t];
        const bool made_here = tensor.producer && m_stage.at(tensor.producer->value) == stage;
        bool read_here = false, read_later = false;
        for (const LayerId c : tensor.consumers) {
            if (m_stage.at(c.value) != stage) continue;
            read_here = true;
            read_later = read_later || m_step.at(c.value) >= step;
        }
        if (!made_here && !read_here) return false;
        if (made_here && m_step.at(tensor.producer->value) > step) return false;
        if (made_here && m_step.at(tensor.producer->value) == step) return true;
        const bool leaves = m_leaves.count({t, p}) > 0;
        const auto* output = tensor.is_graph_output ? placed(m_problem.scenario.outputs, tensor) : nullptr;
        const bool kept =
            tensor.is_graph_output &&
            ((made_here && !output) || (output && system().findPlatform(output->platform)->value == p));
        return read_later || leaves || kept;
    }

    void measureMemory(std::uint32_t p, double period) {
        const int stage = stageOn(p);
        std::set<std::uint32_t> weights;
        double weight_bytes = 0, held = 0, copies = 0;
        if (stage >= 0) {
            const auto& layers = m_plan.stages[std::size_t(stage)].layers;
            for (int step = 0; step < int(layers.size()); ++step) {
                for (const WeightId w : graph().layer(layers[std::size_t(step)]).weights)
                    if (weights.insert(w.value).second)
                        weight_bytes += weightBytes(graph().weight(w), platform(p));
                double live = 0;
                for (std::uint32_t t = 0; t < graph().tensors().size(); ++t)
                    if (m_origin.count(t) && alive(t, p, stage, step))
                        live += tensorBytes(graph().tensors()[t], platform(p));
                peak[p] = std::max(peak[p], live);
            }
        }
        for (const auto& [t, where] : m_origin) {
            const Tensor& tensor = graph().tensors()[t];
            double last_read = -1;
            for (const LayerId c : tensor.consumers)
                if (platformOf(m_stage.at(c.value)) == p) last_read = std::max(last_read, layerEnd(c));
            const bool made_here = tensor.producer && where.second == p;
            const bool arrives = m_arrives.count({t, p}) && last_read >= 0;
            const bool passes = m_passes.count({t, p}) && last_read < 0 && where.second != p;
            const bool rests = m_arrives.count({t, p}) && last_read < 0; // a result wanted here
            const bool waits =
                where.first == kSource && where.second == p && last_read < 0 && m_leaves.count({t, p});
            if (passes || waits || rests) held += wire(t, where.second);
            double arrive = 0, free = 0, bytes = tensorBytes(tensor, platform(p));
            if (made_here && m_leaves.count({t, p}))
                arrive = layerEnd(*tensor.producer);
            else if (!tensor.producer && where.second == p && m_leaves.count({t, p})) {
                if (where.first != kSource) arrive = m_tasks.at(name(where.first)).start;
                if (waits) bytes = wire(t, where.second);
                free = last_read;
            } else if (arrives) {
                arrive = m_tasks.at(m_arrives.at({t, p})).end;
                free = last_read;
            } else if (passes) {
                arrive = m_tasks.at(m_passes.at({t, p})).end;
                bytes = wire(t, where.second);
            } else
                continue;
            if (const auto away = m_leaves.find({t, p}); away != m_leaves.end())
                for (const std::string& task : away->second) free = std::max(free, m_tasks.at(task).end);
            if (period > 0) copies += bytes * std::floor((free - arrive) / period + 1e-9);
        }
        peak[p] += held;
        memory[p] = weight_bytes + peak[p] + copies;
    }

    const Problem& m_problem;
    const Plan& m_plan;
    Routes m_routes;
    std::map<std::uint32_t, int> m_stage, m_step;
    std::map<int, double> m_prelude;
    std::map<std::uint32_t, std::pair<int, std::uint32_t>> m_origin;
    std::map<Parcel, std::set<std::uint32_t>> m_parcels;
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>, std::string> m_paid;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> m_arrives, m_passes;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::string>> m_leaves;
    std::map<std::string, Task> m_tasks;
    std::map<std::string, double> m_link_busy;
    std::set<std::uint32_t> m_used_links;
    std::set<std::string> m_results;
};

} // namespace cutline::test
