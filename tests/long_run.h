// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace cutline::test {

/// The checks that take longer were asked for: `tests/run --long`, or CUTLINE_LONG=1 (0 is as good as unset).
inline bool longRun() { return qEnvironmentVariableIntValue("CUTLINE_LONG") != 0; }

} // namespace cutline::test
