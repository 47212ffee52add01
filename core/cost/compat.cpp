// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/compat.h"

#include "core/base/text.h"

#include <array>
#include <string>

namespace cutline {
namespace {

struct Quirk {
    std::string_view name;
    bool Compat::*flag;
};

constexpr std::array kQuirks{
    Quirk{"conv-only", &Compat::conv_only},
    Quirk{"dense-groups", &Compat::dense_groups},
    Quirk{"published-mapping", &Compat::published_mapping},
    Quirk{"first-fill", &Compat::first_fill},
    Quirk{"mac-fallback", &Compat::mac_fallback},
    Quirk{"link-16-bit", &Compat::link_16_bit},
    Quirk{"payload-overcount", &Compat::payload_overcount},
    Quirk{"free-overload", &Compat::free_overload},
    Quirk{"element-memory", &Compat::element_memory},
    Quirk{"edge-cuts", &Compat::edge_cuts},
};

std::string knownNames() {
    std::string names = "kress-2024";
    for (const Quirk& quirk : kQuirks) names.append(", ").append(quirk.name);
    return names;
}

} // namespace

Compat Compat::kress2024() {
    Compat all;
    for (const Quirk& quirk : kQuirks) all.*quirk.flag = true;
    return all;
}

Result<Compat> parseCompat(std::string_view names) {
    Compat compat;
    for (const std::string& part : split(names, ',')) {
        const std::string_view name = trimmed(part);
        if (name == "kress-2024") {
            compat = Compat::kress2024();
            continue;
        }
        bool known = false;
        for (const Quirk& quirk : kQuirks) {
            if (quirk.name != name) continue;
            compat.*quirk.flag = true;
            known = true;
        }
        if (!known)
            return Error{"--compat", "no quirk named " + inQuotes(name),
                         "there are " + knownNames()};
    }
    return compat;
}

} // namespace cutline
