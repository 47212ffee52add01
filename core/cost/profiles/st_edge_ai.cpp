// SPDX-License-Identifier: GPL-3.0-or-later
// "Inference time per node" of ST Edge AI's (X-CUBE-AI's) validate report.
#include "core/base/text.h"
#include "core/cost/profiles/kit.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

namespace cutline::profiles {
namespace {

/// Words of a line. "(0x103)" and "(ms)" belong to the word before, "[ 9,619 ]" is one word, and so is
/// "CPU cycles"; the last of `most` takes the rest of the line.
std::vector<std::string> wordsOf(std::string_view line, std::size_t most) {
    std::vector<std::string> words;
    line = trimmed(line);
    while (!line.empty()) {
        if (words.size() + 1 == most) {
            words.emplace_back(line);
            break;
        }
        std::size_t end = line.find_first_of(" \t");
        if (line.front() == '[') {
            const auto close = line.find(']');
            if (close != std::string_view::npos)
                end = close + 1 < line.size() ? close + 1 : std::string_view::npos;
        }
        const std::string word(line.substr(0, end));
        line = end == std::string_view::npos ? std::string_view() : trimmed(line.substr(end));
        const bool unit = word.size() > 2 && word.front() == '(' && word.back() == ')';
        if ((unit || (lowered(word) == "cycles" && !words.empty() && lowered(words.back()) == "cpu")) &&
            !words.empty())
            words.back() += " " + word;
        else
            words.push_back(word);
    }
    return words;
}

bool startsWithNumber(std::string_view line) {
    line = trimmed(line);
    return !line.empty() && std::isdigit(static_cast<unsigned char>(line.front()));
}

struct StColumns {
    std::size_t count, model_id, type, name;
    Header::Time time;
};

Result<StColumns> columnsOf(const Place& place, int line_number, const std::vector<std::string>& titles) {
    const Header header(place, line_number, titles);
    const auto model_id = header.require("m_id"), type = header.require("type"),
               name = header.require("name");
    if (!model_id) return model_id.error();
    if (!type) return type.error();
    if (!name) return name.error();
    const auto time = header.requireTime("dur");
    if (!time) return time.error();
    if (*name + 1 != titles.size())
        return place.error(line_number, "'name' is not the last column", "give the report as it was written");
    return StColumns{titles.size(), *model_id, *type, *name, *time};
}

/// "Conv2D (0x103)" -> "Conv2D".
std::string plainType(const std::string& type) {
    return validUtf8(trimmed(std::string_view(type).substr(0, type.find('('))));
}

} // namespace

Result<Profile> readStEdgeAi(std::string_view text, const std::string& file) {
    const Place place{file};
    Lines lines(text);
    std::string_view line;
    std::optional<StColumns> columns;
    Profile profile;
    profile.file = file;
    profile.format = ProfileFormat::StEdgeAi;
    std::unordered_map<std::string, std::size_t> index;
    Seen seen;
    while (lines.next(line)) {
        if (!columns) {
            if (line.size() > 400 || line.find("c_id") == std::string_view::npos ||
                line.find("m_id") == std::string_view::npos)
                continue;
            auto found = columnsOf(place, lines.number(), wordsOf(line, 64));
            // A report lists its nodes before it lists their times; that table has no `dur`.
            if (!found && line.find("dur") != std::string_view::npos) return found.error();
            if (found) columns = *found;
            continue;
        }
        if (!startsWithNumber(line)) {
            const bool rule = trimmed(line).find_first_not_of("-=") == std::string_view::npos;
            if (rule && profile.rows.empty() && !trimmed(line).empty()) continue;
            break;
        }
        const auto words = wordsOf(line, columns->count);
        if (words.size() != columns->count)
            return place.error(lines.number(),
                               std::to_string(words.size()) + " cells, the header has " +
                                   std::to_string(columns->count),
                               "give the report as it was written");
        const auto value = amount(place, lines.number(), "dur", words[columns->time.column]);
        if (!value) return value.error();
        if (auto fresh = seen.add(place, lines.number(), "c_id " + words[0]); !fresh) return fresh.error();
        const auto [at, fresh] = index.try_emplace(words[columns->model_id], profile.rows.size());
        if (fresh) {
            Profile::Row row;
            row.layer = validUtf8(words[columns->name]);
            row.type = plainType(words[columns->type]);
            row.line = lines.number();
            profile.rows.push_back(std::move(row));
        }
        Profile::Row& row = profile.rows[at->second];
        const auto time =
            seconds(place, lines.number(), "dur", row.latency_s + *value * columns->time.factor);
        if (!time) return time.error();
        row.latency_s = *time;
    }
    if (!columns)
        return place.error(1, "no table with c_id, m_id, dur (ms)",
                           "give the report of validate on the target");
    if (profile.rows.empty())
        return place.error(1, "no nodes under the header", "give the report of validate on the target");
    return profile;
}

} // namespace cutline::profiles
