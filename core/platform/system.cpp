// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/system.h"

#include <algorithm>

namespace cutline {

std::string_view System::nodeName(NodeId node) const {
    return isSwitch(node) ? std::string_view(switches[node.index() - platforms.size()])
                          : std::string_view(platforms[node.index()].name);
}

std::optional<PlatformId> System::findPlatform(std::string_view wanted) const {
    for (std::size_t i = 0; i < platforms.size(); ++i)
        if (platforms[i].name == wanted) return PlatformId{static_cast<std::uint32_t>(i)};
    return std::nullopt;
}

std::optional<LinkId> System::findLink(std::string_view wanted) const {
    for (std::size_t i = 0; i < links.size(); ++i)
        if (links[i].link.name == wanted) return LinkId{static_cast<std::uint32_t>(i)};
    return std::nullopt;
}

} // namespace cutline
