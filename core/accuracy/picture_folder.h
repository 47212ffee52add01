// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/data_set.h"

namespace cutline {

/// The pictures of a folder with one folder a class, as one array.
struct PictureFolder {
    std::vector<std::string> classes; ///< the folders' names, in alphabetical order
    std::vector<std::string> files;   ///< class by class, in alphabetical order
    std::vector<std::uint32_t> labels;
    std::size_t height = 0, width = 0, channels = 0;
    std::string bytes; ///< rows of pixels, picture after picture

    /// Scales pictures to `height` and `width` where they are not 0; grey ones become coloured where others are.
    /// Errors: no folders, no pictures, a file that is no picture, sizes that differ without a size to scale to.
    static Result<PictureFolder> read(const std::string& path, const PictureReader& reader, std::size_t height, std::size_t width);
};

} // namespace cutline
