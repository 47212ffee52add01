// SPDX-License-Identifier: GPL-3.0-or-later
// The two profiles that are JSON: trtexec --exportProfile and ONNX Runtime's trace.
#include "core/base/text.h"
#include "core/cost/profiles/json_elements.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace cutline::profiles {
namespace {

constexpr std::string_view kKernel = "_kernel_time";
constexpr std::string_view kReformat = "Reformatting CopyNode", kCopy = " copy";

/// {"name": .., "timeMs": sum, "averageMs": .., "medianMs": .., "percentage": ..}
class TensorRtReader {
public:
    explicit TensorRtReader(const Place& place) : m_place(place) {}
    Result<void> take(const JsonElement& element);
    std::vector<Profile::Row> rows() && { return std::move(m_rows); }

private:
    const Place& m_place;
    std::vector<Profile::Row> m_rows;
    Seen m_seen;
};

Result<void> TensorRtReader::take(const JsonElement& element) {
    const std::string* name = element.text("name");
    if (!name || trimmed(*name).empty())
        return m_place.error(element.line, "a layer without a name", "export the profile again");
    const std::string_view key = element.find("medianMs") ? "medianMs" : "averageMs";
    const auto ms = element.number(key);
    if (!ms)
        return m_place.error(element.line, "neither medianMs nor averageMs for " + inQuotes(*name),
                             "export the profile again with trtexec");
    if (*ms < 0)
        return m_place.error(element.line,
                             std::string(key) + " of " + inQuotes(*name) + " is " + numberText(*ms),
                             "give 0 or more");
    const auto time = seconds(m_place, element.line, key, *ms * 1e-3);
    if (!time) return time.error();
    // Copies into one layer, or of one tensor, may well bear one name; they are added to it.
    if (!name->starts_with(kReformat) && !name->ends_with(kCopy))
        if (auto fresh = m_seen.add(m_place, element.line, *name); !fresh) return fresh;
    Profile::Row row;
    row.layer = validUtf8(trimmed(*name));
    row.latency_s = *time;
    row.line = element.line;
    m_rows.push_back(std::move(row));
    return {};
}

/// Trace events; kernels of category Node between the start and the end of each `model_run`.
class OnnxRuntimeReader {
public:
    explicit OnnxRuntimeReader(const Place& place) : m_place(place) {}
    Result<void> take(const JsonElement& element);
    Result<Profile> finish();

private:
    struct Event {
        std::size_t node;
        double start_us, duration_us;
        std::size_t run = 0;
    };
    struct Run {
        double start_us, end_us;
    };
    Result<double> time(const JsonElement& element, std::string_view key) const;
    std::size_t assignRuns();

