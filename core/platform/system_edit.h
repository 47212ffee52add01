// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/system.h"

namespace cutline {

/// Changes of a system as an editor makes them: each gives the whole system afterwards. What stays keeps its name.

/// With one platform more, behind the others: "SMB", or "SMB 2" where that name is taken.
System withPlatform(const System& system, const Platform& platform);
/// Without it, and without links that are left with one end. Error: it is the last one.
Result<System> withoutPlatform(const System& system, PlatformId platform);
/// With a link between these nodes, more than two for a bus: "1000BASE-T", or "1000BASE-T 2" where that name is taken.
/// Error: fewer than two different nodes.
Result<System> withLink(const System& system, const Link& link, std::span<const NodeId> ends);
/// The link joins one node more: a bus from three on. Error: it does already.
Result<System> withEnd(const System& system, LinkId link, NodeId node);
System withoutLink(const System& system, LinkId link);

} // namespace cutline
