// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/words.h"

#include "core/base/quantity.h"

#include <array>

namespace cutline {
namespace {

std::string bytes(double value) {
    return formatQuantity(value, Unit::Byte);
}
std::string seconds(double value) {
    return formatQuantity(value, Unit::Second);
}

Violation memoryInWords(const Evaluator::Impl& impl, const Fault& fault) {
    const System& system = *impl.problem.system;
    Violation v{Violation::Kind::Memory, "", fault.value, fault.limit, std::nullopt, ""};
    v.subject = fault.of_shared ? system.memories[fault.subject].name : system.platforms[fault.subject].name;
    v.text = v.subject + ": needs " + bytes(fault.value) + " of " + bytes(fault.limit) +
             (fault.of_shared ? "; move layers to a platform that does not share it"
                              : "; raise its memory or move layers away");
    return v;
}

Violation rateInWords(const Evaluator::Impl& impl, const Fault& fault) {
    const System& system = *impl.problem.system;
    Violation v{fault.kind, "", fault.value, fault.limit, std::nullopt, ""};
    v.subject = fault.of_link ? system.links[fault.subject].link.name : system.platforms[fault.subject].name;
    if (fault.of_link && impl.link_saturated[fault.subject])
        v.text =
            v.subject + ": background load leaves no room on the link; lower the load or route around it";
    else
        v.text = v.subject + ": busy " + seconds(fault.value) + " in a period of " + seconds(fault.limit) +
                 (fault.of_link ? "; send less over it or lower the rate"
                                : "; move layers away or lower the rate");
    return v;
}

} // namespace

Violation inWords(const Evaluator::Impl& impl, const Fault& fault) {
    const System& system = *impl.problem.system;
    const Graph& graph = *impl.problem.graph;
    switch (fault.kind) {
    case Violation::Kind::Memory:
        return memoryInWords(impl, fault);
    case Violation::Kind::Rate:
    case Violation::Kind::LinkOverload:
        return rateInWords(impl, fault);
    case Violation::Kind::Unsupported: {
        const Layer& layer = graph.layers()[fault.subject];
        const std::string& platform = system.platforms[fault.other].name;
        return {fault.kind,
                layer.name,
                0,
                0,
                LayerId{fault.subject},
                platform + ": does not run " + layer.op + " (" + layer.name +
                    "); move it to another platform"};
    }
    case Violation::Kind::Unreachable: {
        const std::string& tensor = graph.tensors()[fault.subject].name;
        const std::string from(system.platforms[static_cast<std::size_t>(fault.value)].name);
        const std::string& to = system.platforms[fault.other].name;
        return {fault.kind,
                to,
                0,
                0,
                graph.tensors()[fault.subject].producer,
                "no route from " + from + " to " + to + " for " + tensor +
                    "; connect them or keep both layers together"};
    }
    default:
        break;
    }
    const Tensor& tensor = graph.tensors()[fault.subject];
    return {fault.kind,
            tensor.name,
            0,
            0,
            tensor.producer,
            tensor.name +
                ": crosses a cut, but its size is not known; give the input shapes or cut elsewhere"};
}

std::string_view nameOf(Accuracy::Kind kind) {
    constexpr std::array<std::string_view, 3> kNames{"MEASURED", "ESTIMATED", "GIVEN"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string wireTypeName(const Evaluator::Impl& impl, std::size_t index, std::size_t p) {
    if (impl.problem.compat.link_16_bit) return "int16";
    const Tensor& tensor = impl.problem.graph->tensors()[index];
    const auto given = [&](std::uint32_t place, const std::vector<Scenario::Placement>& list) -> std::optional<ElementType> {
        for (const Scenario::Placement& placement : list)
            if (place != kNone && placement.tensor == tensor.name) return placement.type;
        return std::nullopt;
    };
    if (const auto type = given(impl.tensors[index].source, impl.problem.scenario.inputs)) return std::string(nameOf(*type));
    if (const auto type = given(impl.tensors[index].sink, impl.problem.scenario.outputs)) return std::string(nameOf(*type));
    if (tensor.quantisation && bitsOf(tensor.quantisation->type) == impl.wire_bits[impl.at(index, p)])
        return std::string(nameOf(tensor.quantisation->type));
    if (!isFloating(tensor.type) && tensor.type != ElementType::Unknown)
        return std::string(nameOf(tensor.type));
    const int bits = impl.wire_bits[impl.at(index, p)];
    if (bits >= 32) return "float" + std::to_string(bits);
    if (bits == 16 && hasPeak(impl.platform(p), "float16") && !hasPeak(impl.platform(p), "int16"))
        return "float16";
    return "int" + std::to_string(bits);
}

} // namespace cutline
