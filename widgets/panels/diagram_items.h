// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/platform_panel.h"
#include "widgets/panels/system_diagram.h"

namespace cutline {

/// A platform's or switch's card in the diagram. Its edge and the handle at its right begin a link, its middle moves it.
class DiagramNode : public QWidget {
    Q_OBJECT
public:
    DiagramNode(SystemDiagram& diagram, NodeId id);
    void setText(const PlatformCardText& text);
    const PlatformCardText& text() const { return m_text; }
    /// Where a link is drawn from.
    QPoint handle() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    DiagramItem item() const { return {SystemPart::Node, m_id.value}; }
    bool onEdge(QPoint at) const;
    /// Nothing is drawn or moved after all.
    void letGo();

    SystemDiagram& m_diagram;
    NodeId m_id;
    PlatformCardText m_text;
    bool m_drawing = false, m_moving = false;
    std::optional<QPoint> m_press; ///< in the middle of the card
};

/// A link's name, rate and load, or a shared memory's name and capacity, on its lane.
class DiagramCarrier : public QWidget {
    Q_OBJECT
public:
    DiagramCarrier(SystemDiagram& diagram, DiagramItem item);
    void setText(const LinkCardText& text, const QString& figure);
    const QString& words() const { return m_words; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    SystemDiagram& m_diagram;
    DiagramItem m_item;
    QString m_words;
    QStringList m_wordings; ///< longest first
    bool m_over = false;    ///< busy for longer than the period
};

} // namespace cutline
