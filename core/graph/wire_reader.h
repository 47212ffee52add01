// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cutline::onnx_file {

/// Thrown by the readers of this room and caught in readModel.
struct WireError {
    std::string what, fix;
    bool malformed = false; ///< the bytes are no protobuf message of the expected kind, as against too deep
};

/// One field of a protobuf message.
struct Field {
    std::uint32_t id = 0;
    std::uint32_t wire = 0;   ///< 0 varint, 1 64 bits, 2 bytes, 5 32 bits
    std::uint64_t number = 0; ///< varint and fixed fields
    std::string_view bytes;   ///< fields of wire type 2
    std::uint64_t at = 0;     ///< position of the payload in the file
    std::string_view whole;   ///< the field as it stands, with its tag

    /// This field if it has the wire type, else a WireError.
    const Field& want(std::uint32_t wire_type) const;
};

/// Walks the fields of one protobuf message (encoding of protobuf 2 and 3, without groups).
class WireReader {
public:
    WireReader(std::string_view bytes, std::uint64_t at) : m_bytes(bytes), m_at(at) {}

    bool atEnd() const { return m_done == m_bytes.size(); }
    /// The next field; false at the end. Throws WireError where the bytes end early or make no sense.
    bool next(Field& field);
    std::uint64_t varint();
    std::uint64_t fixed32();

private:
    std::uint64_t fixed(unsigned size);
    [[noreturn]] void endsEarly(std::uint64_t wanted) const;

    std::string_view m_bytes;
    std::uint64_t m_at;
    std::size_t m_done = 0;
};

} // namespace cutline::onnx_file
