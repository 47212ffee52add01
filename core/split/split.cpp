// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/split.h"

#include "core/base/file.h"
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/exchange/exchange.h"
#include "core/graph/node_order.h"
#include "core/graph/value.h"
#include "core/split/outbox.h"
#include "core/split/quantised_whole.h"

#include <algorithm>
#include <set>

namespace cutline {
namespace {

constexpr const char* kManifestName = "manifest.json";

std::string fileNameFor(std::size_t index, const std::string& platform)
{
    std::string name = "stage" + std::to_string(index) + "_";
    for (const char c : elided(platform, 60)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        name += plain ? c : '_';
    }
    return name + ".onnx";
}

class Splitter {
public:
    Splitter(const ImportedModel& imported, const Evaluator& evaluator, const Plan& plan, const SplitOptions& options,
             Progress& progress, const FileModel& file)
        : m_imported(imported), m_evaluator(evaluator), m_plan(plan), m_options(options), m_progress(progress),
          m_file(file), m_open(findOpenShapes(file, imported, options.import, progress)), m_writer(m_file, m_open)
    {
    }
    Result<Manifest> run();

private:
    Result<void> putOnWire();
    Result<void> describe();
    void noteSizes();
    Result<SplitTensor> described(const Port& port, std::optional<PlatformId> reader) const;
    Result<void> describeModel();
    Result<void> write(const Outbox& outbox, std::size_t piece);
    std::vector<std::string> fileNames() const;

