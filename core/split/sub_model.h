// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/split: which nodes of a model's file go into which piece.
#pragma once

#include "core/plan/plan.h"
#include "core/split/file_model.h"

#include <functional>
#include <string_view>
#include <vector>

namespace cutline {

/// A tensor at the border of a piece, under its name in the file.
struct Port {
    std::string_view name;
    std::optional<TensorId> tensor;  ///< absent: a constant that is an output of the model, or a measured shape
    std::size_t from = 0;            ///< piece that makes it, from 1; 0: an input of the model
    std::vector<std::size_t> to;     ///< of outputs: pieces that read it, from 1; ascending
    bool is_model_output = false;
    bool on_wire = false;            ///< crosses as the integers of a WireBorder
};

/// A piece of a model: what one platform runs without interruption.
struct SubModel {
    PlatformId platform;
    std::vector<LayerId> layers;
    std::vector<std::uint32_t> nodes; ///< positions in the file, in an order that can run
    std::vector<std::uint32_t> given;   ///< constant nodes of other pieces whose results stand here as weights
    std::vector<Port> inputs, outputs;
};

struct SubModels {
    std::vector<SubModel> pieces;       ///< in an order that can run
    std::vector<std::uint32_t> left_out; ///< nodes that nothing reads from and that fit into no piece
};

/// Distributes the nodes of a file over the stages of a plan. A stage that waits for a later one becomes several
/// pieces.
///
/// Layers go where the plan has them. Nodes computed from constants alone go with the first who reads them; further
/// pieces have their result as a weight where it can be written down, else the nodes too. So it is with the shape of a
/// tensor that is not in its reader's piece; it crosses where it differs from run to run (`varies`). Of a quantised tensor the integers cross: QuantizeLinear goes with the
/// producer, DequantizeLinear with each reader. Nodes that no output depends on go where their inputs are.
SubModels cutInPieces(const FileModel& file, const Plan& plan, const std::function<bool(std::uint32_t)>& varies);

} // namespace cutline
