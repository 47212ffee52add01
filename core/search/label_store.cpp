// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/label_store.h"

#include "core/search/row.h"

#include <algorithm>
#include <functional>

namespace cutline {

void LabelStore::beginLevel()
{
    std::ranges::fill(m_slot_of, kNoSlot);
    m_slots = 0;
    m_first.assign(1, m_labels.size());
}

std::uint32_t LabelStore::parentOf(const PipelineKey& key)
{
    m_loose_keys.push_back(key);
    return Label::kLoose | static_cast<std::uint32_t>(m_loose_keys.size() - 1);
}

PipelineKey LabelStore::keyOf(const Label& label) const
{
    PipelineKey key;
    if (label.parent != Label::kNoParent) {
        if ((label.parent & Label::kLoose) != 0) {
            key = m_loose_keys[label.parent & ~Label::kLoose];
        } else {
            const Label& parent = m_labels[label.parent];
            key = keyOf(parent);
            key.cuts[m_space.orders()[parent.order].size() - 1] = parent.set;
        }
    }
    key.order = label.order;
    return key;
}

bool LabelBucket::isNeedless(const Label& label, const double* least, std::uint32_t lasting) const
{
    const std::size_t width = m_archive.width();
    return m_archive.anyCover({least, width}, [&](std::uint64_t tag) {
        return makesNeedless(m_labels[tag], m_rows.data() + tag * width, label, least, lasting);
    });
}

void LabelBucket::keep(const Label& label, const double* least, const double* most, std::uint32_t lasting)
{
    const std::size_t width = m_archive.width();
    m_archive.removeCovered({most, width}, [&](std::uint64_t tag) {
        const double* other = (m_least_rows.empty() ? m_rows : m_least_rows).data() + tag * width;
        return std::equal(most, most + width, other, std::less_equal<>()) &&
               makesNeedless(label, most, m_labels[tag], other, lasting);
    });
    m_archive.add({most, width}, m_labels.size());
    m_labels.push_back(label);
    m_rows.insert(m_rows.end(), most, most + width);
    if (m_figures.memoryMatters()) m_least_rows.insert(m_least_rows.end(), least, least + width);
}

std::vector<Label> LabelBucket::kept() const
{
    std::vector<std::uint64_t> tags;
    m_archive.forEach([&](std::span<const double>, std::uint64_t tag) { tags.push_back(tag); });
    std::sort(tags.begin(), tags.end());
    std::vector<Label> result;
    for (const std::uint64_t tag : tags) result.push_back(m_labels[tag]);
    return result;
}

} // namespace cutline
