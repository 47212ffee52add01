// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/roofline_chart.h"

#include "core/base/text.h"
#include "widgets/charts/plot_view.h"
#include "widgets/panels/kit.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineSeries>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cutline {
namespace {

constexpr int kWherePlanned = -1; ///< the chooser's entry for every layer where it runs

} // namespace

std::optional<RooflineDot> rooflineDot(const CostTable& costs, LayerId id, PlatformId on) {
    const Graph& graph = costs.graph();
    const Layer& layer = graph.layer(id);
    const Platform& platform = costs.system().platform(on);
    const Cost& cost = costs.layer(id, on);
    const double macs = static_cast<double>(layer.macs.value_or(0));
    if (!cost.supported || !(macs > 0) || !(cost.latency_s > 0) || !layer.shapes_known) return std::nullopt;
    double bytes = 0;
    for (const auto& tensors : {layer.inputs, layer.outputs})
        for (const TensorId tensor : tensors) bytes += tensorBytes(graph.tensor(tensor), platform);
    for (const WeightId weight : layer.weights) bytes += weightBytes(graph.weight(weight), platform);
    if (!(bytes > 0)) return std::nullopt;
    return RooflineDot{id, on, macs / bytes, macs / cost.latency_s};
}

PlanChart* make_roofline(QWidget* parent) {
    return new RooflineChart(parent);
}

RooflineChart::RooflineChart(QWidget* parent)
    : ChartPane(parent), m_box(new QComboBox(this)), m_note(new InkLabel(Ink::Text3, TextRole::Small, {}, this)) {
    setAccessibleName(QStringLiteral("Roofline"));
    toolRow()->addWidget(m_box);
    toolRow()->addWidget(m_note);
    toolRow()->addStretch(1);
    m_note->setElided();
    m_box->setAccessibleName(QStringLiteral("Layers shown"));
    m_box->setToolTip(QStringLiteral("Every layer where the plan runs it, or all layers on one platform"));
    connect(m_box, &QComboBox::activated, this, [this] {
        const int chosen = m_box->currentData().toInt();
        showPlatform(chosen == kWherePlanned ? std::nullopt
                                       : std::optional(PlatformId{static_cast<std::uint32_t>(chosen)}));
    });
    setEmptyText(QStringLiteral("Layers stand here under their platform's roofs once a model is open"));
    line()->setVisible(false);
    fillChoices();
    rebuild();
}

void RooflineChart::setCosts(CostTablePtr costs) {
    if (m_costs == costs) return;
    const bool same_system = m_costs && costs && m_costs->systemPtr() == costs->systemPtr();
    m_costs = std::move(costs);
    if (!same_system) m_platform.reset();
    m_places.clear();
    m_roofs.clear();
    if (m_costs)
        for (const Platform& platform : m_costs->system().platforms) m_roofs.push_back(roofOf(platform));
    setSelected({});
    fillChoices();
    rebuild();
}

void RooflineChart::setEvaluator(EvaluatorPtr evaluator) {
    m_evaluator = std::move(evaluator);
    setCosts(m_evaluator ? m_evaluator->problem().costs : nullptr);
}

void RooflineChart::setSelectedLayers(const std::vector<LayerId>& layers) {
    setSelected(layers.size() == 1 ? std::optional(layers.front().value) : std::nullopt);
}

void RooflineChart::setPlan(std::optional<Plan> plan) {
    if (m_evaluator) setCosts((plan ? m_evaluator->at(*plan) : *m_evaluator).problem().costs);
    std::vector<PlatformId> places;
    if (plan && m_costs) places = assignmentOf(*plan, m_costs->graph().layerCount());
    if (places == m_places) return;
    m_places = std::move(places);
    rebuild();
}

void RooflineChart::showPlatform(std::optional<PlatformId> platform) {
    m_platform = platform;
    fillChoices();
    rebuild();
}

void RooflineChart::fillChoices() {
    m_box->clear();
    m_box->addItem(QStringLiteral("Layers of the plan"), kWherePlanned);
    if (m_costs)
        for (std::uint32_t p = 0; p < m_costs->system().platforms.size(); ++p)
            m_box->addItem(QStringLiteral("All layers on %1").arg(text(printable(m_costs->system().platforms[p].name))),
                           static_cast<int>(p));
    m_box->setCurrentIndex(m_box->findData(m_platform ? static_cast<int>(m_platform->value) : kWherePlanned));
}

