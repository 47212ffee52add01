// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/system_diagram.h"

#include "widgets/models/library_model.h"
#include "widgets/panels/diagram_items.h"
#include "widgets/panels/kit.h"

#include <QDragEnterEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace cutline {
namespace {

constexpr double kDiagramMargin = 16, kNodeGap = 36, kCardWidth = 190, kMostCardWidth = 240, kCardHeight = 108;
constexpr double kSwitchWidth = 96, kSwitchHeight = 40;
constexpr double kFirstLane = 30, kLane = 36, kTagHeight = 24, kLeastTag = 76, kMostTag = 220;

/// Links that a node has, in the order of their numbers: each gets a place of its own at the node's lower edge.
std::vector<std::vector<LinkId>> linksOf(const System& system) {
    std::vector<std::vector<LinkId>> links(system.nodeCount());
    for (std::uint32_t l = 0; l < system.links.size(); ++l)
        for (const NodeId end : system.links[l].ends) links[end.index()].push_back({l});
    // Towards the other ends: a link to the left leaves at the left.
    for (std::uint32_t n = 0; n < links.size(); ++n) {
        const auto centre = [&](LinkId link) {
            double sum = 0;
            for (const NodeId end : system.links[link.index()].ends) sum += end.value;
            return sum / static_cast<double>(system.links[link.index()].ends.size());
        };
        std::stable_sort(links[n].begin(), links[n].end(), [&](LinkId a, LinkId b) { return centre(a) < centre(b); });
    }
    return links;
}

void placeLanes(const System& system, DiagramLayout& layout) {
    const auto links = linksOf(system);
    std::vector<double> taken; ///< right end of the last link by lane
    const double top = kDiagramMargin + kCardHeight + kFirstLane;
    layout.links.resize(system.links.size());
    std::vector<std::size_t> order(system.links.size());
    for (std::size_t l = 0; l < order.size(); ++l) {
        order[l] = l;
        for (const NodeId end : system.links[l].ends) {
            const auto& here = links[end.index()];
            const auto at = std::find(here.begin(), here.end(), LinkId{static_cast<std::uint32_t>(l)}) - here.begin();
            const QRectF& node = layout.nodes[end.index()];
            layout.links[l].ends.push_back(node.left() + node.width() * static_cast<double>(at + 1) /
                                                             static_cast<double>(here.size() + 1));
        }
    }
    // How far a link reaches to both sides, its name included.
    std::vector<std::pair<double, double>> reach;
    for (DiagramLayout::Lane& line : layout.links) {
        const auto [low, high] = std::minmax_element(line.ends.begin(), line.ends.end());
        const double room = std::clamp(*high - *low - 16, kLeastTag, kMostTag);
        const double middle = std::max((*low + *high) / 2, kDiagramMargin + room / 2);
        line.tag = QRectF(middle - room / 2, 0, room, kTagHeight);
        reach.emplace_back(std::min(*low, line.tag.left()), std::max(*high, line.tag.right()));
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return reach[a].first < reach[b].first; });
    for (const std::size_t l : order) {
        std::size_t lane = 0;
        while (lane < taken.size() && taken[lane] + 12 > reach[l].first) ++lane;
        if (lane == taken.size()) taken.push_back(0);
        taken[lane] = reach[l].second;
        layout.links[l].y = top + kLane * static_cast<double>(lane);
        layout.links[l].tag.moveTop(layout.links[l].y - kTagHeight / 2);
        layout.size.setWidth(std::max(layout.size.width(), reach[l].second + kDiagramMargin));
    }
    layout.size.setHeight(top + kLane * static_cast<double>(std::max<std::size_t>(taken.size(), 1)) + 4);
}

} // namespace

DiagramLayout diagramLayout(const System& system, double width) {
    DiagramLayout layout;
    const auto platforms = static_cast<double>(system.platforms.size());
    const auto switches = static_cast<double>(system.switches.size());
    const double fixed = 2 * kDiagramMargin + switches * kSwitchWidth + (platforms + switches - 1) * kNodeGap;
    const double card = platforms > 0 ? std::clamp((width - fixed) / platforms, kCardWidth, kMostCardWidth) : 0;
    double x = kDiagramMargin;
    for (std::uint32_t n = 0; n < system.nodeCount(); ++n) {
        const bool is_switch = system.isSwitch({n});
        const double w = is_switch ? kSwitchWidth : card, h = is_switch ? kSwitchHeight : kCardHeight;
        layout.nodes.push_back({x, kDiagramMargin + kCardHeight - h, w, h});
        x += w + kNodeGap;
    }
    layout.size.setWidth(std::max(x - kNodeGap + kDiagramMargin, 0.0));
    placeLanes(system, layout);
    return layout;
}

