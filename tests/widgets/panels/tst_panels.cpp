// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/panels/fact_sheet.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/problems_list.h"
#include "widgets/panels/start_page.h"
#include "widgets/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDialogButtonBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTableView>
#include <QUrl>

#include <algorithm>

namespace cutline::tst_panels {

class TestPanels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void buttonsOfDialogsHaveWordsAlone();
    void platformCards();
    void linkCards();
    void chipsAreButtons();
    void chipsAreDragged();
    void panelFollowsItsSystem();
    void inspectorExplainsALayer();
    void inspectorMeasuresWhyNot();
    void inspectorSaysWhatCannotRun();
    void inspectorShowsPlansAndTensors();
    void inspectorFollowsThePlan();
    void messageBar();
    void problemsLeadToLayers();
    void startPageOpens();
    void startPageTakesDrops_data();
    void startPageTakesDrops();
    void everyIconDraws();
    void wordsFitTheirPlace();
    void figuresAreWholeBesideLongNames();

private:
    test::World m_world;
};

void TestPanels::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(10);
}

void TestPanels::buttonsOfDialogsHaveWordsAlone() {
    const QDialogButtonBox box(QDialogButtonBox::Close | QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    QCOMPARE(box.buttons().size(), 3);
    for (const QAbstractButton* button : box.buttons()) QVERIFY(button->icon().isNull() && !button->text().isEmpty());
}

void TestPanels::platformCards() {
    Metrics m;
    m.initiation_interval_s = 0.0122;
    m.platforms.resize(2);
    m.platforms[0] = {0.00987, 0.01, 1e6, 5e5, 1.9 * 1048576};
    m.platforms[1] = {0.0122, 0.01, 1e6, 5e5, 9.0 * 1048576};
    m.links.resize(1);
    const auto system = test::makeSystem(1);
    const auto eyr = platformCard(*system, {0}, &m, {}, Source::LoopNest);
    QCOMPARE(eyr.name, QStringLiteral("EYR"));
    QCOMPARE(eyr.key, QStringLiteral("1"));
    QCOMPARE(eyr.busy, QStringLiteral("busy 9.87\u202Fms"));
    QCOMPARE(eyr.busy_share, QStringLiteral("81\u202F%"));
    QVERIFY(!eyr.bottleneck);
    QCOMPARE(eyr.memory, QStringLiteral("memory 1.90 of 4\u202FMiB"));
    QCOMPARE(eyr.memory_share, QStringLiteral("48\u202F%"));
    QCOMPARE(eyr.facts, QStringLiteral("16 bit, 200\u202FMHz"));
    QCOMPARE(eyr.provenance, QStringLiteral("mapped"));
    const auto smb = platformCard(*system, {1}, &m, {}, Source::None);
    QVERIFY(smb.bottleneck);
    QVERIFY(*smb.memory_fraction > 1); // 9 of 8 MiB
    QCOMPARE(smb.provenance, QString());
    const auto mcu = platformCard(*system, {2}, &m, {}, Source::Roofline); // unused, capacity not known
    QVERIFY(!mcu.memory_fraction);
    QCOMPARE(mcu.busy, QStringLiteral("not used"));
    // At 40 inputs a second shares are of 25 ms.
    QCOMPARE(platformCard(*system, {1}, &m, 40.0, Source::None).busy_share, QStringLiteral("49\u202F%"));
    QCOMPARE(platformCard(*system, {1}, nullptr, {}, Source::None).busy, QStringLiteral("not used"));
}

void TestPanels::linkCards() {
    Metrics m;
    m.initiation_interval_s = 0.0122;
    m.links = {{62700, 0.0005, 1e-4}};
    const auto card = linkCard(*test::makeSystem(), {0}, &m, {});
    QCOMPARE(card.name, QStringLiteral("gbe"));
    QCOMPARE(card.ends, QStringLiteral("EYR \u2013 SMB, 5\u202Fm"));
    QCOMPARE(card.share, QStringLiteral("4.1\u202F%"));
    QVERIFY(card.tip.contains(QStringLiteral("1\u202FGbit/s")));
    QVERIFY(card.bottleneck); // nothing else is busy
}

void TestPanels::chipsAreButtons() {
    PlatformPanel panel;
    panel.setSystem(test::makeSystem());
    panel.resize(240, 600);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QCOMPARE(panel.chipCount(), std::size_t{2});
    QSignalSpy activated(&panel, &PlatformPanel::chipActivated);
    QTest::mouseClick(panel.chip(1), Qt::LeftButton);
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.at(0).at(0).value<PlatformId>(), PlatformId{1});
    QTest::keyClick(panel.chip(0), Qt::Key_Return);
    QCOMPARE(activated.at(1).at(0).value<PlatformId>(), PlatformId{0});
    QVERIFY(panel.chip(0)->accessibleName().contains(QStringLiteral("EYR")));
    QVERIFY(panel.chip(0)->toolTip().contains(QStringLiteral("press 1")));
}

