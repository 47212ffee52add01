// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/helper.h"

#include "core/engine/ort_library.h"
#include "core/engine/wire_format.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace cutline {
namespace {

using namespace engine_wire;
constexpr int kSocket = 3;

// A sanitizer's shadow takes more address space than any limit of use.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitable = false;
#else
constexpr bool kLimitable = true;
#endif

void limit(int resource, std::uint64_t most) {
    const rlimit value{most, most};
    ::setrlimit(resource, &value);
}

bool readAll(char* to, std::size_t size) {
    while (size > 0) {
        const ssize_t got = ::read(kSocket, to, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

bool writeAll(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(kSocket, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

std::string refused(const Error& error) {
    Writer out;
    out.number(Reply::Refused);
    for (const std::string* part : {&error.where, &error.what, &error.fix}) out.text(*part);
    return out.take();
}

/// What the process has taken of its own: code and files are not in it.
std::uint64_t ownMemory() {
    std::uint64_t total = 0, resident = 0, shared = 0, text = 0, library = 0, data = 0;
    std::ifstream("/proc/self/statm") >> total >> resident >> shared >> text >> library >> data;
    return data * static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE));
}

/// Lets the process take so much more than it has, within what it was started with; 0: all of that.
void allow(std::uint64_t more) {
    rlimit limits{};
    if (!kLimitable || ::getrlimit(RLIMIT_DATA, &limits) != 0) return;
    const std::uint64_t have = ownMemory();
    limits.rlim_cur = more == 0 || have == 0 ? limits.rlim_max : std::min<rlim_t>(limits.rlim_max, have + more);
    ::setrlimit(RLIMIT_DATA, &limits);
}

class Helper {
public:
    std::string answer(std::string_view frame) {
        Reader in(frame);
        const auto kind = static_cast<Request>(in.number<std::uint8_t>());
        allow(in.number<std::uint64_t>());
        switch (kind) {
        case Request::OpenLibrary: return openLibrary(in);
        case Request::Load: return load(in);
        case Request::Run: return run(in);
        case Request::Unload: m_models.erase(in.number<std::uint32_t>()); return Writer(done()).take();
        }
        return refused({{}, "the helper does not know this request", "build or install Cutline whole"});
    }

private:
    static Writer done() {
        Writer out;
        out.number(Reply::Done);
        return out;
    }

    std::string openLibrary(Reader& in) {
        const auto threads = in.number<std::int32_t>();
        const bool optimise = in.number<std::uint8_t>() != 0;
        std::vector<std::string> candidates(in.count(8));
        for (std::string& candidate : candidates) candidate = in.text();
        auto library = ort::Library::open(candidates, threads, optimise ? ort::kAll : ort::kNone);
        if (!library) return refused(library.error());
        m_library = *std::move(library);
        Writer out = done();
        out.text(m_library->version());
        return out.take();
    }

    std::string load(Reader& in) {
        const std::string folder(in.text()), path(in.text());
        const std::string_view bytes = in.text();
        auto model = ort::LoadedModel::load(*m_library, path, folder, bytes);
        if (!model) return refused(model.error());
        const std::uint32_t id = m_next++;
        Writer out = done();
        out.number(id);
        for (const auto* ports : {&model->inputs(), &model->outputs()}) {
            out.number<std::uint64_t>(ports->size());
            for (const EnginePort& port : *ports) out.port(port);
        }
        m_models.emplace(id, *std::move(model));
        return out.take();
    }

    std::string run(Reader& in) {
        const auto found = m_models.find(in.number<std::uint32_t>());
        if (found == m_models.end()) return refused({{}, "the model is not loaded", "load it again"});
        std::vector<ort::LoadedModel::View> inputs(in.count(8));
        for (auto& input : inputs) {
            input.name = in.text();
            input.type = in.type();
            input.shape = in.shape();
            input.bytes = in.text();
        }
        std::vector<std::string> wanted(in.count(8));
        for (std::string& name : wanted) name = in.text();
        const auto outputs = found->second.run(inputs, wanted);
        if (!outputs) return refused(outputs.error());
        Writer out = done();
        out.number<std::uint64_t>(outputs->views.size());
        for (const auto& view : outputs->views) out.tensor(view.type, view.shape, view.bytes);
        return out.take();
    }

    std::optional<ort::Library> m_library;
    std::map<std::uint32_t, ort::LoadedModel> m_models;
    std::uint32_t m_next = 1;
};

std::string answerOrRefuse(Helper& helper, std::string_view frame) {
    try {
        return helper.answer(frame);
    } catch (const std::bad_alloc&) {
        return refused({{}, "needs more memory than the engine may take", "use a smaller model or fewer images"});
    } catch (const std::exception& error) {
        return refused({{}, error.what(), {}});
    }
}

/// Ends the process as soon as the other end is gone, even in the midst of a run.
void watchOwner() {
    std::thread([] {
        pollfd wait{kSocket, 0, 0};
        while (::poll(&wait, 1, -1) < 0 && errno == EINTR) {}
        ::_exit(0);
    }).detach();
}

} // namespace
} // namespace cutline

int cutlineEngineMain(int argc, char** argv) {
    using namespace cutline;
    std::uint64_t memory_bytes = 0;
    const std::string_view text = argc == 2 ? argv[1] : "";
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), memory_bytes);
    if (text.empty() || bad != std::errc{} || end != text.data() + text.size()) {
        std::fputs("cutline-engine runs models for cutline and cutline-cli, which start it themselves.\n", stderr);
        return 2;
    }
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0); // a model has nothing to write
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    // Files that are mapped and space that is only set aside take no memory: they have a wider limit.
    if (kLimitable && memory_bytes > 0) {
        limit(RLIMIT_DATA, memory_bytes);
        limit(RLIMIT_AS, 4 * memory_bytes);
    }
    watchOwner();
    Helper helper;
    while (true) {
        allow(0); // what comes is not the model's doing
        std::uint64_t length = 0;
        if (!readAll(reinterpret_cast<char*>(&length), sizeof length)) return 0;
        std::string frame, reply;
        try {
            frame.resize(length);
        } catch (const std::exception&) {
            return 1;
        }
        if (!readAll(frame.data(), frame.size())) return 0;
        reply = answerOrRefuse(helper, frame);
        length = reply.size();
        if (!writeAll({reinterpret_cast<const char*>(&length), sizeof length}) || !writeAll(reply)) return 0;
    }
}
