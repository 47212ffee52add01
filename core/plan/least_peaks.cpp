// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/least_peaks.h"

#include "core/plan/peak_lattice.h"
#include "core/plan/stage_memory.h"

#include <algorithm>
#include <numeric>

namespace cutline {
namespace {

/// Groups that the platform runs as one, all other layers alone; ordered as they run in the file's order.
Fusion stepsOn(const CostTable& costs, PlatformId platform) {
    const Fusion& all = costs.fusion();
    Fusion steps;
    for (std::size_t g = 0; g < all.groups.size(); ++g) {
        if (all.groups[g].size() > 1 && costs.fuses(g, platform))
            steps.groups.push_back(all.groups[g]);
        else
            for (const LayerId layer : all.groups[g]) steps.groups.push_back({layer});
    }
    std::sort(steps.groups.begin(), steps.groups.end(),
              [](const auto& a, const auto& b) { return a.back() < b.back(); });
    steps.group_of.resize(all.group_of.size());
    for (std::uint32_t s = 0; s < steps.groups.size(); ++s)
        for (const LayerId layer : steps.groups[s]) steps.group_of[layer.index()] = s;
    return steps;
}

PeakSteps peakSteps(const Evaluator::Impl& impl, const Fusion& fusion, PlatformId platform) {
    constexpr std::uint32_t kInside = PeakSteps::kNone - 1;
    const std::size_t p = platform.index();
    PeakSteps all;
    std::vector<std::uint32_t> number(impl.tensors.size(), kInside);
    for (std::uint32_t t = 0; t < impl.tensors.size(); ++t) {
        const Evaluator::Impl::TensorInfo& info = impl.tensors[t];
        PeakSteps::Tensor tensor;
        if (info.producer != kNone) {
            tensor.producer = fusion.group_of[info.producer];
            if (fusion.groups[tensor.producer].back().value != info.producer) continue;
        }
        tensor.bytes = impl.stored[impl.at(t, p)];
        for (const std::uint32_t c : impl.consumers[t]) tensor.readers.push_back(fusion.group_of[c]);
        std::sort(tensor.readers.begin(), tensor.readers.end());
        tensor.readers.erase(std::unique(tensor.readers.begin(), tensor.readers.end()), tensor.readers.end());
        tensor.is_output = info.is_output && info.producer != kNone;
        tensor.is_placed = info.source != kNone;
        tensor.is_here = info.source == platform.value;
        tensor.is_wanted = info.sink == platform.value;
        number[t] = static_cast<std::uint32_t>(all.tensors.size());
        all.tensors.push_back(std::move(tensor));
    }
    for (const std::vector<LayerId>& members : fusion.groups) {
        PeakSteps::Step& step = all.steps.emplace_back();
        for (const LayerId member : members)
            for (const std::uint32_t t : impl.inputs[member.index()]) {
                if (number[t] == kInside) continue;
                if (std::find(step.reads.begin(), step.reads.end(), number[t]) == step.reads.end())
                    step.reads.push_back(number[t]);
                if (member == members.back() && impl.in_place[impl.at(member.index(), p)])
                    step.may_overwrite.push_back(number[t]);
            }
        for (const std::uint32_t t : impl.outputs[members.back().index()]) step.makes.push_back(number[t]);
    }
    return all;
}

} // namespace

/// Sets of layers on a platform that does not fuse, beside 20 for each set of groups.
constexpr std::size_t kMostOwn = 10'000;
/// A lattice without gates takes a sweep over all sets for each set: over more pairs than this it would come too late.
constexpr std::size_t kMostPairs = 40'000'000;

struct LeastPeaks::Kind {
    Fusion fusion;
    PeakSteps steps;
    std::unique_ptr<const DownSets> own_sets; ///< null: those given will do
    std::vector<std::uint32_t> set_of;        ///< own set of each given one
    std::unique_ptr<const PeakLattice> lattice; ///< null: the file's order stands for the best

