// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cutline {

struct CsvRecord {
    int line = 0; ///< where it begins, from 1
    std::vector<std::string> cells;
};

/// Records of a comma-separated text (RFC 4180: quoted cells may hold commas, line breaks and doubled
/// quotes). A byte order mark and blank lines are left out.
std::vector<CsvRecord> csvRecords(std::string_view text);

} // namespace cutline
