// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs.h"

#include <algorithm>

namespace cutline {

void JobProgress::report(double fraction, std::string_view message) {
    m_fraction.store(fraction, std::memory_order_relaxed);
    const std::lock_guard lock(m_mutex);
    m_message.assign(message);
}

QString JobProgress::message() const {
    const std::lock_guard lock(m_mutex);
    return QString::fromStdString(m_message);
}

Jobs::Jobs(QObject* parent) : QObject(parent) {
    // An import that hangs on a slow disk must not keep the next one waiting.
    m_pool.setMaxThreadCount(std::max(4, m_pool.maxThreadCount()));
}

Jobs::~Jobs() {
    cancelAll();
    m_pool.waitForDone();
}

void Jobs::cancelAll() {
    for (const JobPtr& job : m_running) job->cancel();
}

JobPtr Jobs::run(const QString& title, std::function<void(Progress&)> work, std::function<void()> done) {
    auto job = std::make_shared<JobProgress>(title);
    m_running.push_back(job);
    Q_EMIT changed();
    m_pool.start([this, job, work = std::move(work), done = std::move(done)] {
        work(*job);
        // Queued calls to an object that is gone are dropped by Qt; the destructor has waited for this thread
        // by then.
        QMetaObject::invokeMethod(
            this,
            [this, job, done] {
                std::erase(m_running, job);
                done();
                Q_EMIT changed();
            },
            Qt::QueuedConnection);
    });
    return job;
}

} // namespace cutline
