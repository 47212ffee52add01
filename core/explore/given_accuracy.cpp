// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/given_accuracy.h"

#include "core/accuracy/precision.h"
#include "core/base/csv.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/explore/accuracy_demands.h"
#include "core/platform/near_names.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cutline {
namespace {

/// Platforms with their precisions, and the layers whose tensors cross: equal for equal plans.
class PlanKey {
public:
    void addStage(PlatformId platform, std::uint8_t precision) {
        m_text += std::to_string(platform.value) + "." + std::to_string(precision) + ">";
    }
    /// `layers` ascending; behind all stages.
    void addCut(std::span<const LayerId> layers) {
        m_text += '|';
        for (const LayerId layer : layers) m_text += std::to_string(layer.value) + "+";
    }
    const std::string& text() const { return m_text; }

private:
    std::string m_text;
};

std::string keyOf(const Plan& plan, const Graph& graph) {
    PlanKey key;
    for (const Stage& stage : plan.stages) key.addStage(stage.platform, stage.precision);
    for (const auto& cut : cutLayers(graph, plan)) key.addCut(cut);
    return key.text();
}

/// Layers up to `last` on the first, the others on the second; one stage where there is no second.
Plan planCutAfter(std::optional<LayerId> last, std::span<const PlatformId> platforms, std::size_t layers) {
    Plan plan;
    const std::size_t end = last ? last->index() + 1 : layers;
    for (std::uint32_t l = 0; l < layers; ++l) {
        if (l == 0 || l == end) plan.stages.push_back({platforms[plan.stages.size()], {}});
        plan.stages.back().layers.push_back(LayerId{l});
    }
    return plan;
}

} // namespace

class AccuracyTableReader {
public:
    AccuracyTableReader(const std::string& file, const Graph& graph, const System& system)
        : m_graph(graph), m_system(system) {
        m_table.m_file = file;
    }

    Result<AccuracyTable> read(std::string_view text);

private:
    enum Column { Platforms, Cuts, CutAfter, Bits, BitsBefore, BitsAfter, Top1, Low, High, ColumnCount };

    Error error(std::string what, std::string fix) const {
        return {printable(m_table.m_file) + ":" + std::to_string(m_line), std::move(what), std::move(fix)};
    }
    Result<void> readHeader(const CsvRecord& header);
    bool has(Column column) const { return m_at[column].has_value(); }
    std::string cell(Column column) const {
        return has(column) && *m_at[column] < m_cells->size() ? validUtf8(trimmed((*m_cells)[*m_at[column]])) : std::string();
    }
    Result<double> shareOf(const std::string& text) const;
    Result<LayerId> layerNamed(const std::string& name) const;
    Result<std::vector<PlatformId>> platforms() const;
    Result<std::string> planKey() const;
    Result<std::string> precisionKey() const;
    Result<Width> widthOf(const std::string& bits) const;
    Result<void> readRow();

    const Graph& m_graph;
    const System& m_system;
    AccuracyTable m_table;
    std::array<std::optional<std::size_t>, ColumnCount> m_at;
    const std::vector<std::string>* m_cells = nullptr;
    int m_line = 1;
};

Result<void> AccuracyTableReader::readHeader(const CsvRecord& header) {
    struct Name {
        std::string_view text;
        Column column;
    };
    constexpr std::array kNames{Name{"platforms", Platforms}, Name{"cuts", Cuts},
                                Name{"cut_after_layer", CutAfter}, Name{"bits", Bits},
                                Name{"bits_before", BitsBefore}, Name{"bits_after", BitsAfter},
                                Name{"accuracy", Top1}, Name{"accuracy_top1", Top1}, Name{"top1", Top1},
                                Name{"low", Low}, Name{"high", High}};
    m_line = header.line;
    for (std::size_t i = 0; i < header.cells.size(); ++i)
        for (const Name& name : kNames)
            if (lowered(trimmed(header.cells[i])) == name.text) {
                if (has(name.column)) return error("column " + inQuotes(header.cells[i]) + " stands there twice", "keep one of them");
                m_at[name.column] = i;
            }
    if (!has(Top1)) return error("no column 'accuracy'", "give a share of right answers in it, like 0.915");
    if (has(Cuts) && has(CutAfter)) return error("both 'cuts' and 'cut_after_layer'", "keep one of them");
    if (has(BitsBefore) != has(BitsAfter)) return error("'bits_before' or 'bits_after' alone", "give both");
    if (has(Cuts) && !has(Platforms)) return error("'cuts' without 'platforms'", "add the platforms, or use 'cut_after_layer'");
    if (!has(Platforms) && !has(CutAfter) && !has(Bits) && !has(BitsBefore))
        return error("nothing says which plan a row is of",
                     "add platforms and cuts, or cut_after_layer, or bits_before and bits_after");
    return {};
}

