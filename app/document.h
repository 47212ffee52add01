// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/accuracy_source.h"
#include "app/commands.h"
#include "app/edit_state.h"
#include "app/jobs.h"
#include "app/model_file.h"
#include "core/cost/cost_model.h"
#include "core/graph/import.h"
#include "core/platform/library.h"
#include "core/platform/system_edit.h"
#include "widgets/models/plan_facts.h"

#include <QObject>
#include <QUndoStack>

#include <memory>
#include <optional>
#include <span>

namespace cutline {

/// The open model, what a person has decided about it (EditState), and what follows from that: costs, front,
/// metrics.
///
/// Every edit is an undo command; views ask through the functions under "Requests" and follow the signals.
/// What follows is worked out in the background under a revision: work that ends after the next edit has
/// begun is dropped. Evaluating one plan is cheap and happens here, in the GUI thread.
class Document : public QObject {
    Q_OBJECT

public:
    explicit Document(Library library, QObject* parent = nullptr);
    ~Document() override;

    const Library& library() const { return m_library; }
    bool hasModel() const { return m_model != nullptr; }
    const ImportedModel& model() const { return *m_model; }
    const EditState& state() const { return m_state; }
    QUndoStack& undoStack() { return m_undo; }
    Jobs& jobs() { return m_jobs; }

    /// Of the current graph, system and scenario; null while they are being worked out.
    const EvaluatorPtr& evaluator() const { return m_evaluator; }
    CostTablePtr costs() const { return m_costs; }
    /// The last front of this graph and system; null before the first.
    const SearchResultPtr& result() const { return m_result; }
    bool searching() const { return m_search != nullptr; }
    /// The running search; null: none.
    const JobPtr& search() const { return m_search; }
    /// The images or table that accuracy comes from, and what reading them came to; null while they are being read.
    const std::optional<Result<DataFacts>>& data() const { return m_data; }
    /// What a bit costs in the chosen plan, and why that is not known.
    const std::shared_ptr<const WidthSweep>& sweep() const { return m_sweep; }
    const QString& sweepReason() const { return m_sweep_reason; }
    /// Of a candidate as measured or given, else by estimate; absent: not known.
    std::optional<Accuracy> accuracyOf(const Plan& plan, const Metrics& metrics) const;
    /// What layers add to the loss of accuracy, at platforms' own precision, then at each further one; empty: not known.
    std::vector<SensitivityPtr> sensitivities() const;

    /// Of the chosen plan; absent while there is none or its costs are being worked out.
    const std::optional<Metrics>& metrics() const { return m_metrics; }
    /// Which candidate of result() the chosen plan is; absent for a plan made by hand that is none of them.
    std::optional<std::uint32_t> planIndex() const { return m_plan_index; }
    const std::optional<Metrics>& referenceMetrics() const { return m_reference_metrics; }
    QString referenceName() const { return m_reference_name; }

    /// Which candidate of result() puts every layer where this plan puts it.
    std::optional<std::uint32_t> candidateOf(const Plan& plan, const Metrics& metrics) const;
    /// The chosen plan with these layers on that platform: the preview of assign().
    std::optional<Plan> planWith(std::span<const LayerId> layers, PlatformId platform) const;
    /// The options a new model starts with: default objectives, ten seconds; dominated plans are listed where
    /// they are few.
    static SearchOptions defaultOptions(const System& system);

