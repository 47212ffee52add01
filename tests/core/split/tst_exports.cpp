// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/split/exports.h"

#include "../graph/onnx_text.h"
#include "core/graph/wire_reader.h"
#include "split_world.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <map>

namespace cutline::tst_exports {
namespace {

const char* const kModel = "g (float[1,4] x) => (float[1,4] z) { a = Relu(x) b = Exp(a) z = Add(a, b) }";

/// Fields of a message by number, as they stand in the file: the ONNX library here does not know the newer ones.
std::multimap<std::uint32_t, std::string> fieldsOf(std::string_view message)
{
    std::multimap<std::uint32_t, std::string> fields;
    onnx_file::WireReader reader(message, 0);
    onnx_file::Field field;
    while (reader.next(field))
        fields.emplace(field.id, field.wire == 2 ? std::string(field.bytes) : std::to_string(field.number));
    return fields;
}

QJsonObject objectOf(const std::string& text)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
}

} // namespace

class TestExports : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void devicesAreAnnotated();
    void labelsAreAnnotated();
    void annotatingAgainReplaces();
    void nodesAreWrittenInOrder();
    void affinitiesNameEveryNode();
    void affinitiesOfOneNameAreSaid();
    void mappingHasEveryNodeOnce();
    void tracesNest();
    void tracesTellMemoryAndFlows();
    void graphsHaveAClusterForEachStage();

private:
    std::string annotated(Annotation annotation);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<SplitWorld> m_world;
    Plan m_plan;
};

void TestExports::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_world = std::make_unique<SplitWorld>(written(*m_folder, onnxFromText(kModel)));
    m_plan = m_world->plan("A: Relu_0; C: Exp_1 Add_2");
}

std::string TestExports::annotated(Annotation annotation)
{
    Progress progress;
    const std::string path = m_folder->filePath(QStringLiteral("out.onnx")).toStdString();
    const auto files = writeAnnotated(m_world->model, *m_world->world.evaluator, m_plan, annotation, path, progress);
    if (!files) qFatal("%s", files.error().message().c_str());
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly)) qFatal("no file");
    return file.readAll().toStdString();
}

void TestExports::devicesAreAnnotated()
{
    const auto model = fieldsOf(annotated(Annotation::Devices));
    QCOMPARE(model.find(1)->second, std::string("11"));
    const auto configuration = fieldsOf(model.find(26)->second);
    QCOMPARE(configuration.find(2)->second, std::string("2"));
    QCOMPARE(configuration.count(3), std::size_t{2});
    std::vector<std::string> seen;
    const auto graph = fieldsOf(model.find(7)->second);
    for (auto [node, end] = graph.equal_range(1); node != end; ++node) {
        const auto placed = fieldsOf(fieldsOf(node->second).find(10)->second);
        const auto spec = fieldsOf(placed.find(2)->second);
        QCOMPARE(placed.find(1)->second, configuration.find(1)->second);
        seen.push_back(spec.find(1)->second + " on " + spec.find(2)->second + " in " + placed.find(3)->second);
    }
    QCOMPARE(seen, (std::vector<std::string>{"a on 0 in 1", "b on 1 in 2", "z on 1 in 2"}));
}

void TestExports::labelsAreAnnotated()
{
    const auto model = fieldsOf(annotated(Annotation::OnnxRuntime));
    QCOMPARE(model.find(1)->second, std::string("10"));
    std::string labels;
    const auto graph = fieldsOf(model.find(7)->second);
    for (auto [node, end] = graph.equal_range(1); node != end; ++node) {
        const auto entry = fieldsOf(fieldsOf(node->second).find(9)->second);
        QCOMPARE(entry.find(1)->second, std::string("layer_ann"));
        labels += entry.find(2)->second + " ";
    }
    QCOMPARE(labels, std::string("s01 s02 s02 "));
    QCOMPARE(layerAssignment(*m_world->world.evaluator, m_plan, {{"A", "gpu"}}), std::string("gpu(=s01); C(=s02)"));
}

