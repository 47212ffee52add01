// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/chart_picture.h"
#include "app/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QScreen>
#include <QTimer>

#include <cstdio>

using namespace cutline;

namespace {

struct Arguments {
    QString model, system, chart;
};

/// Nothing when the program has nothing more to do: `status` is then its exit status.
std::optional<Arguments> readArguments(const QStringList& words, int& status) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Cuts a neural network over several small computers."));
    parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("an ONNX model or a Cutline project to open"),
                                 QStringLiteral("[FILE]"));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version({QStringLiteral("version"), QStringLiteral("v")},
                                     QStringLiteral("Print the version."));
    const QCommandLineOption system(QStringLiteral("system"),
                                    QStringLiteral("Library name or descriptor file."),
                                    QStringLiteral("SYSTEM"));
    const QCommandLineOption chart(
        QStringLiteral("chart"),
        QStringLiteral("Write the Pareto chart of FILE (.png, .svg) and end; no window."),
        QStringLiteral("PICTURE"));
    parser.addOptions({version, system, chart});
    status = 0;
    if (!parser.parse(words)) {
        std::fprintf(stderr, "cutline: %s\n", qPrintable(parser.errorText()));
        status = 2;
        return std::nullopt;
    }
    if (parser.isSet(help)) {
        std::fputs(qPrintable(parser.helpText()), stdout);
        return std::nullopt;
    }
    if (parser.isSet(version)) {
        std::puts("cutline " CUTLINE_VERSION);
        return std::nullopt;
    }
    const QStringList files = parser.positionalArguments();
    if (files.size() > 1 || (files.isEmpty() && parser.isSet(chart))) {
        std::fprintf(stderr, "cutline: one FILE is wanted, got %d\n", static_cast<int>(files.size()));
        status = 2;
        return std::nullopt;
    }
    return Arguments{files.value(0), parser.value(system), parser.value(chart)};
}

QStringList wordsOf(int argc, char** argv) {
    QStringList words;
    for (int i = 0; i < argc; ++i) words << QString::fromLocal8Bit(argv[i]);
    return words;
}

} // namespace

int main(int argc, char* argv[]) {
    // Asked before there is an application: --version must not need a display.
    int status = 0;
    const auto arguments = readArguments(wordsOf(argc, argv), status);
    if (!arguments) return status;

    const QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("cutline"));
    QApplication::setApplicationDisplayName(QStringLiteral("Cutline"));
    QApplication::setApplicationVersion(QStringLiteral(CUTLINE_VERSION));
    applyThemeChoice(arguments->chart.isEmpty() ? Preferences().settings().theme : ThemeChoice::Light);

    Library library = Library::load(Library::defaultFolders());
    if (!arguments->chart.isEmpty()) {
        const Result<void> written =
            writeChartPicture(library, arguments->model, arguments->system, arguments->chart);
        if (written) return 0;
        std::fprintf(stderr, "%s\n", written.error().message().c_str());
        return 1;
    }
    MainWindow window(std::move(library));
    window.fitTo(window.screen()->availableSize());
    window.show();
    if (!arguments->system.isEmpty()) window.setSystem(arguments->system);
    const QStringList recent = Preferences().recentFiles();
    if (!arguments->model.isEmpty())
        window.open(arguments->model);
    else if (Preferences().settings().reopen && !recent.isEmpty())
        window.open(recent.front());
    window.offerLeftovers();
    return QApplication::exec();
}
