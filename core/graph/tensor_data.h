// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/onnx_reader.h"
#include "core/graph/value.h"

#include <string>
#include <vector>

namespace cutline {

/// Checks and reads the constant data of a model: what stands in it, and what lies in files beside it.
/// Nothing is read but small constants; files are only measured.
class TensorDataReader {
public:
    /// `model_path` gives the folder that external data must stay in.
    explicit TensorDataReader(const std::string& model_path);

    /// Dimensions not negative and countable, as many data as the dimensions ask for, in the field of their
    /// type, external files inside the folder and long enough. Throws a Failure without the tensor's name.
    void check(const onnx_file::TensorData& tensor);

    /// The data of a checked tensor; null above kLargestValue elements, for text, and where the file is not
    /// there.
    ValuePtr read(const onnx_file::TensorData& tensor) const;

    /// Where the data of a tensor lie in a file beside the model.
    struct ExternalRange {
        std::string path;
        std::uint64_t offset = 0, length = 0;
    };
    /// The range of a tensor with external data, checked as above. Throws a Failure, also where the file is not there.
    ExternalRange externalRange(const onnx_file::TensorData& tensor);

    /// Tensors whose external file is not there, with its name: "conv2.weight in no_such_file.bin".
    const std::vector<std::string>& missing() const { return m_missing; }

private:
    struct Place {
        std::string path, location;
        std::uint64_t offset = 0;
        std::optional<std::uint64_t> length;
    };
    Place placeOf(const onnx_file::TensorData& tensor) const;
    void checkExternal(const onnx_file::TensorData& tensor, std::uint64_t wanted);

    std::string m_folder;
    std::vector<std::string> m_missing;
};

/// Bytes that a tensor of these dimensions takes in a file (4-bit types: two elements a byte); nullopt for
/// text and types that are not known. Throws a Failure for negative or uncountable dimensions.
std::optional<std::uint64_t> storedBytes(const Shape& dims, ElementType type);

} // namespace cutline
