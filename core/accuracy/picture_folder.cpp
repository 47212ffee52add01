// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/picture_folder.h"

#include "core/base/text.h"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace cutline {
namespace {

namespace fs = std::filesystem;

/// What stands in a folder and is a folder itself (or a file), without hidden ones, in alphabetical order, by number where
/// all names of folders are numbers.
std::vector<fs::path> entriesOf(const fs::path& folder, bool folders) {
    std::vector<fs::path> entries;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if ((folders ? entry.is_directory(failed) : entry.is_regular_file(failed)) &&
            !entry.path().filename().string().starts_with("."))
            entries.push_back(entry.path());
    std::sort(entries.begin(), entries.end());
    // Folders 0 .. 11 are classes 0 .. 11, where 10 would come before 2 as text.
    const auto numberOf = [](const fs::path& path) {
        const std::string name = path.filename().string();
        const bool digits = name.find_first_not_of("0123456789") == std::string::npos && name.size() < 19;
        return digits ? std::optional(std::stoull(name)) : std::nullopt;
    };
    if (folders && std::all_of(entries.begin(), entries.end(), numberOf))
        std::stable_sort(entries.begin(), entries.end(),
                         [&](const fs::path& a, const fs::path& b) { return *numberOf(a) < *numberOf(b); });
    return entries;
}

/// Each grey value as red, green and blue.
template<class Bytes>
Bytes coloured(const Bytes& grey) {
    Bytes bytes;
    bytes.reserve(grey.size() * 3);
    for (const auto value : grey) bytes.insert(bytes.end(), 3, value);
    return bytes;
}

std::string sizeOf(std::size_t height, std::size_t width) { return std::to_string(height) + "x" + std::to_string(width); }

/// Joins a picture to those before it.
Result<void> append(PictureFolder& set, Picture picture, const std::string& file) {
    if (set.bytes.empty()) {
        set.height = picture.height;
        set.width = picture.width;
        set.channels = picture.channels;
    }
    if (picture.height != set.height || picture.width != set.width)
        return Error{printable(file),
                     "is " + sizeOf(picture.height, picture.width) + ", the first is " + sizeOf(set.height, set.width),
                     "give 'resize' in preprocessing.json, or pictures of one size"};
    if (set.channels == 1 && picture.channels == 3) {
        set.bytes = coloured(set.bytes);
        set.channels = 3;
    }
    if (set.channels == 3 && picture.channels == 1) picture.pixels = coloured(picture.pixels);
    set.bytes.append(picture.pixels.begin(), picture.pixels.end());
    return {};
}

} // namespace

Result<PictureFolder> PictureFolder::read(const std::string& path, const PictureReader& reader, std::size_t height,
                                          std::size_t width) {
    const char* const fix = "put the pictures of each class in a folder of its name";
    PictureFolder set;
    for (const fs::path& folder : entriesOf(path, true)) {
        for (const fs::path& file : entriesOf(folder, false)) {
            auto picture = reader.read(file.string());
            if (!picture) return picture.error();
            if (height > 0) *picture = picture->resized(height, width);
            if (auto joined = append(set, *std::move(picture), file.string()); !joined) return joined.error();
            set.files.push_back(file.string());
            set.labels.push_back(static_cast<std::uint32_t>(set.classes.size()));
        }
        set.classes.push_back(folder.filename().string());
    }
    if (set.classes.empty()) return Error{printable(path), "has no folders", fix};
    if (set.files.empty()) return Error{printable(path), "has no pictures", fix};
    return set;
}

} // namespace cutline
