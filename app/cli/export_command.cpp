// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/text.h"
#include "core/split/export_files.h"

#include <iostream>

namespace cutline::cli {
namespace {

/// A character that would end a name in the middle, in quotes; empty where there is none.
std::string badCharacter(const Options& options, const std::string& name)
{
    const std::string_view syntax = options.as == "ort" ? std::string_view("();,= \t") : std::string_view();
    for (std::size_t i = 0; i < name.size(); ++i)
        if (syntax.find(name[i]) != std::string_view::npos || hiddenLength(std::string_view(name).substr(i)) > 0)
            return inQuotes(name.substr(i, 1));
    return {};
}

Result<DeviceNames> devicesOf(const Options& options, const System& system)
{
    DeviceNames devices;
    for (const std::string& text : options.devices) {
        const auto pair = pairOf(text, "--device", CutAt::Last);
        if (!pair) return pair.error();
        if (!system.findPlatform(pair->first))
            return Error{"--device " + text, "the system has no platform '" + pair->first + "'", "see platforms"};
        if (const auto bad = badCharacter(options, pair->second); !bad.empty())
            return Error{"--device " + text, "the name has " + bad + ", which the rules of --as " + options.as + " are written with",
                         "give the name as that program has it"};
        devices[pair->first] = pair->second;
    }
    return devices;
}

void say(const std::vector<std::string>& notes)
{
    for (const std::string& note : notes) remarks() << "note: " << printable(note) << '\n';
}

} // namespace

int runExport(const Options& options, Progress& progress)
{
    const auto kind = exportKindNamed(options.as);
    if (!kind) return fail({"--as " + options.as, "is not known", "see export --help"}, kUsage);
    Workbench bench;
    if (const auto failure = open(options, progress, bench)) return fail(failure->error, failure->status);
    const Evaluator all(bench.problem);
    const auto plan = planOf(options, bench.model, all);
    if (!plan) return fail(plan.error());
    auto devices = devicesOf(options, *bench.problem.system);
    if (!devices) return fail(devices.error(), kUsage);
    const ExportInput input{bench.model, all.at(*plan), *plan, *std::move(devices), options.frames};
    if (options.out.empty()) {
        if (writesModel(*kind))
            return fail({"--as " + options.as, "writes a model, which is no text", "give --out FILE"}, kUsage);
        const auto text = exportText(*kind, input, progress);
        if (!text) return fail(text.error());
        say(text->notes);
        return deliver(options, text->text);
    }
    const auto written = exportFiles(*kind, input, options.out, progress);
    if (!written) return fail(written.error());
    say(written->notes);
    for (const std::string& file : written->files)
        if (file != options.out || writesModel(*kind)) remarks() << "note: wrote " << printable(file) << '\n';
    return kDone;
}

} // namespace cutline::cli
