// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ort_api.h"

// Where the distribution has the header, the positions are checked as this is compiled.
#if __has_include(<onnxruntime/onnxruntime_c_api.h>)
#include <onnxruntime/onnxruntime_c_api.h>
#define CUTLINE_HAS_ORT_HEADER
#elif __has_include(<onnxruntime/core/session/onnxruntime_c_api.h>)
#include <onnxruntime/core/session/onnxruntime_c_api.h>
#define CUTLINE_HAS_ORT_HEADER
#elif __has_include(<onnxruntime_c_api.h>)
#include <onnxruntime_c_api.h>
#define CUTLINE_HAS_ORT_HEADER
#endif

#ifdef CUTLINE_HAS_ORT_HEADER
#define CUTLINE_AT(name) static_assert(offsetof(OrtApi, name) == cutline::ort::k##name * sizeof(void*))
CUTLINE_AT(GetErrorMessage);
CUTLINE_AT(CreateEnv);
CUTLINE_AT(CreateSession);
CUTLINE_AT(CreateSessionFromArray);
CUTLINE_AT(Run);
CUTLINE_AT(CreateSessionOptions);
CUTLINE_AT(SetSessionGraphOptimizationLevel);
CUTLINE_AT(SetIntraOpNumThreads);
CUTLINE_AT(SessionGetInputCount);
CUTLINE_AT(SessionGetOutputCount);
CUTLINE_AT(SessionGetInputTypeInfo);
CUTLINE_AT(SessionGetOutputTypeInfo);
CUTLINE_AT(SessionGetInputName);
CUTLINE_AT(SessionGetOutputName);
CUTLINE_AT(CreateTensorWithDataAsOrtValue);
CUTLINE_AT(IsTensor);
CUTLINE_AT(GetTensorMutableData);
CUTLINE_AT(CastTypeInfoToTensorInfo);
CUTLINE_AT(GetTensorElementType);
CUTLINE_AT(GetDimensionsCount);
CUTLINE_AT(GetDimensions);
CUTLINE_AT(GetTensorShapeElementCount);
CUTLINE_AT(GetTensorTypeAndShape);
CUTLINE_AT(CreateCpuMemoryInfo);
CUTLINE_AT(AllocatorFree);
CUTLINE_AT(GetAllocatorWithDefaultOptions);
CUTLINE_AT(ReleaseEnv);
CUTLINE_AT(ReleaseStatus);
CUTLINE_AT(ReleaseMemoryInfo);
CUTLINE_AT(ReleaseSession);
CUTLINE_AT(ReleaseValue);
CUTLINE_AT(ReleaseTypeInfo);
CUTLINE_AT(ReleaseTensorTypeAndShapeInfo);
CUTLINE_AT(ReleaseSessionOptions);
CUTLINE_AT(AddSessionConfigEntry);
#endif
