// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/exchange/world.h"
#include "tests/test_program.h"

#include "core/base/text.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <limits>

namespace cutline::tst_plan_files {
namespace {

QJsonObject parsed(const std::string& text) {
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(text), &error);
    if (error.error != QJsonParseError::NoError) qFatal("%s", qPrintable(error.errorString()));
    return document.object();
}

QList<QStringList> table(const std::string& csv) {
    QList<QStringList> rows;
    for (const QString& line : QString::fromStdString(csv).split('\n', Qt::SkipEmptyParts))
        rows << line.split(',');
    return rows;
}

/// Lists a given plan again and again: as many rows as a test wants.
class Repeated : public Candidates {
public:
    Repeated(Plan plan, std::size_t count) : m_plan(std::move(plan)), m_count(count) {}
    std::size_t size() const override { return m_count; }
    Plan plan(std::size_t) const override { return m_plan; }

private:
    Plan m_plan;
    std::size_t m_count;
};

/// One plan whose cuts are positions and whose numbers the stages do not tell.
class Positions : public Repeated {
public:
    explicit Positions(Plan plan, Metrics metrics)
        : Repeated(std::move(plan), 1), m_metrics(std::move(metrics)) {}
    std::vector<std::string> cutLabels(std::size_t) const override { return {"input", "x>y"}; }
    std::vector<PlatformId> chain() const override { return {PlatformId{2}, PlatformId{0}, PlatformId{1}}; }
    std::optional<Metrics> metrics(std::size_t) const override { return m_metrics; }

private:
    Metrics m_metrics;
};

SearchResult listing(std::shared_ptr<const Candidates> candidates) {
    SearchResult result;
    result.summaries.resize(candidates->size());
    result.candidates = std::move(candidates);
    return result;
}

} // namespace

