// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/metrics.h"
#include "core/platform/system_edit.h"
#include "widgets/panels/diagram_layout.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLineEdit;

namespace cutline {

class DiagramNode;
class DiagramCarrier;

/// A platform or switch of the diagram, or one of its links or shared memories.
struct DiagramItem {
    SystemPart part = SystemPart::Node;
    std::uint32_t index = 0; ///< NodeId, LinkId or MemoryId value
    friend bool operator==(const DiagramItem&, const DiagramItem&) = default;
};

/// The nodes that a link joins or that share a memory.
std::vector<NodeId> endsOf(const System& system, const DiagramItem& carrier);
/// Empty: there is no such item.
QString nameIn(const System& system, const DiagramItem& item);

/// The system as a drawing that can be edited: platforms as cards with load and memory of the plan shown, links and shared
/// memories as lines. Cards can be dragged to where they are to stand. Dragging from a card's edge or its handle to another
/// card asks for a link, to the name of a link or memory joins that. By keys: arrows go from item to item, Ctrl with them
/// moves a card, Enter edits the numbers, F2 the name, C connects, Delete removes.
class SystemDiagram : public QWidget {
    Q_OBJECT
public:
    explicit SystemDiagram(QWidget* parent = nullptr);

    /// What is selected stays where the new system has an item of that name.
    void setSystem(SystemPtr system);
    void setMetrics(std::optional<Metrics> metrics);
    void setRate(std::optional<double> rate_hz);
    /// Cards that have been moved; the others stand in a row.
    void setPlaces(const std::vector<CardPlace>& places);
    const std::vector<CardPlace>& places() const { return m_places; }
    void select(std::optional<DiagramItem> item);
    const std::optional<DiagramItem>& selection() const { return m_selection; }
    DiagramNode* node(std::size_t index) const { return m_nodes[index]; }
    DiagramCarrier* link(std::size_t index) const { return m_links[index]; }
    DiagramCarrier* memory(std::size_t index) const { return m_memories[index]; }
    std::size_t nodeCount() const { return m_nodes.size(); }
    std::size_t linkCount() const { return m_links.size(); }
    std::size_t memoryCount() const { return m_memories.size(); }
    /// Its name becomes a field to type in: Enter asks for the name, Esc leaves it as it was.
    void rename(const DiagramItem& item);
    /// The field of rename(); null: nothing is being renamed.
    QLineEdit* nameEdit() const { return m_name; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void selectionChanged();
    /// A line was drawn from one node to another: which link is it to be? `at` is on the screen.
    void linkWanted(NodeId from, NodeId to, QPoint at);
    void joinWanted(NodeId from, const cutline::DiagramItem& carrier);
    /// A link from this node was asked for by key; to where is not said.
    void connectWanted(NodeId from);
    void removeWanted(const cutline::DiagramItem& item);
    void editWanted(const cutline::DiagramItem& item);
    /// The field stays open until another system is shown: the name may be taken.
    void nameWanted(const cutline::DiagramItem& item, const QString& name);
    /// Where all cards stand now that one was moved; equal gestures are one step of the undo list.
    void arranged(const std::vector<cutline::CardPlace>& places, int gesture);
    void menuWanted(const cutline::DiagramItem& item, QPoint at);
    /// A descriptor of the library was dropped: "platform:SMB".
    void dropped(const QString& descriptor);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    friend class DiagramNode;
    friend class DiagramCarrier;
    void rebuild();
    void place();
    void refresh();
    QString nameOf(const DiagramItem& item) const;
    QWidget* widgetOf(const DiagramItem& item) const;
    std::vector<DiagramItem> items() const; ///< in the order of the keyboard
    bool key(const DiagramItem& item, int key);
    /// The card follows the mouse, or a key; endMove() tells of it.
    void moveCard(NodeId node, QPointF to);
    void nudgeCard(NodeId node, QPoint steps);
    void endMove(int gesture);
    void cancelMove();
    void closeNameEdit();
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintCarrier(QPainter& painter, const DiagramItem& item, const DiagramLayout::Lane& lane,
                      const std::vector<NodeId>& ends) const;
    void drawLine(NodeId from, QPoint to);
    void endLine(NodeId from, QPoint to);
    void cancelLine();
    std::optional<DiagramItem> itemAt(QPoint at) const;

    SystemPtr m_system;
    std::optional<Metrics> m_metrics;
    std::optional<double> m_rate_hz;
    std::optional<DiagramItem> m_selection;
    DiagramLayout m_layout;
    std::vector<DiagramNode*> m_nodes;
    std::vector<DiagramCarrier*> m_links, m_memories;
    std::vector<CardPlace> m_places;
    struct Move {
        NodeId node;
        QPointF to;
    };
    std::optional<Move> m_move; ///< under way
    int m_gesture = 0;          ///< of moves by key
    bool m_rebuilding = false;
    QLineEdit* m_name = nullptr;
    DiagramItem m_named;        ///< what m_name is about
    struct Line {
        NodeId from;
        QPoint to;
    };
    std::optional<Line> m_line; ///< being drawn
};

} // namespace cutline
