// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_rules.h"

namespace cutline {

const OpRule* ruleFor(std::string_view op)
{
    static const RuleTable kTable = [] {
        RuleTable table;
        addElementwiseRules(table);
        addSpatialRules(table);
        addResizeRules(table);
        addMatrixRules(table);
        addLayoutRules(table);
        addIndexRules(table);
        addReductionRules(table);
        return table;
    }();
    const auto found = kTable.find(op);
    return found == kTable.end() ? nullptr : &found->second;
}

} // namespace cutline
