// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/near_names.h"

#include "core/base/text.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace cutline {
namespace {

/// Levenshtein distance, case ignored; O(|a| |b|).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

} // namespace

std::string nearNames(std::string_view wanted, std::span<const std::string> names) {
    constexpr std::size_t kLongest = 200, kShown = 8;
    if (names.empty()) return "there is none";
    const std::string lower = lowered(wanted.substr(0, kLongest));
    std::vector<std::pair<std::size_t, std::size_t>> near;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string other = lowered(std::string_view(names[i]).substr(0, kLongest));
        const bool contained = lower.size() >= 3 && other.find(lower) != std::string::npos;
        const std::size_t far = contained ? 1 : distance(lower, other);
        if (far <= std::max<std::size_t>(1, lower.size() / 3)) near.emplace_back(far, i);
    }
    std::sort(near.begin(), near.end());
    std::string text = near.empty() ? "known: " : "near: ";
    const std::size_t count = near.empty() ? names.size() : near.size();
    for (std::size_t i = 0; i < std::min(count, kShown); ++i) {
        if (i > 0) text += ", ";
        text += elided(printable(names[near.empty() ? i : near[i].second]), 80);
    }
    if (count > kShown) text += ", " + std::to_string(count - kShown) + " more";
    return text;
}

} // namespace cutline
