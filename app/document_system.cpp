// SPDX-License-Identifier: GPL-3.0-or-later
// Document's system: another one, or this one as it is edited. What speaks of platforms that stay is carried over.
#include "app/commands.h"
#include "app/document.h"
#include "app/scenario_fit.h"
#include "widgets/models/plan_facts.h"

#include <algorithm>

namespace cutline {
namespace {

/// Platforms and links of a system before an edit and after, by name.
class Renumbering {
public:
    Renumbering(const System& before, const System& after, const std::optional<Renamed>& renamed) {
        const bool is_node = renamed && renamed->part == SystemPart::Node;
        for (const Platform& platform : before.platforms)
            m_to.push_back(after.findPlatform(is_node && platform.name == renamed->from ? renamed->to : platform.name));
        for (const Platform& platform : after.platforms)
            m_offered.push_back(platform.precisions.size());
        m_same = before.platforms.size() == after.platforms.size();
        for (std::size_t i = 0; i < m_to.size() && m_same; ++i)
            m_same = m_to[i] && m_to[i]->index() == i &&
                     before.platforms[i].weight_bits == after.platforms[i].weight_bits &&
                     before.platforms[i].activation_bits == after.platforms[i].activation_bits;
    }

    std::optional<PlatformId> of(PlatformId before) const {
        return before.index() < m_to.size() ? m_to[before.index()] : std::nullopt;
    }
    /// Null where it uses a platform, or a precision of one, that is gone.
    PlanPtr of(const PlanPtr& plan) const {
        if (!plan) return nullptr;
        Plan after = *plan;
        for (Stage& stage : after.stages) {
            const auto platform = of(stage.platform);
            if (!platform || stage.precision > m_offered[platform->index()]) return nullptr;
            stage.platform = *platform;
        }
        return after == *plan ? plan : std::make_shared<const Plan>(std::move(after));
    }
    void move(std::vector<PlatformId>& platforms) const {
        std::vector<PlatformId> after;
        for (const PlatformId id : platforms)
            if (const auto to = of(id)) after.push_back(*to);
        platforms = std::move(after);
    }
    /// False where some are gone.
    bool move(std::vector<Pin>& pins) const {
        const std::size_t count = pins.size();
        std::erase_if(pins, [this](const Pin& pin) { return !of(pin.platform); });
        for (Pin& pin : pins) pin.platform = *of(pin.platform);
        return pins.size() == count;
    }
    /// Nothing that is counted by platform or follows from their widths has changed.
    bool samePlatforms() const { return m_same; }

private:
    std::vector<std::optional<PlatformId>> m_to;
    std::vector<std::size_t> m_offered;
    bool m_same = true;
};

std::vector<Constraint> readableOn(const std::vector<Constraint>& constraints, const System& system, QStringList& dropped) {
    std::vector<Constraint> kept;
    for (const Constraint& constraint : constraints) {
        if (auto read = parseConstraint(constraint.text, system))
            kept.push_back(*std::move(read));
        else
            dropped << text(constraint.text);
    }
    return kept;
}

void carryOptions(SearchOptions& options, const System& system, const Renumbering& numbers, QStringList& dropped) {
    options.constraints = readableOn(options.constraints, system, dropped);
    const bool restricted = !options.allowed.empty();
    numbers.move(options.allowed);
    if (restricted && options.allowed.empty()) dropped << QStringLiteral("the choice of platforms allowed");
    numbers.move(options.given_order);
    if (options.order == OrderKind::Given && options.given_order.empty()) options.order = OrderKind::Free;
    const bool pins = numbers.move(options.pins), forbidden = numbers.move(options.forbidden);
    if (!pins || !forbidden) dropped << QStringLiteral("pins and forbidden pairs");
    options.keep_dominated = Document::defaultOptions(system).keep_dominated;
}

/// Drops what speaks about platforms and links by number, and reads constraints again by what they say.
SearchOptions optionsFor(const SearchOptions& old, const System& system, QStringList& dropped) {
    SearchOptions options = Document::defaultOptions(system);
    options.objectives = old.objectives;
    options.order = old.order == OrderKind::Given ? OrderKind::Free : old.order;
    options.resolution = old.resolution;
    options.cuts = old.cuts;
    options.solver = old.solver;
    options.constraints = readableOn(old.constraints, system, dropped);
    if (!old.pins.empty() || !old.forbidden.empty()) dropped << QStringLiteral("pins and forbidden pairs");
    return options;
}

/// "memory:EYR<=4 MiB" with the new name of the platform or link that it speaks of.
std::string withNewSubject(const std::string& limit, const System& before, const Renamed& renamed) {
    const auto read = parseConstraint(limit, before);
    if (!read) return limit;
    const bool of_link = read->kind == MetricKind::LinkLoad || read->kind == MetricKind::LinkBusy ||
                         read->kind == MetricKind::LinkBytesOf;
    const bool of_platform = read->kind == MetricKind::PlatformMemory || read->kind == MetricKind::PlatformBusy ||
                             read->kind == MetricKind::PlatformEnergy;
    const bool meant = (of_platform && renamed.part == SystemPart::Node &&
                        before.platforms[read->subject].name == renamed.from) ||
                       (of_link && renamed.part == SystemPart::Link &&
                        before.links[read->subject].link.name == renamed.from);
    if (!meant) return limit;
    std::string after = limit;
    return after.replace(limit.find(renamed.from, limit.find(':')), renamed.from.size(), renamed.to);
}

template <class Value>
void renameKey(std::map<std::string, Value>& map, const Renamed& renamed) {
    if (auto entry = map.extract(renamed.from)) {
        entry.key() = renamed.to;
        map.insert(std::move(entry));
    }
}

/// Whatever speaks of it by name takes the new one.
void followName(EditState& state, const System& before, const Renamed& renamed) {
    for (Constraint& constraint : state.options.constraints)
        constraint.text = withNewSubject(constraint.text, before, renamed);
    for (Scenario::Requirement& requirement : state.scenario.requirements) {
        const std::string suffix = "<=1";
        requirement.metric = withNewSubject(requirement.metric + suffix, before, renamed);
        requirement.metric.resize(requirement.metric.size() - suffix.size());
    }
    if (renamed.part != SystemPart::Node) {
        renameKey(state.scenario.background, renamed);
        return;
    }
    for (auto* places : {&state.scenario.inputs, &state.scenario.outputs})
        for (Scenario::Placement& place : *places)
            if (place.platform == renamed.from) place.platform = renamed.to;
    renameKey(state.profiles, renamed);
    for (CardPlace& place : state.places)
        if (place.node == renamed.from) place.node = renamed.to;
}

bool isNodeOf(const System& system, const std::string& name) {
    return system.findPlatform(name) ||
           std::find(system.switches.begin(), system.switches.end(), name) != system.switches.end();
}

/// Takes away what names platforms that the system does not have, by name.
void dropStrangers(EditState& state, QStringList& dropped) {
    dropped << fitScenario(state.scenario, *state.system);
    std::erase_if(state.profiles, [&](const auto& given) {
        const bool gone = !state.system->findPlatform(given.first);
        if (gone) dropped << QStringLiteral("times of ") + text(given.first);
        return gone;
    });
}

} // namespace

void Document::sayDropped(const QStringList& dropped) {
    if (dropped.isEmpty()) return;
    Q_EMIT noticed({m_state.system->name,
                    "does not have what these speak about: " + dropped.join(QStringLiteral(", ")).toStdString(),
                    "they are dropped; undo brings them back"});
}

void Document::setSystem(const QString& name_or_file) {
    auto system = m_library.system(name_or_file.toStdString());
    if (!system) {
        Q_EMIT failed(system.error());
        Q_EMIT settingsChanged(); // the chooser goes back to what is in force
        return;
    }
    EditState after = m_state;
    after.system = std::make_shared<const System>(std::move(*system));
    QStringList dropped;
    after.options = optionsFor(m_state.options, *after.system, dropped);
    dropStrangers(after, dropped);
    // Plans name platforms by number: on another system they mean something else.
    after.plan.reset();
    after.reference = {};
    after.kept.clear();
    after.places.clear();
    if (std::exchange(after.sensitivity, nullptr)) dropped << QStringLiteral("sensitivities");
    if (!hasModel()) {
        restore(after);
        return;
    }
    const QString label = tr("Change system to %1").arg(text(after.system->name));
    push(EditKind::ChangeSystem, label, std::move(after));
    sayDropped(dropped);
}

void Document::nameSystem(const std::string& name) {
    if (!m_state.system || m_state.system->name == name) return;
    EditState after = m_state;
    System named = *m_state.system;
    named.name = name;
    after.system = std::make_shared<const System>(std::move(named));
    if (hasModel())
        push(EditKind::ChangeSystem, tr("Save the system as %1").arg(text(name)), std::move(after));
    else
        restore(after);
}

void Document::arrangeCards(std::vector<CardPlace> places, int gesture) {
    EditState after = m_state;
    after.places = std::move(places);
    if (hasModel())
        push(EditKind::ArrangeCards, tr("Move cards of the system"), std::move(after), gesture);
    else
        restore(after);
}

void Document::editSystem(System system, const QString& label, const std::optional<Renamed>& renamed) {
    if (!m_state.system || system == *m_state.system) return;
    const Renumbering numbers(*m_state.system, system, renamed);
    // The library's keeps its name and title to itself.
    const auto& names = m_library.systemNames();
    if (std::find(names.begin(), names.end(), system.name) != names.end()) {
        system.name += " edited";
        if (!system.title.empty() && !system.title.ends_with(", edited")) system.title += ", edited";
    }
    EditState after = m_state;
    after.system = std::make_shared<const System>(std::move(system));
    if (renamed) followName(after, *m_state.system, *renamed);
    std::erase_if(after.places, [&](const CardPlace& place) { return !isNodeOf(*after.system, place.node); });
    QStringList dropped;
    carryOptions(after.options, *after.system, numbers, dropped);
    dropStrangers(after, dropped);
    after.plan = numbers.of(m_state.plan);
    after.reference.plan = numbers.of(m_state.reference.plan);
    if (m_state.reference.plan && !after.reference.plan) {
        after.reference = {};
        dropped << QStringLiteral("the reference plan");
    }
    for (Kept& kept : after.kept) kept.plan = numbers.of(kept.plan);
    if (std::erase_if(after.kept, [](const Kept& kept) { return !kept.plan; }) > 0) dropped << QStringLiteral("marked plans");
    if (after.sensitivity && !numbers.samePlatforms()) {
        after.sensitivity.reset();
        dropped << QStringLiteral("sensitivities");
    }
    if (!hasModel()) {
        restore(after);
        return;
    }
    push(EditKind::ChangeSystem, label, std::move(after));
    sayDropped(dropped);
}

void Document::readLibraryAgain() {
    std::vector<std::string> folders = m_library.folders();
    for (const std::string& folder : Library::defaultFolders())
        if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
    readLibrary(folders);
}

void Document::readLibrary(const std::vector<std::string>& folders) {
    m_library = Library::load(folders);
    // What can no longer be read was said when it was opened.
    std::erase_if(m_added_files, [this](const std::string& file) { return !m_library.addFile(file); });
    Q_EMIT libraryChanged();
}

void Document::addDescriptor(const QString& file) {
    if (const auto name = m_library.addFile(file.toStdString()); !name) {
        Q_EMIT failed(name.error());
        return;
    }
    m_added_files.push_back(file.toStdString());
    Q_EMIT libraryChanged();
}

} // namespace cutline
