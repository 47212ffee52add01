// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/quantised_whole.h"

namespace cutline {

Result<void> writeQuantisedWhole(const FileModel& file, const SubModels& cut, const WireBorders& borders,
                                 const std::string& path, Progress& progress)
{
    // What each node reads instead of a tensor that came to its piece on a wire.
    std::vector<std::map<std::string_view, std::string>> renamed(file.nodeCount());
    for (const SubModel& piece : cut.pieces)
        for (const Port& port : piece.inputs)
            for (const std::uint32_t node : piece.nodes)
                if (port.on_wire) renamed[node][port.name] = borders.at(port.name).name + "_real";
    PieceWriter::Whole whole;
    for (const auto& [name, border] : borders)
        if (!border.domain.empty()) whole.opsets.push_back({border.domain, 1});
    whole.edit = [&](std::uint32_t node, std::string& message) {
        if (!renamed[node].empty()) message = withRenamedInputs(message, renamed[node]);
    };
    whole.behind = [&](std::optional<std::uint32_t> node) {
        std::vector<std::string> nodes;
        for (const auto& [name, border] : borders) {
            if (file.producer(name) != node) continue;
            for (std::string& message : quantizeNodes(border, name)) nodes.push_back(std::move(message));
            for (std::string& message : dequantizeNodes(border, border.name + "_real")) nodes.push_back(std::move(message));
        }
        return nodes;
    };
    const OpenShapes open;
    PieceWriter writer(file, open);
    const std::string data_name = path.substr(path.rfind('/') + 1) + ".data";
    auto bytes = writer.writeWhole(whole, data_name);
    if (!bytes) return bytes.error();
    const auto written = writePiece(*bytes, path, bytes->data.empty() ? std::string() : path + ".data", progress);
    return written ? Result<void>() : written.error();
}

} // namespace cutline
