// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace cutline {

/// Core's Progress for one job. Workers write, the GUI thread reads; nothing waits for the other.
class JobProgress : public Progress {
public:
    explicit JobProgress(QString title) : m_title(std::move(title)) {}

    void report(double fraction, std::string_view message) override;

    const QString& title() const { return m_title; }
    /// 0..1, negative where it is not known.
    double fraction() const { return m_fraction.load(std::memory_order_relaxed); }
    QString message() const;

private:
    QString m_title;
    std::atomic<double> m_fraction{-1};
    mutable std::mutex m_mutex;
    std::string m_message;
};
using JobPtr = std::shared_ptr<JobProgress>;

/// Runs work away from the GUI thread and hands the result back to it. A result always arrives in the GUI
/// thread and only while Jobs is alive; whether it is still wanted is for the receiver to say (Document
/// compares revisions).
class Jobs : public QObject {
    Q_OBJECT

public:
    explicit Jobs(QObject* parent = nullptr);
    /// Cancels everything and waits for it.
    ~Jobs() override;

    /// `work` runs in the pool, `done` in the GUI thread with its result.
    template <class T>
    JobPtr start(const QString& title, std::function<T(Progress&)> work, std::function<void(T)> done) {
        auto result = std::make_shared<std::unique_ptr<T>>();
        return run(
            title, [work = std::move(work), result](Progress& p) { *result = std::make_unique<T>(work(p)); },
            [done = std::move(done), result] { done(std::move(**result)); });
    }

    /// Oldest first.
    const std::vector<JobPtr>& running() const { return m_running; }
    bool idle() const { return m_running.empty(); }
    void cancelAll();

Q_SIGNALS:
    /// A job has started or ended.
    void changed();

private:
    JobPtr run(const QString& title, std::function<void(Progress&)> work, std::function<void()> done);

    QThreadPool m_pool;
    std::vector<JobPtr> m_running;
};

} // namespace cutline
