// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/cost_model.h"
#include "core/cost/roofline.h"

namespace cutline {

Result<std::unique_ptr<CostModel>> makeModel(const Platform& platform, const Compat& compat)
{
    if (platform.roofline) return RooflineModel::make(platform, compat);
    return std::unique_ptr<CostModel>{};
}

} // namespace cutline
