// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/cost/cost_table.h"
#include "core/plan/metrics.h"
#include "core/plan/plan.h"
#include "widgets/graph/graph_sight.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/groups.h"
#include "widgets/graph/layout.h"
#include "widgets/picture_file.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QGraphicsView>
#include <QPointer>
#include <QTimer>
#include <QVector>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

class QMenu;
class QVariantAnimation;

namespace cutline {

class CutDrag;
class DotProcess;
class LayeredLayout;
class Minimap;
class OverlayLegend;

/// What a palette chip carries while it is dragged: the platform's index as decimal text.
inline constexpr char kPlatformMimeType[] = "application/x-cutline-platform";

/// The layer graph: cards in their platforms' colours, regions, cuts that can be held, live previews. It
/// shows what it is given and asks for changes through signals; it never changes a plan itself.
class GraphView : public QGraphicsView {
    Q_OBJECT
public:
    explicit GraphView(QWidget* parent = nullptr);
    ~GraphView() override;

    /// A new graph drops plan, preview and selection and is laid out in the background; the same graph with
    /// another system or other costs keeps layout, selection and zoom. Null pointers empty the view.
    void setModel(GraphPtr graph, SystemPtr system, CostTablePtr costs);
    /// What layers take at the precisions of the plan that comes next; the same platforms as before.
    void setCosts(SystemPtr system, CostTablePtr costs);
    /// The plan that stands; ends a preview.
    void setPlan(const Plan& plan, const Metrics& metrics);
    void clearPlan();
    /// Shown instead of the plan until the next setPlan() or setPreview({}); layers that it moves are marked.
    void setPreview(std::optional<Plan> plan, const Metrics& metrics = {});

    QVector<LayerId> selection() const;
    bool isSelected(LayerId layer) const { return m_look.selection.contains(layer); }
    void setSelection(const QVector<LayerId>& layers);
    std::optional<LayerId> currentLayer() const { return m_look.current; }
    /// How the view was left, and finding it so again; after setModel().
    GraphSight sight() const;
    void restoreSight(const GraphSight& sight);
    /// Brings a layer into sight without changing the zoom.
    void reveal(LayerId layer);

    void fit();
    void zoomIn();
    void zoomOut();
    void zoomReset(); ///< 100 %
    double zoom() const { return transform().m11(); }

    Flow flow() const { return m_flow; }
    void toggleFlow(); ///< fixes the direction; by itself it follows the view's shape
    /// Groups of layers (module scopes): a model whose layers could not be read in this space opens with its
    /// groups closed, but for those that the first plan divides.
    const Groups& groups() const { return m_groups; }
    void openGroup(LayerId layer);
    void closeGroup(LayerId layer);
    void closeGroupNumber(std::size_t group);
    void openAllGroups();
    void closeAllGroups();
    /// Which groups are closed, in words that outlive this graph: "12 from LAYER" for each, "none"; empty where there are no
    /// groups. The next graph opens with those that were set, where it has them all.
    std::vector<std::string> closedGroups() const;
    void setNextClosedGroups(std::vector<std::string> words) { m_next_closed = std::move(words); }
    void setPatterns(bool on);
    /// What the cards' fill says: an id of overlays().
    void setOverlay(const QString& id);
    QString overlay() const { return m_look.overlay->id; }
    /// What layers add to the loss of accuracy: platforms at their own precision, then at each further one; empty: not
    /// known. Of the graph and system last set.
    void setSensitivities(std::vector<SensitivityPtr> sensitivities);
    /// Layers that a search leaves where they are: marked, and offered to be freed.
    void setPins(const std::map<LayerId, PlatformId>& pins);
    /// Nothing can be assigned, cut or pinned here.
    void setReadOnly();
    /// Shows another view's layout at its place and scale, and moves it in turn: plans beside each other. Read-only, as
    /// the other should be; both show the same graph. `leader` outlives this view, or goes with the same parent.
    void follow(GraphView* leader);
    const OverlayLegend& legend() const { return *m_legend; }
    const Minimap& minimap() const { return *m_minimap; }
    void setReducedMotion(bool on) { m_reduced_motion = on; }