Result<double> AccuracyTableReader::shareOf(const std::string& text) const {
    const bool percent = text.ends_with('%');
    double value = 0;
    if (!parseNumber(trimmed(percent ? text.substr(0, text.size() - 1) : text), value))
        return error("accuracy " + inQuotes(text) + " is not a number", "write it like 0.915 or 91.5%");
    if (percent) value /= 100;
    if (!std::isfinite(value) || value < 0 || value > 1)
        return error("accuracy is " + text, "give a share from 0 to 1, or with a percent sign");
    return value;
}

Result<LayerId> AccuracyTableReader::layerNamed(const std::string& name) const {
    auto layer = m_graph.findLayer(name);
    if (!layer) layer = m_graph.findLayer(percentDecoded(name));
    if (layer) return *layer;
    std::vector<std::string> names;
    for (const Layer& known : m_graph.layers()) names.push_back(known.name);
    return error("the model has no layer " + inQuotes(name), nearNames(name, names));
}

Result<std::vector<PlatformId>> AccuracyTableReader::platforms() const {
    std::vector<PlatformId> platforms;
    if (!has(Platforms)) {
        for (std::uint32_t p = 0; p < m_system.platforms.size(); ++p) platforms.push_back(PlatformId{p});
        return platforms;
    }
    for (const std::string& name : split(cell(Platforms), '>')) {
        const auto platform = m_system.findPlatform(percentDecoded(trimmed(name)));
        if (!platform) {
            std::vector<std::string> names;
            for (const Platform& known : m_system.platforms) names.push_back(known.name);
            return error("the system has no platform " + inQuotes(name), nearNames(name, names));
        }
        platforms.push_back(*platform);
    }
    return platforms;
}

Result<std::string> AccuracyTableReader::planKey() const {
    const auto used = platforms();
    if (!used) return used.error();
    std::vector<std::uint8_t> precisions(used->size(), 0);
    if (has(Bits) && !cell(Bits).empty()) {
        const auto bits = split(cell(Bits), '>');
        if (bits.size() != used->size())
            return error(std::to_string(bits.size()) + " bits for " + std::to_string(used->size()) + " platforms",
                         "give them stage by stage, like 4>8");
        for (std::size_t s = 0; s < bits.size(); ++s) {
            const auto precision = precisionNamed(bits[s], m_system.platform((*used)[s]));
            if (!precision) return error(precision.error().where + " " + precision.error().what, precision.error().fix);
            precisions[s] = *precision;
        }
    }
    if (!has(Cuts)) {
        std::optional<LayerId> last;
        if (!cell(CutAfter).empty()) {
            const auto layer = layerNamed(cell(CutAfter));
            if (!layer) return layer.error();
            if (layer->index() + 1 < m_graph.layerCount()) last = *layer;
        }
        if (last && used->size() < 2) return error("a cut, and one platform", "name both platforms");
        Plan plan = planCutAfter(last, *used, m_graph.layerCount());
        for (std::size_t s = 0; s < plan.stages.size(); ++s) plan.stages[s].precision = precisions[s];
        return keyOf(plan, m_graph);
    }
    PlanKey key;
    for (std::size_t s = 0; s < used->size(); ++s) key.addStage((*used)[s], precisions[s]);
    const auto cuts = cell(Cuts).empty() ? std::vector<std::string>{} : split(cell(Cuts), '>');
    if (cuts.size() + 1 != used->size())
        return error(std::to_string(cuts.size()) + " cuts for " + std::to_string(used->size()) + " platforms",
                     "give one cut between two platforms");
    for (const std::string& cut : cuts) {
        std::vector<LayerId> layers;
        for (const std::string& name : split(cut, '+')) {
            if (name.empty()) continue;
            const auto layer = layerNamed(name);
            if (!layer) return layer.error();
            layers.push_back(*layer);
        }
        std::sort(layers.begin(), layers.end());
        key.addCut(layers);
    }
    return key.text();
}

Result<Width> AccuracyTableReader::widthOf(const std::string& bits) const {
    const auto width = Width::parse(bits == "32" ? "float32" : bits);
    if (!width) return error("bits " + inQuotes(bits), "give 2 to 16, float16, bfloat16 or float32");
    return width;
}

Result<std::string> AccuracyTableReader::precisionKey() const {
    const bool cut = has(BitsBefore);
    const auto before = widthOf(cell(cut ? BitsBefore : Bits));
    if (!before) return before.error();
    PrecisionVector vector = PrecisionVector::uniform(m_graph.layerCount(), *before);
    if (cut && !cell(CutAfter).empty()) {
        const auto after = widthOf(cell(BitsAfter));
        if (!after) return after.error();
        const auto layer = layerNamed(cell(CutAfter));
        if (!layer) return layer.error();
        for (std::size_t l = layer->index() + 1; l < vector.layers.size(); ++l) vector.layers[l] = {*after, *after};
    }
    return vector.text();
}

