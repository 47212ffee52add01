// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/data_sheet_dialog.h"

#include "widgets/models/plan_facts.h"
#include "widgets/panels/figure_form.h"
#include "widgets/panels/form_kit.h"
#include "widgets/panels/kit.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace cutline {

DataSheetDialog::DataSheetDialog(std::vector<std::string> taken, QWidget* parent)
    : QDialog(parent), m_taken(std::move(taken)), m_sparse(new QComboBox(this)), m_precision(new QComboBox(this)),
      m_summary(new InkLabel(Ink::Text2, TextRole::Interface, {}, this)) {
    setObjectName(QStringLiteral("dataSheetDialog"));
    setWindowTitle(tr("New platform from a data sheet"));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(16, 16, 16, 16);
    box->setSpacing(12);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(6);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    buildFields(form);
    box->addLayout(form);
    m_summary->setParagraph();
    m_summary->setMinimumHeight(2 * m_summary->fontMetrics().lineSpacing() + 2);
    m_summary->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    box->addWidget(m_summary);
    box->addStretch(1);
    box->addWidget(buildButtons());
    resize(620, 560);
    check();
}

DataSheetDialog::Field DataSheetDialog::makeField(const QString& name, const QString& example, Unit unit,
                                                  const QString& accessible) {
    Field field{name, new QLineEdit(this), new InkLabel(Ink::Bad, TextRole::Small, {}, this), unit};
    field.edit->setPlaceholderText(example);
    field.edit->setAccessibleName(accessible);
    field.error->setParagraph();
    field.error->hide();
    connect(field.edit, &QLineEdit::textEdited, this, &DataSheetDialog::check);
    m_fields.push_back(field);
    return field;
}

void DataSheetDialog::addField(QFormLayout* form, const QString& label, const QString& name, const QString& example,
                               Unit unit, QWidget* beside) {
    const Field field = makeField(name, example, unit, label);
    auto* column = tightBox();
    auto* row = new QHBoxLayout;
    row->addWidget(field.edit, 1);
    if (beside) row->addWidget(beside);
    column->addLayout(row);
    column->addWidget(field.error);
    QLabel* before = formLabel(label, this);
    before->setBuddy(field.edit);
    form->addRow(before, column);
}

void DataSheetDialog::buildFields(QFormLayout* form) {
    m_sparse->addItem(tr("dense"));
    m_sparse->addItem(tr("sparse (2 of 4)"));
    m_sparse->setAccessibleName(tr("Peak of dense or sparse networks"));
    m_sparse->setToolTip(tr("Printed for networks half of whose weights are zero: dense ones get half of it"));
    for (const char* type : {"int8", "int4", "int16", "float16", "float32"}) m_precision->addItem(QLatin1String(type));
    m_precision->setAccessibleName(tr("Precision"));
    connect(m_sparse, &QComboBox::currentIndexChanged, this, &DataSheetDialog::check);
    connect(m_precision, &QComboBox::currentIndexChanged, this, &DataSheetDialog::check);
    addField(form, tr("Name"), QStringLiteral("name"), tr("my-npu"), Unit::None);
    addField(form, tr("Title"), QStringLiteral("title"), tr("My NPU, 2 cores"), Unit::None);
    addField(form, tr("Peak"), QStringLiteral("peak"), tr("4 TOPS"), Unit::MacPerSecond, m_sparse);
    form->addRow(formLabel(tr("at precision"), this), m_precision);
    addField(form, tr("at a clock of"), QStringLiteral("clock of the peak"), tr("1 GHz; empty: the likely one"),
             Unit::Hertz);
    buildClocks(form);
    addField(form, tr("Memory bandwidth"), QStringLiteral("bandwidth"), tr("17 GB/s; empty: never the limit"),
             Unit::BytePerSecond);
    addField(form, tr("Memory"), QStringLiteral("memory"), tr("2 GiB; empty: limit unknown"), Unit::Byte);
    addField(form, tr("Power while busy"), QStringLiteral("power while busy"), tr("5 W; empty: energy unknown, taken as 0"),
             Unit::Watt);
    addField(form, tr("Power while idle"), QStringLiteral("power while idle"), tr("0.5 W"), Unit::Watt);
    addField(form, tr("Source"), QStringLiteral("source"), tr("data sheet, revision 1.2, page 4"), Unit::None);
}

void DataSheetDialog::buildClocks(QFormLayout* form) {
    auto* column = tightBox();
    auto* row = new QHBoxLayout;
    const std::tuple<QString, QString, QString> clocks[] = {
        {QStringLiteral("lowest clock"), tr("low"), tr("Sustained clock, lowest")},
        {QStringLiteral("likely clock"), tr("likely: 800 MHz"), tr("Sustained clock, likely")},
        {QStringLiteral("highest clock"), tr("high"), tr("Sustained clock, highest")}};
    for (const auto& [name, example, accessible] : clocks) {
        const Field field = makeField(name, example, Unit::Hertz, accessible);
        field.edit->setToolTip(accessible + tr(": what it holds when it is warm"));
        row->addWidget(field.edit, 1);
    }
    column->addLayout(row);
    for (std::size_t i = m_fields.size() - 3; i < m_fields.size(); ++i) column->addWidget(m_fields[i].error);
    QLabel* before = formLabel(tr("Sustained clock"), this);
    before->setBuddy(m_fields[m_fields.size() - 2].edit);
    form->addRow(before, column);
}

