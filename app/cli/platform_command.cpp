// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include "app/cli/text_table.h"
#include "core/base/text.h"
#include "core/cost/check_prediction.h"
#include "core/exchange/json_writer.h"
#include "core/exchange/text_fields.h"

#include <algorithm>
#include <iostream>

namespace cutline::cli {
namespace {

struct Entry {
    std::string kind, name, title;
};

std::vector<Entry> entriesOf(const Library& library)
{
    std::vector<Entry> entries;
    for (const Platform& p : library.platforms()) entries.push_back({"platform", p.name, p.title});
    for (const Link& l : library.links()) entries.push_back({"link", l.name, std::string(nameOf(l.kind))});
    for (const std::string& name : library.systemNames()) {
        const auto system = library.system(name);
        entries.push_back({"system", name, system ? system->title : system.error().message()});
    }
    return entries;
}

std::string listing(const std::vector<Entry>& entries, Format format)
{
    if (format == Format::Table) {
        TextTable table({{"kind", TextTable::Align::Left}, {"name", TextTable::Align::Left},
                         {"title", TextTable::Align::Left}});
        for (const Entry& e : entries) table.add({e.kind, e.name, e.title});
        return table.text();
    }
    std::string out = format == Format::Csv ? "kind,name,title\n" : "[";
    for (const Entry& e : entries) {
        if (format == Format::Csv)
            out += e.kind + ',' + csvCell(e.name) + ',' + csvCell(e.title) + '\n';
        else
            out += std::string(out.size() > 1 ? "," : "") + "\n  {\"kind\": " + jsonString(e.kind) + ", \"name\": " +
                   jsonString(e.name) + ", \"title\": " + jsonString(e.title) + "}";
    }
    return format == Format::Csv ? out : out + "\n]\n";
}

/// field,value: a descriptor's numbers and words one by one; `link[1].energy` is the second link's.
std::string fieldsCsv(std::string_view text)
{
    std::string out = "field,value\n";
    const auto name = [](const std::string& field, std::size_t index) {
        return index == 0 ? field : field + "[" + std::to_string(index) + "]";
    };
    for (const TextField& field : textFields(text)) {
        if (field.body_end > 0) continue;
        std::string path;
        for (const TextField::Level& level : field.inside) path += name(level.name, level.index) + ".";
        std::string_view value = text.substr(field.begin, field.end - field.begin);
        value.remove_prefix(std::min(value.size(), value.find(':') + 1));
        value = trimmed(value);
        if (value.size() > 1 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        out += csvCell(path + name(field.name, field.index)) + ',' + csvCell(printable(value)) + '\n';
    }
    return out;
}

/// Sample models lie beside the platforms: in the source tree and installed.
std::vector<std::string> modelFolders()
{
    std::vector<std::string> folders;
    for (const std::string& platforms : Library::defaultFolders()) {
        folders.push_back(platforms + "/../resources/models");
        folders.push_back(platforms + "/../models");
    }
    return folders;
}

/// The published measurements of a platform beside its predictions, as comments behind its descriptor.
std::string checkComments(const std::vector<CheckedPrediction>& checks)
{
    std::string text;
    for (const CheckedPrediction& checked : checks) text += "# check: " + checkText(checked) + '\n';
    return text;
}

std::string checksJson(const std::vector<CheckedPrediction>& checks)
{
    std::string text;
    JsonWriter json(text);
    json.open('[');
    for (const CheckedPrediction& checked : checks) {
        json.open('{');
        json.member("what", std::string_view(checked.check.what));
        json.member("measured", checked.check.value);
        json.member("unit", std::string_view(checked.check.unit));
        json.key("predicted");
        checked.predicted ? json.value(*checked.predicted) : json.raw("null");
        json.key("ratio");
        checked.ratio() ? json.value(*checked.ratio()) : json.raw("null");
        json.member("source", std::string_view(checked.check.source));
        json.close('}');
    }
    json.close(']');
    return text;
}

/// A system out of another program's file, as a descriptor.
int showImported(const Options& options, const Library& library)
{
    const auto run = readCnnParted(options.name, library);
    if (!run) return fail(run.error());
    printNotes(*run);
    const std::string text = systemText(run->system);
    if (options.format == Format::Json)
        return deliver(options, "{\"name\": " + jsonString(run->system.name) + ", \"descriptor\": " + jsonString(text) + "}\n");
    return deliver(options, text);
}

} // namespace

void printNotes(const CnnPartedRun& run)
{
    for (const Error& note : run.notes) remarks() << "note: " << note.message() << '\n';
}

int runPlatforms(const Options& options)
{
    const Library library = Library::load(Library::defaultFolders());
    for (const Error& problem : library.problems()) remarks() << "warning: " << problem.message() << '\n';
    if (options.name.empty()) return deliver(options, listing(entriesOf(library), options.format));
    if (isYamlFile(options.name)) return showImported(options, library);
    const auto text = library.text(options.name);
    if (!text) return fail(text.error());
    std::vector<CheckedPrediction> checks;
    Progress progress;
    if (const Platform* platform = library.platform(options.name)) checks = predictChecks(*platform, modelFolders(), progress);
    if (options.format == Format::Json)
        return deliver(options, "{\"name\": " + jsonString(options.name) + ", \"descriptor\": " + jsonString(*text) +
                                    ", \"checks\": " + checksJson(checks) + "}\n");
    if (options.format == Format::Csv) return deliver(options, fieldsCsv(*text));
    return deliver(options, *text + checkComments(checks));
}

} // namespace cutline::cli
