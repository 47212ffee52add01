// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/op_call.h"

namespace cutline {

/// Checks a use of an operator that has no rule of ours with the schema of the onnx library, and asks its
/// shape inference. False if the library does not know the operator (in any version). A shape that it cannot
/// tell stays open.
bool inferByLibrary(OpCall& call);

} // namespace cutline
