// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "widgets/graph/graph_view.h"
#include "widgets/graph/hover_text.h"

#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QMenu>
#include <QMimeData>
#include <QToolTip>

#include <algorithm>

namespace cutline {
namespace {

/// The layers that a layer needs, or that need it, with itself.
std::set<LayerId> closure(const Graph& graph, LayerId start,
                          std::span<const LayerId> (Graph::*next)(LayerId) const) {
    std::set<LayerId> found{start};
    std::vector<LayerId> open{start};
    while (!open.empty()) {
        const LayerId here = open.back();
        open.pop_back();
        for (const LayerId other : (graph.*next)(here))
            if (found.insert(other).second) open.push_back(other);
    }
    return found;
}

std::optional<PlatformId> chipOf(const QMimeData* data, const SystemPtr& system) {
    if (!system || !data->hasFormat(QLatin1String(kPlatformMimeType))) return std::nullopt;
    bool ok = false;
    const uint index = data->data(QLatin1String(kPlatformMimeType)).toUInt(&ok);
    if (!ok || index >= system->platforms.size()) return std::nullopt;
    return PlatformId{index};
}

} // namespace

void GraphView::fillAssignMenu(QMenu& menu, LayerId layer) {
    for (std::uint32_t p = 0; p < m_look.system->platforms.size(); ++p) {
        const QString name = QString::fromStdString(elided(printable(m_look.system->platforms[p].name), 40));
        QAction* action =
            menu.addAction(tr("Assign to %1").arg(QString(name).replace(QLatin1Char('&'), QLatin1String("&&"))));
        // Shown beside the words only: the key itself is handled by the view.
        if (p < 9) action->setText(action->text() + QLatin1Char('\t') + QString::number(p + 1));
        connect(action, &QAction::triggered, this, [this, p] { Q_EMIT assignRequested(selection(), PlatformId{p}); });
    }
    const bool pinned = m_look.pins.contains(layer);
    QAction* pin = menu.addAction(pinned ? tr("Free from its pin") : tr("Pin here"));
    pin->setText(pin->text() + QStringLiteral("\tP"));
    pin->setEnabled(m_plan.has_value());
    connect(pin, &QAction::triggered, this, [this, pinned] { Q_EMIT pinRequested(selection(), !pinned); });
    QAction* rest = menu.addAction(tr("Pin here and solve the rest"));
    rest->setEnabled(m_plan.has_value());
    connect(rest, &QAction::triggered, this, [this] { Q_EMIT solveRestRequested(selection()); });
    menu.addSeparator();
}

void GraphView::fillContextMenu(QMenu& menu, std::optional<LayerId> layer) {
    if (layer && m_look.system) {
        if (m_look.editable) fillAssignMenu(menu, *layer);
        connect(menu.addAction(tr("Select up to here")), &QAction::triggered, this,
                [this, layer] { select(closure(*m_look.graph, *layer, &Graph::predecessors), layer); });
        connect(menu.addAction(tr("Select from here")), &QAction::triggered, this,
                [this, layer] { select(closure(*m_look.graph, *layer, &Graph::successors), layer); });
        menu.addSeparator();
    }
    if (layer && m_groups.isClosed(*layer))
        connect(menu.addAction(tr("Open group") + QStringLiteral("\tEnter")), &QAction::triggered, this,
                [this, layer] { openGroup(*layer); });
    if (layer && m_groups.canClose(*layer))
        connect(menu.addAction(tr("Close group") + QStringLiteral("\tBackspace")), &QAction::triggered, this,
                [this, layer] { closeGroup(*layer); });
    if (m_groups.any()) {
        connect(menu.addAction(tr("Open all groups")), &QAction::triggered, this, &GraphView::openAllGroups);
        connect(menu.addAction(tr("Close all groups")), &QAction::triggered, this,
                &GraphView::closeAllGroups);
        menu.addSeparator();
    }
    connect(menu.addAction(tr("Fit in view") + QStringLiteral("\tF")), &QAction::triggered, this,
            &GraphView::fit);
    connect(menu.addAction(tr("Turn the flow") + QStringLiteral("\tCtrl+Shift+O")), &QAction::triggered, this,
            &GraphView::toggleFlow);
}

void GraphView::contextMenuEvent(QContextMenuEvent* event) {
    event->accept();
    if (!isLaidOut() || m_gesture != Gesture::None) return;
    // By key it is about the card that the keys are at, wherever the mouse is.
    const bool by_key = event->reason() == QContextMenuEvent::Keyboard && m_look.current;
    const QPoint at = by_key ? mapFromScene(cardRect(*m_look.current).center()) : event->pos();
    QVector<LayerId> hit = layersAt(at);
    if (hit.isEmpty()) hit = frameLayersAt(at);
    if (!hit.isEmpty() && !m_look.selection.contains(hit.front()))
        select({hit.begin(), hit.end()}, hit.front());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillContextMenu(*menu, hit.isEmpty() ? std::nullopt : std::optional(hit.front()));
    menu->popup(by_key ? viewport()->mapToGlobal(at) : event->globalPos());
}

void GraphView::showToolTip(QPoint viewport_position, QPoint global_position) {
    const QVector<LayerId> hit = layersAt(viewport_position);
    if (hit.isEmpty() || m_gesture != Gesture::None) return QToolTip::hideText();
    const QString text = hit.size() == 1 ? layerToolTip(m_look, hit.front()) : groupToolTip(m_look, hit);
    QToolTip::showText(global_position, text, viewport(),
                       mapFromScene(cardRect(hit.front())).boundingRect().adjusted(-1, -1, 1, 1));
}

QString GraphView::spokenText(LayerId layer) const {
    return layerInWords(m_look, layer);
}

QVector<LayerId> GraphView::assignTargets(QPoint viewport_position) const {
    QVector<LayerId> hit = layersAt(viewport_position);
    if (hit.isEmpty()) hit = frameLayersAt(viewport_position); // an open group, by its title
    const bool selected =
        std::any_of(hit.begin(), hit.end(), [&](LayerId id) { return m_look.selection.contains(id); });
    return selected ? selection() : hit;
}

void GraphView::dragEnterEvent(QDragEnterEvent* event) {
    if (!chipOf(event->mimeData(), m_look.system) || !isLaidOut())
        return event->ignore(); // files are the window's
    event->acceptProposedAction();
}

void GraphView::dragMoveEvent(QDragMoveEvent* event) {
    const auto platform = chipOf(event->mimeData(), m_look.system);
    if (!platform || !isLaidOut()) return event->ignore();
    const QVector<LayerId> targets = assignTargets(event->position().toPoint());
    if (targets.isEmpty())
        event->ignore();
    else
        event->acceptProposedAction();
    if (targets == m_drop_targets && platform == m_drop_platform) return;
    const bool had_preview = !m_drop_targets.isEmpty();
    m_drop_targets = targets;
    m_drop_platform = platform;
    if (!targets.isEmpty()) {
        Q_EMIT assignPreviewRequested(targets, *platform);
    } else if (had_preview) {
        setPreview({});
        Q_EMIT previewCancelled();
    }
}

void GraphView::dragLeaveEvent(QDragLeaveEvent* event) {
    event->accept();
    cancelGesture();
}

void GraphView::dropEvent(QDropEvent* event) {
    const auto platform = chipOf(event->mimeData(), m_look.system);
    const QVector<LayerId> targets =
        platform ? assignTargets(event->position().toPoint()) : QVector<LayerId>();
    if (targets.isEmpty()) {
        event->ignore();
        cancelGesture();
        return;
    }
    event->acceptProposedAction();
    m_drop_platform.reset();
    m_drop_targets.clear();
    Q_EMIT assignRequested(targets, *platform);
}

} // namespace cutline
