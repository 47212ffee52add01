// SPDX-License-Identifier: GPL-3.0-or-later
// Per-layer CSV of Vela, the Ethos-U compiler: estimated cycles of each pass.
#include "core/base/text.h"
#include "core/cost/profiles/kit.h"

#include <unordered_map>

namespace cutline::profiles {
namespace {

struct VelaColumns {
    std::size_t name, cycles;
    std::optional<std::size_t> type, target;
};

Result<VelaColumns> columnsOf(const Header& header) {
    const auto name = header.require("Name");
    if (!name) return name.error();
    const auto cycles = header.require("Op Cycles");
    if (!cycles) return cycles.error();
    auto type = header.find("Original Operator");
    if (!type) type = header.find("TFLite_operator");
    if (!type) type = header.find("NNG Operator");
    return VelaColumns{*name, *cycles, type, header.find("Target")};
}

} // namespace

Result<Profile> readVela(std::string_view text, const std::string& file, std::optional<double> clock_hz) {
    const Place place{file};
    CsvReader records(text, ',');
    CsvRecord record;
    if (!records.next(record)) return place.error(1, "nothing in the file", "give Vela's per-layer CSV");
    const Header header(place, record.line, record.cells);
    const std::vector<std::string> titles = record.cells;
    const auto columns = columnsOf(header);
    if (!columns) return columns.error();
    if (!clock_hz || *clock_hz <= 0)
        return place.error(record.line, "cycles without a clock", "give the platform a clock_hz");
    Profile profile;
    profile.file = file;
    profile.format = ProfileFormat::Vela;
    std::unordered_map<std::string, std::size_t> index;
    std::size_t on_cpu = 0;
    while (records.next(record)) {
        if (record.cells == titles) continue; // Vela repeats the header for every sub-graph
        if (auto length = header.checkLength(record); !length) return length.error();
        const std::string name = validUtf8(trimmed(record.cells[columns->name]));
        if (name.empty())
            return place.error(record.line, "no name", "give Vela's per-layer CSV as it was written");
        if (columns->target && lowered(trimmed(record.cells[*columns->target])) == "cpu") {
            ++on_cpu;
            continue;
        }
        const auto cycles = amount(place, record.line, "Op Cycles", record.cells[columns->cycles]);
        if (!cycles) return cycles.error();
        const auto [at, fresh] = index.try_emplace(name, profile.rows.size());
        if (fresh) {
            Profile::Row row;
            row.layer = name;
            row.line = record.line;
            if (columns->type) row.type = validUtf8(trimmed(record.cells[*columns->type]));
            profile.rows.push_back(std::move(row));
        }
        Profile::Row& row = profile.rows[at->second];
        const auto time = seconds(place, record.line, "Op Cycles", row.latency_s + *cycles / *clock_hz);
        if (!time) return time.error();
        row.latency_s = *time;
    }
    if (on_cpu > 0)
        profile.notes.push_back(std::to_string(on_cpu) + " rows run on the CPU: their cycles are not known");
    if (profile.rows.empty()) return place.error(1, "a header without rows", "give Vela's per-layer CSV");
    return profile;
}

} // namespace cutline::profiles
