// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart_pane.h"
#include "widgets/charts/plot_view.h"

#include <QApplication>
#include <QTest>

/// What tests of charts share: a chart on the screen, and where its dots are.
namespace cutline::test {

inline void show(ChartPane& chart, QSize size = {700, 480}) {
    chart.resize(size);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QApplication::processEvents();
}

inline QPoint pointOf(const ChartPane& chart, std::uint32_t plan) {
    return chart.view()->mapFromScene(chart.positionOf(plan).value_or(QPointF(-1, -1)));
}

/// A dot that no other dot is near, so that a click there can only mean it.
inline std::uint32_t lonelyPlan(const ChartPane& chart, std::size_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto here = chart.positionOf(i);
        if (!here) continue;
        bool lonely = true;
        for (std::uint32_t j = 0; j < count && lonely; ++j) {
            const auto there = chart.positionOf(j);
            lonely = j == i || !there || QLineF(*here, *there).length() > 20;
        }
        if (lonely) return i;
    }
    return 0;
}

} // namespace cutline::test
