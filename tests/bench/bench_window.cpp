// SPDX-License-Identifier: GPL-3.0-or-later
// How long a person waits for the window: start, first picture of a model, a drag's new figures on screen,
// longest stall of the event loop, pictures of the graph. Real events; offscreen where QT_QPA_PLATFORM says so. bench_window
// [MODEL.onnx ..]; without names the sample and models of 1,000 and 20,000 layers
#include "app/main_window.h"
#include "app/work_area.h"
#include "tests/app/deep_model.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/metric_strip.h"

#include <QApplication>
#include <QDragMoveEvent>
#include <QElapsedTimer>
#include <QFile>
#include <QMimeData>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

using namespace cutline;

namespace {

/// Of this thread so far.
double workMs() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

/// The longest time between two turns of the event loop, on the clock and as work of this thread: on a machine
/// with other work the two differ.
class Watchdog {
public:
    Watchdog() {
        QObject::connect(&m_timer, &QTimer::timeout, [this] {
            const double now = workMs();
            m_worst_work = std::max(m_worst_work, now - m_work);
            m_work = now;
            m_worst = std::max(m_worst, m_clock.restart());
        });
        m_timer.start(0);
        m_clock.start();
    }
    qint64 worstMs() const { return m_worst; }
    double worstWorkMs() const { return m_worst_work; }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_worst = 0;
    double m_work = workMs(), m_worst_work = 0;
};

void measureDrag(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    QMimeData chip;
    chip.setData(QLatin1String(kPlatformMimeType), "1");
    std::vector<double> times, work;
    const std::size_t layers = window.document().model().graph->layerCount();
    QDragEnterEvent enter(QPoint(1, 1), Qt::CopyAction, &chip, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(graph.viewport(), &enter);
    for (std::size_t i = 0; i < 200; ++i) {
        const LayerId layer{static_cast<std::uint32_t>(i * layers / 200)};
        const QPoint at = graph.mapFromScene(graph.cardRect(layer).center());
        QDragMoveEvent move(at, Qt::CopyAction, &chip, Qt::LeftButton, Qt::NoModifier);
        QElapsedTimer clock;
        clock.start();
        const double before = workMs();
        QCoreApplication::sendEvent(graph.viewport(), &move);
        graph.viewport()->repaint();
        window.strip().repaint();
        times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        work.push_back(workMs() - before);
    }
    QDragLeaveEvent leave;
    QCoreApplication::sendEvent(graph.viewport(), &leave);
    std::sort(times.begin(), times.end());
    std::sort(work.begin(), work.end());
    std::printf("  chip drag, figures and graph repainted: median %.1f ms, 99 %% %.1f ms (%.1f and %.1f ms of work)\n",
                times[times.size() / 2], times[times.size() * 99 / 100], work[work.size() / 2], work[work.size() * 99 / 100]);
}

/// With every group open: the part of it that one event holds.
void measurePictures(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    constexpr std::size_t kMost = 2'000; // of cards that are laid out in sensible time
    if (window.document().model().graph->layerCount() > kMost) return;
    graph.openAllGroups();
    if (!QTest::qWaitFor([&] { return !graph.isLayingOut(); }, 60'000)) return;
    const QTemporaryDir folder;
    for (const char* name : {"g.svg", "g.png"}) {
        const double before = workMs();
        const FileWork picture = graph.pictureFile(folder.filePath(QLatin1String(name)));
        const double asked = workMs();
        if (!picture().ok()) return;
        std::printf("  %s of %zu cards: %.1f ms of work in the event, %.0f ms in another thread\n", name,
                    graph.picture().view().nodes.size(), asked - before, workMs() - asked);
    }
}

} // namespace

int main(int argc, char* argv[]) {
    QElapsedTimer clock;
    clock.start();
    const QApplication application(argc, argv);
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    applyThemeChoice(ThemeChoice::Light);
    MainWindow window(Library::load(Library::defaultFolders()));
    window.resize(1440, 900);
    window.show();
    if (!QTest::qWaitForWindowExposed(&window)) return 1;
    window.repaint();
    std::printf("window up: %lld ms\n", clock.elapsed());

    QStringList models = QApplication::arguments().mid(1);
    const QTemporaryDir made;
    if (models.isEmpty()) {
        models << QStringLiteral(CUTLINE_SOURCE_DIR "/resources/models/efficientnet_b0.onnx");
        for (const int layers : {1'000, 20'000}) {
            models << made.filePath(QStringLiteral("deep_%1.onnx").arg(layers));
            QFile file(models.back());
            const std::string bytes = test::deepModel(static_cast<std::size_t>(layers));
            if (!file.open(QIODevice::WriteOnly) ||
                file.write(bytes.data(), static_cast<qint64>(bytes.size())) < 0)
                return 1;
        }
    }
    for (const QString& model : models) {
        const Watchdog watchdog;
        clock.restart();
        window.open(model);
        Document& document = window.document();
        qint64 laid_out = -1, front = -1;
        const bool done = QTest::qWaitFor(
            [&] {
                const bool opened =
                    document.hasModel() && QString::fromStdString(document.model().file) == model;
                if (laid_out < 0 && opened && document.costs() && window.workArea().graph().isLaidOut())
                    laid_out = clock.elapsed();
                if (front < 0 && opened && document.result() && !document.searching())
                    front = clock.elapsed();
                return laid_out >= 0 && front >= 0;
            },
            120'000);
        std::printf("%s\n  graph on screen after %lld ms, front after %lld ms%s; longest stall %lld ms (%.0f ms of "
                    "work)\n",
                    qPrintable(model.section(QLatin1Char('/'), -1)), laid_out, front,
                    done ? "" : " (gave up)", watchdog.worstMs(), watchdog.worstWorkMs());
        if (done) measureDrag(window);
        if (done) measurePictures(window);
    }
    return 0;
}
