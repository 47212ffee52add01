// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/auto_partition_panel.h"

#include "core/base/text.h"
#include "widgets/panels/kit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QProgressBar>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

void clearLayout(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater(); // its own button may have asked for this
        }
        delete item;
    }
}

} // namespace

AutoPartitionPanel::AutoPartitionPanel(QWidget* parent) : QWidget(parent) {
    setAccessibleName(QStringLiteral("Auto-partition"));
    onSurface(this);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(12, 10, 12, 10);
    buildForm(layout);
    scroll->setWidget(page);
    scroll->viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false);
    outer->addWidget(scroll, 1);
    buildFoot(outer);
    rebuildPlatforms();
    rebuildPins();
    setOptions({});
}

void AutoPartitionPanel::setSystem(SystemPtr system, GraphPtr graph) {
    m_system = std::move(system);
    m_graph = std::move(graph);
    m_base.allowed.clear();
    m_pins.clear();
    rebuildPlatforms();
    rebuildPins();
    check();
}

void AutoPartitionPanel::rebuildPlatforms() {
    clearLayout(m_platform_box);
    m_platforms.clear();
    if (!m_system)
        return m_platform_box->addWidget(
            new InkLabel(Ink::Text3, TextRole::Small, QStringLiteral("no system"), this));
    for (std::uint32_t i = 0; i < m_system->platforms.size(); ++i) {
        auto* box = new QCheckBox(text(printable(m_system->platforms[i].name)), this);
        const auto& allowed = m_base.allowed;
        box->setChecked(allowed.empty() ||
                        std::find(allowed.begin(), allowed.end(), PlatformId{i}) != allowed.end());
        QPixmap swatch(20, 20);
        swatch.setDevicePixelRatio(2);
        swatch.fill(Theme::of(palette()).platform(i));
        box->setIcon(swatch);
        m_platforms.push_back(box);
        m_platform_box->addWidget(box);
        connect(box, &QCheckBox::toggled, this, &AutoPartitionPanel::check);
    }
}

void AutoPartitionPanel::rebuildPins() {
    clearLayout(m_pin_box);
    if (m_pins.empty())
        return m_pin_box->addWidget(new InkLabel(
            Ink::Text3, TextRole::Small, QStringLiteral("none; pin layers in the graph to keep them"), this));
    for (std::size_t i = 0; i < m_pins.size(); ++i) {
        auto* row = new QWidget(this);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        const QString layer = m_graph && m_pins[i].layer.index() < m_graph->layerCount()
                                  ? shortLayerName(m_graph->layer(m_pins[i].layer).name)
                                  : QString();
        const QString platform = m_system && m_pins[i].platform.index() < m_system->platforms.size()
                                     ? text(m_system->platform(m_pins[i].platform).name)
                                     : QString();
        auto* words =
            new InkLabel(Ink::Text, TextRole::Small, layer + QStringLiteral(" \u2192 ") + platform, row);
        auto* remove = new QToolButton(row);
        remove->setAutoRaise(true);
        remove->setText(QStringLiteral("\u00D7"));
        remove->setToolTip(QStringLiteral("Unpin %1").arg(layer));
        remove->setAccessibleName(remove->toolTip());
        layout->addWidget(words, 1);
        layout->addWidget(remove);
        m_pin_box->addWidget(row);
        connect(remove, &QToolButton::clicked, this, [this, pin = m_pins[i]] {
            std::erase(m_pins, pin);
            rebuildPins();
            Q_EMIT pinsChanged(m_pins);
        });
    }
}

void AutoPartitionPanel::setPins(std::vector<Pin> pins) {
    m_pins = std::move(pins);
    rebuildPins();
}

void AutoPartitionPanel::setFusion(bool fused) {
    m_fusion->setChecked(fused);
}

bool AutoPartitionPanel::fusion() const {
    return m_fusion->isChecked();
}

ConstraintRow* AutoPartitionPanel::addConstraint(const QString& words) {
    auto* row = new ConstraintRow(words, this);
    m_rows.push_back(row);
    m_constraint_box->addWidget(row);
    connect(row, &ConstraintRow::edited, this, [this, row] {
        row->check(m_system.get());
        check();
        Q_EMIT constraintsChanged(options().constraints);
    });
    connect(row, &ConstraintRow::removeRequested, this, [this, row] { removeRow(row); });
    row->check(m_system.get());
    check();
    return row;
}

void AutoPartitionPanel::removeRow(ConstraintRow* row) {
    std::erase(m_rows, row);
    row->deleteLater();
    m_constraint_box->removeWidget(row);
    row->hide();
    check();
    Q_EMIT constraintsChanged(options().constraints);
}

std::optional<std::vector<PlatformId>> AutoPartitionPanel::typedOrder(QString* why) const {
    std::vector<PlatformId> order;
    static const QRegularExpression kSeparators(QStringLiteral("[,>\u203A]"));
    for (const QString& part : m_given->text().split(kSeparators, Qt::SkipEmptyParts)) {
        const QString name = part.trimmed();
        const auto found = m_system ? m_system->findPlatform(name.toStdString()) : std::nullopt;
        if (!found)
            *why = QStringLiteral("%1: no such platform in this system").arg(name);
        else if (std::find(order.begin(), order.end(), *found) != order.end())
            *why = QStringLiteral("%1: named twice").arg(name);
        else
            order.push_back(*found);
        if (!why->isEmpty()) return {};
    }
    if (order.empty()) *why = QStringLiteral("name the platforms in order, for example A > B");
    return why->isEmpty() ? std::optional(order) : std::nullopt;
}

