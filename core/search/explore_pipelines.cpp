// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/explore_pipelines.h"

#include "core/search/front_builder.h"
#include "core/search/label_search.h"

namespace cutline {
namespace {

/// Plain enumeration, depth first, with bounds: needs nothing of a plan but a lower bound of its figures.
class Explorer {
public:
    Explorer(std::shared_ptr<const PipelineSpace> space, const SearchTask& task, const PipelineModel& model)
        : m_space(std::move(space)), m_model(model), m_builder(m_space, task, m_model)
    {
    }

    Found run()
    {
        for (std::uint32_t o = 0; o < m_space->orders().size(); ++o) {
            m_key = {};
            m_key.order = o;
            m_order_cost = m_builder.costOf(m_space->orders()[o]);
            if (!grow(m_model.empty())) break;
        }
        return m_builder.finish();
    }

private:
    /// Appends stages to the partial plan while something new may come of it.
    bool grow(const PipelineModel::Partial& partial)
    {
        const auto& order = m_space->orders()[m_key.order];
        const PlatformId platform = order[partial.stages];
        const std::uint32_t all = m_space->lastSet();
        if (partial.stages + 1 == order.size()) {
            if (!m_space->mayRun(platform, partial.set, all)) return true;
            return m_builder.look(m_model.closed(m_model.extended(partial, m_key, all), m_key), m_key, m_order_cost);
        }
        for (std::uint32_t outer = partial.set + 1; outer < all; ++outer) {
            if (!m_space->sets().isSubset(partial.set, outer)) continue;
            if (!m_space->mayRun(platform, partial.set, outer)) continue;
            m_key.cuts[partial.stages] = outer;
            const PipelineModel::Partial next = m_model.extended(partial, m_key, outer);
            if (m_builder.isHopeless(m_model.bound(next, m_key), m_order_cost, 1e-12, m_hint)) {
                ++m_builder.proof().pruned;
                continue;
            }
            if (!grow(next)) return false;
        }
        m_key.cuts[partial.stages] = 0;
        return true;
    }

    std::shared_ptr<const PipelineSpace> m_space;
    const PipelineModel& m_model;
    FrontBuilder m_builder;
    ParetoArchive::Hint m_hint;
    PipelineKey m_key;
    double m_order_cost = 0;
};

} // namespace

bool isLarge(const PipelineSpace& space)
{
    return space.sets().groupCount() > 2000;
}

Found explorePipelines(std::shared_ptr<const PipelineSpace> space, const SearchTask& task)
{
    PipelineModel model(*space, task.evaluator);
    const std::size_t most_stages = space->orders().empty() ? 0 : space->orders().back().size();
    // Of one or two platforms every plan is looked at anyway; where that takes long, labels tell what it costs sooner.
    const bool wanted = task.options.solver == SolverKind::Labels ||
                        (task.options.solver == SolverKind::Auto && (most_stages > 2 || isLarge(*space)));
    if (wanted && labelsFit(*space, task, model)) return exploreByLabels(std::move(space), task, model);
    return Explorer(std::move(space), task, model).run();
}

} // namespace cutline