void RooflineChart::rebuild() {
    m_shown.clear();
    m_left_out = 0;
    const std::size_t layers = m_costs ? m_costs->graph().layerCount() : 0;
    m_dot_of.assign(layers, -1);
    for (std::uint32_t l = 0; l < layers; ++l) {
        if (!m_platform && m_places.empty()) break;
        const auto dot = rooflineDot(*m_costs, {l}, m_platform.value_or(m_places.empty() ? PlatformId{} : m_places[l]));
        if (!dot) {
            ++m_left_out;
            continue;
        }
        m_dot_of[l] = static_cast<std::int32_t>(m_shown.size());
        m_shown.push_back(*dot);
    }
    fitAxes();
    std::vector<Dot> dots;
    for (const RooflineDot& dot : m_shown) dots.push_back({at(dot), dot.layer.value});
    setDots(std::move(dots));
    for (auto* axis : chart()->axes()) axis->setGridLineVisible(false);
    m_note->setText(m_left_out ? QStringLiteral("%1 layers without MACs are not shown").arg(m_left_out) : QString());
}

QString RooflineChart::noteText() const {
    return m_note->text();
}

QPointF RooflineChart::at(const RooflineDot& dot) const {
    return {std::log10(dot.intensity), std::log10(dot.macs_per_s * m_scale.factor)};
}

const RooflineDot* RooflineChart::dotOf(std::uint32_t layer) const {
    if (layer >= m_dot_of.size() || m_dot_of[layer] < 0) return nullptr;
    return &m_shown[static_cast<std::size_t>(m_dot_of[layer])];
}

std::vector<PlatformId> RooflineChart::shownPlatforms() const {
    if (m_platform) return {*m_platform};
    std::vector<PlatformId> platforms = m_places;
    std::sort(platforms.begin(), platforms.end());
    platforms.erase(std::unique(platforms.begin(), platforms.end()), platforms.end());
    return platforms;
}

void RooflineChart::fitAxes() {
    double x_low = std::numeric_limits<double>::infinity(), x_high = -x_low, y_low = x_low, y_high = x_high;
    double largest = 0;
    for (const RooflineDot& dot : m_shown) {
        x_low = std::min(x_low, std::log10(dot.intensity));
        x_high = std::max(x_high, std::log10(dot.intensity));
        y_low = std::min(y_low, std::log10(dot.macs_per_s));
        largest = std::max(largest, dot.macs_per_s);
    }
    if (m_shown.empty()) return setAxes({}, {});
    for (const PlatformId p : shownPlatforms()) {
        const Roof& roof = m_roofs[p.index()];
        largest = std::max(largest, roof.peak_macs_per_s.value_or(0));
        // The ridge, where compute takes over from memory, is in sight.
        if (roof.peak_macs_per_s && roof.bandwidth_bytes_per_s)
            x_high = std::max(x_high, std::log10(*roof.peak_macs_per_s / *roof.bandwidth_bytes_per_s) + 0.3);
    }
    m_scale = scaleFor(largest, Unit::MacPerSecond);
    const double shift = std::log10(m_scale.factor);
    y_high = std::log10(largest);
    setAxes({QStringLiteral("MACs per byte"), x_low - 0.15, x_high + 0.15, 5, false, true},
            {QStringLiteral("Speed, ") + text(m_scale.name), y_low + shift - 0.15, y_high + shift + 0.25, 4, false, true});
}

