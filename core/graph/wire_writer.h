// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace cutline::onnx_file {

/// Appends fields of a protobuf message (encoding of protobuf 2 and 3).
void putVarint(std::string& out, std::uint64_t value);
void putNumber(std::string& out, std::uint32_t field, std::uint64_t value);
void putBytes(std::string& out, std::uint32_t field, std::string_view bytes);

/// Bytes in pieces: what is new is held, what stands in another file is only pointed at. So a model is put together
/// without a copy of its weights.
class Rope {
public:
    Rope() = default;
    Rope(Rope&&) = default;
    Rope& operator=(Rope&&) = default;

    void add(std::string_view bytes);       ///< copied
    void point(std::string_view bytes);     ///< pointed at where it is long enough to pay; must outlive the rope
    void append(Rope&& other);
    /// A field of wire type 2.
    void putBytes(std::uint32_t field, std::string_view bytes);  ///< pointed at
    void putMessage(std::uint32_t field, Rope&& message);

    std::uint64_t size() const { return m_size; }
    const std::vector<std::string_view>& parts();

private:
    void closeTail();

    std::deque<std::string> m_held; ///< in a deque, as parts point into them
    std::vector<std::string_view> m_parts;
    std::string m_tail;
    std::uint64_t m_size = 0;
};

} // namespace cutline::onnx_file
