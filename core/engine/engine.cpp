// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/engine/child_process.h"
#include "core/engine/engine_reason.h"
#include "core/engine/prepare_model.h"
#include "core/engine/wire_format.h"
#include "core/graph/mapped_file.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace cutline {
namespace {

using namespace engine_wire;
namespace fs = std::filesystem;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

fs::path ownFolder() {
    std::error_code error;
    return fs::read_symlink("/proc/self/exe", error).parent_path();
}

std::string helperProgram() {
    if (const std::string given = environment("CUTLINE_ENGINE"); !given.empty()) return given;
    const fs::path folder = ownFolder();
    std::error_code error;
    // Programs beside this one come first; tests stand in a folder of their own.
    for (const fs::path& place : {folder / "cutline-engine", folder.parent_path() / "bin" / "cutline-engine"})
        if (fs::exists(place, error)) return place;
    return folder / "cutline-engine";
}

std::uint64_t halfOfMemory() {
    const long pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGE_SIZE);
    return pages > 0 && size > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size) / 2 : 0;
}

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

/// What one request may take, beyond what the helper has: the engine keeps weights as they are, packed and while it
/// packs them, and takes memory in steps that double. A generous multiple: it is to catch the runaway, not to be tight.
struct Allowance {
    std::uint64_t memory_bytes = 0; ///< 0: as much as the helper was started with
    double time_s = 0;              ///< 0: the engine's limit
};

Allowance toLoad(const ModelNeed& need, std::uint64_t file_bytes) {
    const std::uint64_t bytes = std::max(need.weight_bytes, file_bytes);
    return {kGiB + 6 * bytes, 60 + static_cast<double>(bytes) / 1e6};
}

/// `input_bytes` tells how many images a batch has. Rates are those of a slow core.
Allowance toRun(const ModelNeed& need, std::uint64_t input_bytes) {
    constexpr double kMacsPerSecond = 1e8, kBytesPerSecond = 1e7;
    const double times = need.input_bytes ? std::max(1.0, static_cast<double>(input_bytes) /
                                                              static_cast<double>(need.input_bytes))
                                          : 1;
    const double tensors = std::max(static_cast<double>(need.tensor_bytes) * times, static_cast<double>(input_bytes));
    const double memory = static_cast<double>(need.open ? 3 * kGiB : kGiB) + 6 * tensors +
                          2 * static_cast<double>(need.weight_bytes);
    return {static_cast<std::uint64_t>(std::min(memory, 1e15)),
            (need.open ? 60 : 30) + static_cast<double>(need.macs) * times / kMacsPerSecond + tensors / kBytesPerSecond};
}

std::string_view viewOf(const TensorValue& value) {
    return {reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()};
}

std::string namesOf(std::span<const EnginePort> ports) {
    std::string list;
    for (const EnginePort& port : ports)
        list += (list.empty() ? "" : ", ") + elided(printable(port.name), 60);
    return list.empty() ? "none" : list;
}

} // namespace

TensorValue TensorValue::floats(Shape shape, std::span<const float> values) {
    const auto bytes = std::as_bytes(values);
    return {ElementType::Float32, std::move(shape), {bytes.begin(), bytes.end()}};
}

std::vector<std::string> engineLibraries() {
    if (const std::string given = environment("CUTLINE_ONNXRUNTIME"); !given.empty()) return {given};
    std::vector<std::string> places;
    std::error_code error;
    const auto add = [&](const fs::path& path) {
        if (fs::exists(path, error)) places.push_back(path);
    };
    for (const char* name : {"libonnxruntime.so", "libonnxruntime.so.1"}) add(ownFolder() / name);
    if (const std::string cache = cacheFolder("onnxruntime"); !cache.empty()) add(fs::path(cache) / "libonnxruntime.so.1.21.0");
    places.insert(places.end(), {"libonnxruntime.so.1", "libonnxruntime.so.1.21"});
    return places;
}

