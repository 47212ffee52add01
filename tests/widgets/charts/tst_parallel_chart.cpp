// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/charts/stand.h"
#include "tests/widgets/world.h"
#include "widgets/charts/parallel_chart.h"
#include "widgets/theme.h"

#include <QLineEdit>
#include <QSignalSpy>

#include <cmath>
#include <random>

namespace cutline::tst_parallel_chart {

class TestParallelChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_chart.reset(); }
    void oneAxisForEachKnownFigure();
    void draggingMarksARange();
    void edgesAndBodyMove();
    void numbersAreTyped_data();
    void numbersAreTyped();
    void aBrushBecomesADemand_data();
    void aBrushBecomesADemand();
    void clicksTakeBrushesAway();
    void linesAreHoveredAndClicked();
    void dimmedPlansStayInThePicture();
    void manyLinesLookTheSameHoweverOneGotThere();
    void dataAndPictures();

private:
    std::size_t axisOf(Objective objective) const {
        for (std::size_t i = 0; i < m_chart->axisCount(); ++i)
            if (m_chart->axisObjective(i) == objective) return i;
        return 0;
    }
    /// As a person: down on the axis at one value, up at the other.
    void drag(std::size_t axis, double from, double to) {
        const QPoint a = m_chart->positionOf(axis, from).toPoint(), b = m_chart->positionOf(axis, to).toPoint();
        QTest::mousePress(m_chart.get(), Qt::LeftButton, {}, a);
        QTest::mouseMove(m_chart.get(), (a + b) / 2);
        QTest::mouseMove(m_chart.get(), b);
        QTest::mouseRelease(m_chart.get(), Qt::LeftButton, {}, b);
    }
    double energyBetween(double share) const {
        double low = 1e9, high = 0;
        for (const Summary& s : m_world.result->summaries) {
            low = std::min(low, s.energy_j);
            high = std::max(high, s.energy_j);
        }
        return low + share * (high - low);
    }
    test::World m_world;
    std::unique_ptr<ParallelChart> m_chart;
};

void TestParallelChart::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(12);
}

void TestParallelChart::init() {
    m_chart = std::make_unique<ParallelChart>();
    m_chart->resize(900, 420);
    m_chart->setResult(m_world.result, m_world.problem);
    m_chart->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
}

void TestParallelChart::oneAxisForEachKnownFigure() {
    QCOMPARE(m_chart->axisCount(), knownObjectives(*m_world.result).size());
    const std::size_t energy = axisOf(Objective::Energy);
    QVERIFY(m_chart->positionOf(energy, 0.02).y() < m_chart->positionOf(energy, 0.01).y());
}

void TestParallelChart::draggingMarksARange() {
    QSignalSpy changed(m_chart.get(), &PlanChart::brushChanged);
    const std::size_t energy = axisOf(Objective::Energy);
    const double low = energyBetween(0.2), high = energyBetween(0.6);
    drag(energy, low, high);
    QVERIFY(changed.count() >= 1);
    const PlanBrush::Range* range = m_chart->brush().of(Objective::Energy);
    QVERIFY(range);
    const double pixel = std::abs(energyBetween(1) - energyBetween(0)) / 100;
    QVERIFY(std::abs(range->low - low) < pixel && std::abs(range->high - high) < pixel);
    // Counted independently.
    std::size_t inside = 0;
    for (const Summary& s : m_world.result->summaries)
        if (s.energy_j >= range->low && s.energy_j <= range->high) ++inside;
    QVERIFY(inside > 0 && inside < m_world.result->summaries.size());
    QCOMPARE(m_chart->acceptedCount(), inside);
}

void TestParallelChart::edgesAndBodyMove() {
    const std::size_t energy = axisOf(Objective::Energy);
    drag(energy, energyBetween(0.3), energyBetween(0.5));
    const PlanBrush::Range before = *m_chart->brush().of(Objective::Energy);
    drag(energy, before.high, energyBetween(0.8));
    PlanBrush::Range now = *m_chart->brush().of(Objective::Energy);
    QCOMPARE(now.low, before.low);
    QVERIFY(now.high > before.high);
    drag(energy, (now.low + now.high) / 2, (now.low + now.high) / 2 - (now.high - now.low) / 4);
    const PlanBrush::Range moved = *m_chart->brush().of(Objective::Energy);
    QVERIFY(moved.low < now.low && moved.high < now.high);
    QVERIFY(std::abs((moved.high - moved.low) - (now.high - now.low)) < 1e-9);
}

