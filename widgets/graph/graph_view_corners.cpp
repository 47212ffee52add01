// SPDX-License-Identifier: GPL-3.0-or-later
// What lies over the graph's corners: legend and minimap, and the looks that they speak about.
#include "widgets/graph/graph_view.h"
#include "widgets/graph/legend.h"
#include "widgets/graph/minimap.h"

namespace cutline {
namespace {

constexpr int kMargin = 10;

} // namespace

void GraphView::buildCorners() {
    m_legend = new OverlayLegend(this);
    m_minimap = new Minimap(*m_scene, this);
    connect(m_minimap, &Minimap::centreRequested, this, [this](QPointF at) {
        m_fitted = false;
        setTransformTo(zoom(), at);
    });
}

void GraphView::placeCorners() {
    m_legend->move(kMargin, height() - m_legend->height() - kMargin);
    m_minimap->move(width() - m_minimap->width() - kMargin, height() - m_minimap->height() - kMargin);
}

int GraphView::legendRoom() const {
    return m_legend->isHidden() ? 0 : m_legend->height() + kMargin / 2;
}

void GraphView::followPicture() {
    m_legend->show(*m_look.overlay, m_scene->overlayPicture());
    m_minimap->refresh();
    followViewport();
}

void GraphView::followViewport() {
    m_minimap->setSeen(mapToScene(viewport()->rect()).boundingRect());
    placeCorners();
    if (!m_moving) Q_EMIT sightChanged();
}

void GraphView::scrollContentsBy(int dx, int dy) {
    QGraphicsView::scrollContentsBy(dx, dy);
    if (m_minimap) followViewport();
}

void GraphView::setOverlay(const QString& id) {
    m_look.overlay = &overlayById(id);
    if (!isLaidOut()) return;
    m_scene->setPlanLook(m_look);
    followPicture();
    if (!m_fitted) return;
    const auto [scale, centre] = fitted();
    setTransformTo(scale, centre);
}

void GraphView::setSensitivities(std::vector<SensitivityPtr> sensitivities) {
    if (sensitivities == m_look.sensitivities) return;
    m_look.sensitivities = std::move(sensitivities);
    if (overlay() == QLatin1String("sensitivity")) setOverlay(overlay());
}

void GraphView::setPins(const std::map<LayerId, PlatformId>& pins) {
    if (pins == m_look.pins) return;
    m_look.pins = pins;
    if (isLaidOut()) m_scene->setSelectionLook(m_look);
}

} // namespace cutline
