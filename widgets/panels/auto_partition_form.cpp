// SPDX-License-Identifier: GPL-3.0-or-later
// The panel's controls, from top to bottom.
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/form_kit.h"
#include "widgets/panels/kit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace cutline {
namespace {

/// A field without arrows, named for screen readers.
template <class Box>
Box* numberField(const QString& name, const QString& tip, QWidget* parent) {
    auto* box = new Box(parent);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setAccessibleName(name);
    box->setToolTip(tip);
    box->setKeyboardTracking(false); // one search for one number
    return box;
}

} // namespace

void AutoPartitionPanel::buildForm(QVBoxLayout* layout) {
    auto* form = wrappedForm();
    layout->addLayout(form);
    buildObjectives(form);
    buildConstraints(form);
    buildScheme(form);
    buildOrder(form);
    buildPins(form);
    buildMore(layout);
    layout->addStretch(1);
}

void AutoPartitionPanel::buildObjectives(QFormLayout* form) {
    auto* grid = new QGridLayout;
    grid->setVerticalSpacing(4);
    constexpr std::array kShown{Objective::Latency,   Objective::InitiationInterval, Objective::Energy,
                                Objective::Memory,    Objective::LinkBytes,          Objective::Cost,
                                Objective::Accuracy,  Objective::Sensitivity};
    for (std::size_t i = 0; i < kShown.size(); ++i) {
        auto* box = new QCheckBox(
            objectiveTitle(kShown[i]).replace(QStringLiteral(" per inference"), QString()), this);
        box->setProperty("objective", static_cast<int>(kShown[i]));
        grid->addWidget(box, static_cast<int>(i / 2), static_cast<int>(i % 2));
        m_objectives.push_back(box);
        connect(box, &QCheckBox::toggled, this, [this] { changed(Edit::Choice); });
    }
    form->addRow(formLabel(QStringLiteral("Make best"), this), grid);
}

void AutoPartitionPanel::buildScheme(QFormLayout* form) {
    m_scheme = new QComboBox(this);
    m_scheme->addItem(QStringLiteral("Pipeline: each platform once"), static_cast<int>(CutKind::Pipeline));
    m_scheme->addItem(QStringLiteral("Any: back and forth, side by side"), static_cast<int>(CutKind::Any));
    m_scheme->setAccessibleName(QStringLiteral("Kind of plans"));
    m_scheme->setToolTip(QStringLiteral("Pipeline: every platform runs one piece, data passes on to the next.\n"
                                        "Any: platforms are used again, branches run in parallel; slower to "
                                        "search."));
    form->addRow(formLabel(QStringLiteral("Kind of plans"), this), m_scheme);
    connect(m_scheme, &QComboBox::activated, this, [this] { changed(Edit::Choice); });
}

void AutoPartitionPanel::buildOrder(QFormLayout* form) {
    m_order = new QComboBox(this);
    m_order->setObjectName(QStringLiteral("order"));
    m_order->addItem(QStringLiteral("Any order"), static_cast<int>(OrderKind::Free));
    m_order->addItem(QStringLiteral("The system's order"), static_cast<int>(OrderKind::Fixed));
    m_order->addItem(QStringLiteral("This order:"), static_cast<int>(OrderKind::Given));
    m_order->setAccessibleName(QStringLiteral("Order of platforms"));
    m_order->setToolTip(
        QStringLiteral("In which order data may pass the platforms; platforms may be skipped"));
    m_given = new QLineEdit(this);
    m_given->setPlaceholderText(QStringLiteral("SMB > EYR"));
    m_given->setAccessibleName(QStringLiteral("Order as given"));
    m_order_error = new InkLabel(Ink::Bad, TextRole::Small, {}, this);
    m_order_error->setWordWrap(true);
    auto* order = tightBox();
    order->addWidget(m_order);
    order->addWidget(m_given);
    order->addWidget(m_order_error);
    form->addRow(formLabel(QStringLiteral("Order"), this), order);
    m_platform_box = tightBox();
    form->addRow(formLabel(QStringLiteral("Platforms that may be used"), this), m_platform_box);
    m_max_platforms = numberField<QSpinBox>(QStringLiteral("Most platforms in one plan"),
                                            QStringLiteral("0: as many as there are"), this);
    m_max_platforms->setRange(0, 8);
    m_max_platforms->setSpecialValueText(QStringLiteral("as many as there are"));
    form->addRow(formLabel(QStringLiteral("Most platforms in one plan"), this), m_max_platforms);
    connect(m_order, &QComboBox::activated, this, [this] { changed(Edit::Choice); });
    connect(m_given, &QLineEdit::textEdited, this, [this] { changed(Edit::Typing); });
    connect(m_max_platforms, &QSpinBox::valueChanged, this, [this] { changed(Edit::Choice); });
}

