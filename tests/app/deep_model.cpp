// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/deep_model.h"

#include <onnx/onnx_pb.h>

namespace cutline::test {
namespace {

void setShape(onnx::ValueInfoProto& value, const std::string& name, const std::string& batch) {
    value.set_name(name);
    auto* type = value.mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    for (const int dim : {1, 8, 14, 14}) type->mutable_shape()->add_dim()->set_dim_value(dim);
    if (!batch.empty()) type->mutable_shape()->mutable_dim(0)->set_dim_param(batch);
}

} // namespace

std::string deepModel(std::size_t layers, const std::string& batch) {
    onnx::ModelProto model;
    model.set_ir_version(8);
    model.add_opset_import()->set_version(13);
    onnx::GraphProto& graph = *model.mutable_graph();
    graph.set_name("deep");
    setShape(*graph.add_input(), "x", batch);
    onnx::TensorProto& weight = *graph.add_initializer();
    weight.set_name("w");
    weight.set_data_type(onnx::TensorProto::FLOAT);
    for (const int dim : {8, 8, 3, 3}) weight.add_dims(dim);
    weight.set_raw_data(std::string(8 * 8 * 9 * 4, '\0'));

    std::size_t made = 0;
    const auto add = [&](const std::string& scope, const char* op,
                         std::initializer_list<std::string> inputs) {
        onnx::NodeProto& node = *graph.add_node();
        node.set_op_type(op);
        node.set_name(scope + '/' + op);
        for (const std::string& input : inputs) node.add_input(input);
        std::string output = scope + '/' + op + "_output";
        node.add_output(output);
        if (node.op_type() == "Conv") {
            onnx::AttributeProto& pads = *node.add_attribute();
            pads.set_name("pads");
            pads.set_type(onnx::AttributeProto::INTS);
            for (int i = 0; i < 4; ++i) pads.add_ints(1);
        }
        ++made;
        return output;
    };
    std::string x = "x";
    for (std::size_t block = 0; made + 5 <= layers; ++block) {
        const std::string stage = "layer" + std::to_string(block / 8);
        const std::string scope = '/' + stage + '/' + stage + '.' + std::to_string(block % 8);
        std::string y = add(scope + "/conv1", "Conv", {x, "w"});
        y = add(scope + "/relu1", "Relu", {y});
        y = add(scope + "/conv2", "Conv", {y, "w"});
        y = add(scope, "Add", {y, x});
        x = add(scope + "/relu2", "Relu", {y});
    }
    for (; made < layers;) x = add("/head/relu" + std::to_string(made), "Relu", {x});
    setShape(*graph.add_output(), x, batch);
    return model.SerializeAsString();
}

} // namespace cutline::test
