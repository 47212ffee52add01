// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/report/html.h"
#include "core/report/sections.h"

#include <cmath>

namespace cutline::report {
namespace {

using html::escaped;

std::string tile(const std::string& value, const std::string& what)
{
    return "<div class=\"tile\"><b>" + value + "</b><span>" + what + "</span></div>\n";
}

std::string path(const Content& content)
{
    const System& system = *content.problem().system;
    std::string out = "<div class=\"path\">";
    for (std::size_t s = 0; s < content.chosen.plan.stages.size(); ++s) {
        const Stage& stage = content.chosen.plan.stages[s];
        if (s > 0) out += "<span>&#8594;</span>";
        out += "<span class=\"chip\" style=\"background:" + std::string(html::colourOf(stage.platform.index())) + "\">" +
               escaped(system.platform(stage.platform).name) + "</span><span class=\"soft\">" +
               std::to_string(stage.layers.size()) + (stage.layers.size() == 1 ? " layer" : " layers") + "</span>";
    }
    return out + "</div>\n";
}

std::string cuts(const Content& content)
{
    const Graph& graph = *content.problem().graph;
    const System& system = *content.problem().system;
    if (content.chosen.metrics.crossing.empty()) return "<p>Nothing crosses a link.</p>\n";
    html::Table table({"tensor that crosses", "from", "to", "type", "bytes"});
    constexpr std::size_t kShown = 12;
    std::size_t shown = 0;
    for (const Crossing& crossing : content.chosen.metrics.crossing) {
        if (++shown > kShown) break;
        std::string to;
        for (const PlatformId p : crossing.to) to += (to.empty() ? "" : ", ") + escaped(system.platform(p).name);
        table.row({escaped(elided(graph.tensor(crossing.tensor).name, 70)), escaped(system.platform(crossing.from).name), to,
                   escaped(crossing.type), formatQuantity(crossing.bytes, Unit::Byte)});
    }
    std::string out = table.text();
    if (shown > kShown)
        out += "<p class=\"note\">and " + std::to_string(content.chosen.metrics.crossing.size() - kShown) + " more</p>\n";
    return out;
}

/// "1.8 x" better or worse than another figure, where smaller is better.
std::string gain(double ours, double theirs)
{
    if (!(ours > 0) || !(theirs > 0)) return "-";
    const double factor = theirs / ours;
    const std::string text = formatNumber(factor >= 1 ? factor : 1 / factor) + (factor >= 1 ? " &#215; better" : " &#215; worse");
    return "<span class=\"" + std::string(factor >= 1.005 ? "good" : factor <= 0.995 ? "bad" : "soft") + "\">" +
           (std::abs(factor - 1) < 0.005 ? "the same" : text) + "</span>";
}

std::string gains(const Content& content)
{
    const Metrics& ours = content.chosen.metrics;
    if (content.input.search.baselines.empty()) return {};
    html::Table table({"compared with all on one platform", "throughput", "", "latency", "", "energy", ""});
    for (const Baseline& base : content.input.search.baselines) {
        const std::string why = base.metrics.feasible() ? "" : " (not feasible)";
        table.row({escaped(content.problem().system->platform(base.platform).name) + why,
                   formatQuantity(base.metrics.throughputHz(), Unit::Hertz),
                   gain(ours.initiation_interval_s, base.metrics.initiation_interval_s),
                   formatQuantity(base.metrics.latency_s, Unit::Second), gain(ours.latency_s, base.metrics.latency_s),
                   formatQuantity(base.metrics.energy_j, Unit::Joule), gain(ours.energy_j, base.metrics.energy_j)});
    }
    return table.text();
}

std::string requirements(const Content& content)
{
    const Scenario& scenario = content.problem().scenario;
    if (scenario.requirements.empty() && !scenario.rate_hz)
        return "<p class=\"note\">The scenario states no requirements.</p>\n";
    html::Table table({"requirement", "limit", "this plan", "margin"});
    const double period = scenario.rate_hz ? 1 / *scenario.rate_hz : content.chosen.metrics.initiation_interval_s;
    const auto line = [&](const std::string& name, double value, double limit, bool at_most, Unit unit) {
        const double margin = at_most ? (limit - value) / limit : (value - limit) / limit;
        table.row({name, std::string(at_most ? "&#8804; " : "&#8805; ") + formatQuantity(limit, unit), formatQuantity(value, unit),
                   "<span class=\"" + std::string(margin >= 0 ? "good" : "bad") + "\">" +
                       formatQuantity(margin, Unit::Fraction) + "</span>"});
    };
    if (scenario.rate_hz) line("rate", content.chosen.metrics.throughputHz(), *scenario.rate_hz, false, Unit::Hertz);
    for (const Scenario::Requirement& wanted : scenario.requirements) {
        for (const bool at_most : {true, false}) {
            const auto& limit = at_most ? wanted.at_most : wanted.at_least;
            if (!limit) continue;
            const auto constraint = parseConstraint(wanted.metric + (at_most ? "<=" : ">=") + numberText(*limit),
                                                    *content.problem().system);
            if (!constraint) continue;
            const std::string name = escaped(wanted.text.empty() ? wanted.metric : wanted.text) +
                                     (wanted.hard ? "" : " (wish)") +
                                     (wanted.source.empty() ? "" : " <span class=\"soft\">" + escaped(wanted.source) + "</span>");
            const auto value = metricValue(content.chosen.metrics, *constraint, period);
            if (value)
                line(name, *value, *limit, at_most, unitOf(constraint->kind));
            else
                table.row({name, formatQuantity(*limit, unitOf(constraint->kind)), "not known", "-"});
        }
    }
    return table.text();
}

} // namespace

std::string decidingAssumptions(const Content& content)
{
    if (!content.input.robustness)
        return "<p class=\"note\">Not examined: make the report with --robustness to see which assumptions decide.</p>\n";
    const DecisionSensitivity& decision = content.input.robustness->decision;
    if (!decision.chosen) return "<p>No plan keeps every constraint, so there is no choice to change.</p>\n";
    if (decision.changes.empty())
        return "<p>The choice stays the same whatever single number is up to four times wrong.</p>\n";
    html::Table table({"if this alone is wrong", "by", "the choice becomes", "how unlikely"});
    constexpr std::size_t kShown = 5;
    for (std::size_t i = 0; i < std::min(kShown, decision.changes.size()); ++i) {
        const DecisionChange& change = decision.changes[i];
        const double far = change.deviations();
        table.row({escaped(change.subject) + (change.figure == ErrorModel::Figure::Time ? ", time" : ", energy"),
                   "&#215; " + formatNumber(change.factor), "p" + std::to_string(change.to + 1),
                   std::isfinite(far) ? formatNumber(far, 2) + " standard deviations" : "no error expected"});
    }
    return table.text();
}

std::string summary(const Content& content)
{
    const ReportInput& input = content.input;
    const Metrics& m = content.chosen.metrics;
    std::string out = "<h1>" + escaped(input.model.graph->name()) + " on " + escaped(content.problem().system->name) +
                      "</h1>\n<p class=\"soft\">Where to cut this network &#183; " + escaped(input.date) + " &#183; Cutline " +
                      escaped(input.version) + "</p>\n";
    out += "<p class=\"lead\">" + std::string(input.plan ? "The plan under review" : "The recommended plan") + " is <b>" +
           escaped(content.chosen.name) + "</b>: " + escaped(platformsText(content.chosen.plan, *content.problem().system)) +
           (m.feasible() ? "." : ", which is <span class=\"bad\">not feasible</span> as it stands.") + "</p>\n";
    out += path(content) + "<div class=\"tiles\">\n" + tile(formatQuantity(m.throughputHz(), Unit::Hertz), "throughput") +
           tile(formatQuantity(m.latency_s, Unit::Second), "latency") +
           tile(formatQuantity(m.energy_j, Unit::Joule), "energy per inference") +
           tile(formatQuantity(m.link_bytes, Unit::Byte), "over links") +
           tile(formatQuantity(m.memory_bytes_max, Unit::Byte), "largest memory");
    if (m.accuracy) out += tile(formatQuantity(m.accuracy->top1, Unit::Fraction), "top-1 accuracy");
    out += "</div>\n" + gains(content) + "<h3>Requirements</h3>\n" + requirements(content) +
           "<h3>Assumptions that decide</h3>\n" + decidingAssumptions(content) + "<h3>Where it is cut</h3>\n" + cuts(content);
    if (!m.violations.empty()) {
        out += "<h3>Problems</h3>\n<ul>\n";
        for (const Violation& violation : m.violations) out += "<li class=\"bad\">" + escaped(violation.text) + "</li>\n";
        out += "</ul>\n";
    }
    return out;
}

} // namespace cutline::report
