// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/data_sheet_dialog.h"

#include "widgets/models/plan_facts.h"
#include "widgets/models/sheet_preview.h"
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
#include <cstring>
#include <span>

namespace cutline {

namespace {

QFormLayout* sideForm() {
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(6);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

struct Suffix {
    const char* words;
    double factor; ///< what is typed times this is what is meant
};

/// "0.2 pJ/op" as "0.2 pJ" and 2: an operation is half a MAC.
std::pair<QString, double> withoutPer(QString words, std::span<const Suffix> suffixes) {
    words = words.trimmed();
    for (const Suffix& suffix : suffixes)
        if (words.endsWith(QLatin1String(suffix.words), Qt::CaseInsensitive))
            return {words.chopped(static_cast<qsizetype>(std::strlen(suffix.words))).trimmed(),
                    suffix.factor};
    return {words, 1};
}

/// What a person can hold against the sheet.
QString summaryOf(const Platform& platform) {
    const Roofline& roofline = *platform.roofline;
    const double spread = platform.uncertainty.platform.value_or(0.4);
    QString words =
        DataSheetDialog::tr(
            "Likely peak %1, right within a factor of %2 in 90 of 100 cases; layers are assumed to "
            "reach 35 % of it, depthwise ones 10 %, until they are measured.")
            .arg(quantityText(roofline.peaks.front().macs_per_s, Unit::MacPerSecond),
                 numberOnly(std::exp(1.645 * spread)));
    constexpr double kPico = 1e-12;
    if (roofline.pj_per_mac > 0)
        words += DataSheetDialog::tr(
                     " A MAC takes %1, its share of the on-chip memory included, an off-chip byte %2.")
                     .arg(quantityText(roofline.pj_per_mac * kPico, Unit::Joule),
                          quantityText(roofline.pj_per_byte * kPico, Unit::Joule));
    return words;
}

constexpr Suffix kPerMac[] = {{"/MAC", 1}, {"/op", 2}, {"per MAC", 1}, {"per op", 2}};
constexpr Suffix kPerByte[] = {{"/byte", 1}, {"/bit", 8}, {"/B", 1}, {"per byte", 1}, {"per bit", 8}};
constexpr Suffix kNanometres[] = {{"nm", 1}};
constexpr Suffix kBits[] = {{"bits", 1}, {"bit", 1}};

} // namespace

DataSheetDialog::DataSheetDialog(std::vector<std::string> taken, QWidget* parent)
    : QDialog(parent), m_taken(std::move(taken)), m_sparse(new QComboBox(this)),
      m_precision(new QComboBox(this)), m_summary(new InkLabel(Ink::Text2, TextRole::Interface, {}, this)),
      m_preview(new InkLabel(Ink::Text, TextRole::Interface, {}, this)) {
    setObjectName(QStringLiteral("dataSheetDialog"));
    setWindowTitle(tr("New platform from a data sheet"));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(16, 16, 16, 16);
    box->setSpacing(12);
    auto* sides = new QHBoxLayout;
    sides->setSpacing(28);
    QFormLayout *speed = sideForm(), *energy = sideForm();
    buildSpeed(speed);
    buildEnergy(energy);
    sides->addLayout(speed, 1);
    sides->addLayout(energy, 1);
    box->addLayout(sides);
    for (InkLabel* label : {m_summary, m_preview}) {
        label->setParagraph();
        label->setMinimumHeight(2 * label->fontMetrics().lineSpacing() + 2);
        label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        box->addWidget(label);
    }
    m_summary->setAccessibleName(tr("What follows from the sheet"));
    m_preview->setAccessibleName(tr("What the model would cost"));
    box->addStretch(1);
    box->addWidget(buildButtons());
    // From field to field as they stand: the two choosers are older than what is around them.
    setTabOrder(edit(QStringLiteral("peak")), m_sparse);
    setTabOrder(m_sparse, m_precision);
    setTabOrder(m_precision, edit(QStringLiteral("clock of the peak")));
    edit(QStringLiteral("name"))->setFocus();
    resize(980, 560);
    check();
}

void DataSheetDialog::setModel(GraphPtr graph, const QString& name) {
    m_graph = std::move(graph);
    m_model = name;
    check();
}

DataSheetDialog::Field DataSheetDialog::makeField(const QString& name, const QString& example, Unit unit,
                                                  const QString& accessible, Per per) {
    Field field{name, new QLineEdit(this), new InkLabel(Ink::Bad, TextRole::Small, {}, this), unit, per};
    field.edit->setPlaceholderText(example);
    field.edit->setAccessibleName(accessible);
    field.edit->setMinimumWidth(60);
    field.error->setParagraph();
    field.error->hide();
    connect(field.edit, &QLineEdit::textEdited, this, &DataSheetDialog::check);
    m_fields.push_back(field);
    return field;
}

void DataSheetDialog::addField(QFormLayout* form, const QString& label, const QString& name,
                               const QString& example, Unit unit, const QString& tip, QWidget* beside,
                               Per per) {
    const Field field = makeField(name, example, unit, label, per);
    field.edit->setToolTip(tip);
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

void DataSheetDialog::addRange(QFormLayout* form, const QString& label, const QString& low,
                               const QString& likely, const QString& high, const QString& example, Unit unit,
                               const QString& tip, Per per) {
    auto* column = tightBox();
    auto* row = new QHBoxLayout;
    const std::tuple<QString, QString, QString> fields[] = {{low, tr("low"), tr("%1, lowest")},
                                                            {likely, example, tr("%1, likely")},
                                                            {high, tr("high"), tr("%1, highest")}};
    for (const auto& [name, inside, accessible] : fields) {
        const Field field = makeField(name, inside, unit, accessible.arg(label), per);
        field.edit->setToolTip(accessible.arg(label) + QStringLiteral(": ") + tip);
        row->addWidget(field.edit, 1);
    }
    column->addLayout(row);
    for (std::size_t i = m_fields.size() - 3; i < m_fields.size(); ++i) column->addWidget(m_fields[i].error);
    QLabel* before = formLabel(label, this);
    before->setBuddy(m_fields[m_fields.size() - 2].edit);
    form->addRow(before, column);
}

void DataSheetDialog::buildSpeed(QFormLayout* form) {
    m_sparse->addItem(tr("dense"));
    m_sparse->addItem(tr("sparse (2 of 4)"));
    m_sparse->setAccessibleName(tr("Peak of dense or sparse networks"));
    m_sparse->setToolTip(
        tr("Printed for networks half of whose weights are zero: dense ones get half of it"));
    for (const char* type : {"int8", "int4", "int16", "float16", "float32"})
        m_precision->addItem(QLatin1String(type));
    m_precision->setAccessibleName(tr("Precision"));
    m_precision->setToolTip(
        tr("The type that the peak is printed for; weights and activations have its bits"));
    connect(m_sparse, &QComboBox::currentIndexChanged, this, &DataSheetDialog::check);
    connect(m_precision, &QComboBox::currentIndexChanged, this, &DataSheetDialog::check);
    addField(form, tr("Name"), QStringLiteral("name"), tr("my-npu"), Unit::None, tr("What systems call it"));
    addField(form, tr("Title"), QStringLiteral("title"), tr("My NPU, 2 cores"), Unit::None,
             tr("What people call it"));
    addField(form, tr("Peak"), QStringLiteral("peak"), tr("4 TOPS"), Unit::MacPerSecond,
             tr("In TOPS, GOPS, TMAC/s or GMAC/s; two operations are a MAC"), m_sparse);
    QLabel* precision = formLabel(tr("at precision"), this);
    precision->setBuddy(m_precision);
    form->addRow(precision, m_precision);
    addField(form, tr("at a clock of"), QStringLiteral("clock of the peak"),
             tr("1 GHz; empty: the likely one"), Unit::Hertz,
             tr("The clock that the peak is printed for, in MHz or GHz"));
    addRange(form, tr("Sustained clock"), QStringLiteral("lowest clock"), QStringLiteral("likely clock"),
             QStringLiteral("highest clock"), tr("800 MHz"), Unit::Hertz,
             tr("what it holds when it is warm, in MHz or GHz"));
    addField(form, tr("Memory bandwidth"), QStringLiteral("bandwidth"), tr("17 GB/s; empty: never the limit"),
             Unit::BytePerSecond, tr("Of the off-chip memory, in GB/s or MB/s"));
    addField(form, tr("Memory"), QStringLiteral("memory"), tr("2 GiB; empty: limit unknown"), Unit::Byte,
             tr("Off-chip memory for weights and activations, in MiB or GiB"));
    addField(form, tr("Source"), QStringLiteral("source"), tr("data sheet, revision 1.2, page 4"), Unit::None,
             tr("Stands with each number"));
}

void DataSheetDialog::buildEnergy(QFormLayout* form) {
    addField(form, tr("Power while busy"), QStringLiteral("power while busy"),
             tr("5 W; or the energies below"), Unit::Watt, tr("Energy is this times the time, in W or mW"));
    addRange(form, tr("Power while idle"), QStringLiteral("lowest power while idle"),
             QStringLiteral("power while idle"), QStringLiteral("highest power while idle"),
             tr("0.5 W"), Unit::Watt, tr("in W or mW"));
    addField(form, tr("Process node"), QStringLiteral("node"), tr("28 nm; looks up energies"), Unit::None,
             tr("22 to 65 nm: energies that are not given are looked up for it"), nullptr, Per::Node);
    addField(form, tr("On-chip memory"), QStringLiteral("on-chip memory"), tr("512 KiB"), Unit::Byte,
             tr("That operands are read from, in KiB or MiB"));
    addField(form, tr("Bits of an access"), QStringLiteral("access width"), tr("64 bit"), Unit::None,
             tr("Of the on-chip memory, in bit"), nullptr, Per::Bits);
    addRange(form, tr("Energy: MAC"), QStringLiteral("lowest energy of a MAC"),
             QStringLiteral("energy of a MAC"), QStringLiteral("highest energy of a MAC"), {}, Unit::Joule,
             tr("in pJ, or pJ/op (two operations are a MAC)"), Per::Mac);
    addRange(form, tr("Energy: on-chip byte"), QStringLiteral("lowest energy of an on-chip byte"),
             QStringLiteral("energy of an on-chip byte"), QStringLiteral("highest energy of an on-chip byte"),
             {}, Unit::Joule, tr("energy of reading it, in pJ or pJ/bit"), Per::Byte);
    addRange(form, tr("Energy: off-chip byte"), QStringLiteral("lowest energy of an off-chip byte"),
             QStringLiteral("energy of an off-chip byte"),
             QStringLiteral("highest energy of an off-chip byte"), {}, Unit::Joule,
             tr("energy of moving it, in pJ or pJ/bit"), Per::Byte);
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
    const auto found =
        std::find_if(m_fields.begin(), m_fields.end(), [&](const Field& f) { return f.name == name; });
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

QString DataSheetDialog::previewWords() const {
    return m_preview->text();
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
    std::span<const Suffix> suffixes;
    switch (field->per) {
    case Per::Nothing:
        break;
    case Per::Mac:
        suffixes = kPerMac;
        break;
    case Per::Byte:
        suffixes = kPerByte;
        break;
    case Per::Node:
        suffixes = kNanometres;
        break;
    case Per::Bits:
        suffixes = kBits;
        break;
    }
    const auto [plain, factor] = withoutPer(field->edit->text(), suffixes);
    const auto value = figureTyped(plain, field->unit);
    if (value) return *value ? std::optional(**value * factor) : std::nullopt;
    wrong = true;
    say(name, text(value.error().message()));
    return std::nullopt;
}

LikelyRange DataSheetDialog::rangeNamed(const QString& likely, bool& wrong) {
    return {number(QStringLiteral("lowest ") + likely, wrong), number(likely, wrong),
            number(QStringLiteral("highest ") + likely, wrong)};
}

DataSheet DataSheetDialog::sheetTyped(bool& wrong) {
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
    sheet.idle_power_w = rangeNamed(QStringLiteral("power while idle"), wrong);
    sheet.node_nm = number(QStringLiteral("node"), wrong);
    sheet.buffer_bytes = number(QStringLiteral("on-chip memory"), wrong);
    sheet.buffer_width_bits = number(QStringLiteral("access width"), wrong);
    sheet.mac_j = rangeNamed(QStringLiteral("energy of a MAC"), wrong);
    sheet.buffer_j_per_byte = rangeNamed(QStringLiteral("energy of an on-chip byte"), wrong);
    sheet.dram_j_per_byte = rangeNamed(QStringLiteral("energy of an off-chip byte"), wrong);
    return sheet;
}

void DataSheetDialog::showEstimates(const DataSheet& sheet) {
    const auto energies = energiesOf(sheet);
    const auto put = [&](const QString& name, const SheetEnergy* energy) {
        const bool shown = energy && energy->estimated;
        const auto inside = [&](std::optional<double> joules, const QString& without) {
            return shown ? tr("est. %1").arg(quantityText(*joules, Unit::Joule)) : without;
        };
        const LikelyRange none{0, 0, 0};
        const LikelyRange& range = shown ? energy->joules : none;
        edit(QStringLiteral("lowest ") + name)->setPlaceholderText(inside(range.low, tr("low")));
        edit(name)->setPlaceholderText(inside(range.likely, tr("likely")));
        edit(QStringLiteral("highest ") + name)->setPlaceholderText(inside(range.high, tr("high")));
        edit(name)->setAccessibleDescription(shown ? tr("Estimate: %1").arg(text(energy->source))
                                                   : QString());
    };
    put(QStringLiteral("energy of a MAC"), energies ? &energies->mac : nullptr);
    put(QStringLiteral("energy of an on-chip byte"), energies ? &energies->buffer_byte : nullptr);
    put(QStringLiteral("energy of an off-chip byte"), energies ? &energies->dram_byte : nullptr);
}

void DataSheetDialog::showPreview(const DataSheet& sheet) {
    m_work.cancel();
    if (!m_graph) return m_preview->clear();
    // The last figures stay until the next are there.
    if (!m_platform) return m_preview->setText(tr("What %1 would cost on it stands here.").arg(m_model));
    m_work.start<Result<SheetPreview>>(
        [graph = m_graph, sheet](Progress& progress) { return previewOf(graph, sheet, progress); },
        [this](const Result<SheetPreview>& preview) {
            m_preview->setText(preview ? previewText(*preview, m_model) : text(preview.error().message()));
        });
}

void DataSheetDialog::check() {
    for (Field& field : m_fields) {
        field.error->hide();
        field.edit->setAccessibleDescription({});
    }
    bool wrong = false;
    const DataSheet sheet = sheetTyped(wrong);
    showEstimates(sheet);
    m_platform.reset();
    QString hint;
    if (wrong) {
        hint = tr("A number above cannot be read.");
    } else if (auto platform = platformOf(sheet)) {
        m_platform = *std::move(platform);
        hint = summaryOf(*m_platform);
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
    showPreview(sheet);
}

} // namespace cutline
