// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/wire_writer.h"

#include <iterator>

namespace cutline::onnx_file {
namespace {

enum : std::uint32_t { kVarint = 0, kBytes = 2 };
/// Shorter stretches are cheaper to copy than to remember.
constexpr std::size_t kWorthPointing = 256;

void putTag(std::string& out, std::uint32_t field, std::uint32_t wire)
{
    putVarint(out, std::uint64_t{field} << 3 | wire);
}

} // namespace

void putVarint(std::string& out, std::uint64_t value)
{
    for (; value >= 128; value >>= 7) out += static_cast<char>((value & 127u) | 128u);
    out += static_cast<char>(value);
}

void putNumber(std::string& out, std::uint32_t field, std::uint64_t value)
{
    putTag(out, field, kVarint);
    putVarint(out, value);
}

void putBytes(std::string& out, std::uint32_t field, std::string_view bytes)
{
    putTag(out, field, kBytes);
    putVarint(out, bytes.size());
    out += bytes;
}

void Rope::closeTail()
{
    if (m_tail.empty()) return;
    m_held.push_back(std::move(m_tail));
    m_tail.clear();
    m_parts.push_back(m_held.back());
}

void Rope::add(std::string_view bytes)
{
    m_tail += bytes;
    m_size += bytes.size();
}

void Rope::point(std::string_view bytes)
{
    if (bytes.size() < kWorthPointing) return add(bytes);
    closeTail();
    m_parts.push_back(bytes);
    m_size += bytes.size();
}

void Rope::append(Rope&& other)
{
    other.closeTail();
    closeTail();
    // Moving a string may move its characters: parts are found again by their order.
    std::vector<std::string_view> parts;
    for (const std::string_view part : other.m_parts) {
        if (!other.m_held.empty() && part.data() == other.m_held.front().data()) {
            m_held.push_back(std::move(other.m_held.front()));
            other.m_held.pop_front();
            parts.push_back(m_held.back());
        } else {
            parts.push_back(part);
        }
    }
    m_parts.insert(m_parts.end(), parts.begin(), parts.end());
    m_size += other.m_size;
    other.m_parts.clear();
    other.m_size = 0;
}

void Rope::putBytes(std::uint32_t field, std::string_view bytes)
{
    std::string head;
    putTag(head, field, kBytes);
    putVarint(head, bytes.size());
    add(head);
    point(bytes);
}

void Rope::putMessage(std::uint32_t field, Rope&& message)
{
    std::string head;
    putTag(head, field, kBytes);
    putVarint(head, message.size());
    add(head);
    append(std::move(message));
}

const std::vector<std::string_view>& Rope::parts()
{
    closeTail();
    return m_parts;
}

} // namespace cutline::onnx_file