void AutoPartitionPanel::check() {
    const bool given = m_order->currentData().toInt() == static_cast<int>(OrderKind::Given);
    m_given->setVisible(given);
    QString why;
    if (given && !typedOrder(&why)) {
        m_order_error->setText(why);
    }
    m_order_error->setVisible(given && !why.isEmpty());
    for (auto* row : m_rows) row->check(m_system.get());
    m_run->setEnabled(m_running || canRun());
    QString reason;
    if (!m_running && !m_system)
        reason = QStringLiteral("Open a model and choose a system first");
    else if (!m_running && !canRun())
        reason = QStringLiteral("Choose an objective and a platform, and correct what is marked");
    m_run->setToolTip(reason);
}

bool AutoPartitionPanel::canRun() const {
    const auto checked = [](const QCheckBox* box) { return box->isChecked(); };
    QString why;
    if (m_order->currentData().toInt() == static_cast<int>(OrderKind::Given) && !typedOrder(&why))
        return false;
    return m_system && std::any_of(m_objectives.begin(), m_objectives.end(), checked) &&
           std::any_of(m_platforms.begin(), m_platforms.end(), checked) &&
           std::none_of(m_rows.begin(), m_rows.end(),
                        [](const ConstraintRow* row) { return row->isWrong(); });
}

void AutoPartitionPanel::setOptions(const SearchOptions& options) {
    m_base = options;
    for (auto* box : m_objectives) {
        const auto objective = static_cast<Objective>(box->property("objective").toInt());
        box->setChecked(std::find(options.objectives.begin(), options.objectives.end(), objective) !=
                        options.objectives.end());
    }
    m_order->setCurrentIndex(m_order->findData(static_cast<int>(options.order)));
    QStringList names;
    if (m_system)
        for (const PlatformId id : options.given_order) names << text(m_system->platform(id).name);
    m_given->setText(names.join(QStringLiteral(" > ")));
    m_max_platforms->setValue(static_cast<int>(options.max_platforms));
    m_keep_all->setChecked(options.keep_dominated);
    m_resolution->setValue(options.resolution * 100);
    for (auto* row : std::exchange(m_rows, {})) {
        m_constraint_box->removeWidget(row);
        delete row;
    }
    for (const Constraint& constraint : options.constraints) addConstraint(text(constraint.text));
    m_pins = options.pins;
    rebuildPlatforms();
    rebuildPins();
    check();
}

SearchOptions AutoPartitionPanel::options() const {
    SearchOptions options = m_base;
    options.objectives.clear();
    for (const auto* box : m_objectives)
        if (box->isChecked())
            options.objectives.push_back(static_cast<Objective>(box->property("objective").toInt()));
    options.order = static_cast<OrderKind>(m_order->currentData().toInt());
    options.given_order.clear();
    QString why;
    if (options.order == OrderKind::Given)
        options.given_order = typedOrder(&why).value_or(std::vector<PlatformId>{});
    options.allowed.clear();
    for (std::uint32_t i = 0; i < m_platforms.size(); ++i)
        if (m_platforms[i]->isChecked()) options.allowed.push_back({i});
    if (options.allowed.size() == m_platforms.size()) options.allowed.clear(); // all: as in the default
    options.max_platforms = static_cast<std::size_t>(m_max_platforms->value());
    options.keep_dominated = m_keep_all->isChecked();
    options.resolution = m_resolution->value() / 100;
    options.constraints.clear();
    for (const auto* row : m_rows)
        if (row->constraint()) options.constraints.push_back(*row->constraint());
    options.pins = m_pins;
    return options;
}

void AutoPartitionPanel::setRunning(bool running) {
    m_running = running;
    m_run->setText(running ? QStringLiteral("Stop") : QStringLiteral("Run"));
    m_progress->setVisible(running);
    m_progress->setRange(0, 0);
    check();
}

void AutoPartitionPanel::setProgress(double fraction, const QString& message) {
    m_progress->setRange(0, fraction < 0 ? 0 : 1000);
    if (fraction >= 0) m_progress->setValue(static_cast<int>(fraction * 1000));
    m_progress->setAccessibleDescription(message);
    m_result->setInk(Ink::Text2);
    m_result->setText(message);
}

void AutoPartitionPanel::setResult(const SearchResult* result) {
    if (!result) return m_result->clear();
    if (result->infeasible) {
        m_result->setInk(Ink::Bad);
        m_result->setText(QStringLiteral("No plan meets every demand. ") +
                          text(printable(result->infeasible->text)));
        return;
    }
    m_result->setInk(result->proof.kind == Proof::Kind::Complete &&
                             result->proof.stop == Proof::Stop::Completed
                         ? Ink::Good
                         : Ink::Text2);
    m_result->setText(proofText(result->proof) + QStringLiteral(" \u00B7 ") + countsText(*result));
}

void AutoPartitionPanel::setError(const Error& error) {
    m_result->setInk(Ink::Bad);
    m_result->setText(text(error.message()));
}

QString AutoPartitionPanel::resultText() const {
    return m_result->text();
}

} // namespace cutline
