// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/onnx_reader.h"

#include "core/base/text.h"
#include "core/graph/wire_reader.h"

#include <array>
#include <bit>

namespace cutline::onnx_file {
namespace {

enum : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

float asFloat(std::uint64_t bits)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
}

/// Repeated integers, packed or one by one.
template <class T>
void addIntegers(const Field& field, std::vector<T>& list)
{
    if (field.wire != kBytes) {
        list.push_back(static_cast<T>(field.number));
        return;
    }
    WireReader packed(field.bytes, field.at);
    while (!packed.atEnd()) list.push_back(static_cast<T>(packed.varint()));
}

void addFloats(const Field& field, std::vector<float>& list)
{
    if (field.wire != kBytes) {
        list.push_back(asFloat(field.number));
        return;
    }
    WireReader packed(field.bytes, field.at);
    while (!packed.atEnd()) list.push_back(asFloat(packed.fixed32()));
}

/// Adds a field to a list of stretches; neighbours are one stretch, so that the list stays as short as what is between.
void keep(std::vector<std::string_view>& stretches, const Field& field)
{
    if (!stretches.empty() && stretches.back().data() + stretches.back().size() == field.whole.data())
        stretches.back() = {stretches.back().data(), stretches.back().size() + field.whole.size()};
    else
        stretches.push_back(field.whole);
}

class ModelReader {
public:
    void read(std::string_view bytes, Model& model);

private:
    OpsetImport opset(const Field& field);
    Function function(const Field& field);
    void graph(const Field& field, GraphBody& graph);
    Node node(const Field& field);
    Attribute attribute(const Field& field);
    void tensor(const Field& field, TensorData& tensor);
    ExternalEntry externalEntry(const Field& field);
    SparseTensor sparseTensor(const Field& field);
    ValueInfo valueInfo(const Field& field);
    void type(const Field& field, TypeInfo& type);
    void tensorType(const Field& field, TypeInfo& type);
    Dimension dimension(const Field& field);

    int m_depth = 0;
};

void ModelReader::read(std::string_view bytes, Model& model)
{
    WireReader reader(bytes, 0);
    Field f;
    while (reader.next(f)) {
        switch (f.id) {
        case 1: model.ir_version = static_cast<std::int64_t>(f.want(kVarint).number); break;
        case 2: model.producer = f.want(kBytes).bytes, keep(model.others, f); break;
        case 3:
        case 4:
        case 6: keep(model.others, f.want(kBytes)); break;
        case 5: keep(model.others, f.want(kVarint)); break;
        case 7:
            if (!model.graph) model.graph.emplace();
            graph(f.want(kBytes), *model.graph);
            break;
        case 8: model.opsets.push_back(opset(f.want(kBytes))); break;
        case 25: model.functions.push_back(function(f.want(kBytes))); break;
        default: keep(model.others, f); break;
        }
    }
}

OpsetImport ModelReader::opset(const Field& field)
{
    OpsetImport import;
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        if (f.id == 1) import.domain = f.want(kBytes).bytes;
        if (f.id == 2) import.version = static_cast<std::int64_t>(f.want(kVarint).number);
    }
    return import;
}

Function ModelReader::function(const Field& field)
{
    Function made;
    made.message = field.bytes;
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        switch (f.id) {
        case 1: made.name = f.want(kBytes).bytes; break;
        case 4: made.inputs.push_back(f.want(kBytes).bytes); break;
        case 5: made.outputs.push_back(f.want(kBytes).bytes); break;
        case 7: made.nodes.push_back(node(f.want(kBytes))); break;
        case 9: made.opsets.push_back(opset(f.want(kBytes))); break;
        case 10: made.domain = f.want(kBytes).bytes; break;
        case 11: made.defaults.push_back(attribute(f.want(kBytes))); break;
        case 12: made.values.push_back(valueInfo(f.want(kBytes))); break;
        case 13: made.overload = f.want(kBytes).bytes; break;
        default: break;
        }
    }
    return made;
}

void ModelReader::graph(const Field& field, GraphBody& body)
{
    if (++m_depth > kDeepestGraph)
        throw WireError{"graphs nested more than " + std::to_string(kDeepestGraph) +
                            " deep (too deeply to be a network)",
                        "flatten the If, Loop and Scan nodes"};
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        switch (f.id) {
        case 1: body.nodes.push_back(node(f.want(kBytes))); break;
        case 2: body.name = f.want(kBytes).bytes; break;
        case 5:
            tensor(f.want(kBytes), body.initializers.emplace_back());
            if (body.initializers.back().name.empty())
                throw WireError{
                    "initializer " + std::to_string(body.initializers.size() - 1) + " has no name", {}};
            break;
        case 11: body.inputs.push_back(valueInfo(f.want(kBytes))); break;
        case 12: body.outputs.push_back(valueInfo(f.want(kBytes))); break;
        case 13:
            body.values.push_back(valueInfo(f.want(kBytes)));
            if (body.values.back().name.empty()) body.values.pop_back();
            break;
        case 15: body.sparse_initializers.push_back(sparseTensor(f.want(kBytes))); break;
        default: keep(body.others, f); break;
        }
    }
    --m_depth;
}

