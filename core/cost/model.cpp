// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/cost_model.h"
#include "core/cost/loopnest/loop_nest_model.h"
#include "core/cost/roofline.h"

namespace cutline {

Result<std::unique_ptr<CostModel>> makeModel(const Platform& platform, const Compat& compat,
                                             std::shared_ptr<loopnest::MappingCache> mappings)
{
    if (platform.loop_nest) {
        auto model = loopnest::LoopNestModel::make(platform, compat, std::move(mappings));
        if (!model) return model.error();
        return std::unique_ptr<CostModel>(*std::move(model));
    }
    if (platform.roofline) {
        auto model = RooflineModel::make(platform, compat);
        if (!model) return model.error();
        return std::unique_ptr<CostModel>(*std::move(model));
    }
    return std::unique_ptr<CostModel>{};
}

} // namespace cutline
