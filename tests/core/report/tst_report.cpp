// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/report/report.h"

#include "../graph/onnx_text.h"
#include "../split/split_world.h"

#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QXmlStreamReader>

namespace cutline::tst_report {
namespace {

/// A model, a search over its plans on three platforms, and the report of it.
struct Reported {
    explicit Reported(const std::string& path, const char* system = kThreeInARow) : world(path, system)
    {
        Progress progress;
        if (world.world.system->platforms.size() > 3) options.max_platforms = 1; // or the search takes long
        auto found = explore(world.world.evaluator->problem(), options, progress);
        if (!found) qFatal("%s", found.error().message().c_str());
        result = std::make_unique<SearchResult>(*std::move(found));
    }
    ReportInput input() const
    {
        return {world.model, *world.world.evaluator, *result, {}, nullptr, {}, "1.2.3", "2026-01-31", "cutline-cli report x"};
    }
    static QByteArray text(const ReportInput& input, Result<std::string> (*writer)(const ReportInput&, Progress&) = reportHtml)
    {
        Progress progress;
        const auto made = writer(input, progress);
        if (!made) qFatal("%s", made.error().message().c_str());
        return QByteArray::fromStdString(*made);
    }

    SearchOptions options;
    SplitWorld world;
    std::unique_ptr<SearchResult> result;
};

const char* const kNetwork = CUTLINE_SOURCE_DIR "/tests/data/trained/fmnist_cnn.onnx";

/// What another program says of a PDF; empty where it is not there.
QByteArray said(const QString& program, const QStringList& before, const QByteArray& pdf, const QStringList& after = {})
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("report.pdf")));
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write(pdf);
    file.close();
    QProcess process;
    process.start(program, before + QStringList{file.fileName()} + after);
    return process.waitForFinished() && process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray();
}

/// Lines below the rule of dashes.
int rowsOf(const QByteArray& table)
{
    const QList<QByteArray> lines = table.trimmed().split('\n');
    for (int i = 0; i < lines.size(); ++i)
        if (lines[i].startsWith("---")) return static_cast<int>(lines.size()) - i - 1;
    return -1;
}

} // namespace

class TestReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysEverything();
    void needsNothingElse();
    void picturesAreWellFormed();
    void namesAreNoMarkup();
    void marginsAreRight();
    void listsWhatItWasMadeFrom();
    void reportsOnAGivenPlan();
    void titleAndNoteStandFirst();
    void chartsNameWhatMatters();
    void ownPlansFareToo();
    void saysWhyNothingWasExamined();
    void whatPlatformsAreAlikeInIsSaidOnce();
    void pdfSaysTheSame();
    void pdfHoldsFontsAndNoBitmaps();
    void longTablesGoOnWithTheirHead();
    void wideTablesKeepWordsWhole();
};

void TestReport::saysEverything()
{
    const Reported reported(kNetwork);
    const QByteArray html = Reported::text(reported.input());
    for (const char* part : {"fmnist_cnn on ", "2026-01-31", "Cutline 1.2.3", "Requirements", "Assumptions that decide",
                             "What would change the decision", "compared with all on one platform", "The plan", "System", "Model",
                             "Method", "Charts", "Plans side by side", "Timeline", "Risks", "Where the costs come from",
                             "Appendix: all layers", "cutline-cli report x"})
        QVERIFY2(html.contains(part), part);
    QVERIFY(html.contains(QByteArray::fromStdString(reported.world.model.sha256)));
    for (const Layer& layer : reported.world.model.graph->layers())
        QVERIFY2(html.contains(QByteArray::fromStdString(">" + layer.name + "<")), layer.name.c_str());
    QCOMPARE(html.count("<tr class=\"chosen\">"), 1);
}

void TestReport::needsNothingElse()
{
    const QByteArray html = Reported::text(Reported(kNetwork).input());
    for (const char* part : {"<script", "<link", "<img", "<iframe", "@import", "src=", "href=", "url(h", "url(\""})
        QVERIFY2(!html.contains(part), part);
    QCOMPARE(html.count("http"), html.count("xmlns=\"http://www.w3.org/2000/svg\""));
}

