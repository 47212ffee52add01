// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/import.h"
#include "core/plan/evaluate.h"
#include "core/plan/timeline.h"

#include <map>
#include <string>
#include <vector>

/// A plan in the words of other programs (names and numbers: the formats' own documents, named at each function).
namespace cutline {

struct ExportText {
    std::string text;
    std::vector<std::string> notes; ///< for people: what got lost
};

/// Graphviz: a cluster for each stage, edges as wide as their bytes are many. [Graphviz, "The DOT Language"]
std::string dotText(const Evaluator& evaluator, const Plan& plan);

/// A trace for Perfetto and chrome://tracing: one process for each platform and link, times in microseconds.
/// [Google, "Trace Event Format"]
std::string traceJson(const Timeline& timeline, const Graph& graph, const System& system);

/// Device of each platform in the words of the program that reads the export, by platform name.
using DeviceNames = std::map<std::string, std::string>;

/// {"node": "device"} for every node of the file, as OpenVINO's `affinity` takes it; a platform without a device of its
/// own in `devices` goes by its name; a note where nodes of one name are on several devices, of which there the first is
/// written. [OpenVINO, "Heterogeneous execution"]
Result<ExportText> affinityJson(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan,
                                 const DeviceNames& devices);
/// A Python script that reads the affinities beside it and compiles the model for HETERO.
std::string affinityLoader(const std::string& affinity_file, const std::string& model_file);

/// What writeAnnotated adds to a copy of the model.
enum class Annotation : std::uint8_t {
    OnnxRuntime, ///< node metadata `layer_ann` = s01, s02 ..; IR 10 [ONNX Runtime, "Graph Partitioning with Annotations"]
    Devices,     ///< a device configuration and, at each node, its stage and the device of its outputs; IR 11 [onnx.proto3]
    AutoDice,    ///< nodes are named after their first output, as its tools look tensors up [parrotsky/AutoDiCE]
};

/// The files written: the model, and where weights lie beside it, those too.
Result<std::vector<std::string>> writeAnnotated(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan,
                                                Annotation annotation, const std::string& path, Progress& progress);

/// Value of the session option `session.layer_assignment_settings`: "gpu(=s01, =s03); cpu(=s02)".
std::string layerAssignment(const Evaluator& evaluator, const Plan& plan, const DeviceNames& devices);

/// {"<host>_<resource>": [node, ..]}: keys in the order of stages, every node once.
Result<std::string> autoDiceMapping(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan,
                                    const DeviceNames& devices);

} // namespace cutline
