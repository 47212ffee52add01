// SPDX-License-Identifier: GPL-3.0-or-later
// Where the view stands and how it gets there.
#include "widgets/graph/graph_view.h"

#include <QVariantAnimation>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kLeastZoom = 0.01, kMostZoom = 4, kMostFitZoom = 1.25, kZoomStep = 1.2;
constexpr int kMotionMs = 150;

} // namespace

void GraphView::setTransformTo(double scale, QPointF centre) {
    m_moving = true;
    setTransform(QTransform::fromScale(scale, scale));
    centerOn(centre);
    m_scene->placeLabels(scale);
    m_moving = false;
    followViewport();
    const int steps = scale < 0.3 ? 24 : scale < 0.6 ? 48 : 96;
    if (steps != m_look.bar_steps) {
        m_look.bar_steps = steps;
        if (isLaidOut()) m_scene->setSelectionLook(m_look);
    }
    Q_EMIT zoomChanged(scale);
}

void GraphView::animateTo(double scale, QPointF centre) {
    if (m_animation) stopMotion(); // a glide that has not begun stays
    if (m_reduced_motion || !isVisible()) {
        stopMotion();
        return setTransformTo(scale, centre);
    }
    const double from = zoom();
    const QPointF start = mapToScene(viewport()->rect().center());
    m_animation = new QVariantAnimation(this);
    m_animation->setDuration(kMotionMs);
    m_animation->setEasingCurve(QEasingCurve::OutCubic);
    m_animation->setStartValue(0.0);
    m_animation->setEndValue(1.0);
    connect(m_animation, &QVariantAnimation::valueChanged, this, [=, this](const QVariant& value) {
        const double t = value.toDouble();
        m_scene->glide(t);
        setTransformTo(from * std::pow(scale / from, t), start + (centre - start) * t);
    });
    connect(m_animation, &QVariantAnimation::finished, this, &GraphView::stopMotion);
    m_animation->start();
}

void GraphView::stopMotion() {
    if (m_animation) m_animation->deleteLater();
    if (m_animation) m_animation->disconnect(this);
    m_animation = nullptr;
    m_scene->endGlide();
}

std::pair<double, QPointF> GraphView::fitted() const {
    const QRectF rect = m_scene->pictureRect();
    // Labels keep their size on screen: a margin in screen pixels holds those at the rim.
    const int foot = legendRoom();
    const double width = std::max(40, viewport()->width() - 24),
                 height = std::max(40, viewport()->height() - 40 - foot);
    const double scale =
        std::clamp(std::min(width / rect.width(), height / rect.height()), kLeastZoom, kMostFitZoom);
    return {scale, rect.center() + QPointF(0, foot / 2.0 / scale)};
}

void GraphView::fit() {
    if (!isLaidOut()) return;
    if (m_leader) return m_leader->fit();
    m_fitted = true;
    const auto [scale, centre] = fitted();
    animateTo(scale, centre);
}

void GraphView::zoomBy(double factor, QPoint anchor) {
    if (!isLaidOut()) return;
    stopMotion();
    m_fitted = false;
    const double scale = std::clamp(zoom() * factor, kLeastZoom, kMostZoom);
    const QPointF under = mapToScene(anchor);
    const QPointF centre = mapToScene(viewport()->rect().center());
    // What is under the cursor stays there.
    setTransformTo(scale, under + (centre - under) * (zoom() / scale));
}

void GraphView::zoomIn() {
    zoomBy(kZoomStep, viewport()->rect().center());
}
void GraphView::zoomOut() {
    zoomBy(1 / kZoomStep, viewport()->rect().center());
}

void GraphView::zoomReset() {
    if (!isLaidOut()) return;
    m_fitted = false;
    animateTo(1,
              m_look.current ? cardRect(*m_look.current).center() : mapToScene(viewport()->rect().center()));
}

void GraphView::reveal(LayerId layer) {
    const QRectF card = cardRect(layer);
    const QRectF seen = mapToScene(viewport()->rect()).boundingRect();
    if (card.isEmpty() || seen.contains(card)) return;
    m_fitted = false;
    animateTo(zoom(), card.center());
}

} // namespace cutline
