// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVector>

namespace cutline {

/// A network that comes with the program.
struct Sample {
    QString path, title;
    int layers = 0;
    double macs = 0, parameters = 0;
    QString note; ///< what is worth seeing in it
    QString system; ///< of the library, that it is shown on; empty: any
};

/// The samples whose files are there, the demo first: beside the program, in its source tree or its install
/// folder.
QVector<Sample> samples();

} // namespace cutline
