// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/json_writer.h"
#include "core/split/exports.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace cutline {
namespace {

constexpr double kMicroseconds = 1e6;

/// Slices of one thread must nest: what overlaps goes to a further thread of the same lane.
class Threads {
public:
    explicit Threads(std::size_t lanes) : m_free(lanes) {}
    std::uint64_t take(std::size_t lane, double start, double end)
    {
        auto& free = m_free[lane];
        for (std::size_t i = 0; i < free.size(); ++i)
            if (free[i] <= start) {
                free[i] = end;
                return i + 1;
            }
        free.push_back(end);
        return free.size();
    }
    std::size_t count(std::size_t lane) const { return m_free[lane].size(); }

private:
    std::vector<std::vector<double>> m_free;
};

class TraceWriter {
public:
    TraceWriter(const Timeline& timeline, const Graph& graph, const System& system)
        : m_timeline(timeline), m_graph(graph), m_system(system), m_json(m_text), m_threads(timeline.lanes.size())
    {
    }
    std::string run();

private:
    void open(const char* phase, std::uint32_t lane, std::uint64_t thread);
    void name(const char* what, std::uint32_t lane, std::uint64_t thread, const std::string& text);
    void slice(const Timeline::Bar& bar, std::uint64_t thread, const std::string& text, const char* category,
               double start, double end, double bytes);
    std::string nameOf(const Timeline::Bar& bar) const;
    void memory();
    void flows();
    void flowEnd(const char* phase, const Timeline::Bar& bar, double time, std::uint64_t id);

