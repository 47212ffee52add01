// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/kit.h"

#include <QEvent>
#include <QFile>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QScrollArea>
#include <QSvgRenderer>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

constexpr double kPillHeight = 17;
constexpr double kPillPadding = 7;

} // namespace

QColor colourOf(const Theme& theme, Ink ink) {
    switch (ink) {
    case Ink::Text:
        return theme.text;
    case Ink::Text2:
        return theme.text2;
    case Ink::Text3:
        return theme.text3;
    case Ink::Accent:
        return theme.accent;
    case Ink::Good:
        return theme.good;
    case Ink::Bad:
        return theme.bad;
    }
    return theme.text;
}

InkLabel::InkLabel(Ink ink, TextRole role, const QString& text, QWidget* parent)
    : QLabel(text, parent), m_ink(ink) {
    setTextFormat(Qt::PlainText);            // names come from files
    setForegroundRole(QPalette::WindowText); // on a surface it would follow QPalette::Text
    setFont(fontFor(role, true));
    applyInk();
}

void InkLabel::setInk(Ink ink) {
    m_ink = ink;
    applyInk();
}

void InkLabel::setParagraph() {
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void InkLabel::setElided() {
    m_elided = true;
}

void InkLabel::setBriefer(const QStringList& wordings) {
    m_elided = true;
    m_briefer = wordings;
    update();
}

QSize InkLabel::minimumSizeHint() const {
    const QSize size = QLabel::minimumSizeHint();
    return m_elided ? QSize(std::min(size.width(), fontMetrics().averageCharWidth() * 4), size.height())
                    : size;
}

void InkLabel::paintEvent(QPaintEvent* event) {
    if (!m_elided || fontMetrics().horizontalAdvance(text()) <= contentsRect().width())
        return QLabel::paintEvent(event);
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(contentsRect(), static_cast<int>(alignment()),
                     fittingText(fontMetrics(), QStringList{text()} + m_briefer, contentsRect().width()));
}

void InkLabel::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ThemeChange) applyInk();
}

void InkLabel::applyInk() {
    const QColor colour = colourOf(Theme::of(parentWidget() ? parentWidget()->palette() : palette()), m_ink);
    if (palette().color(QPalette::WindowText) == colour) return;
    QPalette own = palette();
    own.setColor(QPalette::WindowText, colour);
    setPalette(own);
}

Pill::Pill(const QString& text, QWidget* parent) : QWidget(parent) {
    setFont(fontFor(TextRole::CardDetail));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setText(text);
}

void Pill::setText(const QString& text) {
    m_text = text;
    setAccessibleName(text);
    setVisible(!text.isEmpty());
    updateGeometry();
    update();
}

QSize Pill::sizeHint() const {
    return {static_cast<int>(fontMetrics().horizontalAdvance(m_text) + 2 * kPillPadding + 2),
            static_cast<int>(kPillHeight) + 1};
}

QSize Pill::minimumSizeHint() const {
    return sizeHint();
}

void Pill::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(font());
    paintPill(painter, {width() - 0.5, 0.5}, m_text, Theme::of(palette()));
}

PanelFrame::PanelFrame(const QString& title, QWidget* content, QWidget* parent)
    : QWidget(parent), m_content(content), m_title_row(new QHBoxLayout) {
    setAccessibleName(title);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    auto* label = new InkLabel(Ink::Text, TextRole::Heading, title, this);
    m_title_row->setContentsMargins(12, 0, 8, 0);
    m_title_row->addWidget(label);
    m_title_row->addStretch(1);
    auto* row = new QWidget(this);
    row->setLayout(m_title_row);
    row->setFixedHeight(m_title_height - 1);
    layout->addWidget(row);
    layout->addSpacing(1);
    layout->addWidget(content, 1);
    content->setAutoFillBackground(false);
}

void PanelFrame::addToTitle(QWidget* widget) {
    m_title_row->addWidget(widget);
}

void PanelFrame::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.border);
    painter.setBrush(theme.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    painter.drawLine(QPointF(0.5, m_title_height + 0.5), QPointF(width() - 0.5, m_title_height + 0.5));
}

EmptyState::EmptyState(const QString& what, const QString& how, const QString& button, QWidget* parent)
    : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(8);
    layout->addStretch(1);
    auto* title = new InkLabel(Ink::Text2, TextRole::Heading, what, this);
    m_hint = new InkLabel(Ink::Text3, TextRole::Interface, how, this);
    for (auto* label : {title, m_hint}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        layout->addWidget(label);
    }
    if (!button.isEmpty()) {
        m_button = new QPushButton(button, this);
        layout->addSpacing(4);
        layout->addWidget(m_button, 0, Qt::AlignHCenter);
        connect(m_button, &QPushButton::clicked, this, &EmptyState::activated);
    }
    layout->addStretch(1);
}

void EmptyState::setHint(const QString& how) {
    m_hint->setText(how);
}

