// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/accuracy_setup.h"

#include "app/picture_files.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/explore/explore_accuracy.h"
#include "core/explore/given_accuracy.h"

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
    const PictureFiles pictures(progress);
    auto test = DataSet::read(options.data, DataSet::Section::Test, &pictures);
    if (!test) return test.error();
    for (const std::string& note : test->notes()) remarks() << "note: " << note << '\n';
    const std::string& from = options.calibration.empty() ? options.data : options.calibration;
    auto calibration = DataSet::read(from, DataSet::Section::Calibration, &pictures);
    // Floats need no ranges.
    if (!calibration && options.calibration.empty() && areFloats(options.bits)) calibration = test->first(1);
    if (!calibration) return calibration.error();
    MeasureOptions measure;
    if (options.activations == "symmetric") measure.scheme = ActivationScheme::Symmetric;
    measure.percentile = options.percentile;
    measure.output = options.judged_by;
    measure.engine.threads = options.threads;
    measure.cache_folder = cacheFolder("accuracies");
    auto meter = AccuracyMeter::make(model, *std::move(test), *std::move(calibration), measure, progress);
    if (meter && meter->network().isQuantisedAlready())
        remarks() << "note: " << quantisedNote(model.file) << '\n';
    return meter;
}

Result<SearchResult> exploreAsked(const Options& options, const Workbench& bench, const SearchOptions& search,
                                  Progress& progress) {
    const Problem& problem = bench.problem;
    if (!options.accuracy_table.empty()) {
        const auto table = AccuracyTable::read(options.accuracy_table, *problem.graph, *problem.system);
        return table ? exploreGiven(problem, search, *table, progress) : Result<SearchResult>(table.error());
    }
    if (options.data.empty()) return explore(problem, search, progress);
    if (problem.sensitivity) return Error{"--data", "--sensitivity is given too", "give the table or the images, not both"};
    auto meter = openMeter(options, bench.model, progress);
    if (!meter) return meter.error();
    const auto estimate = estimateAccuracy(*meter, *problem.graph, *problem.system, progress);
    if (!estimate) return estimate.error();
    return exploreAccuracy(problem, search, *estimate, *meter, {options.measure, {}}, progress);
}

Result<std::optional<Accuracy>> accuracyAsked(const Options& options, const Workbench& bench, const Plan& plan,
                                              Progress& progress) {
    const auto known = accuraciesAsked(options, bench, std::span(&plan, 1), progress);
    if (!known) return known.error();
    return known->front();
}

Result<std::vector<std::optional<Accuracy>>> accuraciesAsked(const Options& options, const Workbench& bench,
                                                             std::span<const Plan> plans, Progress& progress) {
    const Problem& problem = bench.problem;
    std::vector<std::optional<Accuracy>> known(plans.size());
    if (!options.accuracy_table.empty()) {
        const auto table = AccuracyTable::read(options.accuracy_table, *problem.graph, *problem.system);
        if (!table) return table.error();
        for (std::size_t p = 0; p < plans.size(); ++p) known[p] = table->of(plans[p], *problem.graph, *problem.system);
        return known;
    }
    if (options.data.empty() || plans.empty()) return known;
    auto meter = openMeter(options, bench.model, progress);
    if (!meter) return meter.error();
    for (std::size_t p = 0; p < plans.size(); ++p) {
        const auto measured = measureAccuracy(plans[p], *problem.graph, *problem.system, *meter, progress);
        if (!measured) return measured.error();
        known[p] = *measured;
    }
    return known;
}

} // namespace cutline::cli
