// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/split/split.h"
#include "tests/core/exchange/world.h"

#include <QFile>
#include <QTemporaryDir>

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <random>
#include <sstream>

namespace cutline {

/// Two platforms of 8 and 16 bits.
inline const char* const kNarrow = R"(name: "narrow" platform { name: "A" weight_bits: 8 activation_bits: 8 }
    platform { name: "B" weight_bits: 16 activation_bits: 16 }
    link { name: "ab" rate_bits_per_s: 1e6 between: "A" between: "B" })";

/// A model as a file, imported, on three platforms A, "B,2" and C, or those of `descriptor`.
struct SplitWorld {
    explicit SplitWorld(const std::string& path, const char* descriptor = kThreeInARow)
        : model(imported(path)), world(*model.graph, descriptor) {}

    static ImportedModel imported(const std::string& path) {
        Progress progress;
        auto model = importOnnx(path, {}, progress);
        if (!model) qFatal("%s", model.error().message().c_str());
        return *std::move(model);
    }

    /// "A: l1 l2; B,2: l3": stages in order.
    Plan plan(const std::string& text) const {
        Plan made;
        std::istringstream stages(text);
        for (std::string part; std::getline(stages, part, ';');) {
            const auto colon = part.find(':');
            const std::string platform = part.substr(part.find_first_not_of(' '), colon - part.find_first_not_of(' '));
            Stage stage{*world.system->findPlatform(platform), {}};
            std::istringstream words(part.substr(colon + 1));
            for (std::string word; words >> word;) {
                const auto layer = model.graph->findLayer(word);
                if (!layer) qFatal("no layer %s", word.c_str());
                stage.layers.push_back(*layer);
            }
            made.stages.push_back(std::move(stage));
        }
        if (!isPipeline(*model.graph, made)) made.scheme = Scheme::General;
        return made;
    }

    /// Layers stay on a platform for a while, then on another: pieces that come back included.
    Plan randomPlan(std::uint32_t seed) const {
        std::mt19937 random(seed);
        std::vector<PlatformId> assignment;
        const std::size_t count = world.system->platforms.size();
        const auto any = [&] { return PlatformId{static_cast<std::uint32_t>(random() % count)}; };
        PlatformId platform = any();
        const unsigned stay = seed % 3 == 0 ? 3 : 2 + static_cast<unsigned>(model.graph->layerCount() / 3);
        for (std::size_t l = 0; l < model.graph->layerCount(); ++l) {
            if (random() % stay == 0) platform = any();
            assignment.push_back(platform);
        }
        return planFromAssignment(*model.graph, assignment);
    }

    /// Up to four stages in the file's order, cut anywhere.
    Plan randomPipeline(std::uint32_t seed) const {
        std::mt19937 random(seed);
        const std::size_t layers = model.graph->layerCount(), count = world.system->platforms.size();
        std::vector<std::size_t> cuts{0, layers};
        for (std::size_t s = 1; s < std::min(count, layers); ++s) cuts.push_back(random() % layers);
        std::sort(cuts.begin(), cuts.end());
        std::vector<PlatformId> assignment(layers);
        for (std::uint32_t s = 0; s + 1 < cuts.size(); ++s)
            for (std::size_t l = cuts[s]; l < cuts[s + 1]; ++l) assignment[l] = PlatformId{s};
        return planFromAssignment(*model.graph, assignment);
    }

    Result<Manifest> split(const Plan& plan, const QString& folder) const {
        Progress progress;
        return splitModel(model, *world.evaluator, plan, {folder.toStdString(), {}}, progress);
    }

    ImportedModel model;
    World world;
};

inline onnx::ModelProto parsedModel(const std::string& path) {
    QFile file(QString::fromStdString(path));
    onnx::ModelProto model;
    if (!file.open(QIODevice::ReadOnly) || !model.ParseFromString(file.readAll().toStdString()))
        qFatal("%s is no model", path.c_str());
    return model;
}

inline std::string written(const QTemporaryDir& folder, const std::string& bytes) {
    QFile file(folder.filePath(QStringLiteral("model.onnx")));
    if (!file.open(QIODevice::WriteOnly)) qFatal("no room");
    file.write(QByteArray::fromStdString(bytes));
    return file.fileName().toStdString();
}

} // namespace cutline
