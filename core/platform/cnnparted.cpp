// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/cnnparted.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

namespace cutline {
namespace {

/// Thrown within this file and caught at its border.
struct YamlProblem {
    int line;
    std::string what, fix;
};

constexpr std::size_t kMostNodes = 64; ///< of a system that is meant

int lineOf(const YAML::Node& node) { return node.Mark().line + 1; }

/// Names as descriptors may have them.
std::string plain(const std::string& text)
{
    std::string out;
    for (const char c : elided(printable(text), 60)) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
        out += good ? c : '_';
    }
    return out;
}

/// The accelerators whose models stand in the library.
std::string_view libraryName(std::string_view accelerator)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kKnown{
        {{"eyeriss_like", "EYR"}, {"simba_like", "SMB"}, {"gemmini_like", "gemmini-default"}}};
    for (const auto& [theirs, ours] : kKnown)
        if (accelerator.starts_with(theirs)) return ours; // eyeriss_like1 .. 4 are the same with other buffers
    return {};
}

class RunReader {
public:
    RunReader(const YAML::Node& root, const std::string& file, const Library& library)
        : m_root(root), m_file(file), m_library(library)
    {
    }
    Result<CnnPartedRun> read();

private:
    struct Compute {
        std::string name, use;
        double bits = 8;
        std::optional<double> memory_bytes, clock_hz;
    };

    void note(const YAML::Node& at, std::string what, std::string fix = {})
    {
        m_run.notes.push_back({printable(m_file) + ":" + std::to_string(lineOf(at)), std::move(what), std::move(fix)});
    }
    static constexpr double kMost = 1e15; ///< beyond what anybody means
    double number(const YAML::Node& map, const char* key, double least, double fallback, double most = kMost) const;
    std::optional<double> numberIfAny(const YAML::Node& map, const char* key, double least, double most = kMost) const;
    std::string text(const YAML::Node& map, const char* key) const;
    std::vector<YAML::Node> sortedById(const YAML::Node& list) const;
    void readComponents(std::vector<YAML::Node>& nodes, std::vector<YAML::Node>& links) const;
    YAML::Node evaluationOf(const YAML::Node& node) const;
    Compute computeOf(const YAML::Node& node);
    void nameApart(std::vector<Compute>& nodes) const;
    std::string linkText(const YAML::Node& link);
    std::string ethernet(const YAML::Node& map);
    std::string interposer(const YAML::Node& map);
    std::string bluetooth(const YAML::Node& map);
    std::string systemText(const std::vector<Compute>& nodes, const std::vector<YAML::Node>& links);
    void readWorkload();
    void readGeneral();
    void readConstraints();
    void listOthers();

    const YAML::Node& m_root;
    const std::string& m_file;
    const Library& m_library;
    CnnPartedRun m_run;
};

std::string RunReader::text(const YAML::Node& map, const char* key) const
{
    const YAML::Node node = map[key];
    return node && node.IsScalar() ? node.Scalar() : std::string();
}

std::optional<double> RunReader::numberIfAny(const YAML::Node& map, const char* key, double least, double most) const
{
    const YAML::Node node = map[key];
    if (!node || node.IsNull()) return std::nullopt;
    double value = 0;
    if (!node.IsScalar() || !parseNumber(trimmed(node.Scalar()), value) || !(value >= least && value <= most))
        throw YamlProblem{lineOf(node), std::string(key) + " is no number from " + numberText(least) + " to " + numberText(most),
                          "write a number"};
    return value;
}

double RunReader::number(const YAML::Node& map, const char* key, double least, double fallback, double most) const
{
    return numberIfAny(map, key, least, most).value_or(fallback);
}

std::vector<YAML::Node> RunReader::sortedById(const YAML::Node& list) const
{
    if (!list || !list.IsSequence()) return {};
    if (list.size() > kMostNodes)
        throw YamlProblem{lineOf(list), "lists " + std::to_string(list.size()) + " components",
                          "give a system of at most " + std::to_string(kMostNodes)};
    // Numbers are sorted, not nodes: to assign a node changes the document.
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (!list[i].IsMap())
            throw YamlProblem{lineOf(list[i]), "a component is no map of keys", "give it an id and what it is"};
        order.emplace_back(number(list[i], "id", 0, static_cast<double>(i)), i);
    }
    std::sort(order.begin(), order.end());
    std::vector<YAML::Node> nodes;
    for (const auto& [id, i] : order) nodes.push_back(list[i]);
    return nodes;
}

/// An entry that says what evaluates it is a node. Older files name the simulator instead of `evaluation`.
YAML::Node RunReader::evaluationOf(const YAML::Node& node) const
{
    for (const char* key : {"evaluation", "timeloop", "zigzag", "mnsim", "gemmini", "accelergy"})
        if (const YAML::Node map = node[key]; map && map.IsMap()) return map;
    return YAML::Node(YAML::NodeType::Undefined);
}