void TestPanels::chipsAreDragged() {
    PlatformPanel panel;
    panel.setSystem(test::makeSystem());
    panel.resize(240, 600);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QSignalSpy activated(&panel, &PlatformPanel::chipActivated);
    PlatformChip* chip = panel.chip(1);
    // The offscreen platform ends a drag at once: that it begins, and with which payload, is what can be
    // seen.
    QByteArray payload;
    connect(chip, &PlatformChip::dragged, this, [&](PlatformId id) {
        const std::unique_ptr<QMimeData> data(PlatformChip::mimeOf(id));
        payload = data->data(QString::fromLatin1(kPlatformMime));
    });
    QTest::mousePress(chip, Qt::LeftButton, {}, QPoint(30, 30));
    const QPoint away(30, 30 + 2 * QApplication::startDragDistance());
    QMouseEvent move(QEvent::MouseMove, away, chip->mapToGlobal(away), Qt::NoButton, Qt::LeftButton, {});
    QApplication::sendEvent(chip, &move);
    QTest::mouseRelease(chip, Qt::LeftButton, {}, away);
    QCOMPARE(payload, QByteArray("1"));
    QCOMPARE(activated.count(), 0); // a drag is no click
}

void TestPanels::panelFollowsItsSystem() {
    PlatformPanel panel;
    panel.setSystem(test::makeSystem());
    panel.setCosts(*m_world.problem.costs);
    panel.setMetrics(m_world.metricsOf(m_world.knee()));
    QCOMPARE(panel.chip(0)->text().provenance, QStringLiteral("mapped"));
    QVERIFY(panel.chip(0)->text().busy.startsWith(QStringLiteral("busy ")));
    panel.setSystem(test::makeSystem(12));
    QCOMPARE(panel.chipCount(), std::size_t{14});
    QCOMPARE(panel.chip(0)->text().busy, QStringLiteral("not used"));
    QCOMPARE(panel.chip(9)->text().key, QString()); // only nine keys
    panel.setSystem(nullptr);
    QCOMPARE(panel.chipCount(), std::size_t{0});
}

void TestPanels::inspectorExplainsALayer() {
    Inspector inspector;
    QVERIFY(inspector.plainText().contains(QStringLiteral("Nothing open")));
    inspector.setEvaluator(m_world.evaluator);
    inspector.showLayers({LayerId{1}});
    const QString text = inspector.plainText();
    QVERIFY(text.contains(QStringLiteral("Conv 5\u00D75, depthwise")));
    QVERIFY(text.contains(QStringLiteral("/features/features.0/Conv_dw")));
    QVERIFY(text.contains(QStringLiteral("1\u00D716\u00D7112\u00D7112 float32")));
    const Cost& cost = m_world.problem.costs->layer({1}, {0});
    QVERIFY(text.contains(quantityText(cost.latency_s, Unit::Second) + QStringLiteral(" \u00B7 ") +
                          quantityText(cost.energy_j, Unit::Joule)));
    QVERIFY(text.contains(QStringLiteral("mapped")));
    inspector.showLayers({LayerId{0}, LayerId{1}, LayerId{2}});
    QVERIFY(inspector.plainText().contains(QStringLiteral("3 layers")));
    QVERIFY(inspector.plainText().contains(quantityText(m_world.problem.costs->layer({0}, {1}).latency_s +
                                                            m_world.problem.costs->layer({1}, {1}).latency_s +
                                                            m_world.problem.costs->layer({2}, {1}).latency_s,
                                                        Unit::Second)));
}

