// SPDX-License-Identifier: GPL-3.0-or-later
// The dialog that takes measured times: what it shows of a file, what can be pressed, what it hands over.
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/models/match_model.h"
#include "widgets/models/reconcile_model.h"
#include "widgets/panels/profile_dialog.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>

namespace cutline::tst_profile_dialog {
namespace {

/// Every layer of the graph at 1 ms but those named; as our own CSV.
QByteArray table(const Graph& graph, const QList<QByteArray>& without) {
    QByteArray text = "layer,latency_ms\n";
    for (const Layer& layer : graph.layers())
        if (!without.contains(QByteArray::fromStdString(layer.name)))
            text += QByteArray::fromStdString(layer.name) + ",1\n";
    return text;
}

QStringList texts(const QWidget& widget) {
    QStringList all;
    for (const QLabel* label : widget.findChildren<QLabel*>()) all << label->text();
    return all;
}

bool says(const QWidget& widget, const QString& words) {
    for (const QString& text : texts(widget))
        if (text.contains(words)) return true;
    return false;
}

/// A copy of the system whose first platform has a model: 1 GMAC/s, 1 GB/s.
SystemPtr modelled(const SystemPtr& system) {
    System copy = *system;
    Roofline& roofline = copy.platforms[0].roofline.emplace();
    copy.platforms[0].loop_nest.reset();
    roofline.peaks = {{"int8", 1e9}};
    roofline.bandwidth_bytes_per_s = 1e9;
    return std::make_shared<const System>(std::move(copy));
}

} // namespace

class TestProfileDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void nothingCanBeTakenBeforeAFile();
    void showsRowsAndHandsThemOver();
    void layersWithoutARowWantAnAnswer();
    void aBrokenFileSaysWhere();
    void theLastChoiceCounts();
    void showsTheTimesBesideTheEstimate();
    void whatAPlatformHasCanBeSwitched();
    void withoutAModelThereIsNothingToCompare();
    void modelPutsDoubtsFirst();

private:
    QString write(const char* name, const QByteArray& text) {
        QFile file(m_folder.filePath(QString::fromLatin1(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("cannot write");
        return file.fileName();
    }
    QTemporaryDir m_folder;
    GraphPtr m_graph;
    SystemPtr m_system;
};

void TestProfileDialog::init() {
    m_graph = test::makeGraph(3);
    m_system = test::makeSystem(1);
}

void TestProfileDialog::nothingCanBeTakenBeforeAFile() {
    ProfileDialog dialog(m_graph, m_system, {}, ProfileMissing::Model);
    QVERIFY(!dialog.useButton()->isEnabled());
    QVERIFY(!dialog.refitButton()->isEnabled() && !dialog.modelButton()->isEnabled());
    QVERIFY(says(dialog, QStringLiteral("predicted now")));
}

void TestProfileDialog::showsRowsAndHandsThemOver() {
    ProfileDialog dialog(m_graph, m_system, {}, ProfileMissing::Model);
    QSignalSpy read(&dialog, &ProfileDialog::read);
    dialog.setPlatform(PlatformId{1});
    dialog.setFile(write("all.csv", table(*m_graph, {})));
    QVERIFY(!dialog.useButton()->isEnabled()); // still reading
    QVERIFY(read.wait());
    const int layers = int(m_graph->layerCount());
    QCOMPARE(dialog.model()->rowCount(), layers);
    QCOMPARE(dialog.model()->doubtful(), 0);
    QVERIFY2(says(dialog, QStringLiteral("%1 of %1 rows matched").arg(layers)),
             qPrintable(texts(dialog).join('\n')));
    QVERIFY(says(dialog, QStringLiteral("every layer is accounted for")));
    QVERIFY(dialog.useButton()->isEnabled());
    dialog.useButton()->click();
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
    QCOMPARE(dialog.platform(), m_system->platforms[1].name);
    QCOMPARE(int(dialog.profile()->rows.size()), layers);
}

void TestProfileDialog::layersWithoutARowWantAnAnswer() {
    ProfileDialog dialog(m_graph, m_system, {}, ProfileMissing::Fail);
    QSignalSpy read(&dialog, &ProfileDialog::read);
    const QByteArray gone = QByteArray::fromStdString(m_graph->layer(LayerId{0}).name);
    dialog.setFile(write("part.csv", table(*m_graph, {gone}) + "stranger,5\n"));
    QVERIFY(read.wait());
    QCOMPARE(dialog.model()->doubtful(), 2); // the stranger, the layer without a row
    QVERIFY(says(dialog, QStringLiteral("1 layer")));
    QVERIFY(!dialog.useButton()->isEnabled());
    auto* missing = dialog.findChildren<QComboBox*>().value(1);
    missing->setCurrentIndex(missing->findData(int(ProfileMissing::Zero)));
    QVERIFY(dialog.useButton()->isEnabled());
    QVERIFY(dialog.missing() == ProfileMissing::Zero);
}

void TestProfileDialog::aBrokenFileSaysWhere() {
    ProfileDialog dialog(m_graph, m_system, {}, ProfileMissing::Model);
    QSignalSpy read(&dialog, &ProfileDialog::read);
    dialog.setFile(write("broken.csv", "layer,latency_ms\na,fast\n"));
    QVERIFY(read.wait());
    QVERIFY(says(dialog, QStringLiteral("broken.csv:2")));
    QVERIFY(says(dialog, QStringLiteral("'fast' is not a number")));
    QVERIFY(!dialog.useButton()->isEnabled() && !dialog.profile());
    dialog.setFile(m_folder.filePath(QStringLiteral("nowhere.csv")));
    QVERIFY(read.wait());
    QVERIFY(says(dialog, QStringLiteral("nowhere.csv")));
}

/// Files chosen one after the other, faster than they are read: what is shown is the last one.
void TestProfileDialog::theLastChoiceCounts() {
    ProfileDialog dialog(m_graph, m_system, {}, ProfileMissing::Model);
    QSignalSpy read(&dialog, &ProfileDialog::read);
    const QString broken = write("broken.csv", "layer,latency_ms\na,fast\n");
    const QString good = write("all.csv", table(*m_graph, {}));
    for (int i = 0; i < 5; ++i) {
        dialog.setFile(broken);
        dialog.setFile(good);
    }
    QTRY_VERIFY(dialog.useButton()->isEnabled());
    QCOMPARE(dialog.profile()->file, good.toStdString());
    QVERIFY(read.count() >= 1);
    dialog.setFile(good); // closed while reading
}

void TestProfileDialog::showsTheTimesBesideTheEstimate() {
    const SystemPtr system = modelled(m_system);
    ProfileDialog dialog(m_graph, system, {}, ProfileMissing::Model);
    QSignalSpy read(&dialog, &ProfileDialog::read);
    dialog.setFile(write("all.csv", table(*m_graph, {})));
    QVERIFY(read.wait());
    QCOMPARE(dialog.tabs()->currentIndex(), 0);
    // Against the same comparison worked out here.
    const auto profile = parseProfile(table(*m_graph, {}).toStdString(), "p", std::nullopt);
    Progress progress;
    const auto expected = compareProfile(m_graph, system->platforms[0], *profile, nullptr, progress);
    QVERIFY(expected.ok());
    ReconcileModel* model = dialog.comparison();
    QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model->rowCount(), int(expected->result.rows.size()));
    QVERIFY(model->rowCount() > 0);
    const Reconciliation::Row& worst = expected->result.rows[expected->result.worst.front()];
    QCOMPARE(model->index(0, ReconcileModel::LayerColumn).data().toString(),
             QString::fromStdString(m_graph->layer(worst.layer).name));
    QCOMPARE(model->index(0, ReconcileModel::RatioColumn).data().toString(), ratioText(worst.ratio));
    int marked = 0;
    for (int row = 0; row < model->rowCount(); ++row)
        marked += model->index(row, 0).data(ReconcileModel::WorstRole).toBool() ? 1 : 0;
    QCOMPARE(marked, std::min(10, model->rowCount()));
    for (const auto& one : expected->result.classes)
        QVERIFY2(says(dialog, QStringLiteral("\u00D7 ") + ratioText(one.factor)), qPrintable(texts(dialog).join('\n')));
    QVERIFY(says(dialog, QStringLiteral("times the estimate")) && says(dialog, QStringLiteral("Refitted:")));
    QTest::mouseClick(dialog.refitButton(), Qt::LeftButton);
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
    QVERIFY(dialog.use() == ProfileUse::Refit && dialog.profile());
}

/// Both are kept: a platform with a profile shows it, whatever is in force.
void TestProfileDialog::whatAPlatformHasCanBeSwitched() {
    const SystemPtr system = modelled(m_system);
    auto given = std::make_shared<Profile>(*parseProfile(table(*m_graph, {}).toStdString(), "/measured/all.csv", {}));
    const auto opened = [&](ProfileUse use) {
        return std::map<std::string, GivenTimes>{{system->platforms[0].name, {given, use}}};
    };
    ProfileDialog measured(m_graph, system, opened(ProfileUse::Measurement), ProfileMissing::Model);
    QVERIFY(says(measured, QStringLiteral("measured now: all.csv")));
    QTRY_VERIFY(measured.modelButton()->isEnabled());
    QTest::mouseClick(measured.modelButton(), Qt::LeftButton);
    QVERIFY(measured.use() == ProfileUse::Model && measured.profile() == given);

    ProfileDialog refitted(m_graph, system, opened(ProfileUse::Refit), ProfileMissing::Model);
    QVERIFY(says(refitted, QStringLiteral("refitted to all.csv")));
    ProfileDialog kept(m_graph, system, opened(ProfileUse::Model), ProfileMissing::Model);
    QVERIFY(says(kept, QStringLiteral("predicted now; at hand: all.csv")));
    kept.setPlatform(PlatformId{1}); // has none
    QVERIFY(says(kept, QStringLiteral("predicted now")) && !kept.useButton()->isEnabled());
    kept.setPlatform(PlatformId{0});
    QTRY_VERIFY(kept.useButton()->isEnabled());
    QTest::mouseClick(kept.useButton(), Qt::LeftButton);
    QVERIFY(kept.use() == ProfileUse::Measurement && kept.profile() == given);
}

void TestProfileDialog::withoutAModelThereIsNothingToCompare() {
    System bare = *m_system;
    bare.platforms[0].roofline.reset();
    bare.platforms[0].loop_nest.reset();
    ProfileDialog dialog(m_graph, std::make_shared<const System>(bare), {}, ProfileMissing::Model);
    QSignalSpy read(&dialog, &ProfileDialog::read);
    dialog.setFile(write("all.csv", table(*m_graph, {})));
    QVERIFY(read.wait());
    QVERIFY(dialog.useButton()->isEnabled() && !dialog.refitButton()->isEnabled() && !dialog.modelButton()->isEnabled());
    dialog.tabs()->setCurrentIndex(0);
    QVERIFY(says(dialog, QStringLiteral("no cost model to compare")));
}

void TestProfileDialog::modelPutsDoubtsFirst() {
    MatchModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto name = [&](std::uint32_t l) { return QByteArray::fromStdString(m_graph->layer(LayerId{l}).name); };
    const auto profile =
        parseProfile(table(*m_graph, {name(1), name(2)})
                         .append("stranger,2\n" + name(2) + " + nope,3\n")
                         .toStdString(),
                     "p", std::nullopt);
    QVERIFY(profile.ok());
    const auto match = matchProfile(*m_graph, *profile, m_system->platforms[0]);
    QVERIFY(match.ok());
    model.setMatch(*m_graph, *profile, *match);
    const auto status = [&](int row) {
        return MatchModel::Status(model.index(row, 0).data(MatchModel::StatusRole).toInt());
    };
    QVERIFY(status(0) == MatchModel::Status::Unmatched && status(1) == MatchModel::Status::NoRow);
    QVERIFY(status(2) == MatchModel::Status::Partly && status(3) == MatchModel::Status::Matched);
    QCOMPARE(model.doubtful(), 3);
    QCOMPARE(model.index(0, MatchModel::RowColumn).data().toString(), QStringLiteral("stranger"));
    QCOMPARE(model.index(0, MatchModel::TimeColumn).data(MatchModel::SortRole).toDouble(), 2e-3);
    QCOMPARE(model.index(1, MatchModel::TimeColumn).data().toString(), QString());
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

CUTLINE_TEST(TestProfileDialog)

} // namespace cutline::tst_profile_dialog

#include "tst_profile_dialog.moc"
