// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <vector>

namespace cutline {

class Document;
class MainWindow;

/// A state of the window worth a picture, and how a person gets there.
struct Scene {
    const char* name;
    const char* model; ///< opened first, below the source folder; null: the start page
    bool (*act)(MainWindow& window);
};

const std::vector<Scene>& scenes();
/// Their parts, a file each.
std::vector<Scene> graphScenes();
std::vector<Scene> chartScenes();
std::vector<Scene> systemScenes();
std::vector<Scene> projectScenes();

inline constexpr int kPatienceMs = 60'000;
inline constexpr const char* kSample = "resources/models/efficientnet_b0.onnx";
inline constexpr const char* kTrained = "resources/models/fashion_cnn.onnx"; ///< its scenes need ONNX Runtime
/// Nothing runs, and the plan has its figures.
bool settled(Document& document);

/// Brings a fresh window into the scene and writes its picture. False where the scene was not reached in
/// time.
bool render(const Scene& scene, QSize size, const QString& file);

} // namespace cutline
