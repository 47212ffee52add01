// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/platform_panel.h"

#include "widgets/panels/kit.h"

#include <QApplication>
#include <QDrag>
#include <QEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

void paintCardFrame(QPainter& painter, QSizeF size, bool focused, const Theme& theme) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(theme.surface);
    painter.setPen(focused ? QPen(theme.accent, 1.6) : QPen(theme.border, 1));
    painter.drawRoundedRect(QRectF({0, 0}, size).adjusted(1, 1, -1, -1), 7, 7);
}

/// The first wording of the left text that leaves room for the right one; the last is elided where none does.
void paintPair(QPainter& painter, const QRectF& row, const QStringList& left, const QString& right,
               const QColor& left_ink, const QColor& right_ink) {
    const double right_width = painter.fontMetrics().horizontalAdvance(right);
    painter.setPen(right_ink);
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, right);
    painter.setPen(left_ink);
    const int room = static_cast<int>(row.width() - right_width - (right.isEmpty() ? 0 : 8));
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, fittingText(painter.fontMetrics(), left, room));
}

} // namespace

PlatformChip::PlatformChip(PlatformId id, QWidget* parent) : QWidget(parent), m_id(id) {
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::OpenHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMinimumWidth(150);
}

void PlatformChip::setText(const PlatformCardText& text) {
    if (m_text == text) return;
    m_text = text;
    setToolTip(text.tip);
    setAccessibleName(QStringLiteral("Platform ") + text.name);
    setAccessibleDescription(text.tip);
    update();
}

void paintPlatformCard(QPainter& painter, QSizeF size, const PlatformCardText& text, std::size_t index, bool focused,
                       const Theme& theme) {
    const QColor colour = theme.platform(index);
    paintCardFrame(painter, size, focused, theme);
    const double left = 11, room = size.width() - 22;
    const QRectF swatch(left, 10, 21, 14);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(swatch, 4, 4);
    paintPattern(painter, swatch, patternOf(index, false), theme.surface);

    painter.setFont(fontFor(TextRole::Heading));
    double title_room = room - 30;
    if (!text.key.isEmpty()) {
        const QRectF key(size.width() - 11 - 14, 9, 14, 15);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(theme.border);
        painter.drawRoundedRect(key, 3, 3);
        painter.setPen(theme.text3);
        painter.setFont(fontFor(TextRole::CardDetail));
        painter.drawText(key, Qt::AlignCenter, text.key);
        painter.setFont(fontFor(TextRole::Heading));
        title_room -= 20;
    }
    painter.setPen(theme.text);
    painter.drawText(
        QRectF(left + 30, 7, title_room, 20), Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(text.name, Qt::ElideRight, static_cast<int>(title_room)));

    painter.setFont(fontFor(TextRole::Small, true));
    paintPair(painter, {left, 28, room, 16}, {text.busy}, text.bottleneck ? QString() : text.busy_share,
              theme.text2, theme.text2);
    if (text.bottleneck) {
        painter.setFont(fontFor(TextRole::CardTitle));
        paintPair(painter, {left, 28, room, 16}, {}, QStringLiteral("bottleneck"), theme.text, theme.text);
        painter.setFont(fontFor(TextRole::Small, true));
    }
    paintShareBar(painter, {left, 46, room, 4}, text.busy_fraction, colour, theme);
    const bool over = text.memory_fraction && *text.memory_fraction > 1;
    paintPair(painter, {left, 53, room, 16}, {text.memory, text.memory_brief}, text.memory_share, theme.text2,
              over ? theme.bad : theme.text2);
    paintShareBar(painter, {left, 71, room, 4}, text.memory_fraction.value_or(0), colour, theme);

    painter.setFont(fontFor(TextRole::CardDetail));
    const QRectF pill = paintPill(painter, {size.width() - 11.5, 81.5}, text.provenance, theme);
    painter.setFont(fontFor(TextRole::Small, true));
    paintPair(painter, {left, 82, pill.left() - left - 6, 16}, {text.facts}, {}, theme.text2, theme.text2);
}