void TestParallelChart::numbersAreTyped_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<double>("low");
    QTest::newRow("with unit") << QStringLiteral("12.5 mJ") << 0.0125;
    QTest::newRow("SI") << QStringLiteral("0.0125") << 0.0125;
    QTest::newRow("nonsense") << QStringLiteral("green") << -1.0;
}

void TestParallelChart::numbersAreTyped() {
    QFETCH(QString, typed);
    QFETCH(double, low);
    const std::size_t energy = axisOf(Objective::Energy);
    PlanBrush brush;
    brush.set({Objective::Energy, 0.013, 0.05});
    m_chart->setBrush(brush);
    QTest::mouseClick(m_chart.get(), Qt::LeftButton, {}, m_chart->numberRect(energy, false).center().toPoint());
    auto* edit = m_chart->findChild<QLineEdit*>();
    QVERIFY(edit && edit->isVisible());
    QTest::keyClicks(edit, typed);
    QTest::keyClick(edit, Qt::Key_Return);
    QVERIFY(!edit->isVisible());
    QCOMPARE(m_chart->brush().of(Objective::Energy)->low, low < 0 ? 0.013 : low);
}

void TestParallelChart::aBrushBecomesADemand_data() {
    QTest::addColumn<int>("objective");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<QString>("demand");
    QTest::newRow("energy") << static_cast<int>(Objective::Energy) << 0.01 << 0.025 << QStringLiteral("energy<=25 mJ");
    QTest::newRow("throughput") << static_cast<int>(Objective::InitiationInterval) << 30.0 << 200.0
                                << QStringLiteral("throughput>=30 /s");
    QTest::newRow("tightest") << static_cast<int>(Objective::Memory) << 0.1 << 0.455 << QStringLiteral("tightest<=45.5 %");
}

void TestParallelChart::aBrushBecomesADemand() {
    QFETCH(int, objective);
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(QString, demand);
    PlanBrush brush;
    brush.set({static_cast<Objective>(objective), low, high});
    m_chart->setBrush(brush);
    QSignalSpy asked(m_chart.get(), &PlanChart::demandRequested);
    const QRectF button = m_chart->demandRect(axisOf(static_cast<Objective>(objective)));
    QTest::mouseClick(m_chart.get(), Qt::LeftButton, {}, button.center().toPoint());
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.at(0).at(0).toString(), demand);
    QVERIFY(parseConstraint(demand.toStdString(), *m_world.problem.system).ok());
}

void TestParallelChart::clicksTakeBrushesAway() {
    const std::size_t energy = axisOf(Objective::Energy), latency = axisOf(Objective::Latency);
    drag(energy, energyBetween(0.4), energyBetween(0.5));
    const double fastest = m_world.result->summaries[0].latency_s;
    drag(latency, fastest, fastest * 0.9);
    QCOMPARE(m_chart->brush().ranges.size(), std::size_t{2});
    QTest::mouseClick(m_chart.get(), Qt::LeftButton, {}, m_chart->positionOf(energy, energyBetween(0.95)).toPoint());
    QVERIFY(!m_chart->brush().of(Objective::Energy));
    QVERIFY(m_chart->brush().of(Objective::Latency));
    QTest::keyClick(m_chart.get(), Qt::Key_Escape);
    QVERIFY(m_chart->brush().empty());
    QCOMPARE(m_chart->acceptedCount(), m_world.result->summaries.size());
}

void TestParallelChart::linesAreHoveredAndClicked() {
    QList<std::optional<std::uint32_t>> hovered;
    connect(m_chart.get(), &PlanChart::planHovered, this, [&](std::optional<std::uint32_t> p) { hovered << p; });
    QSignalSpy selected(m_chart.get(), &PlanChart::planSelected);
    const std::uint32_t plan = m_world.knee();
    const Summary& s = m_world.result->summaries[plan];
    const QPointF a = m_chart->positionOf(0, shownValue(s, m_chart->axisObjective(0)));
    const QPointF b = m_chart->positionOf(1, shownValue(s, m_chart->axisObjective(1)));
    const QPoint middle = ((a + b) / 2).toPoint();
    QTest::mouseMove(m_chart.get(), middle);
    QVERIFY(!hovered.isEmpty() && hovered.back());
    QTest::mouseClick(m_chart.get(), Qt::LeftButton, {}, middle);
    QCOMPARE(selected.count(), 1);
    // That plan, or one whose line runs as near.
    const Summary& got = m_world.result->summaries[selected.at(0).at(0).toUInt()];
    const QPointF c = m_chart->positionOf(0, shownValue(got, m_chart->axisObjective(0)));
    const QPointF d = m_chart->positionOf(1, shownValue(got, m_chart->axisObjective(1)));
    QVERIFY(std::abs(((c + d) / 2 - (a + b) / 2).y()) < 7);
}