/// A model that was exported before says one thing of each node, not two.
void TestExports::annotatingAgainReplaces()
{
    for (const Annotation annotation : {Annotation::OnnxRuntime, Annotation::Devices}) {
        init();
        const std::string first = annotated(annotation);
        m_world = std::make_unique<SplitWorld>(written(*m_folder, first));
        m_plan = m_world->plan("A: Relu_0 Exp_1; C: Add_2");
        const auto model = fieldsOf(annotated(annotation));
        const bool labels = annotation == Annotation::OnnxRuntime;
        QCOMPARE(model.count(26), labels ? std::size_t{0} : std::size_t{1});
        std::string stages;
        const auto graph = fieldsOf(model.find(7)->second);
        for (auto [node, end] = graph.equal_range(1); node != end; ++node) {
            const auto fields = fieldsOf(node->second);
            QCOMPARE(fields.count(labels ? 9 : 10), std::size_t{1});
            const auto said = fieldsOf(fields.find(labels ? 9 : 10)->second);
            stages += said.find(labels ? 2 : 3)->second + " ";
        }
        QCOMPARE(stages, std::string(labels ? "s01 s01 s02 " : "1 1 2 "));
    }
}

/// A model whose nodes stand in no order is opened with a warning; what is written of it is in order.
void TestExports::nodesAreWrittenInOrder()
{
    onnx::ModelProto unsorted;
    QVERIFY(unsorted.ParseFromString(onnxFromText(kModel)));
    auto& nodes = *unsorted.mutable_graph()->mutable_node();
    for (int n = 0; n < nodes.size(); ++n) nodes[n].set_name("n" + std::to_string(n));
    nodes.SwapElements(0, nodes.size() - 1);
    m_world = std::make_unique<SplitWorld>(written(*m_folder, unsorted.SerializeAsString()));
    m_plan = m_world->plan("A: n0; C: n1 n2");
    const auto model = fieldsOf(annotated(Annotation::OnnxRuntime));
    std::string made;
    const auto graph = fieldsOf(model.find(7)->second);
    for (auto [node, end] = graph.equal_range(1); node != end; ++node) made += fieldsOf(node->second).find(2)->second + " ";
    QCOMPARE(made, std::string("a b z "));
}

void TestExports::affinitiesNameEveryNode()
{
    const auto text = affinityJson(m_world->model, *m_world->world.evaluator, m_plan, {{"A", "GPU"}, {"C", "CPU"}});
    QVERIFY(text.ok());
    QVERIFY(text->notes.empty());
    const QJsonObject affinity = objectOf(text->text);
    QCOMPARE(affinity.size(), 3);
    QCOMPARE(affinity[QStringLiteral("a")].toString(), QStringLiteral("GPU"));
    QCOMPARE(affinity[QStringLiteral("z")].toString(), QStringLiteral("CPU"));
}

void TestExports::affinitiesOfOneNameAreSaid()
{
    onnx::ModelProto model;
    model.ParseFromString(onnxFromText(kModel));
    for (auto& node : *model.mutable_graph()->mutable_node()) node.set_name("same");
    const SplitWorld world(written(*m_folder, model.SerializeAsString()));
    const Plan plan = world.plan("A: same; C: same_2 same_3");
    const auto text = affinityJson(world.model, *world.world.evaluator, plan, {});
    QVERIFY(text.ok());
    QCOMPARE(objectOf(text->text)[QStringLiteral("same")].toString(), QStringLiteral("A"));
    QVERIFY(text->notes.size() == 1 && text->notes[0].find("same") != std::string::npos);
}

void TestExports::mappingHasEveryNodeOnce()
{
    const auto text = autoDiceMapping(m_world->model, *m_world->world.evaluator, m_plan, {{"C", "nx01_gpu"}});
    QVERIFY(text.ok());
    const QJsonObject mapping = objectOf(*text);
    QCOMPARE(mapping[QStringLiteral("A_cpu0")].toArray(), QJsonArray{QStringLiteral("a")});
    QCOMPARE(mapping[QStringLiteral("nx01_gpu")].toArray(), (QJsonArray{QStringLiteral("b"), QStringLiteral("z")}));
}