void PlatformChip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintPlatformCard(painter, size(), m_text, m_id.index(), hasFocus(), Theme::of(palette()));
}

void PlatformChip::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) m_press = event->pos();
}

void PlatformChip::mouseMoveEvent(QMouseEvent* event) {
    if (!m_press || !(event->buttons() & Qt::LeftButton)) return;
    if ((event->pos() - *m_press).manhattanLength() < QApplication::startDragDistance()) return;
    m_press.reset();
    startDrag();
}

void PlatformChip::mouseReleaseEvent(QMouseEvent* event) {
    if (m_press && event->button() == Qt::LeftButton && rect().contains(event->pos())) Q_EMIT activated();
    m_press.reset();
}

void PlatformChip::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
        Q_EMIT activated();
    else
        QWidget::keyPressEvent(event);
}

void PlatformChip::enterEvent(QEnterEvent*) {
    Q_EMIT hovered(true);
}

void PlatformChip::leaveEvent(QEvent*) {
    Q_EMIT hovered(false);
}

QMimeData* PlatformChip::mimeOf(PlatformId platform) {
    auto* mime = new QMimeData;
    mime->setData(QString::fromLatin1(kPlatformMime), QByteArray::number(platform.value));
    return mime;
}

void PlatformChip::startDrag() {
    const Theme& theme = Theme::of(palette());
    const double ratio = devicePixelRatioF();
    QPixmap pixmap(QSize(84, 28) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor colour = theme.platform(m_id.index());
    painter.setPen(theme.tint(colour, 0.55));
    painter.setBrush(theme.tint(colour, 0.13));
    painter.drawRoundedRect(QRectF(0.5, 0.5, 83, 27), 7, 7);
    painter.setFont(fontFor(TextRole::Heading));
    painter.setPen(theme.text);
    painter.drawText(QRectF(6, 0, 72, 28), Qt::AlignCenter,
                     painter.fontMetrics().elidedText(m_text.name, Qt::ElideRight, 72));
    painter.end();

    Q_EMIT dragged(m_id);
    auto* drag = new QDrag(this);
    drag->setMimeData(mimeOf(m_id));
    drag->setPixmap(pixmap);
    drag->setHotSpot({12, 14});
    drag->exec(Qt::CopyAction);
}

/// Name, ends and load of one link.
class LinkCard : public QWidget {
    Q_OBJECT
public:
    LinkCard(LinkId id, QWidget* parent) : QWidget(parent), m_id(id) {
        setFocusPolicy(Qt::StrongFocus);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    QSize sizeHint() const override { return {220, 62}; }
    void setText(const LinkCardText& text) {
        if (m_text == text) return;
        m_text = text;
        setToolTip(text.tip);
        setAccessibleName(QStringLiteral("Link ") + text.name);
        setAccessibleDescription(text.tip);
        update();
    }

Q_SIGNALS:
    void activated();

protected:
    void paintEvent(QPaintEvent*) override {
        const Theme& theme = Theme::of(palette());
        const QColor colour = theme.link(m_id.index());
        QPainter painter(this);
        paintCardFrame(painter, size(), hasFocus(), theme);
        const double left = 11, room = width() - 22;
        painter.setPen(QPen(colour, 3, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(left + 2, 17), QPointF(left + 19, 17));
        painter.setFont(fontFor(TextRole::Heading));
        const QString mark = m_text.bottleneck ? QStringLiteral("bottleneck") : QString();
        paintPair(painter, {left + 30, 7, room - 30, 20}, {m_text.name}, mark, theme.text, theme.text);
        painter.setFont(fontFor(TextRole::Small, true));
        paintPair(painter, {left, 28, room, 16}, {m_text.ends}, m_text.share, theme.text2,
                  m_text.fraction > 1 + 1e-9 ? theme.bad : theme.text2);
        paintShareBar(painter, {left, 46, room, 4}, m_text.fraction, colour, theme);
    }
    void mouseReleaseEvent(QMouseEvent* event) override {
        if (event->button() == Qt::LeftButton && rect().contains(event->pos())) Q_EMIT activated();
    }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Space)
            Q_EMIT activated();
        else
            QWidget::keyPressEvent(event);
    }

private:
    LinkId m_id;
    LinkCardText m_text;
};

PlatformPanel::PlatformPanel(QWidget* parent) : QWidget(parent), m_list(new QWidget) {
    setAccessibleName(QStringLiteral("Platforms"));
    onSurface(this);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    m_layout = new QVBoxLayout(m_list);
    m_layout->setContentsMargins(10, 10, 10, 10);
    m_layout->setSpacing(10);
    outer->addWidget(scrolled(m_list, this));
    rebuild();
}

void PlatformPanel::setSystem(SystemPtr system) {
    m_system = std::move(system);
    m_metrics.reset();
    m_sources.clear();
    rebuild();
}

void PlatformPanel::setProvenance(std::vector<Source> sources) {
    m_sources = std::move(sources);
    refresh();
}

void PlatformPanel::setCosts(const CostTable& costs) {
    std::vector<Source> sources;
    for (std::uint32_t p = 0; p < costs.system().platforms.size(); ++p) {
        std::array<double, 6> time{};
        for (std::uint32_t l = 0; l < costs.graph().layerCount(); ++l) {
            const Cost& cost = costs.layer({l}, {p});
            if (cost.supported) time[static_cast<std::size_t>(cost.source)] += cost.latency_s;
        }
        const auto most = std::max_element(time.begin(), time.end());
        sources.push_back(*most > 0 ? static_cast<Source>(most - time.begin()) : Source::None);
    }
    setProvenance(std::move(sources));
}

void PlatformPanel::setMetrics(std::optional<Metrics> metrics) {
    m_metrics = std::move(metrics);
    refresh();
}

void PlatformPanel::setRate(std::optional<double> rate_hz) {
    m_rate_hz = rate_hz;
    refresh();
}

void PlatformPanel::rebuild() {
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_chips.clear();
    m_links.clear();
    if (!m_system || m_system->platforms.empty()) {
        m_layout->addWidget(new EmptyState(
            QStringLiteral("No system"),
            QStringLiteral("Choose a system above: its platforms and links stand here."), {}, m_list));
        return;
    }
    for (std::uint32_t i = 0; i < m_system->platforms.size(); ++i) {
        auto* chip = new PlatformChip({i}, m_list);
        connect(chip, &PlatformChip::activated, this, [this, i] { Q_EMIT chipActivated({i}); });
        connect(chip, &PlatformChip::hovered, this, [this, i](bool inside) {
            Q_EMIT chipHovered(inside ? std::optional(PlatformId{i}) : std::nullopt);
        });
        m_chips.push_back(chip);
        m_layout->addWidget(chip);
    }
    for (std::uint32_t i = 0; i < m_system->links.size(); ++i) {
        auto* card = new LinkCard({i}, m_list);
        connect(card, &LinkCard::activated, this, [this, i] { Q_EMIT linkActivated({i}); });
        m_links.push_back(card);
        m_layout->addWidget(card);
    }
    auto* hint = new InkLabel(Ink::Text3, TextRole::Small,
                              QStringLiteral("Drag a platform onto layers, or press its key."), m_list);
    hint->setWordWrap(true);
    m_layout->addWidget(hint);
    m_layout->addStretch(1);
    refresh();
}

void PlatformPanel::refresh() {
    const Metrics* metrics = m_metrics ? &*m_metrics : nullptr;
    for (std::uint32_t i = 0; i < m_chips.size(); ++i)
        m_chips[i]->setText(platformCard(*m_system, {i}, metrics, m_rate_hz,
                                         i < m_sources.size() ? m_sources[i] : Source::None));
    for (std::uint32_t i = 0; i < m_links.size(); ++i)
        m_links[i]->setText(linkCard(*m_system, {i}, metrics, m_rate_hz));
}

} // namespace cutline

#include "platform_panel.moc"
