// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QMouseEvent>
#include <QPixmap>
#include <QTimer>
#include <QWidget>

#include <vector>

namespace cutline {

class GraphScene;

/// The whole graph at a glance, with what the view shows of it; a click or drag moves the view there. Lies
/// over the graph's lower right corner while not all of the graph is in sight.
class Minimap : public QWidget {
    Q_OBJECT
public:
    Minimap(const GraphScene& scene, QWidget* parent);

    /// The picture changed: cards, their colours or the theme. It is redrawn when there is time.
    void refresh();
    /// `seen` in scene coordinates; hides the map when all of the picture is in it.
    void setSeen(const QRectF& seen);
    QRectF seen() const { return m_seen; }
    QPointF toScene(QPointF position) const;
    QPointF fromScene(QPointF position) const;

Q_SIGNALS:
    void centreRequested(QPointF scene_position);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override { event->accept(); }

private:
    void draw();
    double scale() const;

    const GraphScene& m_scene;
    QPixmap m_picture;
    QRectF m_whole, m_seen;
    QTimer m_timer;
};

} // namespace cutline
