// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/system_diagram.h"

#include "widgets/models/figure_text.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/diagram_items.h"
#include "widgets/panels/kit.h"

#include <QLineEdit>
#include <QPainter>
#include <QScopedValueRollback>

#include <algorithm>

namespace cutline {

std::vector<NodeId> endsOf(const System& system, const DiagramItem& carrier) {
    if (carrier.part == SystemPart::Link) return system.links[carrier.index].ends;
    std::vector<NodeId> ends;
    if (carrier.part == SystemPart::Memory)
        for (const PlatformId platform : system.memories[carrier.index].shared_by)
            ends.push_back(nodeOf(platform));
    return ends;
}

QString nameIn(const System& system, const DiagramItem& item) {
    switch (item.part) {
    case SystemPart::Node:
        return item.index < system.nodeCount() ? text(system.nodeName({item.index})) : QString();
    case SystemPart::Link:
        return item.index < system.links.size() ? text(system.links[item.index].link.name) : QString();
    case SystemPart::Memory:
        return item.index < system.memories.size() ? text(system.memories[item.index].name) : QString();
    }
    return {};
}

namespace {

std::size_t countOf(const System& system, SystemPart part) {
    return part == SystemPart::Node   ? system.nodeCount()
           : part == SystemPart::Link ? system.links.size()
                                      : system.memories.size();
}

bool sameCounts(const System& a, const System& b) {
    return a.platforms.size() == b.platforms.size() && a.switches.size() == b.switches.size() &&
           a.links.size() == b.links.size() && a.memories.size() == b.memories.size();
}

} // namespace

SystemDiagram::SystemDiagram(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Diagram of the system"));
    setAcceptDrops(true);
    onSurface(this);
}

QSize SystemDiagram::sizeHint() const {
    if (!m_system) return {200, 160};
    return m_layout.size.toSize();
}

std::vector<DiagramItem> SystemDiagram::items() const {
    std::vector<DiagramItem> all;
    for (const SystemPart part : {SystemPart::Node, SystemPart::Link, SystemPart::Memory})
        for (std::uint32_t i = 0; m_system && i < countOf(*m_system, part); ++i) all.push_back({part, i});
    return all;
}

QString SystemDiagram::nameOf(const DiagramItem& item) const {
    return m_system ? nameIn(*m_system, item) : QString();
}

void SystemDiagram::setSystem(SystemPtr system) {
    if (m_system == system) return;
    const QString chosen = m_selection ? nameOf(*m_selection) : QString();
    const bool had_focus = m_selection && widgetOf(*m_selection) &&
                           (widgetOf(*m_selection)->hasFocus() || (m_name && m_name->hasFocus()));
    const bool same_items = m_system && system && sameCounts(*m_system, *system);
    m_system = std::move(system);
    m_metrics.reset();
    m_move.reset();
    closeNameEdit();
    std::optional<DiagramItem> found;
    for (const DiagramItem& item : items())
        if (m_selection && item.part == m_selection->part && nameOf(item) == chosen) found = item;
    if (!found && same_items) found = m_selection; // it has another name
    m_selection = found;
    if (!same_items) rebuild();
    place();
    refresh();
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

void SystemDiagram::setPlaces(const std::vector<CardPlace>& places) {
    if (m_places == places) return;
    m_places = places;
    place();
}

void SystemDiagram::rebuild() {
    const QScopedValueRollback rebuilding(m_rebuilding, true); // the focus goes from one to the next
    m_line.reset();
    // They may be in the midst of telling what led to this.
    for (DiagramNode* node : m_nodes) node->hide(), node->deleteLater();
    m_nodes.clear();
    for (auto* carriers : {&m_links, &m_memories}) {
        for (DiagramCarrier* carrier : *carriers) carrier->hide(), carrier->deleteLater();
        carriers->clear();
    }
    for (const DiagramItem& item : items()) {
        if (item.part == SystemPart::Node)
            m_nodes.push_back(new DiagramNode(*this, {item.index}));
        else
            (item.part == SystemPart::Link ? m_links : m_memories).push_back(new DiagramCarrier(*this, item));
        widgetOf(item)->show();
    }
}

void SystemDiagram::place() {
    if (!m_system) return;
    std::vector<CardPlace> places = m_places;
    if (m_move) {
        places.clear();
        for (std::uint32_t n = 0; n < m_system->nodeCount(); ++n) {
            const QPointF at = n == m_move->node.value ? m_move->to : m_layout.nodes[n].topLeft();
            places.push_back({std::string(m_system->nodeName({n})), at.x(), at.y()});
        }
    }
    m_layout = diagramLayout(*m_system, places);
    for (std::size_t n = 0; n < m_nodes.size(); ++n) m_nodes[n]->setGeometry(m_layout.nodes[n].toRect());
    for (std::size_t l = 0; l < m_links.size(); ++l) m_links[l]->setGeometry(m_layout.links[l].tag.toRect());
    for (std::size_t m = 0; m < m_memories.size(); ++m)
        m_memories[m]->setGeometry(m_layout.memories[m].tag.toRect());
    updateGeometry();
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
            const bool linked =
                std::any_of(m_system->links.begin(), m_system->links.end(), [n](const Connection& c) {
                    return std::find(c.ends.begin(), c.ends.end(), NodeId{n}) != c.ends.end();
                });
            words.provenance = linked || m_system->platforms.size() < 2 ? QString() : tr("not linked");
            words.tip = words.tip.section(u'\n', 0, -2) + tr("\ndouble click or Enter to edit its numbers");
        }
        words.tip +=
            tr("\ndrag from its edge to another card to link them, from its middle to move it (Ctrl+arrows)"
               "\nF2 to rename it");
        m_nodes[n]->setText(words);
    }
    for (std::uint32_t l = 0; l < m_links.size(); ++l)
        m_links[l]->setText(linkCard(*m_system, {l}, metrics, m_rate_hz),
                            limitText(m_system->links[l].link.rate_bits_per_s, Unit::BitPerSecond));
    for (std::uint32_t m = 0; m < m_memories.size(); ++m) {
        const SharedMemory& memory = m_system->memories[m];
        const auto figure = [](std::optional<double> value, Unit unit) {
            return value ? quantityText(*value, unit) : tr("not known");
        };
        QStringList sharers;
        for (const NodeId end : endsOf(*m_system, {SystemPart::Memory, m}))
            sharers << text(m_system->nodeName(end));
        LinkCardText words;
        words.name = text(memory.name);
        words.ends = sharers.join(QStringLiteral(", "));
        words.tip = tr("Memory that %1 share\ncapacity %2, bandwidth %3\ndouble click or Enter to edit its "
                       "numbers, F2 to "
                       "rename it")
                        .arg(words.ends, figure(memory.capacity_bytes, Unit::Byte),
                             figure(memory.bandwidth_bytes_per_s, Unit::BytePerSecond));
        m_memories[m]->setText(words, memory.capacity_bytes ? quantityText(*memory.capacity_bytes, Unit::Byte)
                                                            : tr("shared memory"));
    }
}

