// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/stage_memory.h"

#include <algorithm>

namespace cutline {
namespace {

/// The group of a layer that the platform runs as one and that lies whole in the piece; null otherwise.
const std::vector<LayerId>* wholeGroup(const CostTable& costs, LayerId layer, PlatformId platform,
                                       const std::vector<char>& inside) {
    const std::uint32_t number = costs.fusion().group_of[layer.index()];
    const std::vector<LayerId>& group = costs.fusion().groups[number];
    if (group.size() < 2 || !costs.fuses(number, platform)) return nullptr;
    const bool whole =
        std::all_of(group.begin(), group.end(), [&](LayerId member) { return inside[member.index()] != 0; });
    return whole ? &group : nullptr;
}

} // namespace

StageMemory::StageMemory(const Evaluator::Impl& impl, PlatformId platform, std::span<const LayerId> piece,
                         const std::function<bool(std::uint32_t tensor)>& keeps) {
    const CostTable& costs = *impl.problem.costs;
    std::vector<char> inside(impl.layers, 0);
    for (const LayerId layer : piece) inside[layer.index()] = 1;
    for (const LayerId layer : piece) {
        const std::vector<LayerId>* group = wholeGroup(costs, layer, platform, inside);
        if (!group)
            layers.push_back({layer});
        else if (group->back() == layer)
            layers.push_back(*group);
    }
    std::vector<std::uint32_t> number(impl.tensors.size(), kNone);
    const auto tensor = [&](std::uint32_t t) {
        if (number[t] == kNone) {
            number[t] = static_cast<std::uint32_t>(tensors.size());
            tensors.push_back({impl.stored[impl.at(t, platform.index())], false, false});
        }
        return number[t];
    };
    for (const std::vector<LayerId>& members : layers) {
        MemoryStep step;
        for (const LayerId member : members)
            for (const std::uint32_t t : impl.inputs[member.index()]) {
                const std::uint32_t producer = impl.tensors[t].producer;
                if (producer != kNone && members.size() > 1 &&
                    std::find(members.begin(), members.end(), LayerId{producer}) != members.end())
                    continue;
                const std::uint32_t local = tensor(t);
                if (std::find(step.reads.begin(), step.reads.end(), local) == step.reads.end())
                    step.reads.push_back(local);
                if (member == members.back() && impl.in_place[impl.at(member.index(), platform.index())])
                    step.may_overwrite.push_back(local);
                if (producer != kNone && inside[producer]) continue;
                tensors[local].arrives = true;
                tensors[local].stays = keeps(t);
            }
        for (const std::uint32_t t : impl.outputs[members.back().index()]) {
            const auto readers = impl.consumers[t];
            const bool leaves =
                std::any_of(readers.begin(), readers.end(), [&](std::uint32_t c) { return !inside[c]; });
            const std::uint32_t local = tensor(t);
            tensors[local].stays = leaves || impl.tensors[t].is_output;
            step.makes.push_back(local);
        }
        steps.push_back(std::move(step));
    }
}

std::vector<LayerId> StageMemory::listed(std::span<const std::uint32_t> order) const {
    std::vector<LayerId> list;
    for (const std::uint32_t s : order) list.insert(list.end(), layers[s].begin(), layers[s].end());
    return list;
}

} // namespace cutline
