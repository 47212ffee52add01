// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/sensitivity.h"

#include "core/base/csv.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/platform/near_names.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace cutline {
namespace {

enum class Column { Layer, Platform, Bits, Sensitivity };

class Reader {
public:
    Reader(const std::string& file, const Graph& graph, const System& system)
        : m_file(file), m_graph(graph), m_system(system) {
        for (const Layer& layer : graph.layers()) m_layers.push_back(layer.name);
        for (const Platform& platform : system.platforms) m_platforms.push_back(platform.name);
    }

    Result<SensitivityTable> read(std::string_view text);

private:
    /// What a row speaks of beside its layer; neither: every platform that no other row speaks of.
    struct Row {
        LayerId layer;
        std::optional<PlatformId> platform;
        std::optional<int> bits;
        double value = 0;
    };

    Error error(int line, std::string what, std::string fix) const {
        return {printable(m_file) + ":" + std::to_string(line), std::move(what), std::move(fix)};
    }
    Result<void> readHeader(const CsvRecord& header);
    Result<Row> readRow(const CsvRecord& record) const;
    Result<double> valueOf(const CsvRecord& record, std::string_view cell) const;
    Result<void> noteOnce(const CsvRecord& record, const Row& row);
    Result<void> checkBits(int line) const;
    SensitivityTable filled() const;
    bool has(Column column) const {
        return std::find(m_columns.begin(), m_columns.end(), column) != m_columns.end();
    }
    static int bitsOf(const Platform& p) { return std::min(p.weight_bits, p.activation_bits); }

    std::string m_file;
    const Graph& m_graph;
    const System& m_system;
    std::vector<std::string> m_layers, m_platforms;
    std::vector<Column> m_columns;
    std::vector<Row> m_rows;
    std::map<std::string, int> m_lines; ///< where each pair was given
};

Result<void> Reader::readHeader(const CsvRecord& header) {
    if (header.cells.size() == 1 && header.cells[0].find(';') != std::string::npos)
        return error(header.line, "columns are separated by ';'",
                     "separate them by commas, with decimal points");
    for (const std::string& cell : header.cells) {
        const std::string name = lowered(trimmed(cell));
        Column column = Column::Layer;
        if (name == "platform")
            column = Column::Platform;
        else if (name == "bits")
            column = Column::Bits;
        else if (name == "sensitivity")
            column = Column::Sensitivity;
        else if (name != "layer")
            return error(header.line, "column " + inQuotes(cell) + " is not known",
                         "use layer, sensitivity, and platform or bits");
        if (has(column))
            return error(header.line, "column " + inQuotes(cell) + " stands there twice", "keep one of them");
        m_columns.push_back(column);
    }
    if (!has(Column::Layer))
        return error(header.line, "no column 'layer'", "give the ONNX node names in a column 'layer'");
    if (!has(Column::Sensitivity))
        return error(header.line, "no column 'sensitivity'", "give each layer's loss in it");
    if (has(Column::Platform) && has(Column::Bits))
        return error(header.line, "both 'platform' and 'bits'", "keep one of them");
    return {};
}

Result<double> Reader::valueOf(const CsvRecord& record, std::string_view cell) const {
    double value = 0;
    if (cell.empty()) return error(record.line, "no sensitivity", "give a number, 0 if nothing is lost");
    if (!parseNumber(cell, value))
        return error(record.line, "sensitivity " + inQuotes(cell) + " is not a number", "write it like 0.25");
    if (!std::isfinite(value) || value < 0)
        return error(record.line, "sensitivity is " + std::string(cell), "give a finite number of 0 or more");
    return value;
}

Result<Reader::Row> Reader::readRow(const CsvRecord& record) const {
    if (record.cells.size() != m_columns.size())
        return error(record.line,
                     std::to_string(record.cells.size()) + " cells, the header has " +
                         std::to_string(m_columns.size()),
                     record.cells.size() > m_columns.size()
                         ? "write decimal points, and quote names with commas"
                         : "fill the row");
    Row row;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const std::string cell = validUtf8(trimmed(record.cells[i]));
        if (m_columns[i] == Column::Layer) {
            const auto layer = m_graph.findLayer(cell);
            if (!layer)
                return error(record.line, "the model has no layer " + inQuotes(cell),
                             nearNames(cell, m_layers));
            row.layer = *layer;
        } else if (m_columns[i] == Column::Platform && !cell.empty()) {
            row.platform = m_system.findPlatform(cell);
            if (!row.platform)
                return error(record.line, "the system has no platform " + inQuotes(cell),
                             nearNames(cell, m_platforms));
        } else if (m_columns[i] == Column::Bits && !cell.empty()) {
            double bits = 0;
            if (!parseNumber(cell, bits) || bits < 1 || bits > 64 || bits != std::floor(bits))
                return error(record.line, "bits " + inQuotes(cell), "give a whole number from 1 to 64");
            row.bits = static_cast<int>(bits);
        } else if (m_columns[i] == Column::Sensitivity) {
            const auto value = valueOf(record, cell);
            if (!value) return value.error();
            row.value = *value;
        }
    }
    return row;
}

