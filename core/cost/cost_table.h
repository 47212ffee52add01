// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/fusion.h"
#include "core/graph/graph.h"
#include "core/platform/system.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cutline {

/// Where a cost comes from, in order of trust (cost.md). CSV and JSON write nameOf(); the screen writes
/// wordFor().
enum class Source : std::uint8_t { Profile, User, LoopNest, Roofline, Assumed, None };
std::string_view nameOf(Source source);  ///< profile, user, loop-nest, roofline, assumed, none
std::string_view wordFor(Source source); ///< measured, given, mapped, estimated, assumed, not known

/// What a cost may be wrong by, split by what the errors of several costs have in common: log standard
/// deviations, so 0.1 is about +-10 % (search.md section 6: log d = log d0 + a(platform) + b(platform, op
/// class) + c(layer)).
struct LogSpread {
    float platform = 0; ///< of all layers on the platform together
    float op_class = 0; ///< of its layers of one class together
    float layer = 0;    ///< of this layer alone
    float total() const {
        const auto square = [](float part) { return static_cast<double>(part) * static_cast<double>(part); };
        return static_cast<float>(std::sqrt(square(platform) + square(op_class) + square(layer)));
    }
    friend bool operator==(const LogSpread&, const LogSpread&) = default;
};

/// What one layer (or fused group) takes on one platform.
struct Cost {
    double latency_s = 0;
    double energy_j = 0;
    Source source = Source::None;
    bool supported = true; ///< false: the platform cannot run it (and no fall-back)
    float uncertainty = 0; ///< relative, one standard deviation: spread.total()
    std::uint32_t detail =
        0; ///< index into CostTable::detail(): fall-back, mapping, why assumed; 0: nothing to say
    LogSpread spread{};

    void setSpread(const LogSpread& its_spread) {
        spread = its_spread;
        uncertainty = spread.total();
    }
    friend bool operator==(const Cost&, const Cost&) = default;
};

/// What a layer keeps busy elsewhere where its platform cannot run it and hands it to its host (cost.md section 2). Time
/// and energy of it all are in the layer's Cost too: its platform waits until the outputs are back.
struct FallBack {
    /// One tensor over one hop.
    struct Leg {
        Hop hop;
        double bytes = 0; ///< payload
        friend bool operator==(const Leg&, const Leg&) = default;
    };
    PlatformId host;
    double latency_s = 0, energy_j = 0; ///< of the layer on the host
    std::vector<Leg> legs;              ///< inputs there, outputs back
    friend bool operator==(const FallBack&, const FallBack&) = default;
};

/// Layer x platform and group x platform costs of one graph on one system. Immutable once built.
class CostTable {
public:
    CostTable(GraphPtr graph, SystemPtr system, Fusion fusion);

    const Graph& graph() const { return *m_graph; }
    const System& system() const { return *m_system; }
    GraphPtr graphPtr() const { return m_graph; }
    SystemPtr systemPtr() const { return m_system; }
    const Fusion& fusion() const { return m_fusion; }

    /// One layer alone.
    const Cost& layer(LayerId layer, PlatformId platform) const {
        return m_layers[layer.index() * m_platforms + platform.index()];
    }
    /// A group of the fusion run as one (equal to the layer's cost for groups of one; the sum of its layers
    /// on a platform that does not fuse it).
    const Cost& group(std::size_t group, PlatformId platform) const {
        return m_groups[group * m_platforms + platform.index()];
    }
    /// The platform runs this group as one; otherwise layer by layer.
    bool fuses(std::size_t group, PlatformId platform) const {
        return m_fuses[group * m_platforms + platform.index()];
    }

    void setLayer(LayerId layer, PlatformId platform, const Cost& cost) {
        m_layers[layer.index() * m_platforms + platform.index()] = cost;
    }
    void setGroup(std::size_t group, PlatformId platform, const Cost& cost, bool fused) {
        m_groups[group * m_platforms + platform.index()] = cost;
        m_fuses[group * m_platforms + platform.index()] = fused;
    }
    /// The layer alone, however its group runs: a platform fuses no group that it cannot run whole. Null: it runs there.
    const FallBack* fallBack(LayerId layer, PlatformId platform) const {
        if (m_fall_backs.empty()) return nullptr;
        const auto at = m_fall_backs.find({layer, platform});
        return at == m_fall_backs.end() ? nullptr : &at->second;
    }
    using FallBacks = std::map<std::pair<LayerId, PlatformId>, FallBack>;
    const FallBacks& fallBacks() const { return m_fall_backs; }
    void setFallBack(LayerId layer, PlatformId platform, FallBack fall_back) {
        m_fall_backs[{layer, platform}] = std::move(fall_back);
    }
    /// What the layers of a group that is not fused take one after the other.
    Cost sumOfLayers(std::size_t group, PlatformId platform) const;

    std::uint32_t addDetail(std::string text);
    const std::string& detail(std::uint32_t index) const { return m_details[index]; }

private:
    GraphPtr m_graph;
    SystemPtr m_system;
    Fusion m_fusion;
    std::size_t m_platforms;
    std::vector<Cost> m_layers, m_groups;
    std::vector<bool> m_fuses;
    FallBacks m_fall_backs;
    std::vector<std::string> m_details{""};
};
using CostTablePtr = std::shared_ptr<const CostTable>;

} // namespace cutline
