// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/data_set.h"
#include "core/base/progress.h"

namespace cutline {

/// Pictures as Qt reads them: PNG, JPEG and what else is installed.
class PictureFiles : public PictureReader {
public:
    /// Stops reading soon after `progress` is cancelled.
    explicit PictureFiles(const Progress& progress) : m_progress(progress) {}
    Result<Picture> read(const std::string& path) const override;

private:
    const Progress& m_progress;
};

} // namespace cutline
