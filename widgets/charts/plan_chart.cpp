// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/plan_chart.h"

#include "core/base/text.h"
#include "widgets/models/accuracy_facts.h"
#include "widgets/panels/form_kit.h"
#include "widgets/picture_file.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QImage>
#include <QMenu>
#include <QPainter>
#include <QSvgGenerator>

#include <algorithm>

namespace cutline {

PlanChart::PlanChart(QWidget* parent) : QWidget(parent) {
    tabAsLaidOut(this);
}

const Theme& PlanChart::theme() const {
    return Theme::of(palette());
}

QColor PlanChart::inkOf(PlatformId platform) const {
    const QColor colour = theme().platform(platform.index());
    return theme().dark ? colour : colour.darker(145);
}

QImage PlanChart::toImage(double scale) {
    if (!isVisible()) layOutForPicture();
    QImage image((pictureSize() * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.fill(theme().surface);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    renderTo(&painter, QRectF(QPointF(), QSizeF(image.size())));
    return image;
}

Result<void> PlanChart::savePicture(const QString& path) {
    return isSvg(path) ? saveSvg(path) : savePng(path);
}

Result<void> PlanChart::savePng(const QString& path, double scale) {
    return writePng(toImage(scale), path);
}

QByteArray PlanChart::toSvg() {
    if (!isVisible()) layOutForPicture();
    QBuffer buffer;
    QSvgGenerator generator;
    const QSize size = pictureSize().toSize();
    generator.setOutputDevice(&buffer);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(accessibleName());
    QPainter painter(&generator);
    renderTo(&painter, QRectF(QPointF(), QSizeF(size)));
    painter.end();
    return buffer.data();
}

Result<void> PlanChart::saveSvg(const QString& path) {
    return writeBytes(toSvg(), path);
}

void PlanChart::fillMenu(QMenu*, std::optional<QPointF>) {}

void PlanChart::setPlanAxes(const PlanAxes& axes) {
    if (axes == m_axes) return;
    m_axes = axes;
    followAxes();
}

void PlanChart::addAxisChoices(QMenu& menu, const QString& figure, Objective objective, const FigureAxis& axis) {
    const auto add = [&](const QString& words, bool AxisChoice::*what, bool possible) {
        QAction* action = menu.addAction(words);
        action->setCheckable(true);
        action->setChecked(m_axes.of(objective).*what);
        action->setEnabled(possible || action->isChecked());
        connect(action, &QAction::triggered, this, [this, objective, what](bool on) {
            PlanAxes axes = m_axes;
            axes.of(objective).*what = on;
            setPlanAxes(axes);
            Q_EMIT planAxesChanged(m_axes);
        });
    };
    add(QStringLiteral("%1: logarithmic axis").arg(figure), &AxisChoice::logarithmic, !axis.empty() && axis.hasLogarithm());
    add(axis.farOut() > 0 ? QStringLiteral("%1: %2 far out at the edge").arg(figure).arg(axis.farOut())
                          : QStringLiteral("%1: plans far out at the edge").arg(figure),
        &AxisChoice::clamped, axis.farOut() > 0);
}

void PlanChart::showMenu(QPoint global, std::optional<QPointF> at) {
    QMenu menu(this);
    menu.addAction(QStringLiteral("Copy picture"), this,
                   [this] { QApplication::clipboard()->setImage(toImage()); });
    menu.addAction(QStringLiteral("Copy data as CSV"), this,
                   [this] { QApplication::clipboard()->setText(toCsv()); });
    menu.addAction(QStringLiteral("Save picture\u2026"), this, &PlanChart::saveRequested);
    menu.addSeparator();
    fillMenu(&menu, at);
    menu.exec(global);
}

QString planTip(const SearchResult& result, const Problem& problem, std::uint32_t plan) {
    QString head = planTitle(plan);
    if (result.candidates && problem.system && problem.graph) {
        const Plan p = result.candidates->plan(plan);
        head += QStringLiteral(": %1, cut after %2")
                    .arg(platformsShown(p, *problem.system),
                         cutShown(*problem.graph, p, result.candidates->cutLabels(plan)));
    }
    head += u'\n' + summaryLines(result.summaries[plan]);
    if (const auto accuracy = accuracyAt(result, plan)) head += QStringLiteral("\nAccuracy ") + accuracyLine(*accuracy);
    return head;
}

QString figuresCsv(const SearchResult* result, const PlanBrush& brush) {
    QStringList head{QStringLiteral("plan"), QStringLiteral("in_brush"), QStringLiteral("on_front")};
    if (!result) return head.join(u',') + u'\n';
    const std::vector<Objective> known = knownObjectives(*result);
    for (const Objective objective : known)
        head << (objective == Objective::InitiationInterval ? QStringLiteral("throughput_hz")
                                                            : text(lowered(infoOf(objective).option)));
    QStringList lines{head.join(u',')};
    const auto flag = [](bool set) { return set ? QStringLiteral("1") : QStringLiteral("0"); };
    for (std::uint32_t plan = 0; plan < result->summaries.size(); ++plan) {
        const Summary& summary = result->summaries[plan];
        QStringList cells{QString::number(std::uint64_t{plan} + 1), flag(brush.accepts(plan, summary)),
                          flag(std::binary_search(result->front.begin(), result->front.end(), plan))};
        for (const Objective objective : known) cells << text(numberText(shownValue(summary, objective)));
        lines << cells.join(u',');
    }
    return lines.join(u'\n') + u'\n';
}

QString emptyWords(const SearchResult* result, const QString& usually) {
    return result && result->infeasible ? QStringLiteral("No plan meets the demands.\n") + text(result->infeasible->text)
                                        : usually;
}

QString brushWords(const PlanBrush& brush, std::size_t accepted, std::size_t plans, const QString& invitation) {
    if (brush.empty()) return invitation;
    return (brush.ranges.empty() ? QStringLiteral("%1 of %2 plans pass the filter")
                                 : QStringLiteral("%1 of %2 plans in the ranges marked \u00B7 Esc clears them"))
        .arg(accepted)
        .arg(plans);
}

QString axisTitle(Objective objective, bool memory_is_ratio, const UnitScale& scale) {
    const QString title = objectiveTitle(objective, memory_is_ratio);
    const QString unit = objective == Objective::InitiationInterval && scale.name == "/s" ? QStringLiteral("1/s")
                                                                                          : text(scale.name);
    return unit.isEmpty() ? title : title + QStringLiteral(", ") + unit;
}

} // namespace cutline
