// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/library.h"
#include "widgets/panels/system_diagram.h"

#include <QWidget>

class QMenu;
class QToolButton;
class QVBoxLayout;

namespace cutline {

class FigureForm;
class InkLabel;

/// The system as a diagram with the numbers of what is selected beside it. It changes nothing itself: each edit is asked
/// for as the whole system afterwards.
class SystemEditor : public QWidget {
    Q_OBJECT
public:
    explicit SystemEditor(QWidget* parent = nullptr);

    /// What can be added: platforms, and links to join them with.
    void setLibrary(const Library& library);
    void setSystem(SystemPtr system);
    void setMetrics(std::optional<Metrics> metrics) { m_diagram->setMetrics(std::move(metrics)); }
    void setPlaces(const std::vector<CardPlace>& places);
    void setRate(std::optional<double> rate_hz) { m_diagram->setRate(rate_hz); }
    /// Library names. A link of the library asks which platforms it is to join.
    void addPlatform(const QString& name);
    void addLink(const QString& name);
    void addSwitch();
    /// Shared by the selected platform, else by all; others join it.
    void addMemory();

    SystemDiagram* diagram() const { return m_diagram; }
    FigureForm* form() const { return m_form; }
    QMenu* platformMenu() const { return m_platform_menu; }
    /// Kinds of links, while a line has been drawn.
    QMenu* linkMenu() const { return m_link_menu; }
    QToolButton* removeButton() const { return m_remove; }
    /// What the selected link joins, or who shares the selected memory: its menu changes that.
    QToolButton* membersButton() const { return m_members; }
    QString noteText() const;

Q_SIGNALS:
    /// `renamed`: that is all that the edit did.
    void edited(const cutline::System& system, const QString& label, const std::optional<cutline::Renamed>& renamed);
    void arranged(const std::vector<cutline::CardPlace>& places, int gesture);
    void saveRequested();
    void loadRequested();
    void newPlatformRequested();

private:
    void buildBar(QVBoxLayout* box);
    void buildMembers(QVBoxLayout* box);
    void connectDiagram();
    void fillMemberMenu(QMenu* menu, const DiagramItem& carrier);
    void setMember(const DiagramItem& carrier, NodeId node, bool on);
    void rename(const DiagramItem& item, const QString& name);
    void showSelected();
    void say(const Error& error);
    void apply(Result<System> system, const QString& label);
    void askForLink(std::vector<NodeId> ends, QPoint at);
    void link(const std::string& name, const std::vector<NodeId>& ends);
    void remove(const DiagramItem& item);
    void changeFigure(const std::string& field, std::optional<double> value);
    void fillLinkMenu(QMenu* menu, const std::vector<NodeId>& ends);
    void fillConnectMenu(QMenu* menu, NodeId from);
    void popUpMenu(const DiagramItem& item, QPoint at);
    QString nameOf(const DiagramItem& item) const;

    Library m_library;
    SystemPtr m_system;
    SystemDiagram* m_diagram;
    FigureForm* m_form;
    InkLabel* m_title = nullptr;
    InkLabel* m_note = nullptr;
    QMenu *m_platform_menu, *m_link_menu;
    QToolButton *m_connect = nullptr, *m_remove = nullptr, *m_rename = nullptr, *m_row = nullptr, *m_members = nullptr;
};

} // namespace cutline
