// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"

#include <cstring>
#include <optional>
#include <string>
#include <string_view>

/// What the helper and its owner say to each other: frames of a 64-bit length and so many bytes, numbers in the
/// machine's byte order (both ends are on it), texts and blobs with a 64-bit length before them.
namespace cutline::engine_wire {

enum class Request : std::uint8_t { OpenLibrary = 1, Load, Run, Unload };
/// Every request begins with its kind and how much more memory the helper may take for it (64-bit; 0: any).
enum class Reply : std::uint8_t { Done = 1, Refused };

class Writer {
public:
    template <class T> void number(T value) { m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value); }
    void text(std::string_view bytes) {
        number<std::uint64_t>(bytes.size());
        m_bytes.append(bytes);
    }
    void shape(std::span<const std::int64_t> dims) {
        number<std::uint64_t>(dims.size());
        for (const std::int64_t d : dims) number(d);
    }
    void tensor(ElementType type, std::span<const std::int64_t> dims, std::string_view data) {
        number(type);
        shape(dims);
        text(data);
    }
    void port(const EnginePort& port) {
        text(port.name);
        number(port.type);
        shape(port.shape);
    }
    std::string take() { return std::move(m_bytes); }

private:
    std::string m_bytes;
};

/// Reads what a Writer wrote. The other end may have been led astray by a hostile model: every length is checked
/// against what is there, and after a misfit everything reads as zero and empty.
class Reader {
public:
    explicit Reader(std::string_view bytes) : m_bytes(bytes) {}

    template <class T> T number() {
        T value{};
        if (m_bytes.size() < sizeof value) {
            fail();
            return value;
        }
        std::memcpy(&value, m_bytes.data(), sizeof value);
        m_bytes.remove_prefix(sizeof value);
        return value;
    }
    /// How many items of at least `size` bytes each follow.
    std::size_t count(std::size_t size) {
        const auto n = number<std::uint64_t>();
        if (n <= m_bytes.size() / size) return static_cast<std::size_t>(n);
        fail();
        return 0;
    }
    std::string_view text() {
        const std::size_t n = count(1);
        const std::string_view out = m_bytes.substr(0, n);
        m_bytes.remove_prefix(n);
        return out;
    }
    Shape shape() {
        Shape dims(count(sizeof(std::int64_t)));
        for (std::int64_t& d : dims) d = number<std::int64_t>();
        return dims;
    }
    ElementType type() {
        const auto raw = number<std::uint8_t>();
        return raw <= static_cast<std::uint8_t>(ElementType::Complex128) ? static_cast<ElementType>(raw)
                                                                         : ElementType::Unknown;
    }
    EnginePort port() {
        EnginePort port;
        port.name = text();
        port.type = type();
        port.shape = shape();
        return port;
    }
    bool good() const { return m_good; }

private:
    void fail() {
        m_good = false;
        m_bytes = {};
    }
    std::string_view m_bytes;
    bool m_good = true;
};

} // namespace cutline::engine_wire
