// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cutline {

/// What a model asks of the engine, by its graph; zeros where that cannot be read. Symbolic sizes count as 1.
struct ModelNeed {
    std::uint64_t weight_bytes = 0;
    std::uint64_t input_bytes = 0;
    std::uint64_t tensor_bytes = 0; ///< all activations, the inputs too
    std::uint64_t macs = 0;
    bool open = true; ///< holds shapes, or work, that depend on data
};

/// What has to be done to a model before the engine takes it.
struct PreparedModel {
    std::string bytes;            ///< empty: the model can be handed over as it is
    std::string foreign_operators; ///< "node Foo_1 (com.example Foo)", three at most; empty: none
    ModelNeed need;
};

/// Adds `extra_outputs` to the graph's outputs, makes IR version 11 (which adds device annotations alone) 10, and gives nodes of the same name names of their own, which the engine
/// refuses otherwise. Errors: not a model; a tensor that no node makes and that is no input.
Result<PreparedModel> prepareModel(std::string_view bytes, const std::string& where,
                                   std::span<const std::string> extra_outputs);

} // namespace cutline
