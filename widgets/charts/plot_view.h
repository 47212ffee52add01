// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QChartView>
#include <QRubberBand>

#include <optional>

namespace cutline {

class ChartPane;

/// The plot's mouse and keys: hover, click, handles, rubber band, wheel, arrows. Speaks to its pane only.
class PlotView : public QChartView {
    Q_OBJECT
public:
    PlotView(QChart* chart, ChartPane* pane);

protected:
    void showEvent(QShowEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    ChartPane* m_pane;
    QRubberBand* m_band;
    std::optional<QPoint> m_press;
    std::optional<std::size_t> m_handle; ///< of the pane: being dragged
};

} // namespace cutline
