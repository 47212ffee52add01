// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of platforms, of what is asked of plans and of what accuracy comes from.
#include "tests/screens/scenes.h"

#include "app/main_window.h"
#include "app/work_area.h"
#include "widgets/panels/data_sheet_dialog.h"
#include "widgets/panels/figure_form.h"
#include "widgets/panels/library_panel.h"
#include "widgets/panels/profile_dialog.h"
#include "widgets/panels/settings_dialog.h"
#include "widgets/panels/system_editor.h"

#include <QLineEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTest>

namespace cutline {
namespace {

bool dataPanel(MainWindow& window) {
    window.workArea().showData();
    Document& document = window.document();
    return QTest::qWaitFor([&] { return document.data() && *document.data(); }, kPatienceMs);
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

bool searchSettings(MainWindow& window) {
    window.workArea().showSearchSettings();
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

/// Published times beside what the model says.
bool measuredTimes(MainWindow& window) {
    const EditState& state = window.document().state();
    auto* dialog = new ProfileDialog(window.document().model().graph, state.system, {}, ProfileMissing::Model, &window);
    dialog->setFile(QStringLiteral(CUTLINE_SOURCE_DIR "/tests/data/kress2024/efficientnet_b0_eyr.csv"));
    const bool reached = QTest::qWaitFor([&] { return dialog->refitButton()->isEnabled(); }, kPatienceMs);
    dialog->tabs()->setCurrentIndex(0); // many layers without a row would come first
    return shown(window, dialog) && reached;
}

bool measuredRows(MainWindow& window) {
    const bool reached = measuredTimes(window);
    window.findChild<ProfileDialog*>()->tabs()->setCurrentIndex(1);
    return reached;
}

bool settingsShown(MainWindow& window) {
    Settings settings;
    settings.folders << QStringLiteral("/home/me/boards") << QStringLiteral("/srv/team/descriptors");
    return shown(window, new SettingsDialog(settings, QStringLiteral("/home/me/.local/share/cutline/platforms"), &window));
}

} // namespace

std::vector<Scene> systemScenes() {
    return {
        {"data", kTrained, dataPanel},
        {"search_settings", kSample, searchSettings},
        {"search_infeasible", kSample, infeasible},
        {"scenario", kSample, scenarioPanel},
        {"four_platforms", "resources/models/squeezenet1_1.onnx", fourPlatforms},
        {"system", kSample, systemEdited},
        {"system_arranged", kSample, systemArranged},
        {"system_renamed", kSample, systemRenamed},
        {"system_many", "resources/models/squeezenet1_1.onnx", systemOfMany},
        {"library", kSample, libraryChosen},
        {"data_sheet", kSample, dataSheet},
        {"data_sheet_energies", kSample, dataSheetEnergies},
        {"reconcile", kSample, measuredTimes},
        {"profile_rows", kSample, measuredRows},
        {"settings", kSample, settingsShown},
    };
}

} // namespace cutline
