// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/auto_partition_panel.h"

#include "core/base/text.h"
#include "widgets/panels/form_kit.h"
#include "widgets/panels/kit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QProgressBar>
#include <QRegularExpression>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

void setText(InkLabel* label, const QString& words) {
    label->setText(words);
    label->setVisible(!words.isEmpty());
}

} // namespace

AutoPartitionPanel::AutoPartitionPanel(QWidget* parent) : QWidget(parent), m_moment(new EditMoment(this)) {
    setAccessibleName(QStringLiteral("Auto-partition"));
    onSurface(this);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(12, 10, 12, 10);
    buildForm(layout);
    tabAsLaidOut(page);
    outer->addWidget(scrolled(page, this), 1);
    buildFoot(outer);
    connect(m_moment, &QTimer::timeout, this, &AutoPartitionPanel::flush);
    m_unknown[Objective::Sensitivity] = QStringLiteral("The layers' sensitivities are not known; give a table of them");
    m_unknown[Objective::Accuracy] =
        QStringLiteral("Nothing tells accuracy; choose images or a table in the panel Data (Plan menu)");
    setSystem(nullptr);
    setOptions({});
}

void AutoPartitionPanel::setSystem(SystemPtr system, GraphPtr graph) {
    const QScopedValueRollback following(m_following, true);
    m_moment->stop();
    m_system = std::move(system);
    m_graph = std::move(graph);
    m_base.allowed.clear();
    m_pins.clear();
    m_forbidden.clear();
    rebuildPlatforms();
    rebuildPins();
    rebuildPinMenu();
    rebuildConstraintMenu();
    refreshObjectives();
    setSelection({});
    check();
}

void AutoPartitionPanel::setFusion(bool fused) {
    const QScopedValueRollback following(m_following, true);
    m_fusion->setChecked(fused);
}

bool AutoPartitionPanel::fusion() const {
    return m_fusion->isChecked();
}

void AutoPartitionPanel::changed(Edit edit) {
    check();
    if (m_following) return;
    m_moment->note(edit, canRun());
}

void AutoPartitionPanel::flush() {
    m_moment->stop();
    if (canRun()) Q_EMIT optionsChanged(options(), m_moment->gesture());
}

std::optional<std::vector<PlatformId>> AutoPartitionPanel::typedOrder(QString* why) const {
    std::vector<PlatformId> order;
    static const QRegularExpression kSeparators(QStringLiteral("[,>\u203A]"));
    for (const QString& part : m_given->text().split(kSeparators, Qt::SkipEmptyParts)) {
        const QString name = part.trimmed();
        const auto found = m_system ? m_system->findPlatform(name.toStdString()) : std::nullopt;
        if (!found)
            *why = QStringLiteral("%1: no such platform in this system").arg(name);
        else if (std::find(order.begin(), order.end(), *found) != order.end())
            *why = QStringLiteral("%1: named twice").arg(name);
        else
            order.push_back(*found);
        if (!why->isEmpty()) return {};
    }
    if (order.empty()) *why = QStringLiteral("name the platforms in order, for example A > B");
    return why->isEmpty() ? std::optional(order) : std::nullopt;
}

void AutoPartitionPanel::check() {
    const bool given = m_order->currentData().toInt() == static_cast<int>(OrderKind::Given);
    // The order is one of stages; any assignment has none.
    const bool pipeline = m_scheme->currentData().toInt() == static_cast<int>(CutKind::Pipeline);
    m_order->setEnabled(pipeline);
    m_given->setVisible(given && pipeline);
    QString why;
    if (given && pipeline && !typedOrder(&why)) m_order_error->setText(why);
    m_order_error->setVisible(!why.isEmpty());
    m_run->setEnabled(m_running || canRun());
    QString reason;
    if (!m_running && !m_system)
        reason = QStringLiteral("Open a model and choose a system first");
    else if (!m_running && !canRun())
        reason = QStringLiteral("Choose an objective and a platform, and correct what is marked");
    m_run->setToolTip(reason);
}

bool AutoPartitionPanel::canRun() const {
    const auto checked = [](const QCheckBox* box) { return box->isChecked(); };
    QString why;
    const bool pipeline = m_scheme->currentData().toInt() == static_cast<int>(CutKind::Pipeline);
    if (pipeline && m_order->currentData().toInt() == static_cast<int>(OrderKind::Given) && !typedOrder(&why))
        return false;
    return m_system && std::any_of(m_objectives.begin(), m_objectives.end(), checked) &&
           std::any_of(m_platforms.begin(), m_platforms.end(), checked) &&
           std::none_of(m_rows.begin(), m_rows.end(),
                        [](const ConstraintRow* row) { return row->isWrong(); });
}

