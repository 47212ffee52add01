// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/profile_dialog.h"

#include "core/base/text.h"
#include "core/cost/loopnest/mapping_cache.h"
#include "widgets/models/match_model.h"
#include "widgets/models/plan_facts.h"
#include "widgets/models/reconcile_model.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/match_view.h"
#include "widgets/panels/reconcile_view.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedLayout>
#include <QTabBar>
#include <QVBoxLayout>
#include <QtConcurrent/QtConcurrentRun>

namespace cutline {

ProfileDialog::ProfileDialog(GraphPtr graph, SystemPtr system, std::map<std::string, GivenTimes> given,
                             ProfileMissing missing, QWidget* parent)
    : QDialog(parent), m_graph(std::move(graph)), m_system(std::move(system)), m_given(std::move(given)) {
    setObjectName(QStringLiteral("profileDialog"));
    setWindowTitle(tr("Import measured times"));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(16, 16, 16, 16);
    box->setSpacing(12);
    box->addWidget(buildChoices());
    auto* pages = new QWidget(this);
    m_pages = new QStackedLayout(pages);
    auto* empty = new EmptyState(tr("No file yet"),
                                 tr("Takes CSV with a layer and a latency column, and profiles of trtexec, "
                                    "ONNX Runtime, TFLite, Vela, "
                                    "ST Edge AI, OpenVINO and CNNParted."),
                                 tr("Choose a file..."), this);
    connect(empty, &EmptyState::activated, this, &ProfileDialog::chooseFile);
    m_pages->addWidget(empty);
    m_message = new InkLabel(Ink::Text2, TextRole::Interface, {}, this);
    m_message->setParagraph();
    m_message->setAlignment(Qt::AlignCenter);
    m_pages->addWidget(m_message);
    m_pages->addWidget(buildResult());
    box->addWidget(pages, 1);
    box->addWidget(buildButtons());
    m_missing->setCurrentIndex(m_missing->findData(static_cast<int>(missing)));
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        const std::shared_ptr<Reading> reading = m_watcher.result();
        if (m_again)
            startReading();
        else
            takeReading(std::move(*reading));
    });
    resize(900, 660);
    startReading();
}

ProfileDialog::~ProfileDialog() {
    m_watcher.disconnect(this);
    if (m_progress) m_progress->cancel();
    m_watcher.waitForFinished();
}

QWidget* ProfileDialog::buildChoices() {
    auto* widget = new QWidget(this);
    auto* grid = new QGridLayout(widget);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    const auto label = [&](int row, const QString& words, QWidget* buddy) {
        auto* before = new InkLabel(Ink::Text2, TextRole::Interface, words, widget);
        before->setBuddy(buddy);
        grid->addWidget(before, row, 0);
    };
    m_platform = new QComboBox(widget);
    m_platform->setAccessibleName(tr("Platform"));
    for (const Platform& platform : m_system->platforms) m_platform->addItem(text(printable(platform.name)));
    label(0, tr("&Platform"), m_platform);
    grid->addWidget(m_platform, 0, 1);
    m_in_force = new InkLabel(Ink::Text2, TextRole::Interface, {}, widget);
    m_in_force->setElided();
    grid->addWidget(m_in_force, 0, 2, 1, 2);

    m_file = new QLineEdit(widget);
    m_file->setReadOnly(true);
    m_file->setPlaceholderText(tr("no file yet"));
    m_file->setAccessibleName(tr("File"));
    label(1, tr("&File"), m_file);
    grid->addWidget(m_file, 1, 1, 1, 2);
    auto* choose = new QPushButton(tr("&Choose..."), widget);
    grid->addWidget(choose, 1, 3);

    m_missing = new QComboBox(widget);
    m_missing->setAccessibleName(tr("Layers without a row"));
    m_missing->addItem(tr("are predicted"), static_cast<int>(ProfileMissing::Model));
    m_missing->addItem(tr("cost nothing"), static_cast<int>(ProfileMissing::Zero));
    m_missing->addItem(tr("are not accepted"), static_cast<int>(ProfileMissing::Fail));
    label(2, tr("&Layers without a row"), m_missing);
    grid->addWidget(m_missing, 2, 1);
    m_missing_words = new InkLabel(Ink::Text2, TextRole::Interface, {}, widget);
    m_missing_words->setElided();
    grid->addWidget(m_missing_words, 2, 2, 1, 2);
    grid->setColumnStretch(2, 1);
    connect(m_platform, &QComboBox::currentIndexChanged, this, &ProfileDialog::startReading);
    connect(m_missing, &QComboBox::currentIndexChanged, this, &ProfileDialog::refresh);
    connect(choose, &QPushButton::clicked, this, &ProfileDialog::chooseFile);
    return widget;
}

