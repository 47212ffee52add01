// SPDX-License-Identifier: GPL-3.0-or-later
// Every network that is here, cut at random. CUTLINE_PLANS=50 cuts each in so many ways.
#include "tests/test_program.h"

#include "core/split/verify.h"

#include "../engine/engine_or_skip.h"
#include "split_world.h"
#include "tests/long_run.h"

#include <QDir>

namespace cutline::tst_verify_many {

class TestVerifyMany : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void manyPlansGiveTheWhole_data();
    void manyPlansGiveTheWhole();
};

void TestVerifyMany::manyPlansGiveTheWhole_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("wire");
    for (const char* folder : {"tests/data/topologies", "tests/data/trained", "resources/models"}) {
        const QDir models(QStringLiteral(CUTLINE_SOURCE_DIR "/") + QLatin1String(folder));
        for (const QString& file : models.entryList({QStringLiteral("*.onnx")}, QDir::Files))
            for (const bool wire : {false, true})
                if (!file.contains(QLatin1String("custom_op"))) // no engine has its operators
                    QTest::newRow(qPrintable(file + (wire ? ", wire" : ""))) << models.filePath(file) << wire;
    }
}

/// General plans and pipelines in turn; what crosses is what the metrics charge, and with integers on the wires the pieces
/// give what the whole gives with the same rounding.
void TestVerifyMany::manyPlansGiveTheWhole()
{
    if (!test::longRun()) QSKIP("only in the long run");
    CUTLINE_NEEDS_ENGINE();
    QFETCH(QString, path);
    QFETCH(bool, wire);
    const SplitWorld world(path.toStdString(), wire ? kNarrow : kThreeInARow);
    Progress progress;
    const auto plans = static_cast<std::uint32_t>(qMax(4, qEnvironmentVariableIntValue("CUTLINE_PLANS")));
    for (std::uint32_t seed = 1; seed <= plans; ++seed) {
        const QTemporaryDir out;
        const Plan plan = seed % 2 ? world.randomPlan(seed) : world.randomPipeline(seed);
        SplitOptions options;
        options.folder = out.filePath(QStringLiteral("out")).toStdString();
        VerifyOptions verify;
        if (wire) {
            const auto names = wireTensors(world.model, *world.world.evaluator, plan);
            QVERIFY(names.ok());
            const auto largest = largestMagnitudes(world.model, *names, {}, progress);
            QVERIFY2(largest.ok(), largest ? "" : largest.error().message().c_str());
            options.boundary = SplitOptions::Boundary::Wire;
            options.largest = *largest;
            options.quantised_whole = verify.whole = out.filePath(QStringLiteral("whole.onnx")).toStdString();
        }
        const auto manifest = splitModel(world.model, *world.world.evaluator, plan, options, progress);
        QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
        const auto report = verifySplit(*manifest, options.folder, verify, progress);
        QVERIFY2(report.ok(), report ? "" : report.error().message().c_str());
        for (const OutputDifference& output : report->outputs)
            QVERIFY2(output.relative <= 1e-5,
                     qPrintable(QStringLiteral("seed %1, %2: %3").arg(seed).arg(QString::fromStdString(output.name)).arg(output.relative)));
    }
}

CUTLINE_TEST(TestVerifyMany)

} // namespace cutline::tst_verify_many

#include "tst_verify_many.moc"
