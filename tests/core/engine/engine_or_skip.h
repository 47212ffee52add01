// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"

#include <QTest>

/// Ends the test with a loud word where there is no ONNX Runtime to run it with.
#define CUTLINE_NEEDS_ENGINE()                                                                                     \
    do {                                                                                                           \
        const auto started = cutline::Engine::start();                                                             \
        if (!started) QSKIP(qPrintable("DID NOT RUN: " + QString::fromStdString(started.error().message())));      \
    } while (false)