void SystemDiagram::select(std::optional<DiagramItem> item) {
    if (item && nameOf(*item).isEmpty()) item.reset();
    if (m_selection == item || m_rebuilding) return;
    m_selection = item;
    for (const DiagramItem& each : items()) widgetOf(each)->update();
    update();
    if (item && !widgetOf(*item)->hasFocus() && isVisible()) widgetOf(*item)->setFocus();
    Q_EMIT selectionChanged();
}

QWidget* SystemDiagram::widgetOf(const DiagramItem& item) const {
    if (item.part == SystemPart::Node)
        return item.index < m_nodes.size() ? static_cast<QWidget*>(m_nodes[item.index]) : nullptr;
    const auto& carriers = item.part == SystemPart::Link ? m_links : m_memories;
    return item.index < carriers.size() ? carriers[item.index] : nullptr;
}

std::optional<DiagramItem> SystemDiagram::itemAt(QPoint at) const {
    for (const DiagramItem& item : items())
        if (widgetOf(item)->geometry().contains(at)) return item;
    return std::nullopt;
}

void SystemDiagram::paintCarrier(QPainter& painter, const DiagramItem& item, const DiagramLayout::Lane& lane,
                                 const std::vector<NodeId>& ends) const {
    const Theme& theme = Theme::of(palette());
    const bool is_memory = item.part == SystemPart::Memory;
    const QColor colour = is_memory ? theme.text3 : theme.link(item.index);
    painter.setPen(
        QPen(colour, m_selection == item ? 3.2 : 2, is_memory ? Qt::DotLine : Qt::SolidLine, Qt::RoundCap));
    const auto [low, high] = std::minmax_element(lane.ends.begin(), lane.ends.end());
    painter.drawLine(QPointF(*low, lane.y), QPointF(*high, lane.y));
    for (std::size_t e = 0; e < ends.size(); ++e) {
        const QRectF& node = m_layout.nodes[ends[e].index()];
        const double from = lane.y > node.center().y() ? node.bottom() : node.top();
        painter.drawLine(QPointF(lane.ends[e], from), QPointF(lane.ends[e], lane.y));
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (const double x : lane.ends) {
        if (is_memory)
            painter.drawRect(QRectF(x - 3, lane.y - 3, 6, 6));
        else
            painter.drawEllipse(QPointF(x, lane.y), 3.5, 3.5);
    }
    painter.setBrush(Qt::NoBrush);
}

void SystemDiagram::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const DiagramItem& item : items())
        if (item.part != SystemPart::Node)
            paintCarrier(painter, item,
                         (item.part == SystemPart::Link ? m_layout.links : m_layout.memories)[item.index],
                         endsOf(*m_system, item));
    if (!m_line) return;
    const DiagramNode* from = m_nodes[m_line->from.index()];
    painter.setPen(QPen(theme.accent, 2, Qt::DashLine));
    painter.drawLine(from->mapToParent(from->handle()), m_line->to);
    const auto target = itemAt(m_line->to);
    if (!target || *target == DiagramItem{SystemPart::Node, m_line->from.value}) return;
    painter.drawRoundedRect(QRectF(widgetOf(*target)->geometry()).adjusted(-3, -3, 3, 3), 9, 9);
}

} // namespace cutline
