// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/platform.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

bool isNarrowInteger(ElementType type) {
    return type == ElementType::Int8 || type == ElementType::UInt8 || type == ElementType::Int4 ||
           type == ElementType::UInt4;
}

double bytesOf(std::uint64_t elements, int bits) {
    return std::ceil(static_cast<double>(elements) * bits / 8);
}

} // namespace

std::optional<double> Platform::memoryCapacity() const {
    std::optional<double> sum;
    for (const MemoryBank& bank : memories)
        if (bank.capacity_bytes) sum = sum.value_or(0) + *bank.capacity_bytes - bank.reserved_bytes;
    return sum;
}

bool Platform::supports(const Layer& layer) const {
    const std::string full = layer.domain.empty() ? layer.op : layer.domain + "." + layer.op;
    return std::none_of(unsupported.begin(), unsupported.end(),
                        [&](const std::string& op) { return op == layer.op || op == full; });
}

const Note* Platform::note(std::string_view field) const {
    const auto it = std::find_if(notes.begin(), notes.end(), [&](const Note& n) { return n.field == field; });
    return it == notes.end() ? nullptr : &*it;
}

bool hasPeak(const Platform& platform, std::string_view type) {
    if (!platform.roofline) return false;
    const auto& peaks = platform.roofline->peaks;
    return std::any_of(peaks.begin(), peaks.end(), [&](const Roofline::Peak& peak) { return peak.type == type; });
}

Platform atPrecision(const Platform& platform, std::size_t precision) {
    if (precision == 0 || precision > platform.precisions.size()) return platform;
    Platform other = platform;
    const Platform::Precision& at = platform.precisions[precision - 1];
    other.weight_bits = at.weight_bits;
    other.activation_bits = at.activation_bits;
    if (at.roofline) other.roofline = at.roofline;
    return other;
}

std::string bitsText(const Platform& platform) {
    const std::string weights = std::to_string(platform.weight_bits);
    if (platform.activation_bits == platform.weight_bits) return weights;
    return weights + "/" + std::to_string(platform.activation_bits);
}

Result<std::uint8_t> precisionNamed(std::string_view bits, const Platform& platform) {
    std::string offered;
    for (std::size_t k = 0; k <= platform.precisions.size() && k < 256; ++k) {
        const std::string text = bitsText(atPrecision(platform, k));
        if (text == trimmed(bits)) return static_cast<std::uint8_t>(k);
        offered += (k > 0 ? ", " : "") + text;
    }
    return Error{printable(platform.name), "does not offer " + printable(bits) + " bits", "use " + offered};
}

int tensorBits(const Tensor& tensor, const Platform& platform) {
    const bool stored_at_own_width = tensor.type != ElementType::Unknown && !isFloating(tensor.type) &&
                                     !tensor.quantisation && !isNarrowInteger(tensor.type);
    return stored_at_own_width ? bitsOf(tensor.type) : platform.activation_bits;
}

double tensorBytes(const Tensor& tensor, const Platform& platform) {
    const auto elements = tensor.elements();
    return elements ? bytesOf(*elements, tensorBits(tensor, platform)) : 0;
}

double weightBytes(const Weight& weight, const Platform& platform) {
    const bool at_platform_width =
        weight.type == ElementType::Unknown || isFloating(weight.type) || isNarrowInteger(weight.type);
    return bytesOf(weight.elements, at_platform_width ? platform.weight_bits : bitsOf(weight.type));
}

} // namespace cutline
