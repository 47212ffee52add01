// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/stall_watch.h"
#include "tests/test_program.h"
#include "tests/widgets/graph/stand.h"

#include <QBuffer>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QXmlStreamReader>

#include <thread>

namespace cutline::tst_graph_picture {

using namespace worlds;

namespace {

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// By another thread, as the window has it.
QByteArray written(const FileWork& work, const QString& path) {
    bool done = false;
    std::jthread([&] { done = work().ok(); }).join();
    return done ? contents(path) : QByteArray();
}
QByteArray written(const GraphView& view, const QString& path) { return written(view.pictureFile(path), path); }

QImage drawn(const QByteArray& svg) {
    QSvgRenderer renderer(svg);
    QImage image(renderer.defaultSize(), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter);
    return image;
}

} // namespace

/// The graph as a file.
class TestGraphPicture : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void picturesHoldTheGraph() {
        Stand stand("<script\"x&'>y y>z", {900, 400});
        stand.setPlan({1});
        const QTemporaryDir folder;
        const QByteArray svg = written(stand.view, folder.filePath("g.svg"));
        QXmlStreamReader reader(svg);
        int texts = 0;
        bool named = false;
        while (!reader.atEnd()) {
            reader.readNext();
            if (!reader.isCharacters()) continue;
            texts += reader.text().trimmed().isEmpty() ? 0 : 1;
            named = named || reader.text().contains(QStringLiteral("<script\"x&'"));
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QVERIFY(named);
        QVERIFY(texts >= 3 * 3); // title, name, shape of three cards
        QVERIFY(QSvgRenderer(svg).isValid());

        QVERIFY(stand.view.pictureFile(folder.filePath("g.png"))().ok());
        QImage image(folder.filePath("g.png"));
        QVERIFY(image.width() > 600);
        const Theme& theme = Theme::of(stand.view.palette());
        int bars = 0;
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                bars += image.pixelColor(x, y) == theme.platform(1) ? 1 : 0;
        QVERIFY(bars > 100);
        QVERIFY(!stand.view.pictureFile("/nowhere/g.png")().ok());
    }

    /// Lines that keep their width on screen are as wide in an image of twice as many pixels.
    void linesAreAsWideInFineImages() {
        Stand stand("x>y y>z", {900, 400});
        stand.setPlan({1});
        const QTemporaryDir folder;
        QVERIFY(!written(stand.view, folder.filePath("g.png")).isEmpty());
        const QImage image(folder.filePath("g.png"));
        const QRectF rect = stand.view.picture().pictureRect();
        QCOMPARE(image.size(), rect.size().toSize() * 2);
        const QPointF handle = *stand.view.cutHandle(0) - rect.topLeft();
        const QColor colour = Theme::of(stand.view.palette()).link(0);
        int widest = 0;
        for (int y = int(handle.y() * 2) + 40; y < int(handle.y() * 2) + 80; ++y) {
            int wide = 0;
            for (int x = int(handle.x() * 2) - 8; x < int(handle.x() * 2) + 8; ++x) wide += image.pixelColor(x, y) == colour ? 1 : 0;
            widest = std::max(widest, wide);
        }
        QVERIFY2(widest >= 3 && widest <= 5, qPrintable(QString::number(widest)));
    }

    /// Qt draws the same, in its own way: items, not values.
    void picturesAreAsQtDrawsTheScene() {
        Stand stand(kDiamond, {900, 400});
        stand.setPlan({3, 3});
        stand.click("b");
        while (std::abs(stand.view.zoom() - 1) > 1e-9) QTest::keyClick(&stand.view, Qt::Key_0, Qt::ControlModifier);
        const QTemporaryDir folder;
        const QImage ours = drawn(written(stand.view, folder.filePath("g.svg")));
        const QRectF rect = stand.view.picture().pictureRect();
        QBuffer buffer;
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(96);
        generator.setSize(rect.size().toSize());
        generator.setViewBox(QRect(QPoint(), rect.size().toSize()));
        QPainter painter(&generator);
        painter.fillRect(QRect(QPoint(), rect.size().toSize()), Theme::of(stand.view.palette()).surface);
        stand.view.scene()->render(&painter, QRectF(QPointF(), rect.size()), rect);
        painter.end();
        QCOMPARE(ours, drawn(buffer.data()));
    }

    /// Another thread paints it, while the view shows another plan.
    void picturesAreOfTheMomentTheyWereAskedFor() {
        Stand stand(kDiamond, {900, 400});
        const QTemporaryDir folder;
        for (const char* name : {"g.svg", "g.png"}) {
            stand.setPlan({3, 3});
            const QByteArray first = written(stand.view, folder.filePath(name));
            const FileWork work = stand.view.pictureFile(folder.filePath(name));
            stand.setPlan({5, 1});
            stand.view.viewport()->repaint();
            QVERIFY2(written(work, folder.filePath(name)) == first, name);
            QVERIFY(written(stand.view, folder.filePath(name)) != first);
        }
    }

    /// What is left in the event is far less than painting.
    void manyCardsArePaintedElsewhere() {
        std::string chain = "s>l0";
        for (int i = 0; i < 1'000; ++i) chain += " l" + std::to_string(i) + ">l" + std::to_string(i + 1);
        Stand stand(chain, {900, 400});
        stand.view.openAllGroups();
        QTRY_VERIFY(!stand.view.isLayingOut() && stand.view.picture().view().nodes.size() > 1'000);
        const QTemporaryDir folder;
        const double start = test::WatchedApplication::threadMs();
        const FileWork work = stand.view.pictureFile(folder.filePath("g.svg"));
        const double asked = test::WatchedApplication::threadMs();
        QVERIFY(work().ok());
        const double painted = test::WatchedApplication::threadMs();
        QVERIFY2(asked - start < (painted - asked) / 3, qPrintable(QStringLiteral("%1 of %2").arg(asked - start).arg(painted - start)));
    }
};

CUTLINE_TEST(TestGraphPicture)

} // namespace cutline::tst_graph_picture

#include "tst_graph_picture.moc"
