// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/accuracy_setup.h"

#include "core/base/text.h"
#include "core/cost/loopnest/mapping_cache.h"

#include <filesystem>
#include <iostream>

namespace cutline::cli {
namespace {

bool areFloats(const std::string& widths) {
    for (const std::string& part : split(widths, ',')) {
        const auto width = Width::parse(part);
        if (!width || width->kind == Width::Kind::Integer) return false;
    }
    return true;
}

} // namespace

Result<AccuracyMeter> openMeter(const Options& options, const ImportedModel& model, Progress& progress) {
    auto test = DataSet::read(options.data, DataSet::Section::Test);
    if (!test) return test.error();
    const std::string& from = options.calibration.empty() ? options.data : options.calibration;
    auto calibration = DataSet::read(from, DataSet::Section::Calibration);
    // Floats need no ranges.
    if (!calibration && options.calibration.empty() && areFloats(options.bits)) calibration = test->first(1);
    if (!calibration) return calibration.error();
    MeasureOptions measure;
    if (options.activations == "symmetric") measure.scheme = ActivationScheme::Symmetric;
    measure.percentile = options.percentile;
    measure.engine.threads = options.threads;
    if (const std::string mappings = loopnest::MappingCache::defaultFolder(); !mappings.empty())
        measure.cache_folder = std::filesystem::path(mappings).parent_path() / "accuracies";
    auto meter = AccuracyMeter::make(model, *std::move(test), *std::move(calibration), measure, progress);
    if (meter && meter->network().isQuantisedAlready())
        std::cerr << "note: " << printable(model.file)
                  << ": is quantised already; it is measured as it is, whatever precision is asked for\n";
    return meter;
}

} // namespace cutline::cli
