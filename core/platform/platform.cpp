// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/platform.h"

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
