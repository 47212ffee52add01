// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

namespace cutline {

/// What the engine says of a model, in words of ours where the cause is known, else without its source files, functions
/// and exceptions; with a fix. What has one already
/// is told in our words, and stays but for source files.
Error plainReason(Error said);

} // namespace cutline
