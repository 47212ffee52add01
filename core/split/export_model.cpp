// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/exchange/json_writer.h"
#include "core/graph/wire_reader.h"
#include "core/split/exports.h"
#include "core/split/outbox.h"
#include "core/split/piece_writer.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <set>

namespace cutline {
namespace {

namespace fs = std::filesystem;
using onnx_file::putBytes;
using onnx_file::putNumber;

// IR versions and field numbers of onnx.proto3.
constexpr std::int64_t kIrWithNodeMetadata = 10, kIrWithDevices = 11;
enum : std::uint32_t { kModelConfiguration = 26, kNodeName = 3, kNodeMetadata = 9, kNodeDevices = 10 };
constexpr const char* kConfiguration = "cutline";

/// Stage of every node of the file, from 0: constants go with the first who reads them.
std::vector<std::size_t> stagesOfNodes(const FileModel& file, const SubModels& cut)
{
    std::vector<std::size_t> stage(file.nodeCount(), cut.pieces.size());
    for (std::size_t p = cut.pieces.size(); p-- > 0;)
        for (const std::uint32_t node : cut.pieces[p].nodes) stage[node] = p;
    for (std::size_t& s : stage) s = std::min(s, cut.pieces.size() - 1);
    return stage;
}

struct Placed {
    FileModel file;
    SubModels cut;
    std::vector<std::size_t> stage_of; ///< of each node
};

Result<Placed> placed(const ImportedModel& model, const Plan& plan)
{
    auto file = FileModel::open(model);
    if (!file) return file.error();
    SubModels cut = cutInPieces(*file, plan, [](std::uint32_t) { return false; });
    auto stages = stagesOfNodes(*file, cut);
    return Placed{*std::move(file), std::move(cut), std::move(stages)};
}

/// s01, s02 ..: as many digits for each, as ONNX Runtime takes a bare label for the beginning of others.
std::string labelOf(std::size_t stage)
{
    return (stage < 9 ? "s0" : "s") + std::to_string(stage + 1);
}

/// A message with a name or key in field 1.
bool isCalled(std::string_view message, std::string_view name)
{
    onnx_file::WireReader reader(message, 0);
    onnx_file::Field field;
    while (reader.next(field))
        if (field.id == 1) return field.bytes == name;
    return false;
}

template <class Drop> std::string without(std::string_view message, const Drop& drop)
{
    std::string out;
    onnx_file::WireReader reader(message, 0);
    onnx_file::Field field;
    while (reader.next(field))
        if (!drop(field)) out += field.whole;
    return out;
}

/// What an earlier export has said of it is said anew.
void addMetadata(std::string& node, std::string_view key, std::string_view value)
{
    node = without(node, [&](const auto& field) { return field.id == kNodeMetadata && isCalled(field.bytes, key); });
    std::string entry;
    putBytes(entry, 1, key);
    putBytes(entry, 2, value);
    putBytes(node, kNodeMetadata, entry);
}

/// One spec per output, on one device and not sharded: there is no plainer way to say where a node runs.
void addDevice(std::string& message, const onnx_file::Node& node, std::size_t device, std::size_t stage)
{
    message = without(message, [](const auto& field) { return field.id == kNodeDevices && isCalled(field.bytes, kConfiguration); });
    std::string configuration;
    putBytes(configuration, 1, kConfiguration);
    for (const std::string_view output : node.outputs) {
        if (output.empty()) continue;
        std::string spec;
        putBytes(spec, 1, output);
        putNumber(spec, 2, device);
        putBytes(configuration, 2, spec);
    }
    putNumber(configuration, 3, stage + 1);
    putBytes(message, kNodeDevices, configuration);
}

void rename(std::string& message, std::string_view name)
{
    message = without(message, [](const auto& field) { return field.id == kNodeName; });
    putBytes(message, kNodeName, name);
}

/// A file to be written that the model's weights are read from.
std::optional<Error> replacesData(const PieceBytes& bytes, const std::string& folder, const std::vector<std::string>& names)
{
    std::error_code error;
    std::set<std::string> sources;
    for (const PieceBytes::Range& range : bytes.data) sources.insert(range.from.path);
    for (const std::string& name : names)
        for (const std::string& source : sources) {
            const fs::path target = fs::path(folder) / name;
            if (fs::equivalent(target, source, error))
                return Error{printable(target.string()), "holds weights of the model that is read", "write to another file"};
        }
    return std::nullopt;
}

std::string deviceOf(const DeviceNames& devices, const std::string& platform)
{
    const auto found = devices.find(platform);
    return found == devices.end() ? platform : found->second;
}

/// AutoDiCE takes keys apart at the underscore, so that none may stand in a host's name.
std::string autoDiceKey(const DeviceNames& devices, const std::string& platform)
{
    if (const auto found = devices.find(platform); found != devices.end()) return found->second;
    std::string host;
    for (const char c : platform) host += std::isalnum(static_cast<unsigned char>(c)) ? c : '-';
    return host + "_cpu0";
}

std::string nameOfNode(const onnx_file::Node& node)
{
    return node.outputs.empty() ? validUtf8(node.name) : validUtf8(node.outputs[0]);
}

} // namespace

Result<std::vector<std::string>> writeAnnotated(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan,
                                                Annotation annotation, const std::string& path, Progress& progress)
{
    const auto placement = placed(model, plan);
    if (!placement) return placement.error();
    const FileModel& file = placement->file;
    const System& system = *evaluator.problem().system;
    std::vector<PlatformId> devices;
    for (const SubModel& piece : placement->cut.pieces)
        if (std::find(devices.begin(), devices.end(), piece.platform) == devices.end()) devices.push_back(piece.platform);
    PieceWriter::Whole whole;
    if (annotation == Annotation::OnnxRuntime) whole.least_ir_version = kIrWithNodeMetadata;
    if (annotation == Annotation::Devices) {
        whole.least_ir_version = kIrWithDevices;
        std::string configuration;
        putBytes(configuration, 1, kConfiguration);
        putNumber(configuration, 2, devices.size());
        for (const PlatformId device : devices) putBytes(configuration, 3, system.platform(device).name);
        putBytes(whole.fields, kModelConfiguration, configuration);
        whole.replaces = [](const onnx_file::Field& field) {
            return field.id == kModelConfiguration && isCalled(field.bytes, kConfiguration);
        };
    }
    whole.edit = [&](std::uint32_t n, std::string& message) {
        const std::size_t stage = placement->stage_of[n];
        const PlatformId platform = placement->cut.pieces[stage].platform;
        const auto device = static_cast<std::size_t>(std::find(devices.begin(), devices.end(), platform) - devices.begin());
        switch (annotation) {
        case Annotation::OnnxRuntime: return addMetadata(message, "layer_ann", labelOf(stage));
        case Annotation::Devices: return addDevice(message, file.node(n), device, stage);
        case Annotation::AutoDice: return rename(message, nameOfNode(file.node(n)));
        }
    };
    const fs::path target(targetOf(path));
    const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";
    const std::string name = target.filename().string(), data_name = name + ".data";
    const OpenShapes open;
    PieceWriter writer(file, open);
    auto bytes = writer.writeWhole(whole, data_name);
    if (!bytes) return bytes.error();
    const bool data = !bytes->data.empty();
    std::vector<std::string> names = data ? std::vector{data_name, name} : std::vector{name};
    if (const auto error = replacesData(*bytes, folder, names)) return *error;
    auto outbox = Outbox::open(folder, names, Outbox::Existing::Replace);
    if (!outbox) return outbox.error();
    const auto written =
        writePiece(*bytes, outbox->draft(name), data ? outbox->draft(data_name) : std::string(), progress);
    if (!written) return outbox->named(written.error());
    if (auto delivered = outbox->deliver(); !delivered) return delivered.error();
    std::reverse(names.begin(), names.end());
    for (std::string& made : names) made = (target.parent_path() / made).string();
    return names;
}

std::string layerAssignment(const Evaluator& evaluator, const Plan& plan, const DeviceNames& devices)
{
    std::vector<std::pair<std::string, std::string>> rules; // in the order of first use
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        const std::string device =
            deviceOf(devices, evaluator.problem().system->platform(plan.stages[s].platform).name);
        auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.first == device; });
        if (rule == rules.end()) rule = rules.insert(rules.end(), {device, {}});
        rule->second += (rule->second.empty() ? "=" : ", =") + labelOf(s);
    }
    std::string text;
    for (const auto& [device, labels] : rules) text += (text.empty() ? "" : "; ") + device + "(" + labels + ")";
    return text;
}

