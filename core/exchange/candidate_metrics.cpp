// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/candidate_metrics.h"

#include <tbb/parallel_for.h>

#include <algorithm>

namespace cutline {
namespace {

/// Where cuts are positions a plan's stages do not tell an image that is shipped before any layer: the listed numbers do.
void takeListedNumbers(Metrics& metrics, const Summary& summary)
{
    metrics.latency_s = summary.latency_s;
    metrics.initiation_interval_s = summary.initiation_interval_s;
    metrics.energy_j = summary.energy_j;
    metrics.link_bytes = summary.link_bytes;
    metrics.memory_bytes_max = summary.memory_bytes_max;
}

} // namespace

std::string writeListed(const Evaluator& evaluator, const SearchResult& result, std::span<const std::uint32_t> which,
                        const std::function<void(std::string& out, const ListedPlan& plan)>& write)
{
    constexpr std::size_t kBlock = 64;
    const std::size_t blocks = (which.size() + kBlock - 1) / kBlock;
    std::vector<std::string> texts(blocks);
    tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t block) {
        const std::size_t end = std::min(which.size(), (block + 1) * kBlock);
        for (std::size_t i = block * kBlock; i < end; ++i) {
            ListedPlan listed;
            listed.index = which[i];
            listed.on_front = std::binary_search(result.front.begin(), result.front.end(), which[i]);
            listed.plan = result.candidates->plan(which[i]);
            listed.metrics = evaluator.evaluate(listed.plan);
            listed.cut_labels = result.candidates->cutLabels(which[i]);
            takeListedNumbers(listed.metrics, result.summaries[which[i]]);
            write(texts[block], listed);
        }
    });
    std::size_t size = 0;
    for (const std::string& text : texts) size += text.size();
    std::string all;
    all.reserve(size);
    for (const std::string& text : texts) all += text;
    return all;
}

} // namespace cutline
