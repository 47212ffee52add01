// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/report/svg.h"
#include "core/report/sections.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace cutline::report {
namespace {

constexpr std::size_t kShown = 5; ///< assumptions, and changes

Path path(const Content& content)
{
    const System& system = *content.problem().system;
    Path path;
    for (const Stage& stage : content.chosen.plan.stages)
        path.steps.push_back({stage.platform.index(), escaped(system.platform(stage.platform).name),
                              counted(stage.layers.size(), "layer", "layers")});
    return path;
}

/// "1.8 x" better or worse than another figure, where smaller is better.
std::string gain(double ours, double theirs)
{
    if (!(ours > 0) || !(theirs > 0)) return "-";
    const double factor = theirs / ours;
    const std::string text = formatNumber(factor >= 1 ? factor : 1 / factor) + (factor >= 1 ? "&#8239;&#215; better" : "&#8239;&#215; worse");
    return "<span class=\"" + std::string(factor >= 1.005 ? "good" : factor <= 0.995 ? "bad" : "soft") + "\">" +
           (std::abs(factor - 1) < 0.005 ? "the same" : text) + "</span>";
}

void gains(const Content& content, Document& out)
{
    const Metrics& ours = content.chosen.metrics;
    if (content.input.search.baselines.empty()) return;
    Table table({"compared with all on one platform", "throughput", "", "latency", "", "energy", ""}, 1);
    for (const Baseline& base : content.input.search.baselines) {
        const std::string why = base.metrics.feasible() ? "" : " (not feasible)";
        table.row({escaped(content.problem().system->platform(base.platform).name) + why,
                   formatQuantity(base.metrics.throughputHz(), Unit::Hertz),
                   gain(ours.initiation_interval_s, base.metrics.initiation_interval_s),
                   formatQuantity(base.metrics.latency_s, Unit::Second), gain(ours.latency_s, base.metrics.latency_s),
                   formatQuantity(base.metrics.energy_j, Unit::Joule), gain(ours.energy_j, base.metrics.energy_j)});
    }
    out.add(std::move(table));
}

/// The lines of the table of requirements.
class Requirements {
public:
    explicit Requirements(const Content& content) : m_content(content)
    {
        const Scenario& scenario = content.problem().scenario;
        if (scenario.rate_hz)
            line("rate", content.chosen.metrics.throughputHz(), *scenario.rate_hz, false, Unit::Hertz, std::nullopt);
        for (const Scenario::Requirement& wanted : scenario.requirements) {
            if (wanted.at_most) add(wanted, "<=", *wanted.at_most);
            if (wanted.at_least) add(wanted, ">=", *wanted.at_least);
        }
        for (const Constraint& limit : content.input.constraints) add(escaped(limit.text.substr(0, limit.text.find_first_of("<>="))), limit);
    }
    bool none() const { return m_table.rows.empty(); }
    Table table() && { return std::move(m_table); }

private:
    void add(const Scenario::Requirement& wanted, const char* sense, double limit)
    {
        const auto constraint = parseConstraint(wanted.metric + sense + numberText(limit), *m_content.problem().system);
        if (!constraint) return;
        add(escaped(wanted.text.empty() ? wanted.metric : wanted.text) + (wanted.hard ? "" : " (wish)") +
                (wanted.source.empty() ? "" : " <span class=\"soft\">" + escaped(wanted.source) + "</span>"),
            *constraint);
    }
    void add(const Marked& name, const Constraint& limit)
    {
        const auto& rate = m_content.problem().scenario.rate_hz;
        const Metrics& metrics = m_content.chosen.metrics;
        const auto value = metricValue(metrics, limit, rate ? 1 / *rate : metrics.initiation_interval_s);
        if (value)
            line(name, *value, limit.limit, limit.at_most, unitOf(limit.kind), probability(limit));
        else
            m_table.row({name, formatQuantity(limit.limit, unitOf(limit.kind)), "not known", "-", "-"});
    }
    void line(const Marked& name, double value, double limit, bool at_most, Unit unit, std::optional<double> kept)
    {
        const double margin = at_most ? (limit - value) / limit : (value - limit) / limit;
        m_table.row({name, std::string(at_most ? "&#8804; " : "&#8805; ") + formatQuantity(limit, unit),
                     formatQuantity(value, unit),
                     "<span class=\"" + std::string(margin >= 0 ? "good" : "bad") + "\">" +
                         formatQuantity(margin, Unit::Fraction) + "</span>",
                     kept ? formatQuantity(*kept, Unit::Fraction) : "-"});
    }
    /// Share of the samples in which the plan keeps the limit.
    std::optional<double> probability(const Constraint& limit) const
    {
        const RobustnessReport* report = m_content.input.robustness;
        const PlanRobustness* fares = m_content.chosen.fares;
        if (!report || !fares) return std::nullopt;
        std::vector<Constraint> all = report->options.constraints;
        all.insert(all.end(), report->options.wishes.begin(), report->options.wishes.end());
        for (std::size_t i = 0; i < std::min(all.size(), fares->keeps.size()); ++i)
            if (all[i].kind == limit.kind && all[i].subject == limit.subject && all[i].at_most == limit.at_most &&
                all[i].limit == limit.limit)
                return fares->keeps[i];
        return std::nullopt;
    }

