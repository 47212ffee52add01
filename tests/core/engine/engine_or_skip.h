// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"

#include <QFile>
#include <QTest>

namespace cutline::test {

/// Names the engine's library, which may lie in the cache in force, so that it is found under another as well.
inline void keepEngine() {
    for (const std::string& path : engineLibraries())
        if (QFile::exists(QString::fromStdString(path))) {
            qputenv("CUTLINE_ONNXRUNTIME", path.c_str());
            return;
        }
}

} // namespace cutline::test

/// Ends the test with a loud word where there is no ONNX Runtime to run it with.
#define CUTLINE_NEEDS_ENGINE()                                                                                     \
    do {                                                                                                           \
        const auto started = cutline::Engine::start();                                                             \
        if (!started) QSKIP(qPrintable("DID NOT RUN: " + QString::fromStdString(started.error().message())));      \
    } while (false)