QIcon iconNamed(const QString& name, const QColor& colour, int size) {
    loadIcons();
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QSvgRenderer renderer(file.readAll().replace("currentColor", colour.name().toLatin1()));
    QIcon icon;
    for (const int scale : {1, 2}) {
        QPixmap pixmap(size * scale, size * scale);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.end();
        pixmap.setDevicePixelRatio(scale);
        icon.addPixmap(pixmap);
    }
    return icon;
}

QString fittingText(const QFontMetrics& metrics, const QStringList& wordings, int room) {
    for (const QString& words : wordings)
        if (metrics.horizontalAdvance(words) <= room) return words;
    return wordings.isEmpty() ? QString() : metrics.elidedText(wordings.back(), Qt::ElideRight, std::max(0, room));
}

void paintFocus(QPainter& painter, const QRectF& bounds, const Theme& theme) {
    painter.setPen(theme.border);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(bounds.adjusted(1.5, 1.5, -1.5, -1.5), 6, 6);
}

void paintShareBar(QPainter& painter, const QRectF& rect, double share, const QColor& colour,
                   const Theme& theme) {
    const double radius = rect.height() / 2;
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.dark ? theme.border : theme.grid);
    painter.drawRoundedRect(rect, radius, radius);
    if (!(share > 0)) return;
    QRectF filled = rect;
    filled.setWidth(std::max(rect.height(), rect.width() * std::min(1.0, share)));
    painter.setBrush(share > 1 + 1e-9 ? theme.bad : colour);
    painter.drawRoundedRect(filled, radius, radius);
}

QRectF paintPill(QPainter& painter, QPointF right_top, const QString& text, const Theme& theme) {
    if (text.isEmpty()) return {right_top, QSizeF(0, kPillHeight)};
    const double width = painter.fontMetrics().horizontalAdvance(text) + 2 * kPillPadding;
    const QRectF rect(right_top.x() - width, right_top.y(), width, kPillHeight);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.dark ? theme.text3 : QColor(theme.text3).lighter(150));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect, kPillHeight / 2, kPillHeight / 2);
    painter.setPen(theme.text2);
    painter.drawText(rect, Qt::AlignCenter, text);
    return rect;
}

void onSurface(QWidget* widget) {
    widget->setBackgroundRole(QPalette::Base);
    widget->setAutoFillBackground(true);
}

QWidget* scrolled(QWidget* page, QWidget* parent) {
    auto* area = new QScrollArea(parent);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(page);
    area->viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false); // setWidget() turns it on
    return area;
}

QList<int> RowDelegate::swatches(const QModelIndex&) const {
    return {};
}

QIcon RowDelegate::icon(const QModelIndex&, const Theme&) const {
    return {};
}

bool RowDelegate::strong(const QModelIndex&) const {
    return false;
}

bool RowDelegate::dimmed(const QModelIndex&) const {
    return false;
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
    const Theme& theme = Theme::of(option.palette);
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, theme.border);
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, theme.grid);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QRectF rest = QRectF(option.rect).adjusted(8, 0, -8, 0);
    for (const int platform : swatches(index)) {
        const auto number = static_cast<std::size_t>(platform);
        const QRectF swatch(rest.left(), rest.center().y() - 4.5, 9, 9);
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.platform(number));
        painter->drawRoundedRect(swatch, 2.5, 2.5);
        paintPattern(*painter, swatch, patternOf(number, false), theme.surface);
        rest.setLeft(swatch.right() + 3);
    }
    if (rest.left() > option.rect.left() + 9) rest.setLeft(rest.left() + 3);
    if (const QIcon mark = icon(index, theme); !mark.isNull()) {
        mark.paint(painter, QRectF(rest.left(), rest.center().y() - 8, 16, 16).toRect());
        rest.setLeft(rest.left() + 22);
    }
    QFont font = option.font;
    if (strong(index)) font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(dimmed(index) ? theme.tint(theme.text3, 0.55) : theme.text);
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    painter->drawText(rest, static_cast<int>(alignment ? alignment : Qt::AlignLeft | Qt::AlignVCenter),
                      QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight,
                                                    static_cast<int>(rest.width())));
    painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const int count = static_cast<int>(swatches(index).size());
    const int marks =
        count * 12 + (count ? 3 : 0) + (icon(index, Theme::of(option.palette)).isNull() ? 0 : 22);
    return {QFontMetrics(option.font).horizontalAdvance(index.data().toString()) + 18 + marks, 26};
}

void asRows(QTableView& view) {
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setShowGrid(false);
    view.setWordWrap(false);
    view.setTextElideMode(Qt::ElideMiddle);
    view.setTabKeyNavigation(false);
    view.verticalHeader()->hide();
    view.verticalHeader()->setDefaultSectionSize(26);
    view.horizontalHeader()->setHighlightSections(false);
    view.horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
}

} // namespace cutline
