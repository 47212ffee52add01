// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exchange/json_writer.h"
#include "core/search/search.h"

namespace cutline {

/// The object that stands behind "proof" in every result (interface.md).
void writeProof(JsonWriter& json, const Proof& proof);

} // namespace cutline
