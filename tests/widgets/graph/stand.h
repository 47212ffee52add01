// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/widgets/graph/worlds.h"
#include "widgets/graph/graph_view.h"

#include <QApplication>
#include <QMimeData>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>

/// A graph view on screen, for its tests.
namespace worlds {

inline constexpr auto kDiamond = "s>a a>b a>c b>d c>d d>e e>f f>g";

/// A view with a plan, and what the program around it does: previews are evaluated, moves become plans.
struct Stand {
    GraphPtr graph;
    SystemPtr system = worlds::systemOf(3);
    CostTablePtr costs;
    GraphView view;
    std::unique_ptr<Evaluator> evaluator;
    Plan plan;

    explicit Stand(std::string_view text = kDiamond, QSize size = {900, 400})
        : Stand(worlds::graphOf(text), size) {}
    Stand(GraphPtr given, QSize size) : graph(std::move(given)), costs(worlds::costsOf(graph, system)) {
        view.setReducedMotion(true);
        view.setLayoutProgram("dot", std::chrono::seconds(20));
        view.resize(size);
        view.show();
        evaluator = std::make_unique<Evaluator>(Problem{graph, system, costs, {}, {}, {}});
        QSignalSpy finished(&view, &GraphView::layoutFinished);
        view.setModel(graph, system, costs);
        if (!finished.wait(20'000)) qFatal("no layout");
        QObject::connect(&view, &GraphView::cutPreviewRequested, &view,
                         [this](const Plan& p) { view.setPreview(p, evaluator->evaluate(p)); });
    }
    void setPlan(const std::vector<std::size_t>& counts) {
        plan = worlds::pipeline(graph, counts);
        QSignalSpy finished(&view, &GraphView::layoutFinished);
        view.setPlan(plan, evaluator->evaluate(plan));
        if (view.isLayingOut() && !finished.wait(20'000)) qFatal("no layout of opened groups");
    }
    LayerId layer(std::string_view name) const { return *graph->findLayer(name); }
    QPoint at(std::string_view name) const { return view.mapFromScene(view.cardRect(layer(name)).center()); }
    void click(std::string_view name, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(view.viewport(), Qt::LeftButton, modifiers, at(name));
    }
    QVector<LayerId> layers(const std::vector<std::string_view>& names) const {
        QVector<LayerId> found;
        for (const auto name : names) found << layer(name);
        std::sort(found.begin(), found.end());
        return found;
    }
    QPoint handle(std::size_t boundary) const { return view.mapFromScene(*view.cutHandle(boundary)); }
    QPoint emptyPlace() const {
        return view.mapFromScene(view.picture().geometry().bounds.bottomRight()) + QPoint(4, 30);
    }
};

inline void move(QWidget* widget, QPoint at, Qt::KeyboardModifiers modifiers = {}) {
    QMouseEvent event(QEvent::MouseMove, QPointF(at), widget->mapToGlobal(QPointF(at)), Qt::NoButton,
                      Qt::LeftButton, modifiers);
    QApplication::sendEvent(widget, &event);
}

inline QMimeData* chip(int platform) {
    auto* data = new QMimeData;
    data->setData(kPlatformMimeType, QByteArray::number(platform));
    return data;
}

} // namespace worlds
