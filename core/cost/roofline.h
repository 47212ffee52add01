// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_model.h"

#include <algorithm>

namespace cutline {

/// cost.md section 2:  t = launch + max(MACs / (peak[type] * eff[class]), bytes / (bandwidth * eff_bw)),
/// bytes = weights + inputs + outputs at the platform's bits; e = MACs * pJ_mac + bytes * pJ_byte, or busy
/// power * t.
///
/// The type is an integer of the weight bits, else a float of them, else the nearest wider peak, else the
/// widest. Channels round up to the granule for time (padding lanes do no work that counts as energy).
/// Weights of a layer count 0 bytes where they fit on chip, else in full. Layers without MACs take output
/// elements / (lanes * clock * eff[class]) in place of the MAC term, where lanes and clock are given. A fused
/// group moves what enters and leaves it, launches once, and hides its operators without MACs. A shape that
/// is not known gives Source::None; numbers that bind and are marked as assumptions give Source::Assumed.
class RooflineModel : public CostModel {
public:
    /// Errors: no positive peak, bandwidth or efficiency; where = "platform NAME".
    static Result<std::unique_ptr<RooflineModel>> make(const Platform& platform, const Compat& compat);

    /// What one layer's time is made of: launch + max(compute / efficiency, move).
    struct Terms {
        double compute_s = 0; ///< at the full peak, or all lanes
        double move_s = 0;
        double time(double launch_s, double efficiency) const {
            return launch_s + std::max(compute_s / efficiency, move_s);
        }
    };
    /// Nothing for views, unknown shapes and layers that the roofline has no peak for.
    std::optional<Terms> terms(const Graph& graph, LayerId layer) const;
    std::optional<Cost> cost(const Graph& graph, std::span<const LayerId> layers) const override;

private:
    RooflineModel(const Platform& platform, const Compat& compat);
    double macTime(const Layer& layer) const;
    double elementTime(const Graph& graph, const Layer& layer) const;
    double moveTime(double bytes) const;
    double movedBytes(const Graph& graph, std::span<const LayerId> layers) const;
    double efficiency(OpClass op_class) const;

    Platform m_platform;
    Roofline m_roofline;
    Compat m_compat;
    double m_peak = 0; ///< MAC/s of the chosen type; 0: no MACs
    bool m_peak_assumed = false, m_bandwidth_assumed = false, m_lanes_assumed = false;
};

/// The peak that layers at these weight bits run at, as RooflineModel chooses; null: there is none.
const Roofline::Peak* peakFor(const Roofline& roofline, int weight_bits);

/// MACs as costed: grouped convolution dense under `dense-groups`.
double costedMacs(const Layer& layer, const Compat& compat);

} // namespace cutline