    Peaks peaks(std::uint32_t inner, std::uint32_t outer, Passing passing) const {
        if (own_sets) return lattice->peaks(set_of[inner], set_of[outer], passing);
        return lattice->peaks(inner, outer, passing);
    }
    void findSets(const CostTable& costs, const DownSets& sets);
    void take(const DownSets& sets) {
        auto made = std::make_unique<const PeakLattice>(steps, sets);
        if (made->pairs() <= kMostPairs) lattice = std::move(made);
    }
};

void LeastPeaks::Kind::findSets(const CostTable& costs, const DownSets& sets) {
    if (!sets.complete()) return;
    if (fusion.groups == costs.fusion().groups) {
        take(sets);
        return;
    }
    Progress progress;
    auto own = std::make_unique<const DownSets>(costs.graph(), fusion, kMostOwn + 20 * sets.size(), progress);
    if (!own->complete()) return;
    // Each given set is a step away from a smaller one: so many own steps as the group has.
    set_of.assign(sets.size(), 0);
    for (std::size_t set = 0; set < sets.size(); ++set)
        for (const DownSets::Step step : sets.steps(set)) {
            std::uint32_t at = set_of[set];
            for (const LayerId layer : costs.fusion().groups[step.group]) {
                const std::uint32_t wanted = fusion.group_of[layer.index()];
                for (const DownSets::Step next : own->steps(at))
                    if (next.group == wanted) {
                        at = next.next;
                        break;
                    }
            }
            set_of[step.next] = at;
        }
    own_sets = std::move(own);
    take(*own_sets);
}

LeastPeaks::LeastPeaks(const Evaluator& evaluator, const DownSets& sets)
    : m_evaluator(evaluator), m_sets(sets) {
    const CostTable& costs = *evaluator.problem().costs;
    for (std::uint32_t p = 0; p < evaluator.problem().system->platforms.size(); ++p) {
        auto kind = std::make_unique<Kind>();
        kind->fusion = stepsOn(costs, PlatformId{p});
        kind->steps = peakSteps(evaluator.impl(), kind->fusion, PlatformId{p});
        const auto alike = std::find_if(m_kinds.begin(), m_kinds.end(), [&](const auto& known) {
            return known->fusion.groups == kind->fusion.groups && known->steps == kind->steps;
        });
        m_kind_of.push_back(static_cast<std::uint32_t>(alike - m_kinds.begin()));
        if (alike == m_kinds.end()) m_kinds.push_back(std::move(kind));
    }
    for (const auto& kind : m_kinds) kind->findSets(costs, sets);
}

LeastPeaks::~LeastPeaks() = default;

bool LeastPeaks::isExact(PlatformId platform) const { return kindOf(platform).lattice != nullptr; }

double LeastPeaks::peakBytes(PlatformId platform, std::uint32_t inner, std::uint32_t outer,
                             Passing passing) const {
    const Kind& kind = kindOf(platform);
    if (kind.lattice) return kind.peaks(inner, outer, passing).least;
    const StageMemory memory = stageMemory(platform, inner, outer, passing);
    std::vector<std::uint32_t> order(memory.steps.size());
    std::iota(order.begin(), order.end(), 0u);
    return cutline::peakBytes(memory.steps, memory.tensors, order);
}

std::vector<LayerId> LeastPeaks::order(PlatformId platform, std::uint32_t inner, std::uint32_t outer,
                                       Passing passing) const {
    const Kind& kind = kindOf(platform);
    if (!kind.lattice) return fileOrder(inner, outer);
    const Peaks peaks = kind.peaks(inner, outer, passing);
    if (peaks.file <= peaks.least) return fileOrder(inner, outer);
    const StageMemory memory = stageMemory(platform, inner, outer, passing);
    return memory.listed(leastPeakOrder(memory.steps, memory.tensors).order);
}

std::vector<LayerId> LeastPeaks::fileOrder(std::uint32_t inner, std::uint32_t outer) const {
    const Fusion& fusion = m_evaluator.problem().costs->fusion();
    std::vector<LayerId> layers;
    for (std::uint32_t g = m_sets.firstAbsent(inner); g < m_sets.end(outer); ++g)
        if (m_sets.contains(outer, g) && !m_sets.contains(inner, g))
            layers.insert(layers.end(), fusion.groups[g].begin(), fusion.groups[g].end());
    std::sort(layers.begin(), layers.end());
    return layers;
}

StageMemory LeastPeaks::stageMemory(PlatformId platform, std::uint32_t inner, std::uint32_t outer,
                                    Passing passing) const {
    const Evaluator::Impl& impl = m_evaluator.impl();
    const Fusion& fusion = m_evaluator.problem().costs->fusion();
    const auto keeps = [&](std::uint32_t t) {
        const Evaluator::Impl::TensorInfo& info = impl.tensors[t];
        bool before = false, after = false; // read by another stage
        for (const std::uint32_t c : impl.consumers[t]) {
            before = before || m_sets.contains(inner, fusion.group_of[c]);
            after = after || !m_sets.contains(outer, fusion.group_of[c]);
        }
        if (info.sink == platform.value) return true;
        if (info.source == platform.value) return before || after;
        const bool starts_here = info.producer == kNone && info.source == kNone && !before;
        return after && (starts_here || passing == Passing::Kept);
    };
    return StageMemory(impl, platform, fileOrder(inner, outer), keeps);
}

} // namespace cutline
