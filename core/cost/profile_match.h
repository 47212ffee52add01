// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/profile.h"
#include "core/graph/graph.h"
#include "core/platform/platform.h"

#include <span>
#include <string>
#include <vector>

namespace cutline {

/// How the name of a profile's row led to layers, in the order in which it is tried (cost.md section 3).
enum class MatchKind : std::uint8_t {
    Exact,      ///< the node's name, percent-decoded or not
    Sequence,   ///< TensorRT `a + b`: run one after the other as one
    SideBySide, ///< TensorRT `a || b`
    Pointwise,  ///< TensorRT `PWN(a, b)`
    Between,    ///< TensorRT `{ForeignNode[a...b]}`: all between a and b; to be confirmed
    Reformat,   ///< TensorRT `Reformatting CopyNode for .. to a`, `t copy` for a Concat: added to it
    Affix,      ///< the names agree but for a prefix or suffix that other rows have too
    Tensor,     ///< the name of a tensor that the layer makes
    TypeOrder,  ///< as many rows as layers of one operator are left, taken in order
    Operator,   ///< an `op` row: every layer of the operator without a row of its own
    None,
};
std::string_view wordFor(MatchKind kind); ///< "same name", "in sequence"; for a person

/// What a profile's rows say of a graph's layers, on one platform.
struct ProfileMatch {
    struct Row {
        std::uint32_t row = 0; ///< in Profile::rows
        MatchKind kind = MatchKind::None;
        bool guessed = false;        ///< to be confirmed by a person
        bool partly = false;         ///< its name also has parts that are no layers, nor constants or a tool's own words
        std::vector<LayerId> layers; ///< whose time it is; more than one run as one; empty: unmatched
        std::string reason;          ///< why it is unmatched, or what was guessed
    };
    /// Layers whose time a tool took together, with the sum of their rows (reformats included).
    struct Unit {
        std::vector<LayerId> layers; ///< ascending
        double latency_s = 0;
        double energy_j = 0;
        bool has_energy = false;
        std::vector<std::uint32_t> rows; ///< in Profile::rows, the one that names the layers first
    };
    struct Absorbed {
        LayerId layer, by;
    };

    std::vector<Row> rows;   ///< rows for this platform, in the file's order
    std::vector<Unit> units; ///< every layer is in one at most
    std::vector<Absorbed> absorbed;
    std::vector<LayerId> absent;       ///< no row, nobody absorbs them, and no views
    double total_s = 0, matched_s = 0; ///< of `rows`; matched includes guessed
    double guessed_s = 0;
    std::size_t guessed = 0, partly = 0, unmatched = 0; ///< rows; what is guessed and partly counts as guessed
    bool all_matched = false; ///< every row has its layers and no part without one, none is guessed
    std::size_t matched() const { return rows.size() - guessed - partly - unmatched; }
};

/// Finds the layers of a profile's rows. Rows for the platform's own name outrank rows for its descriptor,
/// and those rows for nobody in particular. Error: all rows are for other platforms, with their names.
Result<ProfileMatch> matchProfile(const Graph& graph, const Profile& profile, const Platform& platform);

} // namespace cutline
