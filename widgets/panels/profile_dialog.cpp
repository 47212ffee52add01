// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/profile_dialog.h"

#include "core/base/text.h"
#include "widgets/models/match_model.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/kit.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStackedLayout>
#include <QTableView>
#include <QVBoxLayout>
#include <QtConcurrent/QtConcurrentRun>

#include <limits>

namespace cutline {

/// The matched part of the file's total.
class ShareBar : public QWidget {
public:
    using QWidget::QWidget;
    void setShare(double share) {
        m_share = share;
        update();
    }
    QSize sizeHint() const override { return {200, 4}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const Theme& theme = Theme::of(palette());
        paintShareBar(painter, rect(), m_share, theme.accent, theme);
    }

private:
    double m_share = 0;
};

namespace {

/// The match before its word, in colour and as a sign: colour alone says nothing to some.
class MatchDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;

protected:
    QIcon icon(const QModelIndex& index, const Theme& theme) const override {
        if (index.column() != MatchModel::StatusColumn) return {};
        switch (static_cast<MatchModel::Status>(index.data(MatchModel::StatusRole).toInt())) {
        case MatchModel::Status::Unmatched:
        case MatchModel::Status::NoRow:
            return iconNamed(QStringLiteral("error"), theme.bad);
        case MatchModel::Status::Guessed:
            return iconNamed(QStringLiteral("warning"), theme.platform(1));
        case MatchModel::Status::Matched:
        case MatchModel::Status::Absorbed:
            return iconNamed(QStringLiteral("info"), theme.text3);
        }
        return {};
    }
};

QString counted(std::size_t count, const QString& one, const QString& several) {
    return (count == 1 ? one : several).arg(count);
}

} // namespace

ProfileDialog::ProfileDialog(GraphPtr graph, SystemPtr system, std::map<std::string, ProfilePtr> given,
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
    resize(900, 620);
    refresh();
}

ProfileDialog::~ProfileDialog() {
    m_watcher.disconnect(this);
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
    connect(m_platform, &QComboBox::currentIndexChanged, this, [this] {
        refresh();
        if (!m_file->text().isEmpty()) startReading();
    });
    connect(m_missing, &QComboBox::currentIndexChanged, this, &ProfileDialog::refresh);
    connect(choose, &QPushButton::clicked, this, &ProfileDialog::chooseFile);
    return widget;
}

QWidget* ProfileDialog::buildResult() {
    auto* widget = new QWidget(this);
    auto* box = new QVBoxLayout(widget);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(6);
    m_rows = new InkLabel(Ink::Text, TextRole::Heading, {}, widget);
    m_rows->setElided();
    m_sum = new InkLabel(Ink::Text2, TextRole::Interface, {}, widget);
    m_sum->setElided();
    m_notes = new InkLabel(Ink::Text3, TextRole::Small, {}, widget);
    m_notes->setParagraph();
    m_share = new ShareBar(widget);
    m_share->setFixedHeight(4);
    m_model = new MatchModel(this);
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_model);
    sorted->setSortRole(MatchModel::SortRole);
    m_view = new QTableView(widget);
    m_view->setModel(sorted);
    m_view->setItemDelegate(new MatchDelegate(m_view));
    m_view->setAccessibleName(tr("Rows of the file and their layers"));
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(MatchModel::StatusColumn, Qt::AscendingOrder);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTextElideMode(Qt::ElideMiddle);
    m_view->setTabKeyNavigation(false);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(26);
    QHeaderView* header = m_view->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    for (const int column : {MatchModel::RowColumn, MatchModel::LayersColumn, MatchModel::HowColumn})
        header->setSectionResizeMode(column, QHeaderView::Stretch);
    m_view->setColumnWidth(MatchModel::TimeColumn, 90);
    m_view->setColumnWidth(MatchModel::StatusColumn, 110);
    for (QWidget* part : {static_cast<QWidget*>(m_rows), static_cast<QWidget*>(m_sum),
                          static_cast<QWidget*>(m_share), static_cast<QWidget*>(m_notes)})
        box->addWidget(part);
    box->addSpacing(4);
    box->addWidget(m_view, 1);
    return widget;
}

QWidget* ProfileDialog::buildButtons() {
    auto* widget = new QWidget(this);
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    m_remove = new QPushButton(tr("Go back to &predictions"), widget);
    auto* cancel = new QPushButton(tr("Cancel"), widget);
    m_use = new QPushButton(tr("&Use these times"), widget);
    m_use->setDefault(true);
    row->addWidget(m_remove);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_use);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_use, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_remove, &QPushButton::clicked, this, [this] {
        m_profile.reset();
        accept();
    });
    return widget;
}

