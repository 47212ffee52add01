// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/finder.h"

#include "widgets/models/plan_facts.h"
#include "widgets/panels/kit.h"

#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QKeyEvent>
#include <QMenu>
#include <QTimer>
#include <QToolTip>

#include <algorithm>

namespace cutline {
namespace {

QString shownShape(const Graph& graph, const Layer& layer) {
    if (layer.outputs.empty()) return {};
    const Tensor& tensor = graph.tensor(layer.outputs.front());
    return tensor.shape ? text(shapeText(*tensor.shape)).replace(QLatin1Char('x'), QChar(0x00d7)) : QString();
}

QString plain(QString words) { return words.remove(QLatin1Char('&')); }

/// Entries of a submenu are named with it: "Colour of cards: latency".
QString titleOf(const QAction& command) {
    for (const QObject* place : command.associatedObjects()) {
        const auto* menu = qobject_cast<const QMenu*>(place);
        if (!menu) continue;
        for (const QObject* around : menu->menuAction()->associatedObjects())
            if (qobject_cast<const QMenu*>(around)) return plain(menu->title()) + QStringLiteral(": ") + plain(command.text());
    }
    return plain(command.text());
}

bool canBeDone(const QAction& command) {
    return command.isEnabled() && std::ranges::all_of(command.associatedObjects(), [](const QObject* place) {
               const auto* menu = qobject_cast<const QMenu*>(place);
               return !menu || menu->menuAction()->isEnabled();
           });
}

} // namespace

void FinderModel::setEntries(std::vector<Entry> entries) {
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

int FinderModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant FinderModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Entry& entry = m_entries[static_cast<std::size_t>(index.row())];
    const QString whole =
        entry.detail.isEmpty() ? entry.text : entry.text + QStringLiteral("   ") + entry.detail;
    switch (role) {
    case Qt::DisplayRole:
        return whole;
    // Shapes are typed with an x.
    case SearchRole:
        return QString(whole).replace(QChar(0x00d7), QLatin1Char('x'));
    case KindRole:
        return static_cast<int>(entry.kind);
    case IndexRole:
        return entry.index;
    default:
        return {};
    }
}

Finder::Finder(QWidget* parent)
    : QLineEdit(parent), m_model(new FinderModel(this)), m_completer(new QCompleter(this)) {
    setObjectName(QStringLiteral("finder"));
    setAccessibleName(tr("Find a layer, command or plan"));
    setToolTip(tr("Ctrl+K; Ctrl+F with layers first, Ctrl+Shift+P with commands first"));
    setClearButtonEnabled(true);
    m_completer->setModel(m_model);
    m_completer->setCompletionRole(FinderModel::SearchRole);
    m_completer->setFilterMode(Qt::MatchContains);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setMaxVisibleItems(12);
    setCompleter(m_completer);
    constexpr int kWholeNames = 500; // of layers, whatever room the field has
    m_completer->popup()->setObjectName(QStringLiteral("finderList"));
    m_completer->popup()->setMinimumWidth(kWholeNames);
    m_completer->popup()->setTextElideMode(Qt::ElideMiddle);
    connect(m_completer, qOverload<const QModelIndex&>(&QCompleter::activated), this, &Finder::choose);
    connect(this, &QLineEdit::textEdited, this, [this](const QString& typed) { m_typed = typed; });
}

void Finder::resizeEvent(QResizeEvent* event) {
    QLineEdit::resizeEvent(event);
    constexpr int kEdges = 26;
    setPlaceholderText(fittingText(fontMetrics(), {tr("Find a layer, command or plan"), tr("Find anything")}, width() - kEdges));
}

void Finder::setLayers(const GraphPtr& graph) {
    m_layers.clear();
    m_found.clear();
    for (std::size_t i = 0; graph && i < graph->layerCount(); ++i) {
        const Layer& layer = graph->layers()[i];
        m_layers.push_back({FinderModel::Kind::Layer, static_cast<int>(i), cutline::text(layer.name),
                            cutline::text(layer.op) + QStringLiteral("  ") + shownShape(*graph, layer)});
    }
    rebuild();
}

void Finder::setCommands(const std::vector<QAction*>& commands) {
    m_commands.assign(commands.begin(), commands.end());
    rebuild();
}

void Finder::setPlans(const std::vector<std::pair<int, QString>>& plans) {
    m_plans.clear();
    for (const auto& [index, title] : plans) m_plans.push_back({FinderModel::Kind::Plan, index, title, {}});
    rebuild();
}

void Finder::rebuild() {
    std::vector<FinderModel::Entry> entries, commands;
    for (std::size_t i = 0; i < m_commands.size(); ++i) {
        if (!m_commands[i] || !canBeDone(*m_commands[i])) continue;
        commands.push_back({FinderModel::Kind::Command, static_cast<int>(i), titleOf(*m_commands[i]),
                            m_commands[i]->shortcut().toString(QKeySequence::NativeText)});
    }
    const auto append = [&entries](const auto& more) {
        entries.insert(entries.end(), more.begin(), more.end());
    };
    if (m_first == First::Commands) append(commands);
    append(m_layers);
    if (m_first == First::Layers) append(commands);
    append(m_plans);
    m_model->setEntries(std::move(entries));
}

void Finder::start(First first) {
    m_first = first;
    rebuild(); // what can be done now
    clear();
    m_typed.clear();
    setFocus(Qt::ShortcutFocusReason);
    m_completer->setCompletionPrefix(QString());
    m_completer->complete();
}

void Finder::choose(const QModelIndex& index) {
    const auto kind = static_cast<FinderModel::Kind>(index.data(FinderModel::KindRole).toInt());
    const int number = index.data(FinderModel::IndexRole).toInt();
    // The completer writes the text it completed after this signal; the field is for the next question.
    QTimer::singleShot(0, this, &QLineEdit::clear);
    switch (kind) {
    case FinderModel::Kind::Layer:
        remember(number);
        Q_EMIT layerFound(LayerId{static_cast<std::uint32_t>(number)});
        break;
    case FinderModel::Kind::Plan:
        Q_EMIT planFound(number);
        break;
    case FinderModel::Kind::Command:
        if (QAction* action = m_commands[static_cast<std::size_t>(number)]; action && action->isEnabled())
            action->trigger();
        break;
    }
}

void Finder::remember(int layer) {
    m_searched = m_typed;
    m_found.clear();
    m_place = 0;
    for (const FinderModel::Entry& entry : m_layers) {
        QString whole = entry.text + QStringLiteral("   ") + entry.detail;
        whole.replace(QChar(0x00d7), QLatin1Char('x')); // shapes are typed with an x
        if (!whole.contains(m_searched, Qt::CaseInsensitive)) continue;
        if (entry.index == layer) m_place = m_found.size();
        m_found.push_back(entry.index);
    }
}

bool Finder::step(int direction) {
    if (m_found.empty()) return false;
    const std::size_t count = m_found.size();
    m_place = (m_place + (direction > 0 ? 1 : count - 1)) % count;
    Q_EMIT layerFound(LayerId{static_cast<std::uint32_t>(m_found[m_place])});
    Q_EMIT stepped(static_cast<int>(m_place) + 1, static_cast<int>(count), m_searched);
    return true;
}

void Finder::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && !text().isEmpty()) {
        m_completer->setCompletionPrefix(text());
        if (m_completer->completionCount() > 0) {
            m_completer->setCurrentRow(0);
            choose(m_completer->currentIndex());
            m_completer->popup()->hide();
            return;
        }
        QToolTip::showText(mapToGlobal(rect().bottomLeft()), QStringLiteral("<qt>") + tr("No layer, command or plan has \u201C%1\u201D in its name").arg(text().toHtmlEscaped()), this);
        return;
    }
    if (event->key() == Qt::Key_Escape && !m_completer->popup()->isVisible()) {
        clear();
        clearFocus();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace cutline
