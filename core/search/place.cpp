// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/place.h"

#include "core/base/quantity.h"
#include "core/graph/down_sets.h"
#include "core/search/place_groups.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>

namespace cutline {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What a part that started at one down-set has gathered when it has grown to another.
struct Part {
    double accelerator_ms = 0, cpu_ms = 0; ///< node times; infinite where a node cannot run there
    double in_ms = 0, out_ms = 0, bytes = 0;
};

class PlacementSearch {
public:
    PlacementSearch(const PlaceGroups& groups, const DownSets& sets, double bound_ms)
        : m_groups(groups), m_sets(sets), m_columns((groups.accelerators + 1) * (groups.cpus + 1)), m_bound_ms(bound_ms),
          m_least(sets.size() * m_columns, kInfinity), m_from(m_least.size()), m_parts(sets.size()),
          m_stamp(sets.size(), std::numeric_limits<std::uint32_t>::max()), m_rest_ms(sets.size())
    {
    }

    /// Least maximum load below or equal to the bound, or infinity.
    double run(Progress& progress)
    {
        fillRest();
        m_least[0] = 0;
        for (std::uint32_t start = 0; start + 1 < m_sets.size(); ++start) {
            if (start % 64 == 0 && progress.cancelled()) {
                m_cancelled = true;
                return kInfinity;
            }
            const auto row = m_least.begin() + static_cast<std::ptrdiff_t>(start * m_columns);
            if (*std::min_element(row, row + static_cast<std::ptrdiff_t>(m_columns)) <= m_bound_ms) growFrom(start);
        }
        const auto last = m_least.end() - static_cast<std::ptrdiff_t>(m_columns);
        return *std::min_element(last, m_least.end());
    }

    bool cancelled() const { return m_cancelled; }
    std::uint64_t evaluated() const { return m_evaluated; }
    std::uint64_t pruned() const { return m_pruned; }

    std::vector<std::vector<std::uint32_t>> devices() const
    {
        std::vector<std::vector<std::uint32_t>> devices(m_groups.accelerators + m_groups.cpus);
        std::size_t set = m_sets.size() - 1;
        const auto row = m_least.begin() + static_cast<std::ptrdiff_t>(set * m_columns);
        auto column = static_cast<std::size_t>(std::min_element(row, m_least.end()) - row);
        while (set != 0) {
            const auto [from, on_cpu] = m_from[set * m_columns + column];
            const std::size_t before = column - (on_cpu ? 1 : m_groups.cpus + 1);
            // Counts go down on the way back: the device of this step is the last one of its kind in use.
            const std::size_t device = on_cpu ? m_groups.accelerators + before % (m_groups.cpus + 1)
                                              : before / (m_groups.cpus + 1);
            for (std::size_t g = 0; g < m_sets.groupCount(); ++g)
                if (m_sets.contains(set, g) && !m_sets.contains(from, g))
                    devices[device].insert(devices[device].end(), m_groups.members[g].begin(), m_groups.members[g].end());
            std::sort(devices[device].begin(), devices[device].end());
            set = from;
            column = before;
        }
        return devices;
    }

private:
    struct From {
        std::uint32_t set = 0;
        bool on_cpu = false;
    };

    void fillRest()
    {
        double total = 0;
        for (const PlaceGroups::Load& load : m_groups.loads) total += std::min(load.cpu_ms, load.accelerator_ms);
        for (std::size_t set = 0; set < m_sets.size(); ++set) {
            m_rest_ms[set] = total;
            for (std::size_t g = 0; g < m_sets.groupCount(); ++g)
                if (m_sets.contains(set, g))
                    m_rest_ms[set] -= std::min(m_groups.loads[g].cpu_ms, m_groups.loads[g].accelerator_ms);
        }
    }

    void growFrom(std::uint32_t start)
    {
        m_queue.assign(1, start);
        m_parts[start] = {};
        m_stamp[start] = start;
        for (std::size_t head = 0; head < m_queue.size(); ++head) {
            const std::uint32_t set = m_queue[head];
            for (const DownSets::Step& step : m_sets.steps(set)) {
                if (m_stamp[step.next] == start) continue;
                m_stamp[step.next] = start;
                const Part part = grown(start, set, step.group);
                // Node times and what enters only grow; what leaves may still shrink.
                const bool fits = part.bytes <= m_groups.accelerator_bytes;
                const bool accelerator = fits && part.accelerator_ms + part.in_ms <= m_bound_ms;
                if (!accelerator && part.cpu_ms > m_bound_ms) {
                    ++m_pruned;
                    continue;
                }
                ++m_evaluated;
                m_parts[step.next] = part;
                m_queue.push_back(step.next);
                const double load_ms = accelerator ? part.accelerator_ms + part.in_ms + part.out_ms : kInfinity;
                close(start, step.next, load_ms, part.cpu_ms);
            }
        }
    }

