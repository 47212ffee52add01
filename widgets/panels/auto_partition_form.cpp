// SPDX-License-Identifier: GPL-3.0-or-later
// The panel's controls, from top to bottom.
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/kit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLineEdit>
#include <QProgressBar>
#include <QSpinBox>
#include <QVBoxLayout>

#include <array>

namespace cutline {
namespace {

QLabel* formLabel(const QString& words, QWidget* parent) {
    return new InkLabel(Ink::Text2, TextRole::Small, words, parent);
}

QVBoxLayout* tightBox() {
    auto* box = new QVBoxLayout;
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(4);
    return box;
}

} // namespace

void AutoPartitionPanel::buildForm(QVBoxLayout* layout) {
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    layout->addLayout(form);
    layout->addStretch(1);
    buildObjectives(form);
    buildOrder(form);

    m_constraint_box = tightBox();
    auto* constraints = tightBox();
    constraints->addLayout(m_constraint_box);
    auto* add = new QPushButton(QStringLiteral("Add a constraint"), this);
    connect(add, &QPushButton::clicked, this, [this] { addConstraint()->edit()->setFocus(); });
    constraints->addWidget(add, 0, Qt::AlignLeft);
    form->addRow(formLabel(QStringLiteral("Every plan must keep"), this), constraints);

    m_pin_box = tightBox();
    form->addRow(formLabel(QStringLiteral("Pinned layers"), this), m_pin_box);

    m_fusion = new QCheckBox(QStringLiteral("Fuse layers that run as one"), this);
    m_fusion->setChecked(true);
    m_fusion->setToolTip(QStringLiteral("Conv, BatchNormalization and activation count as one layer on "
                                        "platforms that fuse them;\noff: every node is a layer of its own"));
    m_keep_all = new QCheckBox(QStringLiteral("List dominated plans, too"), this);
    m_keep_all->setToolTip(
        QStringLiteral("Grey dots of the Pareto chart and the whole curve over the cut position"));
    m_resolution = new QDoubleSpinBox(this);
    m_resolution->setRange(0, 50);
    m_resolution->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_resolution->setDecimals(1);
    m_resolution->setSuffix(QStringLiteral("\u202F%"));
    m_resolution->setToolTip(
        QStringLiteral("No plan of the front is worse than one of the short list by more than this"));
    m_resolution->setAccessibleName(QStringLiteral("Resolution of the short list, percent"));
    auto* more = tightBox();
    more->addWidget(m_fusion);
    more->addWidget(m_keep_all);
    form->addRow(formLabel(QStringLiteral("How"), this), more);
    form->addRow(formLabel(QStringLiteral("Short list's resolution"), this), m_resolution);
    connect(m_fusion, &QCheckBox::toggled, this, &AutoPartitionPanel::fusionChanged);
}

void AutoPartitionPanel::buildObjectives(QFormLayout* form) {
    auto* grid = new QGridLayout;
    grid->setVerticalSpacing(4);
    constexpr std::array kShown{Objective::Latency, Objective::InitiationInterval, Objective::Energy,
                                Objective::Memory,  Objective::LinkBytes,          Objective::Cost};
    for (std::size_t i = 0; i < kShown.size(); ++i) {
        auto* box = new QCheckBox(
            objectiveTitle(kShown[i]).replace(QStringLiteral(" per inference"), QString()), this);
        box->setProperty("objective", static_cast<int>(kShown[i]));
        box->setToolTip(kShown[i] == Objective::InitiationInterval
                            ? QStringLiteral("Inferences per second, as many as possible")
                        : kShown[i] == Objective::Memory
                            ? QStringLiteral("Share of the tightest memory, or bytes where capacities are "
                                             "not known; as little as possible")
                            : QStringLiteral("As little as possible"));
        grid->addWidget(box, static_cast<int>(i / 2), static_cast<int>(i % 2));
        m_objectives.push_back(box);
        connect(box, &QCheckBox::toggled, this, &AutoPartitionPanel::check);
    }
    form->addRow(formLabel(QStringLiteral("Make best"), this), grid);
}

void AutoPartitionPanel::buildOrder(QFormLayout* form) {
    m_order = new QComboBox(this);
    m_order->addItem(QStringLiteral("Any order"), static_cast<int>(OrderKind::Free));
    m_order->addItem(QStringLiteral("The system's order"), static_cast<int>(OrderKind::Fixed));
    m_order->addItem(QStringLiteral("This order:"), static_cast<int>(OrderKind::Given));
    m_order->setAccessibleName(QStringLiteral("Order of platforms"));
    m_order->setToolTip(
        QStringLiteral("In which order data may pass the platforms; platforms may be skipped"));
    m_given = new QLineEdit(this);
    m_given->setPlaceholderText(QStringLiteral("SMB > EYR"));
    m_given->setAccessibleName(QStringLiteral("Order as given"));
    m_order_error = new InkLabel(Ink::Bad, TextRole::Small, {}, this);
    m_order_error->setWordWrap(true);
    auto* order = tightBox();
    order->addWidget(m_order);
    order->addWidget(m_given);
    order->addWidget(m_order_error);
    form->addRow(formLabel(QStringLiteral("Order"), this), order);
    m_platform_box = tightBox();
    form->addRow(formLabel(QStringLiteral("Platforms that may be used"), this), m_platform_box);
    m_max_platforms = new QSpinBox(this);
    m_max_platforms->setRange(0, 8);
    m_max_platforms->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_max_platforms->setSpecialValueText(QStringLiteral("as many as there are"));
    m_max_platforms->setAccessibleName(QStringLiteral("Most platforms in one plan"));
    form->addRow(formLabel(QStringLiteral("Most platforms in one plan"), this), m_max_platforms);
    connect(m_order, &QComboBox::currentIndexChanged, this, &AutoPartitionPanel::check);
    connect(m_given, &QLineEdit::textChanged, this, &AutoPartitionPanel::check);
}

void AutoPartitionPanel::buildFoot(QVBoxLayout* layout) {
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(12, 8, 12, 12);
    foot->setSpacing(6);
    m_result = new InkLabel(Ink::Text2, TextRole::Small, {}, this);
    m_result->setWordWrap(true);
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(6);
    m_progress->hide();
    m_run = new QPushButton(QStringLiteral("Run"), this);
    m_run->setProperty("primary", true);
    foot->addWidget(m_result);
    foot->addWidget(m_progress);
    foot->addWidget(m_run);
    layout->addLayout(foot);
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (m_running)
            Q_EMIT stopRequested();
        else if (canRun())
            Q_EMIT runRequested(options());
    });
}

} // namespace cutline