void RunReader::readComponents(std::vector<YAML::Node>& nodes, std::vector<YAML::Node>& links) const
{
    // Where a file has both, `components` is what its program takes.
    if (const YAML::Node flat = m_root["components"]; flat) {
        for (const YAML::Node& one : sortedById(flat)) (evaluationOf(one).IsDefined() ? nodes : links).push_back(one);
        return;
    }
    const YAML::Node system = m_root["system"];
    if (!system || !system.IsMap()) return;
    nodes = sortedById(system["compute"]);
    links = sortedById(system["link"]);
}

RunReader::Compute RunReader::computeOf(const YAML::Node& node)
{
    Compute compute;
    const YAML::Node evaluation = evaluationOf(node);
    const std::string accelerator = evaluation.IsDefined() ? text(evaluation, "accelerator") : std::string();
    compute.use = libraryName(accelerator);
    const std::string named = text(node, "name");
    compute.name = plain(!named.empty() ? named : !compute.use.empty() ? compute.use : !accelerator.empty() ? accelerator : "node");
    compute.bits = number(node, "bits", 1, 8, 64);
    compute.memory_bytes = numberIfAny(node, "max_memory_size", 0);
    if (!compute.memory_bytes) note(node, "a node has no max_memory_size", "its memory is taken as the library's, or without bounds");
    if (evaluation.IsDefined()) compute.clock_hz = numberIfAny(evaluation, "frequency", 1);
    if (compute.use.empty())
        note(node, "accelerator " + inQuotes(accelerator) + " is not in the library",
             "give its costs with --profile " + compute.name + "=FILE");
    else if (accelerator != "eyeriss_like" && accelerator != "simba_like")
        note(node, "accelerator " + inQuotes(accelerator) + " is taken as " + compute.use + ", whose buffers may differ");
    if (node["dse"]) note(node["dse"], "a search over accelerator designs is not imported");
    for (const char* key : {"fault_rates", "faulty_bits"})
        if (node[key]) note(node[key], std::string(key) + " is not imported");
    return compute;
}

void RunReader::nameApart(std::vector<Compute>& nodes) const
{
    std::map<std::string, int> count, given;
    for (const Compute& node : nodes) ++count[node.name];
    for (Compute& node : nodes)
        if (count[node.name] > 1) node.name += std::to_string(++given[node.name]);
}

/// n = max(S, 46) + 26 ceil(S / 1500); 200, 600, 4000 mW while sending.
std::string RunReader::ethernet(const YAML::Node& map)
{
    struct Mode {
        std::string_view name;
        const char *rate, *power_w;
    };
    constexpr std::array<Mode, 3> kModes{{{"BASE100-T", "1e8", "0.2"}, {"BASE1000-T", "1e9", "0.6"}, {"10GBASE-T", "1e10", "4"}}};
    const std::string name = text(map, "eth_mode");
    const auto mode = std::find_if(kModes.begin(), kModes.end(), [&](const Mode& m) { return m.name == name; });
    if (mode == kModes.end())
        throw YamlProblem{lineOf(map), "eth_mode " + inQuotes(name) + " is not known", "use BASE100-T, BASE1000-T or 10GBASE-T"};
    for (const char* key : {"enable_eee", "eee_lmi_ratio", "eee_toff_ms"})
        if (map[key]) note(map[key], std::string(key) + " (energy-efficient Ethernet) is not imported");
    return std::string("kind: ETHERNET rate_bits_per_s: ") + mode->rate + " duplex: FULL propagation_s_per_m: 6e-9 length_m: " +
           numberText(number(map, "cable_len_m", 0, 1)) +
           " frame { payload_max: 1500 overhead: 26 payload_min: 46 } energy { power_while_sending_w: " + mode->power_w + " }";
}

/// t = 8 S / (width rate) + latency.
std::string RunReader::interposer(const YAML::Node& map)
{
    const double width = number(map, "width", 1, 1), rate = number(map, "data_rate_Gbps", 1e-9, 1);
    note(map, "energy over the interposer is counted per bit; CNNParted takes a mean power times the time");
    return "kind: DIE_TO_DIE duplex: FULL rate_bits_per_s: " + numberText(width * rate * 1e9) +
           " latency_s: " + numberText(number(map, "latency_ns", 0, 0) * 1e-9) + " energy { pj_per_bit: " +
           numberText(number(map, "power_bit_pj", 0, 0)) + " }";
}

