// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_files.h"

#include "core/base/file.h"
#include "core/exchange/exchange.h"

#include <filesystem>
#include <set>

namespace cutline::cli {
namespace {

class FileList {
public:
    std::vector<ReportFile> files;

    void add(const std::string& what, const std::string& file)
    {
        if (file.empty()) return;
        if (const auto hash = sha256OfFile(file)) files.push_back({what, file, *hash});
    }
    /// A descriptor of the library, by name.
    void addText(const std::string& what, const std::string& name, const Result<std::string>& text)
    {
        if (text) files.push_back({what, name, sha256Hex(*text)});
    }
};

} // namespace

std::vector<ReportFile> reportFiles(const Options& options, const std::string& project, const Workbench& bench)
{
    FileList list;
    list.files.push_back({"model", bench.model.file, bench.model.sha256});
    list.add("project", project);
    std::error_code error;
    const Library library = Library::load(Library::defaultFolders());
    if (std::filesystem::is_regular_file(options.system, error))
        list.add("system", options.system);
    else if (!options.system.empty())
        list.addText("system", options.system, library.text(options.system));
    std::set<std::string> seen;
    for (const Platform& platform : bench.problem.system->platforms)
        if (seen.insert(platform.descriptor).second)
            list.addText("platform", platform.descriptor, library.text(platform.descriptor));
    for (const Connection& connection : bench.problem.system->links)
        if (seen.insert(connection.link.descriptor).second)
            list.addText("link", connection.link.descriptor, library.text(connection.link.descriptor));
    for (const auto& [platform, profile] : bench.cost.profiles)
        list.files.push_back({"profile of " + platform, profile.file, profile.sha256});
    list.add("scenario", options.scenario);
    list.add("schedule", options.schedule);
    list.add("sensitivity", options.sensitivity);
    list.add("accuracies", options.accuracy_table);
    list.add("images", options.data);
    list.add("calibration", options.calibration);
    list.add("plan", planFileAndId(options.plan).first);
    return std::move(list.files);
}

} // namespace cutline::cli
