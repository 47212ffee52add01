// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/system.h"

namespace cutline {

/// Changes of a system as an editor makes them: each gives the whole system afterwards. What stays keeps its name.

/// With one platform more, behind the others: "SMB", or "SMB 2" where that name is taken.
System withPlatform(const System& system, const Platform& platform);
/// Without it, and without links that are left with one end. Error: it is the last one.
Result<System> withoutPlatform(const System& system, PlatformId platform);
/// With a switch more: "switch", or "switch 2" where that name is taken. Nothing is linked to it yet.
System withSwitch(const System& system);
/// Without it, and without links that are left with one end.
System withoutSwitch(const System& system, NodeId node);
/// With a link between these nodes, more than two for a bus: "1000BASE-T", or "1000BASE-T 2" where that name is taken.
/// Error: fewer than two different nodes.
Result<System> withLink(const System& system, const Link& link, std::span<const NodeId> ends);
/// The link joins one node more: a bus from three on. Error: it does already.
Result<System> withEnd(const System& system, LinkId link, NodeId node);
/// It leaves this node out. Error: two nodes are the fewest that a link can join.
Result<System> withoutEnd(const System& system, LinkId link, NodeId node);
System withoutLink(const System& system, LinkId link);

/// With a memory that these platforms share, "memory" or "memory 2", of a capacity that is not known yet; each gets its
/// bank. Error: no platform.
Result<System> withMemory(const System& system, std::span<const PlatformId> shared_by);
System withoutMemory(const System& system, MemoryId memory);
/// One platform more, or less, shares it. Errors: it does already; it is the last one.
Result<System> withSharer(const System& system, MemoryId memory, PlatformId platform);
Result<System> withoutSharer(const System& system, MemoryId memory, PlatformId platform);
/// Another capacity or bandwidth, as figuresOf() lists them; the banks follow. Errors as withFigure's.
Result<System> withMemoryFigure(const System& system, MemoryId memory, std::string_view field, std::optional<double> value);

/// What a system is made of.
enum class SystemPart { Node, Link, Memory };

/// A node, link or memory under another name.
struct Renamed {
    SystemPart part = SystemPart::Node;
    std::string from, to;
    friend bool operator==(const Renamed&, const Renamed&) = default;
};
/// Also where fall-backs and banks speak of it. Platforms and switches must differ, and links and memories. Errors: nothing
/// is called `from`; `to` is taken, empty, or has one of `< > =`, which constraints are read by.
Result<System> withName(const System& system, const Renamed& renamed);

} // namespace cutline
