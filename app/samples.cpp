// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/samples.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <array>

namespace cutline {
namespace {

struct Known {
    const char *file, *title;
    int layers;
    double macs, parameters;
    const char* note;
    const char* system = "";
};

// Counts of tests/data/topologies/models.csv, which `inspect` agrees with; opening six files at every start
// only to count would cost the start.
constexpr std::array kKnown{
    Known{"efficientnet_b0", "EfficientNet-B0", 239, 385814752, 5267540, "the published case"},
    Known{"fashion_cnn", "Fashion CNN", 23, 2636672, 77418, "accuracy by precision", "sensor_hub"},
    Known{"resnet50", "ResNet-50", 122, 4089184256, 25530472, "residual blocks"},
    Known{"mobilenet_v2", "MobileNetV2", 170, 300774272, 3487816, "depthwise blocks"},
    Known{"squeezenet1_1", "SqueezeNet 1.1", 65, 349151936, 1235496, "branches in every module"},
    Known{"vgg16", "VGG-16", 38, 15470264320, 138357544, "a plain chain, heavy weights"},
    Known{"transformer_encoder", "Transformer encoder", 248, 436210176, 5242378, "attention"},
};

QString modelsFolder() {
    // build/PRESET/bin, build/PRESET/tests and PREFIX/bin all find it a few folders up.
    QDir folder(QCoreApplication::applicationDirPath());
    for (int level = 0; level < 5; ++level) {
        for (const char* place : {"resources/models", "share/cutline/models"})
            if (folder.exists(QLatin1String(place))) return folder.filePath(QLatin1String(place));
        if (!folder.cdUp()) break;
    }
    return {};
}

} // namespace

QVector<Sample> samples() {
    QVector<Sample> found;
    const QString folder = modelsFolder();
    if (folder.isEmpty()) return found;
    for (const Known& known : kKnown) {
        const QString path = folder + QLatin1Char('/') + QLatin1String(known.file) + QLatin1String(".onnx");
        if (QFileInfo::exists(path))
            found.push_back({path, QString::fromUtf8(known.title), known.layers, known.macs, known.parameters,
                             QString::fromUtf8(known.note), QString::fromUtf8(known.system)});
    }
    return found;
}

} // namespace cutline
