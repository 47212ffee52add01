// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/batch_runner.h"

#include "core/accuracy/fake_quant.h"
#include "core/base/text.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>

namespace cutline {
namespace {

/// Elements of a batch's images that keep its inner tensors in the processor's caches.
constexpr std::size_t kBatchElements = 32768;
constexpr std::size_t kLargestBatch = 64;

float fromHalf(std::uint16_t half) {
    const int exponent = half >> 10 & 31, mantissa = half & 1023;
    const float sign = half & 0x8000 ? -1.0f : 1.0f;
    if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
    if (exponent == 31) return mantissa ? std::nanf("") : sign * HUGE_VALF;
    return sign * std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
}

std::uint16_t toHalf(float value) {
    const float rounded = roundedToHalf(value);
    const auto sign = static_cast<std::uint16_t>(std::signbit(rounded) ? 0x8000 : 0);
    if (std::isnan(rounded)) return static_cast<std::uint16_t>(sign | 0x7e00);
    if (std::isinf(rounded)) return static_cast<std::uint16_t>(sign | 0x7c00);
    if (std::fabs(rounded) < 0x1p-14f)
        return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::lround(std::fabs(rounded) * 0x1p24f)));
    int exponent = 0;
    const float fraction = std::frexp(std::fabs(rounded), &exponent); // in 0.5 .. 1
    const auto mantissa = static_cast<int>(std::lround(fraction * 2048)) - 1024;
    return static_cast<std::uint16_t>(sign | (exponent + 14) << 10 | mantissa);
}

template <class T> std::vector<float> convertedFrom(const TensorValue& value) {
    std::vector<float> out;
    for (const T element : value.as<T>()) out.push_back(static_cast<float>(element));
    return out;
}

template <class T> TensorValue rounded(ElementType type, Shape shape, std::span<const float> values) {
    TensorValue out{type, std::move(shape), std::vector<std::byte>(values.size() * sizeof(T))};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float bounded = std::clamp(std::nearbyint(values[i]), static_cast<float>(std::numeric_limits<T>::min()),
                                         static_cast<float>(std::numeric_limits<T>::max()));
        const T element = static_cast<T>(bounded);
        std::memcpy(out.bytes.data() + i * sizeof(T), &element, sizeof(T));
    }
    return out;
}

} // namespace

std::vector<float> floatsOf(const TensorValue& value) {
    switch (value.type) {
    case ElementType::Float32: return convertedFrom<float>(value);
    case ElementType::Float64: return convertedFrom<double>(value);
    case ElementType::Int8: return convertedFrom<std::int8_t>(value);
    case ElementType::UInt8:
    case ElementType::Bool: return convertedFrom<std::uint8_t>(value);
    case ElementType::Int16: return convertedFrom<std::int16_t>(value);
    case ElementType::UInt16: return convertedFrom<std::uint16_t>(value);
    case ElementType::Int32: return convertedFrom<std::int32_t>(value);
    case ElementType::UInt32: return convertedFrom<std::uint32_t>(value);
    case ElementType::Int64: return convertedFrom<std::int64_t>(value);
    case ElementType::UInt64: return convertedFrom<std::uint64_t>(value);
    case ElementType::Float16:
    case ElementType::BFloat16: {
        std::vector<float> out;
        for (const std::uint16_t bits : value.as<std::uint16_t>())
            out.push_back(value.type == ElementType::Float16
                              ? fromHalf(bits)
                              : std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16));
        return out;
    }
    default: return {};
    }
}

Result<std::size_t> judgedAmong(const std::vector<std::string>& outputs, const std::string& named, const std::string& where) {
    if (outputs.empty()) return Error{where, "has no outputs", "export the model again"};
    if (named.empty()) return outputs.size() - 1;
    const auto at = std::find(outputs.begin(), outputs.end(), named);
    if (at != outputs.end()) return static_cast<std::size_t>(at - outputs.begin());
    std::string names;
    for (const std::string& name : outputs) names += (names.empty() ? "" : ", ") + inQuotes(name);
    return Error{where, "has no output " + inQuotes(named), "name one of " + elided(names, 300)};
}

std::size_t BatchRunner::batchFor(const EnginePort& input, const DataSet& data) {
    if (!input.shape.empty() && input.shape[0] > 0) return static_cast<std::size_t>(input.shape[0]);
    const auto elements = static_cast<std::size_t>(*elementCount(data.shape()));
    return std::clamp<std::size_t>(kBatchElements / std::max<std::size_t>(elements, 1), 1, kLargestBatch);
}

Result<TensorValue> BatchRunner::inputOf(const std::string& model, const EnginePort& input, const DataSet& data, std::size_t first,
                                         std::size_t n, std::size_t batch) {
    const auto size = static_cast<std::size_t>(*elementCount(data.shape()));
    Shape shape = data.shape();
    shape.insert(shape.begin(), static_cast<std::int64_t>(batch));
    std::vector<float> values(batch * size);
    data.fill(first, n, values.data());
    // A model of a fixed batch gets the last image again in the places that are left.
    for (std::size_t i = n; i < batch; ++i)
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>((n - 1) * size), size,
                    values.begin() + static_cast<std::ptrdiff_t>(i * size));
    switch (input.type) {
    case ElementType::Float32: return TensorValue::floats(std::move(shape), values);
    case ElementType::UInt8: return rounded<std::uint8_t>(input.type, std::move(shape), values);
    case ElementType::Int8: return rounded<std::int8_t>(input.type, std::move(shape), values);
    case ElementType::Float16: {
        TensorValue out{input.type, std::move(shape), std::vector<std::byte>(values.size() * 2)};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::uint16_t half = toHalf(values[i]);
            std::memcpy(out.bytes.data() + 2 * i, &half, 2);
        }
        return out;
    }
    case ElementType::Float64: {
        TensorValue out{input.type, std::move(shape), std::vector<std::byte>(values.size() * sizeof(double))};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double value = static_cast<double>(values[i]);
            std::memcpy(out.bytes.data() + i * sizeof value, &value, sizeof value);
        }
        return out;
    }
    default:
        return Error{printable(model) + ", input " + elided(printable(input.name), 60),
                     "is of type " + std::string(nameOf(input.type)) + ", which no image is",
                     "use a model that reads float32 or uint8 images"};
    }
}

