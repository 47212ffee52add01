// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/child_process.h"

#include "core/base/text.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cutline {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPoll_ms = 20;
constexpr int kChildSocket = 3;

std::string endedBy(int status) {
    if (WIFEXITED(status)) return "ended with status " + std::to_string(WEXITSTATUS(status));
    const int signal = WTERMSIG(status);
    const char* name = ::strsignal(signal);
    return "ended by signal " + std::to_string(signal) + (name ? " (" + std::string(name) + ")" : std::string());
}

} // namespace

Result<ChildProcess> ChildProcess::start(const std::string& program, const std::vector<std::string>& arguments) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return Error{program, std::string("no socket for it: ") + std::strerror(errno), "close other programs"};
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    // A copy first: where the socket is 3 already, duplicating it onto itself would leave it to be closed.
    const int copy = ::fcntl(ends[1], F_DUPFD_CLOEXEC, kChildSocket + 1);
    posix_spawn_file_actions_adddup2(&actions, copy, kChildSocket);
    for (const int fd : {0, 1, 2})
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", fd == 0 ? O_RDONLY : O_WRONLY, 0);
    pid_t id = 0;
    const int failed = copy < 0 ? errno : ::posix_spawn(&id, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (copy >= 0) ::close(copy);
    ::close(ends[1]);
    if (failed != 0) {
        ::close(ends[0]);
        return Error{printable(program), std::string("cannot be started: ") + std::strerror(failed),
                     "build or install Cutline whole"};
    }
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return ChildProcess(id, ends[0]);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : m_id(other.m_id), m_socket(other.m_socket) {
    other.m_socket = -1;
}

ChildProcess::~ChildProcess() { end(); }

std::string ChildProcess::end() {
    if (m_socket < 0) return {};
    ::close(m_socket);
    m_socket = -1;
    int status = 0;
    const auto collected = [&](int options) {
        pid_t got = 0;
        do got = ::waitpid(m_id, &status, options);
        while (got < 0 && errno == EINTR);
        return got == m_id;
    };
    // One that is ending of itself has a moment to do so, so that its own reason is told.
    for (int tries = 0; tries < 5; ++tries) {
        if (collected(WNOHANG)) return endedBy(status);
        ::usleep(2000);
    }
    ::kill(m_id, SIGKILL);
    collected(0);
    return {};
}

Result<std::string> ChildProcess::ask(std::string_view request, double time_limit_s, Progress& progress) {
    if (m_socket < 0) return Error{{}, "the engine has ended before", "start the work again"};
    const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                          std::chrono::duration<double>(time_limit_s));
    std::uint64_t length = request.size();
    std::string head(reinterpret_cast<const char*>(&length), sizeof length);
    std::string_view pending[] = {head, request};
    std::string reply;
    std::size_t have = 0;
    bool headed = false;
    reply.resize(sizeof length);
    while (true) {
        if (progress.cancelled()) {
            end();
            return Error{{}, "cancelled", {}};
        }
        if (Clock::now() > until) {
            end();
            return Error{{}, "took longer than " + numberText(time_limit_s) + " s and was ended",
                         "check whether a Loop of the model ends, or use fewer images or a smaller model"};
        }
        std::string_view& part = pending[0].empty() ? pending[1] : pending[0];
        pollfd wait{m_socket, static_cast<short>(part.empty() ? POLLIN : POLLIN | POLLOUT), 0};
        if (::poll(&wait, 1, kPoll_ms) <= 0) continue;
        ssize_t moved = 0;
        if (!part.empty() && (wait.revents & POLLOUT)) {
            moved = ::send(m_socket, part.data(), part.size(), MSG_NOSIGNAL);
            if (moved > 0) part.remove_prefix(static_cast<std::size_t>(moved));
        } else {
            moved = ::recv(m_socket, reply.data() + have, reply.size() - have, 0);
            if (moved > 0) have += static_cast<std::size_t>(moved);
        }
        if (moved == 0 || (moved < 0 && errno != EAGAIN && errno != EINTR)) {
            const std::string how = end();
            return Error{{}, "the engine " + (how.empty() ? std::string("does not answer") : how),
                         "the model or its data are too much for it: try a smaller one, or check the model"};
        }
        if (have < reply.size()) continue;
        if (headed) return reply;
        std::memcpy(&length, reply.data(), sizeof length);
        headed = true;
        have = 0;
        try {
            reply.assign(length, '\0');
        } catch (const std::exception&) {
            end();
            return Error{{}, "the engine's answer needs more memory than there is", "ask for fewer tensors at once"};
        }
        if (length == 0) return reply;
    }
}

} // namespace cutline
