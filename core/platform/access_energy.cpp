// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/access_energy.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cutline {
namespace {

// SRAMs by CACTI 7 (revision of 2017-06-19, configuration of the Accelergy plug-in, 2 read-write ports, 1 bank).
constexpr std::array kNodes{22.0, 32.0, 45.0, 65.0}; // nm
constexpr std::array kWidths{16.0, 32.0, 64.0, 128.0, 256.0}; // bits an access
constexpr std::size_t kSizes = 11; // 1 KiB, doubling, to 1 MiB
constexpr double kSmallest = 1024, kLargest = 1048576;
using Sram = std::array<std::array<double, kWidths.size()>, kSizes>; // 0: not in the table
using SramTable = std::array<Sram, kNodes.size()>;

constexpr SramTable kRead_pj{{
    // 22 nm
    {{{{0.3198, 0.3683, 0.4654, 0.9825, 0}},
      {{0.5708, 0.6523, 0.8145, 1.141, 3.067}},
      {{1.051, 1.199, 1.494, 2.084, 3.359}},
      {{2.003, 2.282, 2.021, 2.612, 3.795}},
      {{2.485, 2.987, 3.906, 5.027, 7.272}},
      {{3.379, 4.533, 5.954, 7.231, 9.475}},
      {{5.501, 6.793, 9.56, 14.11, 18.56}},
      {{7.367, 9.555, 14.17, 22.22, 33.32}},
      {{11.04, 15.27, 20.25, 32.35, 51.69}},
      {{15.61, 19.94, 30.39, 48.36, 80.69}},
      {{23.47, 32.16, 46.97, 77.96, 138}}}},
    // 32 nm
    {{{{0.7313, 0.8456, 1.077, 2.3, 0}},
      {{1.28, 1.471, 1.85, 2.611, 6.89}},
      {{2.323, 2.665, 3.348, 3.097, 7.452}},
      {{3.311, 3.653, 4.336, 5.702, 8.44}},
      {{5.526, 7.021, 8.312, 10.9, 10.6}},
      {{7.623, 9.788, 13.08, 15.07, 20.23}},
      {{12.27, 15.27, 21.43, 29.44, 39.47}},
      {{16.61, 22.72, 31.27, 46.07, 73.49}},
      {{25.83, 32.19, 48.08, 71.68, 112.5}},
      {{35.14, 45.11, 67.24, 108.1, 179}},
      {{55.93, 71.22, 105.2, 172.6, 309.9}}}},
    // 45 nm
    {{{{1.344, 1.557, 1.989, 4.248, 0}},
      {{2.327, 2.677, 3.375, 4.77, 12.6}},
      {{4.199, 4.82, 4.164, 5.56, 13.54}},
      {{5.806, 6.427, 7.67, 10.16, 15.14}},
      {{11.14, 12.3, 14.64, 19.32, 18.7}},
      {{14.55, 17.3, 21.46, 26.14, 35.51}},
      {{22.26, 29.75, 38.1, 50.93, 69.06}},
      {{33.09, 40.56, 58.23, 81.38, 95.53}},
      {{46.76, 58.48, 85.64, 131.8, 199.3}},
      {{63.77, 86.43, 120.6, 191.6, 320.1}},
      {{99.91, 127.7, 195.7, 308.3, 511}}}},
    // 65 nm
    {{{{2.473, 2.878, 3.705, 8.029, 0}},
      {{4.254, 4.925, 6.258, 8.925, 23.91}},
      {{5.567, 6.238, 7.571, 10.24, 25.49}},
      {{10.32, 11.51, 13.88, 18.64, 28.17}},
      {{19.73, 21.95, 26.42, 24.64, 34.17}},
      {{26.28, 33.41, 37.88, 46.84, 64.75}},
      {{46.44, 53.81, 73.74, 91.09, 125.8}},
      {{60.18, 74.51, 105.1, 149.5, 170.1}},
      {{86.61, 119.1, 158, 240, 369.7}},
      {{128.9, 159.6, 225.2, 354.9, 545}},
      {{185.4, 238.7, 362.7, 578.8, 954.4}}}},
}};

constexpr SramTable kWrite_pj{{
    // 22 nm
    {{{{0.3461, 0.5609, 0.9904, 1.498, 0}},
      {{0.4572, 0.705, 1.2, 2.191, 3.874}},
      {{0.6578, 0.9715, 1.599, 2.855, 5.236}},
      {{1.05, 1.495, 2.26, 4.185, 8.035}},
      {{1.532, 2.2, 3.05, 5.505, 10.42}},
      {{2.4, 3.01, 5.098, 8.243, 15.83}},
      {{3.402, 4.834, 7.952, 12.4, 20.59}},
      {{5.234, 7.597, 11.09, 20.51, 35.34}},
      {{8.91, 11.51, 16.33, 26.19, 45.06}},
      {{11.17, 15.67, 22.86, 42.06, 74.06}},
      {{18.89, 23.95, 39.44, 65.78, 131.2}}}},
    // 32 nm
    {{{{0.8579, 1.362, 2.374, 3.575, 0}},
      {{1.143, 1.724, 2.884, 5.204, 9.44}},
      {{1.66, 2.391, 3.854, 8.325, 12.64}},
      {{2.036, 3.16, 5.407, 9.902, 18.9}},
      {{3.81, 4.471, 7.327, 13.04, 31.6}},
      {{5.842, 7.239, 12.09, 19.47, 37.17}},
      {{8.381, 11.71, 16.33, 25.71, 48.27}},
      {{12.63, 15.93, 26.17, 42.34, 82.29}},
      {{17.65, 24.24, 34.67, 61.48, 105}},
      {{26.79, 37.17, 53.66, 88.16, 171.5}},
      {{39.94, 56.03, 91.62, 152.4, 302.4}}}},
    // 45 nm
    {{{{1.612, 2.523, 4.35, 6.57, 0}},
      {{2.164, 3.213, 5.306, 9.493, 17.25}},
      {{3.175, 4.494, 8.088, 15.09, 22.98}},
      {{3.85, 5.871, 9.916, 18.01, 34.19}},
      {{5.824, 8.384, 13.52, 23.81, 56.96}},
      {{9.242, 13.39, 19.43, 35.34, 67.14}},
      {{15.95, 19.13, 30.28, 46.87, 87.45}},
      {{20.94, 29.85, 42.95, 77.32, 132.7}},
      {{33.4, 45.85, 64.23, 101.2, 191.2}},
      {{50.08, 62.13, 98.81, 161, 312}},
      {{73.84, 103, 153.5, 277.4, 495.5}}}},
    // 65 nm
    {{{{3.025, 4.701, 8.071, 12.32, 0}},
      {{4.086, 6.027, 9.904, 17.66, 32.5}},
      {{5.313, 8.536, 14.97, 27.85, 42.95}},
      {{7.259, 11, 18.48, 33.44, 63.39}},
      {{11.06, 15.83, 25.41, 54.46, 104.9}},
      {{17.61, 21.48, 36.18, 65.59, 124.4}},
      {{26.47, 36.47, 49.9, 87.69, 163.3}},
      {{40.05, 57.01, 81.29, 146.1, 245.8}},
      {{64.29, 78.82, 123, 192.3, 362.9}},
      {{85.97, 119.3, 189.5, 307.2, 532.8}},
      {{141.8, 197.8, 293.6, 530.4, 942.1}}}},
}};

/// Where a value lies between the points of an axis: below which one, and how far on the way in logarithms.
struct Place {
    std::size_t below = 0;
    double share = 0;
};

template <std::size_t N> Place placeOn(const std::array<double, N>& axis, double value) {
    std::size_t below = 0;
    while (below + 2 < N && value >= axis[below + 1]) ++below;
    return {below, std::log(value / axis[below]) / std::log(axis[below + 1] / axis[below])};
}

double between(double a, double b, double share) {
    return std::exp(std::log(a) * (1 - share) + std::log(b) * share);
}

/// At one size of one node. The widest array of the smallest size is not in the table: the slope before it goes on.
double atWidth(const std::array<double, kWidths.size()>& energies, const Place& width) {
    const double a = energies[width.below], b = energies[width.below + 1];
    if (b > 0) return between(a, b, width.share);
    return between(energies[width.below - 1], a, 1 + width.share);
}

double sramEnergy(const SramTable& table, double node_nm, double bytes, double width_bits) {
    const Place node = placeOn(kNodes, node_nm), width = placeOn(kWidths, std::max(width_bits, kWidths.front()));
    std::array<double, kSizes> sizes{};
    for (std::size_t i = 0; i < kSizes; ++i) sizes[i] = kSmallest * std::exp2(static_cast<double>(i));
    const Place size = placeOn(sizes, bytes);
    const auto atNode = [&](std::size_t n) {
        return between(atWidth(table[n][size.below], width), atWidth(table[n][size.below + 1], width), size.share);
    };
    return between(atNode(node.below), atNode(node.below + 1), node.share);
}

/// Logic shrinks as a small SRAM does: the tables of logic are of 45 nm.
double logicScale(double node_nm) {
    constexpr double kTables_nm = 45, kBits = 32;
    return sramEnergy(kRead_pj, node_nm, kSmallest, kBits) / sramEnergy(kRead_pj, kTables_nm, kSmallest, kBits);
}

/// A register, or several with an address comparator each and an address generator, at 45 nm (Aladdin tables).
double registerEnergy(double entries, double width_bits) {
    constexpr double kPerBit = 0.009, kPerEntry = 0.029 / 32, kAddress = 0.0488;
    if (entries <= 1) return kPerBit * width_bits;
    return kPerBit * width_bits + entries * kPerEntry * std::ceil(std::log2(entries)) + kAddress;
}

Result<void> checkNode(double node_nm) {
    if (node_nm >= kNodes.front() && node_nm <= kNodes.back()) return {};
    return Error{"", "node_nm: " + numberText(node_nm) + "; the energy tables go from 22 to 65",
                 "give energies in pJ instead"};
}

} // namespace

