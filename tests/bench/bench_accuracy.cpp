// SPDX-License-Identifier: GPL-3.0-or-later
// How long accuracy takes: every cut of the trained networks on 2,000 images (wanted: under 5 s on two cores), how soon
// cancelling is heard (100 ms), and when the sample's window has its front measured (3 s), nothing being known before.
// Ends with status 1 where one is missed.
#include "app/main_window.h"
#include "core/accuracy/accuracy.h"
#include "tests/core/engine/engine_or_skip.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace cutline;

namespace {

const std::string kTrained = CUTLINE_SOURCE_DIR "/tests/data/trained/";
bool missed = false;

template <class T> T orExit(Result<T> result) {
    if (result) return *std::move(result);
    std::fprintf(stderr, "%s\n", result.error().message().c_str());
    std::exit(2);
}

/// Of this process and of those that it has started and that have ended.
double cpu_s() {
    double sum = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        getrusage(who, &usage);
        for (const timeval& t : {usage.ru_utime, usage.ru_stime})
            sum += static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    }
    return sum;
}

void report(const char* what, double value, double wanted, const char* unit) {
    missed = missed || value > wanted;
    std::printf("%s: %.3g %s (wanted: %.3g)%s\n", what, value, unit, wanted, value > wanted ? "  MISSED" : "");
}

AccuracyMeter meterOf(const ImportedModel& model) {
    Progress progress;
    return orExit(AccuracyMeter::make(model, orExit(DataSet::read(kTrained + "fashion.json", DataSet::Section::Test)),
                                      orExit(DataSet::read(kTrained + "fashion.json", DataSet::Section::Calibration)), {}, progress));
}

/// Every cut in the file's order, 8 bits before and 4 behind.
std::vector<PrecisionVector> cutsOf(std::size_t layers) {
    std::vector<PrecisionVector> vectors;
    for (std::size_t cut = 1; cut < layers; ++cut) {
        PrecisionVector vector = PrecisionVector::uniform(layers, Width::integer(4));
        vector.input = Width::integer(8);
        std::fill_n(vector.layers.begin(), cut, LayerPrecision{Width::integer(8), Width::integer(8)});
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

void measureCuts(const std::string& name) {
    Progress progress;
    const ImportedModel model = orExit(importOnnx(kTrained + name + ".onnx", {}, progress));
    const std::vector<PrecisionVector> cuts = cutsOf(model.graph->layerCount());
    const double cpu = cpu_s();
    QElapsedTimer clock;
    clock.start();
    {
        AccuracyMeter meter = meterOf(model);
        orExit(meter.measure(cuts, progress));
    }
    const double seconds = static_cast<double>(clock.elapsed()) / 1e3;
    std::printf("%s, %zu cuts, 2000 images: %.2f s of work\n", name.c_str(), cuts.size(), cpu_s() - cpu);
    report("  on the clock", seconds, 5, "s");
}

/// At moments spread over the work; the longest wait.
void measureCancelling() {
    Progress progress;
    const ImportedModel model = orExit(importOnnx(kTrained + "fmnist_mobile.onnx", {}, progress));
    const std::vector<PrecisionVector> cuts = cutsOf(model.graph->layerCount());
    AccuracyMeter meter = meterOf(model);
    double worst_ms = 0;
    for (int after_ms = 10; after_ms <= 800; after_ms += 79) {
        Progress stopped;
        std::chrono::steady_clock::time_point asked;
        std::jthread canceller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
            asked = std::chrono::steady_clock::now();
            stopped.cancel();
        });
        const auto result = meter.measure(cuts, stopped);
        const auto ended = std::chrono::steady_clock::now();
        canceller.join();
        if (result) break; // done before
        worst_ms = std::max(worst_ms, std::chrono::duration<double, std::milli>(ended - asked).count());
    }
    report("cancelling, longest wait", worst_ms, 100, "ms");
}

void measureWindow() {
    const QTemporaryDir settings, cache;
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    test::keepEngine();
    qputenv("XDG_CACHE_HOME", cache.path().toLocal8Bit());
    MainWindow window(Library::load(Library::defaultFolders()));
    window.resize(1440, 900);
    window.show();
    if (!QTest::qWaitForWindowExposed(&window)) std::exit(2);
    QTimer heartbeat;
    QElapsedTimer clock, beat;
    qint64 stall = 0;
    QObject::connect(&heartbeat, &QTimer::timeout, [&] { stall = std::max(stall, beat.restart()); });
    Document& document = window.document();
    clock.start();
    beat.start();
    heartbeat.start(0);
    document.open(QStringLiteral(CUTLINE_SOURCE_DIR "/resources/models/fashion_cnn.onnx"), QStringLiteral("sensor_hub"));
    qint64 estimated = -1, measured = -1;
    const bool done = QTest::qWaitFor(
        [&] {
            const SearchResultPtr& result = document.result();
            if (result && result->accuracy_claim && estimated < 0) estimated = clock.elapsed();
            if (result && result->accuracy_claim && !document.searching()) measured = clock.elapsed();
            return measured >= 0;
        },
        60'000);
    if (!done) std::exit(2);
    std::printf("sample opened: estimated front after %lld ms, longest stall of the window %lld ms\n", estimated, stall);
    report("  front measured", static_cast<double>(measured) / 1e3, 3, "s");
}

} // namespace

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    for (const char* name : {"fmnist_cnn", "fmnist_mobile", "fmnist_branchy"}) measureCuts(name);
    measureCancelling();
    measureWindow();
    return missed ? 1 : 0;
}
