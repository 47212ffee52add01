// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/long_run.h"

#include <QApplication>
#include <QMetaEnum>
#include <QTest>
#include <QThread>

#include <cstdio>
#include <ctime>
#include <functional>
#include <optional>
#include <utility>

namespace cutline::test {

/// An application that fails the running test where one event keeps the window from the next for too long. What
/// counts is the processor time of the window's own thread, so that a loaded machine changes nothing; what an event
/// loop inside a handler does (a dialog) counts for the inner events.
class WatchedApplication : public QApplication {
public:
    using QApplication::QApplication;
    ~WatchedApplication() override {
        if (m_longest_ms > kLimitMs / 4) std::printf("longest event: %s\n", qPrintable(m_longest));
    }

    /// What happens to a stall instead of failing the test; null again: fail.
    void setReport(std::function<void(const QString&)> report) { m_report = std::move(report); }

    bool notify(QObject* receiver, QEvent* event) override {
        if (QThread::currentThread() != thread()) return QApplication::notify(receiver, event);
        const int level = thread()->loopLevel();
        if (m_watched == level) return QApplication::notify(receiver, event); // part of an event that is timed
        const auto outer = std::exchange(m_watched, level);
        const double inner_before = std::exchange(m_inner_ms, 0.0);
        // Both may be gone afterwards.
        const char* const name = receiver->metaObject()->className();
        const QEvent::Type type = event->type();
        const double start = threadMs();
        const bool done = QApplication::notify(receiver, event);
        const double all = threadMs() - start;
        judge(all - m_inner_ms, type, name);
        m_inner_ms = inner_before + all;
        m_watched = outer;
        return done;
    }

    /// Processor time of this thread so far.
    static double threadMs() {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
    static constexpr double kLimitMs = 1000; // instrumented code is several times slower
#else
    // 100 ms are the budget; another test on the other core, its cache and memory, may double what an event takes.
    static inline const double kLimitMs = longRun() ? 100 : 200;
#endif

private:
    void judge(double ms, QEvent::Type type, const char* receiver) {
        if (ms <= m_longest_ms && ms <= kLimitMs) return;
        const QString words = QStringLiteral("%1 ms in %2 of %3")
                                  .arg(ms, 0, 'f', 0)
                                  .arg(QLatin1String(QMetaEnum::fromType<QEvent::Type>().valueToKey(type)),
                                       QLatin1String(receiver));
        if (ms > m_longest_ms) {
            m_longest_ms = ms;
            m_longest = words;
        }
        if (ms > kLimitMs && m_report) return m_report(words);
        if (ms > kLimitMs && QTest::currentTestFunction())
            QTest::qFail(qPrintable(QStringLiteral("the window stalled: ") + words), __FILE__, __LINE__);
    }

    std::function<void(const QString&)> m_report;
    std::optional<int> m_watched; ///< loop level of the event being timed
    double m_inner_ms = 0;        ///< of events handled by loops inside it
    double m_longest_ms = 0;
    QString m_longest;
};

} // namespace cutline::test
