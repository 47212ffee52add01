// SPDX-License-Identifier: GPL-3.0-or-later
// What the panel lists of a system and a model: objectives that are known, platforms, limits, pins.
#include "widgets/panels/auto_partition_panel.h"

#include "core/base/text.h"
#include "widgets/panels/form_kit.h"
#include "widgets/panels/kit.h"

#include <QCheckBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

constexpr std::size_t kPinsShown = 8; ///< a pinned group may have hundreds

QString withoutCost(const System& system) {
    QStringList names;
    for (const Platform& platform : system.platforms)
        if (!platform.cost_amount) names << text(printable(platform.name));
    return names.join(QStringLiteral(", "));
}

QString objectiveTip(Objective objective) {
    switch (objective) {
    case Objective::InitiationInterval:
        return QStringLiteral("Inferences per second, as many as possible");
    case Objective::Memory:
        return QStringLiteral("Share of the tightest memory, or bytes where capacities are not known; as "
                              "little as possible");
    case Objective::Accuracy:
        return QStringLiteral("Share of images that are answered rightly, as large as possible");
    case Objective::Sensitivity:
        return QStringLiteral("Sum of the layers' quantisation sensitivity, as little as possible");
    default:
        return QStringLiteral("As little as possible");
    }
}

} // namespace

void AutoPartitionPanel::setUnknown(std::map<Objective, QString> reasons) {
    m_unknown = std::move(reasons);
    refreshObjectives();
}

void AutoPartitionPanel::refreshObjectives() {
    const QString costless = m_system ? withoutCost(*m_system) : QString();
    const bool capacities =
        m_system && std::all_of(m_system->platforms.begin(), m_system->platforms.end(),
                                [](const Platform& p) { return p.memoryCapacity().has_value(); });
    for (auto* box : m_objectives) {
        const auto objective = static_cast<Objective>(box->property("objective").toInt());
        if (objective == Objective::Memory) box->setText(objectiveTitle(objective, capacities));
        QString reason;
        if (const auto known = m_unknown.find(objective); known != m_unknown.end()) reason = known->second;
        if (objective == Objective::Cost && !costless.isEmpty())
            reason = QStringLiteral("No cost is given for %1; add cost { amount: .. } to their descriptors")
                         .arg(costless);
        // One that is chosen stays so that it can be taken back; the search says what is missing.
        box->setEnabled(reason.isEmpty() || box->isChecked());
        box->setToolTip(reason.isEmpty() ? objectiveTip(objective) : reason);
        box->setAccessibleDescription(box->toolTip());
    }
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
        m_platforms.push_back(box);
        m_platform_box->addWidget(box);
        connect(box, &QCheckBox::toggled, this, [this] { changed(Edit::Choice); });
    }
    paintSwatches();
}

void AutoPartitionPanel::paintSwatches() {
    for (std::size_t i = 0; i < m_platforms.size(); ++i) {
        QPixmap swatch(20, 20);
        swatch.setDevicePixelRatio(2);
        swatch.fill(Theme::of(palette()).platform(i));
        m_platforms[i]->setIcon(swatch);
    }
}

void AutoPartitionPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::ThemeChange) paintSwatches();
}

void AutoPartitionPanel::rebuildPins() {
    clearLayout(m_pin_box);
    if (m_pins.empty() && m_forbidden.empty())
        m_pin_box->addWidget(new InkLabel(Ink::Text3, TextRole::Small, QStringLiteral("none"), this));
    std::size_t shown = 0;
    for (const bool forbidden : {false, true})
        for (const Pin& pin : forbidden ? m_forbidden : m_pins)
            if (++shown <= kPinsShown) addPinRow(pin, forbidden);
    if (shown <= kPinsShown) return;
    auto* all = new QPushButton(QStringLiteral("and %1 more: remove all").arg(shown - kPinsShown), this);
    m_pin_box->addWidget(all, 0, Qt::AlignLeft);
    connect(all, &QPushButton::clicked, this, [this] {
        setPins({});
        changed(Edit::Choice);
    });
}