    const Content& m_content;
    Table m_table{{"requirement", "limit", "this plan", "margin", "kept with a chance of"}, 1};
};

/// What would change the decision.
void changes(const Content& content, Document& out)
{
    if (!content.input.robustness) return out.note(notExamined(content));
    const DecisionSensitivity& decision = content.input.robustness->decision;
    if (!decision.chosen) return out.text("No plan keeps every constraint, so there is no choice to change.");
    if (!decision.complete) out.note("Not every number was looked at: " + escaped(content.input.robustness_note) + ".");
    if (decision.changes.empty() && !decision.complete) return;
    if (decision.changes.empty())
        return out.text("The choice stays the same whatever single number is up to four times wrong.");
    Table table({"if this alone is wrong", "by", "the choice becomes", "how unlikely"}, 1);
    for (std::size_t i = 0; i < std::min(kShown, decision.changes.size()); ++i) {
        const DecisionChange& change = decision.changes[i];
        const double far = change.deviations();
        table.row({escaped(change.subject) + (change.figure == ErrorModel::Figure::Time ? ", time" : ", energy"),
                   "&#215;&#8239;" + formatNumber(change.factor), "p" + std::to_string(change.to + 1),
                   std::isfinite(far) ? formatNumber(far, 2) + " standard deviations" : "no error expected"});
    }
    out.add(std::move(table));
}

/// Predictions that a plan rests on, put together by platform and class of operator, and by link.
struct Assumption {
    std::string what;
    std::size_t layers = 0;
    double time_s = 0, energy_j = 0, error_s = 0;
    std::map<std::string, double> sources; ///< seconds by source

