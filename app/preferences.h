// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/settings.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

class QDialog;

namespace cutline {

/// What the program remembers between starts: window layout, recent files, theme, system. One file of the
/// user's settings folder; tests point QSettings at a folder of their own.
class Preferences {
public:
    /// Newest first, at most ten, only files that are still there.
    QStringList recentFiles() const;
    void addRecentFile(const QString& path);
    void clearRecentFiles();

    /// What the dialog of that name shows.
    Settings settings() const;
    void setSettings(const Settings& settings);

    /// Library name or file of the system last worked with; empty at first.
    QString systemName() const;
    void setSystemName(const QString& name);

    QStringList strings(const QString& key) const;
    void setStrings(const QString& key, const QStringList& values);

    QByteArray bytes(const QString& key) const;
    void setBytes(const QString& key, const QByteArray& value);
};

/// The dialog opens at the size that it was last left at.
void rememberSize(QDialog& dialog, const QString& name);

/// Sets the program's palette and type; System follows the desktop.
void applyThemeChoice(ThemeChoice choice);

} // namespace cutline
