// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_view.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <unordered_map>

namespace cutline {
namespace {

/// One layer for screen readers: a list item with its words, place and state.
class AccessibleLayer : public QAccessibleInterface {
public:
    AccessibleLayer(GraphView* view, LayerId layer) : m_view(view), m_layer(layer) {}

    bool isValid() const override {
        return m_view->graph() && m_layer.index() < m_view->graph()->layerCount() && m_view->isLaidOut();
    }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return m_view->window()->windowHandle(); }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_view); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QString text(QAccessible::Text kind) const override {
        return kind == QAccessible::Name && isValid() ? m_view->spokenText(m_layer) : QString();
    }
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override {
        if (!isValid()) return {};
        const QRect seen = m_view->mapFromScene(m_view->cardRect(m_layer)).boundingRect();
        return {m_view->viewport()->mapToGlobal(seen.topLeft()), seen.size()};
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override {
        QAccessible::State state;
        state.selectable = true;
        state.focusable = true;
        state.selected = m_view->isSelected(m_layer);
        state.focused = m_view->hasFocus() && m_view->currentLayer() == m_layer;
        return state;
    }

private:
    GraphView* m_view;
    LayerId m_layer;
};

class AccessibleGraph : public QAccessibleWidget {
public:
    explicit AccessibleGraph(GraphView* view) : QAccessibleWidget(view, QAccessible::List), m_view(view) {}
    ~AccessibleGraph() override {
        for (const auto& [layer, id] : m_ids) QAccessible::deleteAccessibleInterface(id);
    }
    int childCount() const override {
        return m_view->graph() ? static_cast<int>(m_view->graph()->layerCount()) : 0;
    }
    QAccessibleInterface* child(int index) const override {
        if (index < 0 || index >= childCount()) return nullptr;
        const auto found = m_ids.find(index);
        if (found != m_ids.end()) return QAccessible::accessibleInterface(found->second);
        auto* made = new AccessibleLayer(m_view, LayerId{static_cast<std::uint32_t>(index)});
        m_ids.emplace(index, QAccessible::registerAccessibleInterface(made));
        return made;
    }
    int indexOfChild(const QAccessibleInterface* child) const override {
        for (const auto& [index, id] : m_ids)
            if (QAccessible::accessibleInterface(id) == child) return index;
        return -1;
    }
    QAccessibleInterface* childAt(int x, int y) const override {
        for (int i = 0; i < childCount(); ++i)
            if (QAccessibleInterface* layer = child(i); layer && layer->rect().contains(x, y)) return layer;
        return nullptr;
    }

private:
    GraphView* m_view;
    mutable std::unordered_map<int, QAccessible::Id> m_ids;
};

QAccessibleInterface* graphInterface(const QString&, QObject* object) {
    auto* view = qobject_cast<GraphView*>(object);
    return view ? new AccessibleGraph(view) : nullptr;
}

} // namespace

void installGraphAccessibility() {
    static const bool installed = [] {
        QAccessible::installFactory(graphInterface);
        return true;
    }();
    static_cast<void>(installed);
}

} // namespace cutline
