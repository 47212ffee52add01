// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/outbox.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace cutline {
namespace {

namespace fs = std::filesystem;

/// Files that the manifest in this folder lists, itself included; empty where it is none of ours.
std::set<std::string> filesOfEarlierSplit(const std::string& manifest)
{
    const auto text = readFile(manifest, 64u << 20);
    if (!text) return {};
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains("stages") || !json["stages"].is_array()) return {};
    std::set<std::string> files{fs::path(manifest).filename().string()};
    for (const auto& stage : json["stages"]) {
        if (!stage.is_object()) return {};
        for (const char* key : {"file", "dataFile"}) {
            if (!stage.contains(key)) continue;
            if (!stage[key].is_string()) return {};
            files.insert(stage[key].get<std::string>());
        }
    }
    return files;
}

/// Files are to be written to a folder that is there, over files alone.
Result<void> replaceable(const std::string& folder, const std::vector<std::string>& names)
{
    std::error_code error;
    if (!fs::is_directory(folder, error)) return Error{printable(folder), "is no folder", "make it, or choose one that is there"};
    for (const std::string& name : names) {
        const std::string path = (fs::path(folder) / name).string();
        const fs::file_status status = fs::status(path, error);
        if (fs::is_directory(status)) return Error{printable(path), "is a folder", "give the name of a file"};
        if (fs::exists(status) && !fs::is_regular_file(status))
            return Error{printable(path), "is a device or a pipe", "give the name of a file"};
    }
    return {};
}

Error diskError(const std::string& path, const std::string& what)
{
    return {printable(path), what, "choose a folder that can be written and has room"};
}

} // namespace

Outbox::Outbox(Outbox&& other) noexcept
    : m_folder(std::move(other.m_folder)), m_drafts(std::move(other.m_drafts)), m_names(std::move(other.m_names)),
      m_earlier(std::move(other.m_earlier)), m_made_folder(other.m_made_folder)
{
    other.m_drafts.clear();
    other.m_made_folder = false;
}

Result<Outbox> Outbox::open(const std::string& folder, std::vector<std::string> names, Existing existing)
{
    Outbox box;
    box.m_folder = folder;
    box.m_names = std::move(names);
    std::error_code error;
    if (fs::exists(folder, error) && !fs::is_directory(folder, error))
        return Error{printable(folder), "is a file", "give a folder"};
    if (existing == Existing::Replace) {
        if (auto open = replaceable(folder, box.m_names); !open) return open.error();
    } else {
        box.m_made_folder = fs::create_directories(folder, error);
        if (error) return diskError(folder, "cannot be made: " + error.message());
    }
    if (existing == Existing::Refuse) box.m_earlier = filesOfEarlierSplit(folder + "/" + box.m_names.back());
    for (const std::string& name : box.m_names)
        if (existing == Existing::Refuse && fs::exists(fs::symlink_status(folder + "/" + name, error)) && !box.m_earlier.contains(name))
            return Error{printable(folder + "/" + name), "is there already and no part of an earlier split",
                         "move it away or choose another folder"};
    std::string drafts = folder + "/.cutline-XXXXXX";
    if (!::mkdtemp(drafts.data())) return diskError(folder, std::string("cannot be written: ") + std::strerror(errno));
    box.m_drafts = drafts;
    return box;
}

Outbox::~Outbox()
{
    std::error_code error;
    if (!m_drafts.empty()) fs::remove_all(m_drafts, error);
    if (m_made_folder) fs::remove(m_folder, error);
}

Error Outbox::named(Error error) const
{
    const std::string drafts = printable(m_drafts + "/");
    if (const auto at = error.where.find(drafts); at != std::string::npos)
        error.where.replace(at, drafts.size(), printable(m_folder + "/"));
    return error;
}

Result<void> Outbox::deliver()
{
    std::error_code error;
    fs::remove(m_folder + "/" + m_names.back(), error);
    for (const std::string& name : m_names) {
        const std::string target = m_folder + "/" + name;
        fs::rename(draft(name), target, error);
        if (error) return diskError(target, "cannot be written: " + error.message());
        m_made_folder = false;
        m_earlier.erase(name);
    }
    for (const std::string& old : m_earlier)
        if (fs::path(old).filename() == old) fs::remove(m_folder + "/" + old, error);
    return {};
}

} // namespace cutline
