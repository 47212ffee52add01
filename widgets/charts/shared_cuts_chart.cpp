// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/shared_cuts_chart.h"

#include "core/base/text.h"
#include "widgets/panels/kit.h"

#include <QComboBox>
#include <QFutureWatcher>
#include <QHBoxLayout>
#include <QLineSeries>
#include <QPainter>
#include <QtConcurrentRun>

#include <algorithm>
#include <numeric>

namespace cutline {
namespace {

/// Layers of all plans together that are looked through within a few milliseconds.
constexpr std::size_t kCutsAtOnce = 1'000'000;

std::vector<std::uint32_t> cutsBehind(const SearchResult& result, const Graph& graph,
                                      const std::vector<std::uint32_t>& plans) {
    std::vector<std::uint32_t> counts(graph.layerCount());
    for (const std::uint32_t plan : plans)
        for (const auto& stage : cutLayers(graph, result.candidates->plan(plan)))
            for (const LayerId layer : stage) ++counts[layer.index()];
    return counts;
}

} // namespace

PlanChart* make_shared_cuts(QWidget* parent) {
    return new SharedCutsChart(parent);
}

SharedCutsChart::SharedCutsChart(QWidget* parent)
    : ChartPane(parent), m_box(new QComboBox(this)), m_note(new InkLabel(Ink::Text3, TextRole::Small, {}, this)) {
    setAccessibleName(QStringLiteral("What good plans share"));
    toolRow()->addWidget(m_box);
    toolRow()->addWidget(m_note);
    toolRow()->addStretch(1);
    m_box->addItems({QStringLiteral("Plans of the front"), QStringLiteral("Short list"), QStringLiteral("All plans"),
                     QStringLiteral("Group of the chosen plan")});
    m_box->setAccessibleName(QStringLiteral("Plans counted"));
    m_box->setToolTip(QStringLiteral("Whose cuts are counted; ranges marked on parallel axes narrow them down"));
    connect(m_box, &QComboBox::activated, this, [this](int choice) { setOf(static_cast<Of>(choice)); });
    line()->setVisible(false);
}

void SharedCutsChart::setResult(SearchResultPtr result, const Problem& problem) {
    m_result = std::move(result);
    m_problem = problem;
    setSelected({});
    m_chosen.reset();
    m_chosen_cuts.clear();
    count();
}

void SharedCutsChart::setBrush(const PlanBrush& brush) {
    if (brush == m_brush) return;
    m_brush = brush;
    count();
}

void SharedCutsChart::setOf(Of of) {
    m_of = of;
    m_box->setCurrentIndex(static_cast<int>(of));
    count();
}

void SharedCutsChart::setSelectedPlan(std::optional<std::uint32_t> plan) {
    const bool other = plan != m_chosen;
    m_chosen = plan;
    m_chosen_cuts.clear();
    if (plan && m_result && m_result->candidates && *plan < m_result->candidates->size() && m_problem.graph)
        for (const auto& stage : cutLayers(*m_problem.graph, m_result->candidates->plan(*plan)))
            m_chosen_cuts.insert(m_chosen_cuts.end(), stage.begin(), stage.end());
    if (other && m_of == Of::Group) count();
    repaintMarks();
}

void SharedCutsChart::setSelectedLayers(const std::vector<LayerId>& layers) {
    setSelected(layers.size() == 1 ? std::optional(layers.front().value) : std::nullopt);
}

std::vector<std::uint32_t> SharedCutsChart::selection() const {
    std::vector<std::uint32_t> plans;
    switch (m_of) {
    case Of::Front:
        plans = m_result->front;
        break;
    case Of::ShortList:
        plans = m_result->representatives;
        break;
    case Of::All:
        plans.resize(m_result->summaries.size());
        std::iota(plans.begin(), plans.end(), 0U);
        break;
    case Of::Group:
        plans = chosenGroup();
        break;
    }
    std::erase_if(plans, [this](std::uint32_t plan) { return !m_brush.accepts(plan, m_result->summaries[plan]); });
    return plans;
}

/// The plans of the front that the same one of the short list stands for.
std::vector<std::uint32_t> SharedCutsChart::chosenGroup() const {
    const auto &front = m_result->front, &by = m_result->represented_by;
    std::vector<std::uint32_t> plans;
    const auto here = m_chosen ? std::lower_bound(front.begin(), front.end(), *m_chosen) : front.end();
    if (here == front.end() || *here != m_chosen || by.size() != front.size()) return plans;
    const std::uint32_t stand_in = by[static_cast<std::size_t>(here - front.begin())];
    for (std::size_t i = 0; i < front.size(); ++i)
        if (by[i] == stand_in) plans.push_back(front[i]);
    return plans;
}

void SharedCutsChart::count() {
    const std::uint64_t revision = ++m_revision;
    setEmptyText(m_of == Of::Group && m_result
                     ? QStringLiteral("Choose a plan of the front: where its group is cut stands here, the plans that one "
                                      "of the short list stands for")
                     : QStringLiteral("Where good plans are cut stands here once plans are searched"));
    if (!m_result || !m_result->candidates || !m_problem.graph) return accept({}, 0);
    std::vector<std::uint32_t> plans = selection();
    const std::size_t number = plans.size();
    if (number * m_problem.graph->layerCount() <= kCutsAtOnce)
        return accept(cutsBehind(*m_result, *m_problem.graph, plans), number);
    auto* watcher = new QFutureWatcher<std::vector<std::uint32_t>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, revision, number] {
        watcher->deleteLater();
        if (revision == m_revision) accept(watcher->result(), number);
    });
    watcher->setFuture(QtConcurrent::run([result = m_result, graph = m_problem.graph, plans = std::move(plans)] {
        return cutsBehind(*result, *graph, plans);
    }));
}