Result<AccessEnergy> accessEnergy(double node_nm, double bytes, double width_bits) {
    if (auto node = checkNode(node_nm); !node) return node.error();
    if (!(bytes > 0) || !(width_bits > 0))
        return Error{"", numberText(bytes) + " bytes, " + numberText(width_bits) + " bits an access", "give more than 0"};
    if (bytes < kSmallest) {
        const double energy = registerEnergy(std::floor(bytes * 8 / width_bits), width_bits) * logicScale(node_nm);
        return AccessEnergy{energy, energy};
    }
    // Wider accesses take several arrays side by side.
    const double arrays = std::max(1.0, std::ceil(width_bits / kWidths.back()));
    const double array_bytes = std::max(bytes / arrays, kSmallest);
    if (array_bytes > kLargest)
        return Error{"", numberText(array_bytes) + " bytes; the energy tables go up to " + numberText(kLargest),
                     "give read_pj and write_pj"};
    const double array_bits = width_bits / arrays;
    return AccessEnergy{arrays * sramEnergy(kRead_pj, node_nm, array_bytes, array_bits),
                        arrays * sramEnergy(kWrite_pj, node_nm, array_bytes, array_bits)};
}

Result<double> macEnergy(double node_nm, double bits) {
    if (auto node = checkNode(node_nm); !node) return node.error();
    return (0.0084277 * bits * bits + 0.002678 * bits) * logicScale(node_nm);
}

double dramEnergy(double width_bits) {
    constexpr double kLpddr4_pjPerBit = 8;
    return kLpddr4_pjPerBit * width_bits;
}

} // namespace cutline
