// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <string>
#include <vector>

namespace cutline::bench {

/// A network wired and sized like GoogLeNet (Szegedy et al., CVPR 2015, table 1): stem, nine inception modules of four
/// branches, pooling between them, classifier. Made in code; 224 x 224 input.
class GoogLeNetLike {
public:
    GraphPtr make()
    {
        TensorId t = input();
        t = conv("conv1", t, 64, 7, 2);
        t = pool("pool1", t, 2);
        t = conv("conv2r", t, 64, 1, 1);
        t = conv("conv2", t, 192, 3, 1);
        t = pool("pool2", t, 2);
        t = module("3a", t, {64, 96, 128, 16, 32, 32});
        t = module("3b", t, {128, 128, 192, 32, 96, 64});
        t = pool("pool3", t, 2);
        t = module("4a", t, {192, 96, 208, 16, 48, 64});
        t = module("4b", t, {160, 112, 224, 24, 64, 64});
        t = module("4c", t, {128, 128, 256, 24, 64, 64});
        t = module("4d", t, {112, 144, 288, 32, 64, 64});
        t = module("4e", t, {256, 160, 320, 32, 128, 128});
        t = pool("pool4", t, 2);
        t = module("5a", t, {256, 160, 320, 32, 128, 128});
        t = module("5b", t, {384, 192, 384, 48, 128, 128});
        t = pool("pool5", t, m_tensors[t.index()].shape->at(2));
        t = conv("classifier", t, 1000, 1, 1);
        m_tensors[t.index()].is_graph_output = true;
        return std::make_shared<const Graph>("GoogLeNet-like", m_layers, m_tensors, m_weights);
    }

private:
    struct Widths {
        std::int64_t one, three_reduced, three, five_reduced, five, pooled;
    };

    TensorId tensor(const std::string& name, std::int64_t channels, std::int64_t size)
    {
        Tensor t;
        t.name = name;
        t.type = ElementType::Float32;
        t.shape = Shape{1, channels, size, size};
        m_tensors.push_back(t);
        return TensorId{static_cast<std::uint32_t>(m_tensors.size() - 1)};
    }
    TensorId input()
    {
        const TensorId t = tensor("image", 3, 224);
        m_tensors[0].is_graph_input = true;
        return t;
    }
    Layer layer(const std::string& name, const std::string& op, OpClass op_class, std::vector<TensorId> inputs)
    {
        Layer l;
        l.name = name;
        l.op = op;
        l.op_class = op_class;
        l.inputs = std::move(inputs);
        l.macs = 0;
        l.file_index = static_cast<std::uint32_t>(m_layers.size());
        return l;
    }
    TensorId finish(Layer l, std::int64_t channels, std::int64_t size)
    {
        const TensorId t = tensor(l.name + ":0", channels, size);
        l.outputs = {t};
        m_layers.push_back(std::move(l));
        return t;
    }
    TensorId conv(const std::string& name, TensorId from, std::int64_t channels, std::int64_t kernel, std::int64_t stride)
    {
        const Shape& in = *m_tensors[from.index()].shape;
        const std::int64_t size = (in[2] + stride - 1) / stride;
        Layer l = layer(name, "Conv", OpClass::Conv, {from});
        LoopDims loops;
        loops.c = static_cast<std::uint64_t>(in[1]);
        loops.m = static_cast<std::uint64_t>(channels);
        loops.r = loops.s = static_cast<std::uint64_t>(kernel);
        loops.p = loops.q = static_cast<std::uint64_t>(size);
        loops.stride_p = loops.stride_q = static_cast<std::uint32_t>(stride);
        l.loops = {loops};
        l.macs = loops.macs();
        Weight w;
        w.name = name + ".weight";
        w.type = ElementType::Float32;
        w.shape = Shape{channels, in[1], kernel, kernel};
        w.elements = static_cast<std::uint64_t>(channels * in[1] * kernel * kernel);
        w.is_parameter = true;
        l.weights = {WeightId{static_cast<std::uint32_t>(m_weights.size())}};
        m_weights.push_back(w);
        return relu(name, finish(std::move(l), channels, size), channels, size);
    }
    TensorId relu(const std::string& name, TensorId from, std::int64_t channels, std::int64_t size)
    {
        Layer l = layer(name + ".relu", "Relu", OpClass::Elementwise, {from});
        l.in_place = true;
        return finish(std::move(l), channels, size);
    }
    TensorId pool(const std::string& name, TensorId from, std::int64_t stride)
    {
        const Shape in = *m_tensors[from.index()].shape;
        return finish(layer(name, "MaxPool", OpClass::Other, {from}), in[1], (in[2] + stride - 1) / stride);
    }
    TensorId module(const std::string& name, TensorId from, const Widths& w)
    {
        const std::int64_t size = m_tensors[from.index()].shape->at(2);
        const TensorId one = conv(name + ".1x1", from, w.one, 1, 1);
        const TensorId three = conv(name + ".3x3", conv(name + ".3x3r", from, w.three_reduced, 1, 1), w.three, 3, 1);
        const TensorId five = conv(name + ".5x5", conv(name + ".5x5r", from, w.five_reduced, 1, 1), w.five, 5, 1);
        const TensorId pooled = conv(name + ".proj", pool(name + ".pool", from, 1), w.pooled, 1, 1);
        return finish(layer(name + ".concat", "Concat", OpClass::Elementwise, {one, three, five, pooled}),
                      w.one + w.three + w.five + w.pooled, size);
    }

    std::vector<Layer> m_layers;
    std::vector<Tensor> m_tensors;
    std::vector<Weight> m_weights;
};

} // namespace cutline::bench
