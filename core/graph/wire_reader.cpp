// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/wire_reader.h"

namespace cutline::onnx_file {

const Field& Field::want(std::uint32_t wire_type) const
{
    if (wire != wire_type)
        throw WireError{"byte " + std::to_string(at) + ": field " + std::to_string(id) + " has wire type " +
                            std::to_string(wire) + " instead of " + std::to_string(wire_type),
                        {},
                        true};
    return *this;
}

void WireReader::endsEarly(std::uint64_t wanted) const
{
    throw WireError{"ends early: byte " + std::to_string(m_at + m_done) + " announces " +
                        std::to_string(wanted) + " bytes, " + std::to_string(m_bytes.size() - m_done) +
                        " are there",
                    {},
                    true};
}

std::uint64_t WireReader::varint()
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (atEnd()) endsEarly(1);
        const auto byte = static_cast<unsigned char>(m_bytes[m_done++]);
        if (shift < 64) value |= std::uint64_t{byte & 127u} << shift;
        if (byte < 128) return value;
    }
    throw WireError{"byte " + std::to_string(m_at + m_done) + ": a number of more than 10 bytes", {}, true};
}

std::uint64_t WireReader::fixed(unsigned size)
{
    if (m_bytes.size() - m_done < size) endsEarly(size);
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= std::uint64_t{static_cast<unsigned char>(m_bytes[m_done + i])} << (8 * i);
    m_done += size;
    return value;
}

std::uint64_t WireReader::fixed32()
{
    return fixed(4);
}

bool WireReader::next(Field& field)
{
    if (atEnd()) return false;
    const std::size_t first = m_done;
    const std::uint64_t start = m_at + m_done;
    const std::uint64_t tag = varint();
    field = {};
    field.id = static_cast<std::uint32_t>(tag >> 3);
    field.wire = static_cast<std::uint32_t>(tag & 7);
    if (field.id == 0 || tag >> 32 != 0)
        throw WireError{"byte " + std::to_string(start) + ": no field of a protobuf message", {}, true};
    field.at = m_at + m_done;
    switch (field.wire) {
    case 0: field.number = varint(); break;
    case 1: field.number = fixed(8); break;
    case 5: field.number = fixed(4); break;
    case 2: {
        const std::uint64_t length = varint();
        field.at = m_at + m_done;
        if (length > m_bytes.size() - m_done) endsEarly(length);
        field.bytes = m_bytes.substr(m_done, length);
        m_done += length;
        break;
    }
    default:
        throw WireError{"byte " + std::to_string(start) + ": wire type " + std::to_string(field.wire) +
                            " has no meaning in a model",
                        {},
                        true};
    }
    field.whole = m_bytes.substr(first, m_done - first);
    return true;
}

} // namespace cutline::onnx_file
