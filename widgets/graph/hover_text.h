// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/graph/graph_scene.h"

#include <QString>
#include <QVector>

namespace cutline {

/// What a layer is and takes on every platform, with units and provenance; rich text with every name escaped.
QString layerToolTip(const GraphLook& look, LayerId layer);
/// The same in sum for the layers of a group.
QString groupToolTip(const GraphLook& look, const QVector<LayerId>& layers);
/// One plain line for screen readers: "Conv 3×3, features.0, 32×112×112, on EYR, 0.42 ms measured".
QString layerInWords(const GraphLook& look, LayerId layer);

} // namespace cutline
