// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/system_editor.h"

#include "core/platform/figures.h"
#include "core/platform/system_edit.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/figure_form.h"
#include "widgets/panels/kit.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QScrollArea>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace cutline {

SystemEditor::SystemEditor(QWidget* parent)
    : QWidget(parent), m_diagram(new SystemDiagram), m_form(new FigureForm(this)), m_platform_menu(new QMenu(this)),
      m_link_menu(new QMenu(this)) {
    setAccessibleName(tr("System"));
    onSurface(this);
    m_link_menu->setObjectName(QStringLiteral("linkMenu"));
    m_platform_menu->setToolTipsVisible(true);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(m_diagram);
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->setChildrenCollapsible(false);
    both->addWidget(scroll);
    both->addWidget(m_form);
    both->setStretchFactor(0, 1);
    both->setStretchFactor(1, 0);
    both->setSizes({900, 320});
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    buildBar(box);
    box->addWidget(both, 1);
    connectDiagram();
    connect(m_form, &FigureForm::edited, this, &SystemEditor::changeFigure);
    showSelected();
}

void SystemEditor::buildBar(QVBoxLayout* box) {
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(12, 6, 8, 0);
    bar->setSpacing(2);
    m_title = new InkLabel(Ink::Text2, TextRole::Small, {}, this);
    m_title->setElided();
    bar->addWidget(m_title, 1);
    const auto button = [&](const QString& words, const QString& tip) {
        auto* b = new QToolButton(this);
        b->setObjectName(QStringLiteral("titleButton"));
        b->setText(words);
        b->setToolTip(tip);
        b->setAccessibleName(tip);
        b->setFocusPolicy(Qt::TabFocus);
        bar->addWidget(b);
        return b;
    };
    auto* add = button(tr("add platform"), tr("Add a platform of the library"));
    add->setMenu(m_platform_menu);
    add->setPopupMode(QToolButton::InstantPopup);
    m_connect = button(tr("link \u25BE"), tr("Link the selected platform with another one (C)"));
    connect(m_connect, &QToolButton::clicked, this, [this] {
        if (const auto& item = m_diagram->selection(); item && !item->is_link)
            Q_EMIT m_diagram->connectWanted(NodeId{item->index});
    });
    m_remove = button(tr("remove"), tr("Remove what is selected (Delete)"));
    connect(m_remove, &QToolButton::clicked, this, [this] {
        if (m_diagram->selection()) remove(*m_diagram->selection());
    });
    auto* data_sheet = button(tr("new platform..."), tr("Describe a platform by its data sheet"));
    connect(data_sheet, &QToolButton::clicked, this, &SystemEditor::newPlatformRequested);
    auto* load = button(tr("open..."), tr("Open a system from a file"));
    connect(load, &QToolButton::clicked, this, &SystemEditor::loadRequested);
    auto* save = button(tr("save..."), tr("Save this system to a file"));
    connect(save, &QToolButton::clicked, this, &SystemEditor::saveRequested);
    box->addLayout(bar);
    m_note = new InkLabel(Ink::Bad, TextRole::Small, {}, this);
    m_note->setParagraph();
    m_note->setContentsMargins(12, 2, 12, 2);
    m_note->hide();
    box->addWidget(m_note);
}

void SystemEditor::connectDiagram() {
    connect(m_diagram, &SystemDiagram::selectionChanged, this, &SystemEditor::showSelected);
    connect(m_diagram, &SystemDiagram::linkWanted, this,
            [this](NodeId from, NodeId to, QPoint at) { askForLink({from, to}, at); });
    connect(m_diagram, &SystemDiagram::joinWanted, this, [this](NodeId from, LinkId to) {
        const QString label = tr("Join %1 to %2").arg(nameOf({false, from.value}), nameOf({true, to.value}));
        apply(withEnd(*m_system, to, from), label);
    });
    connect(m_diagram, &SystemDiagram::connectWanted, this, [this](NodeId from) {
        fillConnectMenu(m_link_menu, from);
        const QRectF card = diagramLayout(*m_system, m_diagram->width()).nodes[from.index()];
        m_link_menu->popup(m_diagram->mapToGlobal(card.bottomRight().toPoint()));
    });
    connect(m_diagram, &SystemDiagram::removeWanted, this, &SystemEditor::remove);
    connect(m_diagram, &SystemDiagram::editWanted, this, [this] { m_form->focusFirst(); });
    connect(m_diagram, &SystemDiagram::menuWanted, this, &SystemEditor::popUpMenu);
    connect(m_diagram, &SystemDiagram::dropped, this, [this](const QString& descriptor) {
        const QString name = descriptor.section(u':', 1);
        if (descriptor.startsWith(QLatin1String("platform:"))) addPlatform(name);
        if (descriptor.startsWith(QLatin1String("link:"))) addLink(name);
    });
}

void SystemEditor::setLibrary(const Library& library) {
    m_library = library;
    m_platform_menu->clear();
    for (const Platform& platform : m_library.platforms()) {
        const QString name = text(platform.name);
        QAction* action = m_platform_menu->addAction(nameText(platform.name), this, [this, name] { addPlatform(name); });
        action->setToolTip(nameText(platform.title));
    }
}

void SystemEditor::setSystem(SystemPtr system) {
    if (m_system == system) return;
    m_system = std::move(system);
    m_note->hide();
    m_diagram->setSystem(m_system);
    const int platforms = m_system ? static_cast<int>(m_system->platforms.size()) : 0;
    const int links = m_system ? static_cast<int>(m_system->links.size()) : 0;
    m_title->setText(m_system ? tr("%1 \u00B7 %2 %3, %4 %5")
                                    .arg(nameText(m_system->title.empty() ? m_system->name : m_system->title),
                                         QString::number(platforms), platforms == 1 ? tr("platform") : tr("platforms"),
                                         QString::number(links), links == 1 ? tr("link") : tr("links"))
                              : tr("No system"));
    m_title->setToolTip(m_title->text());
    showSelected();
}

