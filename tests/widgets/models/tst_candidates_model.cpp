// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/models/candidates_model.h"
#include "widgets/models/problems_model.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>

#include <algorithm>
#include <random>

namespace cutline::tst_candidates_model {

using Model = CandidatesModel;

class TestCandidatesModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_world = test::makeWorld(8); }
    void keepsTheContractOfModels();
    void listsWhatIsAsked();
    void figuresAreTheSummaries();
    void headersKnowUnitAndTip();
    void unknownColumnsAreTold();
    void sortsByRawValues_data();
    void sortsByRawValues();
    void filtersByFigure();
    void filtersByWord();
    void wrongFilters_data();
    void wrongFilters();
    void filtersReadUnitsApart_data();
    void filtersReadUnitsApart();
    void keptPlansStayListed();
    void hundredThousandPlans();
    void problems();

private:
    void fill(Model& model) const {
        model.setResult(m_world.result, m_world.problem.graph, m_world.problem.system);
    }
    test::World m_world;
};

void TestCandidatesModel::keepsTheContractOfModels() {
    Model model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    CandidatesProxy proxy(&model);
    QAbstractItemModelTester proxy_tester(&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
    fill(model);
    for (const Listing listing : {Listing::Front, Listing::All, Listing::Representatives})
        model.setListing(listing);
    proxy.sort(Model::EnergyColumn, Qt::DescendingOrder);
    proxy.setFilter(*parsePlanFilter(QStringLiteral("EYR")));
    model.setResult(nullptr, nullptr, nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestCandidatesModel::listsWhatIsAsked() {
    Model model;
    fill(model);
    const auto& result = *m_world.result;
    QCOMPARE(model.rowCount(), static_cast<int>(result.representatives.size()));
    model.setListing(Listing::Front);
    QCOMPARE(model.rowCount(), static_cast<int>(result.front.size()));
    for (int row = 0; row < model.rowCount(); ++row) {
        QCOMPARE(model.planAt(row), result.front[static_cast<std::size_t>(row)]);
        QCOMPARE(model.rowOf(model.planAt(row)), row);
        QVERIFY(model.index(row, 0).data(Model::FrontRole).toBool());
    }
    model.setListing(Listing::All);
    QCOMPARE(model.rowCount(), static_cast<int>(result.summaries.size()));
    QCOMPARE(model.rowOf(99999), -1);
    QVERIFY(model.index(static_cast<int>(m_world.knee()), 0).data(Model::KneeRole).toBool());
}

void TestCandidatesModel::figuresAreTheSummaries() {
    Model model;
    fill(model);
    model.setListing(Listing::All);
    for (const int row : {0, 5, model.rowCount() - 1}) {
        const Summary& s = m_world.result->summaries[static_cast<std::size_t>(row)];
        const auto raw = [&](int column) {
            return model.index(row, column).data(Model::SortRole).toDouble();
        };
        QCOMPARE(raw(Model::LatencyColumn), s.latency_s);
        QCOMPARE(raw(Model::EnergyColumn), s.energy_j);
        QCOMPARE(raw(Model::ThroughputColumn), 1 / s.initiation_interval_s);
        QCOMPARE(raw(Model::StageColumn), s.initiation_interval_s);
        QCOMPARE(raw(Model::LinkColumn), s.link_bytes);
        QCOMPARE(raw(Model::MemoryColumn), s.memory_bytes_max);
        QCOMPARE(raw(Model::TightestColumn), s.tightest_ratio);
        // Shown in the column's unit with three digits: at most half a digit of the third off.
        const double shown = model.index(row, Model::EnergyColumn).data().toString().toDouble();
        QVERIFY(std::abs(shown / 1e3 - s.energy_j) <= 0.005 * s.energy_j);
    }
    QCOMPARE(model.index(0, Model::PlanColumn).data().toString(), QStringLiteral("1"));
    QCOMPARE(model.index(0, Model::PlatformsColumn).data().toString(), QStringLiteral("EYR \u203A SMB"));
    QCOMPARE(model.index(0, Model::PlatformsColumn).data(Model::PlatformsRole).value<QList<int>>(),
             (QList<int>{0, 1}));
    QCOMPARE(model.index(0, Model::CutColumn).data().toString(), QStringLiteral("features.0/Conv"));
    QVERIFY(model.index(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("Latency: ")));
}

void TestCandidatesModel::headersKnowUnitAndTip() {
    Model model;
    fill(model);
    const auto title = [&](int c) { return model.headerData(c, Qt::Horizontal, Qt::DisplayRole).toString(); };
    QCOMPARE(title(Model::EnergyColumn), QStringLiteral("Energy mJ"));
    QCOMPARE(title(Model::ThroughputColumn), QStringLiteral("Throughput /s"));
    QCOMPARE(title(Model::TightestColumn), QStringLiteral("Tightest %"));
    for (int c = 0; c < Model::ColumnCount; ++c)
        QVERIFY(!model.headerData(c, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty());
    const auto alignment =
        model.index(0, Model::EnergyColumn).data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    QVERIFY(alignment & Qt::AlignRight);
}

void TestCandidatesModel::unknownColumnsAreTold() {
    Model model;
    fill(model);
    QVERIFY(model.isKnown(Model::EnergyColumn));
    QVERIFY(!model.isKnown(Model::CostColumn));
    QVERIFY(!model.isKnown(Model::SensitivityColumn));
    QCOMPARE(model.index(0, Model::CostColumn).data().toString(), QStringLiteral("\u2013"));
}

void TestCandidatesModel::sortsByRawValues_data() {
    QTest::addColumn<int>("column");
    QTest::newRow("energy") << static_cast<int>(Model::EnergyColumn);
    QTest::newRow("throughput") << static_cast<int>(Model::ThroughputColumn);
    QTest::newRow("link") << static_cast<int>(Model::LinkColumn);
    QTest::newRow("cut") << static_cast<int>(Model::CutColumn);
    QTest::newRow("platforms") << static_cast<int>(Model::PlatformsColumn);
    QTest::newRow("unknown") << static_cast<int>(Model::CostColumn);
}

void TestCandidatesModel::sortsByRawValues() {
    QFETCH(int, column);
    Model model;
    fill(model);
    model.setListing(Listing::All);
    CandidatesProxy proxy(&model);
    proxy.sort(column, Qt::AscendingOrder);
    QCOMPARE(proxy.rowCount(), model.rowCount());
    if (!model.isKnown(static_cast<Model::Column>(column))) return;
    double before = -1e300;
    for (int row = 0; row < proxy.rowCount(); ++row) {
        const double value = proxy.index(row, column).data(Model::SortRole).toDouble();
        QVERIFY(value >= before);
        before = value;
    }
    proxy.sort(column, Qt::DescendingOrder);
    QCOMPARE(proxy.index(0, column).data(Model::SortRole).toDouble(), before);
}

void TestCandidatesModel::filtersByFigure() {
    Model model;
    fill(model);
    model.setListing(Listing::All);
    CandidatesProxy proxy(&model);
    const double limit = m_world.result->summaries[m_world.knee()].energy_j;
    for (const QString& sign :
         {QStringLiteral("<"), QStringLiteral(" <= "), QStringLiteral(">"), QStringLiteral(">=")}) {
        const auto filter = parsePlanFilter(QStringLiteral("energy%1%2J").arg(sign).arg(limit, 0, 'g', 17));
        QVERIFY(filter.ok());
        proxy.setFilter(*filter);
        int expected = 0;
        for (std::size_t i = 0; i < m_world.result->summaries.size(); ++i) {
            const double energy = m_world.result->summaries[i].energy_j;
            const bool met = sign == u"<"      ? energy < limit
                             : sign == u" <= " ? energy <= limit
                             : sign == u">"    ? energy > limit
                                               : energy >= limit;
            expected += met ? 1 : 0;
            QCOMPARE(proxy.mapFromSource(model.index(static_cast<int>(i), 0)).isValid(), met);
        }
        QVERIFY(expected > 0 && expected < model.rowCount());
        QCOMPARE(proxy.rowCount(), expected);
    }
}

void TestCandidatesModel::filtersByWord() {
    Model model;
    fill(model);
    model.setListing(Listing::All);
    CandidatesProxy proxy(&model);
    proxy.setFilter(*parsePlanFilter(QStringLiteral("features.3/relu plan<=20")));
    for (int row = 0; row < proxy.rowCount(); ++row) {
        QVERIFY(
            proxy.index(row, Model::CutColumn).data().toString().contains(QStringLiteral("features.3/Relu")));
        QVERIFY(proxy.index(row, Model::PlanColumn).data().toInt() <= 20);
    }
    QVERIFY(proxy.rowCount() > 0);
    proxy.setFilter({});
    QCOMPARE(proxy.rowCount(), model.rowCount());
}

void TestCandidatesModel::wrongFilters_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("names");
    QTest::newRow("figure") << QStringLiteral("beauty>3") << QStringLiteral("throughput");
    QTest::newRow("unit") << QStringLiteral("energy<3parsec") << QStringLiteral("mJ");
    QTest::newRow("no number") << QStringLiteral("energy<") << QStringLiteral("energy<20mJ");
}

void TestCandidatesModel::wrongFilters() {
    QFETCH(QString, typed);
    QFETCH(QString, names);
    const auto filter = parsePlanFilter(typed);
    QVERIFY(!filter.ok());
    QVERIFY2(text(filter.error().message()).contains(names), filter.error().message().c_str());
}

namespace {

class Same : public Candidates {
public:
    explicit Same(Plan plan) : m_plan(std::move(plan)) {}
    std::size_t size() const override { return 100'000; }
    Plan plan(std::size_t) const override { return m_plan; }

private:
    Plan m_plan;
};

} // namespace

void TestCandidatesModel::filtersReadUnitsApart_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<double>("latency"); // of the condition on it
    QTest::addColumn<QStringList>("words");
    QTest::newRow("together") << QStringLiteral("latency<20ms") << 0.02 << QStringList{};
    QTest::newRow("apart") << QStringLiteral("latency < 20 ms") << 0.02 << QStringList{};
    QTest::newRow("word behind") << QStringLiteral("latency<0.02 EYR") << 0.02 << QStringList{QStringLiteral("eyr")};
    QTest::newRow("words around") << QStringLiteral("smb latency \u2264 20 ms eyr") << 0.02
                                  << QStringList{QStringLiteral("smb"), QStringLiteral("eyr")};
    QTest::newRow("two") << QStringLiteral("energy > 1 mJ latency<20 ms") << 0.02 << QStringList{};
}

void TestCandidatesModel::filtersReadUnitsApart() {
    QFETCH(QString, typed);
    QFETCH(double, latency);
    QFETCH(QStringList, words);
    const auto filter = parsePlanFilter(typed);
    QVERIFY2(filter.ok(), qPrintable(typed));
    QStringList got(filter->words.begin(), filter->words.end());
    QCOMPARE(got, words);
    const auto found = std::find_if(filter->conditions.begin(), filter->conditions.end(),
                                    [](const auto& c) { return c.column == CandidatesModel::LatencyColumn; });
    QVERIFY(found != filter->conditions.end());
    QCOMPARE(found->value, latency);
}

void TestCandidatesModel::keptPlansStayListed() {
    const test::World world = test::makeWorld(6);
    CandidatesModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setResult(world.result, world.problem.graph, world.problem.system);
    const int listed = model.rowCount();
    const auto count = static_cast<std::uint32_t>(world.result->summaries.size());
    // One that the short list leaves out, and one that no search has found.
    std::uint32_t left_out = 0;
    while (model.rowOf(left_out) >= 0) ++left_out;
    const Plan alone = test::planOf({{0, static_cast<std::uint32_t>(world.problem.graph->layerCount())}});
    KeptRow candidate{std::make_shared<const Plan>(world.result->candidates->plan(left_out)), QStringLiteral("kept 1"),
                      QStringLiteral("for Ada"), false, left_out, world.result->summaries[left_out], {}};
    KeptRow own{std::make_shared<const Plan>(alone), QStringLiteral("kept 2"), {}, true, {},
                summaryOf(world.evaluator->evaluate(alone)), QStringLiteral("kept 2: now dominated by 9")};
    model.setKept({candidate, own});
    QCOMPARE(model.rowCount(), listed + 2);
    const int row = model.rowOf(count + 1);
    QVERIFY(row >= listed);
    QVERIFY(model.isKeptOnly(count + 1));
    QCOMPARE(model.index(row, CandidatesModel::PlanColumn).data().toString(), QStringLiteral("kept 2"));
    QCOMPARE(model.index(row, CandidatesModel::PlatformsColumn).data().toString(), QStringLiteral("EYR"));
    QCOMPARE(model.sortKey(row, CandidatesModel::LatencyColumn), own.summary.latency_s);
    QVERIFY(model.index(row, 0).data(CandidatesModel::FavouriteRole).toBool());
    QVERIFY(model.index(row, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("now dominated by 9")));
    QVERIFY(model.planOf(count + 1) == alone);
    QCOMPARE(model.index(model.rowOf(left_out), CandidatesModel::NoteColumn).data().toString(),
             QStringLiteral("for Ada"));
    // Edits ask; nothing changes until the answer.
    QSignalSpy asked(&model, &CandidatesModel::markRequested);
    QVERIFY(model.setData(model.index(row, CandidatesModel::NoteColumn), QStringLiteral(" slow but small "), Qt::EditRole));
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.at(0).at(0).toUInt(), count + 1);
    QCOMPARE(asked.at(0).at(2).toString(), QStringLiteral("slow but small"));
    QVERIFY(!model.setData(model.index(row, CandidatesModel::StarColumn), true, Qt::EditRole)); // it has one
    QVERIFY(!(model.index(row, CandidatesModel::PlanColumn).flags() & Qt::ItemIsEditable));
    model.setKept({});
    QCOMPARE(model.rowCount(), listed);
}

void TestCandidatesModel::hundredThousandPlans() {
    auto result = std::make_shared<SearchResult>();
    result->candidates = std::make_shared<Same>(m_world.result->candidates->plan(3));
    std::mt19937 random(7);
    std::uniform_real_distribution<double> value(1e-3, 1e-1);
    for (std::uint32_t i = 0; i < 100'000; ++i) {
        Summary s;
        s.latency_s = value(random);
        s.initiation_interval_s = value(random);
        s.energy_j = value(random);
        result->summaries.push_back(s);
        result->front.push_back(i);
    }
    QElapsedTimer timer;
    timer.start();
    Model model;
    model.setResult(result, m_world.problem.graph, m_world.problem.system);
    model.setListing(Listing::All);
    CandidatesProxy proxy(&model);
    const auto filled = timer.elapsed();
    proxy.sort(Model::LatencyColumn, Qt::AscendingOrder);
    const auto sorted = timer.elapsed() - filled;
    QCOMPARE(proxy.rowCount(), 100'000);
    qInfo("filled in %lld ms, sorted in %lld ms", static_cast<long long>(filled),
          static_cast<long long>(sorted));
    // Generous: other programs may share the machine; a quadratic model would take minutes.
    QVERIFY(filled + sorted < 5000);
}

void TestCandidatesModel::problems() {
    ProblemsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    const std::vector<Violation> violations{
        {Violation::Kind::Unsupported, "SMB", 0, 0, LayerId{4}, "SMB: cannot run Softmax"}};
    model.setViolations(violations);
    model.setNotes(
        {{ImportNote::Severity::Warning, "node relu1", "operator Reluu\nis not known", "bytes count"}});
    QCOMPARE(reset.count(), 2);
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, ProblemsModel::WhatColumn).data().toString(),
             QStringLiteral("SMB: cannot run Softmax"));
    QCOMPARE(model.index(0, 0).data(ProblemsModel::LayerRole).toUInt(), 4U);
    QVERIFY(!model.index(1, 0).data(ProblemsModel::LayerRole).isValid());
    QCOMPARE(model.index(1, ProblemsModel::WhatColumn).data().toString(),
             QStringLiteral("operator Reluu is not known"));
    model.setViolations(violations);
    QCOMPARE(reset.count(), 2); // nothing changed, nothing announced
}

CUTLINE_TEST(TestCandidatesModel)

} // namespace cutline::tst_candidates_model

#include "tst_candidates_model.moc"
