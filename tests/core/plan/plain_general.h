// SPDX-License-Identifier: GPL-3.0-or-later
// metrics.md once more for general plans: every tensor a message of its own, layers one by one; maps and
// scans.
#pragma once

#include "core/plan/evaluate.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace cutline::test {

/// Without quirks, conversions, invocations, placed inputs and outputs.
class PlainGeneral {
public:
    PlainGeneral(const Problem& problem, const Plan& plan)
        : m_problem(problem), m_plan(plan), m_routes(*problem.system) {
        std::map<std::uint32_t, std::string> last;
        for (int s = 0; s < int(plan.stages.size()); ++s)
            for (const LayerId l : plan.stages[std::size_t(s)].layers) {
                const std::uint32_t p = plan.stages[std::size_t(s)].platform.value;
                Task& task = m_tasks[layerTask(l)];
                task.resource = "platform " + std::to_string(p);
                task.duration = problem.costs->layer(l, PlatformId{p}).latency_s;
                if (last.count(p)) task.after.insert(last[p]);
                last[p] = layerTask(l);
                m_stage[l.value] = s;
                m_order[p].push_back(l.value);
                m_busy[task.resource] += task.duration;
                lend(l, PlatformId{p});
            }
        for (std::uint32_t t = 0; t < problem.graph->tensors().size(); ++t) send(t);
        run();
        for (const auto& [resource, time] : m_busy) interval = std::max(interval, time);
        for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p) measure(p, m_order[p]);
    }

    double latency = 0, interval = 0, link_bytes = 0;
    std::map<std::uint32_t, double> peak;

