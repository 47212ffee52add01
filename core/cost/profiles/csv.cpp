// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/cost/profiles/kit.h"

#include <algorithm>
#include <array>
#include <map>

namespace cutline::profiles {
namespace {

/// What a column holds; Other: columns of the `cost` format that say nothing about the cost.
enum class Field { Layer, Op, Platform, Latency, Cycles, Energy, Memory, Source, Uncertainty, Other };

struct Column {
    std::string_view name; ///< lower case
    Field field;
    double factor = 1;
};

constexpr std::array kColumns{
    Column{"layer", Field::Layer},
    Column{"op", Field::Op},
    Column{"platform", Field::Platform},
    Column{"latency_s", Field::Latency},
    Column{"latency_ms", Field::Latency, 1e-3},
    Column{"latency_us", Field::Latency, 1e-6},
    Column{"cycles", Field::Cycles},
    Column{"energy_j", Field::Energy},
    Column{"energy_mj", Field::Energy, 1e-3},
    Column{"energy_uj", Field::Energy, 1e-6},
    Column{"memory_bytes", Field::Memory},
    Column{"source", Field::Source},
    Column{"uncertainty", Field::Uncertainty},
    Column{"weight_bytes", Field::Other},
    Column{"output_bytes", Field::Other},
    Column{"macs", Field::Other},
};

class Reader {
public:
    Reader(const std::string& file, std::optional<double> clock_hz) : m_place{file}, m_clock_hz(clock_hz) {}

    Result<Profile> read(std::string_view text);

private:
    struct Used {
        Field field;
        double factor;
        std::string name;
    };

    Error error(int line, std::string what, std::string fix) const {
        return m_place.error(line, std::move(what), std::move(fix));
    }
    Result<void> readHeader(const CsvRecord& header);
    Result<void> addColumn(int line, std::string_view name);
    Result<Profile::Row> readRow(const CsvRecord& record) const;
    Result<std::optional<double>> number(const CsvRecord& record, std::size_t column) const;
    Result<void> checkLimit(const CsvRecord& record, std::size_t column, double value) const;
    Result<void> takeNumber(const CsvRecord& record, std::size_t column, Profile::Row& row,
                            bool& timed) const;
    bool has(Field field) const {
        return std::any_of(m_columns.begin(), m_columns.end(),
                           [&](const Used& used) { return used.field == field; });
    }