SystemDiagram::SystemDiagram(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Diagram of the system"));
    setAcceptDrops(true);
    onSurface(this);
}

QSize SystemDiagram::sizeHint() const {
    if (!m_system) return {200, 160};
    return diagramLayout(*m_system, 0).size.toSize(); // with the narrowest cards
}

QString SystemDiagram::nameOf(const DiagramItem& item) const {
    if (!m_system) return {};
    if (item.is_link) return item.index < m_system->links.size() ? text(m_system->links[item.index].link.name) : QString();
    return item.index < m_system->nodeCount() ? text(m_system->nodeName({item.index})) : QString();
}

void SystemDiagram::setSystem(SystemPtr system) {
    if (m_system == system) return;
    const QString chosen = m_selection ? nameOf(*m_selection) : QString();
    const bool was_link = m_selection && m_selection->is_link;
    const bool had_focus = m_selection && widgetOf(*m_selection) && widgetOf(*m_selection)->hasFocus();
    const bool same_items = m_system && system && m_system->nodeCount() == system->nodeCount() &&
                            m_system->platforms.size() == system->platforms.size() &&
                            m_system->links.size() == system->links.size();
    m_system = std::move(system);
    m_metrics.reset();
    std::optional<DiagramItem> found;
    if (m_system && !chosen.isEmpty()) {
        const auto count = static_cast<std::uint32_t>(was_link ? m_system->links.size() : m_system->nodeCount());
        for (std::uint32_t i = 0; i < count && !found; ++i)
            if (nameOf({was_link, i}) == chosen) found = DiagramItem{was_link, i};
    }
    m_selection = found;
    if (!same_items) rebuild();
    place();
    refresh();
    updateGeometry();
    if (had_focus && found) widgetOf(*found)->setFocus();
    Q_EMIT selectionChanged();
}

void SystemDiagram::setMetrics(std::optional<Metrics> metrics) {
    m_metrics = std::move(metrics);
    refresh();
}

void SystemDiagram::setRate(std::optional<double> rate_hz) {
    m_rate_hz = rate_hz;
    refresh();
}

void SystemDiagram::rebuild() {
    m_line.reset();
    // They may be in the midst of telling what led to this.
    for (DiagramNode* node : m_nodes) node->hide(), node->deleteLater();
    for (DiagramLink* link : m_links) link->hide(), link->deleteLater();
    m_nodes.clear();
    m_links.clear();
    if (!m_system) return;
    for (std::uint32_t n = 0; n < m_system->nodeCount(); ++n) m_nodes.push_back(new DiagramNode(*this, {n}));
    for (std::uint32_t l = 0; l < m_system->links.size(); ++l) m_links.push_back(new DiagramLink(*this, {l}));
    for (DiagramNode* node : m_nodes) node->show();
    for (DiagramLink* link : m_links) link->show();
}

void SystemDiagram::place() {
    if (!m_system) return;
    m_layout = diagramLayout(*m_system, width());
    for (std::size_t n = 0; n < m_nodes.size(); ++n) m_nodes[n]->setGeometry(m_layout.nodes[n].toRect());
    for (std::size_t l = 0; l < m_links.size(); ++l) m_links[l]->setGeometry(m_layout.links[l].tag.toRect());
    update();
}

void SystemDiagram::refresh() {
    if (!m_system) return;
    const Metrics* metrics = m_metrics ? &*m_metrics : nullptr;
    for (std::uint32_t n = 0; n < m_nodes.size(); ++n) {
        PlatformCardText words;
        if (m_system->isSwitch({n})) {
            words.name = text(m_system->nodeName({n}));
            words.tip = tr("%1 only forwards").arg(words.name);
        } else {
            words = platformCard(*m_system, {n}, metrics, m_rate_hz, Source::None);
            words.key.clear(); // the keys 1 to 9 are the graph's
            const bool linked = std::any_of(m_system->links.begin(), m_system->links.end(), [n](const Connection& c) {
                return std::find(c.ends.begin(), c.ends.end(), NodeId{n}) != c.ends.end();
            });
            words.provenance = linked || m_system->platforms.size() < 2 ? QString() : tr("not linked");
            words.tip = words.tip.section(u'\n', 0, -2) +
                        tr("\ndrag from its edge to another one to link them\ndouble click to edit its numbers");
        }
        m_nodes[n]->setText(words);
    }
    for (std::uint32_t l = 0; l < m_links.size(); ++l)
        m_links[l]->setText(linkCard(*m_system, {l}, metrics, m_rate_hz),
                            limitText(m_system->links[l].link.rate_bits_per_s, Unit::BitPerSecond));
}