private:
    struct Task {
        std::string resource;
        std::tuple<int, int, int, int, std::uint32_t> tie;
        double duration = 0, frame = 0, start = -1, end = -1;
        std::set<std::string> after, through;
    };
    static std::string layerTask(LayerId l) { return "layer " + std::to_string(l.value); }
    std::uint32_t platformOf(std::uint32_t layer) const {
        return m_plan.stages[std::size_t(m_stage.at(layer))].platform.value;
    }
    std::size_t place(std::uint32_t layer) const {
        const auto& order = m_order.at(platformOf(layer));
        return std::size_t(std::find(order.begin(), order.end(), layer) - order.begin());
    }

    std::string resourceOf(const Hop& hop) const {
        const Connection& link = m_problem.system->links[hop.link.index()];
        const bool one = link.ends.size() > 2 || link.link.duplex != Duplex::Full;
        return "link " + std::to_string(hop.link.value) + (one ? "" : " from " + std::to_string(hop.from.value));
    }

    /// A layer that its platform cannot run keeps the host and the links there busy.
    void lend(LayerId l, PlatformId p) {
        const FallBack* fall_back = m_problem.costs->fallBack(l, p);
        if (!fall_back) return;
        const PlatformId host = fall_back->host;
        const Layer& layer = m_problem.graph->layer(l);
        m_busy["platform " + std::to_string(host.value)] += m_problem.costs->layer(l, host).latency_s;
        const auto pass = [&](TensorId t, PlatformId from, PlatformId to) {
            const double bytes = tensorBytes(m_problem.graph->tensor(t), m_problem.system->platform(from));
            for (const Hop& hop : m_routes.between(from, to)) {
                link_bytes += bytes;
                m_busy[resourceOf(hop)] += transferCost(m_problem.system->links[hop.link.index()].link, bytes).busy_s;
            }
        };
        for (const TensorId t : layer.inputs) pass(t, p, host);
        for (const TensorId t : layer.outputs) pass(t, host, p);
    }

    void send(std::uint32_t t) {
        const System& system = *m_problem.system;
        const Tensor& tensor = m_problem.graph->tensors()[t];
        if (tensor.consumers.empty()) return;
        std::map<std::uint32_t, std::uint32_t> first; // platform -> its first reader
        std::map<std::uint32_t, int> stage;
        for (const LayerId c : tensor.consumers) {
            const std::uint32_t p = platformOf(c.value);
            if (!first.count(p) || place(c.value) < place(first[p])) first[p] = c.value;
            stage[p] = stage.count(p) ? std::min(stage[p], m_stage.at(c.value)) : m_stage.at(c.value);
        }
        std::vector<std::pair<int, std::uint32_t>> destinations;
        for (const auto& [p, s] : stage) destinations.push_back({s, p});
        std::sort(destinations.begin(), destinations.end());
        const int origin_stage =
            tensor.producer ? m_stage.at(tensor.producer->value) : destinations.front().first;
        const std::uint32_t origin = m_plan.stages[std::size_t(origin_stage)].platform.value;
        m_origin[t] = origin;
        const double bytes = tensorBytes(tensor, system.platforms[origin]);
        std::set<std::string> sent;
        for (const auto& [to_stage, q] : destinations) {
            if (q == origin) continue;
            std::string before;
            for (const Hop& hop : m_routes.between(PlatformId{origin}, PlatformId{q})) {
                const std::string name = "tensor " + std::to_string(t) + " " +
                                         std::to_string(hop.link.value) + " " +
                                         std::to_string(hop.from.value) + " " + std::to_string(hop.to.value);
                if (sent.insert(name).second) {
                    const Connection& link = system.links[hop.link.index()];
                    const TransferCost cost = transferCost(link.link, bytes);
                    Task& task = m_tasks[name];
                    task.resource = resourceOf(hop);
                    task.tie = {origin_stage, to_stage, int(hop.link.value), int(hop.from.value), t};
                    task.duration = cost.time_s;
                    task.frame = frameTime(link.link, bytes);
                    if (before.empty() && tensor.producer) task.after.insert(layerTask(*tensor.producer));
                    if (!before.empty())
                        (system.isSwitch(hop.from) ? task.through : task.after).insert(before);
                    m_busy[task.resource] += cost.busy_s;
                    link_bytes += bytes;
                }
                if (!system.isSwitch(hop.to) && hop.to.value != q) m_held[{t, hop.to.value}] = bytes;
                before = name;
            }
            m_tasks[layerTask(LayerId{first[q]})].after.insert(before);
        }
    }

    void run() {
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
                    known = known && m_tasks.at(on).start >= 0;
                    ready = std::max(
                        ready, std::min(m_tasks.at(on).end, m_tasks.at(on).start + m_tasks.at(on).frame));
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
        for (const auto& [key, task] : m_tasks)
            if (task.resource.rfind("platform", 0) == 0) latency = std::max(latency, task.end);
    }

    /// Peak of live bytes on p: at each of its layers whatever is there and still wanted.
    void measure(std::uint32_t p, const std::vector<std::uint32_t>& layers) {
        double held = 0;
        for (const auto& [where, bytes] : m_held) {
            const auto& consumers = m_problem.graph->tensors()[where.first].consumers;
            const bool reads = std::any_of(consumers.begin(), consumers.end(),
                                           [&](LayerId c) { return platformOf(c.value) == p; });
            if (where.second == p && !reads) held += bytes;
        }
        peak[p] = held;
        for (std::size_t step = 0; step < layers.size(); ++step) {
            double live = held;
            for (const auto& [t, origin] : m_origin)
                live += alive(t, origin, p, step)
                            ? tensorBytes(m_problem.graph->tensors()[t], m_problem.system->platforms[p])
                            : 0;
            for (std::uint32_t t = 0; t < m_problem.graph->tensors().size();
                 ++t) { // results that nobody reads
                const Tensor& tensor = m_problem.graph->tensors()[t];
                if (!tensor.consumers.empty() || !tensor.producer || platformOf(tensor.producer->value) != p)
                    continue;
                const std::size_t made = place(tensor.producer->value);
                if (tensor.is_graph_output ? made <= step : made == step)
                    live += tensorBytes(tensor, m_problem.system->platforms[p]);
            }
            peak[p] = std::max(peak[p], live);
        }
    }

    std::size_t stageEdge(int stage, bool last) const {
        const auto& layers = m_plan.stages[std::size_t(stage)].layers;
        return place((last ? layers.back() : layers.front()).value);
    }

    bool alive(std::uint32_t t, std::uint32_t origin, std::uint32_t p, std::size_t step) const {
        const Tensor& tensor = m_problem.graph->tensors()[t];
        std::size_t last_read = 0;
        int first_stage = 1 << 20;
        bool reads = false, others = false;
        for (const LayerId c : tensor.consumers) {
            if (platformOf(c.value) != p) {
                others = true;
                continue;
            }
            reads = true;
            last_read = std::max(last_read, place(c.value));
            first_stage = std::min(first_stage, m_stage.at(c.value));
        }
        if (tensor.producer && origin == p) {
            std::size_t last = std::max(place(tensor.producer->value), reads ? last_read : 0);
            if (others) last = std::max(last, stageEdge(m_stage.at(tensor.producer->value), true));
            if (tensor.is_graph_output) last = m_order.at(p).size();
            return place(tensor.producer->value) <= step && step <= last;
        }
        if (!reads) return false;
        const bool hands_on = origin == p ? others : m_held.count({t, p}) > 0;
        const std::size_t last =
            hands_on ? std::max(last_read, stageEdge(m_stage.at(firstReader(t, p)), true)) : last_read;
        return stageEdge(first_stage, false) <= step && step <= last;
    }

    std::uint32_t firstReader(std::uint32_t t, std::uint32_t p) const {
        std::uint32_t best = 0;
        bool found = false;
        for (const LayerId c : m_problem.graph->tensors()[t].consumers)
            if (platformOf(c.value) == p && (!found || place(c.value) < place(best))) {
                best = c.value;
                found = true;
            }
        return best;
    }

    const Problem& m_problem;
    const Plan& m_plan;
    Routes m_routes;
    std::map<std::uint32_t, int> m_stage;
    std::map<std::uint32_t, std::vector<std::uint32_t>> m_order;
    std::map<std::uint32_t, std::uint32_t> m_origin;
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> m_held;
    std::map<std::string, Task> m_tasks;
    std::map<std::string, double> m_busy;
};

} // namespace cutline::test
