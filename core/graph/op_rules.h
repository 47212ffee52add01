// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/op_call.h"

#include <string_view>
#include <unordered_map>

namespace cutline {

/// What this room knows of one operator of the default domain, over all its versions: how to check a use of
/// it and find the types and shapes of its outputs.
struct OpRule {
    void (*infer)(OpCall&);
    OpClass op_class = OpClass::Other;
    /// Output may take the place of an input of the same size.
    bool in_place = false;
};

using RuleTable = std::unordered_map<std::string_view, OpRule>;

/// Null for operators that have no rule here.
const OpRule* ruleFor(std::string_view op);

/// What Shape gives for an input of known shape: its sizes from "start" up to "end", which count from the back where they are
/// negative.
Shape sizesTaken(const OpCall& call);

void addElementwiseRules(RuleTable& table);
void addSpatialRules(RuleTable& table);
void addResizeRules(RuleTable& table);
void addMatrixRules(RuleTable& table);
void addLayoutRules(RuleTable& table);
void addIndexRules(RuleTable& table);
void addReductionRules(RuleTable& table);

} // namespace cutline
