// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/fact_sheet.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPainter>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

/// A hairline between sections.
class Rule : public QWidget {
public:
    explicit Rule(QWidget* parent) : QWidget(parent) { setFixedHeight(9); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.fillRect(QRect(0, 4, width(), 1), Theme::of(palette()).border);
    }
};

class Swatch : public QWidget {
public:
    Swatch(const QColor& colour, QWidget* parent) : QWidget(parent), m_colour(colour) {
        setFixedSize(10, 16);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_colour);
        painter.drawRoundedRect(QRectF(0, 3.5, 9, 9), 2.5, 2.5);
    }

private:
    QColor m_colour;
};

class Bar : public QWidget {
public:
    Bar(double share, const QColor& colour, QWidget* parent) : QWidget(parent), m_share(share), m_colour(colour) {
        setFixedHeight(8);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        paintShareBar(painter, {0, 0, static_cast<double>(width()), 4}, m_share, m_colour, Theme::of(palette()));
    }

private:
    double m_share;
    QColor m_colour;
};

/// Rounded ground behind a paragraph.
class NoteBox : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent*) override {
        const Theme& theme = Theme::of(palette());
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.dark ? theme.border : theme.grid);
        painter.drawRoundedRect(QRectF(rect()), 7, 7);
    }
};

} // namespace

FactSheet::FactSheet(QWidget* parent) : QScrollArea(parent) {
    setAccessibleName(QStringLiteral("Facts"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    clear();
}

void FactSheet::clear() {
    m_text.clear();
    m_page = new QWidget;
    m_layout = new QVBoxLayout(m_page);
    m_layout->setContentsMargins(12, 10, 12, 10);
    m_layout->setSpacing(3);
    m_layout->addStretch(1);
    setWidget(m_page); // deletes the page before
    m_page->setAutoFillBackground(false);
}

void FactSheet::heading(const QString& text) {
    auto* label = new InkLabel(Ink::Text, TextRole::Heading, text, m_page);
    label->setParagraph();
    m_layout->insertWidget(m_layout->count() - 1, label);
    m_text += text + u'\n';
}

void FactSheet::line(const QString& text, Ink ink) {
    auto* label = new InkLabel(ink, TextRole::Small, text, m_page);
    label->setParagraph();
    m_layout->insertWidget(m_layout->count() - 1, label);
    m_text += text + u'\n';
}

void FactSheet::section(const QString& text) {
    m_layout->insertWidget(m_layout->count() - 1, new Rule(m_page));
    m_layout->insertWidget(m_layout->count() - 1,
                           new InkLabel(Ink::Text2, TextRole::CardTitle, text, m_page));
    m_text += text + u'\n';
}

void FactSheet::row(const QString& label, const QString& value, const QString& pill, const QString& tip,
                    const QColor& swatch) {
    auto* line = new QHBoxLayout;
    line->setSpacing(6);
    if (swatch.isValid()) line->addWidget(new Swatch(swatch, m_page), 0, Qt::AlignTop);
    auto* left = new InkLabel(Ink::Text2, TextRole::Small, label, m_page);
    auto* right = new InkLabel(Ink::Text, TextRole::Small, value, m_page);
    right->setParagraph();
    right->setAlignment(Qt::AlignRight | Qt::AlignTop);
    constexpr int kWholeValue = 110; // a name gives way before a figure does
    right->setMinimumWidth(std::min(right->fontMetrics().horizontalAdvance(value) + 2, kWholeValue));
    left->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    left->setAlignment(Qt::AlignTop);
    left->setElided(); // a tensor's name may be wider than the panel
    left->setToolTip(tip.isEmpty() && label.size() > 24 ? label : tip);
    right->setToolTip(tip);
    right->setAccessibleName(label + QStringLiteral(": ") + value);
    line->addWidget(left);
    line->addWidget(right, 1);
    if (!pill.isEmpty()) line->addWidget(new Pill(pill, m_page), 0, Qt::AlignTop);
    m_layout->insertLayout(m_layout->count() - 1, line);
    m_text += QStringList{label, value, pill}.join(u'\t') + u'\n';
}

void FactSheet::note(const QString& text, Ink ink) {
    auto* box = new NoteBox(m_page);
    auto* inner = new QVBoxLayout(box);
    inner->setContentsMargins(9, 7, 9, 7);
    auto* label = new InkLabel(ink, TextRole::Small, text, box);
    label->setParagraph();
    inner->addWidget(label);
    m_layout->insertSpacing(m_layout->count() - 1, 3);
    m_layout->insertWidget(m_layout->count() - 1, box);
    m_text += text + u'\n';
}

void FactSheet::code(const QString& words) {
    auto* view = new QPlainTextEdit(words.trimmed(), m_page);
    view->setReadOnly(true);
    view->setLineWrapMode(QPlainTextEdit::NoWrap);
    view->setFrameShape(QFrame::NoFrame);
    view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setAccessibleName(QStringLiteral("Loop nest"));
    view->document()->setDocumentMargin(6);
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(fontFor(TextRole::CardDetail).pointSizeF());
    view->setFont(font);
    const Theme& theme = Theme::of(palette());
    QPalette colours = view->palette();
    colours.setColor(QPalette::Base, theme.dark ? theme.raised : theme.grid);
    view->setPalette(colours);
    const int lines = static_cast<int>(words.trimmed().count(u'\n')) + 1;
    view->setFixedHeight(lines * QFontMetrics(font).lineSpacing() + 14 + 10); // the last: its scroll bar
    add(view, words);
}

void FactSheet::bar(const QString& label, const QString& value, double share, const QColor& colour,
                    const QString& tip) {
    row(label, value, {}, tip);
    m_layout->insertWidget(m_layout->count() - 1, new Bar(share, colour, m_page));
}

void FactSheet::add(QWidget* widget, const QString& words) {
    widget->setParent(m_page);
    m_layout->insertWidget(m_layout->count() - 1, widget);
    if (!words.isEmpty()) m_text += words + u'\n';
}

void FactSheet::scrollBackTo(int position) {
    // The new page has its height only once it is laid out.
    QTimer::singleShot(0, this, [this, position] { verticalScrollBar()->setValue(position); });
}

void FactSheet::placeholder(const QString& what, const QString& how) {
    m_layout->insertWidget(m_layout->count() - 1, new EmptyState(what, how, {}, m_page), 1);
    m_text += what + u'\n' + how + u'\n';
}

} // namespace cutline