void SharedCutsChart::accept(std::vector<std::uint32_t> counts, std::size_t plans) {
    m_counts = std::move(counts);
    m_plans = plans;
    std::vector<Dot> dots;
    std::uint32_t most = 0;
    for (std::uint32_t layer = 0; layer < m_counts.size(); ++layer) {
        if (m_counts[layer] == 0) continue;
        dots.push_back({{layer + 1.0, static_cast<double>(m_counts[layer])}, layer});
        most = std::max(most, m_counts[layer]);
    }
    m_note->setText(m_plans == 0 ? QString()
                                 : QStringLiteral("%1 plans are cut behind %2 of %3 layers")
                                       .arg(m_plans)
                                       .arg(dots.size())
                                       .arg(m_counts.size()));
    const bool none = dots.empty();
    setDots(std::move(dots));
    if (none) return setAxes({}, {});
    setAxes({QStringLiteral("Layer behind which plans are cut, number in the file"), 0,
             static_cast<double>(m_counts.size() + 1), 8, true},
            {QStringLiteral("Plans"), 0, static_cast<double>(most), 4, true}, true);
}

QRectF SharedCutsChart::barOf(const Dot& dot, const PlotMapping& to) const {
    if (dot.at.x() < to.x0 || dot.at.x() > to.x1) return {};
    const double width = std::clamp(to.area.width() / (to.x1 - to.x0) * 0.7, 1.5, 22.0);
    const QPointF top = to.map({dot.at.x(), std::min(dot.at.y(), to.y1)});
    const QPointF foot = to.map({dot.at.x(), std::max(0.0, to.y0)});
    return foot.y() <= top.y() ? QRectF() : QRectF(top.x() - width / 2, top.y(), width, foot.y() - top.y());
}

void SharedCutsChart::paintBack(QPainter& painter, const PlotMapping& to) const {
    painter.setPen(Qt::NoPen);
    for (const Dot& dot : dots()) {
        const bool marked = hovered() == dot.plan || selected() == dot.plan;
        painter.fillRect(barOf(dot, to), marked ? theme().accent : theme().tint(theme().accent, 0.45));
    }
}

void SharedCutsChart::paintFront(QPainter& painter, const PlotMapping& to) const {
    std::vector<QRectF> placed;
    // Where the chosen plan is cut, whether or not others share it.
    for (const LayerId layer : m_chosen_cuts) {
        const QPointF value(layer.value + 1.0, std::max<double>(countOf(layer), to.y0));
        if (value.x() < to.x0 || value.x() > to.x1) continue;
        const QPointF at = to.map({value.x(), std::min(value.y(), to.y1)});
        paintRing(painter, at, 5, theme().accent);
        placed.push_back(QRectF(at - QPointF(6, 6), QSizeF(12, 12)));
    }
    for (const Dot& dot : dots())
        if (const QRectF bar = barOf(dot, to); !bar.isEmpty()) placed.push_back(bar);
    // The highest bars by name, as many as find room.
    std::vector<Dot> highest = dots();
    std::stable_sort(highest.begin(), highest.end(), [](const Dot& a, const Dot& b) { return a.at.y() > b.at.y(); });
    constexpr std::size_t kNamed = 5;
    for (std::size_t i = 0; i < std::min(kNamed, highest.size()); ++i)
        if (to.shows(highest[i].at))
            paintLabel(painter, to, to.map(highest[i].at), shortLayerName(m_problem.graph->layer({highest[i].plan}).name),
                       theme().text2, false, placed);
}

QString SharedCutsChart::tipOf(std::uint32_t layer) const {
    return QStringLiteral("%1\n%2 of %3 plans are cut behind it (%4)")
        .arg(text(printable(m_problem.graph->layer({layer}).name)))
        .arg(m_counts[layer])
        .arg(m_plans)
        .arg(percentText(static_cast<double>(m_counts[layer]) / static_cast<double>(std::max<std::size_t>(1, m_plans))));
}

QString SharedCutsChart::toCsv() const {
    QString csv = QStringLiteral("layer,number,plans,share\n");
    for (std::uint32_t layer = 0; layer < m_counts.size(); ++layer)
        csv += QStringList{text(csvCell(m_problem.graph->layer({layer}).name)), QString::number(layer + 1),
                           QString::number(m_counts[layer]),
                           text(numberText(m_plans > 0 ? static_cast<double>(m_counts[layer]) / static_cast<double>(m_plans)
                                                       : 0))}
                   .join(u',') +
               u'\n';
    return csv;
}

} // namespace cutline