Result<ExportText> affinityJson(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan,
                                 const DeviceNames& devices)
{
    const auto placement = placed(model, plan);
    if (!placement) return placement.error();
    std::string text;
    JsonWriter json(text);
    json.open('{');
    std::map<std::string, std::string> seen;
    std::set<std::string> torn;
    for (std::uint32_t n = 0; n < placement->file.nodeCount(); ++n) {
        const onnx_file::Node& node = placement->file.node(n);
        // Without a name OpenVINO's reader calls a node after its first output.
        const std::string name = node.name.empty() ? nameOfNode(node) : validUtf8(node.name);
        const PlatformId platform = placement->cut.pieces[placement->stage_of[n]].platform;
        const std::string device = deviceOf(devices, evaluator.problem().system->platform(platform).name);
        const auto [known, is_new] = seen.emplace(name, device);
        if (known->second != device) torn.insert(shown(name));
        if (!is_new) continue;
        json.lineBreak();
        const std::string quoted = jsonString(name);
        json.key(std::string_view(quoted).substr(1, quoted.size() - 2));
        json.value(device);
    }
    json.close('}');
    ExportText made{text + "\n", {}};
    if (!torn.empty())
        made.notes.push_back("OpenVINO cannot tell nodes of one name apart: all called " + *torn.begin() +
                             (torn.size() > 1 ? ", and of " + std::to_string(torn.size() - 1) + " more names," : "") +
                             " go to the device of the first");
    return made;
}

