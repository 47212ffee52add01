// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/objective.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr std::array kInfos{
    ObjectiveInfo{"latency", "Latency", Unit::Second, false},
    ObjectiveInfo{"throughput", "Throughput", Unit::Hertz, true},
    ObjectiveInfo{"energy", "Energy", Unit::Joule, false},
    ObjectiveInfo{"memory", "Memory", Unit::Byte, false},
    ObjectiveInfo{"link", "Link bytes", Unit::Byte, false},
    ObjectiveInfo{"sensitivity", "Sensitivity", Unit::None, false},
    ObjectiveInfo{"accuracy", "Accuracy", Unit::Fraction, true},
    ObjectiveInfo{"cost", "Cost", Unit::None, false},
};
static_assert(kInfos.size() == kObjectives.size());

/// How a metric is called in a constraint: alone, of a platform, of a link.
struct MetricName {
    std::string_view name;
    std::optional<MetricKind> whole, of_platform, of_link;
};

constexpr std::array kMetrics{
    MetricName{"latency", MetricKind::Latency, {}, {}},
    MetricName{"throughput", MetricKind::Throughput, {}, {}},
    MetricName{"ii", MetricKind::InitiationInterval, {}, {}},
    MetricName{"energy", MetricKind::Energy, MetricKind::PlatformEnergy, {}},
    MetricName{"memory", MetricKind::MemoryMax, MetricKind::PlatformMemory, {}},
    MetricName{"tightest", MetricKind::MemoryRatio, {}, {}},
    MetricName{"link", MetricKind::LinkBytes, {}, MetricKind::LinkBytesOf},
    MetricName{"sensitivity", MetricKind::Sensitivity, {}, {}},
    MetricName{"accuracy", MetricKind::Accuracy, {}, {}},
    MetricName{"cost", MetricKind::Cost, {}, {}},
    MetricName{"busy", {}, MetricKind::PlatformBusy, MetricKind::LinkBusy},
    MetricName{"load", {}, {}, MetricKind::LinkLoad},
    // The names that files use for the same figures.
    MetricName{"latency_s", MetricKind::Latency, {}, {}},
    MetricName{"throughput_hz", MetricKind::Throughput, {}, {}},
    MetricName{"rate", MetricKind::Throughput, {}, {}},
    MetricName{"initiation_interval_s", MetricKind::InitiationInterval, {}, {}},
    MetricName{"energy_j", MetricKind::Energy, MetricKind::PlatformEnergy, {}},
    MetricName{"memory_bytes_max", MetricKind::MemoryMax, {}, {}},
    MetricName{"memory_bytes", MetricKind::MemoryMax, MetricKind::PlatformMemory, {}},
    MetricName{"link_bytes", MetricKind::LinkBytes, {}, MetricKind::LinkBytesOf},
    MetricName{"busy_s", {}, MetricKind::PlatformBusy, MetricKind::LinkBusy},
    MetricName{"accuracy_top1", MetricKind::Accuracy, {}, {}},
};

std::string metricList()
{
    std::string list;
    for (const MetricName& m : kMetrics) {
        if (m.name == "latency_s") break;
        if (m.whole) list += (list.empty() ? "" : ", ") + std::string(m.name);
        if (m.of_platform) list += ", " + std::string(m.name) + ":PLATFORM";
        if (m.of_link) list += ", " + std::string(m.name) + ":LINK";
    }
    return list;
}

std::string names(const System& system, const MetricName& metric)
{
    std::string list;
    const auto add = [&](const std::string& name) { list += (list.empty() ? "" : ", ") + printable(name); };
    if (metric.of_platform)
        for (const Platform& p : system.platforms) add(p.name);
    if (metric.of_link)
        for (const Connection& c : system.links) add(c.link.name);
    return list;
}

struct Comparison {
    std::size_t at = std::string_view::npos, length = 0;
    bool at_most = true;
};

Comparison findComparison(std::string_view text)
{
    struct Sign {
        std::string_view sign;
        bool at_most;
    };
    constexpr std::array<Sign, 6> kSigns{{{"<=", true}, {">=", false}, {"\xE2\x89\xA4", true},
                                          {"\xE2\x89\xA5", false}, {"<", true}, {">", false}}};
    Comparison best;
    for (const Sign& s : kSigns) {
        const std::size_t at = text.find(s.sign);
        // Of two signs at one place the longer stands first in the table.
        if (at < best.at) best = {at, s.sign.size(), s.at_most};
    }
    return best;
}

struct Subject {
    MetricKind kind;
    std::uint32_t id = 0;
};

Result<Subject> findSubject(const MetricName& metric, std::string_view subject, const System& system,
                            const std::string& where)
{
    const std::string name(metric.name);
    if (subject.empty()) {
        if (metric.whole) return Subject{*metric.whole};
        return Error{where, name + " belongs to one platform or link",
                     "write " + name + ":NAME with one of " + names(system, metric)};
    }
    if (metric.of_platform)
        if (const auto id = system.findPlatform(subject)) return Subject{*metric.of_platform, id->value};
    if (metric.of_link)
        if (const auto id = system.findLink(subject)) return Subject{*metric.of_link, id->value};
    const std::string known = names(system, metric);
    if (known.empty() && !metric.of_platform && !metric.of_link)
        return Error{where, name + " is a figure of the whole plan, not of " + printable(subject), "write " + name};
    return Error{where, "no " + std::string(metric.of_platform ? "platform" : "link") + " named " + printable(subject),
                 known.empty() ? "the system has none" : "there is " + known};
}