void TestPanels::inspectorMeasuresWhyNot() {
    const Plan plan = m_world.result->candidates->plan(m_world.knee());
    const Metrics metrics = m_world.metricsOf(m_world.knee());
    const LayerId layer = plan.stages[0].layers.back();
    const PlatformId there = plan.stages[1].platform;
    const QString words = whyNotText(*m_world.evaluator, plan, metrics, layer, there);
    const Metrics moved =
        m_world.evaluator->evaluate(withLayerMoved(*m_world.problem.graph, plan, layer, there));
    const double change = moved.throughputHz() / metrics.throughputHz() - 1;
    if (std::abs(change) > 1e-3) {
        const QString percent = numberOnly(std::abs(change) * 100, 2) + QStringLiteral("\u202F% throughput");
        QVERIFY2(words.contains((change > 0 ? QStringLiteral("gains ") : QStringLiteral("costs ")) + percent),
                 qPrintable(words));
    }
    // The first layer alone on the other side: its output has to travel there and back.
    const QString far = whyNotText(*m_world.evaluator, plan, metrics, LayerId{1}, there);
    QVERIFY2(far.contains(QStringLiteral("more over the links")), qPrintable(far));
}

void TestPanels::inspectorSaysWhatCannotRun() {
    auto costs = std::make_shared<CostTable>(*m_world.problem.costs);
    Cost none;
    none.supported = false;
    costs->setLayer({2}, {1}, none);
    Problem problem = m_world.problem;
    problem.costs = costs;
    const Evaluator evaluator(problem);
    const Plan plan = m_world.result->candidates->plan(m_world.knee());
    QCOMPARE(whyNotText(evaluator, plan, evaluator.evaluate(plan), {2}, {1}),
             QStringLiteral("SMB cannot run Relu."));
}

void TestPanels::inspectorShowsPlansAndTensors() {
    Inspector inspector;
    inspector.setEvaluator(m_world.evaluator);
    const Plan plan = m_world.result->candidates->plan(m_world.knee());
    Metrics metrics = m_world.metricsOf(m_world.knee());
    metrics.violations.push_back({Violation::Kind::Memory, "EYR", 9, 8, {}, "EYR: needs 9 MiB of 8 MiB"});
    inspector.setPlan(plan, metrics, QStringLiteral("plan 7"));
    const QString text = inspector.plainText();
    QVERIFY(text.contains(QStringLiteral("plan 7 \u00B7 ") + platformsShown(plan, *m_world.problem.system)));
    QVERIFY(text.contains(bottleneckText(metrics, *m_world.problem.system)));
    QVERIFY(text.contains(QStringLiteral("EYR: needs 9 MiB of 8 MiB")));
    QVERIFY(text.contains(quantityText(metrics.crossing.front().bytes, Unit::Byte)));
    inspector.showTensor(metrics.crossing.front().tensor);
    const QString tensor = inspector.plainText();
    QVERIFY(tensor.contains(quantityText(metrics.crossing.front().bytes, Unit::Byte)));
    const TransferCost cost =
        transferCost(m_world.problem.system->links[0].link, metrics.crossing.front().bytes);
    QVERIFY(tensor.contains(quantityText(cost.time_s, Unit::Second)));
    QVERIFY(tensor.contains(QStringLiteral("as ") + cutline::text(metrics.crossing.front().type)));
}

void TestPanels::inspectorFollowsThePlan() {
    Inspector inspector;
    inspector.setEvaluator(m_world.evaluator);
    QVERIFY(inspector.plainText().contains(QStringLiteral("No plan yet")));
    inspector.setPlan(m_world.result->candidates->plan(0), m_world.metricsOf(0));
    const QString before = inspector.plainText();
    inspector.setPlan(m_world.result->candidates->plan(9), m_world.metricsOf(9));
    QVERIFY(inspector.plainText() != before);
    inspector.setEvaluator(nullptr);
    QVERIFY(inspector.plainText().contains(QStringLiteral("Nothing open")));
}