    Place m_place;
    std::optional<double> m_clock_hz;
    std::vector<Used> m_columns;
};

Result<void> Reader::addColumn(int line, std::string_view given) {
    const std::string name = lowered(trimmed(given));
    for (const Column& column : kColumns) {
        if (column.name != name) continue;
        if (column.field != Field::Other && has(column.field))
            return error(line, "column " + inQuotes(given) + " gives what another column gives already",
                         "keep one of them");
        m_columns.push_back({column.field, column.factor, name});
        return {};
    }
    if (name == "latency" || name == "time" || name == "duration")
        return error(line, "column " + inQuotes(given) + " has no unit",
                     "name it latency_s, latency_ms or latency_us");
    if (name == "energy")
        return error(line, "column " + inQuotes(given) + " has no unit",
                     "name it energy_J, energy_mJ or energy_uJ");
    return error(line, "column " + inQuotes(given) + " is not known",
                 "use layer, op, platform, latency_s|_ms|_us, cycles, energy_J|_mJ|_uJ, memory_bytes");
}

Result<void> Reader::readHeader(const CsvRecord& header) {
    if (header.cells.size() == 1 && header.cells[0].find(';') != std::string::npos)
        return error(header.line, "columns are separated by ';'",
                     "separate them by commas, with decimal points");
    for (const std::string& cell : header.cells)
        if (auto added = addColumn(header.line, cell); !added) return added;
    if (!has(Field::Layer) && !has(Field::Op))
        return error(header.line, "no column 'layer'",
                     "give the ONNX node names in a column 'layer', or operators in 'op'");
    if (!has(Field::Latency) && !has(Field::Cycles))
        return error(header.line, "no latency column", "give latency_s, latency_ms, latency_us or cycles");
    if (!has(Field::Latency) && !m_clock_hz)
        return error(header.line, "cycles without a clock",
                     "give the platform a clock_hz, or times instead of cycles");
    return {};
}

Result<std::optional<double>> Reader::number(const CsvRecord& record, std::size_t column) const {
    if (trimmed(record.cells[column]).empty()) return std::optional<double>{};
    const auto value = amount(m_place, record.line, m_columns[column].name, record.cells[column]);
    if (!value) return value.error();
    return std::optional<double>{*value};
}

/// Nothing measured is beyond these; sums of them stay finite.
Result<void> Reader::checkLimit(const CsvRecord& record, std::size_t column, double value) const {
    const auto& [field, factor, name] = m_columns[column];
    if (field == Field::Latency || field == Field::Cycles) {
        if (const auto time = seconds(m_place, record.line, name, value); !time) return time.error();
        return {};
    }
    const double most = field == Field::Energy ? 1e12 : field == Field::Memory ? 1e18 : 1e6;
    if (value <= most) return {};
    return error(record.line, name + " is " + inQuotes(trimmed(record.cells[column])),
                 "give at most " + numberText(most / factor) + ", and check the unit");
}

Result<void> Reader::takeNumber(const CsvRecord& record, std::size_t column, Profile::Row& row,
                                bool& timed) const {
    const auto value = number(record, column);
    if (!value) return value.error();
    if (!*value) return {};
    double scaled = **value * m_columns[column].factor;
    if (m_columns[column].field == Field::Cycles) {
        if (!m_clock_hz) return {};
        scaled /= *m_clock_hz;
    }
    if (auto plausible = checkLimit(record, column, scaled); !plausible) return plausible;
    switch (m_columns[column].field) {
    case Field::Latency:
        row.latency_s = scaled;
        timed = true;
        break;
    case Field::Cycles:
        if (timed) break; // a time that was given outranks cycles
        row.latency_s = scaled;
        timed = true;
        break;
    case Field::Energy:
        row.energy_j = scaled;
        break;
    case Field::Uncertainty:
        row.uncertainty = scaled;
        break;
    default:
        break;
    }
    return {};
}

Result<Profile::Row> Reader::readRow(const CsvRecord& record) const {
    if (record.cells.size() != m_columns.size())
        return error(record.line,
                     std::to_string(record.cells.size()) + " cells, the header has " +
                         std::to_string(m_columns.size()),
                     record.cells.size() > m_columns.size()
                         ? "write decimal points, and quote names with commas"
                         : "fill the row");
    Profile::Row row;
    row.line = record.line;
    bool timed = false, from_cost = false;
    std::string op;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const std::string cell = validUtf8(trimmed(record.cells[i]));
        switch (m_columns[i].field) {
        case Field::Layer:
            row.layer = cell;
            break;
        case Field::Op:
            op = percentDecoded(cell);
            break;
        case Field::Platform:
            row.platform = percentDecoded(cell);
            break;
        case Field::Other:
            break;
        case Field::Source:
            for (const Source source : {Source::Profile, Source::User, Source::LoopNest, Source::Roofline,
                                        Source::Assumed, Source::None})
                if (nameOf(source) == cell) row.source = source;
            from_cost = true;
            break;
        default:
            if (auto taken = takeNumber(record, i, row, timed); !taken) return taken.error();
        }
    }
    if (row.layer.empty()) {
        row.layer = op;
        row.by_op = true;
    }
    if (row.layer.empty()) return error(record.line, "no layer name", "give the ONNX node name");
    // What `cost` writes of a platform that cannot run the layer.
    if (!timed && from_cost) row.supported = false;
    if (!timed && !from_cost)
        return error(record.line, "no latency for " + inQuotes(row.layer),
                     "give a number, 0 if it costs nothing");
    return row;
}

Result<Profile> Reader::read(std::string_view text) {
    CsvReader records(withoutByteOrderMark(text), ',');
    CsvRecord record;
    if (!records.next(record))
        return error(1, "nothing in the file",
                     "give a header with 'layer' and a latency, then one row a layer");
    const int header_line = record.line;
    if (auto header = readHeader(record); !header) return header.error();
    // Times are taken before cycles whatever the order of the columns.
    Profile profile;
    profile.file = m_place.file;
    profile.has_energy = has(Field::Energy);
    if (has(Field::Memory)) profile.notes.emplace_back("its memory_bytes are not used: memory follows from shapes and bits");
    std::map<std::string, Seen> seen; // by platform
    while (records.next(record)) {
        auto row = readRow(record);
        if (!row) return row.error();
        // An operator may be called as a layer is.
        Seen& names = seen[(row->by_op ? "op " : "layer ") + row->platform];
        if (auto fresh = names.add(m_place, row->line, row->layer); !fresh) return fresh.error();
        profile.rows.push_back(*std::move(row));
    }
    if (profile.rows.empty()) return error(header_line, "a header without rows", "give one row a layer");
    return profile;
}

} // namespace

Result<Profile> readCsv(std::string_view text, const std::string& file, std::optional<double> clock_hz) {
    return Reader(file, clock_hz).read(text);
}

} // namespace cutline::profiles
