// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/split/exports.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// A plan for another program, as files.
enum class ExportKind : std::uint8_t { OnnxRuntime, OpenVino, AutoDice, DevicesIr11, Dot, Perfetto, Csv, Json };
inline constexpr std::array kExportKinds{ExportKind::OnnxRuntime, ExportKind::OpenVino, ExportKind::AutoDice,
                                         ExportKind::DevicesIr11, ExportKind::Dot,      ExportKind::Perfetto,
                                         ExportKind::Csv,         ExportKind::Json};
/// "ort", "openvino", .. as on the command line.
std::string_view nameOf(ExportKind kind);
std::optional<ExportKind> exportKindNamed(std::string_view name);
/// A model is the main file, which is no text.
bool writesModel(ExportKind kind);

/// `evaluator` at the plan's precisions. References must outlive the call.
struct ExportInput {
    const ImportedModel& model;
    const Evaluator& evaluator;
    const Plan& plan;
    DeviceNames devices{};
    std::uint32_t frames = 20; ///< inferences in a trace
};

/// The main file's text. Errors: those of its kind; a kind that writes a model.
Result<ExportText> exportText(ExportKind kind, const ExportInput& input, Progress& progress);

/// Writes the main file and what belongs beside it.
struct ExportedFiles {
    std::vector<std::string> files; ///< the main one first
    std::vector<std::string> notes;
};
Result<ExportedFiles> exportFiles(ExportKind kind, const ExportInput& input, const std::string& path, Progress& progress);

} // namespace cutline
