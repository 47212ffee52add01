// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/system_editor.h"

#include "core/platform/figures.h"
#include "core/platform/system_edit.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/diagram_items.h"
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
    : QWidget(parent), m_diagram(new SystemDiagram), m_form(new FigureForm),
      m_platform_menu(new QMenu(this)), m_link_menu(new QMenu(this)) {
    setAccessibleName(tr("System"));
    onSurface(this);
    m_link_menu->setObjectName(QStringLiteral("linkMenu"));
    m_platform_menu->setToolTipsVisible(true);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    buildBar(box); // before what it is about: Tab goes by the order in which things are made
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(m_diagram);
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    buildMembers(column);
    column->addWidget(m_form, 1);
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->setChildrenCollapsible(false);
    both->addWidget(scroll);
    both->addWidget(side);
    both->setStretchFactor(0, 1);
    both->setStretchFactor(1, 0);
    both->setSizes({900, 320});
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
    auto* add = button(tr("add"), tr("Add a platform of the library, a switch or a shared memory"));
    add->setMenu(m_platform_menu);
    add->setPopupMode(QToolButton::InstantPopup);
    m_connect = button(tr("link \u25BE"), tr("Link the selected platform with another one (C)"));
    connect(m_connect, &QToolButton::clicked, this, [this] {
        if (const auto& item = m_diagram->selection(); item && item->part == SystemPart::Node)
            Q_EMIT m_diagram->connectWanted(NodeId{item->index});
    });
    m_remove = button(tr("remove"), tr("Remove what is selected (Delete)"));
    connect(m_remove, &QToolButton::clicked, this, [this] {
        if (m_diagram->selection()) remove(*m_diagram->selection());
    });
    m_rename = button(tr("rename"), tr("Rename what is selected (F2)"));
    connect(m_rename, &QToolButton::clicked, this, [this] {
        if (m_diagram->selection()) m_diagram->rename(*m_diagram->selection());
    });
    m_row = button(tr("in a row"), tr("Put all cards into a row again"));
    connect(m_row, &QToolButton::clicked, this, [this] { Q_EMIT arranged({}, 0); });
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

void SystemEditor::buildMembers(QVBoxLayout* box) {
    m_members = new QToolButton(this);
    m_members->setObjectName(QStringLiteral("fieldButton"));
    m_members->setPopupMode(QToolButton::InstantPopup);
    m_members->setFocusPolicy(Qt::StrongFocus);
    m_members->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_members->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_members->setMenu(new QMenu(m_members));
    connect(m_members->menu(), &QMenu::aboutToShow, this, [this] {
        if (const auto& item = m_diagram->selection(); item && item->part != SystemPart::Node)
            fillMemberMenu(m_members->menu(), *item);
    });
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 8, 12, 0);
    row->addWidget(m_members, 1);
    box->addLayout(row);
    m_members->hide();
}

void SystemEditor::connectDiagram() {
    connect(m_diagram, &SystemDiagram::selectionChanged, this, &SystemEditor::showSelected);
    connect(m_diagram, &SystemDiagram::linkWanted, this, [this](NodeId from, NodeId to, QPoint at) {
        askForLink({from, to}, at);
    });
    connect(m_diagram, &SystemDiagram::joinWanted, this,
            [this](NodeId from, const DiagramItem& to) { setMember(to, from, true); });
    connect(m_diagram, &SystemDiagram::nameWanted, this, &SystemEditor::rename);
    connect(m_diagram, &SystemDiagram::arranged, this, &SystemEditor::arranged);
    connect(m_diagram, &SystemDiagram::connectWanted, this, [this](NodeId from) {
        fillConnectMenu(m_link_menu, from);
        m_link_menu->popup(m_diagram->mapToGlobal(m_diagram->node(from.index())->geometry().bottomRight()));
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
        QAction* action =
            m_platform_menu->addAction(nameText(platform.name), this, [this, name] { addPlatform(name); });
        action->setToolTip(nameText(platform.title));
    }
    m_platform_menu->addSeparator();
    m_platform_menu->addAction(tr("Switch"), this, &SystemEditor::addSwitch)
        ->setToolTip(tr("A node that only forwards, to link platforms through"));
    m_platform_menu->addAction(tr("Shared memory"), this, &SystemEditor::addMemory)
        ->setToolTip(tr("A memory that the selected platform, else all of them, have part of"));
}

void SystemEditor::setPlaces(const std::vector<CardPlace>& places) {
    m_diagram->setPlaces(places);
    m_row->setEnabled(!places.empty());
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
                                         QString::number(platforms),
                                         platforms == 1 ? tr("platform") : tr("platforms"),
                                         QString::number(links), links == 1 ? tr("link") : tr("links"))
                              : tr("No system"));
    m_title->setToolTip(m_title->text());
    showSelected();
}

QString SystemEditor::nameOf(const DiagramItem& item) const {
    return nameIn(*m_system, item);
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
    Q_EMIT edited(*system, label, std::nullopt);
}

