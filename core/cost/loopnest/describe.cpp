// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/describe.h"

#include "core/base/quantity.h"
#include "core/base/text.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace cutline::loopnest {

namespace {

class Writer {
public:
    void line(const std::string& text)
    {
        m_text.append(2 * m_depth, ' ');
        (m_text += text) += '\n';
    }
    void indent() { ++m_depth; }
    std::string take() { return std::move(m_text); }

private:
    std::string m_text;
    std::size_t m_depth = 0;
};

std::string loopText(const char* kind, std::size_t dim, std::uint32_t factor)
{
    const char name = static_cast<char>(std::tolower(static_cast<unsigned char>(kDimNames[dim])));
    return std::string(kind) + ' ' + name + " in 0.." + std::to_string(factor);
}

std::string heldText(const MachineLevel& machine, const LevelAnalysis& level)
{
    std::string held;
    for (std::size_t o = 0; o < kOperands; ++o)
        if (machine.keeps[o]) held += (held.empty() ? "" : ", ") + std::string(1, kOperandNames[o]) + ' ' + numberText(level.traffic[o].volume);
    return machine.name + (held.empty() ? "" : ": holds " + held);
}

} // namespace

std::string loopNestText(const Machine& machine, const MappedNest& nest)
{
    Writer writer;
    if (nest.analysis.nests > 1) {
        writer.line("repeat " + numberText(nest.analysis.nests) + " times");
        writer.indent();
    }
    for (std::size_t i = machine.levels.size(); i-- > 0;) {
        const LevelMapping& level = nest.mapping.levels[i];
        writer.line(heldText(machine.levels[i], nest.analysis.levels[i]));
        writer.indent();
        for (auto dim = level.order.rbegin(); dim != level.order.rend(); ++dim) {
            if (level.temporal[*dim] == 1) continue;
            writer.line(loopText("for", *dim, level.temporal[*dim]));
            writer.indent();
        }
        for (std::size_t dim = 0; dim < kDims; ++dim) {
            if (level.spatial[dim] == 1) continue;
            writer.line(loopText("parallel", dim, level.spatial[dim]));
            writer.indent();
        }
    }
    writer.line("multiply and add");
    return writer.take();
}

std::string bindingText(const Machine& machine, const Binding& binding)
{
    switch (binding.kind) {
    case Binding::Kind::ReadBandwidth: return "read bandwidth of " + machine.levels[binding.level].name;
    case Binding::Kind::WriteBandwidth: return "write bandwidth of " + machine.levels[binding.level].name;
    case Binding::Kind::Compute: break;
    }
    return "compute";
}

std::string proofText(const MappedNest& nest)
{
    if (nest.search == Search::Published) return "found by the search order of the published run";
    if (nest.stop == MapResult::Stop::Complete) return "optimal in this mapping space";
    const auto above = [](double found, double least, const char* what) {
        if (found <= least) return std::string("least ") + what;
        return "at most " + formatQuantity(found / least - 1, Unit::Fraction) + " above the least " + what;
    };
    std::string text = "search stopped: " + above(nest.analysis.cycles, std::max(1.0, nest.bound.cycles), "cycles");
    // Energies compare among mappings of the least cycles.
    if (nest.analysis.cycles > nest.bound.cycles) return text;
    return text + (nest.bound.energy_pj > 0 ? ", " + above(nest.analysis.energy_pj, nest.bound.energy_pj, "energy")
                                            : ", the energy need not be the least");
}

std::string summaryText(const Machine& machine, const MappedNest& nest)
{
    std::string text = formatNumber(nest.analysis.utilisation * 100) + " % of " + numberText(macUnits(machine))
                       + " MACs busy; limited by " + bindingText(machine, nest.analysis.binding) + "; " + proofText(nest);
    if (!nest.rewrite.empty()) text += "; " + nest.rewrite;
    return text;
}

} // namespace cutline::loopnest
