// SPDX-License-Identifier: GPL-3.0-or-later
// How long a person waits for the table and the charts of many plans: listed, sorted by a click on a header, filtered by
// typing, brushed by dragging on an axis. Real events, repainted. bench_plans [PLANS]
#include "tests/widgets/world.h"
#include "widgets/charts/matrix_chart.h"
#include "widgets/charts/parallel_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableView>
#include <QTest>

#include <cstdio>
#include <ctime>
#include <functional>
#include <random>

using namespace cutline;

namespace {

/// Plans of a small network with figures of their own, each plan's layers one of few.
SearchResultPtr manyPlans(const test::World& world, std::size_t count) {
    auto result = std::make_shared<SearchResult>();
    std::mt19937 random(3);
    std::uniform_real_distribution<double> value(1e-3, 1e-1);
    std::vector<Plan> plans;
    std::vector<double> rows;
    for (std::size_t i = 0; i < count; ++i) {
        Summary s = world.result->summaries[i % world.result->summaries.size()];
        s.latency_s = value(random);
        s.initiation_interval_s = value(random);
        s.energy_j = value(random);
        result->summaries.push_back(s);
        rows.insert(rows.end(), {s.latency_s, s.initiation_interval_s, s.energy_j});
        plans.push_back(world.result->candidates->plan(i % world.result->summaries.size()));
    }
    result->candidates = std::make_shared<test::PlanList>(std::move(plans));
    result->front = paretoFront(rows, 3);
    result->representatives = result->front;
    result->baselines = world.result->baselines;
    return result;
}

/// Processor time of this thread so far: other programs on the machine do not count.
double threadMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void measure(const char* what, const std::function<void()>& work) {
    const double before = threadMs();
    QElapsedTimer clock;
    clock.start();
    work();
    std::printf("  %-58s %6lld ms (%.0f ms of work)\n", what, clock.elapsed(), threadMs() - before);
}

void measureTable(const test::World& world, const SearchResultPtr& result) {
    CandidatesTable table;
    table.resize(1000, 500);
    table.show();
    if (!QTest::qWaitForWindowExposed(&table)) return;
    measure("table: all plans listed", [&] {
        table.setResult(result, world.problem);
        table.setListing(Listing::All);
        table.view()->viewport()->repaint();
    });
    QHeaderView* header = table.view()->horizontalHeader();
    for (const int column : {int(CandidatesModel::LatencyColumn), int(CandidatesModel::CutColumn)})
        for (const char* order : {"up", "down"}) {
            const QByteArray what = "table: sorted by " +
                                    table.model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().toUtf8() +
                                    ", " + order;
            const QPoint at(header->sectionViewportPosition(column) + 20, header->height() / 2);
            measure(what.constData(), [&] {
                QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
                table.view()->viewport()->repaint();
            });
        }
    measure("table: filtered by latency<20ms", [&] {
        table.filterEdit()->setText(QStringLiteral("latency<20ms"));
        QTest::keyClick(table.filterEdit(), Qt::Key_Return);
        table.view()->viewport()->repaint();
    });
    table.filterEdit()->clear();
    QTest::keyClick(table.filterEdit(), Qt::Key_Return);
    PlanBrush brush;
    brush.set({Objective::Latency, 0.01, 0.03});
    measure("table: brushed", [&] {
        table.setBrush(brush);
        table.view()->viewport()->repaint();
    });
}

template <class Chart>
void measureBrush(const char* name, const test::World& world, const SearchResultPtr& result) {
    Chart chart;
    chart.resize(1200, 500);
    chart.show();
    if (!QTest::qWaitForWindowExposed(&chart)) return;
    const QByteArray shown = QByteArray(name) + ": shown", brushed = QByteArray(name) + ": brushed and repainted, worst of 20";
    measure(shown.constData(), [&] {
        chart.setResult(result, world.problem);
        chart.grab();
    });
    double worst = 0;
    for (int i = 0; i < 20; ++i) {
        PlanBrush brush;
        brush.set({Objective::Latency, 0.01, 0.02 + 0.002 * i});
        const double before = threadMs();
        chart.setBrush(brush);
        chart.grab();
        worst = std::max(worst, threadMs() - before);
    }
    std::printf("  %-58s %6.0f ms of work\n", brushed.constData(), worst);
}

} // namespace

int main(int argc, char* argv[]) {
    const QApplication application(argc, argv);
    applyTheme(*qApp, Theme::light());
    const QStringList words = QApplication::arguments();
    const std::size_t count = words.size() > 1 ? words[1].toULongLong() : 100'000;
    const test::World world = test::makeWorld(12);
    const SearchResultPtr result = manyPlans(world, count);
    std::printf("%zu plans, %zu on the front\n", count, result->front.size());
    measureTable(world, result);
    measureBrush<ParetoChart>("scatter", world, result);
    measureBrush<ParallelChart>("parallel axes", world, result);
    measureBrush<MatrixChart>("matrix", world, result);
    return 0;
}
