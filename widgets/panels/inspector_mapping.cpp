// SPDX-License-Identifier: GPL-3.0-or-later
// What the inspector works out in the background: a layer's mapping, and what would help a plan.
#include "core/base/text.h"
#include "widgets/panels/fact_sheet.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/mapping_curve.h"

#include <QComboBox>
#include <QScrollBar>

#include <algorithm>

namespace cutline {
namespace {

QString words(double count) {
    return quantityText(count, Unit::Count);
}

} // namespace

PlatformId Inspector::mappingPlatform(LayerId id) const {
    const System& system = *problem().system;
    if (m_mapping_on) return *m_mapping_on;
    if (m_plan) {
        const PlatformId here = assignmentOf(*m_plan, problem().graph->layerCount())[id.index()];
        if (system.platform(here).loop_nest) return here;
    }
    const auto first = std::find_if(system.platforms.begin(), system.platforms.end(),
                                    [](const Platform& p) { return p.loop_nest.has_value(); });
    return {static_cast<std::uint32_t>(first - system.platforms.begin())};
}

void Inspector::writeMapping(LayerId id) {
    const System& system = *problem().system;
    const Layer& layer = problem().graph->layer(id);
    const bool any = std::any_of(system.platforms.begin(), system.platforms.end(),
                                 [](const Platform& p) { return p.loop_nest.has_value(); });
    if (!any || layer.loops.empty()) return;
    const PlatformId on = mappingPlatform(id);
    const QColor colour = Theme::of(palette()).platform(on.index());
    m_sheet->section(QStringLiteral("Mapping on %1").arg(nameText(system.platform(on).name)));
    writeMappingChoice(on);
    if (!m_mapped || m_mapped->layer != id || m_mapped->platform != on || m_mapped->evaluator != m_evaluator) {
        m_sheet->line(QStringLiteral("working it out\u2026"));
        m_work.start<MappingFacts>(
            [evaluator = m_evaluator, id, on](Progress& progress) {
                const Problem& p = evaluator->problem();
                return mappingFacts(p.system->platform(on), p.compat, *p.graph, id, progress);
            },
            [this, id, on](MappingFacts facts) {
                m_mapped = Mapped{id, on, m_evaluator, std::move(facts)};
                const int place = m_sheet->verticalScrollBar()->value();
                refresh();
                m_sheet->scrollBackTo(place);
            });
        return;
    }
    const MappingFacts& facts = m_mapped->facts;
    if (!facts.error.isEmpty()) return m_sheet->note(facts.error, Ink::Bad);
    for (std::size_t i = 0; i < facts.nests.size(); ++i) {
        if (facts.nests.size() > 1)
            m_sheet->line(QStringLiteral("nest %1 of %2").arg(i + 1).arg(facts.nests.size()), Ink::Text);
        writeNest(facts.nests[i], colour);
    }
    writeCurve(facts, colour);
}

void Inspector::writeMappingChoice(PlatformId shown) {
    const System& system = *problem().system;
    auto* choice = new QComboBox;
    choice->setObjectName(QStringLiteral("mappingPlatform"));
    choice->setAccessibleName(QStringLiteral("Platform whose mapping is shown"));
    for (std::uint32_t p = 0; p < system.platforms.size(); ++p)
        if (system.platforms[p].loop_nest) choice->addItem(nameText(system.platforms[p].name), p);
    if (choice->count() < 2) return delete choice;
    choice->setCurrentIndex(choice->findData(shown.value));
    connect(choice, &QComboBox::activated, this, [this, choice] {
        m_mapping_on = PlatformId{choice->currentData().toUInt()};
        const int place = m_sheet->verticalScrollBar()->value();
        // Later: the box that speaks goes with the page.
        QMetaObject::invokeMethod(
            this,
            [this, place] {
                refresh();
                m_sheet->scrollBackTo(place);
            },
            Qt::QueuedConnection);
    });
    m_sheet->add(choice);
}

void Inspector::writeNest(const MappingFacts::Nest& nest, const QColor& colour) {
    m_sheet->line(nest.proof);
    if (!nest.rewrite.isEmpty()) m_sheet->line(nest.rewrite);
    m_sheet->bar(QStringLiteral("MACs busy"),
                 QStringLiteral("%1 of %2 \u00B7 %3")
                     .arg(numberOnly(nest.busy_macs), limitText(nest.macs, Unit::None),
                          percentText(nest.busy_macs / nest.macs)),
                 nest.busy_macs / nest.macs, colour, QStringLiteral("on average over the layer's cycles"));
    m_sheet->row(QStringLiteral("limited by"), nest.limit, {},
                 QStringLiteral("what the cycles come from: multiply-accumulates, or one port's words per cycle"));
    m_sheet->row(QStringLiteral("time, energy"), quantityText(nest.latency_s, Unit::Second) +
                                                     QStringLiteral(" \u00B7 ") +
                                                     quantityText(nest.energy_j, Unit::Joule));
    const double all = nest.energy_j > 0 ? nest.energy_j : 1;
    for (const MappingFacts::Level& level : nest.levels) {
        if (level.reads + level.writes <= 0) continue; // it only spreads what others hold
        QStringList tip{QStringLiteral("%1 words read, %2 written, %3")
                            .arg(words(level.reads), words(level.writes), quantityText(level.energy_j, Unit::Joule))};
        if (level.fill) tip << QStringLiteral("%1 of its words in use").arg(percentText(*level.fill));
        if (level.bandwidth) tip << QStringLiteral("ports busy %1 of the cycles").arg(percentText(*level.bandwidth));
        m_sheet->bar(level.name,
                     QStringLiteral("%1 read, %2 written \u00B7 %3")
                         .arg(words(level.reads), words(level.writes), percentText(level.energy_j / all)),
                     level.energy_j / all, colour, tip.join(u'\n') + QStringLiteral("\nthe bar: share of the energy"));
    }
    m_sheet->bar(QStringLiteral("MACs"),
                 quantityText(nest.mac_energy_j, Unit::Joule) + QStringLiteral(" \u00B7 ") +
                     percentText(nest.mac_energy_j / all),
                 nest.mac_energy_j / all, colour, QStringLiteral("energy of the multiply-accumulates"));
    if (nest.static_energy_j > 0)
        m_sheet->bar(QStringLiteral("leakage"),
                     quantityText(nest.static_energy_j, Unit::Joule) + QStringLiteral(" \u00B7 ") +
                         percentText(nest.static_energy_j / all),
                     nest.static_energy_j / all, colour, QStringLiteral("static power over the layer's time"));
    m_sheet->code(nest.loops);
}

void Inspector::writeCurve(const MappingFacts& facts, const QColor& colour) {
    if (facts.curve.empty() || facts.nests.size() != 1) return;
    if (facts.curve.size() == 1)
        return m_sheet->line(QStringLiteral("No other mapping takes less energy: time and energy agree."));
    m_sheet->line(facts.curve_complete
                      ? QStringLiteral("%1 mappings worth having, energy over time:").arg(facts.curve.size())
                      : QStringLiteral("%1 mappings found worth having; the search was stopped:")
                            .arg(facts.curve.size()));
    auto* curve = new MappingCurve;
    curve->setPoints(facts.curve, {facts.nests[0].latency_s, facts.nests[0].energy_j}, colour);
    m_sheet->add(curve);
}

void Inspector::writeHelp() {
    if (!m_help || m_help->plan != *m_plan || m_help->evaluator != m_evaluator) {
        m_work.start<QStringList>(
            [evaluator = m_evaluator, plan = *m_plan, metrics = *m_metrics](Progress& progress) {
                return whatWouldHelp(*evaluator, plan, metrics, progress);
            },
            [this, plan = *m_plan](QStringList lines) {
                m_help = Help{plan, m_evaluator, std::move(lines)};
                const int place = m_sheet->verticalScrollBar()->value();
                refresh();
                m_sheet->scrollBackTo(place);
            });
        return;
    }
    if (m_help->lines.isEmpty()) return;
    m_sheet->section(QStringLiteral("What would help"));
    for (const QString& line : m_help->lines) m_sheet->line(line, Ink::Text);
}

} // namespace cutline
