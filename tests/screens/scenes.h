// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <vector>

namespace cutline {

class MainWindow;

/// A state of the window worth a picture, and how a person gets there.
struct Scene {
    const char* name;
    const char* model; ///< opened first, below the source folder; null: the start page
    bool (*act)(MainWindow& window);
};

const std::vector<Scene>& scenes();

/// Brings a fresh window into the scene and writes its picture. False where the scene was not reached in
/// time.
bool render(const Scene& scene, QSize size, const QString& file);

} // namespace cutline
