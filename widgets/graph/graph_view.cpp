// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_view.h"

#include "core/base/quantity.h"
#include "core/base/text.h"
#include "widgets/graph/cut_drag.h"
#include "widgets/graph/dot_process.h"
#include "widgets/graph/layered_layout.h"
#include "widgets/models/roof.h"

#include <QPainter>
#include <QPixmapCache>
#include <QResizeEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

/// Beyond this many cards Graphviz takes seconds: the built-in layout is asked at once.
constexpr std::size_t kMostForGraphviz = 3000;
/// More cards than this would stutter on their way.
constexpr std::size_t kMostGliding = 600;
/// Room for the words of all cards on a screen of 4K, kibibytes.
constexpr int kCopiesKiB = 48 * 1024;

} // namespace

GraphView::GraphView(QWidget* parent)
    : QGraphicsView(parent), m_scene(new GraphScene(this)), m_dot(std::make_unique<DotProcess>()),
      m_layered(std::make_unique<LayeredLayout>()) {
    setScene(m_scene);
    setObjectName(QStringLiteral("graphView"));
    setAccessibleName(tr("Layer graph"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setTransformationAnchor(NoAnchor);
    setResizeAnchor(NoAnchor);
    setAlignment(Qt::AlignCenter);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // One rectangle: clipping to the hundreds that a drag makes dirty costs ten times what painting between
    // them does.
    setViewportUpdateMode(BoundingRectViewportUpdate);
    setOptimizationFlags(DontSavePainterState | DontAdjustForAntialiasing);
    QPixmapCache::setCacheLimit(std::max(QPixmapCache::cacheLimit(), kCopiesKiB));
    installGraphAccessibility();
    m_resize_timer.setSingleShot(true);
    m_resize_timer.setInterval(120);
    connect(&m_resize_timer, &QTimer::timeout, this, &GraphView::onResized);
    connect(m_dot.get(), &GraphLayout::finished, this,
            [this](const RankedLayout& ranked) { onRanked(ranked, {}); });
    connect(m_dot.get(), &GraphLayout::refused, this, [this](const QString& reason) {
        m_layered->setProperty("note", tr("%1; laid out without it").arg(reason));
        m_layered->start(*m_request);
    });
    connect(m_layered.get(), &GraphLayout::finished, this,
            [this](const RankedLayout& ranked) { onRanked(ranked, m_layered->property("note").toString()); });
    buildCorners();
    applyTheme();
}

GraphView::~GraphView() {
    m_dot->disconnect(this);
    m_layered->disconnect(this);
}

void GraphView::setLayoutProgram(const QString& program, std::chrono::milliseconds limit) {
    m_dot->setProgram(program);
    setLayoutLimit(limit);
}

void GraphView::setLayoutLimit(std::chrono::milliseconds limit) {
    m_dot->setLimit(limit);
}

void GraphView::setModel(GraphPtr graph, SystemPtr system, CostTablePtr costs) {
    const bool same_graph = graph && graph == m_look.graph;
    cancelGesture();
    m_look.graph = std::move(graph);
    setCosts(std::move(system), std::move(costs));
    m_look.sensitivities.clear();
    if (same_graph) {
        // Platforms are numbers in a plan: one of a larger system speaks of some that are not there.
        const auto known = [this](const Stage& stage) {
            return m_look.system && stage.platform.index() < m_look.system->platforms.size();
        };
        if (m_plan && !std::all_of(m_plan->stages.begin(), m_plan->stages.end(), known)) {
            m_plan.reset();
            m_plan_metrics = {};
        }
        return showPlan(m_plan, m_plan_metrics);
    }
    m_plan.reset();
    m_plan_metrics = {};
    m_hovered.reset();
    m_look.selection.clear();
    m_look.current.reset();
    m_look.lit.reset();
    m_look.plan.reset();
    m_look.metrics = {};
    const std::size_t n = m_look.graph ? m_look.graph->layerCount() : 0;
    m_look.owner = m_look.committed = std::vector<int>(n, kNoOwner);
    m_look.pins.clear();
    m_scene->clearPicture();
    followPicture();
    m_fitted = !m_leader;
    m_anchor.reset();
    m_sight.reset();
    m_regrouped = false;
    m_groups = m_look.graph ? Groups(*m_look.graph) : Groups();
    openFirst();
    startLayout();
    Q_EMIT selectionChanged({});
}

void GraphView::setCosts(SystemPtr system, CostTablePtr costs) {
    if (m_look.system != system) {
        m_look.peaks_macs_per_s.clear();
        if (system)
            for (const Platform& platform : system->platforms)
                m_look.peaks_macs_per_s.push_back(roofOf(platform).peak_macs_per_s);
    }
    m_look.system = std::move(system);
    m_look.costs = std::move(costs);
}

void GraphView::setPlan(const Plan& plan, const Metrics& metrics) {
    m_plan = plan;
    m_plan_metrics = metrics;
    showPlan(m_plan, m_plan_metrics);
    openWhatIsDivided();
}

void GraphView::clearPlan() {
    m_plan.reset();
    m_plan_metrics = {};
    showPlan({}, {});
}

void GraphView::setPreview(std::optional<Plan> plan, const Metrics& metrics) {
    if (plan)
        showPlan(plan, metrics);
    else
        showPlan(m_plan, m_plan_metrics);
}

void GraphView::showPlan(const std::optional<Plan>& plan, const Metrics& metrics) {
    const std::size_t n = m_look.graph ? m_look.graph->layerCount() : 0;
    m_look.plan = plan;
    m_look.metrics = metrics;
    m_look.owner = ownersOf(plan, n);
    m_look.committed = ownersOf(m_plan ? m_plan : plan, n);
    if (!isLaidOut()) return;
    m_scene->setPlanLook(m_look);
    followPicture();
    if (m_cut)
        if (HandleItem* handle = m_scene->handle(m_cut_boundary)) handle->setActive(true);
}

QVector<LayerId> GraphView::selection() const {
    return {m_look.selection.begin(), m_look.selection.end()};
}

void GraphView::setSelection(const QVector<LayerId>& layers) {
    std::set<LayerId> known;
    const std::size_t n = m_look.graph ? m_look.graph->layerCount() : 0;
    for (const LayerId id : layers)
        if (id.index() < n) known.insert(id);
    const std::optional<LayerId> current = known.empty() ? std::nullopt : std::optional(*known.begin());
    select(std::move(known), current);
}

bool GraphView::isLaidOut() const {
    return !m_scene->geometry().cards.empty();
}

QRectF GraphView::cardRect(LayerId layer) const {
    if (!isLaidOut()) return {};
    return m_scene->geometry().cards[m_scene->view().node_of[layer.index()]];
}

CardStyle GraphView::cardStyleOf(LayerId layer) const {
    return m_scene->cardStyleOf(m_scene->view().node_of[layer.index()]);
}

std::optional<QPointF> GraphView::cutHandle(std::size_t boundary) const {
    const HandleItem* handle = m_scene->handle(boundary);
    return handle ? std::optional(handle->pos()) : std::nullopt;
}

// --- layout
// -----------------------------------------------------------------------------------------------------

Flow GraphView::flowForSpace() const {
    if (m_flow_fixed) return m_flow;
    return viewport()->width() >= viewport()->height() ? Flow::LeftToRight : Flow::TopToBottom;
}

QSizeF GraphView::layoutSpace() const {
    return QSizeF(std::max(200, viewport()->width() - 24), std::max(200, viewport()->height() - 36));
}

void GraphView::startLayout() {
    if (m_leader) return takeLayout();
    m_dot->cancel();
    m_layered->cancel();
    m_layout_running = false;
    if (!m_look.graph || m_look.graph->layerCount() == 0) {
        viewport()->update();
        return;
    }
    m_flow = flowForSpace();
    auto request = std::make_shared<LayoutRequest>();
    request->flow = m_flow;
    m_next_view = viewGraphOf(*m_look.graph, m_groups.cardOf());
    if (m_groups.cardCount() < m_look.graph->layerCount())
        addFrames(m_next_view, *m_look.graph, m_groups.openGroups(m_look.graph->layerCount() * 6 / 10));
    const ViewGraph& view = m_next_view;
    request->sizes.assign(view.nodes.size(), kCardSize);
    for (const ViewEdge& e : view.edges) request->edges.push_back({e.from, e.to});
    m_request = std::move(request);
    m_layout_running = true;
    Q_EMIT layoutStarted();
    if (view.nodes.size() > kMostForGraphviz) {
        m_layered->setProperty("note",
                               tr("%1 layers are more than Graphviz lays out in time; laid out without it")
                                   .arg(view.nodes.size()));
        m_layered->start(*m_request);
    } else {
        m_dot->start(*m_request);
    }
}

std::vector<QPointF> GraphView::oldPlaces(const ViewGraph& next) const {
    std::vector<QPointF> places;
    const ViewGraph& before = m_scene->view();
    if (m_reduced_motion || !isVisible() || before.node_of.size() != next.node_of.size() ||
        std::max(before.nodes.size(), next.nodes.size()) > kMostGliding)
        return places;
    // A card comes out of the one that held its first layer.
    for (const ViewNode& node : next.nodes)
        places.push_back(m_scene->geometry().cards[before.node_of[node.layers.front().index()]].topLeft());
    return places;
}

void GraphView::onRanked(const RankedLayout& ranked, const QString& note) {
    cancelGesture();
    stopMotion();
    m_layout_running = false;
    m_ranked = ranked;
    std::vector<QPointF> from = oldPlaces(m_next_view);
    m_scene->build(m_next_view, arrange(*m_request, m_ranked, layoutSpace()), m_look);
    const QRectF rect = m_scene->pictureRect();
    // Room to pan any card to the middle.
    m_scene->setSceneRect(rect.adjusted(-rect.width() - 4000, -rect.height() - 4000, rect.width() + 4000,
                                        rect.height() + 4000));
    const bool glides = !from.empty();
    if (glides) m_scene->beginGlide(std::move(from));
    if (m_anchor) {
        const auto [layer, place] = *std::exchange(m_anchor, std::nullopt);
        const QPointF middle = QPointF(viewport()->rect().center());
        const QPointF centre = cardRect(layer).center() + (middle - place) / zoom();
        glides ? animateTo(zoom(), centre) : setTransformTo(zoom(), centre);
    } else if (m_sight) {
        const GraphSight sight = *std::exchange(m_sight, std::nullopt);
        setTransformTo(sight.zoom, cardRect(sight.layer).center() + sight.offset);
    } else if (m_fitted) {
        const bool reduced = std::exchange(m_reduced_motion, m_reduced_motion || !glides);
        fit();
        m_reduced_motion = reduced;
    } else {
        animateTo(zoom(), mapToScene(viewport()->rect().center()));
    }
    followPicture();
    Q_EMIT layoutFinished(note);
}

void GraphView::onResized() {
    if (!m_look.graph || m_layout_running || !m_fitted || m_gesture == Gesture::Cut) return;
    if (flowForSpace() != m_flow) return startLayout();
    if (!isLaidOut()) return;
    Geometry geometry = arrange(*m_request, m_ranked, layoutSpace());
    if (geometry.rows.size() != m_scene->geometry().rows.size())
        onRanked(RankedLayout(m_ranked), {});
    else
        fit();
}

void GraphView::toggleFlow() {
    if (m_leader) return m_leader->toggleFlow();
    m_flow = m_flow == Flow::LeftToRight ? Flow::TopToBottom : Flow::LeftToRight;
    m_flow_fixed = true;
    m_fitted = true;
    startLayout();
}

// --- looks
// ------------------------------------------------------------------------------------------------------

void GraphView::applyTheme() {
    m_look.theme = &Theme::of(palette());
    setBackgroundBrush(m_look.theme->surface);
    if (!isLaidOut()) return;
    m_scene->setPlanLook(m_look);
    followPicture();
}

void GraphView::setPatterns(bool on) {
    m_look.patterns = on;
    if (isLaidOut()) m_scene->setPlanLook(m_look);
}

void GraphView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationPaletteChange)
        applyTheme();
    QGraphicsView::changeEvent(event);
}

