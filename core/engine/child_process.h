// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace cutline {

/// A program of ours that answers frames on a socket (its descriptor 3), with nothing on its standard input, output
/// and error. It is ended with this object, at the latest.
class ChildProcess {
public:
    static Result<ChildProcess> start(const std::string& program, const std::vector<std::string>& arguments);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess();

    /// Sends a frame and waits for the answer. Ends the process where that takes longer than `time_limit_s`, or the
    /// work is cancelled (heard within 20 ms). Errors say how the process ended, with an empty `where`.
    Result<std::string> ask(std::string_view request, double time_limit_s, Progress& progress);

    pid_t id() const { return m_id; }
    bool isRunning() const { return m_socket >= 0; }

private:
    ChildProcess(pid_t id, int socket) : m_id(id), m_socket(socket) {}
    /// Ends and collects the process; what it ended by, if not by this.
    std::string end();

    pid_t m_id;
    int m_socket;
};

} // namespace cutline
