// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/metrics.h"
#include "core/platform/system.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace cutline {

class DiagramNode;
class DiagramLink;

/// A platform or switch of the diagram, or one of its links.
struct DiagramItem {
    bool is_link = false;
    std::uint32_t index = 0; ///< NodeId or LinkId value
    friend bool operator==(const DiagramItem&, const DiagramItem&) = default;
};

/// Where everything of a system stands: nodes in a row, links as lanes below them with a drop to each end, so that a link
/// of two and a bus of many look alike.
struct DiagramLayout {
    struct Lane {
        double y = 0;
        std::vector<double> ends; ///< x of the drops, in the order of the link's ends
        QRectF tag;               ///< where its name stands
    };
    std::vector<QRectF> nodes; ///< by NodeId
    std::vector<Lane> links;   ///< by LinkId
    QSizeF size;
};
DiagramLayout diagramLayout(const System& system, double width);

/// The system as a drawing that can be edited: platforms as cards with load and memory of the plan shown, links as lines.
/// Dragging from a card's edge or its handle to another card asks for a link, to a link's name joins that. By keys: arrows
/// go from item to item, Enter edits the numbers, C connects, Delete removes.
class SystemDiagram : public QWidget {
    Q_OBJECT
public:
    explicit SystemDiagram(QWidget* parent = nullptr);

    /// What is selected stays where the new system has an item of that name.
    void setSystem(SystemPtr system);
    void setMetrics(std::optional<Metrics> metrics);
    void setRate(std::optional<double> rate_hz);
    void select(std::optional<DiagramItem> item);
    const std::optional<DiagramItem>& selection() const { return m_selection; }
    DiagramNode* node(std::size_t index) const { return m_nodes[index]; }
    DiagramLink* link(std::size_t index) const { return m_links[index]; }
    std::size_t nodeCount() const { return m_nodes.size(); }
    std::size_t linkCount() const { return m_links.size(); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void selectionChanged();
    /// A line was drawn from one node to another: which link is it to be? `at` is on the screen.
    void linkWanted(NodeId from, NodeId to, QPoint at);
    void joinWanted(NodeId from, LinkId link);
    /// A link from this node was asked for by key; to where is not said.
    void connectWanted(NodeId from);
    void removeWanted(const cutline::DiagramItem& item);
    void editWanted(const cutline::DiagramItem& item);
    void menuWanted(const cutline::DiagramItem& item, QPoint at);
    /// A descriptor of the library was dropped: "platform:SMB".
    void dropped(const QString& descriptor);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    friend class DiagramNode;
    friend class DiagramLink;
    void rebuild();
    void place();
    void refresh();
    QString nameOf(const DiagramItem& item) const;
    QWidget* widgetOf(const DiagramItem& item) const;
    void step(const DiagramItem& from, int by);
    bool key(const DiagramItem& item, int key);
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
    std::vector<DiagramLink*> m_links;
    struct Line {
        NodeId from;
        QPoint to;
    };
    std::optional<Line> m_line; ///< being drawn
};

} // namespace cutline