void TestExports::tracesNest()
{
    Progress progress;
    const Timeline timeline = simulate(*m_world->world.evaluator, m_plan, 4, std::nullopt, progress);
    const QJsonObject trace = objectOf(traceJson(timeline, *m_world->model.graph, *m_world->world.system));
    std::map<std::pair<int, int>, std::vector<std::pair<double, double>>> open;
    int layers = 0;
    const QJsonArray events = trace[QStringLiteral("traceEvents")].toArray();
    for (const auto& value : events) {
        const QJsonObject event = value.toObject();
        if (event[QStringLiteral("ph")] != QStringLiteral("X")) continue;
        layers += event[QStringLiteral("cat")] == QStringLiteral("layer");
        const double start = event[QStringLiteral("ts")].toDouble(), end = start + event[QStringLiteral("dur")].toDouble();
        auto& stack = open[{event[QStringLiteral("pid")].toInt(), event[QStringLiteral("tid")].toInt()}];
        while (!stack.empty() && stack.back().second <= start + 1e-6) stack.pop_back();
        QVERIFY(stack.empty() || end <= stack.back().second + 1e-6);
        stack.emplace_back(start, end);
    }
    QCOMPARE(layers, 4 * 3);
}

void TestExports::tracesTellMemoryAndFlows()
{
    Progress progress;
    const Evaluator& evaluator = *m_world->world.evaluator;
    const Timeline timeline = simulate(evaluator, m_plan, 4, std::nullopt, progress);
    const QJsonArray events = objectOf(traceJson(timeline, *m_world->model.graph, *m_world->world.system))[QStringLiteral("traceEvents")].toArray();
    std::map<int, double> most;
    std::map<int, std::vector<QJsonObject>> flows;
    std::vector<QJsonObject> slices;
    for (const auto& value : events) {
        const QJsonObject event = value.toObject();
        const QString phase = event[QStringLiteral("ph")].toString();
        if (phase == QStringLiteral("C")) {
            double& bytes = most[event[QStringLiteral("pid")].toInt()];
            bytes = std::max(bytes, event[QStringLiteral("args")].toObject()[QStringLiteral("bytes")].toDouble());
        }
        if (phase == QStringLiteral("s") || phase == QStringLiteral("f")) flows[event[QStringLiteral("id")].toInt()].push_back(event);
        if (phase == QStringLiteral("X")) slices.push_back(event);
    }
    const Metrics metrics = evaluator.evaluate(m_plan);
    int platforms = 0;
    for (std::size_t l = 0; l < timeline.lanes.size(); ++l) {
        if (timeline.lanes[l].is_link || metrics.platforms[timeline.lanes[l].index].busy_s == 0) continue;
        ++platforms;
        const PlatformMetrics& own = metrics.platforms[timeline.lanes[l].index];
        QCOMPARE(most[static_cast<int>(l) + 1], own.weight_bytes + own.peak_activation_bytes);
    }
    QCOMPARE(platforms, 2);
    // From A's piece over B's two links to C's, in each inference; each end lies in a slice.
    QCOMPARE(flows.size(), std::size_t{4 * 3});
    for (const auto& [id, ends] : flows) {
        QCOMPARE(ends.size(), std::size_t{2});
        QVERIFY(ends[0][QStringLiteral("ts")].toDouble() <= ends[1][QStringLiteral("ts")].toDouble());
        QCOMPARE(ends[1][QStringLiteral("bp")].toString(), QStringLiteral("e"));
        for (const QJsonObject& end : ends)
            QVERIFY(std::any_of(slices.begin(), slices.end(), [&](const QJsonObject& slice) {
                const double ts = end[QStringLiteral("ts")].toDouble(), start = slice[QStringLiteral("ts")].toDouble();
                return slice[QStringLiteral("pid")] == end[QStringLiteral("pid")] && slice[QStringLiteral("tid")] == end[QStringLiteral("tid")] &&
                       ts >= start && ts <= start + slice[QStringLiteral("dur")].toDouble();
            }));
    }
}

void TestExports::graphsHaveAClusterForEachStage()
{
    const QString dot = QString::fromStdString(dotText(*m_world->world.evaluator, m_plan));
    QCOMPARE(dot.count(QLatin1String("subgraph \"cluster_")), 2);
    QCOMPARE(dot.count(QLatin1String(" -> ")), 4);
    QCOMPARE(dot.count(QLatin1String("color=\"#8a5cc2\"")), 2); // a, to two layers elsewhere
}

CUTLINE_TEST(TestExports)

} // namespace cutline::tst_exports

#include "tst_exports.moc"
