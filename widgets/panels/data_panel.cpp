// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/data_panel.h"

#include "core/base/text.h"
#include "core/graph/graph.h"
#include "widgets/models/accuracy_facts.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/fact_sheet.h"
#include "widgets/panels/preview_grid.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedLayout>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

namespace cutline {
namespace {

/// A description, a table, or a folder of folders of pictures.
QString dataIn(const QMimeData& data) {
    for (const QUrl& url : data.urls()) {
        const QString file = url.toLocalFile();
        if (QFileInfo(file).isDir() || file.endsWith(QStringLiteral(".json"), Qt::CaseInsensitive) ||
            file.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive))
            return file;
    }
    return {};
}

/// In their order, as the network's answers are numbered; of many the first.
QString classesText(const std::vector<std::string>& classes) {
    constexpr std::size_t kMost = 20, kLongest = 40;
    QStringList names;
    for (std::size_t i = 0; i < std::min(classes.size(), kMost); ++i) names << text(elided(printable(classes[i]), kLongest));
    if (classes.size() > kMost) names << DataPanel::tr("and %1 more").arg(classes.size() - kMost);
    return names.join(QStringLiteral(", "));
}

QMenu* choices(DataPanel* panel) {
    auto* menu = new QMenu(panel);
    const auto add = [&](const QString& words, DataPanel::Choice choice) {
        menu->addAction(words, panel, [panel, choice] { Q_EMIT panel->chooseRequested(choice); });
    };
    add(DataPanel::tr("&Description of images (JSON)..."), DataPanel::Choice::Images);
    add(DataPanel::tr("&Folder with a folder of pictures a class..."), DataPanel::Choice::Folder);
    add(DataPanel::tr("&Table of accuracies (CSV)..."), DataPanel::Choice::Table);
    return menu;
}

} // namespace

DataPanel::DataPanel(QWidget* parent)
    : QWidget(parent),
      m_empty(new EmptyState(tr("No images to measure accuracy with"),
                             tr("Platforms differ in precision. Drop a description of labelled images (JSON), a folder "
                                "with one folder of pictures a class, or a table of accuracies (CSV) here."),
                             tr("Choose images"), this)),
      m_sheet(new FactSheet(this)), m_choose(new QPushButton(tr("Choose"), this)), m_forget(new QToolButton(this)),
      m_stop(new QToolButton(this)), m_work_row(new QWidget(this)),
      m_work_text(new InkLabel(Ink::Text2, TextRole::Small, {}, this)), m_bar(new QProgressBar(this)),
      m_stack(new QStackedLayout) {
    setAccessibleName(tr("Data"));
    setAcceptDrops(true);
    onSurface(this);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addLayout(m_stack);
    m_stack->addWidget(m_empty);
    auto* page = new QWidget(this);
    m_stack->addWidget(page);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_sheet, 1);

    auto* row = new QHBoxLayout(m_work_row);
    row->setContentsMargins(12, 4, 12, 4);
    m_bar->setFixedHeight(6);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of measuring"));
    m_bar->setMinimumWidth(40);
    m_stop->setText(tr("Stop"));
    m_stop->setToolTip(tr("Stop measuring; what is measured stays"));
    m_stop->setAutoRaise(true);
    row->addWidget(m_bar, 1);
    row->addWidget(m_stop);
    auto* work_column = new QVBoxLayout;
    work_column->setContentsMargins(12, 0, 12, 0);
    m_work_text->setElided();
    work_column->addWidget(m_work_text);
    column->addLayout(work_column);
    column->addWidget(m_work_row);

    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(12, 4, 12, 12);
    m_choose->setMenu(choices(this));
    m_forget->setText(tr("Forget"));
    m_forget->setToolTip(tr("No accuracy from now on; undo brings it back"));
    m_forget->setAutoRaise(true);
    foot->addWidget(m_choose);
    foot->addStretch(1);
    foot->addWidget(m_forget);
    column->addLayout(foot);

    connect(m_empty, &EmptyState::activated, this, [this] { Q_EMIT chooseRequested(Choice::Images); });
    connect(m_forget, &QToolButton::clicked, this, &DataPanel::forgetRequested);
    connect(m_stop, &QToolButton::clicked, this, &DataPanel::stopRequested);
    setWork(std::nullopt);
    setNothing();
}

void DataPanel::setNothing() {
    m_state = State::Nothing;
    m_facts = {};
    m_claim.reset();
    rebuild();
}

void DataPanel::setReading(const QString& name) {
    m_state = State::Reading;
    m_name = name;
    m_claim.reset();
    rebuild();
}

void DataPanel::setFacts(const DataFacts& facts) {
    m_state = State::Known;
    m_facts = facts;
    rebuild();
}