    const Timeline& m_timeline;
    const Graph& m_graph;
    const System& m_system;
    std::string m_text;
    JsonWriter m_json;
    Threads m_threads;
    /// What waits and is waited for, with its thread: by inference, kind and part.
    std::map<std::tuple<std::uint32_t, bool, std::uint32_t>, std::pair<const Timeline::Bar*, std::uint64_t>> m_bars;
};

void TraceWriter::open(const char* phase, std::uint32_t lane, std::uint64_t thread)
{
    m_json.lineBreak();
    m_json.open('{');
    m_json.member("ph", phase);
    m_json.member("pid", std::uint64_t{lane} + 1);
    m_json.member("tid", thread);
}

void TraceWriter::name(const char* what, std::uint32_t lane, std::uint64_t thread, const std::string& text)
{
    open("M", lane, thread);
    m_json.member("name", what);
    m_json.key("args");
    m_json.open('{');
    m_json.member("name", text);
    m_json.close('}');
    m_json.close('}');
}

void TraceWriter::slice(const Timeline::Bar& bar, std::uint64_t thread, const std::string& text, const char* category,
                        double start, double end, double bytes)
{
    open("X", bar.lane, thread);
    m_json.member("ts", start * kMicroseconds);
    m_json.member("dur", (end - start) * kMicroseconds);
    m_json.member("name", text);
    m_json.member("cat", category);
    m_json.key("args");
    m_json.open('{');
    m_json.member("frame", std::uint64_t{bar.frame});
    if (bytes > 0) m_json.member("bytes", bytes);
    m_json.close('}');
    m_json.close('}');
}

std::string TraceWriter::nameOf(const Timeline::Bar& bar) const
{
    if (bar.kind == Timeline::Bar::Kind::Piece) {
        const Timeline::Piece& piece = m_timeline.pieces[bar.part];
        return "stage " + std::to_string(piece.stage + 1);
    }
    const Timeline::Transfer& transfer = m_timeline.transfers[bar.part];
    return std::string(m_system.nodeName(transfer.from)) + " > " + std::string(m_system.nodeName(transfer.to));
}

/// A counter for each platform: what the inference that it works for holds there; between inferences the weights alone.
void TraceWriter::memory()
{
    std::map<std::uint32_t, double> told; // by lane
    const auto count = [&](std::uint32_t lane, double time, double bytes) {
        if (const auto [last, first] = told.try_emplace(lane, bytes); !first && std::exchange(last->second, bytes) == bytes) return;
        open("C", lane, 0);
        m_json.member("ts", time * kMicroseconds);
        m_json.member("name", "memory");
        m_json.key("args");
        m_json.open('{');
        m_json.member("bytes", bytes);
        m_json.close('}');
        m_json.close('}');
    };
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> end; // of a lane's inference
    for (const auto& [key, at] : m_bars)
        if (at.first->kind == Timeline::Bar::Kind::Piece) {
            double& last = end[{at.first->lane, at.first->frame}];
            last = std::max(last, at.first->end_s);
        }
    for (const Timeline::Bar& bar : m_timeline.bars) {
        if (bar.kind != Timeline::Bar::Kind::Piece || bar.lent_for) continue;
        for (const Timeline::Step& step : m_timeline.pieces[bar.part].steps)
            count(bar.lane, bar.start_s + step.start_s, step.memory_bytes);
        if (bar.end_s == end[{bar.lane, bar.frame}]) count(bar.lane, bar.end_s, m_timeline.lanes[bar.lane].weight_bytes);
    }
}

void TraceWriter::flowEnd(const char* phase, const Timeline::Bar& bar, double time, std::uint64_t id)
{
    const bool transfer = bar.kind == Timeline::Bar::Kind::Transfer;
    open(phase, bar.lane, m_bars.at({bar.frame, transfer, bar.part}).second);
    m_json.member("ts", time * kMicroseconds);
    m_json.member("name", "waits");
    m_json.member("cat", "flow");
    m_json.member("id", id);
    if (*phase == 'f') m_json.member("bp", "e");
    m_json.close('}');
}

/// From whatever is waited for to what waits, where one of the two is a transfer.
void TraceWriter::flows()
{
    std::uint64_t id = 0;
    for (std::uint32_t frame = 0; frame < m_timeline.frames; ++frame)
        for (const Timeline::Wait& wait : m_timeline.waits) {
            const auto on = m_bars.find({frame, wait.on.is_transfer, wait.on.part});
            const auto waits = m_bars.find({frame, wait.waits.is_transfer, wait.waits.part});
            if (on == m_bars.end() || waits == m_bars.end()) continue;
            const Timeline::Bar& from = *on->second.first;
            const Timeline::Bar& to = *waits->second.first;
            // It leaves from within the last slice there, so that the viewer binds it to that one.
            double begin = from.start_s;
            if (!wait.on.is_transfer && !m_timeline.pieces[from.part].steps.empty())
                begin += m_timeline.pieces[from.part].steps.back().start_s;
            begin = std::min((begin + from.end_s) / 2, to.start_s);
            flowEnd("s", from, begin, ++id);
            flowEnd("f", to, to.start_s, id);
        }
}

std::string TraceWriter::run()
{
    m_json.open('{');
    m_json.member("displayTimeUnit", "ns");
    m_json.key("traceEvents");
    m_json.open('[');
    for (std::uint32_t l = 0; l < m_timeline.lanes.size(); ++l) name("process_name", l, 0, m_timeline.lanes[l].name);
    for (const Timeline::Bar& bar : m_timeline.bars) {
        const std::uint64_t thread = m_threads.take(bar.lane, bar.start_s, bar.end_s);
        if (bar.kind != Timeline::Bar::Kind::Handling && !bar.lent_for)
            m_bars[{bar.frame, bar.kind == Timeline::Bar::Kind::Transfer, bar.part}] = {&bar, thread};
        if (bar.kind != Timeline::Bar::Kind::Piece) {
            const double bytes = m_timeline.transfers[bar.part].bytes;
            const char* kind = bar.kind == Timeline::Bar::Kind::Transfer ? "transfer" : "handling";
            slice(bar, thread, nameOf(bar), kind, bar.start_s, bar.end_s, bytes);
            continue;
        }
        slice(bar, thread, nameOf(bar), "piece", bar.start_s, bar.end_s, 0);
        for (const Timeline::Step& step : m_timeline.pieces[bar.part].steps) {
            std::vector<LayerId> layers = step.layers;
            std::sort(layers.begin(), layers.end());
            std::string names;
            for (const LayerId layer : layers) names += (names.empty() ? "" : " + ") + m_graph.layer(layer).name;
            // Rounding must not let a layer stand out of its piece.
            const double start = std::min(bar.start_s + step.start_s, bar.end_s);
            slice(bar, thread, names, "layer", start, std::clamp(bar.start_s + step.end_s, start, bar.end_s), 0);
        }
    }
    memory();
    flows();
    for (std::uint32_t l = 0; l < m_timeline.lanes.size(); ++l)
        for (std::uint64_t t = 1; t <= m_threads.count(l); ++t)
            name("thread_name", l, t, t == 1 ? m_timeline.lanes[l].name : m_timeline.lanes[l].name + " overlap");
    m_json.close(']');
    m_json.close('}');
    m_text += '\n';
    return std::move(m_text);
}

} // namespace

std::string traceJson(const Timeline& timeline, const Graph& graph, const System& system)
{
    return TraceWriter(timeline, graph, system).run();
}

} // namespace cutline
