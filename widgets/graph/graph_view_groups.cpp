// SPDX-License-Identifier: GPL-3.0-or-later
// Which groups of layers are open, and how the view follows.
#include "core/base/text.h"
#include "widgets/graph/graph_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cutline {
namespace {

/// A card with the gaps around it, as arrange() places them, and the part of a view that folded rows fill.
constexpr double kPitchArea = 159.0 * 114.0, kFilled = 0.8;
/// Where more than this is legible without a closer look; the scale that closed groups aim at.
constexpr double kReadableScale = 0.45, kOverviewScale = 0.62;
constexpr std::size_t kLeastOverview = 16, kMostOverview = 60;
/// A cut that divides more groups than this has no one place to look at.
constexpr std::size_t kMostDivided = 3;
/// How closedGroups() words it.
constexpr std::string_view kFrom = " from ", kNone = "none";

/// How many cards stand in this space at a scale.
double cardsAt(QSizeF space, double scale) {
    return kFilled * space.width() * space.height() / (kPitchArea * scale * scale);
}

std::size_t readableCards(QSizeF space) {
    return std::clamp(static_cast<std::size_t>(cardsAt(space, kOverviewScale)), kLeastOverview,
                      kMostOverview);
}

} // namespace

std::vector<std::string> GraphView::closedGroups() const {
    std::vector<std::string> words;
    if (!m_groups.any() || !m_look.graph) return words;
    for (const Groups::Stretch& stretch : m_groups.closed())
        words.push_back(std::to_string(stretch.layers) + std::string(kFrom) + m_look.graph->layer(stretch.first).name);
    if (words.empty()) words.emplace_back(kNone);
    return words;
}

bool GraphView::openAsKept() {
    const auto words = std::exchange(m_next_closed, {});
    if (words.empty() || !m_look.graph) return false;
    std::vector<Groups::Stretch> stretches;
    for (const std::string& word : words) {
        if (word == kNone) continue;
        const auto end = word.find(kFrom);
        double layers = 0;
        if (end == std::string::npos || !parseNumber(word.substr(0, end), layers)) return false;
        const auto first = m_look.graph->findLayer(word.substr(end + kFrom.size()));
        if (!first || !(layers >= 1 && layers <= static_cast<double>(m_look.graph->layerCount()))) return false;
        stretches.push_back({*first, static_cast<std::size_t>(layers)});
    }
    return m_groups.setClosed(stretches);
}

void GraphView::openFirst() {
    if (openAsKept()) {
        m_untouched = false;
        return;
    }
    const double layers = m_look.graph ? static_cast<double>(m_look.graph->layerCount()) : 0;
    m_untouched = layers > cardsAt(layoutSpace(), kReadableScale);
    if (m_untouched) m_groups.closeToOverview(readableCards(layoutSpace()));
}

void GraphView::openWhatIsDivided() {
    if (m_leader || !m_untouched || !m_plan || m_plan->stages.size() < 2) return;
    m_untouched = false;
    if (m_groups.openDivided(m_look.committed, kMostDivided)) regroup(centralLayer());
}

void GraphView::regroup(std::optional<LayerId> anchor) {
    m_anchor.reset();
    // A picture that is shown whole stays whole; else the group that was opened stays where it is.
    if (anchor && !m_fitted && isLaidOut())
        m_anchor = std::pair(*anchor, QPointF(mapFromScene(cardRect(*anchor).center())));
    startLayout();
}

void GraphView::touchGroups() {
    m_untouched = false;
    m_regrouped = true;
}

void GraphView::openGroup(LayerId layer) {
    if (m_leader) return m_leader->openGroup(layer);
    touchGroups();
    if (m_groups.open(layer)) regroup(layer);
}

void GraphView::closeGroup(LayerId layer) {
    if (m_leader) return m_leader->closeGroup(layer);
    touchGroups();
    if (m_groups.close(layer)) regroup(layer);
}

void GraphView::closeGroupNumber(std::size_t group) {
    if (m_leader) return m_leader->closeGroupNumber(group);
    touchGroups();
    m_groups.closeNumber(group);
    regroup(m_look.current);
}

void GraphView::openAllGroups() {
    if (m_leader) return m_leader->openAllGroups();
    touchGroups();
    m_groups.openAll();
    regroup(m_look.current);
}

void GraphView::closeAllGroups() {
    if (m_leader) return m_leader->closeAllGroups();
    touchGroups();
    m_groups.closeToOverview(readableCards(layoutSpace()));
    regroup(m_look.current);
}

} // namespace cutline