    // Requests. Without a model or before its costs are known they do nothing, unless they say so.
    /// `system`: of the library, for models that are shown on one; empty: the one in force.
    void open(const QString& path, const QString& system = {});
    /// Begins anew with what a project held: a model and a system at least.
    void show(const EditState& state);
    /// Takes accuracy from these images (a description, or a folder with one folder of pictures a class) or this table
    /// (CSV) from now on; empty: no longer. They take the place of a table of sensitivities.
    /// `output`: of a network with several, the one that plans are judged by; empty: as the description says, else the last.
    void setImages(const QString& file, const QString& output = {});
    /// Measures what a bit costs in the chosen plan, unless that is known; sweepChanged() follows.
    void measureSweep();
    void assign(std::span<const LayerId> layers, PlatformId platform, int gesture = 0);
    void moveCut(const Plan& plan, int gesture = 0);
    void choosePlan(std::uint32_t candidate);
    void chooseBaseline(std::size_t baseline);
    void chooseKept(std::size_t kept);
    /// Star and note of a plan; without either it is kept no longer. `name`: what it is called now.
    void mark(const Plan& plan, bool favourite, const QString& note, const QString& name);
    /// Of the project and its report.
    void setTitle(const QString& title, const QString& note);
    /// Differences are shown against this plan; a null plan means the fastest platform on its own.
    void setReference(const Reference& reference);
    /// A library name or a descriptor file. Also without a model. What the new system does not have
    /// (constraints, pins, parts of the scenario) is dropped and said.
    void setSystem(const QString& name_or_file);
    /// The system in force was saved under this name: it is called so from now on.
    void nameSystem(const std::string& name);
    /// The system as a person has edited it. Plans, pins, demands and measured times stay, by the platforms' names; what
    /// speaks of something that is gone is dropped and said. Also without a model. `renamed`: the edit was that one, and
    /// everything speaks of the new name.
    void editSystem(System system, const QString& label, const std::optional<Renamed>& renamed = {});
    /// Cards of the system's diagram stand there from now on.
    void arrangeCards(std::vector<CardPlace> places, int gesture);
    /// Descriptors were saved: libraryChanged() follows.
    void readLibraryAgain();
    /// Descriptors come from these folders from now on; libraryChanged() follows.
    void readLibrary(const std::vector<std::string>& folders);
    /// A platform or link of any place joins the library until the program ends.
    void addDescriptor(const QString& file);
    void setOptions(const SearchOptions& options, int gesture = 0);
    /// A demand on plans, "latency<=20 ms": takes the place of one on the same figure, and a search follows.
    void demand(const QString& constraint);
    /// A demand or requirement in force gets this limit instead.
    void moveDemand(const Constraint& from, const QString& to);
    /// Searches leave these layers where the chosen plan has them, or may move them again.
    void pin(std::span<const LayerId> layers, bool pinned);
    /// Pins these layers where they are, searches, and chooses the suggested plan.
    void solveRest(std::span<const LayerId> layers);
    /// Other dimensions make the model be read again; it must keep its layers.
    void setScenario(const Scenario& scenario, int gesture = 0);
    /// Takes the layers' sensitivities from a table; empty: forgets them.
    void setSensitivity(const QString& file);
    void setFusion(bool fusion);
    /// Gives a platform measured times, to be used like that; null: it has none. What that does to the front is said
    /// as noticed() when the search is done. `missing`: what to do with layers that profiles do not list.
    void setProfile(const std::string& platform, ProfilePtr profile, ProfileMissing missing,
                    ProfileUse use = ProfileUse::Measurement);
    /// The plan that a search proposes: of the short list the one with the highest throughput; the knee where
    /// throughput is no objective. Absent before the first result and where nothing is feasible.
    std::optional<std::uint32_t> suggestion() const;
    /// Searches with these options and chooses the suggested plan.
    void run(const SearchOptions& options);
    void stopSearch();

    /// For undo commands: puts the document into this state and works out again what it changes.
    void restore(const EditState& state);

Q_SIGNALS:
    void modelChanged();
    /// Another model is shown, or the same anew: what was before is gone, undo with it.
    void begun();
    /// Graph, system, costs and evaluator are there and fit together.
    void costsChanged();
    void resultChanged();
    /// The chosen plan, its metrics, or the reference.
    void planChanged();
    /// System, scenario, options or fusion.
    void settingsChanged();
    /// A search has started or ended.
    void searchingChanged(bool searching);
    void dataChanged();
    void sweepChanged();
    void libraryChanged();
    /// From a worker: plans on the front so far.
    void frontGrew(qulonglong plans);
    void failed(const cutline::Error& error);
    /// Also said as failed(): the last front stays as it is.
    void searchFailed(const cutline::Error& error);
    /// Something was done otherwise than asked, and why.
    void noticed(const cutline::Error& note);

private:
    void begin(const EditState& state);
    SystemPtr usualSystem() const; ///< that a person starts with; null: the library has none
    void accept(ModelFile file, const std::string& images, const QString& system);
    void readAgain(const Scenario& scenario, int gesture);
    void forgetResults();
    void push(EditKind kind, const QString& text, EditState after, int gesture = 0);
    void startCosts();
    void startSearch();
    void acceptResult(SearchResult result);
    void sayWhatChanged();
    void sayDropped(const QStringList& dropped);
    void showResult(SearchResult result);
    void lookAtData();
    void forgetSweep();
    void cancelSearch();
    SearchOptions withPins(std::span<const LayerId> layers, bool pinned) const;
    void proposePlan();
    void proposeAlone();
    void updateMetrics();
    void updateReference();
    QString planText(std::uint32_t candidate) const;

    Library m_library;
    std::vector<std::string> m_added_files; ///< of addDescriptor()
    QUndoStack m_undo;
    EditState m_state;
    std::shared_ptr<const ImportedModel> m_model;

    CostTablePtr m_costs;
    EvaluatorPtr m_evaluator;
    SearchResultPtr m_result;
    std::optional<Metrics> m_metrics, m_reference_metrics;
    std::optional<std::uint32_t> m_plan_index;
    QString m_reference_name;

    std::optional<Result<DataFacts>> m_data;
    std::shared_ptr<const WidthSweep> m_sweep;
    PlanPtr m_sweep_plan; ///< that it is about
    QString m_sweep_reason;

    std::uint64_t m_import_revision = 0, m_cost_revision = 0, m_search_revision = 0, m_data_revision = 0,
                  m_sweep_revision = 0;
    JobPtr m_import, m_cost, m_search, m_look, m_sweeping;
    bool m_choose_suggestion = false;
    SearchResultPtr m_front_before; ///< of other measured times; null where nothing is to be compared
    PlanPtr m_alone;    ///< all layers on the platform that is fastest that way
    PlanPtr m_proposed; ///< stands in until the search has an answer

    Jobs m_jobs; // last: its destructor ends the work before what it works on goes
};

} // namespace cutline