void SystemEditor::showSelected() {
    const auto& item = m_diagram->selection();
    const bool is_node = item && item->part == SystemPart::Node;
    const bool is_switch = is_node && m_system && m_system->isSwitch({item->index});
    m_connect->setEnabled(is_node && m_system && m_system->nodeCount() > 1);
    m_remove->setEnabled(item.has_value());
    m_rename->setEnabled(item.has_value());
    m_members->setVisible(item && !is_node && m_system);
    if (!item || is_switch || !m_system) {
        m_form->setFigures(
            is_switch ? nameOf(*item) : tr("Select a platform, link or memory: its numbers stand here"), {});
        return;
    }
    switch (item->part) {
    case SystemPart::Node:
        return m_form->setFigures(nameOf(*item), figuresOf(m_system->platforms[item->index]));
    case SystemPart::Link:
        m_form->setFigures(nameOf(*item), figuresOf(m_system->links[item->index].link));
        break;
    case SystemPart::Memory:
        m_form->setFigures(nameOf(*item), figuresOf(m_system->memories[item->index]));
        break;
    }
    QStringList members;
    for (const NodeId end : endsOf(*m_system, *item)) members << text(m_system->nodeName(end));
    const QString said = (item->part == SystemPart::Link ? tr("Joins %1") : tr("Shared by %1"))
                             .arg(members.join(QStringLiteral(", ")));
    m_members->setText(m_members->fontMetrics().elidedText(said, Qt::ElideRight, 250));
    m_members->setAccessibleName(said);
    m_members->setToolTip(
        said + (item->part == SystemPart::Link
                    ? tr("\nChoose which platforms and switches it joins; from three on it is a bus")
                    : tr("\nChoose which platforms share it")));
}

void SystemEditor::changeFigure(const std::string& field, std::optional<double> value) {
    const auto item = m_diagram->selection();
    if (!item || !m_system) return;
    System after = *m_system;
    const auto put = [](auto& slot, auto changed) -> std::optional<Error> {
        if (!changed) return changed.error();
        slot = *std::move(changed);
        return std::nullopt;
    };
    const std::optional<Error> error =
        item->part == SystemPart::Node
            ? put(after.platforms[item->index], withFigure(after.platforms[item->index], field, value))
        : item->part == SystemPart::Link
            ? put(after.links[item->index].link, withFigure(after.links[item->index].link, field, value))
            : put(after, withMemoryFigure(*m_system, {item->index}, field, value));
    if (error) return m_form->setError(field, text(error->message()));
    apply(std::move(after), tr("Change a number of %1").arg(nameOf(*item)));
}

void SystemEditor::rename(const DiagramItem& item, const QString& name) {
    const Renamed renamed{item.part, nameOf(item).toStdString(), name.toStdString()};
    auto after = withName(*m_system, renamed);
    if (!after) return say(after.error());
    m_note->hide();
    Q_EMIT edited(*after, tr("Rename %1 to %2").arg(nameOf(item), name), renamed);
}

void SystemEditor::addSwitch() {
    if (!m_system) return;
    apply(withSwitch(*m_system), tr("Add a switch"));
    m_diagram->select(DiagramItem{SystemPart::Node, static_cast<std::uint32_t>(m_system->nodeCount() - 1)});
}

void SystemEditor::addMemory() {
    if (!m_system) return;
    std::vector<PlatformId> shared_by;
    const auto& item = m_diagram->selection();
    for (std::uint32_t p = 0; p < m_system->platforms.size(); ++p)
        if (!item || item->part != SystemPart::Node || m_system->isSwitch({item->index}) || item->index == p)
            shared_by.push_back({p});
    apply(withMemory(*m_system, shared_by), tr("Add a shared memory"));
    m_diagram->select(
        DiagramItem{SystemPart::Memory, static_cast<std::uint32_t>(m_system->memories.size() - 1)});
}

void SystemEditor::addPlatform(const QString& name) {
    const Platform* platform = m_library.platform(name.toStdString());
    if (!platform) return say({name.toStdString(), "is no platform of the library", "choose one that is"});
    if (!m_system) return;
    System after = withPlatform(*m_system, *platform);
    const auto index = static_cast<std::uint32_t>(after.platforms.size() - 1);
    apply(std::move(after), tr("Add %1").arg(name));
    m_diagram->select(DiagramItem{SystemPart::Node, index});
}

void SystemEditor::remove(const DiagramItem& item) {
    if (!m_system) return;
    const QString label = tr("Remove %1").arg(nameOf(item));
    if (item.part == SystemPart::Link)
        apply(withoutLink(*m_system, {item.index}), label);
    else if (item.part == SystemPart::Memory)
        apply(withoutMemory(*m_system, {item.index}), label);
    else if (m_system->isSwitch({item.index}))
        apply(withoutSwitch(*m_system, {item.index}), label);
    else
        apply(withoutPlatform(*m_system, {item.index}), label);
}

} // namespace cutline
