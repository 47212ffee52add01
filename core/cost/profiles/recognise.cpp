// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/cost/profiles/kit.h"

#include <algorithm>
#include <array>

namespace cutline {
namespace {

using namespace profiles;

constexpr std::string_view kKnown =
    "give Cutline's CSV (layer,latency_s,..), or a profile of trtexec --exportProfile, ONNX Runtime, TFLite "
    "benchmark_model, Vela, ST Edge AI, OpenVINO benchmark_app or CNNParted";

bool has(const std::vector<std::string>& cells, std::initializer_list<std::string_view> names) {
    return std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) {
        const std::string name = lowered(trimmed(cell));
        return std::any_of(names.begin(), names.end(),
                           [&](std::string_view wanted) { return name.substr(0, wanted.size()) == wanted; });
    });
}

bool holds(const std::vector<std::string>& cells, std::string_view name) {
    return std::any_of(cells.begin(), cells.end(),
                       [&](const std::string& cell) { return lowered(trimmed(cell)) == name; });
}

/// The cells of the first line that is not blank, cut at `separator`; at most 64 of them are of interest.
std::vector<std::string> firstCells(std::string_view text, char separator) {
    Lines lines(text.substr(0, 65536));
    std::string_view line;
    while (lines.next(line))
        if (!trimmed(line).empty()) return split(line, separator);
    return {};
}

bool holdsTfLite(std::string_view text) {
    Lines lines(text);
    std::string_view line;
    while (lines.next(line)) {
        if (line.size() > 400) continue;
        if (line.find("== Run Order ==") != std::string_view::npos) return true;
        if (line.find("node type") != std::string_view::npos && line.find("avg") != std::string_view::npos)
            return true;
    }
    return false;
}

bool holdsStEdgeAi(std::string_view text) {
    Lines lines(text);
    std::string_view line;
    while (lines.next(line))
        if (line.size() < 400 && line.find("c_id") != std::string_view::npos &&
            line.find("m_id") != std::string_view::npos)
            return true;
    return false;
}

} // namespace

std::string_view nameOf(ProfileFormat format) {
    constexpr std::array<std::string_view, 8> kNames{
        "CSV of layers",      "trtexec profile",   "ONNX Runtime profile", "TFLite op profile",
        "Vela per-layer CSV", "ST Edge AI report", "OpenVINO counters",    "CNNParted layer costs"};
    return kNames[static_cast<std::size_t>(format)];
}

Result<Profile> parseProfile(std::string_view text, const std::string& file, std::optional<double> clock_hz) {
    text = withoutByteOrderMark(text);
    const Place place{file};
    if (trimmed(text.substr(0, 65536)).empty())
        return place.error(1, "nothing in the file", std::string(kKnown));
    if (text.substr(0, 4096).find('\0') != std::string_view::npos)
        return place.error(1, "bytes that are no text", std::string(kKnown));
    const std::string_view start = trimmed(text.substr(0, 65536));
    if (start.front() == '{' || (start.front() == '[' && !start.starts_with("[node type]")))
        return readJson(text, file);
    const std::vector<std::string> by_comma = firstCells(text, ','), by_semicolon = firstCells(text, ';');
    if (by_comma.size() > 1 &&
        has(by_comma, {"nng operator", "op cycles", "original operator", "tflite_operator"}))
        return readVela(text, file, clock_hz);
    if (by_semicolon.size() > 1 && has(by_semicolon, {"layername", "execstatus"}))
        return readOpenVino(text, file);
    if (by_semicolon.size() > 1 && has(by_semicolon, {"design tag", "latency [", "area ["}))
        return readCnnParted(text, file);
    if (by_comma.size() > 1 && !has(by_comma, {"node type", "[node type]"}) &&
        (holds(by_comma, "layer") || holds(by_comma, "op") || has(by_comma, {"latency"})))
        return readCsv(text, file, clock_hz);
    if (holdsStEdgeAi(text)) return readStEdgeAi(text, file);
    if (holdsTfLite(text)) return readTfLite(text, file);
    return readCsv(text, file, clock_hz);
}

Result<Profile> parseProfileCsv(std::string_view text, const std::string& file,
                                std::optional<double> clock_hz) {
    return readCsv(text, file, clock_hz);
}

Result<Profile> readProfile(const std::string& path, std::optional<double> clock_hz) {
    const auto text = readFile(path);
    if (!text) return text.error();
    auto profile = parseProfile(*text, path, clock_hz);
    if (profile) profile->sha256 = sha256Hex(*text);
    return profile;
}

} // namespace cutline
