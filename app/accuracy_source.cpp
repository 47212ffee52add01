// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/accuracy_source.h"

#include "app/picture_files.h"
#include "core/accuracy/preview.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/graph/mapped_file.h"

#include <chrono>
#include <filesystem>
#include <utility>

namespace cutline {
namespace {

constexpr std::size_t kPreviewed = 10;

Error notWanted() { return {{}, "cancelled", {}}; }

} // namespace

AccuracySource::AccuracySource(std::string file, std::shared_ptr<const ImportedModel> model, std::string output)
    : m_file(std::move(file)), m_output(std::move(output)), m_is_table(lowered(m_file).ends_with(".csv")), m_model(std::move(model)) {}

std::string AccuracySource::sha256() const {
    const std::scoped_lock lock(m_reading);
    return m_sha256;
}

void AccuracySource::rememberFile() {
    constexpr std::uint64_t kLargest = 64 << 20; // descriptions and tables are small
    const auto bytes = readFile(m_file, kLargest);
    if (!bytes) return;
    std::string sum = sha256Hex(*bytes);
    const std::scoped_lock lock(m_reading);
    m_sha256 = std::move(sum);
}

bool AccuracySource::begin(std::unique_lock<std::timed_mutex>& lock, const Progress& progress) {
    constexpr std::chrono::milliseconds kLook{20};
    while (!progress.cancelled())
        if (lock.try_lock_for(kLook)) return true;
    return false;
}

Result<void> AccuracySource::readImages(Progress& progress) {
    if (m_test && m_calibration) return {};
    progress.report(-1, "reading images");
    const PictureFiles pictures(progress);
    auto test = DataSet::read(m_file, DataSet::Section::Test, &pictures);
    if (!test) return test.error();
    auto calibration = DataSet::read(m_file, DataSet::Section::Calibration, &pictures);
    if (!calibration) return calibration.error();
    m_test = *std::move(test);
    m_calibration = *std::move(calibration);
    return {};
}

/// What the network has to do with it: its outputs, and whether precisions change it at all.
Result<void> AccuracySource::addNetwork(DataFacts& facts, const std::string& output) const {
    const auto bytes = MappedFile::open(m_model->file);
    if (!bytes) return bytes.error();
    const auto network = QuantNetwork::make(*m_model, bytes->bytes());
    if (!network) return network.error();
    if (network->isQuantisedAlready()) facts.notes.push_back(quantisedNote(m_model->file));
    facts.outputs = network->outputs();
    const auto judged = judgedAmong(facts.outputs, output, printable(m_model->file));
    if (!judged) return judged.error();
    facts.judged = *judged;
    return {};
}

Result<DataFacts> AccuracySource::look(const SystemPtr& system, Progress& progress) {
    std::unique_lock lock(m_work, std::defer_lock);
    if (!begin(lock, progress)) return notWanted();
    rememberFile();
    DataFacts facts;
    facts.file = m_file;
    if (m_is_table) {
        auto table = AccuracyTable::read(m_file, *m_model->graph, *system);
        if (!table) return table.error();
        facts.kind = DataFacts::Kind::Table;
        facts.count = table->size();
        return facts;
    }
    if (auto images = readImages(progress); !images) return images.error();
    const DataSet test = *m_test;
    facts.calibration = m_calibration->size();
    lock.unlock();
    facts.preprocessing = test.preprocessingText();
    facts.notes = test.notes();
    if (auto judged = addNetwork(facts, m_output.empty() ? test.output() : m_output); !judged) return judged.error();
    facts.name = test.name();
    facts.count = test.size();
    facts.shape = test.shape();
    facts.labelled = test.hasLabels();
    facts.classes = test.classes();
    facts.preview = previewOf(test, kPreviewed);
    EngineOptions one_thread;
    one_thread.threads = 1;
    if (auto answered = answerPreview(facts.preview, *m_model, test, m_output, one_thread, progress); !answered)
        facts.no_answers = answered.error();
    return facts;
}

Result<void> AccuracySource::prepareMeter(Progress& progress) {
    if (m_meter) return {};
    if (auto images = readImages(progress); !images) return images.error();
    MeasureOptions options;
    options.cache_folder = cacheFolder("accuracies");
    options.output = m_output;
    auto meter = AccuracyMeter::make(*m_model, *m_test, *m_calibration, options, progress);
    if (!meter) return meter.error();
    m_meter.emplace(*std::move(meter));
    return {};
}

Result<void> AccuracySource::prepare(const SystemPtr& system, Progress& progress) {
    if (auto meter = prepareMeter(progress); !meter) return meter.error();
    if (m_estimate && m_system == system) return {};
    auto estimate = estimateAccuracy(*m_meter, *m_model->graph, *system, progress);
    if (!estimate) return estimate.error();
    const std::scoped_lock lock(m_reading);
    m_estimate = std::make_shared<const AccuracyEstimate>(*std::move(estimate));
    m_system = system;
    return {};
}

Result<SearchResult> AccuracySource::explore(const Problem& problem, const SearchOptions& options,
                                             const AccuracyOptions& how, Progress& progress) {
    std::unique_lock lock(m_work, std::defer_lock);
    if (!begin(lock, progress)) return notWanted();
    if (m_is_table) {
        auto table = AccuracyTable::read(m_file, *problem.graph, *problem.system);
        if (!table) return table.error();
        {
            const std::scoped_lock reading(m_reading);
            m_table = std::make_shared<const AccuracyTable>(*table);
            m_system = problem.system;
        }
        return exploreGiven(problem, options, *table, progress);
    }
    if (auto ready = prepare(problem.system, progress); !ready) return ready.error();
    return exploreAccuracy(problem, options, *m_estimate, *m_meter, how, progress);
}

Result<WidthSweep> AccuracySource::sweep(const Plan& plan, const SystemPtr& system, Progress& progress) {
    if (m_is_table)
        return Error{printable(m_file), "is a table, which measures nothing", "choose images to see what a bit costs"};
    std::unique_lock lock(m_work, std::defer_lock);
    if (!begin(lock, progress)) return notWanted();
    if (auto meter = prepareMeter(progress); !meter) return meter.error();
    return sweepWidths(plan, *m_model->graph, *system, *m_meter, progress);
}

bool AccuracySource::isReady(const SystemPtr& system) const {
    if (m_is_table) return true;
    const std::scoped_lock lock(m_reading);
    return m_estimate && m_system == system;
}

std::optional<Accuracy> AccuracySource::accuracyOf(const Plan& plan, const SystemPtr& system) const {
    std::shared_ptr<const AccuracyEstimate> estimate;
    std::shared_ptr<const AccuracyTable> table;
    {
        const std::scoped_lock lock(m_reading);
        if (m_system != system) return {};
        estimate = m_estimate;
        table = m_table;
    }
    if (table) return table->of(plan, *m_model->graph, *system);
    if (!estimate) return {};
    return estimate->accuracy(estimate->noiseOf(plan, m_model->graph->layerCount()));
}

std::vector<SensitivityPtr> AccuracySource::sensitivities(const SystemPtr& system) const {
    const std::scoped_lock lock(m_reading);
    if (!m_estimate || m_system != system) return {};
    std::vector<SensitivityPtr> all{m_estimate->noise};
    all.insert(all.end(), m_estimate->further.begin(), m_estimate->further.end());
    return all;
}

std::string imagesBeside(const std::string& model_file) {
    std::filesystem::path path(model_file);
    path.replace_extension(".json");
    std::error_code failed;
    if (!std::filesystem::exists(path, failed)) return {};
    // Other programs leave JSON beside models, too.
    return DataSet::read(path, DataSet::Section::Test).ok() ? path.string() : std::string();
}

} // namespace cutline
