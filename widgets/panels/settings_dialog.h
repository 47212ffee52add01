// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/settings.h"

#include <QDialog>

class QBoxLayout;
class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QListWidget;
class QPushButton;

namespace cutline {

/// The program's settings. What is changed holds at once; there is nothing to confirm.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    /// `own_folder`: of descriptors, read in any case; shown, not edited.
    SettingsDialog(const Settings& settings, const QString& own_folder, QWidget* parent = nullptr);

    Settings settings() const;
    void setSettings(const Settings& settings);

    QComboBox* themeBox() const { return m_theme; }
    QCheckBox* patternsBox() const { return m_patterns; }
    QCheckBox* motionBox() const { return m_motion; }
    QCheckBox* reopenBox() const { return m_reopen; }
    QDoubleSpinBox* layoutLimit() const { return m_layout_limit; }
    QListWidget* folderList() const { return m_folders; }

Q_SIGNALS:
    void changed(const cutline::Settings& settings);

private:
    void buildLooks(QBoxLayout* box);
    void buildFolders(QBoxLayout* box, const QString& own_folder);
    void addFolder();
    void removeFolder();
    void tell();

    QComboBox* m_theme;
    QCheckBox *m_patterns, *m_motion, *m_reopen;
    QDoubleSpinBox* m_layout_limit;
    QListWidget* m_folders;
    QPushButton* m_remove;
    Settings m_told; ///< what the program knows
};

} // namespace cutline
