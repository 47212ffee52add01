// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost: what TensorRT calls layers that it runs as one.
#pragma once

#include "core/base/id.h"
#include "core/cost/profile_match.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutline::profiles {

/// A name taken apart.
struct FusedName {
    MatchKind kind = MatchKind::None; ///< of the outermost form
    std::vector<LayerId> layers;      ///< ascending, each once
    /// {ForeignNode[a...b]}: a, b; the layers between are the caller's business. Absent: the end is no layer
    /// (a constant), so that everything before b, or after a, is meant.
    struct Between {
        std::optional<LayerId> first, last;
    };
    std::vector<Between> between;
    std::vector<std::string> strangers; ///< parts that are no layers: constants, shuffles
};

/// `a + b`, `a || b`, `PWN(a, b)`, `{ForeignNode[a...b]}`, nested; parts are looked up whole first, since
/// names may hold these signs. nullopt: no such form, or not one part is a layer.
std::optional<FusedName> fusedName(std::string_view name,
                                   const std::function<std::optional<LayerId>(std::string_view)>& find);

/// What a `Reformatting CopyNode for Input Tensor 0 to a` belongs to: "a"; or the tensor of the network that
/// it copies. nullopt: no reformat.
struct ReformatName {
    std::string_view target; ///< a layer, or a fused name
    bool is_tensor = false;  ///< a graph input or output
};
std::optional<ReformatName> reformatName(std::string_view name);

} // namespace cutline::profiles
