// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/profile.h"
#include "core/exchange/workload.h"
#include "core/graph/import.h"
#include "core/platform/system.h"

#include <string>
#include <string_view>

namespace cutline {

/// A device-placement workload in Cutline's own terms.
struct WorkloadModel {
    /// A layer for each node, under the node's name where all have names of their own, else "node ID". A tensor for each
    /// node that others read, of as many bytes as its edges say (`size`); what a node takes in memory is a weight of it.
    ImportedModel model;
    /// Its devices, each on a link of its own to a switch: a plan's initiation interval is then the largest load of the
    /// published definition, since an accelerator is taken for the time of all that it sends and receives.
    System system;
    /// Times of every node on an `accelerator` and a `cpu`; `file` and `sha256` are those of the workload.
    Profile times;
};

/// Bytes of tensors and the links' rate are such that a tensor takes the time that its edges give. Where the edges' sizes
/// and times do not agree on one rate, bytes are made up for 1 GB/s, and a note says so.
WorkloadModel workloadModel(const Workload& workload, const std::string& file, const std::string& sha256);

/// Errors as readWorkload().
Result<WorkloadModel> readWorkloadModel(const std::string& path);

/// A workload has times for it: it is named accelerator or cpu, or comes from what is.
bool isWorkloadDevice(const Platform& platform);

/// Whether a file is named like JSON: no other model is.
bool isWorkloadFile(std::string_view file);

} // namespace cutline
