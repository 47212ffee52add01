// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/compare_model.h"
#include "widgets/theme.h"

#include <QWidget>

class QPainter;

namespace cutline {

/// One plan as a band: every layer in the file's order, in the colour of the platform that runs it.
void paintPlaces(QPainter& painter, const QRectF& band, const std::vector<PlatformId>& places, const Theme& theme);

/// Plans as bands one below the other: every layer in the file's order, in the colour of the platform that runs it; where
/// plans differ is marked under them. One cursor runs through all.
class PlanBands : public QWidget {
    Q_OBJECT
public:
    explicit PlanBands(QWidget* parent = nullptr);
    void setPlans(const std::vector<ComparedPlan>& plans, GraphPtr graph, SystemPtr system);
    const std::vector<LayerId>& differing() const { return m_differing; }
    QRectF bandRect(std::size_t plan) const;
    std::optional<LayerId> layerAt(QPointF at) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void layerSelected(LayerId layer);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QString tipOf(LayerId layer) const;
    QStringList differencesInWords() const; ///< the longest wording first
    void paintBand(QPainter& painter, std::size_t plan, const Theme& theme) const;

    GraphPtr m_graph;
    SystemPtr m_system;
    std::vector<QString> m_names;
    std::vector<std::vector<PlatformId>> m_places; ///< by plan and layer
    std::vector<LayerId> m_differing;
    std::optional<LayerId> m_hovered;
};

} // namespace cutline
