// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_model.h"
#include "core/cost/profile_match.h"
#include "core/cost/reconcile.h"

#include <QDialog>
#include <QFutureWatcher>

#include <map>
#include <memory>
#include <optional>
#include <string>

class QComboBox;
class QLineEdit;
class QPushButton;
class QStackedLayout;
class QTabBar;

namespace cutline {

class InkLabel;
class MatchModel;
class MatchView;
class ReconcileModel;
class ReconcileView;

/// Measured times of a platform from a file: shows which rows are which layers, and the times beside what the
/// platform's model says, before one of them is chosen: the measurement, the model refitted to it, or the model as it
/// is, with the file at hand. Reads, matches and compares in the background; what is shown always belongs to the file
/// and platform that are chosen. A platform that has a profile shows it, so that one can switch.
class ProfileDialog : public QDialog {
    Q_OBJECT
public:
    /// `given`: profiles that there are, by platform name.
    ProfileDialog(GraphPtr graph, SystemPtr system, std::map<std::string, GivenTimes> given,
                  ProfileMissing missing, QWidget* parent = nullptr);
    ~ProfileDialog() override;

    void setPlatform(PlatformId platform);
    void setFile(const QString& path);

    /// Name of the platform chosen, as the system has it.
    std::string platform() const;
    /// Of an accepted dialog.
    ProfilePtr profile() const { return m_profile; }
    ProfileUse use() const { return m_chosen_use; }
    ProfileMissing missing() const;
    QPushButton* useButton() const { return m_use; }
    QPushButton* refitButton() const { return m_refit; }
    QPushButton* modelButton() const { return m_keep_model; }
    QTabBar* tabs() const { return m_tabs; }
    MatchModel* model() const;
    ReconcileModel* comparison() const;

Q_SIGNALS:
    /// The file has been read and matched, or cannot be.
    void read();

private:
    enum class State { Empty, Reading, Ready, Failed };
    struct Reading {
        ProfilePtr profile;
        std::optional<ProfileMatch> match;
        std::optional<Error> error;
        std::optional<ProfileComparison> comparison;
        std::optional<Error> no_comparison; ///< why there is none
    };
    static Reading readingOf(const GraphPtr& graph, const Platform& platform, const std::string& path,
                             ProfilePtr profile, Progress& progress);
    QWidget* buildChoices();
    QWidget* buildResult();
    QWidget* buildButtons();
    void chooseFile();
    void startReading();
    void takeReading(Reading reading);
    void refresh();
    void closeWith(ProfileUse use);
    const Platform& chosen() const;
    /// The profile that the platform has, where no file is chosen.
    ProfilePtr givenProfile() const;
    QString inForceText() const;
    QString missingText(std::size_t absent, bool covered) const;

    GraphPtr m_graph;
    SystemPtr m_system;
    std::map<std::string, GivenTimes> m_given;
    State m_state = State::Empty;
    ProfilePtr m_profile;
    ProfileUse m_chosen_use = ProfileUse::Measurement;
    std::optional<ProfileMatch> m_match;
    std::optional<Error> m_error;
    bool m_compared = false;
    bool m_again = false; ///< something else was chosen while reading
    std::shared_ptr<Progress> m_progress;
    QFutureWatcher<std::shared_ptr<Reading>> m_watcher;

    QComboBox* m_platform = nullptr;
    QLineEdit* m_file = nullptr;
    QComboBox* m_missing = nullptr;
    QStackedLayout* m_pages = nullptr;
    InkLabel* m_message = nullptr;
    InkLabel* m_missing_words = nullptr;
    InkLabel* m_in_force = nullptr;
    QTabBar* m_tabs = nullptr;
    QStackedLayout* m_tab_pages = nullptr;
    MatchView* m_match_view = nullptr;
    ReconcileView* m_reconcile_view = nullptr;
    InkLabel* m_no_comparison = nullptr;
    QPushButton* m_use = nullptr;
    QPushButton* m_refit = nullptr;
    QPushButton* m_keep_model = nullptr;
};

} // namespace cutline
