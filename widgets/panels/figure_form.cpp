// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/figure_form.h"

#include "widgets/models/plan_facts.h"
#include "widgets/panels/kit.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QScrollBar>

#include <algorithm>

namespace cutline {
namespace {

/// As it may be typed: plain spaces and minus signs.
QString typeable(QString words) {
    words.replace(QChar(0x202F), u' ').replace(QChar(0x00A0), u' ').replace(QChar(0x2009), u' ');
    return words.replace(QChar(0x2212), u'-');
}

} // namespace

Result<std::optional<double>> figureTyped(const QString& words, Unit unit) {
    const QString plain = typeable(words).trimmed();
    if (plain.isEmpty() || plain.compare(QStringLiteral("not known"), Qt::CaseInsensitive) == 0)
        return std::optional<double>();
    const auto read = parseQuantity(plain.toStdString(), unit);
    if (!read) return read.error();
    return std::optional(*read);
}

FigureForm::FigureForm(QWidget* parent) : QScrollArea(parent) {
    setAccessibleName(QStringLiteral("Numbers"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    rebuild();
}

const FigureForm::Row* FigureForm::rowOf(const std::string& field) const {
    const auto row = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& r) { return r.figure.field == field; });
    return row == m_rows.end() ? nullptr : &*row;
}

QLineEdit* FigureForm::edit(const std::string& field) const {
    const Row* row = rowOf(field);
    return row ? row->edit : nullptr;
}

QString FigureForm::errorText(const std::string& field) const {
    const Row* row = rowOf(field);
    return row && !row->error->isHidden() ? row->error->text() : QString();
}

void FigureForm::focusFirst() {
    if (m_rows.empty()) return;
    m_rows.front().edit->setFocus();
    m_rows.front().edit->selectAll();
}

void FigureForm::setFigures(const QString& heading, std::vector<DescriptorFigure> figures) {
    const bool same = m_heading->text() == heading &&
                      std::equal(figures.begin(), figures.end(), m_rows.begin(), m_rows.end(),
                                 [](const DescriptorFigure& figure, const Row& row) { return figure.field == row.figure.field; });
    if (same) {
        for (std::size_t i = 0; i < figures.size(); ++i) {
            const bool other = !(m_rows[i].figure == figures[i]);
            m_rows[i].figure = std::move(figures[i]);
            if (other) m_rows[i].touched = false;
            if (!m_rows[i].touched) fill(m_rows[i]);
        }
        return;
    }
    m_rows.clear();
    for (DescriptorFigure& figure : figures) m_rows.push_back({std::move(figure), nullptr, nullptr, nullptr, false});
    rebuild();
    m_heading->setText(heading);
}

void FigureForm::rebuild() {
    auto* page = new QWidget;
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(12, 8, 12, 10);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    m_heading = new InkLabel(Ink::Text, TextRole::Heading, {}, page);
    m_rows.empty() ? m_heading->setParagraph() : m_heading->setElided(); // alone it is a sentence
    grid->addWidget(m_heading, 0, 0, 1, 3);
    int line = 1;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        Row& row = m_rows[i];
        auto* label = new InkLabel(Ink::Text2, TextRole::Small, text(row.figure.title), page);
        row.edit = new QLineEdit(page);
        row.edit->setAccessibleName(label->text());
        row.edit->setMinimumWidth(84);
        row.edit->installEventFilter(this);
        row.pill = new Pill({}, page);
        row.error = new InkLabel(Ink::Bad, TextRole::Small, {}, page);
        row.error->setParagraph();
        row.error->hide();
        label->setBuddy(row.edit);
        grid->addWidget(label, line, 0);
        grid->addWidget(row.edit, line, 1);
        grid->addWidget(row.pill, line, 2);
        grid->addWidget(row.error, line + 1, 0, 1, 3);
        line += 2;
        connect(row.edit, &QLineEdit::textEdited, this, [this, i] { m_rows[i].touched = true; });
        connect(row.edit, &QLineEdit::editingFinished, this, [this, i] { commit(i); });
        fill(row);
    }
    grid->setRowStretch(line, 1);
    setWidget(page);
    page->setAutoFillBackground(false);
    // Where a number comes from stands last in its row: nothing of it is cut off.
    setMinimumWidth(std::max(290, page->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width()));
}

void FigureForm::fill(Row& row) {
    row.touched = false;
    const QString words = row.figure.value ? typeable(figureText(row.figure)) : QString();
    if (row.edit->text() != words) row.edit->setText(words);
    row.edit->setPlaceholderText(QStringLiteral("not known"));
    row.edit->setCursorPosition(0);
    row.pill->setText(markWord(row.figure.note));
    const QString source = markSentence(row.figure.note);
    row.edit->setToolTip(source);
    row.edit->setAccessibleDescription(source);
    row.pill->setToolTip(source);
    row.error->hide();
}

void FigureForm::commit(std::size_t i) {
    Row& row = m_rows[i];
    if (!row.touched) return;
    const auto value = figureTyped(row.edit->text(), row.figure.unit);
    if (!value) {
        setError(row.figure.field, text(value.error().message()));
        return;
    }
    if (*value == row.figure.value) return fill(row);
    row.error->hide();
    Q_EMIT edited(row.figure.field, *value);
}

void FigureForm::setError(const std::string& field, const QString& words) {
    const Row* row = rowOf(field);
    if (!row) return;
    row->error->setText(words);
    row->error->show();
    row->edit->setAccessibleDescription(words);
}

bool FigureForm::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape)
        for (Row& row : m_rows)
            if (row.edit == watched && row.touched) {
                fill(row);
                return true;
            }
    return QScrollArea::eventFilter(watched, event);
}

} // namespace cutline
