// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/project.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/exchange/project_convert.h"
#include "core/exchange/text_fields.h"

#include <project.pb.h>

#include <algorithm>

namespace cutline {
namespace {

/// The schema's message of a field, or null for scalars and unknown names.
const google::protobuf::FieldDescriptor* known(const google::protobuf::Descriptor* type,
                                               const std::string& name) {
    return type ? type->FindFieldByName(name) : nullptr;
}

/// The message type that holds a field, or null where one of the messages around it is not known itself.
const google::protobuf::Descriptor* typeAround(const TextField& field) {
    const google::protobuf::Descriptor* type = proto::Project::descriptor();
    for (const TextField::Level& level : field.inside) {
        const auto* inner = known(type, level.name);
        if (!inner) return nullptr;
        type = inner->message_type();
    }
    return type;
}

std::string pathOf(const TextField& field) {
    std::string path;
    for (const TextField::Level& level : field.inside)
        path += level.name + "[" + std::to_string(level.index) + "].";
    return path + field.name;
}

/// Takes the fields that this version does not know out of the text; spaces keep every other line and column.
std::vector<Project::Unknown> takeUnknown(std::string& text) {
    std::vector<Project::Unknown> unknown;
    std::string blanked = text;
    for (const TextField& field : textFields(text)) {
        const auto* type = typeAround(field);
        if (!type || known(type, field.name) || field.end <= field.begin) continue;
        const auto line =
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(field.begin), '\n');
        unknown.push_back(
            {pathOf(field), static_cast<int>(line), text.substr(field.begin, field.end - field.begin)});
        for (std::size_t i = field.begin; i < field.end; ++i)
            if (blanked[i] != '\n') blanked[i] = ' ';
    }
    text = std::move(blanked);
    return unknown;
}

/// Puts a field back into the message that it came from; where that is gone, nothing is left to belong to.
void putBack(std::string& text, const Project::Unknown& unknown) {
    const auto dot = unknown.name.rfind('.');
    if (dot == std::string::npos) {
        text += unknown.text + '\n';
        return;
    }
    const std::string_view around = std::string_view(unknown.name).substr(0, dot);
    for (const TextField& field : textFields(text)) {
        if (field.body_end == 0 || pathOf(field) + "[" + std::to_string(field.index) + "]" != around)
            continue;
        text.insert(field.body_end, unknown.text + '\n');
        return;
    }
}

} // namespace

Result<Project> parseProject(std::string_view text, const std::string& file, const Library& library) {
    std::string rest(withoutByteOrderMark(text));
    std::vector<Project::Unknown> unknown = takeUnknown(rest);
    proto::Project message;
    google::protobuf::TextFormat::ParseInfoTree tree;
    if (auto read = parseText(rest, file, message, tree); !read) return read.error();
    auto project = projectFrom(message, Spot{file, &tree, {}}, library);
    if (project) project->unknown = std::move(unknown);
    return project;
}

std::string projectText(const Project& project) {
    proto::Project message;
    fill(message, project);
    std::string text = textOf(message);
    for (const Project::Unknown& unknown : project.unknown) putBack(text, unknown);
    return text;
}

Result<Project> readProject(const std::string& file, const Library& library) {
    const auto text = readFile(file);
    if (!text) return text.error();
    return parseProject(*text, file, library);
}

Result<void> writeProject(const std::string& file, const Project& project) {
    return writeFileAtomically(file, projectText(project));
}

} // namespace cutline
