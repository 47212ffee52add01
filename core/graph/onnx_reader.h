// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

/// An ONNX file as views into its bytes; `message` is where a part stands in them, for those who write it again. Reading copies no weight, allocates by what is there and never by
/// what a length claims, and refuses deep nesting, so that the file's worst is known before any library sees
/// a part of it.
namespace cutline::onnx_file {

/// A stretch of a repeated numeric field as it stands in the file.
struct Run {
    std::uint32_t field = 0; ///< field number of TensorProto: 4 float, 5 int32, 7 int64, 10 double, 11 uint64
    bool packed = false;
    std::string_view bytes;  ///< packed: the payload
    std::uint64_t value = 0; ///< not packed: the one value, raw bits
};

struct ExternalEntry {
    std::string_view key, value;
};

struct TensorData {
    std::string_view message;
    std::string_view name;
    Shape dims;
    std::int32_t type = 0; ///< TensorProto.DataType
    bool has_raw = false;
    std::string_view raw;
    std::vector<Run> runs;
    std::size_t strings = 0; ///< elements of string_data
    bool external = false;
    bool segmented = false; ///< holds a part of the data only
    std::vector<ExternalEntry> external_data;
};

struct SparseTensor {
    std::string_view message;
    TensorData values, indices;
    Shape dims;
};

struct Dimension {
    std::optional<std::int64_t> value;
    std::string_view symbol;
};

/// Type of a value; `tensor` is false for sequences, maps and optionals.
struct TypeInfo {
    bool tensor = false;
    std::int32_t element_type = 0;
    bool has_shape = false;
    std::vector<Dimension> dims;
};

struct ValueInfo {
    std::string_view message;
    std::string_view name;
    bool has_type = false;
    TypeInfo type;
};

struct GraphBody;

/// Kinds of AttributeProto.AttributeType that are of use here.
enum class AttributeKind : std::int32_t {
    Undefined,
    Float,
    Int,
    String,
    Tensor,
    Graph,
    Floats,
    Ints,
    Strings,
    Tensors,
    Graphs,
    SparseTensor,
    SparseTensors,
    Type,
    Types,
};

struct Attribute {
    std::string_view name, reference; ///< `reference`: name of the enclosing function's attribute
    AttributeKind kind = AttributeKind::Undefined;
    float f = 0;
    std::int64_t i = 0;
    std::string_view s;
    std::vector<float> floats;
    std::vector<std::int64_t> ints;
    std::vector<std::string_view> strings;
    std::shared_ptr<TensorData> t;
    std::shared_ptr<SparseTensor> sparse;
    std::shared_ptr<GraphBody> g;
    bool others = false; ///< holds graphs, tensors, sparse tensors or types as lists
};

struct Node {
    std::string_view message;
    std::string_view name, op, domain;
    std::vector<std::string_view> inputs, outputs;
    std::vector<Attribute> attributes;

    const Attribute* attribute(std::string_view wanted) const;
};

struct GraphBody {
    std::string_view name;
    std::vector<Node> nodes;
    std::vector<TensorData> initializers;
    std::vector<SparseTensor> sparse_initializers;
    std::vector<ValueInfo> inputs, outputs, values;
    std::vector<std::string_view> others; ///< stretches of further fields: doc_string, quantization_annotation ..
};

struct OpsetImport {
    std::string_view domain;
    std::int64_t version = 0;
};

struct Function {
    std::string_view message;
    std::string_view name, domain, overload;
    std::vector<std::string_view> inputs, outputs;
    std::vector<Attribute> defaults;
    std::vector<Node> nodes;
    std::vector<OpsetImport> opsets;
    std::vector<ValueInfo> values;
};

struct Model {
    std::int64_t ir_version = 0;
    std::string_view producer;
    std::vector<OpsetImport> opsets;
    std::optional<GraphBody> graph;
    std::vector<Function> functions;
    std::vector<std::string_view> others; ///< stretches of fields that are none of these: metadata_props, producer ..
};

/// Subgraphs within subgraphs that are still read.
inline constexpr int kDeepestGraph = 32;

/// The views live as long as `bytes`. Errors: empty, another kind of file (by its magic), not a protobuf
/// message, ends early, nested too deeply. `where` is the file's name for messages.
Result<Model> readModel(std::string_view bytes, const std::string& where);

} // namespace cutline::onnx_file
