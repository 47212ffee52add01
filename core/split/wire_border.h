// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/split: tensors that cross in the type that the metrics charge, with QuantizeLinear at the sender and
// DequantizeLinear at the receiver.
#pragma once

#include "core/plan/metrics.h"
#include "core/split/sub_model.h"

#include <map>
#include <string>

namespace cutline {

/// How one tensor travels: q = round(x / scale), symmetric.
struct WireBorder {
    std::string name;           ///< of the integers between the pieces: "a_wire"
    int bits = 8;               ///< that the metrics charge; held in the next larger type
    std::int32_t data_type = 0; ///< TensorProto.DataType: int8 or int16
    std::string domain;         ///< of the operators: ONNX' own, or com.microsoft where its version lacks the type
    float scale = 1;
};
using WireBorders = std::map<std::string_view, WireBorder>; ///< by the tensor's name in the file

/// Marks the ports that cross in another type, and says how. Float tensors of 32 bits that the metrics charge as
/// integers of at most 16 bits; everything else crosses as it is.
WireBorders markWireBorders(const FileModel& file, SubModels& cut, const Metrics& metrics);

/// Sets scales from each tensor's largest magnitude. Errors: one is missing.
Result<void> setScales(WireBorders& borders, const std::map<std::string, double>& largest);

/// NodeProto messages that make the integers from `from`, or `to` from the integers, in order of running.
std::vector<std::string> quantizeNodes(const WireBorder& border, std::string_view from);
std::vector<std::string> dequantizeNodes(const WireBorder& border, std::string_view to);

/// The node's message with inputs of other names, inside its subgraphs too.
std::string withRenamedInputs(std::string_view node, const std::map<std::string_view, std::string>& names);

} // namespace cutline
