// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/weights_form.h"

#include "widgets/panels/kit.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QVBoxLayout>

namespace cutline {
namespace {

constexpr int kSliderWidth = 150;

} // namespace

WeightsForm::WeightsForm(QWidget* parent) : QWidget(parent), m_form(new QFormLayout), m_best(new QPushButton(this)) {
    setAccessibleName(QStringLiteral("What matters"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 12, 14, 12);
    layout->setSpacing(10);
    layout->addWidget(new InkLabel(Ink::Text, TextRole::CardTitle, QStringLiteral("How much each figure matters"), this));
    m_form->setHorizontalSpacing(14);
    m_form->setVerticalSpacing(6);
    layout->addLayout(m_form);
    auto* row = new QHBoxLayout;
    auto* nothing = new QPushButton(QStringLiteral("None"), this);
    nothing->setToolTip(QStringLiteral("All sliders to the left: plans are not ranked"));
    row->addWidget(nothing);
    row->addStretch(1);
    row->addWidget(m_best);
    layout->addLayout(row);
    connect(nothing, &QPushButton::clicked, this, [this] {
        if (m_weights.empty()) return;
        setWeights({});
        Q_EMIT weightsChanged(m_weights);
    });
    connect(m_best, &QPushButton::clicked, this, [this] {
        if (m_best_plan) Q_EMIT planChosen(*m_best_plan);
    });
    setBest({});
}

void WeightsForm::setFigures(const std::vector<Objective>& known, bool memory_is_ratio) {
    if (known == m_known && memory_is_ratio == m_ratio) return;
    m_known = known;
    m_ratio = memory_is_ratio;
    while (m_form->rowCount() > 0) m_form->removeRow(0);
    m_sliders.clear();
    for (const Objective objective : known) {
        auto* row = new QWidget(this);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        auto* slider = new QSlider(Qt::Horizontal, row);
        slider->setRange(0, PlanWeights::kMost);
        slider->setPageStep(2);
        slider->setFixedWidth(kSliderWidth);
        slider->setValue(m_weights.of(objective));
        slider->setAccessibleName(objectiveTitle(objective, memory_is_ratio));
        auto* number = new InkLabel(Ink::Text2, TextRole::Small, QString::number(slider->value()), row);
        number->setFixedWidth(number->fontMetrics().horizontalAdvance(QStringLiteral("10")) + 4);
        number->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        layout->addWidget(slider);
        layout->addWidget(number);
        m_form->addRow(objectiveTitle(objective, memory_is_ratio), row);
        connect(slider, &QSlider::valueChanged, this, [this, objective, number](int value) {
            number->setText(QString::number(value));
            if (m_weights.of(objective) == value) return;
            m_weights.of(objective) = value;
            Q_EMIT weightsChanged(m_weights);
        });
        m_sliders[objective] = slider;
    }
}

void WeightsForm::setWeights(const PlanWeights& weights) {
    m_weights = weights;
    for (const auto& [objective, slider] : m_sliders) slider->setValue(weights.of(objective));
}

void WeightsForm::setBest(std::optional<std::uint32_t> plan) {
    m_best_plan = plan;
    m_best->setEnabled(plan.has_value());
    m_best->setText(plan ? QStringLiteral("Choose the best: %1").arg(planTitle(*plan)) : QStringLiteral("Choose the best"));
    m_best->setToolTip(plan ? QString() : QStringLiteral("Move a slider: the best plan of the front by what matters"));
}

QSlider* WeightsForm::slider(Objective objective) const {
    const auto found = m_sliders.find(objective);
    return found == m_sliders.end() ? nullptr : found->second;
}

} // namespace cutline
