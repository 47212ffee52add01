// SPDX-License-Identifier: GPL-3.0-or-later
// Renders a fixed set of scenes of the real window into a folder, for people to look at: screens FOLDER
// [SCENE..].
#include "tests/screens/scenes.h"

#include "app/preferences.h"

#include <QApplication>
#include <QDir>

#include <cstdio>

using namespace cutline;

int main(int argc, char* argv[]) {
    const QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    if (words.size() < 2) {
        std::fputs("usage: screens FOLDER [SCENE..]\n", stderr);
        return 2;
    }
    if (!QDir().mkpath(words[1])) {
        std::fprintf(stderr, "screens: %s cannot be made\n", qPrintable(words[1]));
        return 1;
    }
    const QStringList wanted = words.mid(2);
    int failed = 0;
    for (const Scene& scene : scenes()) {
        if (!wanted.isEmpty() && !wanted.contains(QLatin1String(scene.name))) continue;
        for (const ThemeChoice theme : {ThemeChoice::Light, ThemeChoice::Dark}) {
            for (const QSize size : {QSize(1280, 800), QSize(2560, 1440)}) {
                const QString file = QStringLiteral("%1/%2_%3_%4.png")
                                         .arg(words[1], QLatin1String(scene.name),
                                              QLatin1String(theme == ThemeChoice::Dark ? "dark" : "light"),
                                              QString::number(size.width()));
                applyThemeChoice(theme);
                const bool good = render(scene, size, file);
                std::printf("%s%s\n", qPrintable(file), good ? "" : "  (not reached)");
                if (!good) ++failed;
            }
        }
    }
    return failed == 0 ? 0 : 1;
}
