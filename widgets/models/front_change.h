// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <QString>

namespace cutline {

/// What other costs did to the front: "plan 6 leaves the front, 2 join it; plan 9 is now the knee". Plans that leave
/// have the numbers of `before`, the knee that of `after`. The same plan is one that puts every layer on the same
/// platform. Fronts of more than 5,000 plans are only counted.
QString frontChangeText(const SearchResult& before, const SearchResult& after, std::size_t layers);

} // namespace cutline
