// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace cutline {

/// One piece of work of a view away from the GUI thread: a newer one cancels it, and what it then finds is
/// dropped. Results arrive in the GUI thread while this lives.
class LatestWork : public QObject {
public:
    explicit LatestWork(QObject* parent = nullptr) : QObject(parent) { m_pool.setMaxThreadCount(1); }
    /// Cancels and waits.
    ~LatestWork() override {
        cancel();
        m_pool.waitForDone();
    }

    template <class T>
    void start(std::function<T(Progress&)> work, std::function<void(T)> done) {
        cancel();
        m_progress = std::make_shared<Progress>();
        m_pool.start([this, progress = m_progress, work = std::move(work), done = std::move(done)] {
            auto result = std::make_shared<T>(work(*progress));
            QMetaObject::invokeMethod(
                this,
                [this, progress, done, result] {
                    if (progress != m_progress) return;
                    m_progress.reset();
                    done(std::move(*result));
                },
                Qt::QueuedConnection);
        });
    }
    void cancel() {
        if (m_progress) m_progress->cancel();
        m_progress.reset();
    }
    bool running() const { return m_progress != nullptr; }

private:
    QThreadPool m_pool;
    std::shared_ptr<Progress> m_progress; ///< of the work that counts
};

} // namespace cutline