void TestPanels::messageBar() {
    QWidget window;
    MessageBar bar(&window);
    QVERIFY(bar.isHidden());
    QSignalSpy action(&bar, &MessageBar::actionRequested), dismissed(&bar, &MessageBar::dismissed);
    const Error error{"big.onnx, node <b>Conv</b>", "no shape for input x", "give --shape x=1,3,224,224"};
    window.resize(800, 60);
    window.show();
    bar.show(MessageBar::Severity::Error, error, QStringLiteral("Give shapes"));
    bar.resize(800, 40);
    QVERIFY(bar.isVisible());
    QCOMPARE(bar.text(), QString::fromStdString(error.message())); // names are text, never markup
    QVERIFY(bar.accessibleName().startsWith(QStringLiteral("Error: ")));
    QTest::mouseClick(bar.button(), Qt::LeftButton);
    QCOMPARE(action.count(), 1);
    QTest::keyClick(&bar, Qt::Key_Escape);
    QVERIFY(bar.isHidden());
    QCOMPARE(dismissed.count(), 1);
    bar.dismiss();
    QCOMPARE(dismissed.count(), 1);
    bar.show(MessageBar::Severity::Warning, error);
    QVERIFY(bar.button()->isHidden());
}

void TestPanels::problemsLeadToLayers() {
    ProblemsList list;
    list.resize(700, 200);
    list.show();
    QVERIFY(QTest::qWaitForWindowExposed(&list));
    QSignalSpy changed(&list, &ProblemsList::changed), asked(&list, &ProblemsList::layerRequested);
    QVERIFY(!list.view()->isVisible());
    list.setViolations({{Violation::Kind::Unsupported, "SMB", 0, 0, LayerId{4}, "SMB: cannot run Softmax"},
                        {Violation::Kind::Memory, "EYR", 9, 8, {}, "EYR: needs 9 MiB of 8 MiB"}});
    QCOMPARE(changed.count(), 1);
    QVERIFY(list.view()->isVisible());
    QCOMPARE(list.summary(), QStringLiteral("2 problems"));
    list.setNotes({{ImportNote::Severity::Info, "input x", "batch is taken as 1", "give it"}});
    QCOMPARE(list.summary(), QStringLiteral("2 problems \u00B7 1 note"));
    // In a narrow panel each is a paragraph that says it all, in a wide one a row of three columns.
    QVERIFY(!list.view()->isColumnHidden(ProblemsModel::FixColumn) && list.view()->rowHeight(2) < 30);
    list.resize(260, 300);
    QTRY_VERIFY(list.view()->isColumnHidden(ProblemsModel::FixColumn) && list.view()->isColumnHidden(ProblemsModel::WhereColumn));
    QVERIFY(list.view()->rowHeight(2) >= 3 * list.fontMetrics().height()); // what, what to do, where
    list.resize(700, 200);
    QTRY_VERIFY(!list.view()->isColumnHidden(ProblemsModel::FixColumn) && list.view()->rowHeight(2) < 30);
    list.setNotes({});
    const auto click = [&](int row) {
        QTest::mouseClick(list.view()->viewport(), Qt::LeftButton, {},
                          list.view()->visualRect(list.view()->model()->index(row, 0)).center());
    };
    click(1);
    QCOMPARE(asked.count(), 0);
    click(0);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.at(0).at(0).value<LayerId>(), LayerId{4});
    list.setViolations({});
    QCOMPARE(list.count(), 0);
    QVERIFY(!list.view()->isVisible());
}

void TestPanels::startPageOpens() {
    StartPage page;
    page.setSamples({{QStringLiteral("efficientnet_b0.onnx"),
                      QStringLiteral("EfficientNet-B0"),
                      QStringLiteral("239 layers"),
                      {}}});
    page.setRecent({QStringLiteral("/data/a.onnx"), QStringLiteral("/data/b.onnx")});
    page.resize(900, 700);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    QSignalSpy open(&page, &StartPage::openRequested), browse(&page, &StartPage::browseRequested);
    for (auto* button : page.findChildren<QAbstractButton*>()) QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(browse.count(), 1);
    QStringList files;
    for (const auto& call : open) files << call.at(0).toString();
    files.sort();
    QCOMPARE(files, (QStringList{QStringLiteral("/data/a.onnx"), QStringLiteral("/data/b.onnx"),
                                 QStringLiteral("efficientnet_b0.onnx")}));
    page.setRecent({});
    page.resize(300, 700);
}

