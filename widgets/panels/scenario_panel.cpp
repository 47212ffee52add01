// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/scenario_panel.h"

#include "core/base/text.h"
#include "core/plan/evaluate.h"
#include "core/robust/robustness.h"
#include "widgets/panels/form_kit.h"
#include "widgets/panels/kit.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

/// A rate, or the period that it makes: "30 fps", "33 ms".
Result<double> parseRate(const QString& words) {
    if (auto rate = parseQuantity(words.toStdString(), Unit::Hertz)) return rate;
    auto period = parseQuantity(words.toStdString(), Unit::Second);
    if (!period || !(*period > 0)) return Error{words.toStdString(), "no rate", "write for example 30 fps or 33 ms"};
    return 1 / *period;
}

/// 0 for an empty text, nullopt for a wrong one.
std::optional<double> parseTime(const QString& words) {
    if (words.trimmed().isEmpty()) return 0;
    const auto time = parseQuantity(words.trimmed().toStdString(), Unit::Second);
    return time && *time >= 0 ? std::optional(*time) : std::nullopt;
}

/// nullopt for an empty or wrong one.
std::optional<std::int64_t> typedSize(const QString& words) {
    bool number = false;
    const qint64 size = words.trimmed().toLongLong(&number);
    return number && size >= 1 ? std::optional<std::int64_t>(size) : std::nullopt;
}

} // namespace

ScenarioPanel::ScenarioPanel(QWidget* parent) : QWidget(parent), m_moment(new EditMoment(this)) {
    setAccessibleName(QStringLiteral("Scenario"));
    onSurface(this);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(12, 10, 12, 10);
    auto* form = wrappedForm();
    layout->addLayout(form);
    m_error = new InkLabel(Ink::Bad, TextRole::Small, {}, this);
    m_error->setParagraph();
    m_error->hide();
    layout->addWidget(m_error);
    layout->addStretch(1);

    buildRate(form);
    m_requirement_box = tightBox();
    auto* requirements = tightBox();
    requirements->addLayout(m_requirement_box);
    m_add = new QPushButton(QStringLiteral("Add a requirement"), this);
    m_add_menu = new QMenu(m_add);
    m_add->setMenu(m_add_menu);
    requirements->addWidget(m_add, 0, Qt::AlignLeft);
    form->addRow(formLabel(QStringLiteral("Required of the system"), this), requirements);
    form->addRow(formLabel(QStringLiteral("Inputs appear on"), this), m_input_box = tightBox());
    form->addRow(formLabel(QStringLiteral("Outputs are wanted on"), this), m_output_box = tightBox());
    form->addRow(formLabel(QStringLiteral("Background load"), this), m_load_box = tightBox());
    form->addRow(formLabel(QStringLiteral("Dimensions that the model leaves open"), this), m_dimension_box = tightBox());
    buildTimes(form);
    tabAsLaidOut(page);
    outer->addWidget(scrolled(page, this), 1);

    connect(m_moment, &QTimer::timeout, this, &ScenarioPanel::flush);
    setSystem(nullptr, nullptr);
}

void ScenarioPanel::buildRate(QFormLayout* form) {
    m_rate_kind = new QComboBox(this);
    m_rate_kind->setAccessibleName(QStringLiteral("How often inputs come"));
    m_rate_kind->addItem(QStringLiteral("As fast as they are taken"));
    m_rate_kind->addItem(QStringLiteral("At a rate:"));
    m_rate_kind->setToolTip(QStringLiteral("The period decides idle energy and how busy platforms and links are"));
    m_rate = new QLineEdit(this);
    m_rate->setAccessibleName(QStringLiteral("Rate or period"));
    m_rate->setPlaceholderText(QStringLiteral("30 fps"));
    m_rate->setToolTip(QStringLiteral("Inputs per second, or the time between two: 30 fps, 33 ms"));
    auto* row = tightBox();
    row->addWidget(m_rate_kind);
    row->addWidget(m_rate);
    form->addRow(formLabel(QStringLiteral("Inputs come"), this), row);
    connect(m_rate_kind, &QComboBox::activated, this, [this](int index) {
        m_rate->setVisible(index == 1);
        if (index == 1) m_rate->setFocus();
        changed(Edit::Choice);
    });
    connect(m_rate, &QLineEdit::textEdited, this, [this] { changed(Edit::Typing); });
}