void AutoPartitionPanel::buildConstraints(QFormLayout* form) {
    m_constraint_box = tightBox();
    auto* constraints = tightBox();
    constraints->addLayout(m_constraint_box);
    m_add = new QPushButton(QStringLiteral("Add a constraint"), this);
    m_add_menu = new QMenu(m_add);
    m_add_menu->setToolTipsVisible(true);
    m_add->setMenu(m_add_menu);
    constraints->addWidget(m_add, 0, Qt::AlignLeft);
    form->addRow(formLabel(QStringLiteral("Every plan must keep"), this), constraints);
}

void AutoPartitionPanel::buildPins(QFormLayout* form) {
    m_pin_box = tightBox();
    auto* pins = tightBox();
    pins->addLayout(m_pin_box);
    m_pin = new QPushButton(QStringLiteral("Pin the selection"), this);
    m_pin_menu = new QMenu(m_pin);
    m_pin->setMenu(m_pin_menu);
    pins->addWidget(m_pin, 0, Qt::AlignLeft);
    form->addRow(formLabel(QStringLiteral("Pinned and forbidden"), this), pins);
}

void AutoPartitionPanel::buildMore(QVBoxLayout* layout) {
    m_more = new QToolButton(this);
    m_more->setObjectName(QStringLiteral("more"));
    m_more->setText(QStringLiteral("More"));
    m_more->setCheckable(true);
    m_more->setAutoRaise(true);
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setArrowType(Qt::RightArrow);
    m_more->setToolTip(QStringLiteral("Solver, time limit, seed, threads, fusion, short list"));
    auto* page = new QWidget(this);
    page->setAutoFillBackground(false);
    auto* form = wrappedForm();
    form->setContentsMargins(0, 0, 0, 0);
    page->setLayout(form);
    page->hide();
    layout->addWidget(m_more, 0, Qt::AlignLeft);
    layout->addWidget(page);
    connect(m_more, &QToolButton::toggled, this, [this, page](bool open) {
        page->setVisible(open);
        m_more->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    });

    m_solver = new QComboBox(this);
    m_solver->addItem(QStringLiteral("Whichever suits"), static_cast<int>(SolverKind::Auto));
    m_solver->addItem(QStringLiteral("Exact"), static_cast<int>(SolverKind::Exact));
    m_solver->addItem(QStringLiteral("NSGA-II (heuristic)"), static_cast<int>(SolverKind::Nsga2));
    m_solver->setAccessibleName(QStringLiteral("Solver"));
    m_solver->setToolTip(QStringLiteral("Exact proves its front; NSGA-II is the heuristic that published flows "
                                        "use, for comparison"));
    m_time_limit = numberField<QDoubleSpinBox>(
        QStringLiteral("Time limit"), QStringLiteral("Then the search ends with what it has; 0: no limit"), this);
    m_time_limit->setRange(0, 86'400);
    m_time_limit->setDecimals(1);
    m_time_limit->setSpecialValueText(QStringLiteral("none"));
    m_time_limit->setSuffix(QStringLiteral("\u202Fs"));
    m_seed = numberField<QSpinBox>(QStringLiteral("Seed"),
                                   QStringLiteral("Of searches with chance in them: equal seeds, equal answers"), this);
    m_seed->setRange(0, 2'147'483'647);
    m_threads = numberField<QSpinBox>(QStringLiteral("Threads"),
                                      QStringLiteral("The answer does not depend on it; 0: all cores"), this);
    m_threads->setRange(0, 1024);
    m_threads->setSpecialValueText(QStringLiteral("all cores"));
    m_fusion = new QCheckBox(QStringLiteral("Fuse layers that run as one"), this);
    m_fusion->setChecked(true);
    m_fusion->setToolTip(QStringLiteral("Conv, BatchNormalization and activation count as one layer on "
                                        "platforms that fuse them;\noff: every node is a layer of its own"));
    m_keep_all = new QCheckBox(QStringLiteral("List dominated plans, too"), this);
    m_keep_all->setToolTip(
        QStringLiteral("Grey dots of the Pareto chart and the whole curve over the cut position"));
    m_precisions = new QCheckBox(QStringLiteral("Choose among offered precisions"), this);
    m_precisions->setToolTip(QStringLiteral("A platform may be run at each precision that its descriptor offers; without a "
                                            "figure of accuracy\nevery plan takes the fewest bits"));
    m_resolution = numberField<QDoubleSpinBox>(
        QStringLiteral("Resolution of the short list, percent"),
        QStringLiteral("No plan of the front is worse than one of the short list by more than this"), this);
    m_resolution->setRange(0, 50);
    m_resolution->setDecimals(1);
    m_resolution->setSuffix(QStringLiteral("\u202F%"));

    form->addRow(formLabel(QStringLiteral("Solver"), this), m_solver);
    form->addRow(formLabel(QStringLiteral("Time limit"), this), m_time_limit);
    form->addRow(formLabel(QStringLiteral("Seed"), this), m_seed);
    form->addRow(formLabel(QStringLiteral("Threads"), this), m_threads);
    form->addRow(formLabel(QStringLiteral("Short list's resolution"), this), m_resolution);
    form->addRow(m_fusion);
    form->addRow(m_keep_all);
    form->addRow(m_precisions);
    connect(m_fusion, &QCheckBox::toggled, this, [this](bool fused) {
        if (!m_following) Q_EMIT fusionChanged(fused);
    });
    const auto choice = [this] { changed(Edit::Choice); };
    connect(m_solver, &QComboBox::activated, this, choice);
    for (auto* box : {m_keep_all, m_precisions}) connect(box, &QCheckBox::toggled, this, choice);
    for (auto* box : {m_time_limit, m_resolution}) connect(box, &QDoubleSpinBox::valueChanged, this, choice);
    for (auto* box : {m_seed, m_threads}) connect(box, &QSpinBox::valueChanged, this, choice);
}

void AutoPartitionPanel::buildFoot(QVBoxLayout* layout) {
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(12, 8, 12, 12);
    foot->setSpacing(4);
    m_result = new InkLabel(Ink::Text2, TextRole::CardTitle, {}, this);
    m_detail = new InkLabel(Ink::Text3, TextRole::Small, {}, this);
    m_standing = new InkLabel(Ink::Text2, TextRole::Small, {}, this);
    for (auto* label : {m_result, m_detail, m_standing}) {
        label->setParagraph();
        label->hide();
        foot->addWidget(label);
    }
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(6);
    m_progress->hide();
    m_run = new QPushButton(QStringLiteral("Run"), this);
    m_run->setProperty("primary", true);
    foot->addWidget(m_progress);
    foot->addSpacing(2);
    foot->addWidget(m_run);
    layout->addLayout(foot);
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (m_running) {
            Q_EMIT stopRequested();
        } else if (canRun()) {
            m_moment->stop(); // the run carries it
            Q_EMIT runRequested(options());
        }
    });
}

} // namespace cutline
