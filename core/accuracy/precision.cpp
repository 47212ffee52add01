// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/precision.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr int kFewestBits = 2, kMostBits = 16;

} // namespace

Result<Width> Width::parse(std::string_view text) {
    const std::string name = lowered(trimmed(text));
    if (name == "float32" || name == "fp32") return Width{};
    if (name == "float16" || name == "fp16") return Width{Kind::Float16, 16};
    if (name == "bfloat16" || name == "bf16") return Width{Kind::BFloat16, 16};
    double bits = 0;
    if (parseNumber(name, bits) && bits == std::floor(bits) && bits >= kFewestBits && bits <= kMostBits)
        return integer(static_cast<int>(bits));
    return Error{inQuotes(text, 40), "is not a width", "give 2 to 16, float32, float16 or bfloat16"};
}

std::string Width::text() const {
    switch (kind) {
    case Kind::Float32: return "float32";
    case Kind::Float16: return "float16";
    case Kind::BFloat16: return "bfloat16";
    case Kind::Integer: return std::to_string(bits);
    }
    return {};
}

PrecisionVector PrecisionVector::uniform(std::size_t layers, Width width) {
    return {std::vector<LayerPrecision>(layers, {width, width}), width};
}

std::string PrecisionVector::text() const {
    std::string out = input.text();
    for (std::size_t first = 0, next = 0; first < layers.size(); first = next) {
        while (next < layers.size() && layers[next] == layers[first]) ++next;
        out += ' ' + std::to_string(next - first) + '*' + layers[first].weights.text();
        if (layers[first].activations != layers[first].weights) out += '/' + layers[first].activations.text();
    }
    return out;
}

Result<LayerPrecision> precisionOf(const Platform& platform) {
    // A machine whose 16-bit arithmetic is in floating point says so in its peak rates.
    const auto widthOf = [&](int bits) {
        if (bits > kMostBits) return Width{};
        if (bits == 16 && !hasPeak(platform, "int16")) {
            if (hasPeak(platform, "float16")) return Width{Width::Kind::Float16, 16};
            if (hasPeak(platform, "bfloat16")) return Width{Width::Kind::BFloat16, 16};
        }
        return Width::integer(bits);
    };
    for (const int bits : {platform.weight_bits, platform.activation_bits})
        if (bits < kFewestBits)
            return Error{printable(platform.name), "computes at " + std::to_string(bits) + " bit",
                         "accuracy is known for 2 bits and more"};
    return LayerPrecision{widthOf(platform.weight_bits), widthOf(platform.activation_bits)};
}

Result<PrecisionVector> precisionOf(const Plan& plan, const Graph& graph, const System& system) {
    PrecisionVector vector{std::vector<LayerPrecision>(graph.layerCount()), {}};
    bool first = true;
    for (const Stage& stage : plan.stages) {
        const auto precision = precisionOf(atPrecision(system.platform(stage.platform), stage.precision));
        if (!precision) return precision.error();
        for (const LayerId layer : stage.layers) vector.layers[layer.index()] = *precision;
        if (first) vector.input = precision->activations;
        first = false;
    }
    return vector;
}

} // namespace cutline
