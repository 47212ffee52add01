// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_table.h"
#include "core/platform/platform.h"

#include <cmath>

namespace cutline {

/// What costs of a source are wrong by where nothing better is known (cost.md): log standard deviations.
///
/// Measured: runs of one layer differ by 4 %, and a whole run by 3 % (clock, temperature). Given by a user:
/// twice that. Mapped: the mapping is optimal in its space, the machine's compiler need not find it. Estimated
/// and assumed: +-50 % in all. Most of a prediction's error is common to a platform, since its clock,
/// bandwidth and software are: a chosen cut looks far too safe where layers err independently.
constexpr LogSpread defaultSpread(Source source) {
    switch (source) {
        case Source::Profile: return {0.03f, 0.0f, 0.04f};
        case Source::User: return {0.06f, 0.0f, 0.08f};
        case Source::LoopNest: return {0.3f, 0.15f, 0.1f};
        case Source::Roofline:
        case Source::Assumed: return {0.4f, 0.2f, 0.22360680f};
        case Source::None: break;
    }
    return {};
}

/// Of a prediction for this platform: what its descriptor gives (`uncertainty`), else the source's default.
inline LogSpread predictedSpread(Source source, const Platform& platform) {
    LogSpread spread = defaultSpread(source);
    const auto take = [](const std::optional<double>& given, float& part) {
        if (given) part = static_cast<float>(*given);
    };
    take(platform.uncertainty.platform, spread.platform);
    take(platform.uncertainty.op_class, spread.op_class);
    take(platform.uncertainty.layer, spread.layer);
    return spread;
}

/// The source's default, stretched so that it adds up to a figure that a file gives.
inline LogSpread spreadOfTotal(Source source, double total) {
    const LogSpread shape = defaultSpread(source);
    const float whole = shape.total();
    if (whole <= 0) return {0, 0, static_cast<float>(total)};
    const auto part = [&](float value) { return static_cast<float>(value / whole * total); };
    return {part(shape.platform), part(shape.op_class), part(shape.layer)};
}

} // namespace cutline
