// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/onnx_reader.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// An order in which every node comes after those whose outputs it reads, subgraphs included.
struct NodeOrder {
    std::vector<std::uint32_t> order; ///< file order where that is one, else the nearest to it
    std::string disorder; ///< "node conv2 stands before relu1, whose output it reads"; empty if none
};

/// "node conv2 (Conv)", "node 12 (Conv)" without a name; `index` is the position in the file.
std::string nodeText(const onnx_file::Node& node, std::size_t index);

/// Names that a node reads, those that its subgraphs take from outside included; sorted, each once.
std::vector<std::string_view> readsOf(const onnx_file::Node& node);

/// `given(name)`: whether a name exists without any of these nodes (input, initializer, outer scope). Throws
/// a Failure: a tensor made twice, a tensor that nothing makes, a cycle with its nodes.
NodeOrder orderOf(std::span<const onnx_file::Node> nodes, const std::function<bool(std::string_view)>& given);

} // namespace cutline
