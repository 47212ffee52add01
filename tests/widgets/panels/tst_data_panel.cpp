// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "widgets/models/accuracy_facts.h"
#include "widgets/panels/data_panel.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/preview_grid.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QUrl>

namespace cutline::tst_data_panel {
namespace {

DataFacts fourImages() {
    DataFacts facts;
    facts.file = "/data/shoes.json";
    facts.name = "shoes";
    facts.count = 500;
    facts.calibration = 256;
    facts.shape = {1, 8, 8};
    facts.classes = {"boot", "sandal"};
    facts.preprocessing = "x = (u / 255 - 0.5) / 0.25; channels first";
    facts.notes = {"shoes.json: no 'std' is given, taken as 1"};
    for (std::uint32_t i = 0; i < 4; ++i) {
        PreviewImage image;
        image.picture = {8, 8, 1, std::vector<std::uint8_t>(64, static_cast<std::uint8_t>(i * 60))};
        image.label = i % 2;
        if (i < 3) image.answer = i == 2 ? 1u : i % 2;
        image.confidence = 0.87;
        facts.preview.push_back(image);
    }
    return facts;
}

} // namespace

class TestDataPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Theme::light()); }

    void saysWhatItShows() {
        DataPanel panel;
        panel.resize(300, 600);
        panel.setFacts(fourImages());
        const QString text = panel.plainText();
        QVERIFY2(text.contains("shoes"), qPrintable(text));
        QVERIFY2(text.contains("500 images") && text.contains("2 classes") && text.contains("256"), qPrintable(text));
        QVERIFY2(text.contains("boot: answered boot, 87\u2009%"), qPrintable(text));
        QVERIFY2(text.contains("boot: answered sandal, 87\u2009%"), qPrintable(text));
        QVERIFY2(text.contains("x = (u / 255 - 0.5) / 0.25") && text.contains("boot, sandal"), qPrintable(text));
        QVERIFY2(text.contains("no 'std' is given, taken as 1"), qPrintable(text));
        QVERIFY2(text.contains("sandal\n") || text.endsWith("sandal"), qPrintable(text)); // no answer yet
        panel.setError({"shoes.json", "has no section 'test'", "add one"});
        QVERIFY(panel.plainText().contains("has no section 'test'"));
        QVERIFY(!panel.plainText().contains("500 images"));
    }

    void saysHowWellTheEstimateDoes() {
        DataPanel panel;
        panel.setFacts(fourImages());
        AccuracyClaim claim;
        claim.measured = 16;
        claim.estimated = 9;
        claim.images = 500;
        claim.checked = 16;
        claim.check_rank_correlation = 0.934;
        claim.check_error = 0.0123;
        claim.fit_points = 31;
        claim.fit_rank_correlation = 0.9;
        claim.fit_bits_correlation = 0.61;
        claim.fit_error = 0.02;
        panel.setClaim(claim);
        const QString text = panel.plainText();
        QVERIFY2(text.contains("16 of 25 measured"), qPrintable(text));
        QVERIFY2(text.contains("16 plans measured since: rank correlation 0.93"), qPrintable(text));
        QVERIFY2(text.contains("31 measured precisions: rank correlation 0.90"), qPrintable(text));
        QVERIFY2(text.contains("counting bits alone the rank correlation is 0.61"), qPrintable(text));
        claim.given = 3;
        claim.unknown = 7;
        QCOMPARE(claimText(claim), QString("accuracy: given for 3 of 10 plans"));
    }

    void showsProgressAndStops() {
        DataPanel panel;
        panel.resize(300, 600);
        panel.setFacts(fourImages());
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY(!panel.stopButton()->isVisible());
        panel.setWork(DataPanel::Work{0.25, QStringLiteral("120 of 500 images, 900 images/s")});
        QVERIFY(panel.stopButton()->isVisible());
        QCOMPARE(panel.findChild<QProgressBar*>()->value(), 250);
        QSignalSpy stops(&panel, &DataPanel::stopRequested);
        QTest::mouseClick(panel.stopButton(), Qt::LeftButton);
        QCOMPARE(stops.size(), 1);
        panel.setWork(std::nullopt);
        QVERIFY(!panel.stopButton()->isVisible());
    }

    void asksForTheOutput() {
        DataPanel panel;
        panel.resize(300, 600);
        DataFacts facts = fourImages();
        facts.outputs = {"boxes", "scores"};
        facts.judged = 1;
        panel.setFacts(facts);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY2(panel.plainText().contains("Judged by output\tscores"), qPrintable(panel.plainText()));
        auto* choice = panel.findChild<QComboBox*>();
        QVERIFY(choice && choice->isVisible());
        QSignalSpy chosen(&panel, &DataPanel::outputChosen);
        // The sheet may be made anew before the answer is heard.
        connect(&panel, &DataPanel::outputChosen, &panel, [&] { panel.setReading("shoes"); });
        QTest::keyClick(choice, Qt::Key_Up);
        QTRY_COMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toString(), QString("boxes"));
        facts.outputs = {"scores"};
        facts.judged = 0;
        panel.setFacts(facts);
        QVERIFY(!panel.plainText().contains("Judged by"));
    }

    void takesDrops_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("taken");
        QTest::newRow("description") << "/data/fashion.json" << true;
        QTest::newRow("table") << "/data/ACC.CSV" << true;
        QTest::newRow("folder") << QDir::tempPath() << true;
        QTest::newRow("model") << "/data/net.onnx" << false;
    }
    void takesDrops() {
        QFETCH(QString, path);
        QFETCH(bool, taken);
        DataPanel panel;
        panel.resize(300, 600);
        QSignalSpy drops(&panel, &DataPanel::dropped);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
        enter.ignore();
        QApplication::sendEvent(&panel, &enter);
        QCOMPARE(enter.isAccepted(), taken);
        QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(&panel, &drop);
        QCOMPARE(drops.size(), taken ? 1 : 0);
        if (taken) QCOMPARE(drops[0][0].toString(), path);
    }

    void emptyStateOffersTheChoice() {
        DataPanel panel;
        panel.resize(300, 600);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QSignalSpy choices(&panel, &DataPanel::chooseRequested);
        QTest::mouseClick(panel.emptyState()->button(), Qt::LeftButton);
        QCOMPARE(choices.size(), 1);
    }

    void previewDrawsPictures() {
        PreviewGrid grid;
        const DataFacts facts = fourImages();
        grid.setImages(facts.preview, facts.classes);
        grid.resize(300, grid.heightForWidth(300));
        const QImage picture = grid.grab().toImage();
        // The middle of each picture has its grey.
        const int side = (300 - 4 * 6) / 5;
        for (int i = 0; i < 4; ++i) {
            const QPointF middle(i * (side + 6) + side / 2.0, side / 2.0);
            QCOMPARE(qGray(picture.pixel((middle * picture.devicePixelRatio()).toPoint())), i * 60);
        }
    }

    void differencesNeedEnoughImages() {
        const auto measured = [](int right, int of) {
            auto bits = std::make_shared<std::vector<bool>>(static_cast<std::size_t>(of));
            for (int i = 0; i < right; ++i) (*bits)[static_cast<std::size_t>(i)] = true;
            return Accuracy{static_cast<double>(right) / of, Accuracy::Kind::Measured, 0, 1, bits};
        };
        QVERIFY(!isResolved(measured(90, 100), measured(91, 100)));
        QVERIFY(isResolved(measured(60, 100), measured(90, 100)));
        const Accuracy low{0.5, Accuracy::Kind::Estimated, 0.4, 0.6, nullptr}, high{0.7, Accuracy::Kind::Estimated, 0.65, 0.75, nullptr};
        QVERIFY(isResolved(low, high));
        QVERIFY(!isResolved(low, low));
        QCOMPARE(accuracyLine(low), QString("50.0\u2009% estimated, 40.0 to 60.0\u2009%"));
        QCOMPARE(accuracyCell(low), QString("~50.00 \u00B110.0"));
        QCOMPARE(accuracyCell({0.5, Accuracy::Kind::Given, 0.5, 0.5, nullptr}), QString("50.00 given"));
    }
};

CUTLINE_TEST(TestDataPanel)

} // namespace cutline::tst_data_panel

#include "tst_data_panel.moc"
