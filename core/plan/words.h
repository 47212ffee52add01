// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/plan: a judgement's texts.
#pragma once

#include "core/plan/evaluator_impl.h"

#include <string>

namespace cutline {

Violation inWords(const Evaluator::Impl& impl, const Fault& fault);

/// "int16": what travels when `platform` sends the tensor. 16 bits are float16 where the platform computes in
/// it.
std::string wireTypeName(const Evaluator::Impl& impl, std::size_t tensor, std::size_t platform);

} // namespace cutline