void GraphView::resizeEvent(QResizeEvent* event) {
    m_moving = true; // a new size is no new place
    QGraphicsView::resizeEvent(event);
    followViewport();
    m_moving = false;
    if (m_leader) return takeSight(*m_leader);
    if (m_fitted && isLaidOut()) {
        const auto [scale, centre] = fitted();
        setTransformTo(scale, centre);
        m_resize_timer.start();
    } else if (m_layout_running) {
        m_resize_timer.start();
    }
}

void GraphView::drawForeground(QPainter* painter, const QRectF&) {
    if (m_gesture != Gesture::RubberBand && isLaidOut()) return;
    painter->save();
    painter->resetTransform();
    if (m_gesture == Gesture::RubberBand) {
        QColor fill = m_look.theme->accent;
        fill.setAlpha(24);
        painter->setPen(QPen(m_look.theme->accent, 1));
        painter->fillRect(m_band, fill);
        painter->drawRect(m_band);
    } else {
        painter->setPen(m_look.theme->text2);
        painter->setFont(fontFor(TextRole::Interface));
        const QString text = m_layout_running ? tr("Laying out %1 layers").arg(m_look.graph->layerCount())
                             : m_look.graph   ? tr("The model has no layers")
                                              : tr("The layers of a model stand here: open an ONNX file");
        painter->drawText(viewport()->rect(), Qt::AlignCenter, text);
    }
    painter->restore();
}

} // namespace cutline
