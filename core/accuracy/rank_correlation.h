// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace cutline {

/// How alike two lists put things in order: Pearson's correlation of the ranks, equal values sharing the mean of
/// theirs. [C. Spearman, American Journal of Psychology 15, 1904] 0 for lists that say nothing: fewer than two
/// values, or all of them equal. The lists are equally long.
double rankCorrelation(std::span<const double> a, std::span<const double> b);

} // namespace cutline
