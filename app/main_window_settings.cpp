// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of the program: the dialog, and what follows from them.
#include "app/main_window.h"

#include "app/work_area.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/settings_dialog.h"

#include <QAction>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace cutline {
namespace {

const QString kSights = QStringLiteral("graph/sights");

} // namespace

void MainWindow::showSettings() {
    auto* dialog = new SettingsDialog(m_preferences.settings(), text(Library::ownFolder()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    rememberSize(*dialog, QStringLiteral("settings"));
    connect(dialog, &SettingsDialog::changed, this,
            [this](const Settings& now) { changeSettings([&now](Settings& settings) { settings = now; }); });
    dialog->open();
}

void MainWindow::changeSettings(const std::function<void(Settings&)>& change) {
    const Settings before = m_preferences.settings();
    Settings now = before;
    change(now);
    if (now == before) return;
    m_preferences.setSettings(now);
    followSettingsOf(before, now);
}

void MainWindow::followSettingsOf(const Settings& before, const Settings& now) {
    m_themes[static_cast<int>(now.theme)]->setChecked(true);
    if (now.theme != before.theme) applyThemeChoice(now.theme);
    m_work_area->patternsAction()->setChecked(now.patterns);
    GraphView& graph = m_work_area->graph();
    graph.setReducedMotion(!now.motion);
    graph.setLayoutLimit(std::chrono::milliseconds(std::lround(now.layout_limit_s * 1e3)));
    if (now.folders == before.folders) return;
    std::vector<std::string> folders = m_document->library().folders();
    std::erase_if(folders, [&before](const std::string& folder) { return before.folders.contains(text(folder)); });
    for (const QString& folder : now.folders) folders.push_back(folder.toStdString());
    m_document->readLibrary(folders);
}

void MainWindow::keepSight() {
    constexpr qsizetype kMostSights = 40;
    if (m_sight_of.isEmpty()) return;
    QStringList sights = m_preferences.strings(kSights);
    sights.removeIf([this](const QString& sight) { return sight.startsWith(m_sight_of); });
    if (const QStringList words = m_work_area->graph().sight().words(); !words.isEmpty())
        sights.prepend(m_sight_of + u'|' + words.join(u'|'));
    m_preferences.setStrings(kSights, sights.mid(0, kMostSights));
}

void MainWindow::restoreSight() {
    if (!m_sight_of.isEmpty() || !m_document->hasModel()) return;
    m_sight_of = text(m_document->model().sha256);
    for (const QString& words : m_preferences.strings(kSights)) {
        if (m_sight_of.isEmpty() || !words.startsWith(m_sight_of)) continue;
        GraphSight sight = GraphSight::fromWords(words.split(u'|').mid(1));
        if (!m_session->file().isEmpty()) sight.closed.reset(); // a project says itself which groups are closed
        m_work_area->graph().restoreSight(sight);
    }
}

} // namespace cutline