Result<void> AccuracyTableReader::readRow() {
    if (cell(Top1).empty()) return {};
    const auto top1 = shareOf(cell(Top1));
    if (!top1) return top1.error();
    Accuracy accuracy{*top1, Accuracy::Kind::Given, *top1, *top1, nullptr};
    for (const auto& [column, end] : {std::pair{Low, &accuracy.low}, std::pair{High, &accuracy.high}}) {
        if (cell(column).empty()) continue;
        const auto value = shareOf(cell(column));
        if (!value) return value.error();
        *end = *value;
    }
    if (accuracy.low > *top1 || accuracy.high < *top1)
        return error("the accuracy lies outside 'low' to 'high'", "correct the interval");
    const bool of_precisions = has(BitsBefore) || (has(Bits) && !has(Platforms) && !has(CutAfter));
    const auto key = of_precisions ? precisionKey() : planKey();
    if (!key) return key.error();
    auto& rows = of_precisions ? m_table.m_precisions : m_table.m_plans;
    const auto [known, is_new] = rows.try_emplace(*key, accuracy);
    if (!is_new && !(known->second == accuracy))
        return error("the plan stands there already, with accuracy " + numberText(known->second.top1), "keep one of the rows");
    return {};
}

Result<AccuracyTable> AccuracyTableReader::read(std::string_view text) {
    const std::vector<CsvRecord> records = csvRecords(text);
    if (records.empty()) return error("nothing in the file", "give a header, then a row a plan");
    if (auto header = readHeader(records.front()); !header) return header.error();
    if (m_graph.layerCount() == 0) return error("the model has no layers", "open a model that computes something");
    for (std::size_t i = 1; i < records.size(); ++i) {
        m_cells = &records[i].cells;
        m_line = records[i].line;
        const std::size_t wanted = records.front().cells.size();
        if (m_cells->size() != wanted)
            return error(std::to_string(m_cells->size()) + " cells, the header has " + std::to_string(wanted),
                         m_cells->size() > wanted ? "write decimal points, and quote names with commas" : "fill the row");
        if (auto row = readRow(); !row) return row.error();
    }
    if (m_table.size() == 0) return error("no row with an accuracy", "give a row a plan");
    return std::move(m_table);
}

Result<AccuracyTable> AccuracyTable::parse(std::string_view text, const std::string& file, const Graph& graph,
                                           const System& system) {
    return AccuracyTableReader(file, graph, system).read(text);
}

Result<AccuracyTable> AccuracyTable::read(const std::string& path, const Graph& graph, const System& system) {
    const auto text = readFile(path);
    if (!text) return text.error();
    return parse(*text, path, graph, system);
}

std::optional<Accuracy> AccuracyTable::of(const Plan& plan, const Graph& graph, const System& system) const {
    if (const auto at = m_plans.find(keyOf(plan, graph)); at != m_plans.end()) return at->second;
    if (m_precisions.empty()) return {};
    const auto vector = precisionOf(plan, graph, system);
    if (!vector) return {};
    const auto at = m_precisions.find(vector->text());
    return at == m_precisions.end() ? std::nullopt : std::optional(at->second);
}

Result<SearchResult> exploreGiven(const Problem& problem, const SearchOptions& options, const AccuracyTable& table,
                                  Progress& progress) {
    SearchOptions task = options;
    std::erase(task.objectives, Objective::Accuracy);
    Problem searched = problem;
    const std::vector<Constraint> limits = takeAccuracyDemands(searched.scenario, task);
    const bool decides = task.objectives.size() < options.objectives.size() || !limits.empty();
    if (task.objectives.empty()) task.objectives.push_back(Objective::Latency);
    // Plans that others beat may know more.
    task.keep_dominated = task.keep_dominated || decides;
    auto result = explore(searched, task, progress);
    if (!result || result->infeasible) return result;
    AccuracyClaim claim;
    std::vector<std::uint32_t> known;
    double best = 0;
    result->accuracies.resize(result->summaries.size());
    for (std::uint32_t i = 0; i < result->summaries.size(); ++i) {
        const auto accuracy = table.of(result->candidates->plan(i), *problem.graph, *problem.system);
        result->accuracies[i] = accuracy;
        result->summaries[i].accuracy = accuracy ? accuracy->top1 : std::numeric_limits<double>::quiet_NaN();
        ++(accuracy ? claim.given : claim.unknown);
        if (!accuracy) continue;
        best = std::max(best, accuracy->top1);
        if (keepsAccuracy(accuracy->top1, limits)) known.push_back(i);
    }
    for (Baseline& baseline : result->baselines)
        baseline.metrics.accuracy = table.of(baseline.plan, *problem.graph, *problem.system);
    result->accuracy_claim = claim;
    if (claim.given == 0 && decides)
        return Error{printable(table.file()), "knows none of the " + std::to_string(claim.unknown) + " plans",
                     "give rows of plans of this system: see explore --all --format csv"};
    if (!decides) return result;
    if (known.empty()) {
        const Constraint& c = limits.front();
        result->infeasible = Violation{Violation::Kind::Constraint, c.text, best, c.limit, {},
                                       c.text + ": the best plan has " + formatQuantity(best, Unit::Fraction) + " as given"};
    }
    result->front = std::move(known);
    refreshFront(*result, options);
    return result;
}

} // namespace cutline