void TestReport::picturesAreWellFormed()
{
    const QString html = QString::fromUtf8(Reported::text(Reported(kNetwork).input()));
    static const QRegularExpression svg(QStringLiteral("<svg.*?</svg>"), QRegularExpression::DotMatchesEverythingOption);
    int pictures = 0;
    for (auto found = svg.globalMatch(html); found.hasNext(); ++pictures) {
        QXmlStreamReader xml(found.next().captured());
        while (!xml.atEnd()) xml.readNext();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    }
    QVERIFY(pictures >= 6);
    QVERIFY(!html.contains(QLatin1String("nan")) && !html.contains(QLatin1String("=\"inf")));
}

void TestReport::namesAreNoMarkup()
{
    onnx::ModelProto model;
    model.ParseFromString(onnxFromText("g (float[4] x) => (float[4] z) { a = Relu(x) z = Exp(a) }"));
    model.mutable_graph()->mutable_node(0)->set_name("</td><script>alert(1)</script>&amp;\x01");
    const QTemporaryDir folder;
    const Reported reported(written(folder, model.SerializeAsString()));
    QVERIFY(!Reported::text(reported.input()).contains("<script"));
    QVERIFY(Reported::text(reported.input(), reportPdf).startsWith("%PDF-"));
}

void TestReport::marginsAreRight()
{
    const Reported reported(kNetwork);
    ReportInput input = reported.input();
    input.plan = reported.result->baselines.front().plan;
    const double latency_s = reported.result->baselines.front().metrics.latency_s;
    Constraint kept, missed;
    kept.limit = 2 * latency_s;
    kept.text = "latency<=something";
    missed.limit = 0.8 * latency_s;
    missed.text = "latency<=less";
    input.constraints = {kept, missed};
    const QByteArray html = Reported::text(input);
    QVERIFY(html.contains("<span class=\"good\">50.0\xe2\x80\xaf%</span>"));
    QVERIFY(html.contains("<span class=\"bad\">\xe2\x88\x92" "25.0\xe2\x80\xaf%</span>"));
}

void TestReport::listsWhatItWasMadeFrom()
{
    const Reported reported(kNetwork);
    ReportInput input = reported.input();
    input.files = {{"profile of A", "times.csv", std::string(64, 'f')}};
    const QByteArray html = Reported::text(input);
    for (const std::string& part : {std::string("profile of A"), std::string("times.csv"), std::string(64, 'f')})
        QVERIFY(html.contains(QByteArray::fromStdString(part)));
}

void TestReport::reportsOnAGivenPlan()
{
    const Reported reported(kNetwork);
    ReportInput input = reported.input();
    input.plan = reported.world.randomPlan(1);
    input.plan_name = "our favourite";
    input.kept = {{"the other one", reported.world.randomPlan(2)}};
    const QByteArray html = Reported::text(input);
    QVERIFY(html.contains("The plan under review is <b>our favourite</b>"));
    QVERIFY(html.contains(">the other one<"));
}

void TestReport::titleAndNoteStandFirst()
{
    const Reported reported(kNetwork);
    ReportInput input = reported.input();
    input.title = "Door <camera>";
    input.note = "First line.\n\n  \nSecond & last.";
    const QByteArray html = Reported::text(input);
    QVERIFY(html.contains("<title>Door &lt;camera&gt;</title>"));
    const auto at = [&](const char* words) { return html.indexOf(words); };
    QVERIFY(at("<h1>Door &lt;camera&gt;</h1>") > 0);
    QVERIFY(at("fmnist_cnn on ") > at("<h1>") && at("First line.") > at("fmnist_cnn on "));
    QVERIFY(at("Second &amp; last.") > at("First line.") && at("The recommended plan") > at("Second &amp; last."));
}

