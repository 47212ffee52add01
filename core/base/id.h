// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace cutline {

/// A dense index from 0 that only compares with its own kind: mixing up a layer and a platform does not compile.
template <class Tag> struct Id {
    std::uint32_t value = 0;

    friend auto operator<=>(Id, Id) = default;
    constexpr std::size_t index() const { return value; }
};

using LayerId = Id<struct LayerTag>;
using TensorId = Id<struct TensorTag>;
using WeightId = Id<struct WeightTag>;
using PlatformId = Id<struct PlatformTag>;
/// A place a link can end: platforms come first with their own index, then switches.
using NodeId = Id<struct NodeTag>;
using LinkId = Id<struct LinkTag>;
/// A memory that platforms of a system share.
using MemoryId = Id<struct MemoryTag>;

} // namespace cutline

template <class Tag> struct std::hash<cutline::Id<Tag>> {
    std::size_t operator()(cutline::Id<Tag> id) const noexcept { return std::hash<std::uint32_t>{}(id.value); }
};
