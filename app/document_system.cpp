// SPDX-License-Identifier: GPL-3.0-or-later
// Document's system as it is edited: what speaks of platforms that stay is carried over.
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
    Renumbering(const System& before, const System& after) {
        for (const Platform& platform : before.platforms) m_to.push_back(after.findPlatform(platform.name));
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

void carryOptions(SearchOptions& options, const System& system, const Renumbering& numbers, QStringList& dropped) {
    std::vector<Constraint> kept;
    for (const Constraint& constraint : options.constraints) {
        if (auto read = parseConstraint(constraint.text, system))
            kept.push_back(*std::move(read));
        else
            dropped << text(constraint.text);
    }
    options.constraints = std::move(kept);
    const bool restricted = !options.allowed.empty();
    numbers.move(options.allowed);
    if (restricted && options.allowed.empty()) dropped << QStringLiteral("the choice of platforms allowed");
    numbers.move(options.given_order);
    if (options.order == OrderKind::Given && options.given_order.empty()) options.order = OrderKind::Free;
    const bool pins = numbers.move(options.pins), forbidden = numbers.move(options.forbidden);
    if (!pins || !forbidden) dropped << QStringLiteral("pins and forbidden pairs");
    options.keep_dominated = Document::defaultOptions(system).keep_dominated;
}

} // namespace

void Document::editSystem(System system, const QString& label, int gesture) {
    if (!m_state.system || system == *m_state.system) return;
    const Renumbering numbers(*m_state.system, system);
    // The library's keeps its name to itself.
    const auto& names = m_library.systemNames();
    if (std::find(names.begin(), names.end(), system.name) != names.end()) system.name += " edited";
    EditState after = m_state;
    after.system = std::make_shared<const System>(std::move(system));
    QStringList dropped;
    carryOptions(after.options, *after.system, numbers, dropped);
    dropped << fitScenario(after.scenario, *after.system);
    std::erase_if(after.profiles, [&](const auto& given) {
        const bool gone = !after.system->findPlatform(given.first);
        if (gone) dropped << QStringLiteral("times of ") + text(given.first);
        return gone;
    });
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
    push(EditKind::ChangeSystem, label, std::move(after), gesture);
    if (!dropped.isEmpty())
        Q_EMIT noticed({m_state.system->name,
                        "does not have what these speak about: " + dropped.join(QStringLiteral(", ")).toStdString(),
                        "they are dropped; undo brings them back"});
}

void Document::readLibraryAgain() {
    std::vector<std::string> folders = m_library.folders();
    for (const std::string& folder : Library::defaultFolders())
        if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
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