/// One notification of mtu - 7 bytes takes ceil(mtu / min(mtu, 27 ppci)) connection intervals.
std::string RunReader::bluetooth(const YAML::Node& map)
{
    constexpr std::array<std::pair<std::string_view, double>, 4> kPhys{
        {{"PHY_1MBPS", 1e6}, {"PHY_2MBPS", 2e6}, {"PHY_500KBPS_CODED", 5e5}, {"PHY_125KBPS_CODED", 1.25e5}}};
    const std::string name = map["phy"] ? text(map, "phy") : "PHY_1MBPS";
    const auto phy = std::find_if(kPhys.begin(), kPhys.end(), [&](const auto& p) { return p.first == name; });
    if (phy == kPhys.end()) throw YamlProblem{lineOf(map), "phy " + inQuotes(name) + " is not known", "use PHY_1MBPS or PHY_2MBPS"};
    const double mtu = number(map, "mtu", 8, 247), interval_s = number(map, "ci", 1e-4, 30e-3);
    const double intervals = std::ceil(mtu / std::min(mtu, 27 * number(map, "ppci", 1, 6)));
    const double headers = 7 + 10 * std::ceil(mtu / 27) * intervals;
    for (const char* key : {"dle", "ber"})
        if (map[key]) note(map[key], std::string(key) + " is not imported");
    return "kind: BLE duplex: HALF rate_bits_per_s: " + numberText(phy->second) + " frame { payload_max: " + numberText(mtu - 7) +
           " overhead: " + numberText(headers) + " overhead_s: " + numberText(intervals * interval_s) +
           " } energy { pj_per_bit: " + numberText(number(map, "tx_pow_cons", 0, 15e-3) / phy->second * 1e12) + " }";
}

std::string RunReader::linkText(const YAML::Node& link)
{
    if (link["data_bit_width"]) note(link["data_bit_width"], "data_bit_width is not taken: tensors travel at the width of the platform that made them");
    if (link["fps"]) note(link["fps"], "fps of a link is not taken", "give --rate");
    if (const YAML::Node map = link["ethernet"]; map && map.IsMap()) return ethernet(map);
    if (const YAML::Node map = link["noi"]; map && map.IsMap()) return interposer(map);
    if (const YAML::Node map = link["ble"]; map && map.IsMap()) return bluetooth(map);
    throw YamlProblem{lineOf(link), "a component is neither a node nor a link that is known", "give evaluation, or ethernet, noi or ble"};
}

std::string RunReader::systemText(const std::vector<Compute>& nodes, const std::vector<YAML::Node>& links)
{
    const auto stem = m_file.substr(m_file.find_last_of('/') + 1);
    std::string out = "name: \"" + plain(stem.substr(0, stem.rfind('.'))) + "\" title: \"Imported from CNNParted\"\n";
    for (const Compute& node : nodes) {
        out += "platform { name: \"" + node.name + "\"";
        if (!node.use.empty()) out += " use: \"" + node.use + "\"";
        const std::string bits = numberText(std::floor(node.bits));
        out += " weight_bits: " + bits + " activation_bits: " + bits;
        if (node.clock_hz) out += " clock_hz: " + numberText(*node.clock_hz);
        if (node.memory_bytes) out += " memory { name: \"dram\" capacity_bytes: " + numberText(*node.memory_bytes) + " }";
        out += " }\n";
    }
    if (nodes.size() < 2 || links.empty()) return out;
    const auto add = [&](const std::string& name, const std::string& body, std::size_t a, std::size_t b) {
        out += "link { name: \"" + name + "\" " + body + " between: \"" + nodes[a].name + "\" between: \"" + nodes[b].name + "\" }\n";
    };
    if (links.size() == 1) {
        const std::string body = linkText(links.front());
        for (std::size_t a = 0; a < nodes.size(); ++a)
            for (std::size_t b = a + 1; b < nodes.size(); ++b)
                add(nodes.size() == 2 ? "link" : "link_" + nodes[a].name + "_" + nodes[b].name, body, a, b);
        return out;
    }
    if (links.size() + 1 != nodes.size())
        throw YamlProblem{lineOf(links.back()), std::to_string(links.size()) + " links for " + std::to_string(nodes.size()) + " nodes",
                          "give one for all, or one between every two neighbours"};
    note(links.front(), "link k joins node k and the next; CNNParted itself never uses the first of several");
    for (std::size_t l = 0; l < links.size(); ++l) add("link" + std::to_string(l + 1), linkText(links[l]), l, l + 1);
    return out;
}