std::string ProfileDialog::platform() const {
    return m_system->platforms[static_cast<std::size_t>(m_platform->currentIndex())].name;
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

/// A large file takes a second: off the GUI thread. One at a time; the last choice is read when the one
/// before has ended.
void ProfileDialog::startReading() {
    m_profile.reset();
    m_match.reset();
    m_error.reset();
    m_state = State::Reading;
    m_again = m_watcher.isRunning();
    refresh();
    if (m_again) return;
    const auto index = static_cast<std::size_t>(m_platform->currentIndex());
    m_watcher.setFuture(
        QtConcurrent::run([graph = m_graph, system = m_system, index, path = m_file->text().toStdString()] {
            auto reading = std::make_shared<Reading>();
            const Platform& platform = system->platforms[index];
            auto profile = readProfile(path, platform.clock_hz);
            if (!profile) {
                reading->error = profile.error();
                return reading;
            }
            auto match = matchProfile(*graph, *profile, platform);
            if (!match) {
                reading->error = match.error();
                return reading;
            }
            reading->profile = std::make_shared<const Profile>(*std::move(profile));
            reading->match = *std::move(match);
            return reading;
        }));
}

void ProfileDialog::takeReading(Reading reading) {
    m_profile = std::move(reading.profile);
    m_match = std::move(reading.match);
    m_error = std::move(reading.error);
    m_state = m_error ? State::Failed : State::Ready;
    if (m_match) showMatch();
    refresh();
    Q_EMIT read();
}

void ProfileDialog::showMatch() {
    const ProfileMatch& match = *m_match;
    m_model->setMatch(*m_graph, *m_profile, match);
    m_view->scrollToTop();
    const std::size_t matched = match.rows.size() - match.guessed - match.unmatched;
    m_rows->setText(tr("%1 of %2 matched \u00B7 %3 guessed \u00B7 %4 unmatched")
                        .arg(matched)
                        .arg(counted(match.rows.size(), tr("%1 row"), tr("%1 rows")))
                        .arg(match.guessed)
                        .arg(match.unmatched));
    const double share = match.total_s > 0 ? match.matched_s / match.total_s : 1;
    QString sum = tr("%1 of the file's %2 go to layers (%3)")
                      .arg(quantityText(match.matched_s, Unit::Second),
                           quantityText(match.total_s, Unit::Second), percentText(share));
    if (match.guessed > 0) sum += tr(", %1 of it guessed").arg(quantityText(match.guessed_s, Unit::Second));
    m_sum->setText(sum);
    m_share->setShare(share);
    QStringList notes{text(nameOf(m_profile->format))};
    for (const std::string& note : m_profile->notes) notes << text(printable(note));
    if (!match.absorbed.empty())
        notes << counted(match.absorbed.size(), tr("%1 layer is in the time of a neighbour"),
                         tr("%1 layers are in the time of a neighbour"));
    m_notes->setText(notes.join(QStringLiteral(" \u00B7 ")));
}

/// What can be pressed, and what is in force for the platform.
void ProfileDialog::refresh() {
    const auto in_force = m_given.find(platform());
    m_in_force->setText(
        in_force == m_given.end()
            ? tr("predicted now")
            : tr("measured now: %1").arg(QFileInfo(text(printable(in_force->second->file))).fileName()));
    m_remove->setVisible(in_force != m_given.end());
    const std::size_t absent = m_match ? m_match->absent.size() : 0;
    const bool has_model = [&] {
        const Platform& p = m_system->platforms[static_cast<std::size_t>(m_platform->currentIndex())];
        return p.roofline || p.loop_nest;
    }();
    const bool covered =
        absent == 0 || missing() == ProfileMissing::Zero || (missing() == ProfileMissing::Model && has_model);
    m_missing_words->setInk(covered ? Ink::Text2 : Ink::Bad);
    m_missing_words->setText(
        !m_match      ? QString()
        : absent == 0 ? tr("every layer is accounted for")
        : covered     ? counted(absent, tr("%1 layer"), tr("%1 layers"))
        : has_model   ? counted(absent, tr("%1 layer: choose what to do"), tr("%1 layers: choose what to do"))
                      : counted(absent, tr("%1 layer, and nothing to predict it with"),
                                tr("%1 layers, and nothing to predict them with")));
    m_use->setEnabled(m_state == State::Ready && covered);
    m_message->setInk(m_error ? Ink::Bad : Ink::Text2);
    m_message->setText(m_error ? text(m_error->message()) : tr("Reading the file"));
    m_pages->setCurrentIndex(m_state == State::Empty ? 0 : m_state == State::Ready ? 2 : 1);
}

} // namespace cutline