/// Chosen plan, knee, one-platform plans and kept ones have their names in both charts, and no name lies over another.
void TestReport::chartsNameWhatMatters()
{
    const Reported reported(kNetwork);
    QVERIFY(reported.result->knee);
    ReportInput input = reported.input();
    input.plan = reported.world.randomPlan(1);
    input.plan_name = "under review";
    input.kept = {{"kept one", reported.world.randomPlan(2)}};
    const QString html = QString::fromUtf8(Reported::text(input));
    static const QRegularExpression chart(QStringLiteral("<svg[^>]*aria-label=\"plans\".*?</svg>"), QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression name(QStringLiteral("<text x=\"([-0-9.]+)\" y=\"([-0-9.]+)\"[^>]*font-weight:600[^>]*>([^<]*)</text>"));
    int charts = 0;
    for (auto found = chart.globalMatch(html); found.hasNext(); ++charts) {
        const QString svg = found.next().captured();
        QStringList names;
        QList<QRectF> boxes;
        for (auto label = name.globalMatch(svg); label.hasNext();) {
            const auto match = label.next();
            names << match.captured(3);
            const QRectF box(match.captured(1).toDouble(), match.captured(2).toDouble() - 10, 7.0 * double(match.captured(3).size()), 12);
            for (const QRectF& other : boxes) QVERIFY2(!box.intersects(other), qPrintable(names.join(u'|')));
            QVERIFY(box.left() > 60 && box.right() < 690);
            boxes << box;
        }
        const QString knee = QStringLiteral("knee p%1").arg(*reported.result->knee + 1);
        for (const QString& wanted : {QStringLiteral("under review"), QStringLiteral("kept one"), knee, QStringLiteral("A alone")})
            QVERIFY2(names.contains(wanted), qPrintable(names.join(u'|')));
    }
    QCOMPARE(charts, 2);
}

void TestReport::ownPlansFareToo()
{
    const Reported reported(kNetwork);
    ReportInput input = reported.input();
    input.plan = reported.world.randomPlan(1);
    input.plan_name = "under review";
    input.kept = {{"kept one", reported.world.randomPlan(2)}};
    const Problem& problem = reported.world.world.evaluator->problem();
    Constraint limit = *parseConstraint("latency<=1s", *problem.system);
    SearchOptions options = reported.options;
    options.constraints = {limit};
    input.constraints = {limit};
    Progress progress;
    const auto examined = examineForReport(problem, options, *reported.result, ownPlans(input), progress);
    QVERIFY(examined.ok() && examined->report);
    input.robustness = &*examined->report;
    const std::size_t candidates = examined->report->candidates.size();
    QCOMPARE(examined->report->robustness.plans.size(), candidates + 2);
    QVERIFY(examined->report->ofFurther(1) == &examined->report->robustness.plans[candidates + 1]);
    QVERIFY(!examined->report->ofFurther(2));
    const QByteArray html = Reported::text(input);
    const QByteArray risks = html.mid(html.indexOf("Risks</h2>"));
    QVERIFY(risks.contains(">under review<") && risks.contains(">kept one<"));
    QVERIFY(risks.contains(QByteArray::number(int(candidates) + 2) + " plans were compared"));
    // Its chance to keep the limit stands with the requirement.
    const QByteArray row = html.mid(html.indexOf("kept with a chance of"), 900);
    QVERIFY2(row.contains("%") && !row.contains("not known"), row.constData());
}

void TestReport::saysWhyNothingWasExamined()
{
    const Reported reported(kNetwork);
    ReportInput input = reported.input();
    QVERIFY(Reported::text(input).contains("Not examined."));
    input.robustness_note = "too <large>";
    QCOMPARE(Reported::text(input).count("Not examined: too &lt;large&gt;."), 2);
}

void TestReport::whatPlatformsAreAlikeInIsSaidOnce()
{
    const Reported reported(kNetwork, R"(name: "pair"
        platform { name: "A" clock_hz: 1e8 note { field: "clock_hz" source: "sheet one" } }
        platform { name: "B" clock_hz: 1e8 note { field: "clock_hz" source: "sheet two" } }
        platform { name: "C" clock_hz: 1e8 note { field: "clock_hz" source: "sheet one" } }
        link { name: "ab" rate_bits_per_s: 1e6 between: "A" between: "B" })");
    const QByteArray html = Reported::text(reported.input());
    QCOMPARE(html.count(">sheet one<"), 1);
    QVERIFY(html.contains(">A,\u00a0C<"));
    QVERIFY(html.contains(">B<"));
    QCOMPARE(html.count(">time on "), 3);
}

void TestReport::pdfSaysTheSame()
{
    const Reported reported(kNetwork);
    const QByteArray pdf = Reported::text(reported.input(), reportPdf);
    QVERIFY(pdf.startsWith("%PDF-") && pdf.trimmed().endsWith("%%EOF"));
    if (QStandardPaths::findExecutable(QStringLiteral("pdftotext")).isEmpty()) QSKIP("DID NOT RUN: no pdftotext");
    const QByteArray text = said(QStringLiteral("pdftotext"), {QStringLiteral("-layout")}, pdf, {QStringLiteral("-")});
    for (const char* part : {"fmnist_cnn on ", "2026-01-31", "Requirements", "Assumptions that decide", "The plan", "System", "Model",
                             "Method", "Charts", "Plans side by side", "Timeline", "Risks", "Appendix: all layers"})
        QVERIFY2(text.contains(part), part);
    for (const Layer& layer : reported.world.model.graph->layers())
        QVERIFY2(text.contains(QByteArray::fromStdString(layer.name)), layer.name.c_str());
    const QList<QByteArray> pages = text.split('\f');
    for (qsizetype page = 1; page < pages.size(); ++page) {
        const QByteArray last = pages[page - 1].trimmed().split('\n').last().simplified().replace(" / ", "/");
        QVERIFY2(last.endsWith(QByteArray::number(page) + "/" + QByteArray::number(pages.size() - 1)), last.constData());
    }
}

void TestReport::pdfHoldsFontsAndNoBitmaps()
{
    if (QStandardPaths::findExecutable(QStringLiteral("pdffonts")).isEmpty()) QSKIP("DID NOT RUN: no pdffonts");
    const QByteArray pdf = Reported::text(Reported(kNetwork).input(), reportPdf);
    const QByteArray fonts = said(QStringLiteral("pdffonts"), {}, pdf);
    QVERIFY(rowsOf(fonts) > 0);
    static const QRegularExpression embedded(QStringLiteral(" yes (yes|no) +(yes|no) +\\d+ +\\d+$"));
    for (const QByteArray& line : fonts.trimmed().split('\n').mid(2))
        QVERIFY2(embedded.match(QString::fromUtf8(line.trimmed())).hasMatch(), line.constData());
    QCOMPARE(rowsOf(said(QStringLiteral("pdfimages"), {QStringLiteral("-list")}, pdf)), 0);
}

/// Nine platforms of their own are more columns than paper is wide for.
void TestReport::wideTablesKeepWordsWhole()
{
    if (QStandardPaths::findExecutable(QStringLiteral("pdftotext")).isEmpty()) QSKIP("DID NOT RUN: no pdftotext");
    std::string system = "name: \"nine\"";
    for (const char* name : {"camera", "radar", "gateway", "centre", "logger", "left", "right", "front", "rear"})
        system += std::string(" platform { name: \"") + name + "\" }";
    const Reported reported(kNetwork, system.c_str());
    const QByteArray text = said(QStringLiteral("pdftotext"), {}, Reported::text(reported.input(), reportPdf), {QStringLiteral("-")});
    QVERIFY(text.contains(QByteArray::number(qsizetype(reported.result->front.size())) + (reported.result->front.size() == 1 ? " is on" : " are on")));
    const QByteArray appendix = text.mid(text.indexOf("Appendix: all layers"));
    for (const char* word : {"MACs", "operator", "gateway", "GlobalAveragePool", "1x16x28x28"}) QVERIFY2(appendix.contains(word), word);
}

void TestReport::longTablesGoOnWithTheirHead()
{
    if (QStandardPaths::findExecutable(QStringLiteral("pdftotext")).isEmpty()) QSKIP("DID NOT RUN: no pdftotext");
    std::string text = "g (float[4] x) => (float[4] z) { a0 = Relu(x) ";
    for (int i = 1; i < 200; ++i) text += "a" + std::to_string(i) + " = Exp(a" + std::to_string(i - 1) + ") ";
    const QTemporaryDir folder;
    const Reported reported(written(folder, onnxFromText(text + "z = Neg(a199) }")));
    const QByteArray pdf = Reported::text(reported.input(), reportPdf);
    const QList<QByteArray> pages =
        said(QStringLiteral("pdftotext"), {QStringLiteral("-layout")}, pdf, {QStringLiteral("-")}).split('\f');
    int with_layers = 0;
    for (const QByteArray& page : pages) {
        static const QRegularExpression row(QStringLiteral("^ *Exp_\\d+ +Exp "), QRegularExpression::MultilineOption);
        if (!row.match(QString::fromUtf8(page)).hasMatch()) continue;
        ++with_layers;
        QVERIFY(page.contains("operator"));
    }
    QVERIFY(with_layers >= 3);
}

CUTLINE_TEST(TestReport)

} // namespace cutline::tst_report

#include "tst_report.moc"