void SystemDiagram::select(std::optional<DiagramItem> item) {
    if (item && nameOf(*item).isEmpty()) item.reset();
    if (m_selection == item) return;
    m_selection = item;
    for (DiagramNode* node : m_nodes) node->update();
    for (DiagramLink* link : m_links) link->update();
    update();
    if (item && !widgetOf(*item)->hasFocus() && isVisible()) widgetOf(*item)->setFocus();
    Q_EMIT selectionChanged();
}

QWidget* SystemDiagram::widgetOf(const DiagramItem& item) const {
    if (item.is_link) return item.index < m_links.size() ? m_links[item.index] : nullptr;
    return item.index < m_nodes.size() ? static_cast<QWidget*>(m_nodes[item.index]) : nullptr;
}

void SystemDiagram::step(const DiagramItem& from, int by) {
    const int nodes = static_cast<int>(m_nodes.size()), count = nodes + static_cast<int>(m_links.size());
    const int next = (static_cast<int>(from.index) + (from.is_link ? nodes : 0) + by + count) % count;
    const bool is_link = next >= nodes;
    widgetOf({is_link, static_cast<std::uint32_t>(is_link ? next - nodes : next)})->setFocus(Qt::TabFocusReason);
}

bool SystemDiagram::key(const DiagramItem& item, int key) {
    switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Up:
        step(item, -1);
        return true;
    case Qt::Key_Right:
    case Qt::Key_Down:
        step(item, 1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_F2:
        Q_EMIT editWanted(item);
        return true;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        Q_EMIT removeWanted(item);
        return true;
    case Qt::Key_Menu:
        Q_EMIT menuWanted(item, widgetOf(item)->mapToGlobal(widgetOf(item)->rect().center()));
        return true;
    default:
        return false;
    }
}

std::optional<DiagramItem> SystemDiagram::itemAt(QPoint at) const {
    for (std::uint32_t n = 0; n < m_nodes.size(); ++n)
        if (m_nodes[n]->geometry().contains(at)) return DiagramItem{false, n};
    for (std::uint32_t l = 0; l < m_links.size(); ++l)
        if (m_links[l]->geometry().contains(at)) return DiagramItem{true, l};
    return std::nullopt;
}

void SystemDiagram::drawLine(NodeId from, QPoint to) {
    m_line = Line{from, to};
    update();
}

void SystemDiagram::cancelLine() {
    m_line.reset();
    update();
}

void SystemDiagram::endLine(NodeId from, QPoint to) {
    cancelLine();
    const auto target = itemAt(to);
    if (!target) return;
    if (target->is_link)
        Q_EMIT joinWanted(from, {target->index});
    else if (target->index != from.value)
        Q_EMIT linkWanted(from, {target->index}, mapToGlobal(to));
}

void SystemDiagram::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::uint32_t l = 0; l < m_layout.links.size() && m_system && l < m_system->links.size(); ++l) {
        const DiagramLayout::Lane& lane = m_layout.links[l];
        const QColor colour = theme.link(l);
        painter.setPen(QPen(colour, m_selection == DiagramItem{true, l} ? 3.2 : 2, Qt::SolidLine, Qt::RoundCap));
        const auto [low, high] = std::minmax_element(lane.ends.begin(), lane.ends.end());
        painter.drawLine(QPointF(*low, lane.y), QPointF(*high, lane.y));
        for (std::size_t e = 0; e < lane.ends.size(); ++e) {
            const QRectF& node = m_layout.nodes[m_system->links[l].ends[e].index()];
            painter.drawLine(QPointF(lane.ends[e], node.bottom()), QPointF(lane.ends[e], lane.y));
        }
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        for (const double x : lane.ends) painter.drawEllipse(QPointF(x, lane.y), 3.5, 3.5);
        painter.setBrush(Qt::NoBrush);
    }
    if (!m_line) return;
    const DiagramNode* from = m_nodes[m_line->from.index()];
    painter.setPen(QPen(theme.accent, 2, Qt::DashLine));
    painter.drawLine(from->mapToParent(from->handle()), m_line->to);
    const auto target = itemAt(m_line->to);
    if (!target || *target == DiagramItem{false, m_line->from.value}) return;
    painter.drawRoundedRect(QRectF(widgetOf(*target)->geometry()).adjusted(-3, -3, 3, 3), 9, 9);
}

void SystemDiagram::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    place();
}

void SystemDiagram::mousePressEvent(QMouseEvent*) {
    select(std::nullopt);
}

void SystemDiagram::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasFormat(QLatin1String(LibraryModel::kMime))) event->acceptProposedAction();
}

void SystemDiagram::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    Q_EMIT dropped(QString::fromUtf8(event->mimeData()->data(QLatin1String(LibraryModel::kMime))));
}

} // namespace cutline
