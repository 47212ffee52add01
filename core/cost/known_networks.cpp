// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/known_networks.h"

namespace cutline {
namespace {

/// Collects layers that do not know each other.
class LayerList {
public:
    void add(std::uint64_t groups, std::uint64_t in, std::uint64_t out, std::uint64_t kernel, std::uint64_t side,
             std::uint32_t stride = 1) {
        LoopDims loops;
        loops.g = groups;
        loops.c = in / groups;
        loops.m = out / groups;
        loops.r = loops.s = kernel;
        loops.p = loops.q = side;
        loops.stride_p = loops.stride_q = stride;
        const std::uint64_t input_side = (side - 1) * stride + kernel;
        Layer& layer = m_layers.emplace_back();
        layer.name = "l" + std::to_string(m_layers.size());
        layer.op = kernel == 1 && side == 1 ? "Gemm" : "Conv";
        layer.op_class = layer.op == "Gemm" ? OpClass::FullyConnected : OpClass::Conv;
        layer.inputs = {tensor(in, input_side, true)};
        layer.outputs = {tensor(out, side, false)};
        layer.weights = {WeightId{static_cast<std::uint32_t>(m_weights.size())}};
        Weight& weight = m_weights.emplace_back();
        weight.name = layer.name + ".weight";
        weight.type = ElementType::Float32;
        weight.elements = loops.c * out * kernel * kernel;
        weight.is_parameter = true;
        layer.macs = loops.macs();
        layer.loops = {loops};
    }
    GraphPtr graph(const char* name) && {
        return std::make_shared<const Graph>(name, std::move(m_layers), std::move(m_tensors), std::move(m_weights));
    }

private:
    TensorId tensor(std::uint64_t channels, std::uint64_t side, bool is_input) {
        Tensor& made = m_tensors.emplace_back();
        made.name = "t" + std::to_string(m_tensors.size());
        made.type = ElementType::Float32;
        made.shape = Shape{1, static_cast<std::int64_t>(channels), static_cast<std::int64_t>(side),
                           static_cast<std::int64_t>(side)};
        made.is_graph_input = is_input;
        made.is_graph_output = !is_input;
        return TensorId{static_cast<std::uint32_t>(m_tensors.size() - 1)};
    }

    std::vector<Layer> m_layers;
    std::vector<Tensor> m_tensors;
    std::vector<Weight> m_weights;
};

GraphPtr alexNet() {
    LayerList layers;
    layers.add(1, 3, 96, 11, 55, 4);
    layers.add(2, 96, 256, 5, 27);
    layers.add(1, 256, 384, 3, 13);
    layers.add(2, 384, 384, 3, 13);
    layers.add(2, 384, 256, 3, 13);
    return std::move(layers).graph("alexnet");
}

GraphPtr inceptionV1() {
    struct Module {
        std::uint64_t side, in, one, before_three, three, before_five, five, pooled;
    };
    constexpr Module kModules[] = {
        {28, 192, 64, 96, 128, 16, 32, 32},     {28, 256, 128, 128, 192, 32, 96, 64},
        {14, 480, 192, 96, 208, 16, 48, 64},    {14, 512, 160, 112, 224, 24, 64, 64},
        {14, 512, 128, 128, 256, 24, 64, 64},   {14, 512, 112, 144, 288, 32, 64, 64},
        {14, 528, 256, 160, 320, 32, 128, 128}, {7, 832, 256, 160, 320, 32, 128, 128},
        {7, 832, 384, 192, 384, 48, 128, 128},
    };
    LayerList layers;
    layers.add(1, 3, 64, 7, 112, 2);
    layers.add(1, 64, 64, 1, 56);
    layers.add(1, 64, 192, 3, 56);
    for (const Module& m : kModules) {
        layers.add(1, m.in, m.one, 1, m.side);
        layers.add(1, m.in, m.before_three, 1, m.side);
        layers.add(1, m.before_three, m.three, 3, m.side);
        layers.add(1, m.in, m.before_five, 1, m.side);
        layers.add(1, m.before_five, m.five, 5, m.side);
        layers.add(1, m.in, m.pooled, 1, m.side);
    }
    layers.add(1, 1024, 1000, 1, 1);
    return std::move(layers).graph("inception_v1");
}

} // namespace

GraphPtr knownNetwork(std::string_view name) {
    if (name == "alexnet") return alexNet();
    if (name == "inception_v1") return inceptionV1();
    return nullptr;
}

} // namespace cutline
