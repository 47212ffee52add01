// SPDX-License-Identifier: GPL-3.0-or-later
// Scenario panel: the rows that depend on the model and the system.
#include "core/base/text.h"
#include "widgets/panels/form_kit.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/scenario_panel.h"

#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace cutline {
namespace {

constexpr std::array kPlacedTypes{ElementType::UInt8, ElementType::Int8, ElementType::UInt16, ElementType::Int16,
                                 ElementType::Float16, ElementType::Float32};

} // namespace

void ScenarioPanel::rebuildPlaces() {
    m_places.clear();
    for (auto* box : {m_input_box, m_output_box}) clearLayout(box);
    if (!m_graph || !m_system) {
        for (auto* box : {m_input_box, m_output_box})
            box->addWidget(new InkLabel(Ink::Text3, TextRole::Small, QStringLiteral("no model"), this));
        return;
    }
    for (const TensorId tensor : m_graph->inputs()) addPlace(tensor, true, m_input_box);
    for (const TensorId tensor : m_graph->outputs()) addPlace(tensor, false, m_output_box);
}

void ScenarioPanel::addPlace(TensorId id, bool input, QVBoxLayout* box) {
    const Tensor& tensor = m_graph->tensor(id);
    const auto& list = input ? m_shown.inputs : m_shown.outputs;
    const auto given = std::find_if(list.begin(), list.end(), [&](const Scenario::Placement& placement) {
        return placement.tensor == tensor.name;
    });
    Place place{text(tensor.name), input, new QComboBox(this), nullptr};
    auto* name = new InkLabel(Ink::Text, TextRole::Small, text(printable(tensor.name)), this);
    name->setElided();
    name->setToolTip(tensor.shape ? text(printable(tensor.name)) + QStringLiteral(": ") + text(shapeText(*tensor.shape))
                                  : text(printable(tensor.name)));
    place.platform->addItem(input ? QStringLiteral("where read") : QStringLiteral("where made"));
    for (const Platform& platform : m_system->platforms) place.platform->addItem(text(printable(platform.name)));
    place.platform->setAccessibleName((input ? QStringLiteral("Where %1 appears") : QStringLiteral("Where %1 is wanted"))
                                          .arg(text(printable(tensor.name))));
    place.platform->setToolTip(input ? QStringLiteral("Where read: on the platform that reads it first, at no cost")
                                     : QStringLiteral("Where made: on the platform that makes it, at no cost"));
    place.platform->setMinimumContentsLength(6);
    if (given != list.end()) {
        const auto platform = m_system->findPlatform(given->platform);
        if (!platform) place.platform->addItem(text(printable(given->platform)));
        place.platform->setCurrentIndex(platform ? static_cast<int>(platform->value) + 1
                                                 : place.platform->count() - 1);
    }
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(place.platform, 1);
    connect(place.platform, &QComboBox::activated, this, [this] { changed(Edit::Choice); });
    place.type = new QComboBox(this);
    place.type->addItem(input ? QStringLiteral("as declared") : QStringLiteral("as made"), -1);
    for (const ElementType type : kPlacedTypes) place.type->addItem(text(nameOf(type)), static_cast<int>(type));
    place.type->setAccessibleName(QStringLiteral("Type of %1").arg(text(printable(tensor.name))));
    place.type->setToolTip(input ? QStringLiteral("What a sensor delivers: an 8-bit image is a quarter of float32 on the wire")
                                 : QStringLiteral("What is wanted there: it is converted where it is made, and sent as that"));
    place.type->setMinimumContentsLength(6);
    if (given != list.end() && given->type) {
        const int index = place.type->findData(static_cast<int>(*given->type));
        if (index < 0) place.type->addItem(text(nameOf(*given->type)), static_cast<int>(*given->type));
        place.type->setCurrentIndex(index < 0 ? place.type->count() - 1 : index);
    }
    row->addWidget(place.type, 1);
    connect(place.type, &QComboBox::activated, this, [this] { changed(Edit::Choice); });
    box->addWidget(name);
    box->addLayout(row);
    m_places.push_back(place);
}