QWidget* ProfileDialog::buildResult() {
    auto* widget = new QWidget(this);
    auto* box = new QVBoxLayout(widget);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(8);
    m_tabs = new QTabBar(widget);
    m_tabs->setObjectName(QStringLiteral("chartTabs")); // looks like the window's
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->addTab(tr("&Beside the estimate"));
    m_tabs->addTab(tr("Rows and la&yers"));
    box->addWidget(m_tabs);
    auto* pages = new QWidget(widget);
    m_tab_pages = new QStackedLayout(pages);
    m_reconcile_view = new ReconcileView(pages);
    m_match_view = new MatchView(pages);
    m_no_comparison = new InkLabel(Ink::Text2, TextRole::Interface, {}, pages);
    m_no_comparison->setParagraph();
    m_no_comparison->setAlignment(Qt::AlignCenter);
    for (QWidget* page : {static_cast<QWidget*>(m_reconcile_view), static_cast<QWidget*>(m_match_view),
                          static_cast<QWidget*>(m_no_comparison)})
        m_tab_pages->addWidget(page);
    box->addWidget(pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, &ProfileDialog::refresh);
    return widget;
}

QWidget* ProfileDialog::buildButtons() {
    auto* widget = new QWidget(this);
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    auto* cancel = new QPushButton(tr("Cancel"), widget);
    m_keep_model = new QPushButton(tr("Keep the &model"), widget);
    m_keep_model->setToolTip(tr("Predict as before; the measured times stay at hand"));
    m_refit = new QPushButton(tr("&Refit the model"), widget);
    m_refit->setToolTip(tr("Predict with the model fitted to the measured times, also other layers and other models"));
    m_use = new QPushButton(tr("&Use the measurement"), widget);
    m_use->setDefault(true);
    row->addWidget(cancel);
    row->addStretch(1);
    row->addWidget(m_keep_model);
    row->addWidget(m_refit);
    row->addWidget(m_use);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_use, &QPushButton::clicked, this, [this] { closeWith(ProfileUse::Measurement); });
    connect(m_refit, &QPushButton::clicked, this, [this] { closeWith(ProfileUse::Refit); });
    connect(m_keep_model, &QPushButton::clicked, this, [this] { closeWith(ProfileUse::Model); });
    return widget;
}

void ProfileDialog::closeWith(ProfileUse use) {
    m_chosen_use = use;
    accept();
}

const Platform& ProfileDialog::chosen() const {
    return m_system->platforms[static_cast<std::size_t>(m_platform->currentIndex())];
}

MatchModel* ProfileDialog::model() const {
    return m_match_view->model();
}

ReconcileModel* ProfileDialog::comparison() const {
    return m_reconcile_view->model();
}

ProfilePtr ProfileDialog::givenProfile() const {
    const auto given = m_given.find(chosen().name);
    return given == m_given.end() || !m_file->text().isEmpty() ? nullptr : given->second.profile;
}

std::string ProfileDialog::platform() const {
    return chosen().name;
}

ProfileMissing ProfileDialog::missing() const {
    return static_cast<ProfileMissing>(m_missing->currentData().toInt());
}

void ProfileDialog::setPlatform(PlatformId platform) {
    m_platform->setCurrentIndex(static_cast<int>(platform.value));
}

void ProfileDialog::setFile(const QString& path) {
    m_file->setText(path);
    m_file->setToolTip(path);
    startReading();
}

void ProfileDialog::chooseFile() {
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Choose a profile"), QFileInfo(m_file->text()).path(),
        tr("Profiles (*.csv *.json *.txt *.log);;All files (*)"), nullptr, QFileDialog::DontUseNativeDialog);
    if (!path.isEmpty()) setFile(path);
}

/// A large file takes a second, and so do mappings that were never made: off the GUI thread. One at a time; the last
/// choice is read when the one before has ended.
void ProfileDialog::startReading() {
    m_profile.reset();
    m_match.reset();
    m_error.reset();
    m_compared = false;
    const ProfilePtr given = givenProfile();
    const bool anything = given || !m_file->text().isEmpty();
    m_state = anything ? State::Reading : State::Empty;
    m_again = m_watcher.isRunning();
    refresh();
    if (m_again) m_progress->cancel();
    if (m_again || !anything) return;
    m_progress = std::make_shared<Progress>();
    const auto index = static_cast<std::size_t>(m_platform->currentIndex());
    m_watcher.setFuture(QtConcurrent::run([graph = m_graph, system = m_system, index, given,
                                           path = m_file->text().toStdString(), progress = m_progress] {
        return std::make_shared<Reading>(readingOf(graph, system->platforms[index], path, given, *progress));
    }));
}

