// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/exchange/world.h"
#include "tests/test_program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace cutline::tst_tables {
namespace {

QList<QStringList> table(const std::string& csv) {
    QList<QStringList> rows;
    for (const QString& line : QString::fromStdString(csv).split('\n', Qt::SkipEmptyParts))
        rows << line.split(',');
    return rows;
}

/// Two convolutions that share a weight, one with two outputs, and an operator whose work is not known.
Graph smallNet() {
    std::vector<Tensor> tensors(4);
    const char* const names[] = {"image", "mid", "side;1", "out"};
    for (std::size_t t = 0; t < 4; ++t) {
        tensors[t].name = names[t];
        tensors[t].type = ElementType::Float32;
    }
    tensors[0].shape = Shape{1, 3, 8, 8};
    tensors[0].is_graph_input = true;
    tensors[1].shape = Shape{1, 4, 8, 8};
    tensors[2].shape = Shape{3};
    tensors[2].type = ElementType::Int64;
    tensors[2].is_graph_output = true;
    tensors[3].shape = Shape{1, -1};
    tensors[3].is_graph_output = true;
    std::vector<Weight> weights(3);
    weights[0] = {"w", ElementType::Float32, Shape{4, 3, 1, 1}, 12, true, false, {}};
    weights[1] = {"b", ElementType::Float16, Shape{5}, 5, true, true, {}};
    weights[2] = {"axes", ElementType::Int64, Shape{2}, 2, false, false, {}};
    std::vector<Layer> layers(2);
    layers[0].name = "conv,1";
    layers[0].op = "Conv";
    layers[0].inputs = {TensorId{0}};
    layers[0].outputs = {TensorId{1}, TensorId{2}};
    layers[0].weights = {WeightId{0}, WeightId{2}};
    layers[0].macs = 768;
    layers[1].name = "odd";
    layers[1].op = "Odd";
    layers[1].inputs = {TensorId{1}};
    layers[1].outputs = {TensorId{3}};
    layers[1].weights = {WeightId{0}, WeightId{1}};
    return Graph("net", layers, tensors, weights);
}

} // namespace

/// `inspect` and `cost`.
class TablesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void inspectByHand() {
        const std::string csv = layersCsv(smallNet());
        QCOMPARE(QString::fromStdString(csv),
                 QString("layer,op,outputs,shape,macs,parameters,weight_bytes,output_bytes\n"
                         "conv%2C1,Conv,mid;side%3B1,1x4x8x8;3,768,12,64,1048\n"
                         "odd,Odd,out,1x?,,5,10,\n"));
        const QJsonArray json =
            QJsonDocument::fromJson(QByteArray::fromStdString(layersJson(smallNet()))).array();
        QCOMPARE(json.size(), qsizetype(2));
        QCOMPARE(json[0]["layer"].toString(), QString("conv,1"));
        QCOMPARE(json[0]["macs"].toDouble(), 768.0);
        QCOMPARE(json[0]["output_bytes"].toDouble(), 1048.0);
        QVERIFY(json[1]["macs"].isNull() && json[1]["output_bytes"].isNull());
        QCOMPARE(json[1].toObject().size(), qsizetype(8));
    }

    void costByHand() {
        World world(smallNet(),
                    R"(platform { name: "A" weight_bits: 4 activation_bits: 12 } platform { name: "B" }
            link { name: "l" rate_bits_per_s: 1 between: "A" between: "B" })");
        auto costs = std::make_shared<CostTable>(*world.costs);
        Cost none;
        none.supported = false;
        costs->setLayer(LayerId{1}, PlatformId{1}, none);
        const std::string csv = costsCsv(*costs);
        QCOMPARE(
            QString::fromStdString(csv),
            QString("layer,op,platform,latency_s,energy_j,weight_bytes,output_bytes,macs,source,uncertainty\n"
                    "conv%2C1,Conv,A,0.001,0.001,22,408,768,user,0.3\n"
                    "conv%2C1,Conv,B,0.002,0.002,64,1048,768,user,0.3\n"
                    "odd,Odd,A,0.002,0.002,9,,,user,0.3\n"
                    "odd,Odd,B,,,68,,,none,\n"));
        const QJsonArray json = QJsonDocument::fromJson(QByteArray::fromStdString(costsJson(*costs))).array();
        QCOMPARE(json.size(), qsizetype(4));
        QCOMPARE(json[0]["latency_s"].toDouble(), 0.001);
        QCOMPARE(json[0]["layer"].toString(), QString("conv,1"));
        QVERIFY(json[3]["latency_s"].isNull());
    }

    void totalsOfModels_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<quint64>("parameters");
        QTest::addColumn<quint64>("macs");
        QFile models(CUTLINE_SOURCE_DIR "/tests/data/topologies/models.csv");
        QVERIFY(models.open(QIODevice::ReadOnly));
        int rows = 0;
        for (const QByteArray& line : models.readAll().split('\n').mid(1)) {
            const QList<QByteArray> cells = line.trimmed().split(',');
            const QString file = CUTLINE_SOURCE_DIR "/tests/data/topologies/" + QString(cells.value(0));
            if (cells.size() < 4 || cells[3].isEmpty() || !QFile::exists(file)) continue;
            QTest::newRow(cells[0]) << file << cells[2].toULongLong() << cells[3].toULongLong();
            ++rows;
        }
        QVERIFY(rows >= 15);
    }

    void totalsOfModels() {
        QFETCH(QString, file);
        Progress progress;
        const auto model = importOnnx(file.toStdString(), {}, progress);
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        quint64 macs = 0, parameters = 0;
        for (const QStringList& row : table(layersCsv(*model->graph)).mid(1)) {
            QCOMPARE(row.size(), qsizetype(8));
            macs += row[4].toULongLong();
            parameters += row[5].toULongLong();
        }
        QCOMPARE(quint64(model->graph->totalMacs()), macs);
        QCOMPARE(quint64(model->graph->totalParameters()), parameters);
        QTEST(parameters, "parameters");
        QTEST(macs, "macs");
    }
};

CUTLINE_TEST(TablesTest)

} // namespace cutline::tst_tables

#include "tst_tables.moc"
