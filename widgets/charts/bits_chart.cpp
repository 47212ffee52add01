// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/bits_chart.h"

#include "core/base/text.h"
#include "widgets/models/accuracy_facts.h"
#include "widgets/panels/kit.h"

#include <QHBoxLayout>
#include <QLineSeries>
#include <QPainter>

#include <algorithm>

namespace cutline {
namespace {

double sharePercent(double share) {
    return share * 100;
}

QPointF at(const WidthSweep::Point& point) {
    return {static_cast<double>(point.bits), sharePercent(point.accuracy.top1)};
}

} // namespace

PlanChart* make_bits(QWidget* parent) {
    return new BitsChart(parent);
}

BitsChart::BitsChart(QWidget* parent) : ChartPane(parent), m_note(new InkLabel(Ink::Text3, TextRole::Small, {}, this)) {
    setAccessibleName(QStringLiteral("Accuracy over bits"));
    m_note->setElided();
    toolRow()->addWidget(m_note, 1);
    line()->setVisible(false);
    setWidthSweep(nullptr, {});
}

void BitsChart::setEvaluator(EvaluatorPtr evaluator) {
    m_system = evaluator ? evaluator->problem().system : nullptr;
    rebuild();
}

void BitsChart::setWidthSweep(WidthSweepPtr sweep, const QString& reason) {
    m_sweep = std::move(sweep);
    setEmptyText(!reason.isEmpty() ? reason
                                   : QStringLiteral("What a bit costs: the plan's accuracy with each platform at 2 to 16 "
                                                    "bits stands here once there are images to measure it on: Plan > Accuracy and its data"));
    rebuild();
    if (!m_sweep && isVisible()) Q_EMIT widthSweepWanted();
}

void BitsChart::showEvent(QShowEvent* event) {
    ChartPane::showEvent(event);
    if (!m_sweep) Q_EMIT widthSweepWanted();
}

QString BitsChart::nameOf(PlatformId platform) const {
    return m_system && platform.index() < m_system->platforms.size() ? text(printable(m_system->platform(platform).name))
                                                                     : QString();
}

void BitsChart::rebuild() {
    m_places.clear();
    line()->clear();
    m_note->setVisible(m_sweep != nullptr);
    if (!m_sweep || !m_system) {
        setDots({});
        setAxes({}, {});
        return;
    }
    std::vector<Dot> dots;
    double low = sharePercent(m_sweep->exact.top1), high = low;
    for (std::size_t c = 0; c < m_sweep->curves.size(); ++c)
        for (std::size_t p = 0; p < m_sweep->curves[c].points.size(); ++p) {
            const WidthSweep::Point& point = m_sweep->curves[c].points[p];
            dots.push_back({at(point), static_cast<std::uint32_t>(m_places.size())});
            m_places.push_back({c, p});
            low = std::min(low, sharePercent(point.accuracy.low));
            high = std::max(high, sharePercent(point.accuracy.high));
        }
    setDots(std::move(dots));
    const QString title = m_sweep->labelled ? QStringLiteral("Accuracy, %") : QStringLiteral("Agreement with float32, %");
    m_note->setText(QStringLiteral("Weights and activations of one platform at other widths, the rest of the plan as it is; "
                                   "%1 images, bars: 95\u2009% intervals")
                        .arg(m_sweep->images));
    setAxes({QStringLiteral("Bits"), 2, 16, 8, true}, {title, low, std::min(high, 100.0), 5, false}, true);
}

void BitsChart::paintBack(QPainter& painter, const PlotMapping& to) const {
    if (!m_sweep || !m_system) return;
    const double exact = sharePercent(m_sweep->exact.top1);
    painter.setPen(QPen(theme().text3, 1, Qt::DashLine));
    painter.drawLine(to.map({2, exact}), to.map({16, exact}));
    for (const WidthSweep::Curve& curve : m_sweep->curves) {
        const QColor colour = theme().platform(curve.platform.index());
        QPolygonF path;
        for (const WidthSweep::Point& point : curve.points)
            if (to.shows(at(point))) path << to.map(at(point));
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(path);
        for (const WidthSweep::Point& point : curve.points)
            paintInterval(painter, to, at(point), sharePercent(point.accuracy.low), sharePercent(point.accuracy.high), colour);
    }
}

void BitsChart::paintFront(QPainter& painter, const PlotMapping& to) const {
    if (!m_sweep || !m_system) return;
    std::vector<QRectF> placed;
    for (const WidthSweep::Curve& curve : m_sweep->curves)
        for (const WidthSweep::Point& point : curve.points) {
            if (!to.shows(at(point))) continue;
            const QPointF where = to.map(at(point));
            if (point.bits == curve.own_bits) paintRing(painter, where, 8, theme().accent);
            paintDot(painter, where, 3.5, theme().platform(curve.platform.index()));
            placed.push_back(QRectF(where - QPointF(5, 5), QSizeF(10, 10)));
        }
    // Names keep off the dashed line.
    constexpr double kApart = 12;
    const double level = to.map({2, sharePercent(m_sweep->exact.top1)}).y();
    for (double x = to.area.left(); x <= to.area.right(); x += kApart) placed.push_back(QRectF(x, level - 3, kApart, 6));
    for (const WidthSweep::Curve& curve : m_sweep->curves) {
        if (curve.points.empty()) continue;
        // Named where few bits cost most, and lines lie apart.
        const auto lowest = std::min_element(curve.points.begin(), curve.points.end(), [](const auto& a, const auto& b) {
            return a.accuracy.top1 < b.accuracy.top1;
        });
        if (to.shows(at(*lowest)))
            paintLabel(painter, to, to.map(at(*lowest)), nameOf(curve.platform), inkOf(curve.platform), true, placed);
    }
    const QPointF exact{16, sharePercent(m_sweep->exact.top1)};
    if (to.shows(exact))
        paintLabel(painter, to, to.map(exact), QStringLiteral("float32 %1\u2009%").arg(exact.y(), 0, 'f', 1), theme().text2,
                   false, placed);
}

QString BitsChart::tipOf(std::uint32_t index) const {
    if (!m_sweep || index >= m_places.size()) return {};
    const WidthSweep::Curve& curve = m_sweep->curves[m_places[index].curve];
    const WidthSweep::Point& point = curve.points[m_places[index].point];
    const QString own = point.bits == curve.own_bits ? QStringLiteral(" (as in the plan)") : QString();
    QString tip = QStringLiteral("%1 at %2 bit%3\nAccuracy %4")
                      .arg(nameOf(curve.platform), QString::number(point.bits), own, accuracyLine(point.accuracy));
    if (!isResolved(point.accuracy, m_sweep->plan) && point.bits != curve.own_bits)
        tip += QStringLiteral("\nnot resolved from the plan's: too few images");
    return tip;
}

QString BitsChart::toCsv() const {
    QString csv = QStringLiteral("platform,bits,accuracy,low,high\n");
    if (!m_sweep) return csv;
    for (const WidthSweep::Curve& curve : m_sweep->curves)
        for (const WidthSweep::Point& point : curve.points)
            csv += QStringList{text(csvCell(nameOf(curve.platform).toStdString())), QString::number(point.bits),
                               text(numberText(point.accuracy.top1)), text(numberText(point.accuracy.low)),
                               text(numberText(point.accuracy.high))}
                       .join(u',') +
                   u'\n';
    return csv;
}

} // namespace cutline
