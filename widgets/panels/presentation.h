// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/metric_strip.h"

#include <QWidget>

#include <vector>

class QPainter;

namespace cutline {

/// A plan as it is shown to a room.
struct PresentedPlan {
    QString name, note;
    bool favourite = false;
    std::shared_ptr<const Plan> plan;
    std::array<MetricTileText, kMetricTiles> tiles;
    QString status; ///< bottleneck, in words
};

/// Kept plans one by one, over the whole screen and in type that is read from three metres: the smallest letters are a
/// thirty-sixth of the screen's height. Arrow keys, Page keys, Space and clicks step, Home and End jump, Esc leaves.
class Presentation : public QWidget {
    Q_OBJECT
public:
    explicit Presentation(QWidget* parent = nullptr);
    /// `title`: model and system.
    void setPlans(const QString& title, std::vector<PresentedPlan> plans, GraphPtr graph, SystemPtr system);
    std::size_t current() const { return m_current; }
    void showPlan(std::size_t plan);
    const std::vector<PresentedPlan>& plans() const { return m_plans; }

Q_SIGNALS:
    void left();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    double unit() const { return height() / 36.0; } ///< height of the smallest letters
    QFont type(double units, bool strong = false) const;
    double paintHead(QPainter& painter, double y) const;
    double paintChain(QPainter& painter, double y) const;
    double paintBand(QPainter& painter, double y) const;
    double paintTiles(QPainter& painter, double y) const;
    void paintNote(QPainter& painter, double y) const;
    void paintFoot(QPainter& painter) const;

    QString m_title;
    std::vector<PresentedPlan> m_plans;
    GraphPtr m_graph;
    SystemPtr m_system;
    std::size_t m_current = 0;
};

} // namespace cutline
