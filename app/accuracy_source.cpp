// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/accuracy_source.h"

#include "core/cost/loopnest/mapping_cache.h"

#include <QImage>

#include <filesystem>

namespace cutline {
namespace {

/// Pictures as Qt reads them: PNG, JPEG and what else is installed.
class QtPictures : public PictureReader {
public:
    Result<Picture> read(const std::string& path) const override {
        const QImage image(QString::fromStdString(path));
        if (image.isNull()) return Error{path, "is not a picture", "use PNG or JPEG, or take it out of the folder"};
        const bool grey = image.isGrayscale() && image.depth() == 8;
        const QImage plain = image.convertToFormat(grey ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
        Picture picture{static_cast<std::size_t>(plain.height()), static_cast<std::size_t>(plain.width()),
                        grey ? std::size_t{1} : std::size_t{3}, {}};
        const std::size_t row = picture.width * picture.channels;
        for (int y = 0; y < plain.height(); ++y)
            picture.pixels.insert(picture.pixels.end(), plain.constScanLine(y), plain.constScanLine(y) + row);
        return picture;
    }
};

} // namespace

Result<void> AccuracySource::prepare(const SystemPtr& system, Progress& progress) {
    if (!m_meter) {
        const QtPictures pictures;
        auto test = DataSet::read(m_file, DataSet::Section::Test, &pictures);
        if (!test) return test.error();
        auto calibration = DataSet::read(m_file, DataSet::Section::Calibration, &pictures);
        if (!calibration) return calibration.error();
        MeasureOptions options;
        if (const std::string mappings = loopnest::MappingCache::defaultFolder(); !mappings.empty())
            options.cache_folder = std::filesystem::path(mappings).parent_path() / "accuracies";
        auto meter = AccuracyMeter::make(*m_model, *std::move(test), *std::move(calibration), options, progress);
        if (!meter) return meter.error();
        m_meter.emplace(*std::move(meter));
    }
    if (m_system == system) return {};
    auto estimate = estimateAccuracy(*m_meter, *m_model->graph, *system, progress);
    if (!estimate) return estimate.error();
    const std::scoped_lock lock(m_reading);
    m_estimate = std::make_shared<const AccuracyEstimate>(*std::move(estimate));
    m_system = system;
    return {};
}

Result<SearchResult> AccuracySource::explore(const Problem& problem, const SearchOptions& options,
                                             const AccuracyOptions& how, Progress& progress) {
    const std::scoped_lock lock(m_work);
    if (auto ready = prepare(problem.system, progress); !ready) return ready.error();
    return exploreAccuracy(problem, options, *m_estimate, *m_meter, how, progress);
}

bool AccuracySource::isReady(const SystemPtr& system) const {
    const std::scoped_lock lock(m_reading);
    return m_estimate && m_system == system;
}

std::optional<Accuracy> AccuracySource::estimateFor(const Plan& plan, const SystemPtr& system) const {
    std::shared_ptr<const AccuracyEstimate> estimate;
    {
        const std::scoped_lock lock(m_reading);
        if (m_system == system) estimate = m_estimate;
    }
    if (!estimate) return {};
    return estimate->accuracy(estimate->noiseOf(plan, m_model->graph->layerCount()));
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
