// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost.
#pragma once

#include "core/cost/cost_table.h"

#include <cmath>

namespace cutline {

/// Adds costs of layers that run one after the other: the least trusted source speaks for the sum. Errors of
/// a platform and of a class add up (weighted by time; of several classes: as if they were one, at most too
/// wide), those of layers alone cancel in part.
class CostSum {
public:
    explicit CostSum(const Cost& first) : m_sum(first) { weigh(first); }

    void add(const Cost& cost) {
        m_several = true;
        m_sum.latency_s += cost.latency_s;
        m_sum.energy_j += cost.energy_j;
        m_sum.supported = m_sum.supported && cost.supported;
        weigh(cost);
        if (cost.source <= m_sum.source) return;
        m_sum.source = cost.source;
        m_sum.detail = cost.detail;
    }
    Cost total() const {
        Cost sum = m_sum;
        const auto part = [&](double weighted) { return static_cast<float>(weighted / sum.latency_s); };
        if (m_several && sum.latency_s > 0)
            sum.setSpread({part(m_platform), part(m_class), part(std::sqrt(m_layer))});
        return sum;
    }

private:
    void weigh(const Cost& cost) {
        m_platform += static_cast<double>(cost.spread.platform) * cost.latency_s;
        m_class += static_cast<double>(cost.spread.op_class) * cost.latency_s;
        const double layer = static_cast<double>(cost.spread.layer) * cost.latency_s;
        m_layer += layer * layer;
    }

    Cost m_sum;
    bool m_several = false;
    double m_platform = 0, m_class = 0, m_layer = 0; ///< seconds; the last one squared
};

} // namespace cutline