Result<void> Reader::noteOnce(const CsvRecord& record, const Row& row) {
    std::string where;
    if (row.platform) where = " on " + m_platforms[row.platform->index()];
    if (row.bits) where = " at " + std::to_string(*row.bits) + " bits";
    const std::string& layer = m_layers[row.layer.index()];
    const auto [known, fresh] = m_lines.try_emplace(std::to_string(row.layer.value) + where, record.line);
    if (fresh) return {};
    return error(record.line,
                 inQuotes(layer) + printable(where) + " is listed twice, first on line " +
                     std::to_string(known->second),
                 "keep one row");
}

/// Wider platforms than any row's lose nothing; between or below the listed bits nobody knows.
Result<void> Reader::checkBits(int line) const {
    std::set<int> listed;
    bool any = false;
    for (const Row& row : m_rows) {
        if (row.bits) listed.insert(*row.bits);
        any = any || !row.bits;
    }
    if (listed.empty() || any) return {};
    for (const Platform& p : m_system.platforms)
        if (const int bits = bitsOf(p); bits < *listed.rbegin() && !listed.contains(bits))
            return error(line, "no rows at " + std::to_string(bits) + " bits, which " + printable(p.name) + " has",
                         "add them, or rows without bits");
    return {};
}

SensitivityTable Reader::filled() const {
    SensitivityTable table(m_layers.size(), m_platforms.size());
    // Rows that speak of every platform first: the others replace what they say.
    for (const bool particular : {false, true})
        for (const Row& row : m_rows) {
            if ((row.platform || row.bits) != particular) continue;
            for (std::uint32_t p = 0; p < m_platforms.size(); ++p) {
                if (row.platform && row.platform->value != p) continue;
                if (row.bits && *row.bits != bitsOf(m_system.platforms[p])) continue;
                table.set(row.layer, PlatformId{p}, row.value);
            }
        }
    return table;
}

Result<SensitivityTable> Reader::read(std::string_view text) {
    const std::vector<CsvRecord> all = csvRecords(text);
    if (all.empty())
        return error(1, "nothing in the file", "give a header with layer and sensitivity, then one row a layer");
    if (auto header = readHeader(all.front()); !header) return header.error();
    for (std::size_t i = 1; i < all.size(); ++i) {
        auto row = readRow(all[i]);
        if (!row) return row.error();
        if (auto noted = noteOnce(all[i], *row); !noted) return noted.error();
        m_rows.push_back(*row);
    }
    if (m_rows.empty()) return error(all.front().line, "a header without rows", "give one row a layer");
    if (auto bits = checkBits(all.front().line); !bits) return bits.error();
    return filled();
}

} // namespace

Result<SensitivityTable> parseSensitivityCsv(std::string_view text, const std::string& file,
                                             const Graph& graph, const System& system) {
    return Reader(file, graph, system).read(text);
}

Result<SensitivityTable> readSensitivity(const std::string& path, const Graph& graph, const System& system) {
    const auto text = readFile(path);
    if (!text) return text.error();
    return parseSensitivityCsv(*text, path, graph, system);
}

} // namespace cutline
