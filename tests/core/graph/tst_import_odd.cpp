// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/graph/import.h"
#include "onnx_text.h"

#include <onnx/onnx_pb.h>

#include <QtTest>

#include <functional>

namespace cutline::tst_import_odd {

using Change = std::function<void(onnx::ModelProto&)>;

} // namespace cutline::tst_import_odd

Q_DECLARE_METATYPE(cutline::tst_import_odd::Change)

namespace cutline::tst_import_odd {
namespace {

onnx::NodeProto& conv(onnx::ModelProto& model) { return *model.mutable_graph()->mutable_node(0); }

onnx::AttributeProto& addInts(onnx::NodeProto& node, const std::string& name, std::initializer_list<std::int64_t> values)
{
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
    return attribute;
}

onnx::TensorProto& weight(onnx::ModelProto& model) { return *model.mutable_graph()->mutable_initializer(0); }

void addSparse(onnx::ModelProto& model, std::initializer_list<std::int64_t> indices)
{
    auto& sparse = *model.mutable_graph()->add_sparse_initializer();
    sparse.add_dims(8);
    sparse.mutable_values()->set_name("s");
    sparse.mutable_values()->set_data_type(onnx::TensorProto::FLOAT);
    sparse.mutable_values()->add_dims(static_cast<std::int64_t>(indices.size()));
    sparse.mutable_indices()->set_data_type(onnx::TensorProto::INT64);
    sparse.mutable_indices()->add_dims(static_cast<std::int64_t>(indices.size()));
    for (const std::int64_t index : indices) {
        sparse.mutable_values()->add_float_data(1);
        sparse.mutable_indices()->add_int64_data(index);
    }
}

onnx::ValueInfoProto tensor(const std::string& name, std::initializer_list<std::int64_t> dims)
{
    onnx::ValueInfoProto value;
    value.set_name(name);
    value.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t dim : dims)
        value.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(dim);
    return value;
}

/// The bytes of `from` are none that UTF-8 has; a library of protobuf would not write them.
std::string withBytes(std::string bytes, const std::string& from, const std::string& to)
{
    for (auto at = bytes.find(from); at != std::string::npos; at = bytes.find(from)) bytes.replace(at, from.size(), to);
    return bytes;
}

} // namespace