Node ModelReader::node(const Field& field)
{
    Node made;
    made.message = field.bytes;
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        switch (f.id) {
        case 1: made.inputs.push_back(f.want(kBytes).bytes); break;
        case 2: made.outputs.push_back(f.want(kBytes).bytes); break;
        case 3: made.name = f.want(kBytes).bytes; break;
        case 4: made.op = f.want(kBytes).bytes; break;
        case 5:
            made.attributes.push_back(attribute(f.want(kBytes)));
            if (made.attributes.back().name.empty())
                throw WireError{"byte " + std::to_string(f.at) + ": an attribute has no name", {}};
            break;
        case 7: made.domain = f.want(kBytes).bytes; break;
        default: break;
        }
    }
    if (made.domain == "ai.onnx") made.domain = {};
    // Nothing may be made of thousands of empty messages, which take two bytes each in the file.
    if (made.op.empty())
        throw WireError{
            "node " + (made.name.empty() ? "at byte " + std::to_string(field.at) : printable(made.name)) +
                " has no operator",
            {}};
    return made;
}

Attribute ModelReader::attribute(const Field& field)
{
    Attribute made;
    WireReader reader(field.bytes, field.at);
    Field f;
    AttributeKind seen = AttributeKind::Undefined;
    while (reader.next(f)) {
        switch (f.id) {
        case 1: made.name = f.want(kBytes).bytes; break;
        case 2: made.f = asFloat(f.want(kFixed32).number), seen = AttributeKind::Float; break;
        case 3: made.i = static_cast<std::int64_t>(f.want(kVarint).number), seen = AttributeKind::Int; break;
        case 4: made.s = f.want(kBytes).bytes, seen = AttributeKind::String; break;
        case 5:
            if (!made.t) made.t = std::make_shared<TensorData>();
            tensor(f.want(kBytes), *made.t), seen = AttributeKind::Tensor;
            break;
        case 6:
            if (!made.g) made.g = std::make_shared<GraphBody>();
            graph(f.want(kBytes), *made.g), seen = AttributeKind::Graph;
            break;
        case 7: addFloats(f, made.floats), seen = AttributeKind::Floats; break;
        case 8: addIntegers(f, made.ints), seen = AttributeKind::Ints; break;
        case 9: made.strings.push_back(f.want(kBytes).bytes), seen = AttributeKind::Strings; break;
        case 10:
        case 11:
        case 15:
        case 23:
        case 14: made.others = true; break;
        case 20: made.kind = static_cast<AttributeKind>(f.want(kVarint).number); break;
        case 21: made.reference = f.want(kBytes).bytes; break;
        case 22:
            made.sparse = std::make_shared<SparseTensor>(sparseTensor(f.want(kBytes)));
            seen = AttributeKind::SparseTensor;
            break;
        default: break;
        }
    }
    // Files of IR versions 1 and 2 leave the kind out.
    if (made.kind == AttributeKind::Undefined && made.reference.empty()) made.kind = seen;
    return made;
}

void ModelReader::tensor(const Field& field, TensorData& made)
{
    made.message = field.bytes;
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        switch (f.id) {
        case 1: addIntegers(f, made.dims); break;
        case 2: made.type = static_cast<std::int32_t>(f.want(kVarint).number); break;
        case 4:
        case 5:
        case 7:
        case 10:
        case 11: made.runs.push_back({f.id, f.wire == kBytes, f.bytes, f.number}); break;
        case 3: f.want(kBytes), made.segmented = true; break;
        case 6: f.want(kBytes), ++made.strings; break;
        case 8: made.name = f.want(kBytes).bytes; break;
        case 9: made.raw = f.want(kBytes).bytes, made.has_raw = true; break;
        case 13: made.external_data.push_back(externalEntry(f.want(kBytes))); break;
        case 14: made.external = f.want(kVarint).number == 1; break;
        default: break;
        }
    }
}

ExternalEntry ModelReader::externalEntry(const Field& field)
{
    ExternalEntry entry;
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        if (f.id == 1) entry.key = f.want(kBytes).bytes;
        if (f.id == 2) entry.value = f.want(kBytes).bytes;
    }
    return entry;
}

SparseTensor ModelReader::sparseTensor(const Field& field)
{
    SparseTensor made;
    made.message = field.bytes;
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        if (f.id == 1) tensor(f.want(kBytes), made.values);
        if (f.id == 2) tensor(f.want(kBytes), made.indices);
        if (f.id == 3) addIntegers(f, made.dims);
    }
    return made;
}

