// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/engine/engine_reason.h"

#include <QtTest>

namespace cutline::tst_engine_reason {

/// Messages in the forms that the engine gives them.
class TestEngineReason : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void speaksPlainly_data() {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("plain");
        QTest::newRow("memory") << "Non-zero status code returned while running Tile node. Name:'t' Status Message: "
                                   "/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* "
                                   "onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for "
                                   "requested buffer of size 12800000000"
                                << "needs more memory than the engine may take";
        QTest::newRow("no file") << "Exception during initialization: filesystem error: cannot get file size: No such file or "
                                    "directory [/a/folder/weights.bin]"
                                 << "external data are not there: weights.bin";
        QTest::newRow("opset") << "/onnxruntime_src/onnxruntime/core/graph/model_load_utils.h:46 void "
                                  "onnxruntime::model_load_utils::ValidateOpsetForDomain(const std::unordered_map<int, int>&) "
                                  "ONNX Runtime only *guarantees* support for models stamped with official released onnx "
                                  "opset versions. Opset 999 is under development and support for this is limited."
                               << "the engine does not know opset 999";
        QTest::newRow("node") << "Non-zero status code returned while running Gather node. Name:'g' Status Message: indices "
                                 "element out of data bounds, idx=9"
                              << "the engine refuses it: node g (Gather): indices element out of data bounds, idx=9";
        QTest::newRow("file") << "Load model from /a/b.onnx failed:This is an invalid model."
                              << "the engine refuses it: This is an invalid model.";
        QTest::newRow("source") << "Exception during initialization: /onnxruntime_src/onnxruntime/core/x.cc:12 "
                                   "onnxruntime::X::X(const onnxruntime::OpKernelInfo&) const kernel wanted"
                                << "the engine refuses it: kernel wanted";
    }
    void speaksPlainly() {
        QFETCH(QString, said);
        QFETCH(QString, plain);
        const Error error = plainReason({"m.onnx", said.toStdString(), {}});
        QCOMPARE(QString::fromStdString(error.what), plain);
        QCOMPARE(error.where, std::string("m.onnx"));
        QVERIFY(!error.fix.empty());
    }
};

CUTLINE_TEST(TestEngineReason)

} // namespace cutline::tst_engine_reason

#include "tst_engine_reason.moc"
