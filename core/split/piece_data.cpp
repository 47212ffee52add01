// SPDX-License-Identifier: GPL-3.0-or-later
// Weights in files beside the model: where they go beside a piece.
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/graph/value.h"
#include "core/graph/wire_reader.h"
#include "core/split/piece_writer.h"

#include <array>

namespace cutline {
namespace {

using onnx_file::Field;
using onnx_file::putBytes;
using onnx_file::putNumber;
using onnx_file::TensorData;
using onnx_file::WireReader;

/// Large tensors start on a page, so that a reader may map them.
constexpr std::uint64_t kPage = 4096, kWorthMapping = 1u << 20, kSmallStep = 64;

} // namespace

Result<PieceHashes> writePiece(PieceBytes& piece, const std::string& path, const std::string& data_path,
                               Progress& progress)
{
    // A protobuf message is smaller than 2 GiB; weights beyond it live in files of their own.
    constexpr std::uint64_t kLargestMessage = (std::uint64_t{1} << 31) - 1;
    if (piece.model.size() > kLargestMessage)
        return Error{printable(path), std::to_string(piece.model.size()) + " bytes are more than an ONNX file can hold",
                     "save the model with its weights as external data"};
    PieceHashes hashes;
    auto file = FileWriter::create(path);
    if (!file) return file.error();
    for (const std::string_view part : piece.model.parts())
        if (auto written = file->write(part); !written) return written.error();
    auto hash = file->finish();
    if (!hash) return hash.error();
    hashes.model = *std::move(hash);
    if (data_path.empty()) return hashes;
    auto data = FileWriter::create(data_path);
    if (!data) return data.error();
    for (const PieceBytes::Range& range : piece.data) {
        const std::string gap(static_cast<std::size_t>(range.to - data->size()), '\0');
        if (auto written = data->write(gap); !written) return written.error();
        if (auto copied = data->copy(range.from.path, range.from.offset, range.from.length, progress); !copied)
            return copied.error();
    }
    auto data_hash = data->finish();
    if (!data_hash) return data_hash.error();
    hashes.data = *std::move(data_hash);
    return hashes;
}

PieceWriter::Holder PieceWriter::below(Holder holder, std::uint32_t field)
{
    struct Child {
        Holder holder;
        std::uint32_t field;
        Holder child;
    };
    using enum Holder;
    constexpr std::array kChildren{
        Child{Node, 5, Attribute},      Child{Graph, 1, Node},         Child{Graph, 5, Tensor},
        Child{Graph, 15, Sparse},       Child{Sparse, 1, Tensor},      Child{Sparse, 2, Tensor},
        Child{Attribute, 5, Tensor},    Child{Attribute, 6, Graph},    Child{Attribute, 10, Tensor},
        Child{Attribute, 11, Graph},    Child{Attribute, 22, Sparse},  Child{Function, 7, Node},
    };
    for (const Child& c : kChildren)
        if (c.holder == holder && c.field == field) return c.child;
    return Nothing;
}

bool PieceWriter::findExternal(const TensorData& tensor)
{
    if (!tensor.external) return false;
    m_external[tensor.message.data()] = &tensor;
    return true;
}

bool PieceWriter::findExternal(const onnx_file::Node& node)
{
    bool found = false;
    for (const auto& a : node.attributes) {
        if (a.t) found = findExternal(*a.t) || found;
        if (a.g) found = findExternal(*a.g) || found;
        if (a.sparse) found = findExternal(a.sparse->values) || found;
        if (a.sparse) found = findExternal(a.sparse->indices) || found;
    }
    return found;
}

bool PieceWriter::findExternal(const onnx_file::GraphBody& graph)
{
    bool found = false;
    for (const TensorData& tensor : graph.initializers) found = findExternal(tensor) || found;
    for (const auto& sparse : graph.sparse_initializers) {
        found = findExternal(sparse.values) || found;
        found = findExternal(sparse.indices) || found;
    }
    for (const onnx_file::Node& node : graph.nodes) found = findExternal(node) || found;
    return found;
}

std::uint64_t PieceWriter::placeInData(const TensorDataReader::ExternalRange& range)
{
    const std::tuple key{range.path, range.offset, range.length};
    if (const auto found = m_placed.find(key); found != m_placed.end()) return found->second;
    const std::uint64_t step = range.length >= kWorthMapping ? kPage : kSmallStep;
    const std::uint64_t at = (m_data_end + step - 1) / step * step;
    m_made.data.push_back({range, at});
    m_data_end = at + range.length;
    m_placed.emplace(key, at);
    return at;
}

std::string PieceWriter::movedTensor(std::string_view message)
{
    const auto found = m_external.find(message.data());
    if (found == m_external.end()) return std::string(message);
    TensorDataReader::ExternalRange range;
    try {
        range = m_data.externalRange(*found->second);
    } catch (const Failure& failure) {
        throw Error{printable(m_file.path()) + ", tensor " + shown(found->second->name), failure.what, failure.fix};
    }
    std::string out;
    WireReader reader(message, 0);
    Field field;
    while (reader.next(field))
        if (field.id != 13) out += field.whole;
    const auto entry = [&](std::string_view key, const std::string& value) {
        std::string pair;
        putBytes(pair, 1, key);
        putBytes(pair, 2, value);
        putBytes(out, 13, pair);
    };
    entry("location", m_data_file);
    entry("offset", std::to_string(placeInData(range)));
    entry("length", std::to_string(range.length));
    return out;
}

/// The message with the external data of all tensors below it moved.
std::string PieceWriter::movedMessage(std::string_view message, Holder kind)
{
    std::string out;
    WireReader reader(message, 0);
    Field field;
    while (reader.next(field)) {
        const Holder child = below(kind, field.id);
        if (child == Holder::Nothing)
            out += field.whole;
        else
            putBytes(out, field.id, child == Holder::Tensor ? movedTensor(field.bytes) : movedMessage(field.bytes, child));
    }
    return out;
}

} // namespace cutline