void TestParallelChart::dimmedPlansStayInThePicture() {
    PlanBrush nothing;
    nothing.set({Objective::Energy, 1e3, 2e3});
    m_chart->setBrush(nothing);
    QCOMPARE(m_chart->acceptedCount(), std::size_t{0});
    const QImage dimmed = m_chart->toImage(1);
    // Somewhere between two axes dimmed lines are told from the ground.
    bool ink = false;
    const int x = static_cast<int>((m_chart->positionOf(0, 0).x() + m_chart->positionOf(1, 0).x()) / 2);
    for (int y = 60; y < m_chart->height() - 60; ++y) ink = ink || dimmed.pixelColor(x, y) != Theme::light().surface;
    QVERIFY(ink);
}

/// Of many plans the lines are kept from picture to picture: what is seen must not tell what was seen before.
void TestParallelChart::manyLinesLookTheSameHoweverOneGotThere() {
    const auto many = [this](double offset) {
        std::vector<Summary> summaries;
        std::mt19937 random(7);
        for (std::size_t i = 0; i < 6'000; ++i) {
            Summary s = m_world.result->summaries[i % m_world.result->summaries.size()];
            s.latency_s = offset + std::uniform_real_distribution<double>(1e-3, 1e-1)(random);
            s.energy_j = std::uniform_real_distribution<double>(1e-3, 1e-1)(random);
            summaries.push_back(s);
        }
        auto result = std::make_shared<SearchResult>(*m_world.result);
        result->summaries = std::move(summaries);
        return result;
    };
    const auto first = many(0), second = many(0.05);
    PlanBrush brush;
    brush.set({Objective::Energy, 0.02, 0.05});
    const auto fresh = [&](const SearchResultPtr& result, const PlanBrush& with) {
        ParallelChart chart;
        chart.resize(m_chart->size());
        chart.setBrush(with);
        chart.setResult(result, m_world.problem);
        chart.show();
        return chart.grab().toImage();
    };
    m_chart->clearFocus(); // no frame around it
    m_chart->setResult(first, m_world.problem);
    const QImage before = m_chart->grab().toImage();
    m_chart->setBrush(brush);
    const QImage brushed = m_chart->grab().toImage();
    QVERIFY(brushed != before);
    QCOMPARE(brushed, fresh(first, brush));
    m_chart->setResult(second, m_world.problem);
    QCOMPARE(m_chart->grab().toImage(), fresh(second, brush));
    m_chart->setResult(first, m_world.problem);
    m_chart->setBrush({});
    QCOMPARE(m_chart->grab().toImage(), before);
    m_chart->resize(m_chart->size() + QSize(120, 40));
    QCOMPARE(m_chart->grab().toImage(), fresh(first, {}));
}

void TestParallelChart::dataAndPictures() {
    drag(axisOf(Objective::Energy), energyBetween(0.2), energyBetween(0.4));
    const QStringList lines = m_chart->toCsv().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), static_cast<qsizetype>(m_world.result->summaries.size()) + 1);
    QVERIFY(lines.front().startsWith(QStringLiteral("plan,in_brush,on_front,latency,throughput_hz")));
    qsizetype inside = 0;
    for (const QString& line : lines) inside += line.section(u',', 1, 1) == QStringLiteral("1") ? 1 : 0;
    QCOMPARE(static_cast<std::size_t>(inside), m_chart->acceptedCount());
    ParallelChart empty;
    QVERIFY(!empty.toImage(1).isNull());
    QTest::mouseClick(&empty, Qt::LeftButton, {}, QPoint(50, 50));
    QTest::keyClick(&empty, Qt::Key_Right);
}

CUTLINE_TEST(TestParallelChart)

} // namespace cutline::tst_parallel_chart

#include "tst_parallel_chart.moc"
