// SPDX-License-Identifier: GPL-3.0-or-later
// The system editor's menus: kinds of links, who is on a bus or shares a memory, what can be done with an item.
#include "core/platform/figures.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/figure_form.h"
#include "widgets/panels/system_editor.h"

#include <QMenu>

#include <algorithm>

namespace cutline {

void SystemEditor::fillMemberMenu(QMenu* menu, const DiagramItem& carrier) {
    menu->clear();
    const auto ends = endsOf(*m_system, carrier);
    const auto count = static_cast<std::uint32_t>(
        carrier.part == SystemPart::Memory ? m_system->platforms.size() : m_system->nodeCount());
    for (std::uint32_t n = 0; n < count; ++n) {
        QAction* action = menu->addAction(text(m_system->nodeName({n})));
        action->setCheckable(true);
        action->setChecked(std::find(ends.begin(), ends.end(), NodeId{n}) != ends.end());
        connect(action, &QAction::triggered, this,
                [this, carrier, n](bool on) { setMember(carrier, NodeId{n}, on); });
    }
}

void SystemEditor::setMember(const DiagramItem& carrier, NodeId node, bool on) {
    const bool is_memory = carrier.part == SystemPart::Memory;
    if (is_memory && m_system->isSwitch(node))
        return say({nameOf({SystemPart::Node, node.value}).toStdString(), "is a switch, which has no memory",
                    "choose a platform"});
    const QString label = (on ? tr("Join %1 to %2") : tr("Take %1 from %2"))
                              .arg(nameOf({SystemPart::Node, node.value}), nameOf(carrier));
    const PlatformId platform{node.value};
    const MemoryId memory{carrier.index};
    const LinkId link{carrier.index};
    apply(is_memory
              ? on ? withSharer(*m_system, memory, platform) : withoutSharer(*m_system, memory, platform)
          : on ? withEnd(*m_system, link, node)
               : withoutEnd(*m_system, link, node),
          label);
}

void SystemEditor::addLink(const QString& name) {
    if (!m_system) return;
    if (m_system->nodeCount() == 2) return link(name.toStdString(), {NodeId{0}, NodeId{1}});
    const auto& item = m_diagram->selection();
    const NodeId from{item && item->part == SystemPart::Node ? item->index : 0};
    m_link_menu->clear();
    for (std::uint32_t n = 0; n < m_system->nodeCount(); ++n)
        if (n != from.value)
            m_link_menu->addAction(
                tr("%1 between %2 and %3")
                    .arg(name, nameOf({SystemPart::Node, from.value}), nameOf({SystemPart::Node, n})),
                this, [this, name, from, n] {
                    link(name.toStdString(), {from, NodeId{n}});
                });
    m_link_menu->popup(mapToGlobal(rect().center()));
}

void SystemEditor::askForLink(std::vector<NodeId> ends, QPoint at) {
    fillLinkMenu(m_link_menu, ends);
    m_link_menu->popup(at);
}

void SystemEditor::fillLinkMenu(QMenu* menu, const std::vector<NodeId>& ends) {
    menu->clear();
    for (const Link& kind : m_library.links())
        menu->addAction(QStringLiteral("%1\t%2").arg(nameText(kind.name),
                                                     limitText(kind.rate_bits_per_s, Unit::BitPerSecond)),
                        this, [this, name = kind.name, ends] { link(name, ends); });
}

void SystemEditor::fillConnectMenu(QMenu* menu, NodeId from) {
    menu->clear();
    for (std::uint32_t n = 0; n < m_system->nodeCount(); ++n)
        if (n != from.value)
            fillLinkMenu(menu->addMenu(tr("with %1").arg(nameOf({SystemPart::Node, n}))), {from, NodeId{n}});
}

void SystemEditor::link(const std::string& name, const std::vector<NodeId>& ends) {
    const Link* kind = m_library.link(name);
    if (!kind || !m_system) return;
    apply(withLink(*m_system, *kind, ends), tr("Link %1 and %2")
                                                .arg(nameOf({SystemPart::Node, ends.front().value}),
                                                     nameOf({SystemPart::Node, ends.back().value})));
}

void SystemEditor::popUpMenu(const DiagramItem& item, QPoint at) {
    m_link_menu->clear();
    const bool is_node = item.part == SystemPart::Node;
    if (!is_node || !m_system->isSwitch({item.index}))
        m_link_menu->addAction(tr("Edit the numbers"), m_form, &FigureForm::focusFirst);
    m_link_menu->addAction(tr("Rename"), this, [this, item] { m_diagram->rename(item); });
    if (!is_node)
        fillMemberMenu(m_link_menu->addMenu(item.part == SystemPart::Link ? tr("Joins") : tr("Shared by")),
                       item);
    if (is_node && m_system->nodeCount() > 1)
        fillConnectMenu(m_link_menu->addMenu(tr("Link")), NodeId{item.index});
    m_link_menu->addAction(tr("Remove %1").arg(nameOf(item)), this, [this, item] { remove(item); });
    m_link_menu->popup(at);
}

} // namespace cutline