/// What the workers of one job share. One that ends in an error stops the others.
class BatchRunner::Shared : public Progress {
public:
    Shared(const Job& job, const Each& each, Progress& outer) : m_job(job), m_each(each), m_outer(outer) {}

    bool cancelled() const override { return m_failed.load(std::memory_order_relaxed) || m_outer.cancelled(); }
    /// The first image of the next batch; none: nothing is left.
    std::optional<std::size_t> next() {
        const std::size_t first = m_next.fetch_add(m_job.batch);
        return first < m_job.data->size() ? std::optional(first) : std::nullopt;
    }
    Result<void> hand(std::size_t first, std::size_t n, const std::vector<TensorValue>& outputs) {
        const std::scoped_lock lock(m_mutex);
        m_done += n;
        m_outer.report(static_cast<double>(m_done) / static_cast<double>(m_job.data->size()),
                       std::to_string(m_done) + " of " + std::to_string(m_job.data->size()) + " images" + rateText());
        return m_each(first, n, outputs);
    }
    void fail(const Error& error) {
        const std::scoped_lock lock(m_mutex);
        if (!m_error) m_error = error;
        m_failed = true;
    }
    const std::optional<Error>& error() const { return m_error; }

private:
    std::string rateText() const {
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - m_begun;
        if (passed.count() < kFirstRate_s) return {};
        return ", " + std::to_string(std::llround(static_cast<double>(m_done) / passed.count())) + " images/s";
    }

    static constexpr double kFirstRate_s = 0.2;
    const Job& m_job;
    const Each& m_each;
    Progress& m_outer;
    const std::chrono::steady_clock::time_point m_begun = std::chrono::steady_clock::now();
    std::mutex m_mutex;
    std::atomic<std::size_t> m_next{0};
    std::atomic<bool> m_failed{false};
    std::size_t m_done = 0;
    std::optional<Error> m_error;
};

Result<BatchRunner> BatchRunner::start(const EngineOptions& options, Spread spread) {
    const std::size_t cores = options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
    EngineOptions own = options;
    own.threads = spread == Spread::Threads ? static_cast<unsigned>(cores) : 1;
    auto engine = Engine::start(own);
    if (!engine) return engine.error();
    return BatchRunner(own, *std::move(engine), spread == Spread::Threads ? 1 : cores);
}

Result<void> BatchRunner::work(const Engine& engine, const Job& job, Shared& shared) const {
    const auto model = engine.load(*job.model, shared);
    if (!model) return model.error();
    const EnginePort& input = model->inputs()[0];
    while (const auto first = shared.next()) {
        if (shared.cancelled()) return Error{{}, "cancelled", {}};
        const std::size_t n = std::min(job.batch, job.data->size() - *first);
        const bool fixed = !input.shape.empty() && input.shape[0] > 0;
        const auto images = inputOf(job.model->path, input, *job.data, *first, n, fixed ? job.batch : n);
        if (!images) return images.error();
        const auto outputs = model->run(std::vector<NamedTensor>{{input.name, &*images}}, job.wanted, shared);
        if (!outputs) return outputs.error();
        if (auto handed = shared.hand(*first, n, *outputs); !handed) return handed;
    }
    return {};
}

Result<void> BatchRunner::run(const Job& job, const Each& each, Progress& progress) {
    const std::size_t batches = (job.data->size() + job.batch - 1) / job.batch;
    const std::size_t workers = std::clamp<std::size_t>(batches, 1, m_workers);
    Shared shared(job, each, progress);
    std::vector<Engine> engines(m_engines);
    while (engines.size() < workers) {
        auto engine = Engine::start(m_options);
        if (!engine) return engine.error();
        engines.push_back(*std::move(engine));
    }
    m_engines = engines;
    const auto workWith = [&](const Engine& engine) {
        try {
            if (const auto done = work(engine, job, shared); !done) shared.fail(done.error());
        } catch (const std::exception& problem) {
            shared.fail({printable(job.model->path), problem.what(), "use fewer images or a smaller model"});
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t w = 1; w < workers; ++w) threads.emplace_back(workWith, std::cref(engines[w]));
        workWith(engines[0]);
    }
    if (shared.error()) {
        // Helpers that were ended are of no use to the next job.
        m_engines.erase(m_engines.begin() + 1, m_engines.end());
        if (!m_engines.front().isRunning())
            if (auto again = Engine::start(m_options)) m_engines.front() = *std::move(again);
        return progress.cancelled() ? Error{{}, "cancelled", {}} : *shared.error();
    }
    return {};
}

} // namespace cutline
