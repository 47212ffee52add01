// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx_text.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <onnx/defs/parser.h>
#pragma GCC diagnostic pop

#include <cstdio>

namespace {

bool listed(const std::string& list, const std::string& name)
{
    return ("," + list + ",").find("," + name + ",") != std::string::npos;
}

std::string failed(const std::string& text, const std::string& reason)
{
    std::fprintf(stderr, "%s\n  in %s\n", reason.c_str(), text.c_str());
    return {};
}

} // namespace

std::string onnxFromText(const std::string& graph, int opset, const std::string& zeros, int ir_version)
{
    onnx::ModelProto model;
    const auto status = onnx::OnnxParser::Parse(*model.mutable_graph(), graph.c_str());
    if (!status.IsOK()) return failed(graph, status.ErrorMessage());
    model.set_ir_version(ir_version);
    model.add_opset_import()->set_version(opset);
    for (const auto& input : model.graph().input()) {
        if (!listed(zeros, input.name())) continue;
        onnx::TensorProto& weight = *model.mutable_graph()->add_initializer();
        weight.set_name(input.name());
        weight.set_data_type(input.type().tensor_type().elem_type());
        std::size_t bytes =
            weight.data_type() == onnx::TensorProto::INT8 || weight.data_type() == onnx::TensorProto::UINT8
                ? 1
                : 4;
        for (const auto& dim : input.type().tensor_type().shape().dim()) {
            weight.add_dims(dim.dim_value());
            bytes *= static_cast<std::size_t>(dim.dim_value());
        }
        weight.set_raw_data(std::string(bytes, '\0'));
    }
    return model.SerializeAsString();
}

std::string onnxFromModelText(const std::string& text)
{
    onnx::ModelProto model;
    const auto status = onnx::OnnxParser::Parse(model, text.c_str());
    return status.IsOK() ? model.SerializeAsString() : failed(text, status.ErrorMessage());
}