    Part grown(std::uint32_t start, std::uint32_t set, std::uint32_t group) const
    {
        Part part = m_parts[set];
        const PlaceGroups::Load& load = m_groups.loads[group];
        part.accelerator_ms += load.accelerator_ms;
        part.cpu_ms += load.cpu_ms;
        part.bytes += load.bytes;
        const auto in_part = [&](std::uint32_t g) { return m_sets.contains(set, g) && !m_sets.contains(start, g); };
        for (const std::uint32_t t : m_groups.reads[group]) {
            const PlaceGroups::Moved& tensor = m_groups.tensors[t];
            const auto& readers = tensor.readers;
            if (m_sets.contains(start, tensor.maker)) {
                if (std::none_of(readers.begin(), readers.end(), in_part)) part.in_ms += tensor.cost_ms;
            } else if (std::all_of(readers.begin(), readers.end(),
                                   [&](std::uint32_t g) { return g == group || m_sets.contains(set, g); })) {
                part.out_ms -= tensor.cost_ms;
            }
        }
        for (const std::uint32_t t : m_groups.makes[group]) part.out_ms += m_groups.tensors[t].cost_ms;
        return part;
    }

    /// One device runs from `start` to `set`; every count of devices used so far may continue with it.
    void close(std::uint32_t start, std::uint32_t set, double accelerator_ms, double cpu_ms)
    {
        const std::size_t step = m_groups.cpus + 1;
        for (std::size_t column = 0; column < m_columns; ++column) {
            const double before = m_least[start * m_columns + column];
            if (before > m_bound_ms) continue;
            if (column / step < m_groups.accelerators)
                offer(set, column + step, std::max(before, accelerator_ms), {start, false});
            if (column % step < m_groups.cpus) offer(set, column + 1, std::max(before, cpu_ms), {start, true});
        }
    }

    void offer(std::uint32_t set, std::size_t column, double load_ms, From from)
    {
        if (load_ms > m_bound_ms || load_ms >= m_least[set * m_columns + column]) return;
        // The devices left cannot share the rest more evenly than equally.
        const std::size_t step = m_groups.cpus + 1;
        const std::size_t used = column / step + column % step;
        const std::size_t left = m_groups.accelerators + m_groups.cpus - used;
        if (m_rest_ms[set] > m_bound_ms * static_cast<double>(left) * (1 + 1e-12) + 1e-9) return;
        m_least[set * m_columns + column] = load_ms;
        m_from[set * m_columns + column] = from;
    }

    const PlaceGroups& m_groups;
    const DownSets& m_sets;
    std::size_t m_columns;
    double m_bound_ms;
    std::vector<double> m_least;
    std::vector<From> m_from;
    std::vector<Part> m_parts;
    std::vector<std::uint32_t> m_stamp;
    std::vector<double> m_rest_ms;
    std::vector<std::uint32_t> m_queue;
    std::uint64_t m_evaluated = 0, m_pruned = 0;
    bool m_cancelled = false;
};

/// No device takes less than the longest node, nor all together less than the sum of the fastest times.
double lowerBound(const PlaceGroups& groups)
{
    double longest = 0, total = 0;
    for (const PlaceGroups::Load& load : groups.loads) {
        const double fastest = std::min(load.accelerator_ms, load.cpu_ms);
        longest = std::max(longest, fastest);
        total += fastest;
    }
    return std::max(longest, total / (groups.accelerators + groups.cpus));
}

/// By how much the nodes are too large for all accelerators together; empty where they are not.
std::string roomMissing(const Workload& workload)
{
    double bytes = 0;
    for (const Workload::Node& node : workload.nodes) bytes += node.bytes;
    const double room = workload.accelerator_bytes.value_or(kInfinity) * workload.accelerators;
    if (workload.cpus > 0 || bytes <= room) return {};
    return ": the nodes take " + formatQuantity(bytes, Unit::Byte) + " and " + std::to_string(workload.accelerators) +
           " accelerators hold " + formatQuantity(room, Unit::Byte);
}

} // namespace

Result<Placement> place(const Workload& workload, const PlaceOptions& options, Progress& progress)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto groups = placeGroups(workload);
    if (!groups) return groups.error();

    const Fusion alone = unfused(groups->graph);
    std::vector<std::uint32_t> order(groups->members.size());
    std::iota(order.begin(), order.end(), 0u);
    const DownSets chain = DownSets::alongOrder(groups->graph, alone, order);
    PlacementSearch along(*groups, chain, std::numeric_limits<double>::max());
    const double incumbent_ms = along.run(progress);

    Placement placement;
    placement.max_load_ms = incumbent_ms;
    placement.proof.evaluated = along.evaluated();
    if (incumbent_ms < kInfinity) placement.devices = along.devices();

    const DownSets sets(groups->graph, alone, options.down_set_cap, progress);
    bool complete = sets.complete();
    if (complete) {
        PlacementSearch search(*groups, sets, std::min(incumbent_ms, std::numeric_limits<double>::max()));
        const double best_ms = search.run(progress);
        placement.proof.evaluated += search.evaluated();
        placement.proof.pruned = search.pruned();
        placement.proof.kept = sets.size();
        complete = !search.cancelled();
        if (best_ms < placement.max_load_ms) {
            placement.max_load_ms = best_ms;
            placement.devices = search.devices();
        }
    }
    if (placement.devices.empty())
        return Error{"workload", "no placement fits the devices" + roomMissing(workload), "raise maxSizePerFPGA or the number of devices"};
    placement.proof.kind = complete ? Proof::Kind::Complete : Proof::Kind::Heuristic;
    placement.proof.stop = progress.cancelled() ? Proof::Stop::Cancelled : complete ? Proof::Stop::Completed : Proof::Stop::Capped;
    placement.proof.lower_bound = complete ? placement.max_load_ms : lowerBound(*groups);
    placement.proof.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return placement;
}

} // namespace cutline
