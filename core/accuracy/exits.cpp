// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/accuracy.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

/// Largest value of the softmax, 1 / sum of exp(x - largest), in float32 as networks compute it.
float confidenceOf(std::span<const float> values) {
    const float top = *std::max_element(values.begin(), values.end());
    float sum = 0;
    for (const float value : values) sum += std::exp(value - top);
    return 1 / sum;
}

} // namespace

std::vector<ExitRow> exitTable(std::span<const std::vector<float>> values, std::size_t classes, const DataSet& data,
                               std::span<const double> thresholds) {
    struct Answer {
        double confidence;
        bool right;
    };
    std::vector<std::vector<Answer>> answers(values.size());
    for (std::size_t e = 0; e < values.size(); ++e)
        for (std::size_t i = 0; i < data.size(); ++i) {
            const auto scores = std::span(values[e]).subspan(i * classes, classes);
            const auto top = std::max_element(scores.begin(), scores.end()) - scores.begin();
            answers[e].push_back({static_cast<double>(confidenceOf(scores)), top == static_cast<std::ptrdiff_t>(data.label(i))});
        }
    std::vector<ExitRow> rows;
    for (const double threshold : thresholds) {
        const std::size_t at = rows.size();
        for (std::size_t e = 0; e < values.size(); ++e) rows.push_back({threshold, e, 0, 0});
        for (std::size_t i = 0; i < data.size(); ++i) {
            std::size_t e = 0;
            while (e + 1 < values.size() && answers[e][i].confidence < threshold) ++e;
            ++rows[at + e].taken;
            rows[at + e].correct += answers[e][i].right;
        }
    }
    return rows;
}

} // namespace cutline
