// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace cutline {

enum class ThemeChoice { System, Light, Dark };

/// What a person sets once for the program, whatever is open. Layout, columns, axes and recent files remember themselves.
struct Settings {
    ThemeChoice theme = ThemeChoice::System;
    bool patterns = false;        ///< on cards, beside the platforms' colours
    bool motion = true;           ///< cards glide to new places, the view to what is shown
    double layout_limit_s = 0.6;  ///< that Graphviz may take; then the graph is laid out without it
    bool reopen = false;          ///< at the start, what was open last
    QStringList folders;          ///< of descriptors, read after those that the program finds by itself

    friend bool operator==(const Settings&, const Settings&) = default;
};

} // namespace cutline