void AutoPartitionPanel::addPinRow(const Pin& pin, bool forbidden) {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    const bool known = m_graph && pin.layer.index() < m_graph->layerCount();
    const QString layer = known ? shortLayerName(m_graph->layer(pin.layer).name) : QString();
    const QString platform = m_system && pin.platform.index() < m_system->platforms.size()
                                 ? text(printable(m_system->platform(pin.platform).name))
                                 : QString();
    auto* words = new InkLabel(
        Ink::Text, TextRole::Small,
        layer + (forbidden ? QStringLiteral(" not on ") : QStringLiteral(" \u2192 ")) + platform, row);
    words->setElided();
    if (known) words->setToolTip(text(printable(m_graph->layer(pin.layer).name)));
    auto* remove = new QToolButton(row);
    remove->setAutoRaise(true);
    remove->setText(QStringLiteral("\u00D7"));
    remove->setToolTip(forbidden ? QStringLiteral("Allow %1 on %2").arg(layer, platform)
                                 : QStringLiteral("Unpin %1").arg(layer));
    remove->setAccessibleName(remove->toolTip());
    layout->addWidget(words, 1);
    layout->addWidget(remove);
    m_pin_box->addWidget(row);
    connect(remove, &QToolButton::clicked, this, [this, pin, forbidden] {
        std::erase(forbidden ? m_forbidden : m_pins, pin);
        rebuildPins();
        changed(Edit::Choice);
    });
}

void AutoPartitionPanel::setPins(std::vector<Pin> pins, std::vector<Pin> forbidden) {
    m_pins = std::move(pins);
    m_forbidden = std::move(forbidden);
    rebuildPins();
}

void AutoPartitionPanel::setSelection(std::vector<LayerId> layers) {
    m_selection = std::move(layers);
    m_pin->setEnabled(m_system && !m_selection.empty());
    m_pin->setToolTip(m_selection.empty() ? QStringLiteral("Select layers in the graph first")
                                          : QStringLiteral("Keep the %1 selected on a platform, or off it")
                                                .arg(m_selection.size() == 1
                                                         ? QStringLiteral("layer")
                                                         : QString::number(m_selection.size()) +
                                                               QStringLiteral(" layers")));
}

void AutoPartitionPanel::rebuildPinMenu() {
    m_pin_menu->clear();
    if (!m_system) return;
    for (const bool forbidden : {false, true}) {
        if (forbidden) m_pin_menu->addSeparator();
        for (std::uint32_t p = 0; p < m_system->platforms.size(); ++p)
            m_pin_menu->addAction((forbidden ? QStringLiteral("Keep off %1") : QStringLiteral("Keep on %1"))
                                      .arg(text(printable(m_system->platforms[p].name))),
                                  this, [this, p, forbidden] { pinSelection({p}, forbidden); });
    }
}

void AutoPartitionPanel::pinSelection(PlatformId platform, bool forbidden) {
    for (const LayerId layer : m_selection) {
        const Pin pin{layer, platform};
        // The later word holds: one platform per pinned layer, and none that is forbidden.
        std::erase_if(m_pins, [&](const Pin& p) { return p.layer == layer && (!forbidden || p == pin); });
        std::erase(m_forbidden, pin);
        (forbidden ? m_forbidden : m_pins).push_back(pin);
    }
    rebuildPins();
    changed(Edit::Choice);
}

void AutoPartitionPanel::rebuildConstraintMenu() {
    m_add_menu->clear();
    m_metrics = m_system ? constraintMetrics(*m_system) : std::vector<ConstraintMetric>{};
    m_add->setEnabled(!m_metrics.empty());
    QMenu* menu = m_add_menu;
    QString part;
    for (std::size_t i = 0; i < m_metrics.size(); ++i) {
        if (m_metrics[i].part != part) {
            if (part.isEmpty()) m_add_menu->addSeparator();
            part = m_metrics[i].part;
            menu = m_add_menu->addMenu(part);
        }
        menu->addAction(m_metrics[i].entry, this, [this, i] {
            ConstraintRow* row = addConstraint();
            row->setMetric(i);
            row->edit()->setFocus();
        });
    }
    for (auto* row : m_rows) row->setMetrics(m_metrics, m_system);
}

ConstraintRow* AutoPartitionPanel::addConstraint(const QString& words) {
    auto* row = new ConstraintRow(this);
    row->setMetrics(m_metrics, m_system);
    row->setText(words);
    m_rows.push_back(row);
    m_constraint_box->addWidget(row);
    connect(row, &ConstraintRow::edited, this,
            [this](bool typing) { changed(typing ? Edit::Typing : Edit::Choice); });
    connect(row, &ConstraintRow::removeRequested, this, [this, row] { removeRow(row); });
    check();
    return row;
}

void AutoPartitionPanel::removeRow(ConstraintRow* row) {
    std::erase(m_rows, row);
    row->deleteLater();
    m_constraint_box->removeWidget(row);
    row->hide();
    changed(Edit::Choice);
}

} // namespace cutline
