// SPDX-License-Identifier: GPL-3.0-or-later
// What is told beside the cards: their colours, legend, minimap, pins, labels.
#include "tests/test_program.h"
#include "tests/widgets/graph/stand.h"
#include "tests/widgets/world.h"
#include "widgets/graph/legend.h"
#include "widgets/graph/minimap.h"

#include <QMenu>

#include <cmath>

namespace cutline::tst_graph_overlays {

using namespace worlds;

class TestGraphOverlays : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void coloursFollowTheFigures_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<bool>("energy");
        QTest::newRow("latency") << "latency" << false;
        QTest::newRow("energy") << "energy" << true;
    }
    void coloursFollowTheFigures() {
        QFETCH(QString, id);
        QFETCH(bool, energy);
        Stand stand;
        stand.setPlan({3});
        stand.view.setOverlay(id);
        const auto figure = [&](std::uint32_t layer) {
            const Cost& cost = stand.costs->layer(LayerId{layer}, PlatformId{layer < 3 ? 0u : 1u});
            return energy ? cost.energy_j : cost.latency_s;
        };
        double largest = 0;
        for (std::uint32_t i = 0; i < 8; ++i) largest = std::max(largest, figure(i));
        const Theme& theme = Theme::of(stand.view.palette());
        for (std::uint32_t i = 0; i < 8; ++i) {
            const CardStyle style = stand.view.cardStyleOf(LayerId{i});
            QCOMPARE(style.fill, overlayColour(theme, figure(i) / largest));
            QVERIFY(std::abs(style.share - figure(i) / largest) < 0.03);
            QCOMPARE(style.bar, theme.platform(i < 3 ? 0 : 1)); // which stays to be seen
        }
        QVERIFY(stand.view.legend().isVisible());
        QVERIFY(stand.view.legend().plainText().contains(
            QString::fromStdString(formatQuantity(largest, energy ? Unit::Joule : Unit::Second))));
        stand.view.setOverlay("platform");
        QVERIFY(!stand.view.legend().isVisible());
        QCOMPARE(stand.view.cardStyleOf(LayerId{0}).fill, theme.tint(theme.platform(0), 0.13));
    }

    void memoryIsWeightsAndOutputs() {
        Stand stand; // without weights: the output of 8x4x4 at 32 bits
        stand.setPlan({3});
        stand.view.setOverlay("memory");
        QVERIFY(stand.view.legend().plainText().contains(
            QString::fromStdString(formatQuantity(8 * 4 * 4 * 4, Unit::Byte))));
    }

    void kindsAreNamed() {
        Stand stand;
        stand.setPlan({3});
        stand.view.setOverlay("provenance");
        QCOMPARE(stand.view.legend().plainText(), QStringLiteral("provenance\nmapped\nestimated"));
        QVERIFY(stand.view.cardStyleOf(LayerId{0}).fill != stand.view.cardStyleOf(LayerId{5}).fill);
        stand.view.setOverlay("precision");
        QCOMPARE(stand.view.legend().plainText(), QStringLiteral("precision\n32 bit"));
        stand.view.setOverlay("no such overlay");
        QCOMPARE(stand.view.overlay(), QStringLiteral("platform"));
    }

    void utilisationIsOfThePeak() {
        const test::World world = test::makeWorld(4); // its layers have MACs
        System system = *world.problem.system;
        for (std::size_t p = 0; p < system.platforms.size(); ++p) { // 100, 200, .. GMAC/s at most
            system.platforms[p].loop_nest.reset();
            system.platforms[p].roofline.emplace().peaks = {{"float32", 1e11 * static_cast<double>(p + 1)}};
        }
        GraphView view;
        view.resize(900, 400);
        view.show();
        QSignalSpy finished(&view, &GraphView::layoutFinished);
        view.setModel(world.problem.graph, std::make_shared<const System>(system), world.problem.costs);
        QVERIFY(finished.wait(20'000));
        const Plan plan = world.result->candidates->plan(world.knee());
        view.setPlan(plan, world.metricsOf(world.knee()));
        view.setOverlay("utilisation");
        double largest = 0;
        for (const Stage& stage : plan.stages)
            for (const LayerId id : stage.layers) {
                const double macs = static_cast<double>(world.problem.graph->layer(id).macs.value_or(0));
                const double seconds = world.problem.costs->layer(id, stage.platform).latency_s;
                largest = std::max(largest, macs / seconds / (1e11 * (stage.platform.value + 1.0)));
            }
        QVERIFY(largest > 0);
        const QString legend = view.legend().plainText();
        QVERIFY2(legend.contains(QString::fromStdString(formatQuantity(largest, Unit::Fraction))), qPrintable(legend));
    }

    void sensitivityFollowsTheTable() {
        Stand stand;
        stand.setPlan({3});
        stand.view.setOverlay("sensitivity");
        QCOMPARE(stand.view.legend().plainText(), QStringLiteral("sensitivity: nothing known"));
        const auto table = [](double first, double second) {
            SensitivityTable values(8, 2);
            for (std::uint32_t l = 0; l < 8; ++l) {
                values.set(LayerId{l}, PlatformId{0}, first * (l + 1));
                values.set(LayerId{l}, PlatformId{1}, second * (l + 1));
            }
            return std::make_shared<const SensitivityTable>(std::move(values));
        };
        stand.view.setSensitivities({table(0.1, 0.01)});
        QVERIFY(stand.view.legend().isVisible());
        const Theme& theme = Theme::of(stand.view.palette());
        QCOMPARE(stand.view.cardStyleOf(LayerId{2}).fill, overlayColour(theme, 1.0)); // 0.3 on the first is the most
        QCOMPARE(stand.view.cardStyleOf(LayerId{7}).fill, overlayColour(theme, 0.08 / 0.3));
    }

    void withoutAPlanNothingIsKnown() {
        Stand stand;
        for (const Overlay& overlay : overlays()) {
            stand.view.setOverlay(overlay.id);
            QVERIFY(stand.view.legend().plainText().endsWith(QStringLiteral(": nothing known")));
        }
    }

    /// WCAG 1.4.3 on every step of the scale.
    void textKeepsItsContrastOnTheScale() {
        Stand stand;
        stand.setPlan({3});
        stand.view.setOverlay("latency");
        for (const Theme* theme : {&Theme::light(), &Theme::darkTheme()}) {
            for (double part = 0; part <= 1; part += 0.02)
                QVERIFY(contrast(theme->text, overlayColour(*theme, part)) >= 4.5);
            stand.view.setPalette(theme->palette());
            for (std::uint32_t i = 0; i < 8; ++i) {
                const CardStyle style = stand.view.cardStyleOf(LayerId{i});
                for (const QColor& ink : {style.text, style.text2, style.text3})
                    QVERIFY(contrast(ink, style.fill) >= 4.5);
            }
        }
    }

    void minimapShowsWhereTheViewIs() {
        Stand stand(worlds::mobileNet({1, 2, 2}), {800, 400});
        QVERIFY(!stand.view.minimap().isVisible()); // all of it is in sight
        stand.view.openAllGroups();
        QTRY_VERIFY(!stand.view.isLayingOut());
        stand.view.zoomReset();
        auto* map = stand.view.findChild<Minimap*>();
        QVERIFY(map->isVisible());
        QVERIFY(stand.view.rect().contains(map->geometry()));
        const QPointF goal = stand.view.cardRect(LayerId{60}).center();
        QTest::mouseClick(map, Qt::LeftButton, {}, map->fromScene(goal).toPoint());
        const QPointF centre = stand.view.mapToScene(stand.view.viewport()->rect().center());
        QVERIFY(QLineF(centre, goal).length() < 2 * kCardSize.width());
        QVERIFY(map->seen().contains(goal));
        // Every card is drawn in its platform's colour.
        stand.setPlan({30});
        QTest::qWait(100);
        const QImage picture = map->grab().toImage();
        const auto at = [&](std::uint32_t layer) {
            return picture.pixelColor(map->fromScene(stand.view.cardRect(LayerId{layer}).center()).toPoint());
        };
        const Theme& theme = Theme::of(stand.view.palette());
        QCOMPARE(at(3), theme.platform(0));
        stand.view.fit();
        QVERIFY(!map->isVisible());
    }

    void pinsAreAskedForAndMarked() {
        Stand stand;
        QSignalSpy asked(&stand.view, &GraphView::pinRequested);
        stand.click("b");
        QTest::keyClick(&stand.view, Qt::Key_P); // there is no plan to pin to
        QCOMPARE(asked.count(), 0);
        stand.setPlan({3});
        QTest::keyClick(&stand.view, Qt::Key_P);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].value<QVector<LayerId>>(), stand.layers({"b"}));
        QVERIFY(asked[0][1].toBool());
        stand.view.setPins({{stand.layer("b"), PlatformId{0}}});
        QVERIFY(stand.view.cardStyleOf(stand.layer("b")).pinned);
        QVERIFY(!stand.view.cardStyleOf(stand.layer("a")).pinned);
        QMenu menu;
        stand.view.fillContextMenu(menu, stand.layer("b"));
        QSignalSpy rest(&stand.view, &GraphView::solveRestRequested);
        int found = 0;
        for (QAction* action : menu.actions()) {
            if (action->text().startsWith("Free") || action->text().startsWith("Pin here and solve")) {
                action->trigger();
                ++found;
            }
        }
        QCOMPARE(found, 2);
        QCOMPARE(asked.count(), 2);
        QVERIFY(!asked[1][1].toBool());
        QCOMPARE(rest.count(), 1);
    }

    void labelsKeepClearOfEachOther_data() {
        QTest::addColumn<std::vector<std::size_t>>("stages"); // layers of all but the last
        for (const std::size_t cut : {1, 20, 48, 90, 150, 200}) QTest::addRow("cut %zu", cut) << std::vector{cut};
        for (const std::size_t cut : {1, 20, 48, 90, 150})
            for (const std::size_t more : {1, 2, 7, 40}) QTest::addRow("cut %zu and %zu later", cut, more) << std::vector{cut, more};
    }
    void labelsKeepClearOfEachOther() {
        QFETCH(std::vector<std::size_t>, stages);
        Stand stand(worlds::mobileNet({1, 2, 2, 3, 3, 4}), {900, 500});
        stand.setPlan(stages);
        stand.view.fit();
        std::vector<QRectF> seen;
        const QTransform to_port = stand.view.viewportTransform();
        for (std::size_t cut = 0; cut < stages.size(); ++cut)
            if (const HandleItem* handle = stand.view.picture().handle(cut)) // where one would grab
                seen.push_back(handle->deviceTransform(to_port).mapRect(handle->shape().boundingRect()));
        const std::size_t handles = seen.size();
        for (const LabelItem* label : stand.view.picture().labels()) {
            if (!label->isVisible()) continue;
            const QRectF rect = label->deviceTransform(to_port).mapRect(label->boundingRect());
            QVERIFY2(QRectF(stand.view.viewport()->rect()).contains(rect),
                     qPrintable(QString("%1 %2").arg(rect.left()).arg(rect.top())));
            for (const QRectF& other : seen) QVERIFY(!other.intersects(rect));
            seen.push_back(rect);
        }
        QVERIFY(seen.size() >= handles + 2 * stages.size() + 1); // platforms and what crosses
    }
};

CUTLINE_TEST(TestGraphOverlays)

} // namespace cutline::tst_graph_overlays

#include "tst_graph_overlays.moc"
