// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/metric_strip.h"

#include "widgets/panels/kit.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace cutline {

/// One figure: title, large value with small unit, change and note. Draws from its text only.
class MetricTile : public QWidget {
    Q_OBJECT
public:
    explicit MetricTile(QWidget* parent) : QWidget(parent) {
        setFocusPolicy(Qt::TabFocus);
        setMinimumWidth(118);
        setFixedHeight(72);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        setCursor(Qt::PointingHandCursor);
    }

    void setText(const MetricTileText& text) {
        if (m_text == text) return;
        m_text = text;
        setToolTip(text.tip);
        setAccessibleName(text.title);
        setAccessibleDescription(text.tip);
        update();
    }

    void setLast() { m_last = true; }

Q_SIGNALS:
    void activated();

protected:
    void paintEvent(QPaintEvent*) override {
        const Theme& theme = Theme::of(palette());
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.fillRect(rect(), theme.surface);
        painter.setPen(theme.border);
        if (!m_last) painter.drawLine(QPointF(width() - 0.5, 0), QPointF(width() - 0.5, height()));
        if (hasFocus()) {
            painter.setPen(QPen(theme.accent, 1));
            painter.drawRoundedRect(QRectF(rect()).adjusted(2.5, 2.5, -3.5, -2.5), 6, 6);
        }
        paintText(painter, theme);
    }

    void mouseReleaseEvent(QMouseEvent* event) override {
        if (event->button() == Qt::LeftButton && rect().contains(event->pos())) Q_EMIT activated();
    }

    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
            Q_EMIT activated();
        else
            QWidget::keyPressEvent(event);
    }

private:
    void paintText(QPainter& painter, const Theme& theme) const {
        const int left = 14, room = width() - left - 8;
        painter.setFont(m_small);
        painter.setPen(theme.text2);
        painter.drawText(left, 21, painter.fontMetrics().elidedText(m_text.title, Qt::ElideRight, room));

        const bool words =
            m_text.unit.isEmpty() && !m_text.number.isEmpty() && m_text.number.front().isLetter();
        painter.setFont(words ? m_heading : m_metric);
        painter.setPen(words ? theme.text2 : theme.text);
        painter.drawText(left, 43, m_text.number);
        const int after = painter.fontMetrics().horizontalAdvance(m_text.number);
        painter.setFont(m_interface);
        painter.setPen(theme.text2);
        painter.drawText(left + after + 5, 43, m_text.unit);

        int x = left;
        painter.setFont(m_change);
        if (!m_text.change.isEmpty()) {
            painter.setPen(m_text.verdict == Verdict::Better  ? theme.good
                           : m_text.verdict == Verdict::Worse ? theme.bad
                                                              : theme.text3);
            painter.drawText(x, 62, m_text.change);
            x += painter.fontMetrics().horizontalAdvance(m_text.change) + 7;
        }
        painter.setFont(m_small);
        painter.setPen(m_text.broken ? theme.bad : theme.text3);
        painter.drawText(x, 62,
                         fittingText(painter.fontMetrics(), QStringList{m_text.note} + m_text.briefer,
                                     width() - x - 8));
    }

    MetricTileText m_text;
    QFont m_small = fontFor(TextRole::Small, true);
    QFont m_change = fontFor(TextRole::CardTitle, true);
    QFont m_metric = fontFor(TextRole::Metric, true);
    QFont m_heading = fontFor(TextRole::Heading);
    QFont m_interface = fontFor(TextRole::Interface);
    bool m_last = false;
};

MetricStrip::MetricStrip(QWidget* parent) : QWidget(parent) {
    setAccessibleName(QStringLiteral("Metrics of the plan"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    constexpr std::array kOrder{
        Objective::InitiationInterval, Objective::Latency, Objective::Energy, Objective::Memory,
        Objective::LinkBytes,          Objective::Accuracy};
    for (std::size_t i = 0; i < kMetricTiles; ++i) {
        m_tiles[i] = new MetricTile(this);
        layout->addWidget(m_tiles[i], 1);
        connect(m_tiles[i], &MetricTile::activated, this,
                [this, objective = kOrder[i]] { Q_EMIT objectiveActivated(objective); });
    }
    m_tiles.back()->setLast();
    refresh();
}

void MetricStrip::setSystem(SystemPtr system) {
    m_system = std::move(system);
    refresh();
}

void MetricStrip::setConstraints(std::vector<Constraint> constraints) {
    m_constraints = std::move(constraints);
    refresh();
}

void MetricStrip::setRate(std::optional<double> rate_hz) {
    m_rate_hz = rate_hz;
    refresh();
}

void MetricStrip::setMetrics(std::optional<Metrics> current, std::optional<Metrics> reference,
                             const QString& reference_name) {
    m_current = std::move(current);
    m_reference = std::move(reference);
    m_reference_name = reference_name;
    refresh();
}

void MetricStrip::setPreview(std::optional<Metrics> preview) {
    m_preview = std::move(preview);
    refresh();
}

void MetricStrip::refresh() {
    MetricContext context{m_system, m_constraints,    m_rate_hz,
                          nullptr,  m_reference_name, m_preview.has_value()};
    if (m_preview && m_current)
        context.reference = &*m_current;
    else if (!m_preview && m_current && m_reference)
        context.reference = &*m_reference;
    const Metrics* shown = m_preview ? &*m_preview : m_current ? &*m_current : nullptr;
    if (shown) {
        m_texts = metricTiles(*shown, context);
    } else {
        constexpr std::array kTitles{"Throughput", "Latency", "Energy", "Memory", "Link load", "Accuracy"};
        for (std::size_t i = 0; i < kMetricTiles; ++i) {
            m_texts[i] = {};
            m_texts[i].title = QString::fromLatin1(kTitles[i]);
            m_texts[i].number = QStringLiteral("\u2013");
            m_texts[i].tip = m_texts[i].title + QStringLiteral(": no plan yet");
        }
    }
    for (std::size_t i = 0; i < kMetricTiles; ++i) m_tiles[i]->setText(m_texts[i]);
}

} // namespace cutline

#include "metric_strip.moc"
