// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

/// ONNX Runtime's C interface as far as it is used here: its table of functions is fixed by version and only ever
/// grows, so positions in it stay true (ONNX Runtime, "C API" and its rule of appending). Debian 12 has no header.
namespace cutline::ort {

inline constexpr std::uint32_t kApiVersion = 13; ///< of 1.13, the oldest that will do

struct Status;
struct Env;
struct Session;
struct SessionOptions;
struct RunOptions;
struct Value;
struct TypeInfo;
struct TensorInfo;
struct MemoryInfo;
struct Allocator;

struct ApiBase {
    const void* const* (*getApi)(std::uint32_t version);
    const char* (*versionText)();
};

/// Positions in the table; ort_header_check.cpp compares them with the header where there is one.
enum Position : std::size_t {
    kGetErrorMessage = 2,
    kCreateEnv = 3,
    kCreateSession = 7,
    kCreateSessionFromArray = 8,
    kRun = 9,
    kCreateSessionOptions = 10,
    kSetSessionGraphOptimizationLevel = 23,
    kSetIntraOpNumThreads = 24,
    kSessionGetInputCount = 30,
    kSessionGetOutputCount = 31,
    kSessionGetInputTypeInfo = 33,
    kSessionGetOutputTypeInfo = 34,
    kSessionGetInputName = 36,
    kSessionGetOutputName = 37,
    kCreateTensorWithDataAsOrtValue = 49,
    kIsTensor = 50,
    kGetTensorMutableData = 51,
    kCastTypeInfoToTensorInfo = 55,
    kGetTensorElementType = 60,
    kGetDimensionsCount = 61,
    kGetDimensions = 62,
    kGetTensorShapeElementCount = 64,
    kGetTensorTypeAndShape = 65,
    kCreateCpuMemoryInfo = 69,
    kAllocatorFree = 76,
    kGetAllocatorWithDefaultOptions = 78,
    kReleaseEnv = 92,
    kReleaseStatus = 93,
    kReleaseMemoryInfo = 94,
    kReleaseSession = 95,
    kReleaseValue = 96,
    kReleaseTypeInfo = 98,
    kReleaseTensorTypeAndShapeInfo = 99,
    kReleaseSessionOptions = 100,
    kAddSessionConfigEntry = 130,
};

enum LoggingLevel : int { kFatal = 4 };
enum OptimizationLevel : int { kNone = 0, kAll = 99 };
enum AllocatorType : int { kArena = 1 };
enum MemoryType : int { kDefault = 0 };

} // namespace cutline::ort