/// The process and what it was started with.
class Engine::Helper {
public:
    Helper(ChildProcess process, const EngineOptions& options)
        : m_process(std::move(process)), m_time_limit_s(options.time_limit_s) {}

    /// The reply behind its first byte, or the error that it tells.
    Result<std::string> ask(std::string_view request, const std::string& where, Progress& progress, double time_s = 0) {
        const std::scoped_lock lock(m_mutex);
        auto reply =
            m_process.ask(request, time_s > 0 ? std::min(std::ceil(time_s), m_time_limit_s) : m_time_limit_s, progress);
        if (!reply) return Error{where, reply.error().what, reply.error().fix};
        Reader in(*reply);
        const auto kind = static_cast<Reply>(in.number<std::uint8_t>());
        if (kind == Reply::Done) return reply->substr(1);
        Error error;
        error.where = in.text();
        error.what = in.text();
        error.fix = in.text();
        if (error.what.empty()) error.what = "the engine gives no reason";
        error.where = where.empty() || error.where.empty() ? where + error.where : where + ", " + error.where;
        error = plainReason(std::move(error));
        error.what = elided(printable(error.what), 400);
        return error;
    }
    int id() const { return static_cast<int>(m_process.id()); }
    bool isRunning() {
        const std::scoped_lock lock(m_mutex);
        return m_process.isRunning();
    }

    std::string version;

private:
    std::mutex m_mutex;
    ChildProcess m_process;
    double m_time_limit_s;
};

struct EngineModel::Loaded {
    std::shared_ptr<Engine::Helper> helper;
    std::string where;
    ModelNeed need;
    std::uint32_t id = 0;
    std::vector<EnginePort> inputs, outputs;

    ~Loaded() {
        if (id == 0) return;
        Writer request;
        request.number(Request::Unload);
        request.number<std::uint64_t>(0);
        request.number(id);
        Progress none;
        static_cast<void>(helper->ask(request.take(), where, none).ok());
    }
};

Result<Engine> Engine::start(const EngineOptions& options) {
    const std::string program = options.program.empty() ? helperProgram() : options.program;
    const std::uint64_t memory = options.memory_bytes ? options.memory_bytes : halfOfMemory();
    auto process = ChildProcess::start(program, {std::to_string(memory)});
    if (!process) return process.error();
    auto helper = std::make_shared<Helper>(*std::move(process), options);
    const std::vector<std::string> places =
        options.library.empty() ? engineLibraries() : std::vector<std::string>{options.library};
    const unsigned threads = options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
    Writer request;
    request.number(Request::OpenLibrary);
    request.number<std::uint64_t>(0);
    request.number(static_cast<std::int32_t>(threads));
    request.number(static_cast<std::uint8_t>(options.optimise));
    request.number<std::uint64_t>(places.size());
    for (const std::string& place : places) request.text(place);
    Progress none;
    const auto reply = helper->ask(request.take(), {}, none);
    if (!reply) return reply.error();
    helper->version = Reader(*reply).text();
    return Engine(std::move(helper));
}

const std::string& Engine::version() const { return m_helper->version; }
int Engine::processId() const { return m_helper->id(); }
bool Engine::isRunning() const { return m_helper->isRunning(); }

