// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/op_call.h"

namespace cutline {

/// The value of a use of an operator whose inputs are all known and small; null for operators that shape
/// computations do not use, for results above kLargestValue elements and for what has no value (an integer
/// divided by 0). `call` has been through its rule: types and shapes of the outputs are set. Operators with
/// several outputs: Split.
ValuePtr evaluate(const OpCall& call, std::size_t output);

} // namespace cutline
