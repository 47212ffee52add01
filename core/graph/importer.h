// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/import.h"
#include "core/graph/node_order.h"
#include "core/graph/op_rules.h"
#include "core/graph/tensor_data.h"
#include "core/graph/work.h"

#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace cutline {

/// Appends what is not in the list yet.
void addOnce(std::vector<std::uint32_t>& list, std::span<const std::uint32_t> more);

/// Every size is known.
bool isFull(const std::optional<Shape>& shape);

/// Walks a model's nodes in topological order, folds constants, infers shapes and collects layers, tensors
/// and weights. Lives for one import. Its members throw Failure or Error, which run() turns into a result.
class Importer {
public:
    Importer(const onnx_file::Model& model, const std::string& path, const ImportOptions& options,
             Progress& progress);
    Result<ImportedModel> run();

private:
    using Node = onnx_file::Node;
    using GraphBody = onnx_file::GraphBody;

    /// Names of one graph; bodies of If, Loop and Scan see those outside.
    struct Scope {
        Scope* outer = nullptr;
        const onnx_file::Function* function = nullptr; ///< set in bodies of functions
        std::unordered_map<std::string_view, Info> names;
        std::unordered_map<std::string_view, const onnx_file::ValueInfo*> declared;
        std::unordered_set<std::string_view> scales; ///< read as scale or zero point of a quantised operator
        std::unordered_set<std::string_view>
            integer_data; ///< int32 that is dequantised or a bias: parameters
    };

    /// What the use of an operator comes to.
    struct Visit {
        std::vector<Info> outputs;
        Work work;
        OpClass op_class = OpClass::Other;
        bool in_place = false;
        bool known_op = true;
        bool by_library =
            false; ///< shapes come from the onnx library, whose rules have faults: stored ones are better
        bool constant = false;
        std::vector<std::uint32_t> tensors; ///< of the graph that are read, in order, each once
        std::vector<std::uint32_t> roots;   ///< weights that are read, in order, each once
        std::vector<std::uint32_t> biases;  ///< those of `roots` that are biases
    };

    /// A graph inside a node: what it makes and what it reads from outside.
    struct BodyVisit {
        std::vector<Info> outputs;
        Work work;
        std::vector<std::uint32_t> tensors, roots, biases;
        bool known_op = true;
    };

    // importer.cpp: the graph as a whole
    void checkModel() const;
    void openScope(Scope& scope, std::span<const Node> nodes, const GraphBody* body,
                   std::span<const onnx_file::ValueInfo> values);
    void addInitializers(Scope& scope, const GraphBody& body);
    void addGraphInputs(Scope& scope, const GraphBody& body);
    /// What `--dim` calls it: its symbol, "x[0]" where it has none; empty where the size is fixed.
    static std::string openDimension(const onnx_file::ValueInfo& input, std::size_t i);
    Shape inputShape(const onnx_file::ValueInfo& input, std::vector<std::string>& symbols);
    std::int64_t dimensionOf(const onnx_file::ValueInfo& input, std::size_t i);
    void checkDimensionNames() const;
    void checkShapeNames() const;
    std::string where(const Node& node, std::size_t index) const;
    void poll();

    // importer_oddities.cpp: what ONNX forbids and what is odd
    void checkAttributes(std::span<const Node> nodes, bool in_function) const;
    void checkFunctions() const;
    void checkSparseIndices(const onnx_file::SparseTensor& sparse) const;
    void noteOddities(const GraphBody& body);

    // importer_nodes.cpp: one node
    void walkGraph(Scope& scope, const GraphBody& body);
    void addLayer(Scope& scope, const Node& node, std::uint32_t index, Visit visit);
    Visit visitNode(Scope& scope, const Node& node, std::size_t index);
    Visit visitOperator(Scope& scope, const Node& node, std::vector<Info*>& inputs);
    void inferOperator(OpCall& call, const std::vector<Info*>& inputs, Visit& visit);
    void foldConstants(const OpCall& call, Visit& visit);
    void makeConstant(const Node& node, Visit& visit);
    std::vector<std::uint32_t> rootsOfConstant(const OpCall& call, std::size_t output);
    void useDeclared(Scope& scope, const Node& node, Visit& visit);
    bool annotates(const Node& node, const std::vector<Info*>& inputs) const;
    void annotate(Scope& scope, const Node& node, const std::vector<Info*>& inputs, Visit& visit);
    Info* find(Scope& scope, std::string_view name);
    std::uint32_t addRoot(const void* key, std::string_view name, ElementType type, const Shape& shape,
                          bool parameter);
    std::int64_t opsetOf(const Scope& scope, std::string_view domain) const;

    // importer_bodies.cpp: subgraphs and functions
    bool hasBody(const Node& node) const;
    Visit visitControl(Scope& scope, const Node& node, std::vector<Info*>& inputs);
    void visitIf(Scope& scope, const Node& node, Visit& visit);
    void visitLoop(Scope& scope, const OpCall& call, std::vector<Info*>& inputs, Visit& visit);
    void visitScan(Scope& scope, const OpCall& call, std::vector<Info*>& inputs, Visit& visit);
    BodyVisit visitBody(Scope& outer, const GraphBody& body, const std::vector<Info>& inputs);
    void walkBody(Scope& scope, std::span<const Node> nodes, BodyVisit& result);
    const onnx_file::Function* functionFor(const Node& node) const;
    Visit visitFunction(Scope& scope, const Node& node, const onnx_file::Function& function,
                        std::vector<Info*>& inputs);
    static void takeBody(const BodyVisit& body, Visit& visit);

    // importer_finish.cpp: from drafts to the graph
    void markOutputs(Scope& scope, const GraphBody& body);
    void dropDeadLayers();
    void nameLayers(const GraphBody& body);
    void nameTensors();
    void nameSent(const Scope& scope);
    std::vector<std::string_view> namesSent(std::string_view name) const;
    void noteUnknowns();
    GraphPtr assemble(const GraphBody& body);
    void note(ImportNote::Severity severity, std::string where, std::string what, std::string fix = {});

    struct LayerDraft {
        Layer layer;
        std::vector<std::uint32_t> inputs, outputs, roots;
    };
    /// The first few of many things worth one note.
    struct Tally {
        std::string first;
        std::size_t count = 0;
        void add(std::string what);
        std::string text() const;
    };

    const onnx_file::Model& m_model;
    const std::string& m_path;
    const ImportOptions& m_options;
    Progress& m_progress;
    TensorDataReader m_data;
    OpCall::ReadValue m_read;
    ImportedModel m_result;
    std::vector<Tensor> m_tensors;
    std::vector<std::string_view> m_tensor_names; ///< in the file, of m_tensors
    /// Of the names that annotations give a tensor: the node that does.
    std::unordered_map<std::string_view, const Node*> m_annotations;
    std::vector<std::uint32_t> m_outputs; ///< of m_tensors, in the file's order
    std::vector<Weight> m_roots;
    std::unordered_map<const void*, std::uint32_t> m_root_of; ///< initializer or place in the file -> weight
    std::vector<LayerDraft> m_layers;
    std::vector<std::string_view> m_active_functions;
    std::set<std::string> m_used_shapes, m_symbols;
    std::map<std::string, Tally> m_unknown_ops;
    Tally m_contradictions, m_open_shapes, m_renamed, m_dead, m_undeclared, m_other_types, m_no_tensors;
    std::size_t m_visited = 0, m_node_count = 0;
};

} // namespace cutline