    std::string source() const
    {
        const auto most = std::max_element(sources.begin(), sources.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        return most == sources.end() ? std::string() : most->first;
    }
};

/// Those that the plan's figures lean on most: time that may be wrong, as much as its source lets expect.
void assumptions(const Content& content, Document& out)
{
    const CostTable& costs = *content.problem().costs;
    const System& system = *content.problem().system;
    std::map<std::string, Assumption> by_name;
    double total = 0, energy = 0;
    const auto add = [&](const std::string& name, double time_s, double energy_j, double error, const std::string& source) {
        Assumption& one = by_name[name];
        one.what = name;
        ++one.layers;
        one.time_s += time_s;
        one.energy_j += energy_j;
        one.error_s += time_s * error;
        one.sources[source] += time_s;
        total += time_s;
        energy += energy_j;
    };
    for (const Stage& stage : content.chosen.plan.stages)
        for (const LayerId layer : stage.layers) {
            const Cost& cost = costs.layer(layer, stage.platform);
            if (cost.latency_s > 0)
                add(escaped(system.platform(stage.platform).name) + ", " +
                        std::string(nameOf(costs.graph().layer(layer).op_class)) + " layers",
                    cost.latency_s, cost.energy_j, static_cast<double>(cost.uncertainty), std::string(wordFor(cost.source)));
        }
    for (std::size_t l = 0; l < content.chosen.metrics.links.size(); ++l) {
        const LinkMetrics& link = content.chosen.metrics.links[l];
        if (link.bytes > 0) add("link " + escaped(system.links[l].link.name), link.busy_s, link.energy_j, kLinkSpread, "model of the link");
    }
    std::vector<Assumption> all;
    for (auto& [name, one] : by_name) all.push_back(std::move(one));
    std::stable_sort(all.begin(), all.end(), [](const Assumption& a, const Assumption& b) { return a.error_s > b.error_s; });
    Table table({"prediction", "source", "share of all time", "of all energy", "expected error", "moves all time by"}, 2);
    for (std::size_t i = 0; i < std::min(kShown, all.size()); ++i)
        table.row({all[i].what, all[i].source(), formatQuantity(all[i].time_s / total, Unit::Fraction),
                   energy > 0 ? formatQuantity(all[i].energy_j / energy, Unit::Fraction) : "-",
                   "&#177; " + formatQuantity(all[i].error_s / all[i].time_s, Unit::Fraction),
                   "&#177; " + formatQuantity(all[i].error_s / total, Unit::Fraction)});
    if (!table.rows.empty()) out.add(std::move(table));
}

void problems(const Content& content, Document& out)
{
    const Metrics& metrics = content.chosen.metrics;
    if (metrics.violations.empty()) return;
    out.heading("Problems", 3);
    List list;
    for (const Violation& violation : metrics.violations)
        list.items.push_back("<span class=\"bad\">" + escaped(violation.text) + "</span>");
    out.add(std::move(list));
}

} // namespace

void summary(const Content& content, Document& out)
{
    const ReportInput& input = content.input;
    const Metrics& m = content.chosen.metrics;
    out.heading(escaped(titleOf(content)), 1);
    const std::string what = input.title.empty() ? std::string("Where to cut this network")
                                                 : escaped(nameOf(input.model)) + " on " + escaped(content.problem().system->name);
    out.text("<span class=\"soft\">" + what + " &#183; " + escaped(input.date) + " &#183; Cutline " + escaped(input.version) + "</span>");
    for (const std::string& paragraph : split(input.note, '\n'))
        if (!trimmed(paragraph).empty()) out.text(escaped(paragraph));
    out.text(std::string(input.plan ? "The plan under review" : "The recommended plan") + " is <b>" +
                 escaped(content.chosen.name) + "</b>: " +
                 escaped(platformsText(content.chosen.plan, *content.problem().system)) +
                 (m.feasible() ? "." : ", which is <span class=\"bad\">not feasible</span> as it stands."),
             Paragraph::Tone::Lead);
    out.add(path(content));
    Tiles tiles{{{formatQuantity(m.throughputHz(), Unit::Hertz), "throughput"},
                 {formatQuantity(m.latency_s, Unit::Second), "latency"},
                 {formatQuantity(m.energy_j, Unit::Joule), "energy per inference"},
                 {formatQuantity(m.link_bytes, Unit::Byte), "over links"},
                 {formatQuantity(m.memory_bytes_max, Unit::Byte), "largest memory"}}};
    if (m.accuracy) tiles.tiles.push_back({formatQuantity(m.accuracy->top1, Unit::Fraction), "top-1 accuracy"});
    out.add(std::move(tiles));
    gains(content, out);
    problems(content, out);
    out.heading("Requirements", 3);
    if (Requirements wanted(content); wanted.none())
        out.note("None are stated.");
    else
        out.add(std::move(wanted).table());
    out.heading("Assumptions that decide", 3);
    assumptions(content, out);
    out.heading("What would change the decision", 3);
    changes(content, out);
}

} // namespace cutline::report