void RooflineChart::paintRoof(QPainter& painter, const PlotMapping& to, PlatformId platform) const {
    const Roof& roof = m_roofs[platform.index()];
    if (!roof.peak_macs_per_s && !roof.bandwidth_bytes_per_s) return;
    const auto point = [&](double x) {
        return to.map({x, std::log10(roof.at(std::pow(10.0, x)) * m_scale.factor)});
    };
    std::vector<QPointF> line{point(to.x0)};
    if (roof.peak_macs_per_s && roof.bandwidth_bytes_per_s) {
        const double ridge = std::log10(*roof.peak_macs_per_s / *roof.bandwidth_bytes_per_s);
        if (ridge > to.x0 && ridge < to.x1) line.push_back(point(ridge));
    }
    line.push_back(point(to.x1));
    painter.save();
    painter.setClipRect(to.area);
    painter.setPen(QPen(theme().platform(platform.index()), 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line.data(), static_cast<int>(line.size()));
    painter.restore();
}

void RooflineChart::paintBack(QPainter& painter, const PlotMapping& to) const {
    for (const PlatformId p : shownPlatforms()) paintRoof(painter, to, p);
}

void RooflineChart::paintFront(QPainter& painter, const PlotMapping& to) const {
    const double radius = m_shown.size() > 600 ? 2 : 3.4;
    for (const RooflineDot& dot : m_shown) {
        if (!to.shows(at(dot))) continue;
        const bool elsewhere = !m_places.empty() && m_places[dot.layer.index()] != dot.platform;
        const QColor colour = theme().platform(dot.platform.index());
        if (elsewhere)
            paintRing(painter, to.map(at(dot)), radius - 0.6, theme().tint(colour, 0.7));
        else
            paintDot(painter, to.map(at(dot)), radius, colour);
    }
    std::vector<QRectF> placed;
    const auto mark = [&](std::uint32_t layer, bool labelled) {
        const RooflineDot* dot = dotOf(layer);
        if (!dot || !to.shows(at(*dot))) return;
        const QPointF where = to.map(at(*dot));
        paintRing(painter, where, 8, theme().accent);
        paintDot(painter, where, 4, theme().platform(dot->platform.index()));
        placed.push_back(QRectF(where - QPointF(8, 8), QSizeF(16, 16)));
        if (labelled)
            paintLabel(painter, to, where, shortLayerName(m_costs->graph().layer({layer}).name), theme().text, true,
                       placed);
    };
    if (hovered() && hovered() != selected()) mark(*hovered(), true);
    if (selected()) mark(*selected(), true);
    paintRoofNames(painter, to);
}

/// At the right end, above its line; below where that is another one's place.
void RooflineChart::paintRoofNames(QPainter& painter, const PlotMapping& to) const {
    painter.setFont(fontFor(TextRole::Small));
    std::vector<QRectF> placed;
    std::vector<std::pair<double, PlatformId>> roofs; ///< by height, highest first
    for (const PlatformId p : shownPlatforms())
        if (const auto peak = m_roofs[p.index()].peak_macs_per_s)
            roofs.emplace_back(to.map({to.x1, std::log10(*peak * m_scale.factor)}).y(), p);
    std::sort(roofs.begin(), roofs.end());
    for (const auto& [y, p] : roofs) {
        if (y < to.area.top() || y > to.area.bottom()) continue;
        const QString words =
            QStringLiteral("%1 %2").arg(text(printable(m_costs->system().platform(p).name)),
                                        limitText(*m_roofs[p.index()].peak_macs_per_s, Unit::MacPerSecond));
        const QSizeF size(painter.fontMetrics().horizontalAdvance(words) + 4, 15);
        QRectF rect(QPointF(to.x1, 0), size);
        rect.moveBottomRight({to.area.right(), y - 1});
        const auto taken = [&](const QRectF& r) {
            return std::any_of(placed.begin(), placed.end(), [&](const QRectF& other) { return other.intersects(r); }) ||
                   std::any_of(roofs.begin(), roofs.end(), [&](const auto& roof) {
                       return roof.second != p && roof.first > r.top() && roof.first < r.bottom();
                   });
        };
        if (taken(rect)) rect.moveTop(y + 1);
        if (taken(rect) && !placed.empty()) rect.moveRight(placed.back().left() - 8);
        placed.push_back(rect);
        painter.setPen(inkOf(p));
        painter.drawText(rect, Qt::AlignCenter, words);
    }
}

QString RooflineChart::tipOf(std::uint32_t layer) const {
    const RooflineDot* dot = dotOf(layer);
    if (!dot) return {};
    const Layer& shown = m_costs->graph().layer({layer});
    const Roof& roof = m_roofs[dot->platform.index()];
    const Cost& cost = m_costs->layer({layer}, dot->platform);
    QStringList lines{QStringLiteral("%1 (%2) on %3")
                          .arg(text(printable(shown.name)), text(printable(shown.op)),
                               text(printable(m_costs->system().platform(dot->platform).name))),
                      QStringLiteral("%1 in %2, %3")
                          .arg(quantityText(static_cast<double>(*shown.macs), Unit::Mac),
                               quantityText(cost.latency_s, Unit::Second), text(wordFor(cost.source))),
                      QStringLiteral("%1 at %2 MACs per byte")
                          .arg(quantityText(dot->macs_per_s, Unit::MacPerSecond), numberOnly(dot->intensity))};
    const double most = roof.at(dot->intensity);
    if (std::isfinite(most)) {
        const bool memory = roof.bandwidth_bytes_per_s &&
                            (!roof.peak_macs_per_s || *roof.bandwidth_bytes_per_s * dot->intensity < *roof.peak_macs_per_s);
        lines << QStringLiteral("%1 of what %2 lets through")
                     .arg(percentText(dot->macs_per_s / most), memory ? QStringLiteral("memory") : QStringLiteral("compute"));
    }
    return lines.join(u'\n');
}

QString RooflineChart::toCsv() const {
    QString csv = QStringLiteral("layer,op,platform,macs,latency_s,macs_per_byte,macs_per_s,roof_macs_per_s,source\n");
    for (const RooflineDot& dot : m_shown) {
        const Layer& layer = m_costs->graph().layer(dot.layer);
        const Cost& cost = m_costs->layer(dot.layer, dot.platform);
        const auto cell = [](double v) { return text(numberText(v)); };
        csv += QStringList{text(csvCell(layer.name)),
                           text(csvCell(layer.op)),
                           text(csvCell(m_costs->system().platform(dot.platform).name)),
                           cell(static_cast<double>(*layer.macs)),
                           cell(cost.latency_s),
                           cell(dot.intensity),
                           cell(dot.macs_per_s),
                           cell(m_roofs[dot.platform.index()].at(dot.intensity)),
                           text(nameOf(cost.source))}
                   .join(u',') +
               u'\n';
    }
    return csv;
}

} // namespace cutline
