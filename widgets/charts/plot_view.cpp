// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/plot_view.h"

#include "widgets/charts/chart_pane.h"
#include "widgets/panels/kit.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <cmath>
#include <utility>

namespace cutline {

PlotView::PlotView(QChart* chart, ChartPane* pane)
    : QChartView(chart, pane), m_pane(pane), m_band(new QRubberBand(QRubberBand::Rectangle, viewport())) {
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    setMinimumSize(220, 160);
}

void PlotView::showEvent(QShowEvent* event) {
    QChartView::showEvent(event);
    setAccessibleName(m_pane->accessibleName()); // who comes here by keys hears which chart it is
}

void PlotView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    // Dots lie over lines: a click on one means the plan.
    const QPointF at = mapToScene(event->pos());
    m_handle = m_pane->planNear(at) ? std::nullopt : m_pane->handleAt(at);
    if (!m_handle) m_press = event->pos();
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
    if (m_handle) return m_pane->dragHandle(*m_handle, mapToScene(event->pos()));
    if (m_press && (event->buttons() & Qt::LeftButton)) {
        if ((event->pos() - *m_press).manhattanLength() >= QApplication::startDragDistance()) {
            m_band->setGeometry(QRect(*m_press, event->pos()).normalized());
            m_band->show();
        }
        return;
    }
    m_pane->hoverAt(mapToScene(event->pos()), event->globalPosition().toPoint());
}

void PlotView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && m_handle) {
        m_pane->dragHandle(*m_handle, mapToScene(event->pos()));
        m_pane->dropHandle(*std::exchange(m_handle, std::nullopt), ChartPane::Drop::Here);
        return;
    }
    if (event->button() != Qt::LeftButton || !m_press) return;
    const QPoint press = *m_press;
    m_press.reset();
    if (m_band->isVisible()) {
        m_band->hide();
        const QRect band = QRect(press, event->pos()).normalized();
        const PlotMapping to = m_pane->mapping();
        const QPointF a = to.unmap(mapToScene(band.topLeft())), b = to.unmap(mapToScene(band.bottomRight()));
        if (band.width() > 4 && band.height() > 4)
            m_pane->zoomTo(QRectF(QPointF(a.x(), b.y()), QPointF(b.x(), a.y())));
        return;
    }
    if (const auto plan = m_pane->planNear(mapToScene(event->pos()))) m_pane->select(*plan);
}

void PlotView::mouseDoubleClickEvent(QMouseEvent*) {
    m_pane->resetZoom();
}

void PlotView::wheelEvent(QWheelEvent* event) {
    const PlotMapping to = m_pane->mapping();
    const QPointF at = to.unmap(mapToScene(event->position().toPoint()));
    const double factor = std::pow(0.9985, event->angleDelta().y());
    const QPointF low(at.x() + (to.x0 - at.x()) * factor, at.y() + (to.y0 - at.y()) * factor);
    m_pane->zoomTo(QRectF(low, QSizeF((to.x1 - to.x0) * factor, (to.y1 - to.y0) * factor)));
    event->accept();
}

void PlotView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        return m_pane->step(-1);
    case Qt::Key_Right:
    case Qt::Key_Up:
        return m_pane->step(1);
    case Qt::Key_Escape:
        if (m_handle)
            return m_pane->dropHandle(*std::exchange(m_handle, std::nullopt), ChartPane::Drop::Cancelled);
        if (!m_pane->isZoomed()) break;
        return m_pane->resetZoom();
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_pane->selected()) Q_EMIT m_pane->planActivated(*m_pane->selected());
        return;
    case Qt::Key_Menu:
        return m_pane->showMenu(mapToGlobal(rect().center()));
    default:
        break;
    }
    QChartView::keyPressEvent(event);
}

void PlotView::leaveEvent(QEvent* event) {
    m_pane->hoverAt({}, {});
    QChartView::leaveEvent(event);
}

void PlotView::contextMenuEvent(QContextMenuEvent* event) {
    m_pane->showMenu(event->globalPos(), mapToScene(event->pos()));
}

void PlotView::paintEvent(QPaintEvent* event) {
    QChartView::paintEvent(event);
    if (!hasFocus()) return;
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    paintFocus(painter, viewport()->rect(), m_pane->theme());
}

} // namespace cutline
