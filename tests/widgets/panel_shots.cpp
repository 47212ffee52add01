// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every panel and chart, light and dark, small and large, into a folder: for looking at, not for
// ctest.
#include "core/cost/cost_model.h"
#include "core/platform/library.h"
#include "tests/widgets/world.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/roofline_chart.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/metric_strip.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/problems_list.h"
#include "widgets/panels/profile_dialog.h"
#include "widgets/panels/scenario_panel.h"
#include "widgets/panels/start_page.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QThread>
#include <QVBoxLayout>

#include <cstdio>
#include <functional>
#include <random>

namespace {

using namespace cutline;

QString g_folder, g_suffix;

void shoot(QWidget& widget, const QString& name, QSize size, QSize large) {
    for (const QSize& s : {size, large}) {
        widget.resize(s);
        widget.show();
        QApplication::processEvents();
        widget.grab().save(QStringLiteral("%1/%2_%3_%4.png").arg(g_folder, name, g_suffix).arg(s.width()));
        QApplication::processEvents();
    }
    widget.hide();
}

Constraint constraint(const char* text, const System& system) {
    auto parsed = parseConstraint(text, system);
    return *parsed;
}

void strip(const test::World& world) {
    MetricStrip strip;
    strip.setSystem(world.problem.system);
    strip.setConstraints({constraint("latency<=60ms", *world.problem.system),
                          constraint("energy<=15mJ", *world.problem.system)});
    strip.setMetrics(world.metricsOf(world.knee()), world.result->baselines[0].metrics,
                     QStringLiteral("EYR alone"));
    shoot(strip, QStringLiteral("strip"), {1280, 72}, {1900, 72});
    Metrics broken = world.metricsOf(world.knee());
    broken.latency_s *= 2;
    broken.violations.push_back(
        {Violation::Kind::Memory, "EYR", 9.2e6, 8e6, {}, "EYR: needs 9.2 MiB of 8.0 MiB"});
    strip.setPreview(broken);
    shoot(strip, QStringLiteral("strip_preview"), {1000, 72}, {1440, 72});
}

void platforms(const test::World& world) {
    auto* panel = new PlatformPanel;
    PanelFrame frame(QStringLiteral("Platforms"), panel);
    panel->setSystem(test::makeSystem(1));
    panel->setCosts(*test::makeCosts(world.problem.graph, test::makeSystem(1)));
    panel->setMetrics(world.metricsOf(world.knee()));
    shoot(frame, QStringLiteral("platforms"), {230, 420}, {320, 640});
}

void table(const test::World& world) {
    CandidatesTable table;
    shoot(table, QStringLiteral("table_empty"), {600, 220}, {800, 240});
    table.setResult(world.result, world.problem);
    table.setListing(Listing::Front);
    table.setSelected(world.knee());
    shoot(table, QStringLiteral("table"), {980, 300}, {1500, 420});
}

void charts(const test::World& world) {
    ParetoChart pareto;
    shoot(pareto, QStringLiteral("pareto_empty"), {400, 260}, {500, 300});
    pareto.setResult(world.result, world.problem);
    pareto.setConstraints({constraint("energy<=19mJ", *world.problem.system)});
    pareto.setSelected(world.knee());
    shoot(pareto, QStringLiteral("pareto"), {440, 290}, {900, 600});
    const auto saved =
        pareto.saveSvg(g_folder + QStringLiteral("/pareto_") + g_suffix + QStringLiteral(".svg"));
    if (!saved) std::fprintf(stderr, "%s\n", saved.error().message().c_str());
    CutChart cut;
    cut.setResult(world.result, world.problem);
    cut.setSelected(world.knee());
    shoot(cut, QStringLiteral("cut"), {440, 290}, {1000, 500});
    cut.setObjective(Objective::Latency);
    shoot(cut, QStringLiteral("cut_latency"), {600, 330}, {1000, 500});
}

void wait(const std::function<bool()>& until) {
    for (int i = 0; i < 2000 && !until(); ++i) {
        QThread::msleep(5);
        QApplication::processEvents();
    }
}

void inspector(const test::World& world) {
    auto* inspector = new Inspector;
    PanelFrame frame(QStringLiteral("Inspector"), inspector);
    shoot(frame, QStringLiteral("inspector_empty"), {280, 300}, {340, 300});
    inspector->setEvaluator(world.evaluator);
    const Plan plan = world.result->candidates->plan(world.knee());
    inspector->setPlan(plan, world.metricsOf(world.knee()), QStringLiteral("Plan %1").arg(world.knee() + 1));
    wait([&] { return inspector->isComplete(); });
    shoot(frame, QStringLiteral("inspector_plan"), {280, 620}, {380, 760});
    inspector->showLayers({plan.stages[0].layers.front()});
    shoot(frame, QStringLiteral("inspector_layer"), {280, 460}, {380, 600});
    inspector->showLayers(plan.stages[0].layers);
    shoot(frame, QStringLiteral("inspector_layers"), {280, 460}, {380, 600});
    inspector->showTensor(world.metricsOf(world.knee()).crossing.front().tensor);
    shoot(frame, QStringLiteral("inspector_tensor"), {280, 460}, {380, 600});
}

/// The published machines and what their mapper says.
void mapping() {
    Problem problem;
    problem.graph = test::makeGraph(3);
    problem.system = std::make_shared<const System>(*Library::load(Library::defaultFolders()).system("kress2024"));
    Progress progress;
    problem.costs = *buildCostTable(problem.graph, problem.system, {}, progress);
    const auto evaluator = std::make_shared<const Evaluator>(problem);
    auto* inspector = new Inspector;
    PanelFrame frame(QStringLiteral("Inspector"), inspector);
    inspector->setEvaluator(evaluator);
    const Plan plan = test::planOf({{0, 4}, {1, static_cast<std::uint32_t>(problem.graph->layerCount())}});
    inspector->setPlan(plan, evaluator->evaluate(plan), QStringLiteral("plan 7"));
    inspector->showLayers({LayerId{0}});
    wait([&] { return inspector->isComplete(); });
    shoot(frame, QStringLiteral("inspector_mapping"), {290, 1150}, {420, 1100});
    RooflineChart roofline;
    roofline.setCosts(problem.costs);
    roofline.setPlan(plan);
    roofline.setSelected(1);
    shoot(roofline, QStringLiteral("roofline"), {440, 290}, {1000, 500});
    roofline.showPlatform(PlatformId{1});
    shoot(roofline, QStringLiteral("roofline_one"), {440, 290}, {1000, 500});
}

void partition(const test::World& world) {
    auto* panel = new AutoPartitionPanel;
    PanelFrame frame(QStringLiteral("Auto-partition"), panel);
    panel->setSystem(world.problem.system, world.problem.graph);
    panel->addConstraint(QStringLiteral("latency<=20ms"));
    panel->addConstraint(QStringLiteral("memory:GPU<=4 parsecs"));
    panel->setPins({{{3}, {0}}});
    panel->setResult(world.result.get());
    shoot(frame, QStringLiteral("partition"), {320, 560}, {420, 820});
    panel->setRunning(true);
    panel->setProgress(0.4, QStringLiteral("12 000 plans, front 40"));
    shoot(frame, QStringLiteral("partition_running"), {320, 560}, {420, 820});
}

void scenario(const test::World& world) {
    auto* panel = new ScenarioPanel;
    PanelFrame frame(QStringLiteral("Scenario"), panel);
    panel->setSystem(world.problem.system, world.problem.graph);
    const Graph& graph = *world.problem.graph;
    Scenario camera;
    camera.rate_hz = 30;
    camera.inputs = {{graph.tensor(graph.inputs()[0]).name, "EYR", ElementType::UInt8}};
    camera.background = {{"gbe", 0.2}};
    camera.requirements = {{"latency", 0.05, std::nullopt, true, "spec 4.2", "end to end"},
                           {"energy", 0.02, std::nullopt, false, "battery for 8 h", ""}};
    panel->setScenario(camera);
    panel->setMetrics(world.metricsOf(world.knee()));
    shoot(frame, QStringLiteral("scenario"), {290, 640}, {420, 700});
}

/// Times of a profiler with some doubts, and a file that cannot be read.
void profile() {
    const GraphPtr graph = test::makeGraph(12);
    System modelled = *test::makeSystem(1);
    for (Platform& platform : modelled.platforms) {
        platform.roofline = Roofline{};
        platform.loop_nest.reset();
        platform.roofline->peaks = {{"int8", 40e9}};
        platform.roofline->bandwidth_bytes_per_s = 2e9;
    }
    const auto system = std::make_shared<const System>(modelled);
    const auto shown = [&](const QByteArray& bytes, const QString& name, ProfileMissing missing) {
        const QString path = g_folder + QStringLiteral("/efficientnet_orin_trtexec.json");
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly)) return;
        file.write(bytes);
        file.close();
        auto given = std::make_shared<Profile>();
        given->file = "/home/ada/measured/first_try.csv";
        ProfileDialog dialog(graph, system, {{system->platforms[0].name, {given, ProfileUse::Measurement}}}, missing);
        bool read = false;
        QObject::connect(&dialog, &ProfileDialog::read, [&read] { read = true; });
        if (!bytes.isEmpty()) dialog.setFile(path);
        if (!bytes.isEmpty()) wait([&read] { return read; });
        if (name == QStringLiteral("profile_estimate")) dialog.tabs()->setCurrentIndex(0);
        shoot(dialog, name, {900, 660}, {1280, 800});
        QFile::remove(path);
    };
    QByteArray json = "[{\"count\": 100}";
    const auto row = [&json](const QString& layers, double ms) {
        json += QStringLiteral(",\n{\"name\": \"%1\", \"averageMs\": %2}").arg(layers).arg(ms).toUtf8();
    };
    row(QStringLiteral("Reformatting CopyNode for Input Tensor 0 to /features/features.0/Conv"), 0.03);
    for (std::uint32_t l = 0; l + 2 < graph->layerCount(); l += 3) {
        const auto name = [&](std::uint32_t at) { return QString::fromStdString(graph->layer(LayerId{at}).name); };
        if (l == 12)
            row(QStringLiteral("{ForeignNode[%1...%2]}").arg(name(l), name(l + 2)), 0.4);
        else if (l != 18)
            row(QStringLiteral("%1 + %2 + %3").arg(name(l), name(l + 1), name(l + 2)), 0.2 + 0.01 * l);
    }
    row(QStringLiteral("/head/unknown/Softmax"), 0.05);
    shown({}, QStringLiteral("profile_empty"), ProfileMissing::Model);
    shown(json + "]", QStringLiteral("profile"), ProfileMissing::Model);
    shown(json + "]", QStringLiteral("profile_answer"), ProfileMissing::Fail);
    shown(json + "]", QStringLiteral("profile_estimate"), ProfileMissing::Model);
    shown(json, QStringLiteral("profile_broken"), ProfileMissing::Model);
}