QWidget* DataSheetDialog::buildButtons() {
    auto* widget = new QWidget(this);
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    auto* cancel = new QPushButton(tr("Cancel"), widget);
    m_save = new QPushButton(tr("&Save it"), widget);
    m_save->setToolTip(tr("Into the folder of your own descriptors"));
    m_add = new QPushButton(tr("Save and &add to the system"), widget);
    m_add->setDefault(true);
    row->addWidget(cancel);
    row->addStretch(1);
    row->addWidget(m_save);
    row->addWidget(m_add);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_add, &QPushButton::clicked, this, [this] {
        m_adds = true;
        accept();
    });
    return widget;
}

const DataSheetDialog::Field* DataSheetDialog::fieldNamed(const QString& name) const {
    const auto found = std::find_if(m_fields.begin(), m_fields.end(), [&](const Field& f) { return f.name == name; });
    return found == m_fields.end() ? nullptr : &*found;
}

QLineEdit* DataSheetDialog::edit(const QString& name) const {
    const Field* field = fieldNamed(name);
    return field ? field->edit : nullptr;
}

QString DataSheetDialog::errorText(const QString& name) const {
    const Field* field = fieldNamed(name);
    return field && !field->error->isHidden() ? field->error->text() : QString();
}

QString DataSheetDialog::summary() const {
    return m_summary->text();
}

QString DataSheetDialog::words(const QString& name) const {
    return edit(name)->text().trimmed();
}

void DataSheetDialog::say(const QString& name, const QString& problem) {
    const Field* field = fieldNamed(name);
    if (!field) return;
    field->error->setText(problem);
    field->error->show();
    field->edit->setAccessibleDescription(problem);
}

std::optional<double> DataSheetDialog::number(const QString& name, bool& wrong) {
    const Field* field = fieldNamed(name);
    const auto value = figureTyped(field->edit->text(), field->unit);
    if (value) return *value;
    wrong = true;
    say(name, text(value.error().message()));
    return std::nullopt;
}

void DataSheetDialog::check() {
    for (Field& field : m_fields) {
        field.error->hide();
        field.edit->setAccessibleDescription({});
    }
    bool wrong = false;
    DataSheet sheet;
    sheet.name = words(QStringLiteral("name")).toStdString();
    sheet.title = words(QStringLiteral("title")).toStdString();
    sheet.source = words(QStringLiteral("source")).toStdString();
    sheet.type = m_precision->currentText().toStdString();
    sheet.sparse = m_sparse->currentIndex() == 1;
    sheet.peak_macs_per_s = number(QStringLiteral("peak"), wrong);
    sheet.nominal_clock_hz = number(QStringLiteral("clock of the peak"), wrong);
    sheet.clock_low_hz = number(QStringLiteral("lowest clock"), wrong);
    sheet.clock_likely_hz = number(QStringLiteral("likely clock"), wrong);
    sheet.clock_high_hz = number(QStringLiteral("highest clock"), wrong);
    sheet.bandwidth_bytes_per_s = number(QStringLiteral("bandwidth"), wrong);
    sheet.memory_bytes = number(QStringLiteral("memory"), wrong);
    sheet.busy_power_w = number(QStringLiteral("power while busy"), wrong);
    sheet.idle_power_w = number(QStringLiteral("power while idle"), wrong);
    m_platform.reset();
    QString hint;
    if (wrong) {
        hint = tr("A number above cannot be read.");
    } else if (auto platform = platformOf(sheet)) {
        m_platform = *std::move(platform);
        const double peak = m_platform->roofline->peaks.front().macs_per_s;
        const double spread = m_platform->uncertainty.platform.value_or(0.4);
        hint = tr("Likely peak %1, right within a factor of %2 in 90 of 100 cases; layers are assumed to reach 35 % of it, "
                  "depthwise ones 10 %, until they are measured.")
                   .arg(quantityText(peak, Unit::MacPerSecond), numberOnly(std::exp(1.645 * spread)));
        if (std::find(m_taken.begin(), m_taken.end(), m_platform->name) != m_taken.end())
            hint = tr("The library has a platform of this name: yours takes its place. ") + hint;
    } else {
        const Error& error = platform.error();
        const QString field = text(error.where);
        // What is not yet typed is no mistake: it stands at the bottom, not in red.
        if (edit(field) && words(field).isEmpty())
            hint = tr("Needed: %1 (%2).").arg(field, text(error.fix));
        else
            say(field, text(error.message()));
    }
    m_summary->setText(hint);
    m_save->setEnabled(m_platform.has_value());
    m_add->setEnabled(m_platform.has_value());
}

} // namespace cutline