void DataPanel::setError(const Error& error) {
    m_state = State::Failed;
    m_error = error;
    rebuild();
}

void DataPanel::setClaim(const std::optional<AccuracyClaim>& claim) {
    m_claim = claim;
    rebuild();
}

void DataPanel::setWork(const std::optional<Work>& work) {
    m_work_row->setVisible(work.has_value());
    m_work_text->setVisible(work.has_value());
    if (!work) return;
    m_bar->setRange(0, work->fraction < 0 ? 0 : 1000);
    if (work->fraction >= 0) m_bar->setValue(static_cast<int>(work->fraction * 1000));
    m_work_text->setText(work->text);
}

void DataPanel::addFacts() {
    const bool table = m_facts.kind == DataFacts::Kind::Table;
    m_sheet->heading(m_facts.name.empty() ? QFileInfo(text(m_facts.file)).fileName() : text(printable(m_facts.name)));
    if (table) {
        m_sheet->line(tr("%1 accuracies that somebody gives; plans without one are not judged by it").arg(m_facts.count));
    } else {
        QString line = tr("%1 images of %2").arg(QString::number(m_facts.count), text(shapeText(m_facts.shape)).replace(u'x', u'\u00D7'));
        if (!m_facts.classes.empty()) line += tr(", %1 classes").arg(m_facts.classes.size());
        line += tr("; ranges from %1 others").arg(m_facts.calibration);
        m_sheet->line(line);
        if (!m_facts.labelled)
            m_sheet->line(tr("Without labels: accuracy is the share of answers like those of the float32 network"));
        if (m_facts.outputs.size() > 1) addOutputs();
        for (const std::string& note : m_facts.notes) m_sheet->note(text(note));
    }
    if (!m_facts.preview.empty()) {
        m_sheet->section(tr("Labels and answers"));
        auto* grid = new PreviewGrid;
        grid->setImages(m_facts.preview, m_facts.classes);
        m_sheet->add(grid, grid->plainText());
    }
    if (m_facts.no_answers) m_sheet->note(text(m_facts.no_answers->message()), Ink::Bad);
    if (table) return;
    m_sheet->section(tr("How images are read"));
    m_sheet->row(tr("Pixels become"), text(m_facts.preprocessing));
    if (!m_facts.classes.empty()) m_sheet->row(tr("Classes from 0"), classesText(m_facts.classes));
}

void DataPanel::addOutputs() {
    auto* field = new QWidget;
    auto* row = new QHBoxLayout(field);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(new InkLabel(Ink::Text2, TextRole::Small, tr("Judged by output"), field));
    auto* choice = new QComboBox(field);
    choice->setAccessibleName(tr("Output that plans are judged by"));
    choice->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    for (const std::string& output : m_facts.outputs) choice->addItem(text(printable(output)));
    choice->setCurrentIndex(static_cast<int>(m_facts.judged));
    row->addWidget(choice, 1);
    // Later, as the answer makes this sheet anew, the choice with it.
    connect(
        choice, &QComboBox::activated, this,
        [this](int index) {
            if (static_cast<std::size_t>(index) < m_facts.outputs.size())
                Q_EMIT outputChosen(QString::fromStdString(m_facts.outputs[static_cast<std::size_t>(index)]));
        },
        Qt::QueuedConnection);
    m_sheet->add(field, tr("Judged by output") + u'\t' + choice->currentText());
}

void DataPanel::rebuild() {
    m_stack->setCurrentIndex(m_state == State::Nothing ? 0 : 1);
    m_sheet->clear();
    if (m_state == State::Reading) m_sheet->placeholder(m_name, tr("Reading it"));
    if (m_state == State::Failed) m_sheet->note(text(m_error.message()), Ink::Bad);
    if (m_state == State::Known) addFacts();
    if (m_state != State::Known || !m_claim) return;
    m_sheet->section(m_claim->given + m_claim->unknown > 0 ? tr("Given") : tr("Measured"));
    QString known = claimText(*m_claim);
    m_sheet->line(known.replace(0, 1, known.at(0).toUpper()));
    const QStringList fit = fitLines(*m_claim);
    if (!fit.isEmpty()) m_sheet->section(tr("Estimate while searching"));
    for (const QString& line : fit) m_sheet->line(line);
}

QString DataPanel::plainText() const {
    return m_sheet->plainText();
}

void DataPanel::dragEnterEvent(QDragEnterEvent* event) {
    if (!dataIn(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void DataPanel::dropEvent(QDropEvent* event) {
    const QString path = dataIn(*event->mimeData());
    if (path.isEmpty()) return;
    event->acceptProposedAction();
    Q_EMIT dropped(path);
}

} // namespace cutline
