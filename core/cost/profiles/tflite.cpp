// SPDX-License-Identifier: GPL-3.0-or-later
// "Run Order" of TensorFlow Lite's benchmark_model, as the text it prints or as its CSV.
#include "core/base/text.h"
#include "core/cost/profiles/kit.h"

#include <algorithm>

namespace cutline::profiles {
namespace {

/// Cells of a line: by tabs in the text, by commas in the CSV; the last of `most` takes the rest of the line
/// (names hold commas and tabs).
std::vector<std::string> cellsOf(std::string_view line, char separator, std::size_t most) {
    std::vector<std::string> cells;
    // The text starts every field with a tab.
    if (separator == '\t' && line.starts_with('\t')) line.remove_prefix(1);
    while (cells.size() + 1 < most) {
        const auto at = line.find(separator);
        if (at == std::string_view::npos) break;
        cells.emplace_back(trimmed(line.substr(0, at)));
        line.remove_prefix(at + 1);
    }
    cells.emplace_back(trimmed(line));
    return cells;
}

/// "[avg ms]" and "avg_ms" are one column.
std::string plain(std::string_view title) {
    std::string name = lowered(trimmed(title));
    std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

bool isHeader(std::string_view line) {
    return line.size() < 400 && line.find("node type") != std::string_view::npos;
}

/// "[a/b/Relu]:12" -> "a/b/Relu".
std::string withoutBrackets(std::string_view name) {
    const auto open = name.find('['), close = name.rfind(']');
    if (open == 0 && close != std::string_view::npos && close > 0) name = name.substr(1, close - 1);
    return validUtf8(trimmed(name));
}

class TfLiteReader {
public:
    explicit TfLiteReader(const Place& place) : m_place(place) {}
    Result<Profile> read(std::string_view text);

private:
    struct Columns {
        char separator = '\t';
        std::size_t count = 0, type = 0, name = 0;
        Header::Time time{0, 1};
    };
    Result<void> readHeader(int line_number, std::string_view line);
    Result<void> readRow(int line_number, std::string_view line);

    const Place& m_place;
    Columns m_columns;
    Seen m_seen;
    std::vector<Profile::Row> m_rows;
};

Result<void> TfLiteReader::readHeader(int line_number, std::string_view line) {
    m_columns.separator = line.find('\t') != std::string_view::npos ? '\t' : ',';
    std::vector<std::string> titles = cellsOf(line, m_columns.separator, 64);
    for (std::string& title : titles) title = plain(title);
    const Header header(m_place, line_number, titles);
    const auto type = header.require("node type"), name = header.require("name");
    if (!type) return type.error();
    if (!name) return name.error();
    const auto time = header.requireTime("avg");
    if (!time) return time.error();
    if (*name + 1 != titles.size())
        return m_place.error(line_number, "'name' is not the last column", "export the profile again");
    m_columns = {m_columns.separator, titles.size(), *type, *name, *time};
    return {};
}

Result<void> TfLiteReader::readRow(int line_number, std::string_view line) {
    const auto cells = cellsOf(line, m_columns.separator, m_columns.count);
    if (cells.size() != m_columns.count)
        return m_place.error(line_number,
                             std::to_string(cells.size()) + " cells, the header has " +
                                 std::to_string(m_columns.count),
                             "give the table as benchmark_model wrote it");
    const std::string& name = cells[m_columns.name];
    if (name.empty())
        return m_place.error(line_number, "no name", "give the table as benchmark_model wrote it");
    // The CSV has no commas in names but within brackets; decimal commas would move the cells along.
    if (m_columns.separator == ',' && !name.starts_with('[') && name.find(',') != std::string::npos)
        return m_place.error(line_number, "more cells than the header has", "write decimal points, not commas");
    const auto value = amount(m_place, line_number, "the average time", cells[m_columns.time.column]);
    if (!value) return value.error();
    const auto time = seconds(m_place, line_number, "the average time", *value * m_columns.time.factor);
    if (!time) return time.error();
    if (auto fresh = m_seen.add(m_place, line_number, name); !fresh) return fresh;
    Profile::Row row;
    row.layer = withoutBrackets(name);
    row.type = validUtf8(cells[m_columns.type]);
    row.latency_s = *time;
    row.line = line_number;
    m_rows.push_back(std::move(row));
    return {};
}

/// Takes the run order of the regular runs. The file may also hold that of the initialization, the same rows
/// by time, sub-graphs, and what goes on inside a delegate, whose time is a row already.
Result<Profile> TfLiteReader::read(std::string_view text) {
    Lines lines(text);
    std::string_view line;
    enum class At { Outside, Title, Table } at = At::Title; // a table may stand there without its title
    bool initialization = false;
    while (lines.next(line)) {
        const bool brief = line.size() < 400;
        if (at == At::Table) {
            if (trimmed(line).empty() || (brief && line.find("======") != std::string_view::npos)) {
                if (!m_rows.empty()) break;
                at = At::Outside;
            } else if (auto row = readRow(lines.number(), line); !row) {
                return row.error();
            }
        }
        if (brief && line.find("Profiling Info for") != std::string_view::npos) {
            initialization = line.find("Initialization") != std::string_view::npos;
            at = initialization ? At::Outside : At::Title;
        }
        if (brief && line.find("======") != std::string_view::npos)
            at =
                line.find("Run Order") != std::string_view::npos && !initialization ? At::Title : At::Outside;
        if (at == At::Title && isHeader(line)) {
            if (auto header = readHeader(lines.number(), line); !header) return header.error();
            at = At::Table;
        }
    }
    if (m_rows.empty())
        return m_place.error(1, "no operators under 'Run Order'",
                             "run benchmark_model with --enable_op_profiling=true");
    Profile profile;
    profile.file = m_place.file;
    profile.format = ProfileFormat::TfLite;
    profile.rows = std::move(m_rows);
    return profile;
}

} // namespace

Result<Profile> readTfLite(std::string_view text, const std::string& file) {
    const Place place{file};
    return TfLiteReader(place).read(text);
}

} // namespace cutline::profiles
