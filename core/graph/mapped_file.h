// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace cutline {

/// A file's bytes without a copy: weights of a model stay on disk until somebody looks at them.
class MappedFile {
public:
    /// Errors: not there, a folder or device, not readable, 2 GB or more (what a protobuf message can hold).
    static Result<MappedFile> open(const std::string& path);
    MappedFile(MappedFile&& other) noexcept : m_data(other.m_data), m_size(other.m_size)
    {
        other.m_data = nullptr;
    }
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile();

    std::string_view bytes() const { return {static_cast<const char*>(m_data), m_data ? m_size : 0}; }

private:
    MappedFile(void* data, std::size_t size) : m_data(data), m_size(size) {}

    void* m_data;
    std::size_t m_size;
};

} // namespace cutline