Result<EngineModel> Engine::load(const ModelSource& source, Progress& progress) const {
    const std::string where = printable(source.path);
    std::optional<MappedFile> file;
    std::string_view bytes = source.bytes;
    if (bytes.empty()) {
        auto opened = MappedFile::open(source.path);
        if (!opened) return opened.error();
        bytes = file.emplace(*std::move(opened)).bytes();
    }
    const auto prepared = prepareModel(bytes, source.path, source.extra_outputs);
    if (!prepared) return prepared.error();
    const bool by_path = source.bytes.empty() && prepared->bytes.empty();
    std::error_code error;
    const fs::path path = fs::absolute(source.path, error);
    Writer request;
    const Allowance allowed = toLoad(prepared->need, bytes.size());
    request.number(Request::Load);
    request.number(allowed.memory_bytes);
    request.text(fs::is_directory(path.parent_path(), error) ? path.parent_path().string() : std::string());
    request.text(by_path ? path.string() : std::string());
    request.text(by_path ? std::string_view() : prepared->bytes.empty() ? bytes : prepared->bytes);
    const auto reply = m_helper->ask(request.take(), where, progress, allowed.time_s);
    if (!reply && !prepared->foreign_operators.empty())
        return Error{where, "does not run: the engine has no " + prepared->foreign_operators,
                     "export the model with standard operators"};
    if (!reply) return reply.error();
    auto loaded = std::make_shared<EngineModel::Loaded>();
    loaded->helper = m_helper;
    loaded->where = where;
    loaded->need = prepared->need;
    Reader in(*reply);
    loaded->id = in.number<std::uint32_t>();
    for (auto* ports : {&loaded->inputs, &loaded->outputs}) {
        ports->resize(in.count(17));
        for (EnginePort& port : *ports) port = in.port();
    }
    return EngineModel(std::move(loaded));
}

std::span<const EnginePort> EngineModel::inputs() const { return m_loaded->inputs; }
std::span<const EnginePort> EngineModel::outputs() const { return m_loaded->outputs; }

Result<std::vector<TensorValue>> EngineModel::run(std::span<const NamedTensor> inputs,
                                                  std::span<const std::string> wanted, Progress& progress) const {
    const auto has = [](std::span<const EnginePort> ports, const std::string& name) {
        return std::any_of(ports.begin(), ports.end(), [&](const EnginePort& port) { return port.name == name; });
    };
    for (const NamedTensor& input : inputs)
        if (!has(m_loaded->inputs, input.name))
            return Error{m_loaded->where, "has no input " + inQuotes(input.name),
                         "its inputs are: " + namesOf(m_loaded->inputs)};
    for (const EnginePort& port : m_loaded->inputs)
        if (std::none_of(inputs.begin(), inputs.end(), [&](const auto& given) { return given.name == port.name; }))
            return Error{m_loaded->where, "has no data for its input " + inQuotes(port.name),
                         "give a tensor for it"};
    std::vector<std::string> names(wanted.begin(), wanted.end());
    if (names.empty())
        for (const EnginePort& port : m_loaded->outputs) names.push_back(port.name);
    Writer request;
    std::uint64_t input_bytes = 0;
    for (const NamedTensor& input : inputs) input_bytes += input.value->bytes.size();
    const Allowance allowed = toRun(m_loaded->need, input_bytes);
    request.number(Request::Run);
    request.number(allowed.memory_bytes);
    request.number(m_loaded->id);
    request.number<std::uint64_t>(inputs.size());
    for (const NamedTensor& input : inputs) {
        request.text(input.name);
        request.tensor(input.value->type, input.value->shape, viewOf(*input.value));
    }
    request.number<std::uint64_t>(names.size());
    for (const std::string& name : names) {
        if (!has(m_loaded->outputs, name))
            return Error{m_loaded->where, "has no output " + inQuotes(name),
                         "its outputs are: " + namesOf(m_loaded->outputs)};
        request.text(name);
    }
    const auto reply = m_loaded->helper->ask(request.take(), m_loaded->where, progress, allowed.time_s);
    if (!reply) return reply.error();
    Reader in(*reply);
    std::vector<TensorValue> outputs(in.count(17));
    for (TensorValue& output : outputs) {
        output.type = in.type();
        output.shape = in.shape();
        const std::string_view data = in.text();
        const auto* begin = reinterpret_cast<const std::byte*>(data.data());
        output.bytes.assign(begin, begin + data.size());
    }
    if (!in.good() || outputs.size() != names.size())
        return Error{m_loaded->where, "the engine's answer makes no sense", "check the model"};
    return outputs;
}

} // namespace cutline
