// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string_view>

namespace cutline {

/// How long work reports and hears that it is no longer wanted. Thread-safe; a progress bar, a command line and a
/// test all drive it alike. Work polls `cancelled()` about every millisecond and returns what it has.
class Progress {
public:
    Progress() = default;
    virtual ~Progress() = default;
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `fraction` in 0..1, or negative where it is not known.
    virtual void report(double fraction, std::string_view message)
    {
        static_cast<void>(fraction);
        static_cast<void>(message);
    }

    virtual bool cancelled() const { return m_cancelled.load(std::memory_order_relaxed); }
    void cancel() { m_cancelled.store(true, std::memory_order_relaxed); }

private:
    std::atomic<bool> m_cancelled{false};
};

/// A part of longer work that reports within its own span.
class PartProgress : public Progress {
public:
    PartProgress(Progress& whole, double from, double to) : m_whole(whole), m_from(from), m_to(to) {}
    void report(double fraction, std::string_view message) override
    {
        m_whole.report(m_from + (m_to - m_from) * (fraction > 0 ? fraction : 0), message);
    }
    bool cancelled() const override { return m_whole.cancelled(); }

private:
    Progress& m_whole;
    double m_from, m_to;
};

/// Work that has to be done in a time: says that it is cancelled, too, when that is over.
class TimedProgress : public Progress {
public:
    /// No limit: only the whole's.
    TimedProgress(Progress& whole, std::optional<double> limit_s) : m_whole(whole), m_limit_s(limit_s) {}
    void report(double fraction, std::string_view message) override { m_whole.report(fraction, message); }
    bool cancelled() const override { return m_whole.cancelled() || (m_limit_s && elapsed() > *m_limit_s); }
    double elapsed() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count(); }

private:
    Progress& m_whole;
    std::optional<double> m_limit_s;
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

} // namespace cutline