std::string affinityLoader(const std::string& affinity_file, const std::string& model_file)
{
    return "# Compiles the model with the affinities of the plan; names that do not match are printed.\n"
           "import json\n"
           "import openvino as ov\n\n"
           "core = ov.Core()\n"
           "model = core.read_model(" + jsonString(model_file) + ")\n"
           "with open(" + jsonString(affinity_file) + ", encoding=\"utf-8\") as file:\n"
           "    affinity = json.load(file)\n"
           "left = [node for node in model.get_ops() if node.get_friendly_name() not in affinity]\n"
           "for node in model.get_ops():\n"
           "    device = affinity.get(node.get_friendly_name())\n"
           "    if device is None:  # made by the reader: goes with whoever reads it\n"
           "        readers = [i.get_node() for o in node.outputs() for i in o.get_target_inputs()]\n"
           "        device = next((affinity[r.get_friendly_name()] for r in readers\n"
           "                       if r.get_friendly_name() in affinity), next(iter(affinity.values())))\n"
           "    node.get_rt_info()[\"affinity\"] = device\n"
           "for node in left:\n"
           "    print(\"no affinity of its own:\", node.get_friendly_name())\n"
           "compiled = core.compile_model(model, \"HETERO:\" + \",\".join(dict.fromkeys(affinity.values())))\n";
}

Result<std::string> autoDiceMapping(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan,
                                    const DeviceNames& devices)
{
    const auto placement = placed(model, plan);
    if (!placement) return placement.error();
    std::vector<std::pair<std::string, std::vector<std::string>>> hosts;
    for (std::size_t p = 0; p < placement->cut.pieces.size(); ++p) {
        const std::string& platform = evaluator.problem().system->platform(placement->cut.pieces[p].platform).name;
        const std::string key = autoDiceKey(devices, platform);
        auto host = std::find_if(hosts.begin(), hosts.end(), [&](const auto& h) { return h.first == key; });
        if (host == hosts.end()) host = hosts.insert(hosts.end(), {key, {}});
        for (std::uint32_t n = 0; n < placement->file.nodeCount(); ++n)
            if (placement->stage_of[n] == p) host->second.push_back(nameOfNode(placement->file.node(n)));
    }
    std::string text;
    JsonWriter json(text);
    json.open('{');
    for (const auto& [key, nodes] : hosts) {
        json.lineBreak();
        const std::string quoted = jsonString(key);
        json.key(std::string_view(quoted).substr(1, quoted.size() - 2));
        json.open('[');
        for (const std::string& node : nodes) json.value(node);
        json.close(']');
    }
    json.close('}');
    return text + "\n";
}

} // namespace cutline
