// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/preview.h"
#include "core/base/result.h"

#include <optional>
#include <string>
#include <vector>

namespace cutline {

/// What plans' accuracy comes from, for a first look: labelled images, or a table that somebody gives.
struct DataFacts {
    enum class Kind : std::uint8_t { Images, Table };
    Kind kind = Kind::Images;
    std::string file, name;
    std::size_t count = 0; ///< images, or rows
    std::size_t calibration = 0;
    Shape shape; ///< of one image as the network reads it
    bool labelled = true;
    std::vector<std::string> classes;
    std::vector<std::string> outputs; ///< of the network
    std::size_t judged = 0;    ///< the output that plans are judged by
    std::string preprocessing; ///< what pixels become
    std::vector<std::string> notes; ///< what was taken for granted
    std::vector<PreviewImage> preview;
    std::optional<Error> no_answers; ///< why the network did not answer the preview
};

} // namespace cutline
