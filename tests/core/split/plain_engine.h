// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace cutline {

/// A second engine for float32 networks of a few operators, written by their definition and nothing of the product.
class PlainEngine {
public:
    struct Tensor {
        std::vector<std::int64_t> shape;
        std::vector<float> values;
        std::int64_t count() const
        {
            std::int64_t n = 1;
            for (const std::int64_t size : shape) n *= size;
            return n;
        }
    };
    using Tensors = std::map<std::string, Tensor>;

    explicit PlainEngine(onnx::ModelProto model) : m_model(std::move(model)) {}

    Tensors run(const Tensors& inputs) const
    {
        Tensors all, outputs;
        for (const auto& weight : m_model.graph().initializer()) all[weight.name()] = constant(weight);
        for (const auto& input : m_model.graph().input()) {
            if (all.count(input.name()) == 0) all[input.name()] = inputs.at(input.name());
        }
        for (const auto& node : m_model.graph().node()) all[node.output(0)] = result(node, all);
        for (const auto& output : m_model.graph().output()) outputs[output.name()] = all.at(output.name());
        return outputs;
    }

private:
    static Tensor constant(const onnx::TensorProto& from)
    {
        Tensor tensor{{from.dims().begin(), from.dims().end()}, {from.float_data().begin(), from.float_data().end()}};
        if (from.data_type() != onnx::TensorProto::FLOAT) throw std::runtime_error("a weight is not float32");
        if (!from.raw_data().empty()) {
            tensor.values.resize(from.raw_data().size() / sizeof(float));
            std::memcpy(tensor.values.data(), from.raw_data().data(), from.raw_data().size());
        }
        return tensor;
    }
    static const onnx::AttributeProto* attribute(const onnx::NodeProto& node, const char* name)
    {
        for (const auto& a : node.attribute())
            if (a.name() == name) return &a;
        return nullptr;
    }
    static std::int64_t number(const onnx::NodeProto& node, const char* name, std::int64_t fallback)
    {
        const auto* a = attribute(node, name);
        return a ? a->i() : fallback;
    }
    static std::int64_t at(const onnx::NodeProto& node, const char* name, int i, std::int64_t fallback)
    {
        const auto* a = attribute(node, name);
        return a ? a->ints(i) : fallback;
    }

    /// Calls `each(output index, place of the window's element in x or -1, its place in the window)`.
    template <class Each>
    static Tensor windowed(const onnx::NodeProto& node, const Tensor& x, std::int64_t channels, std::int64_t kh,
                           std::int64_t kw, float start, Each each)
    {
        const std::int64_t h = x.shape[2], w = x.shape[3];
        const std::int64_t top = at(node, "pads", 0, 0), left = at(node, "pads", 1, 0);
        const std::int64_t sh = at(node, "strides", 0, 1), sw = at(node, "strides", 1, 1);
        const std::int64_t oh = (h + top + at(node, "pads", 2, 0) - kh) / sh + 1;
        const std::int64_t ow = (w + left + at(node, "pads", 3, 0) - kw) / sw + 1;
        Tensor y{{x.shape[0], channels, oh, ow}, {}};
        y.values.assign(static_cast<std::size_t>(y.count()), start);
        std::size_t out = 0;
        for (std::int64_t nc = 0; nc < x.shape[0] * channels; ++nc)
            for (std::int64_t r = 0; r < oh; ++r)
                for (std::int64_t c = 0; c < ow; ++c, ++out)
                    for (std::int64_t k = 0; k < kh * kw; ++k) {
                        const std::int64_t row = r * sh - top + k / kw, column = c * sw - left + k % kw;
                        if (row >= 0 && row < h && column >= 0 && column < w)
                            each(y.values[out], nc, row * w + column, k);
                    }
        return y;
    }

