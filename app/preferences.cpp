// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/preferences.h"

#include "app/panel_dock.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QDialog>
#include <QFileInfo>
#include <QSettings>
#include <QStyle>
#include <QStyleFactory>

#include <algorithm>
#include <memory>

namespace cutline {
namespace {

constexpr qsizetype kMostRecentFiles = 10;

QSettings settingsFile() {
    return QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("cutline"),
                     QStringLiteral("cutline"));
}

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

/// Before 6.5 Qt does not tell the desktop's scheme; Fusion's own palette follows it where the platform
/// knows, and the palette that the program started with where only that carries it.
bool desktopIsDark() {
    static const bool started_dark = isDark(QApplication::palette());
    const std::unique_ptr<QStyle> fusion(QStyleFactory::create(QStringLiteral("Fusion")));
    return started_dark || (fusion && isDark(fusion->standardPalette()));
}

} // namespace

QStringList Preferences::recentFiles() const {
    QStringList files = settingsFile().value(QStringLiteral("recentFiles")).toStringList();
    const auto gone =
        std::remove_if(files.begin(), files.end(), [](const QString& f) { return !QFileInfo::exists(f); });
    files.erase(gone, files.end());
    return files;
}

void Preferences::addRecentFile(const QString& path) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList files = recentFiles();
    files.removeAll(absolute);
    files.prepend(absolute);
    settingsFile().setValue(QStringLiteral("recentFiles"), files.mid(0, kMostRecentFiles));
}

void Preferences::clearRecentFiles() {
    settingsFile().remove(QStringLiteral("recentFiles"));
}

Settings Preferences::settings() const {
    const QSettings file = settingsFile();
    Settings settings;
    const QString name = file.value(QStringLiteral("theme")).toString();
    settings.theme = name == QLatin1String("light")  ? ThemeChoice::Light
                     : name == QLatin1String("dark") ? ThemeChoice::Dark
                                                     : ThemeChoice::System;
    settings.patterns = file.value(QStringLiteral("graph/patterns"), settings.patterns).toBool();
    settings.motion = file.value(QStringLiteral("graph/motion"), settings.motion).toBool();
    const double limit_s = file.value(QStringLiteral("graph/layoutLimit")).toDouble();
    if (limit_s > 0) settings.layout_limit_s = limit_s;
    settings.reopen = file.value(QStringLiteral("reopen"), settings.reopen).toBool();
    settings.folders = file.value(QStringLiteral("folders")).toStringList();
    return settings;
}

void Preferences::setSettings(const Settings& settings) {
    QSettings file = settingsFile();
    const QLatin1String name(settings.theme == ThemeChoice::Light  ? "light"
                             : settings.theme == ThemeChoice::Dark ? "dark"
                                                                   : "system");
    file.setValue(QStringLiteral("theme"), name);
    file.setValue(QStringLiteral("graph/patterns"), settings.patterns);
    file.setValue(QStringLiteral("graph/motion"), settings.motion);
    file.setValue(QStringLiteral("graph/layoutLimit"), settings.layout_limit_s);
    file.setValue(QStringLiteral("reopen"), settings.reopen);
    file.setValue(QStringLiteral("folders"), settings.folders);
}

QString Preferences::systemName() const {
    return settingsFile().value(QStringLiteral("system")).toString();
}

void Preferences::setSystemName(const QString& name) {
    settingsFile().setValue(QStringLiteral("system"), name);
}

QStringList Preferences::strings(const QString& key) const {
    return settingsFile().value(key).toStringList();
}

void Preferences::setStrings(const QString& key, const QStringList& values) {
    settingsFile().setValue(key, values);
}

QByteArray Preferences::bytes(const QString& key) const {
    return settingsFile().value(key).toByteArray();
}

void Preferences::setBytes(const QString& key, const QByteArray& value) {
    settingsFile().setValue(key, value);
}

void rememberSize(QDialog& dialog, const QString& name) {
    const QString key = QStringLiteral("dialogs/") + name;
    dialog.restoreGeometry(Preferences().bytes(key));
    QObject::connect(&dialog, &QDialog::finished, &dialog,
                     [&dialog, key] { Preferences().setBytes(key, dialog.saveGeometry()); });
}

void applyThemeChoice(ThemeChoice choice) {
    const bool desktop_dark = desktopIsDark(); // asked first: it remembers the palette before ours
    const bool dark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && desktop_dark);
    const Theme& theme = dark ? Theme::darkTheme() : Theme::light();
    // In the program's sheet, not the window's: style sheets of windows and of the program upset each other
    // (Qt 6.4).
    applyTheme(*qApp, theme, windowStyleSheet(theme));
}

} // namespace cutline
