// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_file.h"

#include "core/exchange/workload_model.h"

namespace cutline {

Result<ModelFile> readModelFile(const std::string& file, const ImportOptions& options, Progress& progress) {
    if (isWorkloadFile(file)) {
        auto workload = readWorkloadModel(file);
        if (!workload) return workload.error();
        return ModelFile{std::move(workload->model), std::make_shared<const System>(std::move(workload->system)),
                         std::make_shared<const Profile>(std::move(workload->times))};
    }
    auto model = importOnnx(file, options, progress);
    if (!model) return model.error();
    return ModelFile{*std::move(model), nullptr, nullptr};
}

void giveTimes(EditState& state, const ProfilePtr& times) {
    if (!times || !state.system) return;
    for (const Platform& platform : state.system->platforms)
        if (isWorkloadDevice(platform)) state.profiles.try_emplace(platform.name, GivenTimes{times});
}

} // namespace cutline
