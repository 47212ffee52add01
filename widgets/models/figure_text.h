// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/figures.h"

#include <QString>

namespace cutline {

/// "200 MHz", "16", "not known": a figure as it is read, and as it may be typed.
QString figureText(const DescriptorFigure& figure);
/// "read", "named", "computed", "assumed": where a number of a descriptor comes from, in a word; empty: not said.
QString markWord(const std::optional<Note>& note);
/// The same in a sentence with its source, for tool tips.
QString markSentence(const std::optional<Note>& note);

} // namespace cutline