    /// Graphviz' program name or path, and how long it may take before the built-in layout steps in.
    void setLayoutProgram(const QString& program, std::chrono::milliseconds limit);
    void setLayoutLimit(std::chrono::milliseconds limit);
    bool isLaidOut() const;
    bool isLayingOut() const { return m_layout_running; } ///< a picture follows

    /// What is left of writing the whole picture, as it is now: an SVG, or a PNG of two pixels for each of the scene's,
    /// fewer where it would exceed 16,384 a side. Errors: nothing is laid out yet; as for writing pictures.
    FileWork pictureFile(const QString& path) const;

    /// In scene coordinates; empty while there is no layout.
    QRectF cardRect(LayerId layer) const;
    /// Style of a layer's card: tests and legends.
    CardStyle cardStyleOf(LayerId layer) const;
    /// Scene position of the handle between stages `boundary` and `boundary + 1`.
    std::optional<QPointF> cutHandle(std::size_t boundary) const;
    const GraphScene& picture() const { return *m_scene; }
    /// Operator, name, platform and cost in words, for screen readers.
    QString spokenText(LayerId layer) const;
    GraphPtr graph() const { return m_look.graph; }
    SystemPtr system() const { return m_look.system; }
    CostTablePtr costs() const { return m_look.costs; }
    QPointF centre() const { return mapToScene(viewport()->rect().center()); } ///< in scene coordinates

    /// Adds a layer's actions: assign, select up to here, from here.
    void fillContextMenu(QMenu& menu, std::optional<LayerId> layer);

Q_SIGNALS:
    void assignPreviewRequested(const QVector<cutline::LayerId>& layers, cutline::PlatformId platform);
    void assignRequested(const QVector<cutline::LayerId>& layers, cutline::PlatformId platform);
    void cutPreviewRequested(const cutline::Plan& plan);
    void cutMoveRequested(const cutline::Plan& plan);
    void previewCancelled();
    /// Layers to pin where they are, or to free.
    void pinRequested(const QVector<cutline::LayerId>& layers, bool pin);
    void solveRestRequested(const QVector<cutline::LayerId>& layers);
    void selectionChanged(const QVector<cutline::LayerId>& layers);
    void layerHovered(std::optional<cutline::LayerId> layer);
    void zoomChanged(double zoom);
    /// The view stands elsewhere, but not because its size changed.
    void sightChanged();
    void layoutStarted();
    /// `note`: empty, or why the built-in layout was used.
    void layoutFinished(const QString& note);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    bool viewportEvent(QEvent* event) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    enum class Gesture { None, Press, Pan, RubberBand, Cut };

    // Layout (graph_view.cpp)
    void startLayout();
    void onRanked(const RankedLayout& ranked, const QString& note);
    Flow flowForSpace() const;
    QSizeF layoutSpace() const;
    void onResized();
    // Groups (graph_view_groups.cpp)
    void openFirst();
    bool openAsKept();
    void openWhatIsDivided();
    void regroup(std::optional<LayerId> anchor);
    void applyTheme();

    // Views that follow another one (graph_view_follow.cpp)
    void takeLayout();
    void takeSight(const GraphView& other);

    // Looks
    void showPlan(const std::optional<Plan>& plan, const Metrics& metrics);
    void setTransformTo(double scale, QPointF centre);
    void animateTo(double scale, QPointF centre);
    void stopMotion();
    std::vector<QPointF> oldPlaces(const ViewGraph& next) const; ///< of the cards of the next picture
    std::pair<double, QPointF> fitted() const;
    void zoomBy(double factor, QPoint anchor);

