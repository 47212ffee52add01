// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/long_run.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <vector>

namespace cutline::test {

/// Seeds of random cases: so many, or those that were asked for: CUTLINE_SEED=n replays one case, n..m those from n to m.
inline std::vector<std::uint64_t> seeds(std::uint64_t quick, std::uint64_t all)
{
    const QStringList given = qEnvironmentVariable("CUTLINE_SEED").split(QStringLiteral(".."));
    const bool some = qEnvironmentVariableIsSet("CUTLINE_SEED");
    const std::uint64_t first = some ? given.first().toULongLong() : 1;
    const std::uint64_t last = some ? given.last().toULongLong() : longRun() ? all : quick;
    std::vector<std::uint64_t> list;
    for (std::uint64_t s = first; s <= last; ++s) list.push_back(s);
    return list;
}

} // namespace cutline::test
