// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_model.h"
#include "core/cost/profile_match.h"

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
class QTableView;

namespace cutline {

class InkLabel;
class MatchModel;
class ShareBar;

/// Measured times of a platform from a file: shows which rows are which layers before they are taken. Reads
/// and matches in the background; what is shown always belongs to the file and platform that are chosen.
class ProfileDialog : public QDialog {
    Q_OBJECT
public:
    /// `given`: profiles in force, by platform name.
    ProfileDialog(GraphPtr graph, SystemPtr system, std::map<std::string, ProfilePtr> given,
                  ProfileMissing missing, QWidget* parent = nullptr);
    ~ProfileDialog() override;

    void setPlatform(PlatformId platform);
    void setFile(const QString& path);

    /// Name of the platform chosen, as the system has it.
    std::string platform() const;
    /// Of an accepted dialog, the profile to use; null: the platform goes back to predictions.
    ProfilePtr profile() const { return m_profile; }
    ProfileMissing missing() const;
    QPushButton* useButton() const { return m_use; }
    QPushButton* removeButton() const { return m_remove; }
    MatchModel* model() const { return m_model; }

Q_SIGNALS:
    /// The file has been read and matched, or cannot be.
    void read();

private:
    enum class State { Empty, Reading, Ready, Failed };
    struct Reading {
        ProfilePtr profile;
        std::optional<ProfileMatch> match;
        std::optional<Error> error;
    };
    QWidget* buildChoices();
    QWidget* buildResult();
    QWidget* buildButtons();
    void chooseFile();
    void startReading();
    void takeReading(Reading reading);
    void refresh();
    void showMatch();

    GraphPtr m_graph;
    SystemPtr m_system;
    std::map<std::string, ProfilePtr> m_given;
    State m_state = State::Empty;
    ProfilePtr m_profile;
    std::optional<ProfileMatch> m_match;
    std::optional<Error> m_error;
    bool m_again = false; ///< something else was chosen while reading
    QFutureWatcher<std::shared_ptr<Reading>> m_watcher;

    QComboBox* m_platform = nullptr;
    QLineEdit* m_file = nullptr;
    QComboBox* m_missing = nullptr;
    QStackedLayout* m_pages = nullptr;
    InkLabel* m_message = nullptr;
    InkLabel* m_rows = nullptr;
    InkLabel* m_sum = nullptr;
    InkLabel* m_notes = nullptr;
    InkLabel* m_missing_words = nullptr;
    InkLabel* m_in_force = nullptr;
    ShareBar* m_share = nullptr;
    QTableView* m_view = nullptr;
    MatchModel* m_model = nullptr;
    QPushButton* m_use = nullptr;
    QPushButton* m_remove = nullptr;
};

} // namespace cutline