    const ImportedModel& m_imported;
    const Evaluator& m_evaluator;
    const Plan& m_plan;
    const SplitOptions& m_options;
    Progress& m_progress;
    const FileModel& m_file;
    OpenShapes m_open;
    PieceWriter m_writer;
    SubModels m_cut;
    WireBorders m_borders;
    Metrics m_metrics;
    Manifest m_manifest;
};

/// `reader`: the platform that reads it, for what the metrics charge on the way there; none for outputs.
Result<SplitTensor> Splitter::described(const Port& port, std::optional<PlatformId> reader) const
{
    const auto type = m_writer.typeOf(port);
    if (!type) return type.error();
    const ElementType element = elementTypeOf(type->data_type);
    SplitTensor tensor;
    tensor.name = m_writer.nameOf(port);
    if (port.on_wire) {
        tensor.scale = static_cast<double>(m_borders.at(port.name).scale);
    } else if (const auto quantised = m_file.quantised(port.name)) {
        tensor.scale = quantised->scale;
        tensor.zero_point = quantised->zero_point;
    }
    tensor.type = nameOf(element);
    tensor.shape = type->shape;
    tensor.from_stage = port.from;
    tensor.to_stages = port.to;
    tensor.wire_type = tensor.type;
    if (elementCount(type->shape)) tensor.bytes = storedBytes(type->shape, element).value_or(0);
    for (const Crossing& crossing : m_metrics.crossing) {
        if (crossing.tensor != port.tensor) continue;
        if (reader && std::find(crossing.to.begin(), crossing.to.end(), *reader) == crossing.to.end()) continue;
        tensor.wire_type = crossing.type;
        tensor.wire_bytes = crossing.bytes;
        const std::string& charged = m_imported.graph->tensor(crossing.tensor).sentName();
        if (charged != tensor.name) tensor.charged_as = charged;
    }
    return tensor;
}

Result<void> Splitter::describeModel()
{
    for (const auto& input : m_file.body().inputs) {
        const auto tensor = m_file.tensorOf(input.name);
        if (!tensor || m_file.isInitializer(input.name)) continue;
        auto made = described({input.name, tensor, 0, {}, false, false}, PlatformId{});
        if (!made) return made.error();
        made->wire_type = made->type;
        made->wire_bytes = 0;
        for (const SplitStage& stage : m_manifest.stages)
            for (const SplitTensor& read : stage.inputs)
                if (read.name == made->name) made->to_stages.push_back(stage.index);
        m_manifest.inputs.push_back(*std::move(made));
    }
    std::set<std::string_view> seen;
    for (const auto& output : m_file.body().outputs) {
        if (!seen.insert(output.name).second) continue;
        const std::string name = validUtf8(output.name);
        const SplitTensor* made = nullptr;
        for (const SplitStage& stage : m_manifest.stages)
            for (const SplitTensor& tensor : stage.outputs)
                if (tensor.name == name && !made) made = &tensor;
        for (const SplitTensor& input : m_manifest.inputs)
            if (!made && input.name == name) made = &input;
        if (!made) continue;
        m_manifest.outputs.push_back(*made);
        m_manifest.outputs.back().to_stages.clear();
    }
    return {};
}

Result<void> Splitter::describe()
{
    const System& system = *m_evaluator.problem().system;
    for (std::size_t p = 0; p < m_cut.pieces.size(); ++p) {
        const SubModel& piece = m_cut.pieces[p];
        SplitStage stage;
        stage.index = p + 1;
        stage.platform = system.platform(piece.platform).name;
        stage.file = fileNameFor(stage.index, stage.platform);
        for (const LayerId layer : piece.layers) stage.layers.push_back(m_imported.graph->layer(layer).name);
        for (const Port& port : piece.inputs) {
            auto tensor = described(port, piece.platform);
            if (!tensor) return tensor.error();
            stage.inputs.push_back(*std::move(tensor));
        }
        for (const Port& port : piece.outputs) {
            auto tensor = described(port, std::nullopt);
            if (!tensor) return tensor.error();
            stage.outputs.push_back(*std::move(tensor));
        }
        m_manifest.stages.push_back(std::move(stage));
    }
    noteSizes();
    for (const std::uint32_t node : m_cut.left_out)
        m_manifest.notes.push_back(nodeText(m_file.node(node), node) +
                                   ": nothing reads what it makes, and it reads from several pieces; left out");
    return describeModel();
}

/// Sizes are known to the metrics before anything runs; pieces that take any size hear of them from each other.
void Splitter::noteSizes()
{
    for (std::size_t p = 0; p < m_cut.pieces.size(); ++p)
        for (std::size_t i = 0; i < m_cut.pieces[p].inputs.size(); ++i) {
            const Port& port = m_cut.pieces[p].inputs[i];
            if (port.tensor || m_cut.pieces[port.from - 1].platform == m_cut.pieces[p].platform) continue;
            const SplitTensor& sizes = m_manifest.stages[p].inputs[i];
            m_manifest.notes.push_back(
                "tensor " + sizes.name + ": open sizes (" + formatQuantity(static_cast<double>(sizes.bytes), Unit::Byte) + "), which stage " +
                std::to_string(port.from) + " sends to stage " + std::to_string(p + 1) +
                " and the metrics do not charge; fixed sizes stand in the pieces instead");
        }
}

std::vector<std::string> Splitter::fileNames() const
{
    std::vector<std::string> names;
    for (const SplitStage& stage : m_manifest.stages) {
        names.push_back(stage.file);
        if (!stage.data_file.empty()) names.push_back(stage.data_file);
    }
    names.emplace_back(kManifestName);
    return names;
}

Result<void> Splitter::write(const Outbox& outbox, std::size_t p)
{
    SplitStage& stage = m_manifest.stages[p];
    auto bytes = m_writer.write(m_cut.pieces[p], stage.data_file);
    if (!bytes) return bytes.error();
    auto hash = writePiece(*bytes, outbox.draft(stage.file), stage.data_file.empty() ? "" : outbox.draft(stage.data_file),
                           m_progress);
    if (!hash) return outbox.named(hash.error());
    stage.sha256 = hash->model;
    stage.data_sha256 = hash->data;
    return {};
}

Result<void> Splitter::putOnWire()
{
    if (m_options.boundary == SplitOptions::Boundary::Model) return {};
    m_borders = markWireBorders(m_file, m_cut, m_metrics);
    if (auto set = setScales(m_borders, m_options.largest); !set) return set;
    m_writer.setBorders(m_borders);
    if (m_options.quantised_whole.empty()) return {};
    return writeQuantisedWhole(m_file, m_cut, m_borders, m_options.quantised_whole, m_progress);
}

Result<Manifest> Splitter::run()
{
    m_metrics = m_evaluator.evaluate(m_plan);
    m_cut = cutInPieces(m_file, m_plan, [&](std::uint32_t node) { return m_open.nodes.contains(node); });
    m_manifest.model_file = m_imported.file;
    m_manifest.model_sha256 = m_imported.sha256;
    m_manifest.system = m_evaluator.problem().system->name;
    m_manifest.boundary = m_options.boundary == SplitOptions::Boundary::Wire ? "wire" : "model";
    if (auto marked = putOnWire(); !marked) return marked.error();
    m_manifest.metrics = metricsJson(m_evaluator.problem(), m_metrics);
    if (auto described = describe(); !described) return described.error();
    for (std::size_t p = 0; p < m_cut.pieces.size(); ++p) {
        const std::string data_file = m_manifest.stages[p].file + ".data";
        const auto trial = m_writer.write(m_cut.pieces[p], data_file);
        if (!trial) return trial.error();
        if (!trial->data.empty()) m_manifest.stages[p].data_file = data_file;
    }
    auto outbox = Outbox::open(m_options.folder, fileNames(), Outbox::Existing::Refuse);
    if (!outbox) return outbox.error();
    for (std::size_t p = 0; p < m_cut.pieces.size(); ++p) {
        if (m_progress.cancelled()) return Error{printable(m_imported.file), "splitting was cancelled", {}};
        m_progress.report(static_cast<double>(p) / static_cast<double>(m_cut.pieces.size()),
                          "Writing " + m_manifest.stages[p].file);
        if (auto written = write(*outbox, p); !written) return written.error();
    }
    auto file = FileWriter::create(outbox->draft(kManifestName));
    if (!file) return outbox->named(file.error());
    if (auto written = file->write(manifestJson(m_manifest)); !written) return outbox->named(written.error());
    if (auto finished = file->finish(); !finished) return outbox->named(finished.error());
    if (auto delivered = outbox->deliver(); !delivered) return delivered.error();
    return std::move(m_manifest);
}

} // namespace

Result<std::vector<std::string>> wireTensors(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan)
{
    const auto file = FileModel::open(model);
    if (!file) return file.error();
    SubModels cut = cutInPieces(*file, plan, [](std::uint32_t) { return false; });
    std::vector<std::string> names;
    for (const auto& [name, border] : markWireBorders(*file, cut, evaluator.evaluate(plan))) names.emplace_back(name);
    return names;
}

Result<Manifest> splitModel(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan,
                            const SplitOptions& options, Progress& progress)
{
    const auto file = FileModel::open(model);
    if (!file) return file.error();
    return Splitter(model, evaluator, plan, options, progress, *file).run();
}

} // namespace cutline