void others() {
    StartPage start;
    start.setSamples(
        {{QStringLiteral("a"), QStringLiteral("EfficientNet-B0"),
          QStringLiteral("239 layers \u00B7 0.386 GMAC \u00B7 5.27 M parameters"),
          QStringLiteral("the published example, over two accelerators")},
         {QStringLiteral("b"), QStringLiteral("ResNet-50"), QStringLiteral("122 layers \u00B7 4.09 GMAC"),
          QStringLiteral("residual blocks")},
         {QStringLiteral("c"), QStringLiteral("VGG-16"), QStringLiteral("38 layers \u00B7 15.5 GMAC"),
          QStringLiteral("a chain with much memory")},
         {QStringLiteral("d"), QStringLiteral("Transformer encoder"), QStringLiteral("120 layers"),
          QStringLiteral("attention")}});
    start.setRecent(
        {QStringLiteral("/home/ada/models/detector_v3.onnx"),
         QStringLiteral(
             "/home/ada/projects/camera/very/long/path/that/does/not/fit/into/the/line/segmenter.onnx")});
    shoot(start, QStringLiteral("start"), {720, 560}, {1280, 800});
    QWidget page;
    auto* layout = new QVBoxLayout(&page);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* bar = new MessageBar(&page);
    layout->addWidget(bar);
    auto* list = new ProblemsList(&page);
    layout->addWidget(list, 1);
    bar->show(MessageBar::Severity::Error,
              {"big.onnx, node Conv_12", "no shape for input x", "give --shape x=1,3,224,224"},
              QStringLiteral("Give shapes\u2026"));
    list->setViolations({{Violation::Kind::Memory, "EYR", 9.2e6, 8e6, {}, "EYR: needs 9.2 MiB of 8.0 MiB"}});
    list->setNotes({{ImportNote::Severity::Warning, "node relu1", "operator Reluu is not in ai.onnx 14",
                     "bytes are counted, MACs are not"},
                    {ImportNote::Severity::Info, "input x", "batch taken as 1", "give --dim batch=N"}});
    shoot(page, QStringLiteral("problems"), {760, 220}, {1200, 260});
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    g_folder =
        argc > 1 ? QString::fromLocal8Bit(argv[1]) : QDir::tempPath() + QStringLiteral("/cutline-panels");
    QDir().mkpath(g_folder);
    const test::World world = test::makeWorld(16);
    for (const Theme* theme : {&Theme::light(), &Theme::darkTheme()}) {
        applyTheme(application, *theme);
        g_suffix = theme->dark ? QStringLiteral("dark") : QStringLiteral("light");
        strip(world);
        platforms(world);
        table(world);
        charts(world);
        inspector(world);
        mapping();
        partition(world);
        scenario(world);
        profile();
        others();
    }
    std::printf("%s\n", qPrintable(g_folder));
    return 0;
}
