// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include "core/base/text.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace cutline {
namespace {

class Descriptor {
public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor()
    {
        if (m_fd >= 0) ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    bool valid() const { return m_fd >= 0; }

private:
    int m_fd;
};

/// How the names of files end that are still being written.
constexpr std::string_view kPart = ".part";

std::string userFolder(const char* variable, const char* below_home, std::string_view name)
{
    const char* base = std::getenv(variable);
    const std::string below = "/cutline/" + std::string(name);
    // The XDG specification: a relative path there is to be ignored.
    if (base && *base == '/') return base + below;
    const char* home = std::getenv("HOME");
    return home && *home ? home + (below_home + below) : std::string();
}

const char* const kOtherFolder = "choose a folder that can be written and has room";

Error systemError(const std::string& path, std::string_view doing, std::string fix)
{
    return {printable(path), std::string(doing) + ": " + std::strerror(errno), std::move(fix)};
}

bool writeAll(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// Opened for reading. Errors: not there, a folder, a device or pipe.
Result<std::unique_ptr<Descriptor>> regularFile(const std::string& path)
{
    auto file = std::make_unique<Descriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file->valid()) return systemError(path, "cannot be opened", "check the path and its permissions");
    struct stat info {};
    if (::fstat(file->get(), &info) != 0) return systemError(path, "cannot be read", {});
    if (S_ISDIR(info.st_mode)) return Error{printable(path), "is a folder", "give a file"};
    if (!S_ISREG(info.st_mode)) return Error{printable(path), "is not a regular file", "give a file"};
    return file;
}

} // namespace

Result<std::string> readFile(const std::string& path, std::uint64_t limit_bytes)
{
    const auto file = regularFile(path);
    if (!file) return file.error();
    struct stat info {};
    if (::fstat((*file)->get(), &info) != 0) return systemError(path, "cannot be read", {});
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size > limit_bytes)
        return Error{printable(path),
                     std::to_string(size) + " bytes are more than the " + std::to_string(limit_bytes) + " that are read",
                     "keep large weights as external data beside the model"};
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::read((*file)->get(), bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return systemError(path, "cannot be read", {});
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

std::string targetOf(const std::string& path)
{
    namespace fs = std::filesystem;
    constexpr int kMostLinks = 40; // as many as the system follows
    fs::path target(path);
    std::error_code error;
    for (int i = 0; i < kMostLinks && fs::is_symlink(fs::symlink_status(target, error)); ++i) {
        const fs::path next = fs::read_symlink(target, error);
        if (error) break;
        target = next.is_absolute() ? next : target.parent_path() / next;
    }
    return target.string();
}

namespace {

/// A device, a pipe or a socket takes the bytes as they come: there is nothing to replace.
Result<void> writeThrough(const std::string& path, std::string_view bytes)
{
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!file.valid() && errno == ENXIO)
        return Error{printable(path), "is a pipe that nobody reads", "start the reader first"};
    if (!file.valid()) return systemError(path, "cannot be written", "check the path and its permissions");
    // Not waiting was for the opening alone.
    static_cast<void>(::fcntl(file.get(), F_SETFL, ::fcntl(file.get(), F_GETFL) & ~O_NONBLOCK));
    if (!writeAll(file.get(), bytes)) return systemError(path, "cannot be written", kOtherFolder);
    return {};
}

Result<void> replaceFile(const std::string& path, std::string_view bytes, std::optional<mode_t> old_mode)
{
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    std::string temporary = (slash == std::string::npos ? "" : folder) + "." + name + ".XXXXXX" + std::string(kPart);
    {
        const Descriptor file(::mkostemps(temporary.data(), static_cast<int>(kPart.size()), O_CLOEXEC));
        if (!file.valid()) return systemError(path, "cannot be written", kOtherFolder);
        const mode_t mask = ::umask(0);
        ::umask(mask);
        static_cast<void>(::fchmod(file.get(), old_mode.value_or(0666u & ~mask)));
        if (!writeAll(file.get(), bytes) || ::fsync(file.get()) != 0) {
            const Error error = systemError(path, "cannot be written", kOtherFolder);
            ::unlink(temporary.c_str());
            return error;
        }
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const Error error = systemError(path, "cannot be replaced", kOtherFolder);
        ::unlink(temporary.c_str());
        return error;
    }
    const Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.valid()) static_cast<void>(::fsync(parent.get()));
    return {};
}

} // namespace

