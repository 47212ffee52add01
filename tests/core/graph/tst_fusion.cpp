// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/base/text.h"
#include "core/graph/fusion.h"

#include <QtTest>

#include <map>

namespace cutline::tst_fusion {
namespace {

/// "c1=Conv(x) r1=Relu(c1) s=Add(r1,x) -> s": layers in order, tensors named after the layers that make them.
Graph graphOf(const std::string& text)
{
    std::vector<Layer> layers;
    std::vector<Tensor> tensors;
    std::map<std::string, std::uint32_t> index;
    const auto tensor = [&](const std::string& name) {
        const auto [at, fresh] = index.emplace(name, static_cast<std::uint32_t>(tensors.size()));
        if (fresh) tensors.emplace_back().name = name;
        return at->second;
    };
    const auto arrow = text.find(" -> ");
    for (const std::string& item : split(text.substr(0, arrow), ' ')) {
        Layer layer;
        const auto equals = item.find('='), open = item.find('(');
        layer.name = item.substr(0, equals);
        layer.op = item.substr(equals + 1, open - equals - 1);
        for (const std::string& name : split(item.substr(open + 1, item.size() - open - 2), ',')) {
            const bool known = index.contains(name);
            const std::uint32_t t = tensor(name);
            if (!known) tensors[t].is_graph_input = true;
            layer.inputs.push_back(TensorId{t});
        }
        layer.outputs.push_back(TensorId{tensor(layer.name)});
        layers.push_back(layer);
    }
    for (const std::string& name : split(text.substr(arrow + 4), ','))
        tensors[tensor(name)].is_graph_output = true;
    return Graph("text", layers, tensors, {});
}

QString groupsText(const Graph& graph, const Fusion& fusion)
{
    std::string text;
    for (const auto& group : fusion.groups) {
        if (!text.empty()) text += ' ';
        for (std::size_t i = 0; i < group.size(); ++i) text += (i ? "+" : "") + graph.layer(group[i]).name;
    }
    return QString::fromStdString(text);
}

} // namespace

class TestFusion : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void groups_data()
    {
        QTest::addColumn<QString>("graph");
        QTest::addColumn<QString>("patterns");
        QTest::addColumn<QString>("groups");
        const auto row = [](const char* name, const char* graph, const char* patterns, const char* groups) {
            QTest::newRow(name) << graph << patterns << groups;
        };
        row("one pattern", "c=Conv(x) r=Relu(c) p=MaxPool(r) -> p", "Conv+Relu", "c+r p");
        row("longest wins", "c=Conv(x) b=BatchNormalization(c) r=Relu(b) -> r",
            "Conv+BatchNormalization|Conv+BatchNormalization+Relu", "c+b+r");
        row("no pattern", "c=Conv(x) r=Relu(c) -> r", "", "c r");
        row("two readers", "c=Conv(x) r=Relu(c) s=Add(r,c) -> s", "Conv+Relu", "c r s");
        row("read outside", "c=Conv(x) r=Relu(c) -> r,c", "Conv+Relu", "c r");
        row("chain of matches", "a=Conv(x) b=Relu(a) c=Conv(b) d=Relu(c) -> d", "Conv+Relu", "a+b c+d");
        row("second operand later", "a=Conv(x) b=Conv(x) s=Add(a,b) -> s", "Conv+Add", "b a+s");
        row("taken by the first", "a=Conv(x) b=Conv(x) s=Add(a,b) r=Relu(s) -> r", "Conv+Add|Conv+Add+Relu",
            "b a+s+r");
        row("spaces", "c=Conv(x) r=Relu(c) -> r", "Conv + Relu", "c+r");
        row("defaults", "c=Conv(x) b=BatchNormalization(c) h=HardSwish(b) g=Gemm(h) r=Relu(g) -> r",
            "default", "c+b+h g r");
    }

    void groups()
    {
        QFETCH(QString, graph);
        QFETCH(QString, patterns);
        QFETCH(QString, groups);
        const Graph world = graphOf(graph.toStdString());
        std::vector<std::string> list;
        for (const QString& pattern : patterns.split(u'|', Qt::SkipEmptyParts))
            list.push_back(pattern.toStdString());
        const Fusion fusion = fuse(world, patterns == u"default" ? defaultFusionPatterns()
                                                                 : std::span<const std::string>(list));
        QCOMPARE(groupsText(world, fusion), groups);
        for (std::uint32_t g = 0; g < fusion.groups.size(); ++g)
            for (const LayerId member : fusion.groups[g]) {
                QCOMPARE(fusion.group_of[member.index()], g);
                // Groups stand in topological order, and only last members are read from outside.
                for (const LayerId before : world.predecessors(member)) {
                    QVERIFY(fusion.group_of[before.index()] <= g);
                    if (fusion.group_of[before.index()] != g)
                        QCOMPARE(fusion.groups[fusion.group_of[before.index()]].back(), before);
                }
            }
    }

    void everyLayerAlone()
    {
        const Graph world = graphOf("c=Conv(x) r=Relu(c) -> r");
        QCOMPARE(groupsText(world, unfused(world)), QStringLiteral("c r"));
    }
};

CUTLINE_TEST(TestFusion)

} // namespace cutline::tst_fusion

#include "tst_fusion.moc"
