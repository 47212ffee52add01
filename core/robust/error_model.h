// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/evaluate.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cutline {

/// Log standard deviation of a link's time where nothing else is known: rates and framing are standards, the software
/// that drives them is not.
inline constexpr double kLinkSpread = 0.1;

/// How predictions are wrong together (search.md section 6):
///
///     log d(l, p) = log d0(l, p) + sa a(p) + sb b(p, class of l) + sc c(p, l)         a, b, c standard normal
///
/// sa, sb, sc: the cost's spread (LogSpread, core/cost/uncertainty.h). Platforms of one descriptor are wrong together. A fused
/// group has the class and the error of its first layer with MACs; another group is the sum of its layers. Energy
/// likewise, with errors of its own; where a roofline computes it from power and time, those of the time. Link times:
/// log t = log t0 + kLinkSpread e(link descriptor); energy that is power while sending goes with them. Routes are those
/// of the links as drawn: of equal hops the faster.
///
/// A platform is wrong by the same a, b and c at every precision that it offers.
///
/// A factor is one of the a, b, c, e. Times that a descriptor states (invoke, copies) and sizes are taken as exact.
class ErrorModel {
public:
    explicit ErrorModel(const Problem& problem, double link_spread = kLinkSpread);

    enum class Kind : std::uint8_t { Platform, OpClass, Layer, Link };
    enum class Figure : std::uint8_t { Time, Energy };
    struct Factor {
        Kind kind = Kind::Platform;
        Figure figure = Figure::Time;
        std::uint32_t family = 0;           ///< of platforms, or of links
        OpClass op_class = OpClass::Other;  ///< for OpClass
        LayerId layer;                      ///< for Layer
        double spread = 0;                  ///< log standard deviation, mean over the costs it is in, by their size
        double size = 0;                    ///< sum of those costs: seconds or joules; 1 for links
    };
    const std::vector<Factor>& factors() const { return m_factors; }
    /// "SMB", "SMB conv", "SMB layer /features.0/Conv", "1000BASE-T".
    std::string nameOf(const Factor& factor) const;

    /// Standard normal deviates of one sample: the same for a seed and number whatever ran before.
    std::vector<double> deviates(std::uint64_t seed, std::uint64_t sample) const;
    /// The problem as it is with these deviates, by factor.
    Problem perturbed(std::span<const double> deviates) const;
    /// The problem with every cost of one factor `times` as large.
    Problem scaled(std::size_t factor, double times) const;

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    /// One cost and what its error is made of.
    struct Cell {
        std::uint32_t row, platform; ///< layer or group
        std::uint32_t a[2], b[2], c[2]; ///< factors by figure; kNone: exact
        double sa, sb, sc;
    };
    /// The costs at one precision.
    struct Cells {
        std::vector<Cell> layers, groups; ///< groups that are fused
    };
    void add(const CostTable& costs, const System& system);
    void addLinks(double spread);
    Cell cellOf(const Cost& cost, std::uint32_t row, const Platform& platform, std::uint32_t p, LayerId layer);
    std::uint32_t factor(Kind kind, Figure figure, std::uint32_t family, OpClass op_class, LayerId layer);
    LayerId anchorOf(const std::vector<LayerId>& group) const;
    template <class Times> Problem changed(Times times) const;
    template <class Times> CostTablePtr changedCosts(const CostTable& costs, const Cells& cells, Times times) const;
    void finishSpreads();

    Problem m_problem;
    std::vector<std::string> m_families, m_link_families;
    std::vector<std::uint32_t> m_family_of, m_link_factor;
    std::vector<Factor> m_factors;
    std::vector<std::uint32_t> m_index; ///< dense look-up of platform factors
    std::vector<Cells> m_cells;         ///< own precisions first, then PrecisionVariants::levels
};

} // namespace cutline