void AutoPartitionPanel::setOptions(const SearchOptions& options) {
    const QScopedValueRollback following(m_following, true);
    m_moment->stop();
    m_base = options;
    for (auto* box : m_objectives) {
        const auto objective = static_cast<Objective>(box->property("objective").toInt());
        box->setChecked(std::find(options.objectives.begin(), options.objectives.end(), objective) !=
                        options.objectives.end());
    }
    m_scheme->setCurrentIndex(std::max(0, m_scheme->findData(static_cast<int>(options.cuts))));
    m_solver->setCurrentIndex(std::max(0, m_solver->findData(static_cast<int>(options.solver))));
    m_order->setCurrentIndex(m_order->findData(static_cast<int>(options.order)));
    QStringList names;
    if (m_system)
        for (const PlatformId id : options.given_order) names << text(m_system->platform(id).name);
    m_given->setText(names.join(QStringLiteral(" > ")));
    m_max_platforms->setValue(static_cast<int>(options.max_platforms));
    m_time_limit->setValue(options.time_limit_s.value_or(0));
    m_seed->setValue(static_cast<int>(std::min<std::uint64_t>(options.seed, 2'147'483'647)));
    m_threads->setValue(static_cast<int>(options.threads));
    m_keep_all->setChecked(options.keep_dominated);
    m_precisions->setChecked(options.precisions == PrecisionChoice::Offered);
    m_resolution->setValue(options.resolution * 100);
    for (auto* row : std::exchange(m_rows, {})) {
        m_constraint_box->removeWidget(row);
        row->hide();
        row->deleteLater(); // it may be the one that spoke
    }
    for (const Constraint& constraint : options.constraints) addConstraint(text(constraint.text));
    m_pins = options.pins;
    m_forbidden = options.forbidden;
    rebuildPlatforms();
    rebuildPins();
    refreshObjectives();
    check();
}

SearchOptions AutoPartitionPanel::options() const {
    SearchOptions options = m_base;
    // In the order they had, new ones behind: the first one leads the short list.
    std::vector<Objective> chosen;
    for (const auto* box : m_objectives)
        if (box->isChecked()) chosen.push_back(static_cast<Objective>(box->property("objective").toInt()));
    std::erase_if(options.objectives,
                  [&](Objective o) { return std::find(chosen.begin(), chosen.end(), o) == chosen.end(); });
    for (const Objective o : chosen)
        if (std::find(options.objectives.begin(), options.objectives.end(), o) == options.objectives.end())
            options.objectives.push_back(o);
    options.cuts = static_cast<CutKind>(m_scheme->currentData().toInt());
    options.solver = static_cast<SolverKind>(m_solver->currentData().toInt());
    options.order = static_cast<OrderKind>(m_order->currentData().toInt());
    options.given_order.clear();
    QString why;
    if (options.order == OrderKind::Given)
        options.given_order = typedOrder(&why).value_or(std::vector<PlatformId>{});
    options.allowed.clear();
    for (std::uint32_t i = 0; i < m_platforms.size(); ++i)
        if (m_platforms[i]->isChecked()) options.allowed.push_back({i});
    if (options.allowed.size() == m_platforms.size()) options.allowed.clear(); // all: as in the default
    options.max_platforms = static_cast<std::size_t>(m_max_platforms->value());
    options.time_limit_s = m_time_limit->value() > 0 ? std::optional(m_time_limit->value()) : std::nullopt;
    if (m_seed->value() != m_seed->maximum()) options.seed = static_cast<std::uint64_t>(m_seed->value());
    options.threads = static_cast<unsigned>(m_threads->value());
    options.keep_dominated = m_keep_all->isChecked();
    options.precisions = m_precisions->isChecked() ? PrecisionChoice::Offered : PrecisionChoice::Own;
    options.resolution = m_resolution->value() / 100;
    options.constraints.clear();
    for (const auto* row : m_rows)
        if (row->constraint()) options.constraints.push_back(*row->constraint());
    options.pins = m_pins;
    options.forbidden = m_forbidden;
    return options;
}

void AutoPartitionPanel::setRunning(bool running) {
    m_running = running;
    m_run->setText(running ? QStringLiteral("Stop") : QStringLiteral("Run"));
    m_progress->setVisible(running);
    m_progress->setRange(0, 0);
    check();
}

void AutoPartitionPanel::setProgress(double fraction, const QString& message) {
    m_progress->setRange(0, fraction < 0 ? 0 : 1000);
    if (fraction >= 0) m_progress->setValue(static_cast<int>(fraction * 1000));
    m_progress->setAccessibleDescription(message);
    m_result->setInk(Ink::Text2);
    setText(m_result, message);
    setText(m_detail, {});
}

void AutoPartitionPanel::setResult(const SearchResult* result) {
    for (auto* row : m_rows) row->setMiss({});
    if (!result) {
        for (auto* label : {m_result, m_detail, m_standing}) setText(label, {});
        return;
    }
    setText(m_detail, proofDetail(*result, m_base.objectives));
    if (result->infeasible) {
        const QString words = text(printable(result->infeasible->text));
        m_result->setInk(Ink::Bad);
        setText(m_result, QStringLiteral("No plan meets every demand. ") + words);
        for (auto* row : m_rows)
            if (row->constraint() && row->constraint()->text == result->infeasible->subject)
                row->setMiss(missOf(*result->infeasible));
        return;
    }
    m_result->setInk(result->proof.kind == Proof::Kind::Complete &&
                             result->proof.stop == Proof::Stop::Completed
                         ? Ink::Good
                         : Ink::Text2);
    setText(m_result, proofText(result->proof));
}

void AutoPartitionPanel::setError(const Error& error) {
    m_result->setInk(Ink::Bad);
    setText(m_result, text(error.message()));
    setText(m_detail, {});
}

void AutoPartitionPanel::setStanding(const QString& words) {
    setText(m_standing, words);
}

QString AutoPartitionPanel::resultText() const {
    return m_result->text();
}

QString AutoPartitionPanel::detailText() const {
    return m_detail->text();
}

QString AutoPartitionPanel::standingText() const {
    return m_standing->text();
}

} // namespace cutline