    const Place& m_place;
    std::unordered_map<std::string, std::size_t> m_index;
    std::vector<Profile::Row> m_nodes;
    std::vector<Event> m_events;
    std::vector<Run> m_runs;
};

Result<double> OnnxRuntimeReader::time(const JsonElement& element, std::string_view key) const {
    const auto value = element.number(key);
    if (!value)
        return m_place.error(element.line, "an event without a number in '" + std::string(key) + "'",
                             "give the profile as ONNX Runtime wrote it");
    if (*value < 0)
        return m_place.error(element.line, std::string(key) + " is " + numberText(*value), "give 0 or more");
    if (const auto plausible = seconds(m_place, element.line, key, *value * 1e-6); !plausible)
        return plausible.error();
    return *value;
}

Result<void> OnnxRuntimeReader::take(const JsonElement& element) {
    const std::string* name = element.text("name");
    const std::string* category = element.text("cat");
    if (!name || !category) return {};
    const bool kernel = *category == "Node" && name->ends_with(kKernel);
    if (!kernel && *name != "model_run") return {};
    const auto duration = time(element, "dur"), start = time(element, "ts");
    if (!duration) return duration.error();
    if (!start) return start.error();
    if (!kernel) {
        m_runs.push_back({*start, *start + *duration});
        return {};
    }
    const std::string layer = name->substr(0, name->size() - kKernel.size());
    const auto position = element.number("args.node_index");
    const std::string* type = element.text("args.op_name");
    const auto [at, fresh] =
        m_index.try_emplace(layer + '\n' + (position ? numberText(*position) : ""), m_nodes.size());
    if (fresh) {
        Profile::Row row;
        row.layer = validUtf8(layer);
        row.line = element.line;
        if (type) row.type = validUtf8(*type);
        if (position && std::abs(*position) < 1e15) row.position = static_cast<std::int64_t>(*position);
        row.unnamed = type && position && layer == *type + "_" + std::to_string(row.position);
        m_nodes.push_back(std::move(row));
    }
    m_events.push_back({at->second, *start, *duration, 0});
    return {};
}

/// Gives every event its run: the `model_run` that has begun last and not ended. Without such events, a
/// node's n-th time is of run n. Events outside of all runs go.
std::size_t OnnxRuntimeReader::assignRuns() {
    std::sort(m_runs.begin(), m_runs.end(),
              [](const Run& a, const Run& b) { return a.start_us < b.start_us; });
    if (m_runs.empty()) {
        std::vector<std::size_t> times(m_nodes.size(), 0);
        std::size_t runs = 0;
        for (Event& event : m_events) {
            event.run = times[event.node]++;
            runs = std::max(runs, event.run + 1);
        }
        return runs;
    }
    std::erase_if(m_events, [&](Event& event) {
        const auto after =
            std::upper_bound(m_runs.begin(), m_runs.end(), event.start_us,
                             [](double start_us, const Run& run) { return start_us < run.start_us; });
        if (after == m_runs.begin() || event.start_us > std::prev(after)->end_us) return true;
        event.run = static_cast<std::size_t>(after - m_runs.begin()) - 1;
        return false;
    });
    return m_runs.size();
}

/// Median over `runs` runs, of which all but those of `sums` took nothing.
double medianOf(std::vector<double> sums, std::size_t runs) {
    std::sort(sums.begin(), sums.end());
    const std::size_t zeros = runs - sums.size();
    const auto at = [&](std::size_t i) { return i < zeros ? 0 : sums[i - zeros]; };
    return runs % 2 == 1 ? at(runs / 2) : at(runs / 2 - 1) / 2 + at(runs / 2) / 2;
}

Result<Profile> OnnxRuntimeReader::finish() {
    Profile profile;
    profile.file = m_place.file;
    profile.format = ProfileFormat::OnnxRuntime;
    if (m_nodes.empty())
        return m_place.error(1, "no event of category Node whose name ends in _kernel_time",
                             "profile the session's runs: enable_profiling, run it, end_profiling");
    const std::size_t runs = assignRuns();
    const std::size_t first = runs > 1 ? 1 : 0;
    std::stable_sort(m_events.begin(), m_events.end(), [](const Event& a, const Event& b) {
        return std::pair(a.node, a.run) < std::pair(b.node, b.run);
    });
    auto event = m_events.begin();
    for (std::size_t n = 0; n < m_nodes.size(); ++n) {
        std::vector<double> sums;
        while (event != m_events.end() && event->node == n) {
            const std::size_t run = event->run;
            double sum = 0;
            for (; event != m_events.end() && event->node == n && event->run == run; ++event)
                sum += event->duration_us;
            if (run >= first) sums.push_back(sum);
        }
        m_nodes[n].latency_s = medianOf(std::move(sums), runs - first) * 1e-6;
    }
    profile.rows = std::move(m_nodes);
    profile.notes.push_back(runs > 1 ? "median of " + std::to_string(runs - 1) + " runs after the first"
                                     : "one run: it includes what a first run takes longer");
    return profile;
}

bool isRuntimeEvent(const JsonElement& element) {
    return element.find("cat") || (element.find("ph") && element.find("dur"));
}

} // namespace

Result<Profile> readJson(std::string_view text, const std::string& file) {
    const Place place{file};
    const Error unknown =
        place.error(1, "JSON, and no profile of trtexec or ONNX Runtime",
                    "give an array that starts with {\"count\": n}, or one of trace events");
    std::optional<ProfileFormat> format;
    TensorRtReader tensor_rt(place);
    OnnxRuntimeReader runtime(place);
    const auto taken = forEachElement(text, place, [&](const JsonElement& element) -> Result<void> {
        if (!format) {
            if (element.find("count") && !element.find("name")) {
                format = ProfileFormat::TensorRt;
                return {};
            }
            if (!isRuntimeEvent(element)) return unknown;
            format = ProfileFormat::OnnxRuntime;
        }
        return *format == ProfileFormat::TensorRt ? tensor_rt.take(element) : runtime.take(element);
    });
    if (!taken) return taken.error();
    if (!format) return unknown;
    if (*format == ProfileFormat::OnnxRuntime) return runtime.finish();
    Profile profile;
    profile.file = file;
    profile.format = ProfileFormat::TensorRt;
    profile.rows = std::move(tensor_rt).rows();
    if (profile.rows.empty())
        return place.error(1, "a count without layers",
                           "export the profile with trtexec --exportProfile again");
    return profile;
}

} // namespace cutline::profiles
