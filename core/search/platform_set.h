// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/id.h"

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

/// Platforms of a system, of which there may be hundreds.
class PlatformSet {
public:
    PlatformSet() = default;
    explicit PlatformSet(std::span<const PlatformId> members)
    {
        for (const PlatformId p : members) insert(p);
    }

    void insert(PlatformId p)
    {
        if (m_words.size() <= p.index() / 64) m_words.resize(p.index() / 64 + 1);
        m_words[p.index() / 64] |= bit(p);
    }
    void erase(PlatformId p)
    {
        if (p.index() / 64 < m_words.size()) m_words[p.index() / 64] &= ~bit(p);
        while (!m_words.empty() && m_words.back() == 0) m_words.pop_back(); // equal sets have equal words
    }
    bool contains(PlatformId p) const { return p.index() / 64 < m_words.size() && (m_words[p.index() / 64] & bit(p)) != 0; }

    friend auto operator<=>(const PlatformSet&, const PlatformSet&) = default;

private:
    static std::uint64_t bit(PlatformId p) { return std::uint64_t{1} << (p.index() % 64); }

    std::vector<std::uint64_t> m_words;
};

} // namespace cutline