ProfileDialog::Reading ProfileDialog::readingOf(const GraphPtr& graph, const Platform& platform,
                                                const std::string& path, ProfilePtr profile, Progress& progress) {
    Reading reading;
    if (!profile) {
        auto read = readProfile(path, platform.clock_hz);
        if (!read) {
            reading.error = read.error();
            return reading;
        }
        profile = std::make_shared<const Profile>(*std::move(read));
    }
    auto match = matchProfile(*graph, *profile, platform);
    if (!match) {
        reading.error = match.error();
        return reading;
    }
    const auto mappings = std::make_shared<loopnest::MappingCache>(loopnest::MappingCache::defaultFolder());
    auto comparison = compareProfile(graph, platform, *profile, mappings, progress);
    if (comparison)
        reading.comparison = *std::move(comparison);
    else
        reading.no_comparison = comparison.error();
    reading.profile = std::move(profile);
    reading.match = *std::move(match);
    return reading;
}

void ProfileDialog::takeReading(Reading reading) {
    if (m_state != State::Reading) return; // nothing is chosen any more
    m_profile = std::move(reading.profile);
    m_match = std::move(reading.match);
    m_error = std::move(reading.error);
    m_state = m_error ? State::Failed : State::Ready;
    m_compared = reading.comparison.has_value();
    if (m_match) m_match_view->setMatch(*m_graph, *m_profile, *m_match);
    if (m_compared)
        m_reconcile_view->setComparison(*m_graph, *reading.comparison);
    else
        m_reconcile_view->model()->clear();
    if (reading.no_comparison) m_no_comparison->setText(text(reading.no_comparison->message()));
    // What wants a look comes first: doubts about rows before differences of times.
    const bool doubtful = m_match && m_match_view->model()->doubtful() > 0;
    m_tabs->setCurrentIndex(m_compared && !doubtful ? 0 : 1);
    refresh();
    Q_EMIT read();
}

QString ProfileDialog::inForceText() const {
    const auto given = m_given.find(platform());
    if (given == m_given.end()) return tr("predicted now");
    const QString file = QFileInfo(text(printable(given->second.profile->file))).fileName();
    switch (given->second.use) {
    case ProfileUse::Measurement:
        return tr("measured now: %1").arg(file);
    case ProfileUse::Refit:
        return tr("predicted now, refitted to %1").arg(file);
    case ProfileUse::Model:
        return tr("predicted now; at hand: %1").arg(file);
    }
    return {};
}

QString ProfileDialog::missingText(std::size_t absent, bool covered) const {
    if (absent == 0) return tr("every layer is accounted for");
    if (covered) return counted(absent, tr("%1 layer"), tr("%1 layers"));
    if (chosen().roofline || chosen().loop_nest)
        return counted(absent, tr("%1 layer: choose what to do"), tr("%1 layers: choose what to do"));
    return counted(absent, tr("%1 layer, and nothing to predict it with"),
                   tr("%1 layers, and nothing to predict them with"));
}

/// What can be pressed, and what is in force for the platform.
void ProfileDialog::refresh() {
    m_in_force->setText(inForceText());
    const std::size_t absent = m_match ? m_match->absent.size() : 0;
    const bool has_model = chosen().roofline || chosen().loop_nest;
    const bool covered =
        absent == 0 || missing() == ProfileMissing::Zero || (missing() == ProfileMissing::Model && has_model);
    m_missing_words->setInk(covered ? Ink::Text2 : Ink::Bad);
    m_missing_words->setText(m_match ? missingText(absent, covered) : QString());
    const bool ready = m_state == State::Ready;
    m_use->setEnabled(ready && covered);
    m_refit->setEnabled(ready && m_compared);
    m_keep_model->setEnabled(ready && has_model);
    m_message->setInk(m_error ? Ink::Bad : Ink::Text2);
    m_message->setText(m_error ? text(m_error->message()) : tr("Reading and comparing"));
    m_pages->setCurrentIndex(m_state == State::Empty ? 0 : ready ? 2 : 1);
    m_tab_pages->setCurrentIndex(m_tabs->currentIndex() == 1 ? 1 : m_compared ? 0 : 2);
}

} // namespace cutline
