// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "app/jobs.h"

#include <QSignalSpy>
#include <QThread>

namespace cutline::tst_jobs {

class TestJobs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void resultArrivesInTheGuiThread();
    void cancelReachesTheWork();
    void progressIsReadableWhileItRuns();
    void destructorEndsWhatRuns();
};

void TestJobs::resultArrivesInTheGuiThread() {
    Jobs jobs;
    QThread* worker = nullptr;
    QThread* receiver = nullptr;
    int value = 0;
    jobs.start<int>(
        QStringLiteral("count"),
        [&worker](Progress&) {
            worker = QThread::currentThread();
            return 42;
        },
        [&](int result) {
            receiver = QThread::currentThread();
            value = result;
        });
    QVERIFY(!jobs.idle());
    QTRY_COMPARE(value, 42);
    QVERIFY(jobs.idle());
    QCOMPARE(receiver, QThread::currentThread());
    QVERIFY(worker != QThread::currentThread());
}

void TestJobs::cancelReachesTheWork() {
    Jobs jobs;
    bool was_cancelled = false, done = false;
    jobs.start<bool>(
        QStringLiteral("wait"),
        [](Progress& progress) {
            while (!progress.cancelled()) QThread::msleep(1);
            return true;
        },
        [&](bool cancelled) {
            was_cancelled = cancelled;
            done = true;
        });
    jobs.cancelAll();
    QTRY_VERIFY(done);
    QVERIFY(was_cancelled);
}

void TestJobs::progressIsReadableWhileItRuns() {
    Jobs jobs;
    bool done = false;
    const JobPtr job = jobs.start<int>(
        QStringLiteral("half"),
        [](Progress& progress) {
            progress.report(0.5, "half way");
            while (!progress.cancelled()) QThread::msleep(1);
            return 0;
        },
        [&done](int) { done = true; });
    QTRY_COMPARE(job->fraction(), 0.5);
    QTRY_COMPARE(job->message(), QStringLiteral("half way"));
    QCOMPARE(jobs.running().front()->title(), QStringLiteral("half"));
    job->cancel();
    QTRY_VERIFY(done);
}

void TestJobs::destructorEndsWhatRuns() {
    std::atomic<bool> ended{false};
    bool delivered = false;
    {
        Jobs jobs;
        jobs.start<int>(
            QStringLiteral("endless"),
            [&ended](Progress& progress) {
                while (!progress.cancelled()) QThread::msleep(1);
                ended = true;
                return 0;
            },
            [&delivered](int) { delivered = true; });
    }
    QVERIFY(ended);
    QCoreApplication::processEvents();
    QVERIFY(!delivered); // nobody is left to receive it
}

CUTLINE_TEST(TestJobs)

} // namespace cutline::tst_jobs

#include "tst_jobs.moc"
