// SPDX-License-Identifier: GPL-3.0-or-later
// The two profiles whose columns are separated by semicolons: OpenVINO's counters and CNNParted's layer
// costs.
#include "core/base/text.h"
#include "core/cost/profiles/kit.h"

#include <algorithm>
#include <unordered_map>

namespace cutline::profiles {
namespace {

/// layerName;execStatus;layerType;execType;realTime (ms);cpuTime (ms); in one block, or one per request.
class OpenVinoReader {
public:
    explicit OpenVinoReader(const Place& place) : m_place(place) {}
    Result<Profile> read(std::string_view text);

private:
    struct Columns {
        std::size_t name, status, type, time;
        double factor;
    };
    Result<void> readHeader(const CsvRecord& record);
    Result<void> readRow(const CsvRecord& record);

    const Place& m_place;
    std::optional<Header> m_header;
    Columns m_columns{};
    Seen m_seen;
    std::size_t m_blocks = 0, m_idle = 0;
    std::unordered_map<std::string, std::size_t> m_index;
    std::vector<Profile::Row> m_rows;
    std::vector<std::vector<double>> m_times; ///< beside m_rows, one a block
};

Result<void> OpenVinoReader::readHeader(const CsvRecord& record) {
    m_header.emplace(m_place, record.line, record.cells);
    const auto name = m_header->require("layerName"), status = m_header->require("execStatus");
    const auto time = m_header->requireTime("realTime");
    if (!name) return name.error();
    if (!status) return status.error();
    if (!time) return time.error();
    const auto type = m_header->find("layerType");
    m_columns = {*name, *status, type.value_or(*name), time->column, time->factor};
    m_seen = {};
    ++m_blocks;
    return {};
}

Result<void> OpenVinoReader::readRow(const CsvRecord& record) {
    if (auto length = m_header->checkLength(record); !length) return length;
    const std::string name = validUtf8(trimmed(record.cells[m_columns.name]));
    const std::string status = lowered(trimmed(record.cells[m_columns.status]));
    if (lowered(name) == "total" && status.empty()) return {};
    if (status != "executed") {
        ++m_idle;
        return {};
    }
    if (name.empty()) return m_place.error(record.line, "no layer name", "give the whole report");
    const std::string& column = m_header->names()[m_columns.time];
    const auto value = amount(m_place, record.line, column, record.cells[m_columns.time]);
    if (!value) return value.error();
    const auto time = seconds(m_place, record.line, column, *value * m_columns.factor);
    if (!time) return time.error();
    if (auto fresh = m_seen.add(m_place, record.line, name); !fresh) return fresh;
    const auto [at, fresh] = m_index.try_emplace(name, m_rows.size());
    if (fresh) {
        Profile::Row row;
        row.layer = name;
        row.line = record.line;
        if (m_columns.type != m_columns.name) row.type = validUtf8(trimmed(record.cells[m_columns.type]));
        m_rows.push_back(std::move(row));
        m_times.emplace_back();
    }
    m_times[at->second].push_back(*time);
    return {};
}

Result<Profile> OpenVinoReader::read(std::string_view text) {
    CsvReader records(text, ';');
    CsvRecord record;
    while (records.next(record)) {
        const bool header = lowered(trimmed(record.cells.front())) == "layername";
        auto taken = header || !m_header ? readHeader(record) : readRow(record);
        if (!taken) return taken.error();
    }
    if (m_rows.empty())
        return m_place.error(1, "no row is EXECUTED", "run benchmark_app with -report_type average_counters");
    Profile profile;
    profile.file = m_place.file;
    profile.format = ProfileFormat::OpenVino;
    for (std::size_t i = 0; i < m_rows.size(); ++i) m_rows[i].latency_s = median(m_times[i]);
    profile.rows = std::move(m_rows);
    if (m_idle > 0)
        profile.notes.push_back(std::to_string(m_idle) + " rows that were not executed are left out");
    if (m_blocks > 1) profile.notes.push_back("median of " + std::to_string(m_blocks) + " requests");
    return profile;
}

Error severalDesigns(const Place& place, int line, const std::string& first, const std::string& second) {
    return place.error(line, "rows of design " + inQuotes(second) + " beside those of " + inQuotes(first),
                       "keep the rows of one design");
}

} // namespace

Result<Profile> readOpenVino(std::string_view text, const std::string& file) {
    const Place place{file};
    return OpenVinoReader(place).read(text);
}

Result<Profile> readCnnParted(std::string_view text, const std::string& file) {
    const Place place{file};
    CsvReader records(text, ';');
    CsvRecord record;
    if (!records.next(record)) return place.error(1, "nothing in the file", "give the whole table");
    const Header header(place, record.line, record.cells);
    const auto layer = header.require("Layer");
    const auto latency = header.requireTime("Latency");
    if (!layer) return layer.error();
    if (!latency) return latency.error();
    const auto design = header.find("Design Tag");
    std::optional<std::size_t> energy = header.find("Energy [mJ]");
    if (!energy && header.find("Energy"))
        return place.error(record.line, "column 'Energy' has no unit", "name it 'Energy [mJ]'");
    Profile profile;
    profile.file = file;
    profile.format = ProfileFormat::CnnParted;
    profile.has_energy = energy.has_value();
    Seen seen;
    std::optional<std::string> tag;
    while (records.next(record)) {
        if (auto length = header.checkLength(record); !length) return length.error();
        Profile::Row row;
        row.layer = validUtf8(trimmed(record.cells[*layer]));
        row.line = record.line;
        if (row.layer.empty()) return place.error(record.line, "no layer name", "give the ONNX node name");
        const std::string own = design ? validUtf8(trimmed(record.cells[*design])) : std::string();
        if (!tag) tag = own;
        if (*tag != own) return severalDesigns(place, record.line, *tag, own);
        if (auto fresh = seen.add(place, record.line, row.layer); !fresh) return fresh.error();
        const std::string& column = header.names()[latency->column];
        const auto value = amount(place, record.line, column, record.cells[latency->column]);
        if (!value) return value.error();
        const auto time = seconds(place, record.line, column, *value * latency->factor);
        if (!time) return time.error();
        row.latency_s = *time;
        if (energy) {
            const auto mj = amount(place, record.line, "Energy [mJ]", record.cells[*energy]);
            if (!mj) return mj.error();
            row.energy_j = std::min(*mj * 1e-3, 1e12);
        }
        profile.rows.push_back(std::move(row));
    }
    if (profile.rows.empty()) return place.error(1, "a header without rows", "give one row a layer");
    return profile;
}

} // namespace cutline::profiles
