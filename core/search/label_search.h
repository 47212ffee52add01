// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/explore_pipelines.h"
#include "core/search/pipeline_model.h"

namespace cutline {

/// Label setting (search.md section 1), stage by stage. A state is the set of platforms used, the last of them and the
/// down-set that is done; a label is what a partial pipeline has cost so far. Labels that another one of their state
/// is no worse than are dropped, so are those whose best completion the front already beats. A state is sound only where
/// everything live was made by the last platform; a partial pipeline of which this is not true is carried on by itself,
/// compared with none, until it is (search.md: "The state must be sound").
///
/// Exact: the same front as looking at every pipeline, equals included; the same for any number of threads.
/// Labels of one stage count are expanded in parallel.
/// Only where labelsFit() (label_figures.h).
Found exploreByLabels(std::shared_ptr<const PipelineSpace> space, const SearchTask& task, PipelineModel& model);

} // namespace cutline
