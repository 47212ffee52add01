// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/platform/system.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// What each layer loses in accuracy on each platform (metrics.md "Accuracy", source "given"): additive over
/// the layers of a plan, in the unit of the file that it came from, 0 or more. Immutable once shared.
class SensitivityTable {
public:
    SensitivityTable(std::size_t layers, std::size_t platforms)
        : m_platforms(platforms), m_values(layers * platforms, 0) {}

    double value(LayerId layer, PlatformId platform) const {
        return m_values[layer.index() * m_platforms + platform.index()];
    }
    void set(LayerId layer, PlatformId platform, double value) {
        m_values[layer.index() * m_platforms + platform.index()] = value;
    }

private:
    std::size_t m_platforms;
    std::vector<double> m_values;
};
using SensitivityPtr = std::shared_ptr<const SensitivityTable>;

/// CSV with a header: `layer` (ONNX node name), `sensitivity` (a number of 0 or more), and `platform` (a name
/// in the system) or `bits` where the loss depends on where the layer runs. Other columns are refused.
/// A row without a platform or bits speaks of all platforms for which no other row of its layer does; `bits`
/// of a platform are the fewer of its weight and activation bits, and one with more bits than the file
/// has rows for loses nothing. A layer or pair that no row names loses nothing.
/// Errors name file and line: an unknown layer or platform, a number that is none, negative or not finite, a
/// pair given twice, bits of a platform that the file passes over, no rows.
Result<SensitivityTable> parseSensitivityCsv(std::string_view text, const std::string& file,
                                             const Graph& graph, const System& system);
Result<SensitivityTable> readSensitivity(const std::string& path, const Graph& graph, const System& system);

} // namespace cutline