Result<double> parseLimit(std::string_view text, Subject& subject, const System& system, const std::string& where)
{
    // A share of a memory: of the platform's own capacity, or of whichever is tightest.
    if (text.ends_with('%') && subject.kind == MetricKind::MemoryMax) subject.kind = MetricKind::MemoryRatio;
    if (text.ends_with('%') && subject.kind == MetricKind::PlatformMemory) {
        const Platform& platform = system.platforms[subject.id];
        const auto share = parseQuantity(text, Unit::Fraction);
        if (!share) return share;
        if (const auto capacity = platform.memoryCapacity()) return *share * *capacity;
        return Error{where, "the memory capacity of " + printable(platform.name) + " is not known",
                     "give the limit in bytes"};
    }
    return parseQuantity(text, unitOf(subject.kind));
}

} // namespace

const ObjectiveInfo& infoOf(Objective objective) { return kInfos[static_cast<std::size_t>(objective)]; }

Result<std::vector<Objective>> parseObjectives(std::string_view list)
{
    std::string known;
    for (const ObjectiveInfo& info : kInfos) known += (known.empty() ? "" : ", ") + std::string(info.option);
    std::vector<Objective> objectives;
    for (const std::string& item : split(list, ',')) {
        const std::string name = lowered(trimmed(item));
        const auto at = std::find_if(kInfos.begin(), kInfos.end(), [&](const auto& i) { return i.option == name; });
        if (at == kInfos.end())
            return Error{"objectives", name.empty() ? "an empty name in '" + printable(list) + "'"
                                                    : "no objective named " + printable(name),
                         "choose from " + known};
        const Objective objective = kObjectives[static_cast<std::size_t>(at - kInfos.begin())];
        if (std::find(objectives.begin(), objectives.end(), objective) == objectives.end())
            objectives.push_back(objective);
    }
    return objectives;
}

Result<Constraint> parseConstraint(std::string_view text, const System& system)
{
    const std::string where = "constraint '" + printable(text) + "'";
    const Comparison comparison = findComparison(text);
    if (comparison.at == std::string_view::npos)
        return Error{where, "no <= or >= in it", "write for example latency<=20ms"};
    const std::string_view left = trimmed(text.substr(0, comparison.at));
    const std::string_view right = trimmed(text.substr(comparison.at + comparison.length));
    const std::size_t colon = left.find(':');
    const std::string name = lowered(trimmed(left.substr(0, colon)));
    const std::string_view subject_name = colon == left.npos ? std::string_view{} : trimmed(left.substr(colon + 1));
    const auto metric = std::find_if(kMetrics.begin(), kMetrics.end(), [&](const auto& m) { return m.name == name; });
    if (metric == kMetrics.end())
        return Error{where, "no metric named '" + printable(name) + "'", "choose from " + metricList()};
    if (colon != left.npos && subject_name.empty())
        return Error{where, "no name after the colon", "there is " + names(system, *metric)};
    auto subject = findSubject(*metric, subject_name, system, where);
    if (!subject) return subject.error();
    const auto limit = parseLimit(right, *subject, system, where);
    if (!limit) return Error{where, limit.error().where + ": " + limit.error().what, limit.error().fix};
    if (!std::isfinite(*limit)) return Error{where, "the limit is not a finite number", "give a number"};
    return Constraint{subject->kind, subject->id, comparison.at_most, *limit, printable(trimmed(text))};
}

std::optional<double> metricValue(const Metrics& metrics, const Constraint& constraint, double period_s)
{
    const std::size_t subject = constraint.subject;
    switch (constraint.kind) {
    case MetricKind::Latency: return metrics.latency_s;
    case MetricKind::InitiationInterval: return metrics.initiation_interval_s;
    case MetricKind::Throughput: return metrics.throughputHz();
    case MetricKind::Energy: return metrics.energy_j;
    case MetricKind::MemoryMax: return metrics.memory_bytes_max;
    case MetricKind::MemoryRatio: return metrics.tightest_ratio;
    case MetricKind::LinkBytes: return metrics.link_bytes;
    case MetricKind::Sensitivity: return metrics.sensitivity;
    case MetricKind::Accuracy:
        return metrics.accuracy ? std::optional<double>(metrics.accuracy->top1) : std::nullopt;
    case MetricKind::Cost: return metrics.cost;
    case MetricKind::PlatformMemory: return metrics.platforms[subject].memory_bytes;
    case MetricKind::PlatformBusy: return metrics.platforms[subject].busy_s;
    case MetricKind::PlatformEnergy: return metrics.platforms[subject].energy_j;
    case MetricKind::LinkLoad: return period_s > 0 ? metrics.links[subject].busy_s / period_s : 0;
    case MetricKind::LinkBusy: return metrics.links[subject].busy_s;
    case MetricKind::LinkBytesOf: return metrics.links[subject].bytes;
    }
    return std::nullopt;
}

Unit unitOf(MetricKind kind)
{
    switch (kind) {
    case MetricKind::Latency:
    case MetricKind::InitiationInterval:
    case MetricKind::PlatformBusy:
    case MetricKind::LinkBusy: return Unit::Second;
    case MetricKind::Throughput: return Unit::Hertz;
    case MetricKind::Energy:
    case MetricKind::PlatformEnergy: return Unit::Joule;
    case MetricKind::MemoryMax:
    case MetricKind::PlatformMemory:
    case MetricKind::LinkBytes:
    case MetricKind::LinkBytesOf: return Unit::Byte;
    case MetricKind::MemoryRatio:
    case MetricKind::Accuracy:
    case MetricKind::LinkLoad: return Unit::Fraction;
    case MetricKind::Sensitivity:
    case MetricKind::Cost: return Unit::None;
    }
    return Unit::None;
}

} // namespace cutline
