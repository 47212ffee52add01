// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/cnnparted_results.h"

#include "core/base/csv.h"
#include "core/base/text.h"
#include "core/platform/near_names.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace cutline {
namespace {

class ResultReader {
public:
    ResultReader(std::string_view text, const std::string& file, const Graph& graph, const System& system)
        : m_records(csvRecords(text)), m_file(printable(file)), m_graph(graph), m_system(system)
    {
    }
    Result<Plan> plan(const std::string& id) const;

private:
    std::optional<std::size_t> column(const std::string& name) const
    {
        const auto& head = m_records.front().cells;
        const auto found = std::find(head.begin(), head.end(), name);
        if (found == head.end()) return std::nullopt;
        return static_cast<std::size_t>(found - head.begin());
    }
    Result<const CsvRecord*> rowOf(const std::string& id) const;
    Result<PlatformId> platformOf(const CsvRecord& row, std::size_t part) const;
    /// Layers up to and including the point of this part; none where there is no such point.
    Result<std::optional<std::size_t>> endOf(const CsvRecord& row, std::size_t part) const;
    Error error(const CsvRecord& row, std::string what, std::string fix) const
    {
        return {m_file + ":" + std::to_string(row.line), std::move(what), std::move(fix)};
    }

    std::vector<CsvRecord> m_records;
    std::string m_file;
    const Graph& m_graph;
    const System& m_system;
};

Result<const CsvRecord*> ResultReader::rowOf(const std::string& id) const
{
    const auto key = column("idx"); // where it was saved without, rows go by their number
    std::vector<std::string> ids;
    for (std::size_t r = 1; r < m_records.size(); ++r) {
        const CsvRecord& row = m_records[r];
        if (row.cells.size() != m_records.front().cells.size())
            return error(row, "has " + std::to_string(row.cells.size()) + " cells, the head has " +
                                  std::to_string(m_records.front().cells.size()), "copy the file again");
        ids.push_back(key ? row.cells[*key] : std::to_string(r - 1));
        if (ids.back() == id || (id.empty() && m_records.size() == 2)) return &row;
    }
    if (id.empty())
        return Error{m_file, "holds " + std::to_string(ids.size()) + " plans", ids.empty() ? "" : "name one: FILE#" + printable(ids.front())};
    return Error{m_file, "has no row with idx " + inQuotes(id), nearNames(id, ids)};
}

Result<PlatformId> ResultReader::platformOf(const CsvRecord& row, std::size_t part) const
{
    const std::string name = "Platform_" + std::to_string(part);
    const auto at = column(name);
    double number = 0;
    if (!at) return error(m_records.front(), "has no column " + name, "give the file as CNNParted wrote it");
    if (!parseNumber(trimmed(row.cells[*at]), number) || number != std::floor(number) || number < 1 ||
        number > static_cast<double>(m_system.platforms.size()))
        return error(row, name + " is " + inQuotes(row.cells[*at]),
                     "give the system with platforms 1 to " + std::to_string(m_system.platforms.size()) + " that it was made for");
    return PlatformId{static_cast<std::uint32_t>(number) - 1};
}

Result<std::optional<std::size_t>> ResultReader::endOf(const CsvRecord& row, std::size_t part) const
{
    const auto at = column("PartitioningPoint_" + std::to_string(part));
    if (!at) return std::optional<std::size_t>();
    const std::string& name = row.cells[*at];
    // CNNParted counts the input and the output as layers.
    if (lowered(name) == "input") return std::optional<std::size_t>(0);
    if (lowered(name) == "output") return std::optional<std::size_t>(m_graph.layerCount());
    if (const auto layer = m_graph.findLayer(name)) return std::optional<std::size_t>(layer->index() + 1);
    std::vector<std::string> names;
    for (const Layer& known : m_graph.layers()) names.push_back(known.name);
    return error(row, "the model has no layer " + inQuotes(name), nearNames(name, names));
}

Result<Plan> ResultReader::plan(const std::string& id) const
{
    const auto row = rowOf(id);
    if (!row) return row.error();
    std::vector<PlatformId> assignment;
    for (std::size_t part = 0; assignment.size() < m_graph.layerCount(); ++part) {
        const auto platform = platformOf(**row, part);
        if (!platform) return platform.error();
        const auto end = endOf(**row, part);
        if (!end) return end.error();
        // The last part, which has no point, takes what is left.
        const std::size_t stop = *end ? **end : m_graph.layerCount();
        if (stop > assignment.size()) assignment.resize(stop, *platform);
    }
    return planFromAssignment(m_graph, assignment);
}

} // namespace

bool isCnnPartedResult(std::string_view text)
{
    text = withoutByteOrderMark(text);
    return text.starts_with("idx,Schedule_ID,") || text.starts_with("Schedule_ID,");
}

Result<Plan> planFromCnnParted(std::string_view text, const std::string& file, const std::string& id, const Graph& graph,
                               const System& system)
{
    return ResultReader(text, file, graph, system).plan(id);
}

} // namespace cutline