/// One small network with one thing changed: what is said of it.
class TestImportOdd : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatIsOdd_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<bool>("opens");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char* name, bool opens, const QStringList& says, Change change) {
            QTest::newRow(name) << std::move(change) << opens << says;
        };
        row("as it is", true, {}, [](onnx::ModelProto&) {});
        row("name", true, {"node 0", "name", "UTF-8"}, [](auto& m) { conv(m).set_name("QQ"); });
        row("tensor name", true, {"node 0", "output 0", "UTF-8"}, [](auto& m) {
            conv(m).set_output(0, "QQ");
            m.mutable_graph()->mutable_node(1)->set_input(0, "QQ");
        });
        row("element type", true, {"input x", "77"}, [](auto& m) {
            m.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(77);
        });
        row("output's type", true, {"tensor y", "float32 computed, int8 stored"}, [](auto& m) {
            m.mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
                onnx::TensorProto::INT8);
        });
        row("two opsets", false, {"ai.onnx", "14", "15"}, [](auto& m) {
            auto& more = *m.add_opset_import();
            more.set_domain("ai.onnx");
            more.set_version(15);
        });
        row("attribute twice", false, {"node conv", "pads", "twice"}, [](auto& m) {
            addInts(conv(m), "pads", {0, 0, 0, 0});
            addInts(conv(m), "pads", {1, 1, 1, 1});
        });
        row("attribute of no function", false, {"node conv", "strides", "foo"}, [](auto& m) {
            addInts(conv(m), "strides", {}).set_ref_attr_name("foo");
        });
        row("text as bias", false, {"node conv", "string", "float32"}, [](auto& m) {
            auto& bias = *m.mutable_graph()->add_initializer();
            bias.set_name("b");
            bias.set_data_type(onnx::TensorProto::STRING);
            bias.add_dims(2);
            bias.add_string_data("a");
            bias.add_string_data("b");
            conv(m).add_input("b");
        });
        row("input and initializer differ", true, {"input w", "5x1x1x1", "2x1x1x1"},
            [](auto& m) { *m.mutable_graph()->mutable_input(1) = tensor("w", {5, 1, 1, 1}); });
        row("negative size", true, {"tensor c", "-2"},
            [](auto& m) { *m.mutable_graph()->add_value_info() = tensor("c", {1, -2, 4, 4}); });
        row("segment", false, {"initializer w", "segment"}, [](auto& m) { weight(m).mutable_segment()->set_end(9); });
        row("sparse index", false, {"initializer s", "50", "7"}, [](auto& m) { addSparse(m, {0, 50}); });
        row("negative sparse index", false, {"initializer s", "-1"}, [](auto& m) { addSparse(m, {-1, 3}); });
        row("sparse index twice", false, {"initializer s", "twice"}, [](auto& m) { addSparse(m, {3, 3}); });
        row("sparse", true, {}, [](auto& m) { addSparse(m, {0, 3}); });
        row("function twice", false, {"function F", "twice"}, [](auto& m) {
            for (int i = 0; i < 2; ++i) {
                m.add_functions()->set_name("F");
                m.mutable_functions(i)->set_domain("d");
            }
        });
        // What contradicted itself or grew without end.
        row("many dimensions", false, {"node conv", "(9999 dimensions)"}, [](auto& m) {
            auto& shape = *m.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
            while (shape.dim_size() < 9999) shape.add_dim()->set_dim_value(1);
        });
        row("huge pads", false, {"node conv", "pads", "more than 2147483648"}, [](auto& m) {
            addInts(conv(m), "pads", {std::int64_t{1} << 40, 0, 0, 0});
        });
        row("loop without a body", false, {"node 2 (Loop)", "has no body"}, [](auto& m) {
            auto& node = *m.mutable_graph()->add_node();
            node.set_op_type("Loop");
            node.add_input("");
            node.add_input("");
            node.add_input("c");
            node.add_output("l");
        });
        row("shape with two results", true, {}, [](auto& m) {
            auto& node = *m.mutable_graph()->add_node();
            node.set_op_type("Shape");
            node.add_input("x");
            node.add_output("s");
            node.add_output("t");
        });
        row("strides of another rank", false, {"strides", "export the model again"},
            [](auto& m) { addInts(conv(m), "strides", {1}); });
    }

    void saysWhatIsOdd()
    {
        QFETCH(Change, change);
        QFETCH(bool, opens);
        QFETCH(QStringList, says);
        onnx::ModelProto model;
        QVERIFY(model.ParseFromString(onnxFromText("g (float[1,1,4,4] x, float[2,1,1,1] w) => (float[1,2,4,4] y)"
                                                   "{ c = Conv(x, w) y = Relu(c) }",
                                                   14, "w")));
        conv(model).set_name("conv");
        change(model);
        Progress progress;
        const auto opened = importOnnxBytes(withBytes(model.SerializeAsString(), "QQ", "\xff\xfe"), "world.onnx", {},
                                            progress);
        QString text;
        if (!opened)
            text = QString::fromStdString(opened.error().message());
        else
            for (const ImportNote& note : opened->notes)
                text += QString::fromStdString(note.where + ": " + note.what + "; " + note.fix + "\n");
        QVERIFY2(opened.ok() == opens, qPrintable(text));
        QCOMPARE(text.isEmpty(), says.isEmpty());
        for (const QString& part : says) QVERIFY2(text.contains(part), qPrintable(text));
        QVERIFY(text.size() < 400);
        if (!opened) QVERIFY2(!opened.error().fix.empty(), qPrintable(text));
    }
};

CUTLINE_TEST(TestImportOdd)

} // namespace cutline::tst_import_odd

#include "tst_import_odd.moc"
