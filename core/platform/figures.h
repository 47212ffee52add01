// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/quantity.h"
#include "core/platform/link.h"
#include "core/platform/system.h"

namespace cutline {

/// One number of a descriptor, as browsers show it and editors change it.
struct DescriptorFigure {
    std::string field; ///< "clock_hz", "memory.dram", "roofline.peak.int8": unique within its descriptor
    std::string title; ///< "Peak, int8"
    Unit unit = Unit::None;
    std::optional<double> value;  ///< SI; absent: not known
    std::optional<Note> note;     ///< where it comes from: of the field, else of the nearest one around it
    friend bool operator==(const DescriptorFigure&, const DescriptorFigure&) = default;
};

/// The numbers of a descriptor in the order of schema.md. What a system's shared memory says is not among them.
std::vector<DescriptorFigure> figuresOf(const Platform& platform);
std::vector<DescriptorFigure> figuresOf(const Link& link);
std::vector<DescriptorFigure> figuresOf(const SharedMemory& memory);

/// The descriptor with another number there, whose note then says that it was set by hand. Absent: not known.
/// Errors: no such field, a value out of its range, none where one is needed.
Result<Platform> withFigure(Platform platform, std::string_view field, std::optional<double> value);
Result<Link> withFigure(Link link, std::string_view field, std::optional<double> value);
Result<SharedMemory> withFigure(SharedMemory memory, std::string_view field, std::optional<double> value);

} // namespace cutline