/// What `explore` and `evaluate` write.
class PlanFilesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jsonHoldsEveryField() {
        const World world(graphFromText("a>b a>c b>d c>d d>e"), kThreeInARow);
        const SearchResult result = world.search(true);
        const auto which = everyCandidate(result);
        const std::string text = planJson({"net.onnx", "0a1b", "row"}, *world.evaluator, result, which);
        const QJsonObject root = parsed(text);
        QCOMPARE(root["model"]["file"].toString(), QString("net.onnx"));
        QCOMPARE(root["model"]["sha256"].toString(), QString("0a1b"));
        QCOMPARE(root["system"]["name"].toString(), QString("row"));
        const QJsonObject proof = root["proof"].toObject();
        QCOMPARE(proof["kind"].toString(), QString("COMPLETE"));
        QCOMPARE(proof["stop"].toString(), QString("COMPLETED"));
        for (const char* number : {"epsilon", "evaluated", "kept", "pruned", "elapsedS"})
            QVERIFY2(proof[number].isDouble(), number);
        const QJsonArray plans = root["plans"].toArray();
        QCOMPARE(std::size_t(plans.size()), which.size());
        std::size_t on_front = 0;
        for (qsizetype i = 0; i < plans.size(); ++i) {
            const QJsonObject plan = plans[i].toObject();
            QCOMPARE(plan["id"].toString(), QString("p%1").arg(i + 1));
            on_front += plan["onFront"].toBool();
            checkPlan(world, plan, result.candidates->plan(std::size_t(i)));
        }
        QCOMPARE(on_front, result.front.size());
    }

    void csvAgreesWithJson() {
        const World world(graphFromText("a>b a>c b>d c>d d>e"), kThreeInARow);
        const SearchResult result = world.search(true);
        const auto which = everyCandidate(result);
        const auto rows = table(planCsv(*world.evaluator, result, which));
        const QJsonArray plans = parsed(planJson({}, *world.evaluator, result, which))["plans"].toArray();
        QCOMPARE(
            rows[0].join(','),
            QString("plan,on_front,platforms,cuts,latency_s,initiation_interval_s,throughput_hz,energy_j,"
                    "link_bytes,"
                    "memory_bytes_max,accuracy_top1,busy_s:A,memory_bytes:A,busy_s:B%2C2,memory_bytes:B%2C2,"
                    "busy_s:C,memory_bytes:C"));
        QCOMPARE(rows.size(), plans.size() + 1);
        for (qsizetype i = 0; i < plans.size(); ++i) {
            const QJsonObject plan = plans[i].toObject(), metrics = plan["metrics"].toObject();
            const QStringList& row = rows[i + 1];
            QCOMPARE(row.size(), rows[0].size());
            QCOMPARE(row[0], plan["id"].toString());
            QCOMPARE(row[1], QString(plan["onFront"].toBool() ? "1" : "0"));
            QCOMPARE(row[2].count('>') + 1, plan["stages"].toArray().size());
            const char* const keys[] = {"latencyS", "initiationIntervalS", "throughputHz",
                                        "energyJ",  "linkBytes",           "memoryBytesMax"};
            for (int k = 0; k < 6; ++k) QCOMPARE(row[4 + k].toDouble(), metrics[keys[k]].toDouble());
            QCOMPARE(row[10], QString());
            for (int p = 0; p < 3; ++p) {
                QCOMPARE(row[11 + 2 * p].toDouble(), metrics["platforms"][p]["busyS"].toDouble());
                QCOMPARE(row[12 + 2 * p].toDouble(), metrics["platforms"][p]["memoryBytes"].toDouble());
            }
        }
    }

    void cutsNameTheLayersWhoseTensorsCross() {
        const World world(graphFromText("a>b a>c b>d c>d d>e"), kThreeInARow);
        const auto plan = planFromCuts(*world.graph, *world.system, "b,d", "C,B%2C2,A");
        QVERIFY(plan.ok());
        const auto rows = table(planCsv(*world.evaluator, *plan));
        QCOMPARE(rows.size(), qsizetype(2));
        QCOMPARE(rows[1][0], QString("p1"));
        QCOMPARE(rows[1][1], QString("0"));
        QCOMPARE(rows[1][2], QString("C>B%2C2>A"));
        QCOMPARE(rows[1][3], QString("a+b>d"));
    }

    void strangeNamesSurvive() {
        const QString name = QString::fromUtf8("a,b+c>d;\"e\"\\%41\xC3\xA9");
        const World world(graphFromText("x y>z " + std::string("x>y")), kThreeInARow);
        std::vector<Layer> layers(world.graph->layers().begin(), world.graph->layers().end());
        layers[0].name = name.toStdString();
        const World strange(
            Graph("g", layers, {world.graph->tensors().begin(), world.graph->tensors().end()}, {}),
            kThreeInARow);
        const std::string encoded = percentEncoded(layers[0].name);
        const auto plan = planFromCuts(*strange.graph, *strange.system, encoded, {});
        QVERIFY(plan.ok());
        QCOMPARE(plan->stages.size(), std::size_t{2});
        const QJsonObject root = parsed(planJson({"f", "s", "row"}, *strange.evaluator, *plan));
        QCOMPARE(root["plans"][0]["stages"][0]["layers"][0].toString(), name);
        const QString csv = QString::fromStdString(planCsv(*strange.evaluator, *plan)).split('\n')[1];
        QVERIFY2(csv.contains(QString::fromUtf8("\"a%2Cb%2Bc%3Ed%3B\"\"e\"\"\\%2541\xC3\xA9\"")),
                 qPrintable(csv));
    }

    void positionsNameTheWholeChain() {
        const World world(graphFromText("a>b b>c"), kThreeInARow);
        const auto plan = planFromCuts(*world.graph, *world.system, "", "A");
        Metrics metrics = world.evaluator->evaluate(*plan);
        metrics.link_bytes = 12345;
        const SearchResult result = listing(std::make_shared<Positions>(*plan, metrics));
        const std::vector<std::uint32_t> which{0};
        const auto rows = table(planCsv(*world.evaluator, result, which));
        QCOMPARE(rows[1][2], QString("C>A>B%2C2"));
        QCOMPARE(rows[1][3], QString("input>x%3Ey"));
        QCOMPARE(rows[1][8], QString("12345"));
        const QJsonObject json = parsed(planJson({}, *world.evaluator, result, which));
        QCOMPARE(json["plans"][0]["cuts"][1].toString(), QString("x>y"));
        QCOMPARE(json["plans"][0]["metrics"]["linkBytes"].toDouble(), 12345.0);
    }

    void whatIsNotKnownOrInfiniteIsNeverANumber() {
        const World world(graphFromText("a>b b>c"), kThreeInARow);
        const auto plan = planFromCuts(*world.graph, *world.system, "a", "A,C");
        Metrics metrics = world.evaluator->evaluate(*plan);
        metrics.latency_s = std::numeric_limits<double>::infinity();
        metrics.energy_j = std::numeric_limits<double>::quiet_NaN();
        metrics.accuracy = Accuracy{0.75, Accuracy::Kind::Measured, 0.7, 0.8};
        const SearchResult result = listing(std::make_shared<Positions>(*plan, metrics));
        const std::vector<std::uint32_t> which{0};
        const auto rows = table(planCsv(*world.evaluator, result, which));
        QCOMPARE(rows[1][4], QString());
        QCOMPARE(rows[1][7], QString());
        QCOMPARE(rows[1][10], QString("0.75"));
        const auto json =
            parsed(planJson({}, *world.evaluator, result, which))["plans"][0]["metrics"].toObject();
        QVERIFY(json["latencyS"].isNull() && json["energyJ"].isNull());
        QCOMPARE(json["accuracy"].toObject()["kind"].toString(), QString("MEASURED"));
        // Fields of the message are all there; a sum over no table is 0.
        QCOMPARE(json["sensitivity"].toDouble(-1), 0.0);
    }

    /// How long it takes is a bench's to tell.
    void aHundredThousandRows() {
        std::string chain;
        for (int i = 1; i < 60; ++i) chain += "l" + std::to_string(i - 1) + ">l" + std::to_string(i) + " ";
        const World world(graphFromText(chain), kThreeInARow);
        const auto plan = planFromCuts(*world.graph, *world.system, "l20,l40", {});
        const SearchResult result = listing(std::make_shared<Repeated>(*plan, 100'000));
        const std::string text = planCsv(*world.evaluator, result, everyCandidate(result));
        QCOMPARE(std::count(text.begin(), text.end(), '\n'), std::ptrdiff_t{100'001});
        QVERIFY(text.find("\np99999,0,A>B%2C2>C,l20>l40,") != std::string::npos);
    }

private:
    static void checkPlan(const World& world, const QJsonObject& json, const Plan& plan) {
        const Metrics metrics = world.evaluator->evaluate(plan);
        QCOMPARE(json["stages"].toArray().size(), qsizetype(plan.stages.size()));
        for (std::size_t s = 0; s < plan.stages.size(); ++s) {
            const QJsonObject stage = json["stages"].toArray()[qsizetype(s)].toObject();
            QCOMPARE(stage["platform"].toString().toStdString(),
                     world.system->platform(plan.stages[s].platform).name);
            QCOMPARE(stage["layers"].toArray().size(), qsizetype(plan.stages[s].layers.size()));
        }
        const QJsonObject m = json["metrics"].toObject();
        QCOMPARE(m["latencyS"].toDouble(), metrics.latency_s);
        QCOMPARE(m["initiationIntervalS"].toDouble(), metrics.initiation_interval_s);
        QCOMPARE(m["throughputHz"].toDouble(), 1 / metrics.initiation_interval_s);
        QCOMPARE(m["energyJ"].toDouble(), metrics.energy_j);
        QVERIFY(m["linkBytes"].isDouble());
        QCOMPARE(m["linkBytes"].toDouble(), metrics.link_bytes);
        QVERIFY(!m.contains("accuracy"));
        QCOMPARE(m.contains("tightestMemory"), metrics.tightest_ratio.has_value());
        QCOMPARE(m["platforms"].toArray().size(), qsizetype(3));
        for (const auto value : m["platforms"].toArray())
            for (const char* key : {"busyS", "energyJ", "weightBytes", "peakActivationBytes", "memoryBytes"})
                QVERIFY2(value.toObject()[key].isDouble(), key);
        QCOMPARE(m["links"].toArray().size(), qsizetype(2));
        for (const auto value : m["links"].toArray())
            for (const char* key : {"bytes", "busyS", "energyJ"})
                QVERIFY2(value.toObject()[key].isDouble(), key);
        QCOMPARE(m["crossing"].toArray().size(), qsizetype(metrics.crossing.size()));
        for (const auto value : m["crossing"].toArray()) {
            QVERIFY(value.toObject()["to"].isArray());
            QCOMPARE(value.toObject()["type"].toString(), QString("float32"));
            QCOMPARE(value.toObject()["bytes"].toDouble(), 400.0);
        }
    }
};

CUTLINE_TEST(PlanFilesTest)

} // namespace cutline::tst_plan_files

#include "tst_plan_files.moc"