void ScenarioPanel::buildTimes(QFormLayout* form) {
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    const auto add = [&](const QString& words, const QString& tip) {
        auto* edit = new QLineEdit(this);
        edit->setPlaceholderText(QStringLiteral("0 ms"));
        edit->setAccessibleName(words);
        edit->setToolTip(tip);
        row->addWidget(edit, 1);
        connect(edit, &QLineEdit::textEdited, this, [this] { changed(Edit::Typing); });
        return edit;
    };
    m_sensor = add(QStringLiteral("Sensor time"), QStringLiteral("From the event to the network's input: exposure, "
                                                                 "read-out, scaling"));
    m_post = add(QStringLiteral("Post-processing time"), QStringLiteral("From the network's output to the result"));
    form->addRow(formLabel(QStringLiteral("Sensor, post-processing (added to latency)"), this), row);
}

void ScenarioPanel::setSystem(SystemPtr system, GraphPtr graph) {
    if (m_system && system == m_system && graph == m_graph) return;
    m_moment->stop();
    m_system = std::move(system);
    m_graph = std::move(graph);
    m_names = m_system ? constraintMetrics(*m_system) : std::vector<ConstraintMetric>{};
    rebuildMenu();
    fill(Scenario(m_shown));
}

void ScenarioPanel::setScenario(const Scenario& scenario) {
    if (scenario == m_shown) return;
    m_moment->stop();
    fill(scenario);
}

void ScenarioPanel::fill(const Scenario& scenario) {
    const QScopedValueRollback following(m_following, true);
    m_shown = scenario;
    m_rate_kind->setCurrentIndex(scenario.rate_hz ? 1 : 0);
    m_rate->setVisible(scenario.rate_hz.has_value());
    m_rate->setText(scenario.rate_hz ? exactLimit(*scenario.rate_hz, Unit::Hertz) : QString());
    for (const auto& [edit, time] : {std::pair(m_sensor, scenario.sensor_s), std::pair(m_post, scenario.post_s)})
        edit->setText(time != 0 ? exactLimit(time, Unit::Second) : QString());
    rebuildPlaces();
    rebuildLoads();
    rebuildDimensions();
    rebuildRequirements();
    check();
}

std::optional<double> ScenarioPanel::typedRate() const {
    const auto rate = parseRate(m_rate->text());
    return rate && *rate > 0 ? std::optional(*rate) : std::nullopt;
}

Scenario ScenarioPanel::scenario() const {
    Scenario scenario = m_shown;
    scenario.rate_hz = m_rate_kind->currentIndex() == 1 ? typedRate() : std::nullopt;
    if (m_graph && m_system) {
        scenario.inputs.clear();
        scenario.outputs.clear();
        for (const Place& place : m_places) {
            if (place.platform->currentIndex() == 0) continue;
            Scenario::Placement placement;
            placement.tensor = place.tensor.toStdString();
            const auto index = static_cast<std::size_t>(place.platform->currentIndex()) - 1;
            placement.platform = index < m_system->platforms.size() ? m_system->platforms[index].name
                                                                    : place.platform->currentText().toStdString();
            if (place.type->currentData().toInt() >= 0)
                placement.type = static_cast<ElementType>(place.type->currentData().toInt());
            (place.input ? scenario.inputs : scenario.outputs).push_back(placement);
        }
    }
    for (const Load& load : m_loads) {
        const auto share = parseQuantity(load.edit->text().trimmed().toStdString(), Unit::Fraction);
        scenario.background.erase(load.name.toStdString());
        if (share && *share != 0) scenario.background[load.name.toStdString()] = *share;
    }
    for (const Load& dimension : m_dimensions) {
        scenario.dimensions.erase(dimension.name.toStdString());
        if (const auto size = typedSize(dimension.edit->text())) scenario.dimensions[dimension.name.toStdString()] = *size;
    }
    scenario.sensor_s = parseTime(m_sensor->text()).value_or(0);
    scenario.post_s = parseTime(m_post->text()).value_or(0);
    scenario.requirements.clear();
    for (const auto* row : m_rows)
        if (auto requirement = row->requirement()) scenario.requirements.push_back(*requirement);
    return scenario;
}

