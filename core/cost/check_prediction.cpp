// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/check_prediction.h"

#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/cost/known_networks.h"
#include "core/graph/import.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

namespace cutline {
namespace {

constexpr std::array<std::string_view, 4> kUnits{"s", "W", "J", "image/s"};
constexpr std::string_view kConvolutions = "conv";

std::optional<std::string> fileOf(const std::string& model, std::span<const std::string> folders) {
    if (model.find('/') != std::string::npos) return std::nullopt;
    for (const std::string& folder : folders) {
        const std::string path = folder + '/' + model + ".onnx";
        std::error_code error;
        if (std::filesystem::is_regular_file(path, error)) return path;
    }
    return std::nullopt;
}

struct Sum {
    double latency_s = 0, energy_j = 0;
};

/// Of the whole model as it runs (fused), or of its convolutions one by one.
Sum sumOf(const CostTable& costs, const std::string& part) {
    Sum sum;
    const PlatformId only{0};
    const auto add = [&](const Cost& cost) {
        sum.latency_s += cost.latency_s;
        sum.energy_j += cost.energy_j;
    };
    if (part.empty()) {
        for (std::size_t g = 0; g < costs.fusion().groups.size(); ++g) add(costs.group(g, only));
        return sum;
    }
    for (std::uint32_t l = 0; l < costs.graph().layerCount(); ++l) {
        const OpClass op_class = costs.graph().layer(LayerId{l}).op_class;
        if (op_class == OpClass::Conv || op_class == OpClass::Depthwise) add(costs.layer(LayerId{l}, only));
    }
    return sum;
}

double inUnit(const Sum& sum, const std::string& unit) {
    if (unit == "W") return sum.latency_s > 0 ? sum.energy_j / sum.latency_s : 0;
    if (unit == "J") return sum.energy_j;
    if (unit == "image/s") return sum.latency_s > 0 ? 1 / sum.latency_s : 0;
    return sum.latency_s;
}

/// A sample file, else a network known layer by layer.
Result<GraphPtr> networkOf(const std::string& name, std::span<const std::string> folders, Progress& progress) {
    if (const auto file = fileOf(name, folders)) {
        auto model = importOnnx(*file, {}, progress);
        if (!model) return model.error();
        return model->graph;
    }
    if (GraphPtr known = knownNetwork(name)) return known;
    return Error{"check", "no sample model " + name, ""};
}

/// Why a check cannot be held against a prediction, by what it says itself; empty where it can.
std::string whyNot(const Check& check) {
    if (std::find(kUnits.begin(), kUnits.end(), check.unit) == kUnits.end())
        return "nothing is predicted in " + check.unit;
    if (!check.part.empty() && check.part != kConvolutions)
        return "it was measured on " + check.part + ", and this descriptor is one of them";
    if (check.model.empty()) return "its network is neither a sample model nor known layer by layer";
    return {};
}

CheckedPrediction predict(const Platform& platform, const Check& check, std::span<const std::string> folders,
                          Progress& progress) {
    CheckedPrediction result{check, std::nullopt, whyNot(check)};
    if (!result.why_not.empty()) return result;
    const auto graph = networkOf(check.model, folders, progress);
    if (!graph) {
        result.why_not = graph.error().what;
        return result;
    }
    System alone;
    alone.name = platform.name;
    alone.platforms = {platform};
    alone.platforms[0].fallback_platform.clear();
    const auto costs = buildCostTable(*graph, std::make_shared<const System>(std::move(alone)), {}, progress);
    if (!costs) {
        result.why_not = costs.error().message();
        return result;
    }
    result.predicted = inUnit(sumOf(**costs, check.part), check.unit);
    return result;
}

std::string amount(double value, const std::string& unit) {
    if (unit == "s") return formatQuantity(value, Unit::Second);
    if (unit == "W") return formatQuantity(value, Unit::Watt);
    if (unit == "J") return formatQuantity(value, Unit::Joule);
    return numberText(value) + ' ' + unit;
}

} // namespace

std::vector<CheckedPrediction> predictChecks(const Platform& platform, std::span<const std::string> model_folders,
                                             Progress& progress) {
    std::vector<CheckedPrediction> predictions;
    for (const Check& check : platform.checks) predictions.push_back(predict(platform, check, model_folders, progress));
    return predictions;
}

std::string checkText(const CheckedPrediction& checked) {
    const Check& check = checked.check;
    const std::string measured = check.what + ": " + amount(check.value, check.unit) + " measured, ";
    if (!checked.predicted) return measured + "not predicted: " + checked.why_not;
    const auto ratio = checked.ratio();
    return measured + amount(*checked.predicted, check.unit) + " predicted" +
           (ratio ? ", ratio " + numberText(std::round(*ratio * 1000) / 1000) : std::string());
}

} // namespace cutline