    // Input (graph_view_input.cpp)
    std::optional<LayerId> layerAt(QPoint viewport_position) const;
    QVector<LayerId> layersAt(QPoint viewport_position) const;
    HandleItem* handleAt(QPoint viewport_position) const;
    std::optional<std::size_t> frameAt(QPoint viewport_position) const; ///< an open group's title
    /// Of the open group whose title is there; empty where there is none.
    QVector<LayerId> frameLayersAt(QPoint viewport_position) const;
    void hover(QPoint viewport_position);
    void clickAt(QPoint viewport_position, Qt::KeyboardModifiers modifiers);
    void select(std::set<LayerId> layers, std::optional<LayerId> current);
    void walk(Qt::Key key, bool extend);
    std::optional<LayerId> neighbour(LayerId from, QPointF direction) const;
    bool assignByKey(int key);
    void fillAssignMenu(QMenu& menu, LayerId layer);
    void finishRubberBand(QPoint viewport_position, bool add);
    void showToolTip(QPoint viewport_position, QPoint global_position);
    QVector<LayerId> assignTargets(QPoint viewport_position) const;

    // Cut handles (graph_view_cut.cpp)
    void beginCut(std::size_t boundary, QPoint viewport_position);
    void moveCut(QPoint viewport_position, bool singles_only);
    void endCut();
    bool cancelGesture();
    void stepCut(int direction, bool singles_only);
    std::vector<double> placesAlongPicture() const;
    double placeOf(QPointF scene_position) const;
    std::vector<PlacesItem::Place> legalPlaces() const;

    std::optional<LayerId> centralLayer() const; ///< graph_sight.cpp
    void touchGroups();

    // What lies over the picture (graph_view_corners.cpp)
    void buildCorners();
    void placeCorners();
    int legendRoom() const; ///< pixels at the view's foot that the picture leaves free
    void followPicture();
    void followViewport();

    GraphScene* m_scene;
    OverlayLegend* m_legend = nullptr;
    Minimap* m_minimap = nullptr;
    GraphLook m_look;
    std::optional<Plan> m_plan; ///< the one that stands
    Metrics m_plan_metrics;

    std::unique_ptr<DotProcess> m_dot;
    std::unique_ptr<LayeredLayout> m_layered;
    std::shared_ptr<const LayoutRequest> m_request;
    ViewGraph m_next_view; ///< what m_request lays out
    Groups m_groups;
    std::vector<std::string> m_next_closed; ///< of the next graph
    std::optional<std::pair<LayerId, QPointF>>
        m_anchor; ///< keeps its place in the viewport over a new layout
    RankedLayout m_ranked;
    QPointer<GraphView> m_leader;   ///< whose layout this view shows
    bool m_moving = false;          ///< between two places: nobody is told
    Flow m_flow = Flow::LeftToRight;
    bool m_flow_fixed = false, m_fitted = true, m_reduced_motion = false, m_layout_running = false;
    bool m_regrouped = false; ///< the person has opened or closed groups
    std::optional<GraphSight> m_sight; ///< to be taken up by the next layout
    bool m_untouched = false; ///< nobody has seen to the groups since the model came
    QTimer m_resize_timer;
    QVariantAnimation* m_animation = nullptr;

    Gesture m_gesture = Gesture::None;
    QPoint m_press, m_last;
    Qt::KeyboardModifiers m_press_modifiers;
    bool m_space_held = false;
    QRect m_band;
    std::optional<LayerId> m_hovered;

    std::unique_ptr<CutDrag> m_cut;
    std::size_t m_cut_boundary = 0, m_cut_position = 0;
    double m_cut_press = 0;
    std::vector<double> m_cut_places; ///< sorted places of the layers that the cut passes

    QVector<LayerId> m_drop_targets;
    std::optional<PlatformId> m_drop_platform;
};

/// Lets screen readers see the cards; call once per process (setModel does).
void installGraphAccessibility();

} // namespace cutline
