// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/data_set.h"
#include "core/engine/engine.h"

#include <functional>
#include <vector>

namespace cutline {

/// Runs models over the images of a data set, in batches, on several helper processes at once.
class BatchRunner {
public:
    /// What the cores are for: a helper each, which suits small models, or all of them for one helper, which holds a
    /// large model once.
    enum class Spread : std::uint8_t { Helpers, Threads };
    /// Starts one helper; the others follow when a model is run.
    static Result<BatchRunner> start(const EngineOptions& options, Spread spread);

    struct Job {
        const ModelSource* model = nullptr;
        const DataSet* data = nullptr;
        std::vector<std::string> wanted; ///< outputs
        std::size_t batch = 1;           ///< images at once
    };
    /// Called for each batch with its first image, how many there are, and the wanted outputs; by one thread at a
    /// time, in any order.
    using Each = std::function<Result<void>(std::size_t first, std::size_t n, const std::vector<TensorValue>& outputs)>;
    /// Errors: the engine's, the callback's, or `cancelled`. Progress is that of this job.
    Result<void> run(const Job& job, const Each& each, Progress& progress);

    const Engine& engine() const { return m_engines.front(); }
    /// Images at once that suit a model's input: as many as it fixes, else so many that a batch stays small.
    static std::size_t batchFor(const EnginePort& input, const DataSet& data);
    /// Images as the input of a model wants them, whose file errors name. Errors: types that images cannot be turned into.
    static Result<TensorValue> inputOf(const std::string& model, const EnginePort& input, const DataSet& data, std::size_t first,
                                       std::size_t n, std::size_t batch);

private:
    BatchRunner(EngineOptions options, Engine first, std::size_t workers)
        : m_options(std::move(options)), m_engines{std::move(first)}, m_workers(workers) {}
    class Shared;
    Result<void> work(const Engine& engine, const Job& job, Shared& shared) const;

    EngineOptions m_options;
    std::vector<Engine> m_engines; ///< those started so far
    std::size_t m_workers;
};

/// Which of these outputs of `where` plans are judged by: the one of this name, without a name the last. Errors: there is none.
Result<std::size_t> judgedAmong(const std::vector<std::string>& outputs, const std::string& named, const std::string& where);

/// The elements as float32, from any floating-point or integer type.
std::vector<float> floatsOf(const TensorValue& value);

} // namespace cutline
