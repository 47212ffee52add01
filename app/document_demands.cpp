// SPDX-License-Identifier: GPL-3.0-or-later
// Document's demands on plans, as charts ask for them: of the search, or requirements of the scenario.
#include "app/commands.h"
#include "app/document.h"
#include "core/base/text.h"
#include "widgets/models/constraint_metrics.h"

#include <algorithm>

namespace cutline {
namespace {

/// The requirement that this limit was read from.
Scenario::Requirement* requirementOf(Scenario& scenario, const System& system, const Constraint& limit) {
    for (Scenario::Requirement& requirement : scenario.requirements) {
        Scenario alone;
        alone.requirements = {requirement};
        const auto limits = requirementLimits(alone, system);
        if (std::find(limits.begin(), limits.end(), limit) != limits.end()) return &requirement;
    }
    return nullptr;
}

} // namespace

void Document::demand(const QString& constraint) {
    if (!m_state.system) return;
    const auto read = parseConstraint(constraint.toStdString(), *m_state.system);
    if (!read) {
        Q_EMIT failed(read.error());
        return;
    }
    EditState after = m_state;
    auto& constraints = after.options.constraints;
    const auto same = std::find_if(constraints.begin(), constraints.end(), [&](const Constraint& c) {
        return c.kind == read->kind && c.subject == read->subject && c.at_most == read->at_most;
    });
    if (same == constraints.end())
        constraints.push_back(*read);
    else
        *same = *read;
    push(EditKind::ChangeOptions, tr("Demand %1").arg(constraint), std::move(after));
}

void Document::moveDemand(const Constraint& from, const QString& to) {
    if (!m_state.system) return;
    const auto read = parseConstraint(to.toStdString(), *m_state.system);
    if (!read) {
        Q_EMIT failed(read.error());
        return;
    }
    EditState after = m_state;
    auto& constraints = after.options.constraints;
    const auto found = std::find(constraints.begin(), constraints.end(), from);
    if (found != constraints.end()) {
        *found = *read;
        push(EditKind::ChangeOptions, tr("Demand %1").arg(to), std::move(after));
    } else if (auto* requirement = requirementOf(after.scenario, *m_state.system, from)) {
        (from.at_most ? requirement->at_most : requirement->at_least) = read->limit;
        push(EditKind::ChangeScenario, tr("Require %1").arg(to), std::move(after));
    }
}

} // namespace cutline
