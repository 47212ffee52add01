// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/screens/scenes.h"

#include "app/finder.h"
#include "app/header_bar.h"
#include "app/main_window.h"
#include "app/work_area.h"
#include "tests/app/deep_model.h"
#include "tests/screens/project_scenes.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/timeline_chart.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/data_sheet_dialog.h"
#include "widgets/panels/figure_form.h"
#include "widgets/panels/library_panel.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/plan_graphs.h"
#include "widgets/panels/presentation.h"
#include "widgets/panels/system_editor.h"

#include <QDialog>
#include <QDragMoveEvent>
#include <QFile>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSettings>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

namespace cutline {
namespace {

constexpr int kPatienceMs = 20'000;
constexpr const char* kTrained = "resources/models/fashion_cnn.onnx";
constexpr const char* kSample = "resources/models/efficientnet_b0.onnx";

/// Nothing runs, and the plan has its figures.
bool settled(Document& document) {
    return QTest::qWaitFor([&] { return document.jobs().idle() && document.metrics().has_value(); }, kPatienceMs);
}

bool asItOpens(MainWindow&) {
    return true;
}

LayerId middleLayer(MainWindow& window) {
    return LayerId{static_cast<std::uint32_t>(window.document().model().graph->layerCount() / 2)};
}

bool dragUnderWay(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    const LayerId layer = middleLayer(window);
    graph.setSelection({layer});
    graph.reveal(layer);
    const QPoint at = graph.mapFromScene(graph.cardRect(layer).center());
    QMimeData chip;
    const auto places =
        assignmentOf(*window.document().state().plan, window.document().model().graph->layerCount());
    chip.setData(QLatin1String(kPlatformMimeType), places[layer.index()].value == 0 ? "1" : "0");
    QDragEnterEvent enter(at, Qt::CopyAction, &chip, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(graph.viewport(), &enter);
    QDragMoveEvent move(at, Qt::CopyAction, &chip, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(graph.viewport(), &move);
    return true;
}

bool cutDragUnderWay(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    const auto handle = graph.cutHandle(0);
    if (!handle) return false;
    const QPoint from = graph.mapFromScene(*handle);
    QTest::mousePress(graph.viewport(), Qt::LeftButton, Qt::NoModifier, from);
    QTest::mouseMove(graph.viewport(), from + QPoint(60, 0));
    QTest::mouseMove(graph.viewport(), from + QPoint(160, 0));
    return true;
}

bool cutChart(MainWindow& window) {
    window.workArea().showChart(QLatin1String("cuts"));
    return true;
}

/// Of the sample with images; needs ONNX Runtime.
bool accuracyOverLatency(MainWindow& window) {
    window.workArea().pareto().setObjectives(Objective::Latency, Objective::Accuracy);
    return window.document().result()->accuracy_claim.has_value();
}

bool accuracyOverCut(MainWindow& window) {
    window.workArea().showChart(QLatin1String("cuts"));
    window.workArea().cuts().setObjective(Objective::Accuracy);
    return window.document().result()->accuracy_claim.has_value();
}

bool dataPanel(MainWindow& window) {
    window.workArea().showData();
    Document& document = window.document();
    return QTest::qWaitFor([&] { return document.data() && *document.data(); }, kPatienceMs);
}

bool whatABitCosts(MainWindow& window) {
    window.workArea().showChart(QLatin1String("bits"));
    return QTest::qWaitFor([&] { return window.document().sweep() != nullptr; }, kPatienceMs);
}

bool colouredBySensitivity(MainWindow& window) {
    for (QAction* action : window.workArea().overlayMenu()->actions())
        if (action->data().toString() == QLatin1String("sensitivity")) action->trigger();
    window.workArea().graph().setSelection({});
    return window.workArea().graph().overlay() == QLatin1String("sensitivity");
}

bool roofline(MainWindow& window) {
    window.workArea().showChart(QLatin1String("roofline"));
    return true;
}

bool parallelAxes(MainWindow& window) {
    window.workArea().showChart(QLatin1String("parallel"));
    PlanBrush brush;
    double low = 1e9, high = 0;
    for (const Summary& s : window.document().result()->summaries) {
        low = std::min(low, s.energy_j);
        high = std::max(high, s.energy_j);
    }
    brush.set({Objective::Energy, low, low + 0.6 * (high - low)});
    window.workArea().chart(QLatin1String("parallel")).setBrush(brush);
    Q_EMIT window.workArea().chart(QLatin1String("parallel")).brushChanged(brush);
    return true;
}

bool scatterMatrix(MainWindow& window) {
    window.workArea().showChart(QLatin1String("matrix"));
    return true;
}

bool sharedCuts(MainWindow& window) {
    window.workArea().showChart(QLatin1String("shared_cuts"));
    return true;
}

bool steadyState(MainWindow& window) {
    window.workArea().showChart(QLatin1String("timeline"));
    auto& timeline = static_cast<TimelineChart&>(window.workArea().chart(QLatin1String("timeline")));
    return QTest::qWaitFor([&] { return timeline.timeline() != nullptr; }, kPatienceMs);
}

bool oneInference(MainWindow& window) {
    window.workArea().showChart(QLatin1String("timeline"));
    auto& timeline = static_cast<TimelineChart&>(window.workArea().chart(QLatin1String("timeline")));
    timeline.setMode(TimelineChart::Mode::OneInference);
    return QTest::qWaitFor([&] { return timeline.timeline() && timeline.timeline()->frames == 1; }, kPatienceMs);
}

bool sideBySide(MainWindow& window) {
    Document& document = window.document();
    window.workArea().compare().add(QStringLiteral("EYR alone"), document.result()->baselines[0].plan);
    window.workArea().compare().add(planTitle(*document.result()->knee),
                                    document.result()->candidates->plan(*document.result()->knee));
    window.workArea().showCompare();
    return true;
}

/// Graphs of three plans in step, near enough to read.
bool graphsInStep(MainWindow& window) {
    sideBySide(window);
    window.workArea().compare().tabs()->setCurrentIndex(1);
    PlanGraphs& graphs = *window.workArea().compare().graphs();
    return QTest::qWaitFor([&] { return graphs.hasGraphs() && graphs.graph(0).isLaidOut() && graphs.graph(1).isLaidOut(); },
                           kPatienceMs);
}

bool logarithmicAxes(MainWindow& window) {
    PlanAxes axes;
    axes.of(Objective::Energy) = {true, true};
    axes.of(Objective::InitiationInterval) = {true, false};
    axes.colour = Objective::Latency;
    window.workArea().pareto().setPlanAxes(axes);
    Q_EMIT window.workArea().pareto().planAxesChanged(axes);
    return true;
}

bool logarithmicParallel(MainWindow& window) {
    return logarithmicAxes(window) && parallelAxes(window);
}

bool logarithmicMatrix(MainWindow& window) {
    return logarithmicAxes(window) && scatterMatrix(window);
}

bool ranked(MainWindow& window) {
    PlanWeights weights;
    weights.of(Objective::Energy) = 8;
    weights.of(Objective::Latency) = 4;
    CandidatesTable& table = window.workArea().candidates();
    table.setWeights(weights);
    window.workArea().candidates().setListing(Listing::Front);
    return table.model()->bestByWeights().has_value();
}

bool demandDragged(MainWindow& window) {
    Document& document = window.document();
    window.document().demand(QStringLiteral("latency<=%1 s").arg(document.metrics()->latency_s * 1.2));
    window.workArea().pareto().setObjectives(Objective::Latency, Objective::InitiationInterval);
    return settled(document);
}

bool scenarioPanel(MainWindow& window) {
    Scenario scenario;
    scenario.rate_hz = 30;
    const std::string platform = window.document().state().system->platforms.front().name;
    const Graph& graph = *window.document().model().graph;
    scenario.inputs = {{graph.tensor(graph.inputs()[0]).name, platform, ElementType::UInt8}};
    scenario.requirements = {{"latency", 0.05, std::nullopt, false, "spec 4.2", "end to end"}};
    window.document().setScenario(scenario);
    window.workArea().showScenario();
    return settled(window.document());
}

bool infeasible(MainWindow& window) {
    SearchOptions options = window.document().state().options;
    options.constraints = {*parseConstraint("latency<=5ms", *window.document().state().system)};
    window.document().setOptions(options);
    window.workArea().showSearchSettings();
    return QTest::qWaitFor([&] { return window.document().jobs().idle(); }, kPatienceMs);
}

bool latencyOverMemory(MainWindow& window) {
    window.workArea().pareto().setObjectives(Objective::Memory, Objective::Latency);
    return true;
}

bool layerInspected(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    graph.setSelection({middleLayer(window)});
    graph.reveal(middleLayer(window));
    return true;
}

bool searchSettings(MainWindow& window) {
    window.workArea().showSearchSettings();
    return true;
}

bool finderOpen(MainWindow& window) {
    window.activateWindow();
    Finder& finder = window.header().finder();
    finder.start(Finder::First::Layers);
    QTest::keyClicks(&finder, QStringLiteral("features.3"));
    return true;
}

bool colouredByLatency(MainWindow& window) {
    for (QAction* action : window.workArea().overlayMenu()->actions())
        if (action->data().toString() == QLatin1String("latency")) action->trigger();
    return window.workArea().graph().overlay() == QLatin1String("latency");
}

bool colouredByProvenance(MainWindow& window) {
    for (QAction* action : window.workArea().overlayMenu()->actions())
        if (action->data().toString() == QLatin1String("provenance")) action->trigger();
    return true;
}

/// Near enough to read everything: the minimap tells where; some layers are pinned.
bool nearAndPinned(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    graph.setSelection({middleLayer(window)});
    graph.zoomReset();
    std::vector<LayerId> layers;
    for (const LayerId layer : graph.selection()) layers.push_back(layer);
    window.document().pin(layers, true);
    return QTest::qWaitFor([&] { return window.document().jobs().idle(); }, kPatienceMs);
}

bool allOpen(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    graph.openAllGroups();
    return QTest::qWaitFor([&] { return !graph.isLayingOut(); }, kPatienceMs);
}

bool ownPlan(MainWindow& window) {
    std::vector<LayerId> layers;
    for (std::uint32_t i = 90; i < 110; ++i) layers.push_back({i});
    const auto places =
        assignmentOf(*window.document().state().plan, window.document().model().graph->layerCount());
    window.document().assign(layers, PlatformId{places[100].value == 0 ? 1u : 0u});
    return true;
}

bool fourPlatforms(MainWindow& window) {
    window.setSystem(QStringLiteral("kress2024_four"));
    return settled(window.document());
}

/// Two platforms and a third, not linked yet: the first one's numbers beside the diagram.
bool systemEdited(MainWindow& window) {
    Document& document = window.document();
    SystemEditor& editor = window.workArea().system();
    window.workArea().showSystem();
    editor.addPlatform(QStringLiteral("hailo-8"));
    const bool done = settled(document);
    editor.diagram()->select(DiagramItem{SystemPart::Node, 0});
    return done;
}

/// Buses and switches, and a number that cannot be read.
bool systemOfMany(MainWindow& window) {
    window.setSystem(QStringLiteral("sensor_hub"));
    window.workArea().showSystem();
    Document& document = window.document();
    const bool done = settled(document);
    SystemEditor& editor = window.workArea().system();
    editor.diagram()->select(DiagramItem{SystemPart::Link, 0});
    QLineEdit* rate = editor.form()->edit("rate_bits_per_s");
    if (!rate) return false;
    rate->setFocus();
    rate->selectAll();
    QTest::keyClicks(rate, QStringLiteral("fast"));
    QTest::keyClick(rate, Qt::Key_Return);
    return done;
}

/// A name that is taken, typed into a card.
bool systemRenamed(MainWindow& window) {
    window.workArea().showSystem();
    SystemDiagram& diagram = *window.workArea().system().diagram();
    diagram.rename({SystemPart::Node, 1});
    if (!diagram.nameEdit()) return false;
    QTest::keyClicks(diagram.nameEdit(), QStringLiteral("EYR"));
    QTest::keyClick(diagram.nameEdit(), Qt::Key_Return);
    return !window.workArea().system().noteText().isEmpty();
}

/// Cards moved by hand, a switch, a memory that two share.
bool systemArranged(MainWindow& window) {
    Document& document = window.document();
    SystemEditor& editor = window.workArea().system();
    window.workArea().showSystem();
    editor.addPlatform(QStringLiteral("hailo-8"));
    editor.addSwitch();
    System system = *document.state().system;
    const Link gigabit = *document.library().link("1000BASE-T");
    for (const NodeId node : {NodeId{2}, NodeId{1}})
        if (auto linked = withLink(system, gigabit, std::vector{node, NodeId{3}})) system = *std::move(linked);
    document.editSystem(system, QStringLiteral("Link both to the switch"));
    document.arrangeCards({{"EYR", 16, 16}, {"SMB", 256, 16}, {"hailo-8", 256, 208}, {"switch", 496, 144}}, 0);
    const bool done = settled(document);
    editor.diagram()->select(std::nullopt);
    editor.addMemory();
    return settled(document) && done;
}

bool libraryChosen(MainWindow& window) {
    window.workArea().showLibrary();
    window.workArea().library().choose(LibraryModel::Kind::Platform, QStringLiteral("coral-edge-tpu-usb"));
    return true;
}

/// On the window's own surface, so that its picture has it.
bool shown(MainWindow& window, QDialog* dialog) {
    dialog->setWindowFlags(Qt::Widget);
    dialog->setAutoFillBackground(true);
    dialog->move((window.width() - dialog->width()) / 2, (window.height() - dialog->height()) / 2);
    dialog->show();
    return true;
}

bool dataSheet(MainWindow& window) {
    auto* dialog = new DataSheetDialog({}, &window);
    const std::pair<const char*, const char*> typed[] = {
        {"name", "my-npu"},           {"title", "My NPU, 2 cores"},  {"peak", "26 TOPS"},
        {"clock of the peak", "1 GHz"}, {"lowest clock", "900 MHz"}, {"likely clock", "800 MHz"},
        {"highest clock", "1 GHz"},   {"bandwidth", "17 GB/s"},      {"memory", "plenty"}};
    for (const auto& [field, words] : typed) QTest::keyClicks(dialog->edit(QLatin1String(field)), QLatin1String(words));
    return shown(window, dialog) && !dialog->platform();
}

/// Energies that nobody knows, looked up, and what the open model would cost.
bool dataSheetEnergies(MainWindow& window) {
    auto* dialog = new DataSheetDialog({}, &window);
    dialog->setModel(window.document().model().graph, QStringLiteral("efficientnet_b0"));
    const std::pair<const char*, const char*> typed[] = {
        {"name", "my-npu"},           {"title", "My NPU, 2 cores"}, {"peak", "4 TOPS"},
        {"lowest clock", "600 MHz"},  {"likely clock", "800 MHz"},  {"highest clock", "900 MHz"},
        {"bandwidth", "17 GB/s"},     {"memory", "2 GiB"},          {"source", "data sheet, revision 1.2"},
        {"node", "28 nm"},            {"on-chip memory", "512 KiB"}, {"access width", "128 bit"},
        {"power while idle", "0.3 W"}, {"energy of an off-chip byte", "5 pJ/bit"}};
    for (const auto& [field, words] : typed) QTest::keyClicks(dialog->edit(QLatin1String(field)), QLatin1String(words));
    return shown(window, dialog) &&
           QTest::qWaitFor([&] { return dialog->previewWords().contains(QStringLiteral("alone")); }, kPatienceMs);
}

bool errorBar(MainWindow& window) {
    window.open(QStringLiteral(CUTLINE_SOURCE_DIR "/tests/data/broken/conv_channels.onnx"));
    return QTest::qWaitFor([&] { return window.messages().isVisible(); }, kPatienceMs);
}

} // namespace

const std::vector<Scene>& scenes() {
    static const std::vector<Scene> all{
        {"start", nullptr, asItOpens},
        {"start_error", nullptr, errorBar},
        {"sample", kSample, asItOpens},
        {"drag_chip", kSample, dragUnderWay},
        {"drag_cut", kSample, cutDragUnderWay},
        {"chart_cut", kSample, cutChart},
        {"accuracy", kTrained, accuracyOverLatency},
        {"accuracy_cut", kTrained, accuracyOverCut},
        {"data", kTrained, dataPanel},
        {"chart_bits", kTrained, whatABitCosts},
        {"overlay_sensitivity", kTrained, colouredBySensitivity},
        {"chart_roofline", kSample, roofline},
        {"chart_parallel", kSample, parallelAxes},
        {"chart_matrix", kSample, scatterMatrix},
        {"chart_shared", kSample, sharedCuts},
        {"chart_demand", kSample, demandDragged},
        {"timeline", kSample, steadyState},
        {"timeline_one", kSample, oneInference},
        {"compare", kSample, sideBySide},
        {"compare_graphs", kSample, graphsInStep},
        {"chart_log", kSample, logarithmicAxes},
        {"chart_log_parallel", kSample, logarithmicParallel},
        {"chart_log_matrix", kSample, logarithmicMatrix},
        {"ranked", kSample, ranked},
        {"chart_memory", kSample, latencyOverMemory},
        {"inspector_layer", kSample, layerInspected},
        {"search_settings", kSample, searchSettings},
        {"search_infeasible", kSample, infeasible},
        {"scenario", kSample, scenarioPanel},
        {"finder", kSample, finderOpen},
        {"own_plan", kSample, ownPlan},
        {"four_platforms", "resources/models/squeezenet1_1.onnx", fourPlatforms},
        {"colour_latency", kSample, colouredByLatency},
        {"colour_provenance", kSample, colouredByProvenance},
        {"near", kSample, nearAndPinned},
        {"all_open", kSample, allOpen},
        {"deep_1000", "deep:1000", asItOpens},
        {"deep_20000", "deep:20000", asItOpens},
        {"vgg16", "resources/models/vgg16.onnx", asItOpens},
        {"system", kSample, systemEdited},
        {"system_arranged", kSample, systemArranged},
        {"system_renamed", kSample, systemRenamed},
        {"system_many", "resources/models/squeezenet1_1.onnx", systemOfMany},
        {"library", kSample, libraryChosen},
        {"data_sheet", kSample, dataSheet},
        {"data_sheet_energies", kSample, dataSheetEnergies},
        {"error_bar", kSample, errorBar},
        {"presentation", kSample, presented},
        {"export", kSample, exporting},
        {"export_done", kTrained, exported},
        {"recovery", kSample, recovery},
        {"moved_files", kSample, movedFiles},
    };
    return all;
}

namespace {

/// What lies over the window, else the window.
QWidget& topOf(MainWindow& window, QSize size) {
    for (QDialog* dialog : window.findChildren<QDialog*>())
        if (dialog->isVisible()) return *dialog;
    auto* presentation = window.findChild<Presentation*>();
    if (!presentation) return window;
    presentation->resize(size);
    return *presentation;
}

/// A file below the source folder, or one made for the occasion: "deep:1000".
QString fileOf(const char* model, const QString& folder) {
    const QString name = QLatin1String(model);
    if (!name.startsWith(QLatin1String("deep:"))) return QStringLiteral(CUTLINE_SOURCE_DIR "/") + name;
    const QString path = folder + QStringLiteral("/deep_") + name.mid(5) + QStringLiteral(".onnx");
    const std::string bytes = test::deepModel(name.mid(5).toULongLong());
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) file.write(bytes.data(), static_cast<qint64>(bytes.size()));
    return path;
}

} // namespace

bool render(const Scene& scene, QSize size, const QString& file) {
    const QTemporaryDir settings; // what one scene leaves behind has no place in the next
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    MainWindow window(Library::load(Library::defaultFolders()));
    window.resize(size);
    window.show();
    Document& document = window.document();
    bool reached = QTest::qWaitForWindowExposed(&window);
    if (scene.model) {
        window.open(fileOf(scene.model, settings.path()));
        reached = reached && QTest::qWaitFor(
                                 [&] {
                                     return document.jobs().idle() && document.metrics().has_value() &&
                                            window.workArea().graph().isLaidOut() &&
                                            !window.workArea().graph().isLayingOut();
                                 },
                                 kPatienceMs);
    }
    reached = reached && scene.act(window);
    QTest::qWait(400); // what glides into place arrives within 180 ms
    return topOf(window, size).grab().save(file) && reached;
}

} // namespace cutline