QString ScenarioPanel::errorText() const {
    if (m_rate_kind->currentIndex() == 1 && !typedRate())
        return m_rate->text().trimmed().isEmpty() ? QStringLiteral("Give a rate: 30 fps, or a period: 33 ms")
                                                  : QStringLiteral("%1: no rate; write for example 30 fps or 33 ms")
                                                        .arg(m_rate->text().trimmed());
    for (const Load& load : m_loads) {
        const QString words = load.edit->text().trimmed();
        if (!words.isEmpty() && !parseQuantity(words.toStdString(), Unit::Fraction))
            return QStringLiteral("%1 of %2: no share; write for example 20 %").arg(words, load.name);
    }
    for (const Load& dimension : m_dimensions)
        if (!dimension.edit->text().trimmed().isEmpty() && !typedSize(dimension.edit->text()))
            return QStringLiteral("%1 of %2: no size; write a whole number of 1 or more")
                .arg(dimension.edit->text().trimmed(), dimension.name);
    for (const auto* edit : {m_sensor, m_post})
        if (!parseTime(edit->text()))
            return QStringLiteral("%1: no time; write for example 4 ms").arg(edit->text().trimmed());
    if (!m_graph || !m_system) return {};
    if (const auto checked = checkScenario(*m_graph, *m_system, scenario()); !checked)
        return text(checked.error().what) + QStringLiteral("; ") + text(checked.error().fix);
    return {};
}

bool ScenarioPanel::isValid() const {
    return errorText().isEmpty() &&
           std::none_of(m_rows.begin(), m_rows.end(), [](const RequirementRow* row) { return row->isWrong(); });
}

void ScenarioPanel::changed(Edit edit) {
    check();
    showStandings();
    if (m_following) return;
    m_moment->note(edit, isValid());
}

void ScenarioPanel::flush() {
    m_moment->stop();
    if (!isValid()) return;
    m_shown = scenario();
    Q_EMIT scenarioChanged(m_shown, m_moment->gesture());
}

void ScenarioPanel::check() {
    const QString why = errorText();
    m_error->setText(why);
    m_error->setVisible(!why.isEmpty());
}

void ScenarioPanel::setMetrics(const std::optional<Metrics>& metrics) {
    m_metrics = metrics;
    showStandings();
}

void ScenarioPanel::showStandings() {
    for (auto* row : m_rows)
        row->setStanding(m_metrics ? &*m_metrics : nullptr,
                         m_metrics ? periodOf(*m_metrics, m_shown.rate_hz) : 0);
    weighChances();
}

void ScenarioPanel::setPlan(EvaluatorPtr evaluator, std::optional<Plan> plan) {
    m_evaluator = std::move(evaluator);
    m_plan = std::move(plan);
    m_chances.cancel();
}

void ScenarioPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    weighChances();
}

void ScenarioPanel::weighChances() {
    m_chances.cancel();
    if (!isVisible() || !m_metrics || !m_evaluator || !m_plan) return;
    RobustnessOptions options;
    std::vector<std::size_t> rows; // of the constraints
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const auto limit = m_rows[row]->limit()->constraint();
        // What images and tables tell is not drawn.
        if (!limit || limit->kind == MetricKind::Accuracy || limit->kind == MetricKind::Sensitivity) continue;
        options.constraints.push_back(*limit);
        rows.push_back(row);
    }
    if (rows.empty()) return;
    m_chances.start<std::vector<double>>(
        [problem = m_evaluator->at(*m_plan).problem(), plan = *m_plan, options](Progress& progress) {
            const Robustness robustness = robustnessOf(problem, std::span(&plan, 1), options, progress);
            return robustness.samples == options.samples ? robustness.plans.front().keeps : std::vector<double>{};
        },
        [this, rows](const std::vector<double>& keeps) {
            for (std::size_t i = 0; i < keeps.size() && i < rows.size(); ++i)
                if (rows[i] < m_rows.size()) m_rows[rows[i]]->setChance(keeps[i]);
        });
}

QComboBox* ScenarioPanel::platformOf(const QString& tensor) const {
    for (const Place& place : m_places)
        if (place.tensor == tensor) return place.platform;
    return nullptr;
}

QComboBox* ScenarioPanel::typeOf(const QString& tensor) const {
    for (const Place& place : m_places)
        if (place.tensor == tensor) return place.type;
    return nullptr;
}

QLineEdit* ScenarioPanel::dimensionOf(const QString& name) const {
    for (const Load& dimension : m_dimensions)
        if (dimension.name == name) return dimension.edit;
    return nullptr;
}

QLineEdit* ScenarioPanel::loadOf(const QString& link) const {
    for (const Load& load : m_loads)
        if (load.name == link) return load.edit;
    return nullptr;
}

} // namespace cutline
