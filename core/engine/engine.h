// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/element_type.h"
#include "core/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Running models. ONNX Runtime does it, loaded at run time in a process of its own with limits on memory and time:
/// a model that makes it crash, hang or eat memory ends in an Error. Nothing outside this room knows which engine it is.
namespace cutline {

/// Data of one tensor in row-major order, in the machine's byte order; Float16 and BFloat16 as their 16 bits.
struct TensorValue {
    ElementType type = ElementType::Float32;
    Shape shape;
    std::vector<std::byte> bytes;

    static TensorValue floats(Shape shape, std::span<const float> values);
    /// The elements as T; empty where the bytes are not whole elements of that size.
    template <class T> std::span<const T> as() const {
        return bytes.size() % sizeof(T) ? std::span<const T>{}
                                        : std::span(reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T));
    }
};

/// An input or output of a loaded model; -1 in the shape where a size is not fixed.
struct EnginePort {
    std::string name;
    ElementType type = ElementType::Unknown;
    Shape shape;
};

struct EngineOptions {
    std::string library; ///< ONNX Runtime's shared library; empty: searched (engineLibraries)
    std::string program; ///< the helper program; empty: `cutline-engine` beside this one
    std::uint64_t memory_bytes = 0; ///< most memory of the helper; 0: half of the machine's
    double time_limit_s = 300;      ///< most time of one load or run
    unsigned threads = 0;           ///< within one run; 0: one a core
    /// false: every node as the file has it, so that a model and its pieces add up in the same order.
    bool optimise = true;
};

/// What to load: a file, or bytes with the name that messages give them.
struct ModelSource {
    std::string path;        ///< the file; with `bytes` only for messages and the folder of external data
    std::string_view bytes;  ///< used where not empty
    /// Inner tensors to have as outputs too, behind the model's own; those that are outputs already are passed over.
    std::vector<std::string> extra_outputs;
};

class EngineModel;

/// One helper process. A load or run may take a generous multiple of what the model's weights, tensors and work ask for,
/// at most what the options say. Copies share it; it ends with the last of them and of its models. One request at a time:
/// threads that share an engine wait for each other.
class Engine {
public:
    /// Starts the helper and has it load the library. Errors: helper or library not found, a version without the
    /// interface that is needed; each says what to do.
    static Result<Engine> start(const EngineOptions& options = {});

    /// "1.21.0"
    const std::string& version() const;
    /// The helper's process id, for those who watch or end it.
    int processId() const;
    /// False once it has crashed or was ended, by a limit or by cancelling.
    bool isRunning() const;

    /// Errors: operators that the engine does not have (named), and whatever the engine says of the model. Cancelling
    /// `progress` ends the helper within 100 ms; the engine and all its models are of no use then.
    Result<EngineModel> load(const ModelSource& source, Progress& progress) const;

private:
    friend class EngineModel;
    class Helper;
    explicit Engine(std::shared_ptr<Helper> helper) : m_helper(std::move(helper)) {}
    std::shared_ptr<Helper> m_helper;
};

struct NamedTensor {
    std::string name;
    const TensorValue* value = nullptr;
};

/// A model loaded in the helper; let go of there with the last copy.
class EngineModel {
public:
    std::span<const EnginePort> inputs() const;
    std::span<const EnginePort> outputs() const;

    /// Runs with all inputs by name; `wanted` names outputs, none: all of them in order. Errors as for load; a
    /// missing or superfluous input is named.
    Result<std::vector<TensorValue>> run(std::span<const NamedTensor> inputs, std::span<const std::string> wanted,
                                         Progress& progress) const;

private:
    friend class Engine;
    struct Loaded;
    explicit EngineModel(std::shared_ptr<const Loaded> loaded) : m_loaded(std::move(loaded)) {}
    std::shared_ptr<const Loaded> m_loaded;
};

/// Where the library is looked for, in this order: CUTLINE_ONNXRUNTIME alone where it is set; else beside the
/// program, in the set-up's cache, and as the system's libonnxruntime.so.1 and .so.1.21.
std::vector<std::string> engineLibraries();

} // namespace cutline
