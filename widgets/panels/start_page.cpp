// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/start_page.h"

#include "widgets/panels/form_kit.h"
#include "widgets/panels/kit.h"

#include <QAbstractButton>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QGridLayout>
#include <QMimeData>
#include <QPainter>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

constexpr int kColumnWidth = 980;

/// A card or a line that is one button: title, facts, note.
class LinkCardButton : public QAbstractButton {
public:
    LinkCardButton(const QString& title, const QString& facts, const QString& note, bool framed,
                   QWidget* parent)
        : QAbstractButton(parent), m_title(title), m_facts(facts), m_note(note), m_framed(framed) {
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setAccessibleName(title);
        setAccessibleDescription(facts + u' ' + note);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        setFixedHeight(framed ? 84 : 30);
        setMinimumWidth(160);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        const Theme& theme = Theme::of(palette());
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const bool lit = underMouse() || hasFocus();
        if (m_framed || lit) {
            painter.setPen(lit ? theme.accent : theme.border);
            painter.setBrush(m_framed ? theme.surface : QColor(Qt::transparent));
            painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
        }
        m_framed ? paintCard(painter, theme) : paintLine(painter, theme);
    }

private:
    void paintCard(QPainter& painter, const Theme& theme) const {
        const int room = width() - 28;
        const auto put = [&](int y, const QString& words, TextRole role, const QColor& ink) {
            painter.setFont(fontFor(role));
            painter.setPen(ink);
            painter.drawText(14, y, painter.fontMetrics().elidedText(words, Qt::ElideRight, room));
        };
        put(27, m_title, TextRole::Heading, theme.text);
        put(48, m_facts, TextRole::Small, theme.text2);
        put(67, m_note, TextRole::Small, theme.text3);
    }
    void paintLine(QPainter& painter, const Theme& theme) const {
        painter.setFont(fontFor(TextRole::Interface));
        painter.setPen(theme.text);
        painter.drawText(QRectF(10, 0, width() - 20, height()), Qt::AlignVCenter, m_title);
        const int x = 10 + painter.fontMetrics().horizontalAdvance(m_title) + 10;
        painter.setFont(fontFor(TextRole::Small));
        painter.setPen(theme.text3);
        painter.drawText(
            QRectF(x, 0, width() - x - 10, height()), Qt::AlignVCenter,
            painter.fontMetrics().elidedText(m_facts, Qt::ElideMiddle, std::max(0, width() - x - 10)));
    }
    QString m_title, m_facts, m_note;
    bool m_framed;
};

} // namespace

StartPage::StartPage(QWidget* parent)
    : QWidget(parent), m_column(new QWidget), m_cards(new QGridLayout), m_recent(new QVBoxLayout),
      m_open(new QPushButton(QStringLiteral("Open a model\u2026"))) {
    setAccessibleName(QStringLiteral("Start"));
    setAcceptDrops(true);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(24, 32, 24, 32);
    row->addStretch(1);
    row->addWidget(m_column, 100);
    row->addStretch(1);
    m_column->setMaximumWidth(kColumnWidth);
    auto* column = new QVBoxLayout(m_column);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addStretch(1);
    column->addWidget(new InkLabel(Ink::Text, TextRole::Metric, QStringLiteral("Cutline"), m_column));
    auto* what = new InkLabel(
        Ink::Text2, TextRole::Interface,
        QStringLiteral("Where to cut a network over several small computers, and what it costs."), m_column);
    what->setWordWrap(true);
    column->addWidget(what);
    column->addSpacing(8);
    auto* open = new QHBoxLayout;
    open->setSpacing(12);
    m_open->setProperty("primary", true);
    open->addWidget(m_open);
    open->addWidget(new InkLabel(Ink::Text3, TextRole::Interface,
                                 QStringLiteral("or drop an .onnx file anywhere"), m_column),
                    1);
    column->addLayout(open);
    column->addSpacing(16);
    column->addWidget(new InkLabel(Ink::Text2, TextRole::Heading, QStringLiteral("Samples"), m_column));
    m_cards->setSpacing(10);
    column->addLayout(m_cards);
    m_recent->setSpacing(0);
    column->addLayout(m_recent);
    column->addStretch(2);
    outer->addWidget(scrolled(page, this));
    connect(m_open, &QPushButton::clicked, this, &StartPage::browseRequested);
}

void StartPage::setSamples(const std::vector<SampleCard>& samples) {
    for (auto* card : std::exchange(m_card_widgets, {})) delete card;
    for (const SampleCard& sample : samples) {
        auto* card = new LinkCardButton(sample.title, sample.facts, sample.note, true, m_column);
        card->setToolTip(QStringLiteral("Open %1\n%2").arg(sample.title, sample.facts));
        connect(card, &QAbstractButton::clicked, this,
                [this, file = sample.file] { Q_EMIT openRequested(file); });
        m_card_widgets.push_back(card);
    }
    m_columns = 0;
    arrange();
}

void StartPage::setRecent(const QStringList& files) {
    clearLayout(m_recent);
    if (files.isEmpty()) return;
    m_recent->addSpacing(16);
    m_recent->addWidget(new InkLabel(Ink::Text2, TextRole::Heading, QStringLiteral("Recent"), m_column));
    m_recent->addSpacing(4);
    for (const QString& file : files) {
        const QFileInfo info(file);
        auto* line = new LinkCardButton(info.fileName(), info.absolutePath(), {}, false, m_column);
        line->setToolTip(file);
        connect(line, &QAbstractButton::clicked, this, [this, file] { Q_EMIT openRequested(file); });
        m_recent->addWidget(line);
    }
}

void StartPage::arrange() {
    const int columns = std::clamp((std::min(width() - 48, kColumnWidth) + 10) / 270, 1, 3);
    if (columns == m_columns) return;
    m_columns = columns;
    while (QLayoutItem* item = m_cards->takeAt(0)) delete item;
    for (std::size_t i = 0; i < m_card_widgets.size(); ++i)
        m_cards->addWidget(m_card_widgets[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns);
    for (int c = 0; c < 3; ++c) m_cards->setColumnStretch(c, c < columns ? 1 : 0);
}

void StartPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

QString StartPage::fileOf(const QMimeData& data, const QStringList& more) {
    const QStringList endings = QStringList{QStringLiteral(".onnx"), QStringLiteral(".json"), QStringLiteral(".cutline")} + more;
    for (const QUrl& url : data.urls()) {
        const QString file = url.toLocalFile();
        for (const QString& ending : endings)
            if (file.endsWith(ending, Qt::CaseInsensitive)) return file;
    }
    return {};
}

void StartPage::dragEnterEvent(QDragEnterEvent* event) {
    if (fileOf(*event->mimeData()).isEmpty()) return;
    m_dragging = true;
    update();
    event->acceptProposedAction();
}

void StartPage::dragLeaveEvent(QDragLeaveEvent*) {
    m_dragging = false;
    update();
}

void StartPage::dropEvent(QDropEvent* event) {
    m_dragging = false;
    update();
    const QString file = fileOf(*event->mimeData());
    if (file.isEmpty()) return;
    event->acceptProposedAction();
    Q_EMIT openRequested(file);
}

void StartPage::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    if (!m_dragging) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(theme.tint(theme.accent, 0.05));
    painter.setPen(QPen(theme.accent, 1.5, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(8, 8, -8, -8), 8, 8);
}

} // namespace cutline
