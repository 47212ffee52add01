// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/profiles/kinds.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <string>

namespace cutline::profiles {
namespace {

struct Word {
    std::string_view start; ///< of the tool's word in lower case, letters and digits alone
    Kind kind;
};

/// The first that fits counts: longer words stand before those that begin them.
constexpr std::array kWords{
    Word{"depthwiseconv", Kind::Depthwise},
    Word{"dwconv", Kind::Depthwise},
    Word{"groupconvolution", Kind::Depthwise},
    Word{"qlinearconv", Kind::Convolution},
    Word{"fusedconv", Kind::Convolution},
    Word{"nhwcconv", Kind::Convolution},
    Word{"nhwcfusedconv", Kind::Convolution},
    Word{"transposeconv", Kind::Convolution},
    Word{"convtranspose", Kind::Convolution},
    Word{"deconv", Kind::Convolution},
    Word{"conv", Kind::Convolution},
    Word{"fullyconnected", Kind::FullyConnected},
    Word{"fusedgemm", Kind::FullyConnected},
    Word{"fusedmatmul", Kind::FullyConnected},
    Word{"gemm", Kind::FullyConnected},
    Word{"matmul", Kind::FullyConnected},
    Word{"batchmatmul", Kind::FullyConnected},
    Word{"qgemm", Kind::FullyConnected},
    Word{"dense", Kind::FullyConnected},
    Word{"maxpool", Kind::MaxPool},
    Word{"globalmaxpool", Kind::GlobalPool},
    Word{"globalaveragepool", Kind::GlobalPool},
    Word{"averagepool", Kind::AveragePool},
    Word{"avgpool", Kind::AveragePool},
    Word{"pool", Kind::Pool},
    Word{"add", Kind::Add},
    Word{"sum", Kind::Add},
    Word{"mul", Kind::Multiply},
    Word{"concat", Kind::Concat},
    Word{"softmax", Kind::Softmax},
    Word{"logsoftmax", Kind::Softmax},
    Word{"relu", Kind::Activation},
    Word{"relu6", Kind::Activation},
    Word{"prelu", Kind::Activation},
    Word{"leakyrelu", Kind::Activation},
    Word{"clip", Kind::Activation},
    Word{"clamp", Kind::Activation},
    Word{"sigmoid", Kind::Activation},
    Word{"logistic", Kind::Activation},
    Word{"tanh", Kind::Activation},
    Word{"hardswish", Kind::Activation},
    Word{"hardsigmoid", Kind::Activation},
    Word{"hsigmoid", Kind::Activation},
    Word{"hswish", Kind::Activation},
    Word{"swish", Kind::Activation},
    Word{"silu", Kind::Activation},
    Word{"quickgelu", Kind::Activation},
    Word{"elu", Kind::Activation},
    Word{"selu", Kind::Activation},
    Word{"gelu", Kind::Activation},
    Word{"mish", Kind::Activation},
    Word{"nonlinearity", Kind::Activation},
    Word{"batchnorm", Kind::Normalisation},
    Word{"scalebias", Kind::Normalisation},
    Word{"layernorm", Kind::Normalisation},
    Word{"instancenorm", Kind::Normalisation},
    Word{"mvn", Kind::Normalisation},
    Word{"resize", Kind::Resize},
    Word{"upsample", Kind::Resize},
    Word{"interpolate", Kind::Resize},
    Word{"pad", Kind::Pad},
    Word{"mirrorpad", Kind::Pad},
    Word{"transpose", Kind::Transpose},
    Word{"permute", Kind::Transpose},
    Word{"reshape", Kind::View},
    Word{"flatten", Kind::View},
    Word{"squeeze", Kind::View},
    Word{"unsqueeze", Kind::View},
    Word{"identity", Kind::View},
    Word{"reduce", Kind::Reduce},
    Word{"mean", Kind::Reduce},
    Word{"lstm", Kind::Recurrent},
    Word{"gru", Kind::Recurrent},
    Word{"rnn", Kind::Recurrent},
    Word{"unidirectionalsequence", Kind::Recurrent},
};

} // namespace

Kind kindOf(std::string_view type) {
    if (type.empty()) return Kind::Unknown;
    std::string word = lowered(type.substr(0, 64));
    std::erase_if(word, [](unsigned char c) { return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'); });
    // Exactly the word first, so that "multiply..." of one tool does not hide "mul" of another.
    for (const bool whole : {true, false})
        for (const Word& known : kWords)
            if (whole ? word == known.start : word.starts_with(known.start)) return known.kind;
    return Kind::Other;
}

Kind kindOf(const Layer& layer) {
    if (layer.op_class == OpClass::Depthwise) return Kind::Depthwise;
    if (layer.isView()) return Kind::View;
    return layer.domain.empty() ? kindOf(layer.op) : Kind::Other;
}

bool mayBe(Kind row, Kind layer) {
    if (row == layer) return row != Kind::Unknown && row != Kind::Other;
    switch (row) {
    case Kind::Convolution:
        return layer == Kind::Depthwise;
    case Kind::Pool:
        return layer == Kind::MaxPool || layer == Kind::AveragePool || layer == Kind::GlobalPool;
    // Global pooling is a mean over two axes to some tools, an average pool over all of them to others.
    case Kind::AveragePool:
    case Kind::Reduce:
        return layer == Kind::GlobalPool;
    default:
        return false;
    }
}

} // namespace cutline::profiles