ValueInfo ModelReader::valueInfo(const Field& field)
{
    ValueInfo made;
    made.message = field.bytes;
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        if (f.id == 1) made.name = f.want(kBytes).bytes;
        if (f.id == 2) made.has_type = true, type(f.want(kBytes), made.type);
    }
    return made;
}

void ModelReader::type(const Field& field, TypeInfo& made)
{
    // Sequences, maps and optionals nest types in types; none of that is looked into.
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f))
        if (f.id == 1) made.tensor = true, tensorType(f.want(kBytes), made);
}

void ModelReader::tensorType(const Field& field, TypeInfo& made)
{
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        if (f.id == 1) made.element_type = static_cast<std::int32_t>(f.want(kVarint).number);
        if (f.id != 2) continue;
        made.has_shape = true;
        WireReader dims(f.want(kBytes).bytes, f.at);
        Field d;
        while (dims.next(d))
            if (d.id == 1) made.dims.push_back(dimension(d.want(kBytes)));
    }
}

Dimension ModelReader::dimension(const Field& field)
{
    Dimension made;
    WireReader reader(field.bytes, field.at);
    Field f;
    while (reader.next(f)) {
        if (f.id == 1) made.value = static_cast<std::int64_t>(f.want(kVarint).number);
        if (f.id == 2) made.symbol = f.want(kBytes).bytes;
    }
    return made;
}

/// What a file that is no model most likely is, by its first bytes; empty for "cannot tell".
std::string_view kindByMagic(std::string_view bytes)
{
    struct Magic {
        std::string_view start, kind;
    };
    using namespace std::string_view_literals;
    constexpr std::array kMagics{
        Magic{"\x89PNG\r\n"sv, "a PNG image"},
        Magic{"\x1f\x8b"sv, "a gzip archive"},
        Magic{"PK\x03\x04"sv, "a zip archive"},
        Magic{"\xff\xd8\xff"sv, "a JPEG image"},
        Magic{"GIF8"sv, "a GIF image"},
        Magic{"%PDF"sv, "a PDF document"},
        Magic{"\x7f"
              "ELF"sv,
              "a program"},
        Magic{"BZh"sv, "a bzip2 archive"},
        Magic{"\xfd"
              "7zXZ"sv,
              "an xz archive"},
        Magic{"\x28\xb5\x2f\xfd"sv, "a zstd archive"},
        Magic{"\x89HDF\r\n"sv, "an HDF5 file"},
        Magic{"\x93NUMPY"sv, "a NumPy array"},
        Magic{"ORTM"sv, "an ONNX Runtime file"},
        Magic{"<?xml"sv, "an XML file"},
        Magic{"7z\xbc\xaf"sv, "a 7z archive"},
    };
    for (const Magic& magic : kMagics)
        if (bytes.starts_with(magic.start)) return magic.kind;
    if (bytes.size() > 8 && bytes.substr(4, 4) == "TFL3") return "a TensorFlow Lite model";
    if (bytes.size() > 8 && bytes.substr(4, 4) == "ORTM") return "an ONNX Runtime file";
    return {};
}

bool looksLikeText(std::string_view bytes)
{
    for (const char c : bytes.substr(0, 512)) {
        const auto u = static_cast<unsigned char>(c);
        if (u < 9 || (u > 13 && u < 32) || u == 127) return false;
    }
    return true;
}

} // namespace

const Attribute* Node::attribute(std::string_view wanted) const
{
    for (const Attribute& a : attributes)
        if (a.name == wanted) return &a;
    return nullptr;
}

Result<Model> readModel(std::string_view bytes, const std::string& where)
{
    if (bytes.empty())
        return Error{where, "is empty (0 bytes), not an ONNX model", "export or copy the model again"};
    if (const std::string_view kind = kindByMagic(bytes); !kind.empty()) {
        const bool packed = kind.find("archive") != std::string_view::npos;
        return Error{where, "is not an ONNX model but " + std::string(kind),
                     packed ? "unpack it first" : "give an .onnx file"};
    }
    Model model;
    try {
        ModelReader().read(bytes, model);
    } catch (const WireError& error) {
        if (error.malformed && looksLikeText(bytes))
            return Error{where, "is not an ONNX model but text", "give an .onnx file"};
        // A file that starts like a model and claims more bytes than there are was cut off; anything else is
        // another file.
        const bool starts_well = model.graph || model.ir_version > 0 || !model.opsets.empty();
        if (error.malformed && !starts_well)
            return Error{where, "is not an ONNX model (" + error.what + ")", "give an .onnx file"};
        return Error{where, error.what, error.fix.empty() ? "export or copy the model again" : error.fix};
    }
    return model;
}

} // namespace cutline::onnx_file
