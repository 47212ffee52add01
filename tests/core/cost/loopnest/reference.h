// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/cost/loopnest/nest.h"

#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The published per-layer figures (tests/data/kress2024), read without any of the product's profile code.
namespace cutline::loopnest::testing {

inline constexpr const char* kNetworks[]{"vgg16", "squeezenet1_1", "efficientnet_b0"};

struct PublishedLayer {
    std::string name;
    NestShape dense; ///< as the published run modelled it
    double latency_s[2]{}, energy_j[2]{}; ///< EYR, SMB
};

inline std::vector<std::map<std::string, std::string>> csvRows(const std::string& path)
{
    auto text = readFile(path);
    if (!text) qFatal("%s", text.error().message().c_str());
    std::vector<std::map<std::string, std::string>> rows;
    std::vector<std::string> header;
    for (const std::string& line : split(*text, '\n')) {
        if (trimmed(line).empty()) continue;
        const auto cells = split(std::string(trimmed(line)), ',');
        if (header.empty()) {
            header = cells;
            continue;
        }
        auto& row = rows.emplace_back();
        for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = cells[i];
    }
    return rows;
}

inline std::vector<PublishedLayer> publishedLayers(const std::string& network)
{
    const std::string base = CUTLINE_SOURCE_DIR "/tests/data/kress2024/" + network;
    const auto number = [](const std::string& text) { return std::strtod(text.c_str(), nullptr); };
    std::vector<PublishedLayer> layers;
    const auto costs = std::array{csvRows(base + "_eyr.csv"), csvRows(base + "_smb.csv")};
    for (const auto& row : csvRows(base + "_shapes.csv")) {
        PublishedLayer& layer = layers.emplace_back();
        layer.name = row.at("layer");
        for (std::size_t dim = 0; dim < G; ++dim)
            layer.dense.size[dim] = static_cast<std::uint32_t>(number(row.at(std::string(1, kDimNames[dim]))));
        layer.dense.stride_p = layer.dense.stride_q = static_cast<std::uint32_t>(number(row.at("stride")));
        for (std::size_t machine = 0; machine < 2; ++machine) {
            const auto& cost = costs[machine][layers.size() - 1];
            if (cost.at("layer") != layer.name) qFatal("%s: rows out of step", base.c_str());
            layer.latency_s[machine] = number(cost.at("latency_ms")) * 1e-3;
            layer.energy_j[machine] = number(cost.at("energy_mJ")) * 1e-3;
        }
    }
    return layers;
}

/// Shapes of all published layers, each once, in order of appearance.
inline std::vector<NestShape> distinctShapes(const std::vector<PublishedLayer>& layers)
{
    std::vector<NestShape> shapes;
    for (const PublishedLayer& layer : layers)
        if (std::find(shapes.begin(), shapes.end(), layer.dense) == shapes.end()) shapes.push_back(layer.dense);
    return shapes;
}

} // namespace cutline::loopnest::testing
