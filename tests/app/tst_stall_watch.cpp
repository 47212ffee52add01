// SPDX-License-Identifier: GPL-3.0-or-later
// The watch over the event loop itself: it hears work, not waiting, and tells events of an inner loop apart.
#include "tests/test_program.h"
#include "tests/stall_watch.h"

#include <QTimer>

#include <thread>

namespace cutline::tst_stall_watch {

using test::WatchedApplication;

class TestStallWatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_stalls.clear();
        watch().setReport([this](const QString& words) { m_stalls << words; });
    }
    void cleanup() { watch().setReport({}); }
    void hearsWork();
    void hearsNoWaiting();
    void innerLoopsCountForThemselves();

private:
    static WatchedApplication& watch() { return static_cast<WatchedApplication&>(*QCoreApplication::instance()); }
    static void work(double ms) {
        const double start = WatchedApplication::threadMs();
        while (WatchedApplication::threadMs() - start < ms) {
        }
    }
    QStringList m_stalls;
};

void TestStallWatch::hearsWork() {
    bool done = false;
    QTimer::singleShot(0, this, [&done] {
        work(WatchedApplication::kLimitMs * 1.1);
        done = true;
    });
    QTRY_VERIFY(done);
    QCOMPARE(m_stalls.size(), 1);
    QVERIFY2(m_stalls.front().contains(QStringLiteral("MetaCall")) || m_stalls.front().contains(QStringLiteral("Timer")),
             qPrintable(m_stalls.front()));
}

void TestStallWatch::hearsNoWaiting() {
    bool done = false;
    QTimer::singleShot(0, this, [&done] {
        work(WatchedApplication::kLimitMs * 0.2);
        std::this_thread::sleep_for(std::chrono::milliseconds(static_cast<int>(WatchedApplication::kLimitMs)));
        done = true;
    });
    QTRY_VERIFY(done);
    QCOMPARE(m_stalls, QStringList());
}

void TestStallWatch::innerLoopsCountForThemselves() {
    bool done = false;
    QTimer::singleShot(0, this, [&done, this] {
        work(WatchedApplication::kLimitMs * 0.6);
        QEventLoop inner;
        QTimer::singleShot(0, this, [] { work(WatchedApplication::kLimitMs * 0.6); });
        QTimer::singleShot(1, &inner, &QEventLoop::quit);
        inner.exec();
        done = true;
    });
    QTRY_VERIFY(done);
    QCOMPARE(m_stalls, QStringList());
}

CUTLINE_TEST(TestStallWatch)

} // namespace cutline::tst_stall_watch

#include "tst_stall_watch.moc"
