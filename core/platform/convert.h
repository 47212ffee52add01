// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/platform/descriptor_text.h"
#include "core/platform/scenario.h"
#include "core/platform/system.h"

namespace cutline::proto {
class Link;
class LoopNest;
class Platform;
class Scenario;
class System;
} // namespace cutline::proto

namespace cutline {

class Library;

/// Messages to our structs and back. Private to platform and exchange, like all generated code. Errors name
/// the place in the text that `spot` knows.
Result<Platform> platformFrom(const proto::Platform& message, const Spot& spot);
Result<Link> linkFrom(const proto::Link& message, const Spot& spot);
Result<System> systemFrom(const proto::System& message, const Spot& spot, const Library& library);
Result<Scenario> scenarioFrom(const proto::Scenario& message, const Spot& spot);

/// Energies that the loop nest of a platform leaves to its `node_nm`, looked up by each level's size and width
/// (access_energy.h), each with a note. Error: outside of the tables.
std::optional<Error> estimateEnergies(Platform& platform, const proto::LoopNest& message, const Spot& spot);

void fill(proto::Platform& message, const Platform& platform);
void fill(proto::Link& message, const Link& link);
void fill(proto::System& message, const System& system);
void fill(proto::Scenario& message, const Scenario& scenario);

} // namespace cutline