void TestPanels::startPageTakesDrops_data() {
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<QString>("opened");
    QTest::newRow("model") << QStringList{QStringLiteral("/data/net.onnx")}
                           << QStringLiteral("/data/net.onnx");
    QTest::newRow("capitals") << QStringList{QStringLiteral("/data/NET.ONNX")}
                              << QStringLiteral("/data/NET.ONNX");
    QTest::newRow("first that fits") << QStringList{QStringLiteral("/data/x.png"),
                                                    QStringLiteral("/data/p.cutline")}
                                     << QStringLiteral("/data/p.cutline");
    QTest::newRow("other") << QStringList{QStringLiteral("/data/x.png")} << QString();
    QTest::newRow("none") << QStringList{} << QString();
}

void TestPanels::startPageTakesDrops() {
    QFETCH(QStringList, files);
    QFETCH(QString, opened);
    StartPage page;
    page.resize(600, 400);
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& file : files) urls << QUrl::fromLocalFile(file);
    data.setUrls(urls);
    QSignalSpy open(&page, &StartPage::openRequested);
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
    enter.ignore();
    QApplication::sendEvent(&page, &enter);
    QCOMPARE(enter.isAccepted(), !opened.isEmpty());
    QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&page, &drop);
    QCOMPARE(open.count(), opened.isEmpty() ? 0 : 1);
    if (!opened.isEmpty()) QCOMPARE(open.at(0).at(0).toString(), opened);
}

void TestPanels::everyIconDraws() {
    const QStringList files = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")});
    QVERIFY(files.size() >= 25);
    for (const QString& file : files) {
        const QIcon icon = iconNamed(file.chopped(4), Qt::red);
        QVERIFY2(!icon.isNull(), qPrintable(file));
        const QImage image = icon.pixmap(16, 16).toImage();
        int drawn = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) drawn += image.pixelColor(x, y).alpha() > 100 ? 1 : 0;
        QVERIFY2(drawn > 3, qPrintable(file));
    }
    QVERIFY(iconNamed(QStringLiteral("no-such-icon"), Qt::red).isNull());
}

void TestPanels::wordsFitTheirPlace() {
    const QFontMetrics metrics(fontFor(TextRole::Small));
    const QStringList forms{QStringLiteral("11.1 MiB of 1 GiB on EYR"), QStringLiteral("11.1 MiB on EYR"),
                            QStringLiteral("on EYR")};
    QCOMPARE(fittingText(metrics, forms, metrics.horizontalAdvance(forms[0])), forms[0]);
    QCOMPARE(fittingText(metrics, forms, metrics.horizontalAdvance(forms[0]) - 1), forms[1]);
    QCOMPARE(fittingText(metrics, forms, metrics.horizontalAdvance(forms[2])), forms[2]);
    const QString cut = fittingText(metrics, forms, metrics.horizontalAdvance(forms[2]) - 3);
    QVERIFY(cut.endsWith(u'\u2026') && metrics.horizontalAdvance(cut) < metrics.horizontalAdvance(forms[2]));
    QCOMPARE(fittingText(metrics, {}, 10), QString());
}

void TestPanels::figuresAreWholeBesideLongNames() {
    FactSheet sheet;
    const QString name = QStringLiteral("features.6.1/block.0.0/GlobalAveragePool_output_0"), value = QStringLiteral("32.0\u2009B");
    sheet.row(name, value, QStringLiteral("int4"));
    sheet.resize(260, 120);
    sheet.show();
    QVERIFY(QTest::qWaitForWindowExposed(&sheet));
    const auto labels = sheet.findChildren<InkLabel*>();
    const auto found = std::find_if(labels.begin(), labels.end(), [&](InkLabel* label) { return label->text() == value; });
    QVERIFY(found != labels.end());
    QVERIFY((*found)->width() >= (*found)->fontMetrics().horizontalAdvance(value));
}

CUTLINE_TEST(TestPanels)

} // namespace cutline::tst_panels

#include "tst_panels.moc"