Result<void> writeFileAtomically(const std::string& path, std::string_view bytes)
{
    struct stat old {};
    const bool there = ::stat(path.c_str(), &old) == 0;
    if (!there && errno == ELOOP) return systemError(path, "cannot be written", "correct the links");
    if (there && S_ISDIR(old.st_mode)) return Error{printable(path), "is a folder", "give a file"};
    if (there && !S_ISREG(old.st_mode)) return writeThrough(path, bytes);
    return replaceFile(targetOf(path), bytes, there ? std::optional<mode_t>(old.st_mode & 07777u) : std::nullopt);
}

void removeParts(const std::string& path)
{
    const std::filesystem::path whole(targetOf(path));
    const std::string before = "." + whole.filename().string() + ".";
    constexpr std::size_t kRandom = 6;
    std::error_code failed;
    const auto folder = whole.has_parent_path() ? whole.parent_path() : std::filesystem::path(".");
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        std::error_code kept;
        if (name.size() == before.size() + kRandom + kPart.size() && name.starts_with(before) && name.ends_with(kPart))
            std::filesystem::remove(entry->path(), kept);
    }
}

std::string cacheFolder(std::string_view name) { return userFolder("XDG_CACHE_HOME", "/.cache", name); }
std::string stateFolder(std::string_view name) { return userFolder("XDG_STATE_HOME", "/.local/state", name); }
std::string dataFolder(std::string_view name) { return userFolder("XDG_DATA_HOME", "/.local/share", name); }

namespace {

class Sha256 {
public:
    Sha256() : m_context(EVP_MD_CTX_new()) { EVP_DigestInit_ex(m_context, EVP_sha256(), nullptr); }
    ~Sha256() { EVP_MD_CTX_free(m_context); }
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void add(std::string_view bytes) { EVP_DigestUpdate(m_context, bytes.data(), bytes.size()); }
    std::string hex()
    {
        constexpr std::string_view kHex = "0123456789abcdef";
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned length = 0;
        EVP_DigestFinal_ex(m_context, digest.data(), &length);
        std::string text;
        for (unsigned i = 0; i < length; ++i) {
            text += kHex[digest[i] >> 4];
            text += kHex[digest[i] & 15];
        }
        return text;
    }

private:
    EVP_MD_CTX* m_context;
};

} // namespace

std::string sha256Hex(std::string_view bytes)
{
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

Result<std::string> sha256OfFile(const std::string& path)
{
    const auto file = regularFile(path);
    if (!file) return file.error();
    Sha256 hash;
    std::string chunk(std::size_t{1} << 20, '\0');
    while (true) {
        const ssize_t got = ::read((*file)->get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return systemError(path, "cannot be read", {});
        if (got == 0) return hash.hex();
        hash.add({chunk.data(), static_cast<std::size_t>(got)});
    }
}

struct FileWriter::State {
    State(std::string name, int fd) : path(std::move(name)), file(fd) {}

    std::string path;
    Descriptor file;
    Sha256 hash;
    std::uint64_t size = 0;
};

FileWriter::FileWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}
FileWriter::FileWriter(FileWriter&&) noexcept = default;
FileWriter::~FileWriter() = default;
std::uint64_t FileWriter::size() const { return m_state->size; }

Result<FileWriter> FileWriter::create(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) return systemError(path, "cannot be written", kOtherFolder);
    return FileWriter(std::make_unique<State>(path, fd));
}

Result<void> FileWriter::write(std::string_view bytes)
{
    if (!writeAll(m_state->file.get(), bytes)) return systemError(m_state->path, "cannot be written", kOtherFolder);
    m_state->hash.add(bytes);
    m_state->size += bytes.size();
    return {};
}

Result<void> FileWriter::copy(const std::string& from, std::uint64_t offset, std::uint64_t length, Progress& progress)
{
    const Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!source.valid()) return systemError(from, "cannot be opened", "check the path and its permissions");
    std::string chunk;
    while (length > 0) {
        if (progress.cancelled()) return Error{printable(m_state->path), "writing was cancelled", {}};
        chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(length, 1u << 20)));
        const ssize_t got = ::pread(source.get(), chunk.data(), chunk.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return systemError(from, "cannot be read", {});
        if (got == 0) return Error{printable(from), "ends early", "copy the file again"};
        const auto bytes = static_cast<std::size_t>(got);
        if (auto written = write(std::string_view(chunk).substr(0, bytes)); !written) return written;
        offset += bytes;
        length -= bytes;
    }
    return {};
}

Result<std::string> FileWriter::finish()
{
    if (::fsync(m_state->file.get()) != 0) return systemError(m_state->path, "cannot be written", kOtherFolder);
    return m_state->hash.hex();
}

} // namespace cutline
