// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/split: a piece of a model as an ONNX file.
#pragma once

#include "core/graph/tensor_data.h"
#include "core/graph/wire_reader.h"
#include "core/graph/wire_writer.h"
#include "core/split/open_shapes.h"
#include "core/split/wire_border.h"

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace cutline {

/// A model's bytes, which point into the file that it was cut from, and what goes into the data file beside it.
struct PieceBytes {
    struct Range {
        TensorDataReader::ExternalRange from;
        std::uint64_t to = 0; ///< offset in the data file
    };
    onnx_file::Rope model;
    std::vector<Range> data; ///< by ascending offset
};

/// Element type and shape of a port as files give them.
struct PortType {
    std::int32_t data_type = 0;
    Shape shape;                      ///< -1 where not known
    std::vector<std::string> symbols; ///< "" where the size is fixed
};

class PieceWriter {
public:
    PieceWriter(const FileModel& file, const OpenShapes& open) : m_file(file), m_open(open), m_data(file.path()) {}

    /// Ports on a wire are written as these say.
    void setBorders(const WireBorders& borders) { m_borders = borders; }
    /// The name that a port has in its piece and in the manifest.
    std::string nameOf(const Port& port) const;

    /// The whole of a piece. Nodes, weights and functions stand in it as they do in the model; weights from files beside
    /// the model move to `data_file`. Errors: a tensor at the border without a known type or shape; external data that
    /// are not there.
    Result<PieceBytes> write(const SubModel& piece, const std::string& data_file);

    /// The model as it is, its nodes in an order that can run, with changes to them: `edit` gets each node's position and message.
    struct Whole {
        std::int64_t least_ir_version = 0;
        std::string fields; ///< of the model, added behind its own
        std::function<bool(const onnx_file::Field&)> replaces; ///< of its own, those that these stand for
        std::function<void(std::uint32_t node, std::string& message)> edit;
        /// Nodes to stand behind this one; none before all others where it is absent.
        std::function<std::vector<std::string>(std::optional<std::uint32_t> node)> behind;
        std::vector<onnx_file::OpsetImport> opsets; ///< beside the model's own
    };
    Result<PieceBytes> writeWhole(const Whole& whole, const std::string& data_file);

    /// Errors name the tensor whose type or shape is not known.
    Result<PortType> typeOf(const Port& port) const;

private:
    Result<PieceBytes> write(const SubModel& piece, const std::string& data_file, const Whole* whole);
    onnx_file::Rope graph(const SubModel& piece);
    void putNode(std::uint32_t node, onnx_file::Rope& out);
    static void putNodes(const std::vector<std::string>& messages, onnx_file::Rope& out);
    void putOpsets(const SubModel& piece, std::string& head) const;
    void putWeights(const SubModel& piece, onnx_file::Rope& out);
    void putPorts(const SubModel& piece, onnx_file::Rope& out);
    std::string valueInfo(const Port& port) const;
    std::string placeOf(const Port& port) const;
    void putOthers(onnx_file::Rope& out);
    void putFunctions(const SubModel& piece, onnx_file::Rope& out);
    void collectNames(const SubModel& piece);

    // Copies of messages with their external data moved.
    bool findExternal(const onnx_file::TensorData& tensor);
    bool findExternal(const onnx_file::Node& node);
    bool findExternal(const onnx_file::GraphBody& graph);
    std::string movedTensor(std::string_view message);
    /// Messages that hold tensors somewhere below.
    enum class Holder : std::uint8_t { Node, Graph, Sparse, Attribute, Function, Tensor, Nothing };
    static Holder below(Holder holder, std::uint32_t field);
    std::string movedMessage(std::string_view message, Holder kind);
    std::uint64_t placeInData(const TensorDataReader::ExternalRange& range);

    const FileModel& m_file;
    const OpenShapes& m_open;
    TensorDataReader m_data;
    WireBorders m_borders;
    // Of the piece that is being written:
    const Whole* m_whole = nullptr;
    std::string m_data_file;
    PieceBytes m_made;
    std::set<std::string_view> m_names; ///< everything that a name in the piece may stand for
    std::map<std::tuple<std::string, std::uint64_t, std::uint64_t>, std::uint64_t> m_placed;
    std::uint64_t m_data_end = 0;
    std::unordered_map<const char*, const onnx_file::TensorData*> m_external; ///< by where its message starts
};

struct PieceHashes {
    std::string model, data; ///< sha256; `data` empty without a data file
};

/// Writes both files; they must not be there yet. `data_path` is empty where nothing goes there.
Result<PieceHashes> writePiece(PieceBytes& piece, const std::string& path, const std::string& data_path,
                               Progress& progress);

} // namespace cutline