    static Tensor convolution(const onnx::NodeProto& node, const Tensor& x, const Tensor& kernel, const Tensor* bias)
    {
        const std::int64_t out = kernel.shape[0], per_group = kernel.shape[1], kh = kernel.shape[2], kw = kernel.shape[3];
        const std::int64_t in = x.shape[1], plane = x.shape[2] * x.shape[3];
        const std::int64_t outs_per_group = out / number(node, "group", 1);
        Tensor y = windowed(node, x, out, kh, kw, 0, [&](float& sum, std::int64_t nc, std::int64_t place, std::int64_t k) {
            const std::int64_t o = nc % out, first = nc / out * in + o / outs_per_group * per_group;
            for (std::int64_t i = 0; i < per_group; ++i)
                sum += x.values[static_cast<std::size_t>((first + i) * plane + place)] *
                       kernel.values[static_cast<std::size_t>((o * per_group + i) * kh * kw + k)];
        });
        const std::int64_t size = y.shape[2] * y.shape[3];
        for (std::size_t i = 0; bias && i < y.values.size(); ++i)
            y.values[i] += bias->values[i / static_cast<std::size_t>(size) % static_cast<std::size_t>(out)];
        return y;
    }

    static Tensor product(const onnx::NodeProto& node, const Tensor& a, const Tensor& b, const Tensor* c)
    {
        if (number(node, "transB", 0) != 1) throw std::runtime_error("Gemm without transB");
        const std::size_t inner = static_cast<std::size_t>(b.shape[1]), columns = static_cast<std::size_t>(b.shape[0]);
        Tensor y{{a.shape[0], b.shape[0]}, {}};
        for (std::size_t i = 0; i < static_cast<std::size_t>(y.count()); ++i) {
            float sum = c ? c->values[i % columns] : 0;
            for (std::size_t k = 0; k < inner; ++k)
                sum += a.values[i / columns * inner + k] * b.values[i % columns * inner + k];
            y.values.push_back(sum);
        }
        return y;
    }

    static Tensor result(const onnx::NodeProto& node, const Tensors& all)
    {
        const std::string& op = node.op_type();
        const auto read = [&](int i) { return i < node.input_size() && !node.input(i).empty() ? &all.at(node.input(i)) : nullptr; };
        if (op == "Constant") return constant(attribute(node, "value")->t());
        Tensor x = *read(0);
        if (op == "Conv") return convolution(node, x, *read(1), read(2));
        if (op == "Gemm") return product(node, x, *read(1), read(2));
        if (op == "MaxPool")
            return windowed(node, x, x.shape[1], at(node, "kernel_shape", 0, 1), at(node, "kernel_shape", 1, 1),
                            -std::numeric_limits<float>::infinity(),
                            [&](float& most, std::int64_t nc, std::int64_t place, std::int64_t) {
                                const std::int64_t plane = x.shape[2] * x.shape[3];
                                most = std::max(most, x.values[static_cast<std::size_t>(nc * plane + place)]);
                            });
        if (op == "Flatten") return {{x.shape[0], x.count() / x.shape[0]}, std::move(x.values)};
        if (op == "GlobalAveragePool") {
            const auto plane = static_cast<std::size_t>(x.shape[2] * x.shape[3]);
            Tensor y{{x.shape[0], x.shape[1], 1, 1}, std::vector<float>(x.values.size() / plane, 0.0f)};
            for (std::size_t i = 0; i < x.values.size(); ++i) y.values[i / plane] += x.values[i] / static_cast<float>(plane);
            return y;
        }
        if (op != "Relu" && op != "Clip" && op != "Add") throw std::runtime_error("no operator " + op);
        const float least = op == "Clip" ? read(1)->values[0] : 0;
        for (std::size_t i = 0; i < x.values.size(); ++i) {
            float& value = x.values[i];
            if (op == "Add")
                value += read(1)->values[i];
            else
                value = std::max(value, least);
            if (op == "Clip") value = std::min(value, read(2)->values[0]);
        }
        return x;
    }

    onnx::ModelProto m_model;
};

} // namespace cutline
