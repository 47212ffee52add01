// SPDX-License-Identifier: GPL-3.0-or-later
// A result must not replace what it is made from.
#include "app/cli/commands.h"

#include "core/base/text.h"

#include <filesystem>

namespace cutline::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> inputsOf(const Options& options)
{
    std::vector<std::string> files{options.model,       options.system,      options.scenario, options.schedule,
                                   options.sensitivity, options.data,        options.calibration, options.accuracy_table,
                                   options.plan,        options.plan.substr(0, options.plan.rfind('#'))};
    for (const std::string& profile : options.profiles) files.push_back(nameAndFile(profile).second);
    for (const std::string& input : options.inputs) files.push_back(nameAndFile(input).second);
    return files;
}

std::vector<std::string> outputsOf(const Options& options)
{
    std::vector<std::string> files{options.out, options.match_report, options.ranges};
    if (options.command != Command::Export || options.out.empty()) return files;
    // What is written beside the file that was asked for.
    for (const char* ending : {".session.json", ".py", ".onnx", ".data", ".onnx.data"}) files.push_back(options.out + ending);
    return files;
}

} // namespace

std::optional<Error> overwrittenInput(const Options& options)
{
    std::error_code error;
    const auto inputs = inputsOf(options);
    for (const std::string& output : outputsOf(options)) {
        if (output.empty() || !fs::is_regular_file(output, error)) continue;
        for (const std::string& input : inputs)
            if (!input.empty() && fs::equivalent(output, input, error))
                return Error{printable(output), "would be written, and is read", "write to another file"};
    }
    return std::nullopt;
}

} // namespace cutline::cli
