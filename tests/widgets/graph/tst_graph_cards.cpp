// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/graph/worlds.h"
#include "widgets/graph/card.h"
#include "widgets/graph/groups.h"
#include "widgets/graph/view_graph.h"

#include <QImage>
#include <QPainter>

namespace cutline::tst_graph_cards {

class TestGraphCards : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shortNames_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("op");
        QTest::addColumn<QString>("shown");
        QTest::newRow("exporter") << "/features/features.0/features.0.0/Conv"
                                  << "Conv"
                                  << "features.0.0";
        QTest::newRow("scopes") << "/features/features.2/features.2.0/block/block.1/block.1.0/Conv"
                                << "Conv"
                                << "features.2.0/block.1.0";
        QTest::newRow("numbered") << "/layer1/layer1.0/Relu_1"
                                  << "Relu"
                                  << "layer1.0_1";
        QTest::newRow("plain") << "conv12"
                               << "Conv"
                               << "conv12";
        QTest::newRow("operator alone") << "Conv_7"
                                        << "Conv"
                                        << "Conv_7";
        QTest::newRow("starts like the operator") << "/a/Convention"
                                                  << "Conv"
                                                  << "a/Convention";
        QTest::newRow("line break") << "a\nb"
                                    << "Add"
                                    << "a b";
        QTest::newRow("slashes") << "///"
                                 << "Add"
                                 << "///";
    }
    void shortNames() {
        QFETCH(QString, name);
        QFETCH(QString, op);
        QFETCH(QString, shown);
        Layer layer;
        layer.name = name.toStdString();
        layer.op = op.toStdString();
        QCOMPARE(shortName(layer), shown);
    }

    void titlesTellTheKernel() {
        Layer layer;
        layer.op = "Conv";
        layer.op_class = OpClass::Depthwise;
        layer.loops = {LoopDims{.r = 5, .s = 3}};
        QCOMPARE(titleOf(layer), QStringLiteral("Conv dw 5×3"));
        layer.op = "GlobalAveragePool";
        QCOMPARE(titleOf(layer), QStringLiteral("GlobalAvgPool"));
    }

    void shapesLeaveABatchOfOneOut() {
        Tensor tensor;
        QCOMPARE(shapeLabel(tensor), QStringLiteral("shape not known"));
        tensor.shape = Shape{1, 32, 112, 112};
        QCOMPARE(shapeLabel(tensor), QStringLiteral("32×112×112"));
        tensor.shape = Shape{-1, 10};
        QCOMPARE(shapeLabel(tensor), QStringLiteral("?×10"));
        tensor.shape = Shape{};
        QCOMPARE(shapeLabel(tensor), QStringLiteral("scalar"));
    }

    void groupsShareACard() {
        const auto graph = worlds::graphOf("a>b b>c a>c c>d");
        const ViewGraph view = viewGraphOf(*graph, {0, 7, 7, 3});
        QCOMPARE(view.nodes.size(), 3u);
        QCOMPARE(view.nodes[1].layers.size(), 2u);
        QCOMPARE(view.edges.size(), 2u); // a>{b,c} once, {b,c}>d
        QCOMPARE(view.edges[0].tensors.size(), 1u);
        QCOMPARE(view.node_of, (std::vector<std::uint32_t>{0, 1, 1, 2}));
    }

    void scopesBecomeGroups() {
        const auto graph = worlds::mobileNet({1, 2, 2, 3});
        Groups groups(*graph);
        QVERIFY(groups.any());
        QCOMPARE(groups.cardCount(), graph->layerCount());
        QVERIFY(!groups.isClosed(LayerId{0}));
        groups.closeToOverview();
        QVERIFY(groups.cardCount() >= 8 && groups.cardCount() <= 60);
        const ViewGraph view = viewGraphOf(*graph, groups.cardOf());
        QCOMPARE(view.nodes.size(), groups.cardCount());
        // Open everything one by one, as a person does: nothing is lost, and it ends.
        for (std::uint32_t i = 0; i < graph->layerCount(); ++i)
            while (groups.open(LayerId{i})) {
            }
        QCOMPARE(groups.cardCount(), graph->layerCount());
        QVERIFY(groups.close(LayerId{20}));
        QVERIFY(groups.isClosed(LayerId{20}));
        QVERIFY(groups.cardCount() < graph->layerCount());
        QVERIFY(groups.open(LayerId{20}));
        while (groups.close(LayerId{20})) {
        }
        QVERIFY(!groups.canClose(LayerId{20}));
    }

    void groupsOfAnyGraphFormNoCycle_data() {
        QTest::addColumn<unsigned>("layers");
        QTest::addColumn<bool>("scoped");
        for (const unsigned layers : {1u, 2u, 39u, 41u, 500u, 20'000u}) {
            QTest::addRow("%u plain", layers) << layers << false;
            QTest::addRow("%u scoped", layers) << layers << true;
        }
    }
    void groupsOfAnyGraphFormNoCycle() {
        QFETCH(unsigned, layers);
        QFETCH(bool, scoped);
        std::string text;
        const auto name = [&](unsigned i) {
            return scoped ? "/m" + std::to_string(i % 7) + "/b" + std::to_string(i / 9) + "/n" +
                                std::to_string(i)
                          : "n" + std::to_string(i);
        };
        for (unsigned i = 0; i < layers; ++i) {
            text += " " + name(i);
            if (i > 0) text += " " + name(i - 1) + ">" + name(i) + " " + name(i / 2) + ">" + name(i);
        }
        const auto graph = worlds::graphOf(text);
        Groups groups(*graph);
        groups.closeToOverview();
        QVERIFY2(groups.cardCount() <= 60, qPrintable(QString::number(groups.cardCount())));
        const ViewGraph view = viewGraphOf(*graph, groups.cardOf());
        for (const ViewEdge& e : view.edges)
            QVERIFY(e.from < e.to); // cards stand in the order of their first layers
        std::size_t members = 0;
        for (const ViewNode& node : view.nodes) members += node.layers.size();
        QCOMPARE(members, graph->layerCount());
    }

    /// WCAG 1.4.3: text on every tint keeps 4.5:1.
    void textKeepsItsContrast() {
        for (const Theme* theme : {&Theme::light(), &Theme::darkTheme()})
            for (int p = -1; p < 8; ++p) {
                const CardStyle style = cardStyle(*theme, p, false);
                for (const QColor& ink : {style.text, style.text2, style.text3})
                    QVERIFY2(contrast(ink, style.fill) >= 4.5,
                             qPrintable(QString("platform %1: %2").arg(p).arg(contrast(ink, style.fill))));
            }
        QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
        for (const Theme* theme : {&Theme::light(), &Theme::darkTheme()})
            for (std::size_t p = 0; p < 8; ++p)
                for (const double share : {0.2, 0.34, 0.54, 0.74, 0.94}) // as bars in time have them
                    QVERIFY(contrast(inkOn(theme->tint(theme->platform(p), share)), theme->tint(theme->platform(p), share)) >= 4.5);
    }

    /// What is written can be read, and stays on the card.
    void wordsGrowAsTheZoomFalls_data() {
        QTest::addColumn<QString>("title");
        for (const char* title :
             {"Mul", "Conv dw 5×5", "GlobalAvgPool", "Conv ×12", "LayerNorm", "Wwwwwwwwwwwwwww"})
            QTest::newRow(title) << title;
    }
    void wordsGrowAsTheZoomFalls() {
        QFETCH(QString, title);
        for (const std::size_t layers : {std::size_t{1}, std::size_t{21}}) {
            const CardText text(
                ViewNode{std::vector<LayerId>(layers), title, "features.2.0/block.1.0", "32×112×112"});
            for (const auto& [lod, least] :
                 {std::pair(0.3, 5.5), {0.4, 5.0}, {0.62, 8.0}, {0.85, 8.5}, {1.0, 10.0}}) {
                const auto& face = text.face(cardDetailAt(lod));
                QVERIFY(!face.empty());
                for (const CardText::Line& line : face) {
                    const QString where = QString("%1 at %2").arg(line.text.text()).arg(lod);
                    QVERIFY2(line.font.pointSizeF() / 0.75 * lod >= least, qPrintable(where));
                    QVERIFY2(line.at.x() + line.text.size().width() <= kCardSize.width() + 1,
                             qPrintable(where));
                    QVERIFY2(line.at.y() + line.text.size().height() <= kCardSize.height() + 1,
                             qPrintable(where));
                }
            }
        }
        QCOMPARE(cardDetailAt(0.1), CardDetail::Rectangle);
    }

    /// A group of hundreds: its number gives way before its title is cut.
    void titlesOfGroupsAreWhole_data() {
        QTest::addColumn<QString>("title");
        for (const char* title : {"Conv ×120", "MatMul ×148", "Conv ×1480"}) QTest::newRow(title) << title;
    }
    void titlesOfGroupsAreWhole() {
        QFETCH(QString, title);
        for (const std::size_t layers : {std::size_t{24}, std::size_t{480}, std::size_t{1'480}}) {
            const CardText text(ViewNode{std::vector<LayerId>(layers), title, "features.2.0/block.1.0", "32×112×112"});
            for (const CardDetail detail : {CardDetail::Names, CardDetail::Full}) {
                const auto& face = text.face(detail);
                QCOMPARE(face[0].text.text(), title);
                QVERIFY(face[0].at.x() + face[0].text.size().width() <= (face[1].at.y() < 20 ? face[1].at.x() : kCardSize.width()));
            }
        }
        for (const auto& [name, telling] : {std::pair("f.2.0/block", "f.2.0"), {"blk12.0/conv1", "blk12.0"}, {"a.1/b.2", "b.2"}})
            QCOMPARE(CardText(ViewNode{std::vector<LayerId>(24), "Conv ×12", name, "8"}).face(CardDetail::Title)[1].text.text(), QString(telling));
        const CardText text(ViewNode{std::vector<LayerId>(24), "Conv ×12", "features.2", "32×112×112"});
        QCOMPARE(text.face(CardDetail::Full)[1].text.text(), QStringLiteral("24"));
        QCOMPARE(text.face(CardDetail::Names)[1].text.text(), QStringLiteral("24"));
    }

    void copiesLookLikeWhatIsPainted() {
        const CardText text(ViewNode{{LayerId{0}}, "Conv", "features.0", "32×112×112"});
        const CardStyle style = cardStyle(Theme::light(), 1, false);
        const auto drawn = [&] {
            QImage image(140, 90, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            paintCard(painter, QRectF(QPointF(8, 8), kCardSize), style, text, 1);
            return image;
        };
        const QImage first = drawn(), second = drawn(), third = drawn(); // painted, copied, found
        QCOMPARE(third, second);
        qint64 off = 0;
        for (int y = 0; y < first.height(); ++y)
            for (int x = 0; x < first.width(); ++x)
                off += std::abs(qGray(first.pixel(x, y)) - qGray(second.pixel(x, y)));
        QVERIFY2(off < first.width() * first.height(), qPrintable(QString::number(off)));
    }

    void cardsShowWhatTheyAreGiven() {
        const CardText text(ViewNode{{LayerId{0}}, "Conv", "features.0", "32×112×112"});
        const auto drawn = [&](CardStyle style) {
            QImage image(140, 90, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            paintCard(painter, QRectF(QPointF(8, 8), kCardSize), style, text, 1);
            painter.end();
            return image;
        };
        const CardStyle plain = cardStyle(Theme::light(), 1, false);
        const QImage image = drawn(plain);
        QCOMPARE(image.pixelColor(10, 40), Theme::light().platform(1)); // the bar at the left
        QCOMPARE(image.pixelColor(8 + 110, 40), Theme::light().tint(Theme::light().platform(1), 0.13));
        for (auto member : {&CardStyle::selected, &CardStyle::changed, &CardStyle::invalid,
                            &CardStyle::stacked, &CardStyle::current, &CardStyle::pinned}) {
            CardStyle other = plain;
            other.*member = true;
            QVERIFY(drawn(other) != image);
        }
        QVERIFY(drawn(cardStyle(Theme::light(), 1, true)) != image); // pattern
        CardStyle divided = plain;
        const Theme& theme = Theme::light();
        divided.parts = {{theme.tint(theme.platform(0), 0.13), theme.platform(0), 0.25},
                         {theme.tint(theme.platform(1), 0.13), theme.platform(1), 0.75}};
        const QImage both = drawn(divided);
        QCOMPARE(both.pixelColor(8 + 20, 8 + 62), theme.platform(0));
        QCOMPARE(both.pixelColor(8 + 60, 8 + 62), theme.platform(1));
    }
};

CUTLINE_TEST(TestGraphCards)

} // namespace cutline::tst_graph_cards

#include "tst_graph_cards.moc"