void ScenarioPanel::rebuildLoads() {
    m_loads.clear();
    clearLayout(m_load_box);
    const auto add = [this](const std::string& name) {
        auto* row = new QHBoxLayout;
        auto* edit = new QLineEdit(this);
        edit->setAccessibleName(QStringLiteral("Background load of %1").arg(text(printable(name))));
        edit->setPlaceholderText(QStringLiteral("none"));
        edit->setToolTip(QStringLiteral("Share of its time that other traffic takes: 20 %"));
        edit->setMaximumWidth(90);
        if (const auto given = m_shown.background.find(name); given != m_shown.background.end())
            edit->setText(exactLimit(given->second, Unit::Fraction));
        row->addWidget(new InkLabel(Ink::Text, TextRole::Small, text(printable(name)), this), 1);
        row->addWidget(edit);
        m_load_box->addLayout(row);
        m_loads.push_back({text(name), edit});
        connect(edit, &QLineEdit::textEdited, this, [this] { changed(Edit::Typing); });
    };
    if (!m_system) return;
    for (const Connection& connection : m_system->links) add(connection.link.name);
    for (const SharedMemory& memory : m_system->memories) add(memory.name);
    if (m_loads.empty())
        m_load_box->addWidget(new InkLabel(Ink::Text3, TextRole::Small, QStringLiteral("no links"), this));
}

void ScenarioPanel::rebuildDimensions() {
    m_dimensions.clear();
    clearLayout(m_dimension_box);
    std::vector<std::string> names;
    if (m_graph)
        for (const TensorId input : m_graph->inputs())
            for (const std::string& symbol : m_graph->tensor(input).symbols)
                if (!symbol.empty() && std::find(names.begin(), names.end(), symbol) == names.end())
                    names.push_back(symbol);
    for (const std::string& name : names) {
        auto* row = new QHBoxLayout;
        auto* edit = new QLineEdit(this);
        edit->setAccessibleName(QStringLiteral("Size of %1").arg(text(printable(name))));
        edit->setPlaceholderText(QStringLiteral("1"));
        edit->setToolTip(QStringLiteral("Batch size, sequence length; 1 where nothing is given. The model is read again."));
        edit->setMaximumWidth(90);
        if (const auto given = m_shown.dimensions.find(name); given != m_shown.dimensions.end())
            edit->setText(QString::number(given->second));
        row->addWidget(new InkLabel(Ink::Text, TextRole::Small, text(printable(name)), this), 1);
        row->addWidget(edit);
        m_dimension_box->addLayout(row);
        m_dimensions.push_back({text(name), edit});
        connect(edit, &QLineEdit::textEdited, this, [this] { changed(Edit::Typing); });
    }
    if (names.empty())
        m_dimension_box->addWidget(new InkLabel(Ink::Text3, TextRole::Small, QStringLiteral("none"), this));
}

void ScenarioPanel::rebuildRequirements() {
    for (auto* row : std::exchange(m_rows, {})) {
        m_requirement_box->removeWidget(row);
        row->hide();
        row->deleteLater();
    }
    for (const Scenario::Requirement& requirement : m_shown.requirements)
        addRequirement()->setRequirement(requirement);
    showStandings();
}

void ScenarioPanel::rebuildMenu() {
    m_add_menu->clear();
    m_add->setEnabled(!m_names.empty());
    QMenu* menu = m_add_menu;
    QString part;
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        if (m_names[i].part != part) {
            if (part.isEmpty()) m_add_menu->addSeparator();
            part = m_names[i].part;
            menu = m_add_menu->addMenu(part);
        }
        menu->addAction(m_names[i].entry, this, [this, i] {
            RequirementRow* row = addRequirement();
            row->limit()->setMetric(i);
            row->limit()->edit()->setFocus();
        });
    }
}

RequirementRow* ScenarioPanel::addRequirement() {
    auto* row = new RequirementRow(this);
    row->setMetrics(m_names, m_system);
    m_rows.push_back(row);
    m_requirement_box->addWidget(row);
    connect(row, &RequirementRow::edited, this,
            [this](bool typing) { changed(typing ? Edit::Typing : Edit::Choice); });
    connect(row, &RequirementRow::removeRequested, this, [this, row] {
        std::erase(m_rows, row);
        m_requirement_box->removeWidget(row);
        row->hide();
        row->deleteLater();
        changed(Edit::Choice);
    });
    return row;
}

} // namespace cutline
