// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/match_report.h"

#include "app/cli/text_table.h"
#include "core/base/quantity.h"
#include "core/base/text.h"

#include <algorithm>
#include <limits>

namespace cutline::cli {
namespace {

constexpr std::size_t kNotableRows = 20, kListedLines = 5;
constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

std::string_view statusOf(const ProfileMatch::Row& row) {
    return row.layers.empty() ? "unmatched" : row.guessed ? "guessed" : row.partly ? "partly matched" : "matched";
}

} // namespace

Result<MatchReport> MatchReport::make(const Graph& graph, const System& system, const CostOptions& options) {
    std::vector<Match> matches;
    for (const Platform& platform : system.platforms) {
        const Profile* profile = profileOf(options, platform);
        if (!profile) continue;
        auto match = matchProfile(graph, *profile, platform);
        if (!match) return match.error();
        matches.push_back({platform.name, profile, *std::move(match)});
    }
    return MatchReport(graph, std::move(matches));
}

std::string MatchReport::summary(const Match& m) const {
    const ProfileMatch& match = m.match;
    std::string text = m.platform + " from " + printable(m.profile->file) + " (" +
                       std::string(nameOf(m.profile->format)) + "): " + std::to_string(match.matched()) + " of " +
                       counted(match.rows.size(), "row", "rows") + " matched";
    if (match.partly > 0) text += ", " + std::to_string(match.partly) + " partly" + partlyLines(m);
    if (match.guessed > 0) text += ", " + std::to_string(match.guessed) + " guessed";
    if (match.unmatched > 0) text += ", " + std::to_string(match.unmatched) + " unmatched";
    text += "; " + formatQuantity(match.matched_s, Unit::Second) + " of the file's " +
            formatQuantity(match.total_s, Unit::Second);
    if (!match.absorbed.empty())
        text += "; " + counted(match.absorbed.size(), "layer is", "layers are") + " absorbed by neighbours";
    if (!match.absent.empty())
        text += "; " + counted(match.absent.size(), "layer has", "layers have") +
                " no row: " + names(match.absent, 10);
    for (const std::string& note : m.profile->notes) text += "; " + note;
    return text;
}

/// " (line 3, 7)"
std::string MatchReport::partlyLines(const Match& m) const {
    std::string text;
    std::size_t listed = 0;
    for (const ProfileMatch::Row& row : m.match.rows)
        if (row.partly && !row.guessed && listed++ < kListedLines)
            text += (text.empty() ? " (line " : ", ") + std::to_string(m.profile->rows[row.row].line);
    return text + (listed > kListedLines ? " and more)" : ")");
}

std::string MatchReport::names(const std::vector<LayerId>& layers, std::size_t most) const {
    std::string text;
    for (std::size_t i = 0; i < std::min(layers.size(), most); ++i)
        text += (i ? ", " : "") + printable(m_graph.layer(layers[i]).name);
    if (layers.size() > most) text += " and " + std::to_string(layers.size() - most) + " more";
    return text;
}

std::string MatchReport::table(const Match& m, bool all, std::size_t most) const {
    TextTable table({{"line"},
                     {"row of the file", TextTable::Align::Left},
                     {"time"},
                     {"", TextTable::Align::Left},
                     {"layers", TextTable::Align::Left},
                     {"how", TextTable::Align::Left}});
    std::size_t shown = 0, left = 0;
    for (const ProfileMatch::Row& row : m.match.rows) {
        if (!all && !row.layers.empty() && !row.guessed && !row.partly) continue;
        if (shown == most) {
            ++left;
            continue;
        }
        ++shown;
        const Profile::Row& from = m.profile->rows[row.row];
        const std::string how(row.reason.empty() ? wordFor(row.kind) : std::string_view(row.reason));
        table.add({std::to_string(from.line), elided(printable(from.layer.substr(0, 4096)), 60),
                   formatQuantity(from.latency_s, Unit::Second), std::string(statusOf(row)),
                   elided(names(row.layers, 3), 90), how});
    }
    if (shown == 0) return {};
    std::string text = table.text();
    if (left > 0) text += "and " + std::to_string(left) + " more; --match-report - lists all\n";
    return text;
}

std::string MatchReport::notes(Notes which) const {
    std::string text;
    for (const Match& match : m_matches) {
        const bool plain = match.match.all_matched && match.match.absorbed.empty();
        if (which == Notes::Doubtful && plain) continue;
        text += "note: " + summary(match) + '\n';
        if (which == Notes::All) text += table(match, false, kNotableRows);
    }
    return text;
}

std::string MatchReport::text() const {
    std::string text;
    for (const Match& match : m_matches) {
        text += summary(match) + '\n' + table(match, true, kAll);
        for (const auto& [layer, by] : match.match.absorbed)
            text += printable(m_graph.layer(layer).name) + ": absorbed by " +
                    printable(m_graph.layer(by).name) + '\n';
    }
    return text;
}

std::string MatchReport::csv() const {
    std::string text = "platform,file,line,row,latency_s,status,how,layers,reason\n";
    const auto add = [&](std::initializer_list<std::string> cells) {
        bool first = true;
        for (const std::string& cell : cells) {
            text += (first ? "" : ",") + csvCell(cell);
            first = false;
        }
        text += '\n';
    };
    const auto encoded = [&](LayerId layer) { return percentEncoded(m_graph.layer(layer).name); };
    for (const Match& m : m_matches) {
        const std::string platform = percentEncoded(m.platform), file = percentEncoded(m.profile->file);
        for (const ProfileMatch::Row& row : m.match.rows) {
            const Profile::Row& from = m.profile->rows[row.row];
            std::string layers;
            for (const LayerId l : row.layers) layers += (layers.empty() ? "" : "+") + encoded(l);
            add({platform, file, std::to_string(from.line), percentEncoded(from.layer),
                 numberText(from.latency_s), std::string(statusOf(row)), std::string(wordFor(row.kind)),
                 layers, row.reason});
        }
        for (const auto& [layer, by] : m.match.absorbed)
            add({platform, file, "", "", "", "absorbed", "", encoded(layer), "by " + encoded(by)});
        for (const LayerId layer : m.match.absent)
            add({platform, file, "", "", "", "no row", "", encoded(layer), ""});
    }
    return text;
}

} // namespace cutline::cli
