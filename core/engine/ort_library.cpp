// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ort_library.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

namespace cutline::ort {
namespace {

/// ONNX Runtime numbers element types as ONNX does; in the order of ElementType, from Float32.
constexpr std::array<std::pair<ElementType, int>, 15> kTypes{{{ElementType::Float32, 1},
                                                              {ElementType::UInt8, 2},
                                                              {ElementType::Int8, 3},
                                                              {ElementType::UInt16, 4},
                                                              {ElementType::Int16, 5},
                                                              {ElementType::Int32, 6},
                                                              {ElementType::Int64, 7},
                                                              {ElementType::String, 8},
                                                              {ElementType::Bool, 9},
                                                              {ElementType::Float16, 10},
                                                              {ElementType::Float64, 11},
                                                              {ElementType::UInt32, 12},
                                                              {ElementType::UInt64, 13},
                                                              {ElementType::BFloat16, 16},
                                                              {ElementType::Unknown, 0}}};

ElementType typeOf(int number) {
    for (const auto& [type, n] : kTypes)
        if (n == number) return type;
    return ElementType::Unknown;
}

int numberOf(ElementType type) {
    for (const auto& [t, number] : kTypes)
        if (t == type) return number;
    return 0;
}

std::size_t bytesOf(ElementType type) {
    switch (type) {
    case ElementType::Float64:
    case ElementType::Int64:
    case ElementType::UInt64: return 8;
    case ElementType::Float32:
    case ElementType::Int32:
    case ElementType::UInt32: return 4;
    case ElementType::Float16:
    case ElementType::BFloat16:
    case ElementType::Int16:
    case ElementType::UInt16: return 2;
    case ElementType::Int8:
    case ElementType::UInt8:
    case ElementType::Bool: return 1;
    default: return 0;
    }
}

const char* kGetIt = "run app/run --engine, or set CUTLINE_ONNXRUNTIME to the path of libonnxruntime.so 1.13 or newer";

} // namespace

Result<void> Library::checked(Status* status) const {
    if (!status) return {};
    const char* text = function<const char*, const Status*>(kGetErrorMessage)(status);
    Error error{{}, text ? text : "the engine gives no reason", {}};
    release(kReleaseStatus, status);
    return error;
}

Result<Library> Library::open(const std::vector<std::string>& candidates, int threads, OptimizationLevel level) {
    std::string reasons;
    void* handle = nullptr;
    for (const std::string& candidate : candidates) {
        handle = ::dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (handle) break;
        const char* reason = ::dlerror();
        if (candidates.size() == 1) reasons = std::string(": ") + (reason ? reason : candidate.c_str());
    }
    if (!handle) return Error{"ONNX Runtime", "its library is not found" + reasons, kGetIt};
    const auto base = reinterpret_cast<const ApiBase* (*)()>(::dlsym(handle, "OrtGetApiBase"));
    if (!base) return Error{"ONNX Runtime", "the library found has no OrtGetApiBase", kGetIt};
    const std::string version = base()->versionText();
    const void* const* api = base()->getApi(kApiVersion);
    if (!api) return Error{"ONNX Runtime", "version " + version + " is too old", kGetIt};
    Library library(api, version, threads, level);
    if (auto made = library.call<int, const char*, Env**>(kCreateEnv, kFatal, "cutline", &library.m_env); !made)
        return made.error();
    if (auto made = library.call<int, int, MemoryInfo**>(kCreateCpuMemoryInfo, kArena, kDefault, &library.m_memory);
        !made)
        return made.error();
    return library;
}

Result<LoadedModel> LoadedModel::load(const Library& library, const std::string& path, const std::string& folder,
                                      std::string_view bytes) {
    SessionOptions* raw = nullptr;
    if (auto made = library.call<SessionOptions**>(kCreateSessionOptions, &raw); !made) return made.error();
    const std::shared_ptr<SessionOptions> options(
        raw, [&library](SessionOptions* p) { library.release<SessionOptions*>(kReleaseSessionOptions, p); });
    if (auto set = library.call<SessionOptions*, int>(kSetSessionGraphOptimizationLevel, raw, library.level()); !set)
        return set.error();
    if (auto set = library.call<SessionOptions*, int>(kSetIntraOpNumThreads, raw, library.threads()); !set)
        return set.error();
    if (path.empty() && !folder.empty())
        if (auto set = library.call<SessionOptions*, const char*, const char*>(
                kAddSessionConfigEntry, raw, "session.model_external_initializers_file_folder_path", folder.c_str());
            !set)
            return set.error();
    Session* session = nullptr;
    const auto made =
        path.empty()
            ? library.call<const Env*, const void*, std::size_t, const SessionOptions*, Session**>(
                  kCreateSessionFromArray, library.env(), bytes.data(), bytes.size(), raw, &session)
            : library.call<const Env*, const char*, const SessionOptions*, Session**>(
                  kCreateSession, library.env(), path.c_str(), raw, &session);
    if (!made) return made.error();
    LoadedModel model(library);
    model.m_session.reset(session, [&library](Session* p) { library.release<Session*>(kReleaseSession, p); });
    if (auto read = model.readPorts(kSessionGetInputCount, kSessionGetInputName, kSessionGetInputTypeInfo,
                                    model.m_inputs);
        !read)
        return read.error();
    if (auto read = model.readPorts(kSessionGetOutputCount, kSessionGetOutputName, kSessionGetOutputTypeInfo,
                                    model.m_outputs);
        !read)
        return read.error();
    return model;
}

Result<void> LoadedModel::readTensor(const TensorInfo* info, ElementType& type, Shape& shape) const {
    int number = 0;
    std::size_t rank = 0;
    if (auto got = m_library->call<const TensorInfo*, int*>(kGetTensorElementType, info, &number); !got)
        return got.error();
    if (auto got = m_library->call<const TensorInfo*, std::size_t*>(kGetDimensionsCount, info, &rank); !got)
        return got.error();
    type = typeOf(number);
    shape.resize(rank);
    return m_library->call<const TensorInfo*, std::int64_t*, std::size_t>(kGetDimensions, info, shape.data(), rank);
}

Result<void> LoadedModel::readPorts(Position count_at, Position name_at, Position type_at,
                                    std::vector<EnginePort>& ports) const {
    Allocator* allocator = nullptr;
    if (auto got = m_library->call<Allocator**>(kGetAllocatorWithDefaultOptions, &allocator); !got) return got.error();
    std::size_t count = 0;
    if (auto got = m_library->call<const Session*, std::size_t*>(count_at, m_session.get(), &count); !got)
        return got.error();
    for (std::size_t i = 0; i < count; ++i) {
        EnginePort port;
        char* name = nullptr;
        if (auto got = m_library->call<const Session*, std::size_t, Allocator*, char**>(name_at, m_session.get(), i,
                                                                                      allocator, &name);
            !got)
            return got.error();
        port.name = name;
        if (auto freed = m_library->call<Allocator*, void*>(kAllocatorFree, allocator, name); !freed)
            return freed.error();
        TypeInfo* raw = nullptr;
        if (auto got = m_library->call<const Session*, std::size_t, TypeInfo**>(type_at, m_session.get(), i, &raw);
            !got)
            return got.error();
        const std::shared_ptr<TypeInfo> type(
            raw, [this](TypeInfo* p) { m_library->release<TypeInfo*>(kReleaseTypeInfo, p); });
        const TensorInfo* tensor = nullptr;
        if (auto got = m_library->call<const TypeInfo*, const TensorInfo**>(kCastTypeInfoToTensorInfo, raw, &tensor);
            !got)
            return got.error();
        // Sequences, maps and optionals are no tensors; they stay of unknown type.
        if (tensor)
            if (auto got = readTensor(tensor, port.type, port.shape); !got) return got.error();
        ports.push_back(std::move(port));
    }
    return {};
}

namespace {

/// A copy where the library would put a tensor of its own: sums are added up in an order that depends on where the
/// numbers begin, and a piece is to add up as the whole does.
std::shared_ptr<void> alignedCopy(std::string_view bytes) {
    constexpr std::size_t kAlignment = 64;
    const std::size_t size = (bytes.size() / kAlignment + 1) * kAlignment;
    std::shared_ptr<void> copy(std::aligned_alloc(kAlignment, size), &std::free);
    if (copy && !bytes.empty()) std::memcpy(copy.get(), bytes.data(), bytes.size());
    return copy;
}

} // namespace

Result<LoadedModel::Outputs> LoadedModel::run(std::span<const View> inputs,
                                              const std::vector<std::string>& wanted) const {
    const auto keep = [this](Value* value) {
        return std::shared_ptr<Value>(value, [library = m_library](Value* p) {
            if (p) library->release<Value*>(kReleaseValue, p);
        });
    };
    std::vector<std::shared_ptr<void>> data_of; // outlives the values over it
    std::vector<std::shared_ptr<Value>> values;
    std::vector<const Value*> in;
    std::vector<const char*> in_names, out_names;
    for (const View& view : inputs) {
        data_of.push_back(alignedCopy(view.bytes));
        if (!data_of.back()) return Error{"input " + view.name, "does not fit in memory", "give a smaller batch"};
        Value* value = nullptr;
        const auto made =
            m_library->call<const MemoryInfo*, void*, std::size_t, const std::int64_t*, std::size_t, int, Value**>(
                kCreateTensorWithDataAsOrtValue, m_library->memory(), data_of.back().get(),
                view.bytes.size(), view.shape.data(), view.shape.size(), numberOf(view.type), &value);
        if (!made) return Error{"input " + view.name, made.error().what, "give data of its type and shape"};
        values.push_back(keep(value));
        in.push_back(value);
        in_names.push_back(view.name.c_str());
    }
    for (const std::string& name : wanted) out_names.push_back(name.c_str());
    std::vector<Value*> out(wanted.size(), nullptr);
    const auto ran = m_library->call<Session*, const RunOptions*, const char* const*, const Value* const*, std::size_t,
                                     const char* const*, std::size_t, Value**>(
        kRun, m_session.get(), nullptr, in_names.data(), in.data(), in.size(), out_names.data(), out_names.size(),
        out.data());
    Outputs outputs;
    for (Value* value : out) outputs.m_values.push_back(keep(value));
    if (!ran) return ran.error();
    for (std::size_t i = 0; i < out.size(); ++i) {
        int is_tensor = 0;
        if (auto got = m_library->call<const Value*, int*>(kIsTensor, out[i], &is_tensor); !got) return got.error();
        if (!is_tensor) return Error{"output " + wanted[i], "is not a tensor", "ask for tensors only"};
        TensorInfo* raw = nullptr;
        if (auto got = m_library->call<const Value*, TensorInfo**>(kGetTensorTypeAndShape, out[i], &raw); !got)
            return got.error();
        const std::shared_ptr<TensorInfo> info(
            raw, [this](TensorInfo* p) { m_library->release<TensorInfo*>(kReleaseTensorTypeAndShapeInfo, p); });
        View view{wanted[i], ElementType::Unknown, {}, {}};
        if (auto got = readTensor(raw, view.type, view.shape); !got) return got.error();
        std::size_t elements = 0;
        if (auto got = m_library->call<const TensorInfo*, std::size_t*>(kGetTensorShapeElementCount, raw, &elements);
            !got)
            return got.error();
        const std::size_t size = bytesOf(view.type);
        if (size == 0) return Error{"output " + wanted[i], "is of a type that is not read", "ask for numbers only"};
        void* data = nullptr;
        if (auto got = m_library->call<Value*, void**>(kGetTensorMutableData, out[i], &data); !got) return got.error();
        view.bytes = {static_cast<const char*>(data), elements * size};
        outputs.views.push_back(std::move(view));
    }
    return outputs;
}

} // namespace cutline::ort
