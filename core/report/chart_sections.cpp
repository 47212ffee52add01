// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/report/svg.h"
#include "core/report/sections.h"

#include <algorithm>
#include <set>

namespace cutline::report {
namespace {

/// More dots than this tell nothing more and make the file large.
constexpr std::size_t kMostDots = 1500;
constexpr std::size_t kNameLetters = 24; ///< of a plan, in a chart

Figure frontChart(const Content& content, Unit unit, const std::string& title, double Summary::*figure,
                       double Metrics::*of_metrics)
{
    const SearchResult& search = content.input.search;
    double most_y = 0, most_x = 0;
    for (const Summary& s : search.summaries) most_y = std::max(most_y, s.*figure);
    for (const Summary& s : search.summaries)
        if (s.initiation_interval_s > 0) most_x = std::max(most_x, 1 / s.initiation_interval_s);
    for (const Baseline& base : search.baselines) most_y = std::max(most_y, base.metrics.*of_metrics);
    const UnitScale y = scaleFor(most_y, unit), x = scaleFor(most_x, Unit::Hertz);
    std::vector<Point> points;
    const std::set<std::uint32_t> front(search.front.begin(), search.front.end());
    const std::size_t step = search.summaries.size() / kMostDots + 1;
    const auto tip = [&](const std::string& name, double hz, double value) {
        return name + ": " + formatQuantity(hz, Unit::Hertz) + ", " + formatQuantity(value, unit);
    };
    for (std::uint32_t c = 0; c < search.summaries.size(); ++c) {
        const Summary& s = search.summaries[c];
        const bool on_front = front.contains(c);
        if (s.initiation_interval_s <= 0 || (!on_front && c % step != 0)) continue;
        const double hz = 1 / s.initiation_interval_s;
        points.push_back({hz * x.factor, s.*figure * y.factor, on_front ? Point::Kind::Front : Point::Kind::Dominated, {},
                          tip("p" + std::to_string(c + 1), hz, s.*figure)});
    }
    for (std::size_t b = 0; b < search.baselines.size(); ++b) {
        const auto nameOf = [&](const Baseline& base) { return content.problem().system->platform(base.platform).name; };
        const Baseline& base = search.baselines[b];
        // Platforms of one kind are one point.
        const auto same = [&](const Baseline& other) {
            return other.metrics.throughputHz() == base.metrics.throughputHz() && other.metrics.*of_metrics == base.metrics.*of_metrics;
        };
        if (std::any_of(search.baselines.begin(), search.baselines.begin() + static_cast<std::ptrdiff_t>(b), same)) continue;
        const auto alike = static_cast<std::size_t>(std::count_if(search.baselines.begin(), search.baselines.end(), same));
        const std::string name = nameOf(base) + (alike > 1 ? " or " + std::to_string(alike - 1) + " like it" : "") + " alone";
        points.push_back({base.metrics.throughputHz() * x.factor, base.metrics.*of_metrics * y.factor, Point::Kind::Baseline, name,
                          tip(name, base.metrics.throughputHz(), base.metrics.*of_metrics)});
    }
    const auto mark = [&](const Metrics& m, const std::string& name, Point::Kind kind) {
        points.push_back({m.throughputHz() * x.factor, m.*of_metrics * y.factor, kind, name, tip(name, m.throughputHz(), m.*of_metrics)});
    };
    for (const Listed& other : content.others)
        if (!other.candidate) mark(other.metrics, elided(other.name, kNameLetters), Point::Kind::Kept);
    if (search.knee && content.chosen.candidate != search.knee) {
        const Summary& s = search.summaries[*search.knee];
        const std::string name = "knee p" + std::to_string(*search.knee + 1);
        if (s.initiation_interval_s > 0)
            points.push_back({x.factor / s.initiation_interval_s, s.*figure * y.factor, Point::Kind::Knee, name,
                              tip(name, 1 / s.initiation_interval_s, s.*figure)});
    }
    mark(content.chosen.metrics, elided(content.chosen.name, kNameLetters), Point::Kind::Chosen);
    return {scatter(std::move(points), "throughput in " + x.name + " (more is better)", title + " in " + y.name + " (less is better)"),
            "Throughput and " + title + ". Blue dots: no plan is better in everything; grey, smaller: others; squares: all layers on "
            "one platform; diamond: the knee; triangles: kept plans; orange, large: the plan under review."};
}

} // namespace

void charts(const Content& content, Document& out)
{
    out.heading("Charts");
    out.add(frontChart(content, Unit::Second, "latency", &Summary::latency_s, &Metrics::latency_s));
    const auto& summaries = content.input.search.summaries;
    if (std::any_of(summaries.begin(), summaries.end(), [](const Summary& s) { return s.energy_j > 0; }))
        out.add(frontChart(content, Unit::Joule, "energy", &Summary::energy_j, &Metrics::energy_j));
    else
        out.note("No energy is known of any plan.");
    const Metrics& m = content.chosen.metrics;
    const System& system = *content.problem().system;
    const double period = content.problem().scenario.rate_hz ? 1 / *content.problem().scenario.rate_hz : m.initiation_interval_s;
    std::vector<Bar> busy, memory;
    for (std::size_t p = 0; p < m.platforms.size(); ++p) {
        const PlatformMetrics& part = m.platforms[p];
        if (part.busy_s > 0 && period > 0)
            busy.push_back({system.platforms[p].name, formatQuantity(part.busy_s / period, Unit::Fraction), part.busy_s / period, p});
        const auto capacity = system.platforms[p].memoryCapacity();
        if (capacity && *capacity > 0 && part.memory_bytes > 0)
            memory.push_back({system.platforms[p].name, formatQuantity(part.memory_bytes / *capacity, Unit::Fraction),
                              part.memory_bytes / *capacity, p});
    }
    for (std::size_t l = 0; l < m.links.size(); ++l)
        if (m.links[l].busy_s > 0 && period > 0)
            busy.push_back({system.links[l].link.name, formatQuantity(m.links[l].busy_s / period, Unit::Fraction),
                            m.links[l].busy_s / period, m.platforms.size() + l});
    if (!busy.empty())
        out.add(Figure{bars(busy), "Share of the time between inputs that each resource is busy; the one at 100 % sets the "
                                   "throughput."});
    if (!memory.empty()) out.add(Figure{bars(memory), "Share of each platform's memory."});
}

void timeline(const Content& content, Document& out)
{
    out.heading("Timeline");
    out.add(Figure{gantt(content.single), "One inference alone."});
    out.add(Figure{gantt(content.steady), std::to_string(content.steady.frames) + " inferences " +
                                              formatQuantity(content.steady.period_s, Unit::Second) +
                                              " apart; the number is the inference. Slim bars are links."});
}

Marked notExamined(const Content& content)
{
    const std::string& why = content.input.robustness_note;
    return why.empty() ? "Not examined." : "Not examined: " + escaped(why) + ".";
}

void risks(const Content& content, Document& out)
{
    out.heading("Risks");
    const RobustnessReport* report = content.input.robustness;
    if (!report) return out.note(notExamined(content));
    Table table({"plan", "stays on the front", "is feasible", "latency, 5 to 95 %", "throughput, 5 to 95 %"}, 1);
    const auto range = [](const Quantiles& q, Unit unit) {
        return formatQuantity(q.low, unit) + " to " + formatQuantity(q.high, unit);
    };
    const auto row = [&](const Listed& listed, bool chosen) {
        const PlanRobustness* r = listed.fares;
        if (r)
            table.row({escaped(listed.name), formatQuantity(r->on_front, Unit::Fraction),
                       formatQuantity(r->feasible, Unit::Fraction), range(r->latency_s, Unit::Second),
                       range(r->throughput_hz, Unit::Hertz)},
                      chosen);
    };
    row(content.chosen, true);
    for (const Listed& other : content.others) row(other, false);
    out.text(std::to_string(report->robustness.samples) +
             " times all predictions were made wrong at random, as much as their sources let expect (seed " +
             std::to_string(report->options.seed) + "), and " +
             counted(report->robustness.plans.size(), "plan was", "plans were") + " compared in each.");
    if (!table.rows.empty()) out.add(std::move(table));
    if (!content.input.robustness_note.empty()) out.note(escaped(content.input.robustness_note) + ".");
}

} // namespace cutline::report
