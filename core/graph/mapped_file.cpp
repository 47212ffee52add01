// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/mapped_file.h"

#include "core/base/text.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cutline {
namespace {

constexpr std::uint64_t kLimit = (std::uint64_t{1} << 31) - 1;

struct Descriptor {
    int fd;
    ~Descriptor()
    {
        if (fd >= 0) ::close(fd);
    }
};

} // namespace

Result<MappedFile> MappedFile::open(const std::string& path)
{
    const std::string where = printable(path);
    const auto reason = [] { return std::string("cannot be opened: ") + std::strerror(errno); };
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.fd < 0) return Error{where, reason(), "check the path and its permissions"};
    struct stat info {};
    if (::fstat(file.fd, &info) != 0) return Error{where, reason(), {}};
    if (S_ISDIR(info.st_mode)) return Error{where, "is a folder", "give a file"};
    if (!S_ISREG(info.st_mode)) return Error{where, "is not a regular file", "give a file"};
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size > kLimit)
        return Error{where,
                     std::to_string(size) + " bytes are more than the " + std::to_string(kLimit) +
                         " that an ONNX file can hold",
                     "save the model with its weights as external data"};
    if (size == 0) return MappedFile(nullptr, 0);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd, 0);
    if (data == MAP_FAILED) return Error{where, reason(), {}};
    return MappedFile(data, size);
}

MappedFile::~MappedFile()
{
    if (m_data) ::munmap(m_data, m_size);
}

} // namespace cutline