QString SystemEditor::nameOf(const DiagramItem& item) const {
    return item.is_link ? text(m_system->links[item.index].link.name) : text(m_system->nodeName({item.index}));
}

QString SystemEditor::noteText() const {
    return m_note->isHidden() ? QString() : m_note->text();
}

void SystemEditor::say(const Error& error) {
    m_note->setText(text(error.message()));
    m_note->show();
}

void SystemEditor::apply(Result<System> system, const QString& label) {
    if (!system) return say(system.error());
    m_note->hide();
    Q_EMIT edited(*system, label);
}

void SystemEditor::showSelected() {
    const auto& item = m_diagram->selection();
    const bool is_node = item && !item->is_link;
    const bool is_switch = is_node && m_system && m_system->isSwitch({item->index});
    m_connect->setEnabled(is_node && m_system && m_system->nodeCount() > 1);
    m_remove->setEnabled(item.has_value() && !is_switch);
    if (!item || is_switch || !m_system) {
        m_form->setFigures(is_switch ? nameOf(*item) : tr("Select a platform or link: its numbers stand here"), {});
        return;
    }
    if (item->is_link)
        m_form->setFigures(nameOf(*item), figuresOf(m_system->links[item->index].link));
    else
        m_form->setFigures(nameOf(*item), figuresOf(m_system->platforms[item->index]));
}

void SystemEditor::changeFigure(const std::string& field, std::optional<double> value) {
    const auto item = m_diagram->selection();
    if (!item || !m_system) return;
    System after = *m_system;
    const auto put = [&](auto& descriptor) {
        auto changed = withFigure(descriptor, field, value);
        if (!changed) {
            m_form->setError(field, text(changed.error().message()));
            return false;
        }
        descriptor = *std::move(changed);
        return true;
    };
    if (item->is_link ? put(after.links[item->index].link) : put(after.platforms[item->index]))
        apply(std::move(after), tr("Change a number of %1").arg(nameOf(*item)));
}

void SystemEditor::addPlatform(const QString& name) {
    const Platform* platform = m_library.platform(name.toStdString());
    if (!platform) return say({name.toStdString(), "is no platform of the library", "choose one that is"});
    if (!m_system) return;
    System after = withPlatform(*m_system, *platform);
    const auto index = static_cast<std::uint32_t>(after.platforms.size() - 1);
    apply(std::move(after), tr("Add %1").arg(name));
    m_diagram->select(DiagramItem{false, index});
}

void SystemEditor::addLink(const QString& name) {
    if (!m_system) return;
    if (m_system->nodeCount() == 2) return link(name.toStdString(), {NodeId{0}, NodeId{1}});
    const auto& item = m_diagram->selection();
    const NodeId from{item && !item->is_link ? item->index : 0};
    m_link_menu->clear();
    for (std::uint32_t n = 0; n < m_system->nodeCount(); ++n)
        if (n != from.value)
            m_link_menu->addAction(tr("%1 between %2 and %3").arg(name, nameOf({false, from.value}), nameOf({false, n})),
                                   this, [this, name, from, n] { link(name.toStdString(), {from, NodeId{n}}); });
    m_link_menu->popup(mapToGlobal(rect().center()));
}

void SystemEditor::askForLink(std::vector<NodeId> ends, QPoint at) {
    fillLinkMenu(m_link_menu, ends);
    m_link_menu->popup(at);
}

void SystemEditor::fillLinkMenu(QMenu* menu, const std::vector<NodeId>& ends) {
    menu->clear();
    for (const Link& kind : m_library.links())
        menu->addAction(QStringLiteral("%1\t%2").arg(nameText(kind.name), limitText(kind.rate_bits_per_s, Unit::BitPerSecond)),
                        this, [this, name = kind.name, ends] { link(name, ends); });
}

void SystemEditor::fillConnectMenu(QMenu* menu, NodeId from) {
    menu->clear();
    for (std::uint32_t n = 0; n < m_system->nodeCount(); ++n)
        if (n != from.value) fillLinkMenu(menu->addMenu(tr("with %1").arg(nameOf({false, n}))), {from, NodeId{n}});
}

void SystemEditor::link(const std::string& name, const std::vector<NodeId>& ends) {
    const Link* kind = m_library.link(name);
    if (!kind || !m_system) return;
    apply(withLink(*m_system, *kind, ends),
          tr("Link %1 and %2").arg(nameOf({false, ends.front().value}), nameOf({false, ends.back().value})));
}

void SystemEditor::remove(const DiagramItem& item) {
    if (!m_system) return;
    const QString label = tr("Remove %1").arg(nameOf(item));
    if (item.is_link)
        apply(withoutLink(*m_system, {item.index}), label);
    else if (m_system->isSwitch({item.index}))
        say({nameOf(item).toStdString(), "is a switch", "remove the links that lead to it"});
    else
        apply(withoutPlatform(*m_system, {item.index}), label);
}

void SystemEditor::popUpMenu(const DiagramItem& item, QPoint at) {
    m_link_menu->clear();
    m_link_menu->addAction(tr("Edit the numbers"), m_form, &FigureForm::focusFirst);
    if (!item.is_link && m_system->nodeCount() > 1)
        fillConnectMenu(m_link_menu->addMenu(tr("Link")), NodeId{item.index});
    m_link_menu->addAction(tr("Remove %1").arg(nameOf(item)), this, [this, item] { remove(item); });
    m_link_menu->popup(at);
}

} // namespace cutline
