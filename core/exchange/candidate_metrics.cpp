// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/candidate_metrics.h"

#include <tbb/parallel_for.h>

#include <algorithm>

namespace cutline {

std::string writeListed(const Evaluator& evaluator, const SearchResult& result,
                        std::span<const std::uint32_t> which,
                        const std::function<void(std::string& out, const ListedPlan& plan)>& write) {
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
            auto own = result.candidates->metrics(which[i]);
            listed.metrics = own ? std::move(*own) : evaluator.evaluate(listed.plan);
            if (which[i] < result.accuracies.size()) listed.metrics.accuracy = result.accuracies[which[i]];
            listed.cut_labels = result.candidates->cutLabels(which[i]);
            if (!listed.cut_labels.empty()) listed.chain = result.candidates->chain();
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
