// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include "core/base/text.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
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

} // namespace

Result<std::string> readFile(const std::string& path, std::uint64_t limit_bytes)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) return systemError(path, "cannot be opened", "check the path and its permissions");
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return systemError(path, "cannot be read", {});
    if (S_ISDIR(info.st_mode)) return Error{printable(path), "is a folder", "give a file"};
    if (!S_ISREG(info.st_mode)) return Error{printable(path), "is not a regular file", "give a file"};
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size > limit_bytes)
        return Error{printable(path),
                     std::to_string(size) + " bytes are more than the " + std::to_string(limit_bytes) + " that are read",
                     "keep large weights as external data beside the model"};
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return systemError(path, "cannot be read", {});
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

Result<void> writeFileAtomically(const std::string& path, std::string_view bytes)
{
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    std::string temporary = path + ".XXXXXX";
    const std::string fix = "choose a folder that can be written and has room";
    {
        const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
        if (!file.valid()) return systemError(path, "cannot be written", fix);
        struct stat old {};
        const mode_t mask = ::umask(0);
        ::umask(mask);
        const mode_t mode = ::stat(path.c_str(), &old) == 0 ? (old.st_mode & 07777u) : (0666u & ~mask);
        static_cast<void>(::fchmod(file.get(), mode));
        if (!writeAll(file.get(), bytes) || ::fsync(file.get()) != 0) {
            const Error error = systemError(path, "cannot be written", fix);
            ::unlink(temporary.c_str());
            return error;
        }
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const Error error = systemError(path, "cannot be replaced", fix);
        ::unlink(temporary.c_str());
        return error;
    }
    const Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.valid()) static_cast<void>(::fsync(parent.get()));
    return {};
}

std::string sha256Hex(std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        text += kHex[digest[i] >> 4];
        text += kHex[digest[i] & 15];
    }
    return text;
}

} // namespace cutline