void RunReader::readWorkload()
{
    const YAML::Node given = m_root["workload"] ? m_root["workload"] : m_root["neural-network"];
    if (!given) return;
    if (given.IsSequence() && given.size() > 1) note(given, "several workloads: the first one is taken");
    if (given.IsSequence() && given.size() == 0) return;
    const YAML::Node workload = given.IsSequence() ? given[0] : given;
    if (!workload.IsMap()) return;
    m_run.model = text(workload, "name");
    const YAML::Node size = workload["input-size"];
    if (!size || !size.IsSequence()) return;
    for (const YAML::Node& part : size) {
        double value = 0;
        if (!part.IsScalar() || !parseNumber(part.Scalar(), value) || !(value >= 1 && value <= 1e9))
            throw YamlProblem{lineOf(size), "input-size has a size that is none", "write whole numbers above 0"};
        m_run.input_size.push_back(static_cast<std::int64_t>(value));
    }
}

void RunReader::readGeneral()
{
    const YAML::Node general = m_root["general"];
    if (!general || !general.IsMap()) return;
    m_run.fixed_order = lowered(text(general, "fixed_sys")) == "true";
    if (m_run.fixed_order) note(general["fixed_sys"], "the order of the nodes is fixed", "give --order fixed");
    if (const auto most = numberIfAny(general, "max_num_platforms", 1))
        note(general["max_num_platforms"], "at most " + numberText(*most) + " platforms", "give --max-platforms " + numberText(*most));
    if (const auto cuts = numberIfAny(general, "num_pp", -1); cuts && *cuts >= 0)
        note(general["num_pp"], "at most " + numberText(*cuts) + " cuts", "give --max-platforms " + numberText(*cuts + 1));
}

void RunReader::readConstraints()
{
    const YAML::Node limits = m_root["system_constraints"];
    if (!limits || !limits.IsMap()) return;
    struct Known {
        const char *key, *metric;
        double factor;
        bool at_most;
    };
    constexpr std::array<Known, 3> kKnown{{{"latency", "latency", 1e-3, true}, {"energy", "energy", 1e-3, true}, {"throughput", "throughput", 1, false}}};
    for (const Known& known : kKnown) {
        const auto value = numberIfAny(limits, known.key, 0);
        if (!value) continue;
        Scenario::Requirement wanted;
        wanted.metric = known.metric;
        (known.at_most ? wanted.at_most : wanted.at_least) = *value * known.factor;
        wanted.source = printable(m_file) + ":" + std::to_string(lineOf(limits[known.key]));
        m_run.scenario.requirements.push_back(std::move(wanted));
    }
    if (limits["area"]) note(limits["area"], "area is not known here: the limit is left out");
    if (!m_run.scenario.requirements.empty())
        note(limits, "limits hold for latency and energy with links counted once; CNNParted counts them twice");
}

void RunReader::listOthers()
{
    constexpr std::array<std::string_view, 6> kTaken{"components", "system", "workload", "neural-network", "general", "system_constraints"};
    for (const auto& entry : m_root) {
        const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string("?");
        if (std::find(kTaken.begin(), kTaken.end(), key) == kTaken.end()) note(entry.first, inQuotes(key) + " is not imported");
    }
}

Result<CnnPartedRun> RunReader::read()
{
    const std::string where = printable(m_file);
    if (!m_root.IsMap()) return Error{where, "is no map of keys", "give a configuration of CNNParted"};
    std::vector<YAML::Node> nodes, links;
    readComponents(nodes, links);
    if (nodes.empty()) return Error{where, "has no nodes", "give `components` with `evaluation`, or `system: compute`"};
    std::vector<Compute> computes;
    for (const YAML::Node& node : nodes) computes.push_back(computeOf(node));
    nameApart(computes);
    const std::string descriptor = systemText(computes, links);
    readWorkload();
    readGeneral();
    readConstraints();
    listOthers();
    auto system = parseSystem(descriptor, m_file, m_library);
    if (!system) return Error{where, "makes no system: " + system.error().what, system.error().fix};
    m_run.system = *std::move(system);
    return std::move(m_run);
}

} // namespace

Result<CnnPartedRun> parseCnnParted(std::string_view yaml, const std::string& file, const Library& library)
{
    const auto at = [&](int line) { return printable(file) + ":" + std::to_string(line); };
    try {
        const YAML::Node root = YAML::Load(std::string(yaml));
        return RunReader(root, file, library).read();
    } catch (const YamlProblem& problem) {
        return Error{at(problem.line), problem.what, problem.fix};
    } catch (const YAML::Exception& problem) {
        return Error{at(problem.mark.line + 1), "is no YAML that can be read: " + printable(problem.msg), "mend the file"};
    }
}

Result<CnnPartedRun> readCnnParted(const std::string& file, const Library& library)
{
    constexpr std::uint64_t kLargest = std::uint64_t{16} << 20;
    const auto text = readFile(file, kLargest);
    if (!text) return text.error();
    return parseCnnParted(*text, file, library);
}

bool isYamlFile(std::string_view file)
{
    const std::string name = lowered(file);
    return name.ends_with(".yaml") || name.ends_with(".yml");
}

} // namespace cutline
