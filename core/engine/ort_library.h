// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/engine.h"
#include "core/engine/ort_api.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cutline::ort {

/// The library, loaded; stays so until the process ends, as it does not like to be taken out.
class Library {
public:
    /// The first of `candidates` that can be loaded. Errors: none of them (what each lacks), or too old a version.
    static Result<Library> open(const std::vector<std::string>& candidates, int threads, OptimizationLevel level);

    const std::string& version() const { return m_version; }
    /// Calls the function at a position of the table that takes `Args` and gives a status; an Error for a bad one.
    template <class... Args> Result<void> call(Position position, Args... args) const {
        return checked(function<Status*, Args...>(position)(args...));
    }
    template <class... Args> void release(Position position, Args... args) const {
        function<void, Args...>(position)(args...);
    }
    Env* env() const { return m_env; }
    MemoryInfo* memory() const { return m_memory; }
    int threads() const { return m_threads; }
    OptimizationLevel level() const { return m_level; }

private:
    Library(const void* const* api, std::string version, int threads, OptimizationLevel level)
        : m_api(api), m_version(std::move(version)), m_threads(threads), m_level(level) {}
    template <class R, class... Args> auto function(Position position) const {
        return reinterpret_cast<R (*)(Args...)>(const_cast<void*>(m_api[position]));
    }
    Result<void> checked(Status* status) const;

    const void* const* m_api;
    std::string m_version;
    int m_threads;
    OptimizationLevel m_level;
    Env* m_env = nullptr;
    MemoryInfo* m_memory = nullptr;
};

/// A loaded model.
class LoadedModel {
public:
    /// From a file, or from bytes where `path` is empty; `folder` then holds its external data.
    static Result<LoadedModel> load(const Library& library, const std::string& path, const std::string& folder,
                                    std::string_view bytes);

    const std::vector<EnginePort>& inputs() const { return m_inputs; }
    const std::vector<EnginePort>& outputs() const { return m_outputs; }

    struct View {
        std::string name;
        ElementType type;
        Shape shape;
        std::string_view bytes;
    };
    /// What a run gives, as long as this stays.
    class Outputs {
    public:
        std::vector<View> views;

    private:
        friend class LoadedModel;
        std::vector<std::shared_ptr<Value>> m_values;
    };
    Result<Outputs> run(std::span<const View> inputs, const std::vector<std::string>& wanted) const;

private:
    explicit LoadedModel(const Library& library) : m_library(&library) {}
    Result<void> readPorts(Position count_at, Position name_at, Position type_at, std::vector<EnginePort>& ports) const;
    Result<void> readTensor(const TensorInfo* info, ElementType& type, Shape& shape) const;

    const Library* m_library;
    std::shared_ptr<Session> m_session;
    std::vector<EnginePort> m_inputs, m_outputs;
};

} // namespace cutline::ort
