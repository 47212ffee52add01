// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_front.h"

#include "core/plan/stage_order.h"
#include "core/search/row.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace cutline {
namespace {

std::uint64_t hashOf(std::span<const double> row)
{
    std::uint64_t hash = 0x9E3779B97F4A7C15ull;
    for (const double value : row) {
        hash ^= std::bit_cast<std::uint64_t>(value);
        hash *= 0xBF58476D1CE4E5B9ull;
        hash ^= hash >> 29;
    }
    return hash;
}

} // namespace

bool comesBefore(const AnyFront::Entry& a, const AnyFront::Entry& b)
{
    if (a.assignment != b.assignment) return a.assignment < b.assignment;
    if (a.plan.scheme != b.plan.scheme) return a.plan.scheme < b.plan.scheme;
    const auto before = [](const Stage& x, const Stage& y) {
        return x.platform != y.platform ? x.platform < y.platform : x.layers < y.layers;
    };
    return std::ranges::lexicographical_compare(a.plan.stages, b.plan.stages, before);
}

AnyFront::AnyFront(const AnyModel& model, const SearchTask& task)
    : m_model(model), m_task(task), m_archive(task.options.objectives.size()),
      m_stream(task.options)
{
}

std::vector<double> AnyFront::rowOf(const Summary& summary) const
{
    std::vector<double> row(width());
    fillRow(summary, m_task.options.objectives, row.data());
    return row;
}

std::optional<Summary> AnyFront::judge(const Plan& plan)
{
    ++m_proof.evaluated;
    return judged(plan, m_task);
}

std::optional<std::vector<double>> AnyFront::look(const Plan& given)
{
    const Plan plan = inLeastPeakOrder(m_task.evaluator, given, kHurriedSets);
    const auto summary = judge(plan);
    if (!summary) return std::nullopt;
    Entry entry{plan, assignmentOf(plan, m_model.problem().graph->layerCount()), *summary};
    auto row = rowOf(*summary);
    add(std::move(entry));
    return row;
}

void AnyFront::list(const Plan& given)
{
    const Plan plan = inLeastPeakOrder(m_task.evaluator, given, kHurriedSets);
    if (const auto summary = judge(plan))
        list({plan, assignmentOf(plan, m_model.problem().graph->layerCount()), *summary});
}

void AnyFront::list(Entry entry)
{
    if (m_listed.size() >= m_task.options.plan_cap) {
        m_proof.stop = Proof::Stop::Capped;
        return;
    }
    m_listed.push_back(entry);
    add(std::move(entry));
}

std::uint32_t* AnyFront::find(std::span<const double> row)
{
    const auto at = m_by_hash.find(hashOf(row));
    if (at == m_by_hash.end()) return nullptr;
    for (std::uint32_t& index : at->second)
        if (std::ranges::equal(row, m_rows[index])) return &index;
    return nullptr;
}

bool AnyFront::add(Entry entry)
{
    auto row = rowOf(entry.summary);
    const auto standing = m_archive.standing(row);
    if (standing != ParetoArchive::Standing::Free) {
        const std::uint32_t* kept = standing == ParetoArchive::Standing::Dominated ? nullptr : find(row);
        if (kept && comesBefore(entry, m_found[*kept])) m_found[*kept] = std::move(entry);
        return false;
    }
    const auto index = static_cast<std::uint32_t>(m_found.size());
    m_archive.insert(row, index);
    m_by_hash[hashOf(row)].push_back(index);
    m_found.push_back(std::move(entry));
    m_rows.push_back(std::move(row));
    m_stream.grew([&](std::vector<double>& rows) { m_archive.appendRows(rows); },
                  [&] {
                      std::vector<Plan> plans;
                      std::vector<Summary> summaries;
                      for (Entry& kept : entries()) {
                          plans.push_back(std::move(kept.plan));
                          summaries.push_back(kept.summary);
                      }
                      return resultSoFar(std::make_shared<PlanList>(std::move(plans)), std::move(summaries), m_task.options);
                  });
    return true;
}

bool AnyFront::dominates(std::span<const double> row)
{
    const auto standing = m_archive.standing(row);
    return standing == ParetoArchive::Standing::Dominated ||
           (standing == ParetoArchive::Standing::MaybeEqual && !find(row));
}

double AnyFront::factorTo(std::span<const double> row) const
{
    double least = std::numeric_limits<double>::infinity();
    m_archive.forEach([&](std::span<const double> kept, std::uint64_t) {
        double factor = 1;
        for (std::size_t d = 0; d < row.size() && factor < least; ++d) {
            if (kept[d] <= row[d]) continue;
            factor = std::max(factor, row[d] > 0 ? kept[d] / row[d] : std::numeric_limits<double>::infinity());
        }
        least = std::min(least, factor);
    });
    return least;
}

std::vector<double> AnyFront::sample(std::size_t most) const
{
    std::vector<double> rows;
    const std::size_t step = (m_archive.size() + most - 1) / std::max<std::size_t>(most, 1);
    std::size_t at = 0;
    m_archive.forEach([&](std::span<const double> row, std::uint64_t) {
        if (at++ % std::max<std::size_t>(step, 1) == 0) rows.insert(rows.end(), row.begin(), row.end());
    });
    return rows;
}

double AnyFront::least(std::size_t objective) const
{
    double value = std::numeric_limits<double>::infinity();
    m_archive.forEach([&](std::span<const double> row, std::uint64_t) { value = std::min(value, row[objective]); });
    return value;
}

bool AnyFront::stopped()
{
    if (m_proof.stop != Proof::Stop::Completed) return true;
    if (m_task.progress.cancelled())
        m_proof.stop = Proof::Stop::Cancelled;
    else if (m_task.options.time_limit_s && elapsed() > *m_task.options.time_limit_s)
        m_proof.stop = Proof::Stop::TimeLimit;
    else if (m_steps_left-- == 0 || m_proof.evaluated >= m_most_judged)
        m_proof.stop = Proof::Stop::Capped;
    return m_proof.stop != Proof::Stop::Completed;
}

std::vector<AnyFront::Entry> AnyFront::entries() const
{
    std::vector<Entry> all;
    m_archive.forEach([&](std::span<const double>, std::uint64_t tag) { all.push_back(m_found[tag]); });
    std::sort(all.begin(), all.end(), comesBefore);
    return all;
}

std::vector<AnyFront::Entry> AnyFront::listing() const
{
    std::vector<Entry> all = entries();
    all.insert(all.end(), m_listed.begin(), m_listed.end());
    std::sort(all.begin(), all.end(), comesBefore);
    const auto same = [](const Entry& a, const Entry& b) { return a.plan == b.plan; };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    return all;
}

} // namespace cutline
