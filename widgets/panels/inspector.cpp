// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/inspector.h"

#include "core/base/text.h"
#include "widgets/panels/fact_sheet.h"

#include <QEvent>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr std::size_t kMostListed = 6; ///< lines of a list that can be long

QString nameShown(std::string_view name) {
    return text(printable(name));
}

QString shapeShown(const Tensor& tensor) {
    if (!tensor.shape) return QStringLiteral("shape not known");
    QString shape = text(shapeText(*tensor.shape));
    return shape.replace(u'x', u'\u00D7') + u' ' + text(nameOf(tensor.type));
}

QString costShown(const Cost& cost) {
    if (!cost.supported) return QStringLiteral("cannot run it");
    return quantityText(cost.latency_s, Unit::Second) + QStringLiteral(" \u00B7 ") +
           quantityText(cost.energy_j, Unit::Joule);
}

QString costTip(const CostTable& costs, const Cost& cost) {
    QString tip = QStringLiteral("time and energy per inference, ") + text(wordFor(cost.source));
    if (cost.uncertainty > 0)
        tip += QStringLiteral("; \u00B1 ") + percentText(static_cast<double>(cost.uncertainty)) +
               QStringLiteral(" (one standard deviation: %1 platform, %2 operator class, %3 layer)")
                   .arg(percentText(static_cast<double>(cost.spread.platform)),
                        percentText(static_cast<double>(cost.spread.op_class)),
                        percentText(static_cast<double>(cost.spread.layer)));
    if (cost.detail) tip += u'\n' + nameShown(costs.detail(cost.detail));
    return tip;
}

std::uint64_t parametersOf(const Graph& graph, const Layer& layer) {
    std::uint64_t sum = 0;
    for (const WeightId id : layer.weights)
        if (graph.weight(id).is_parameter) sum += graph.weight(id).elements;
    return sum;
}

} // namespace

QString layerTitle(const Layer& layer) {
    QString title = nameShown(layer.op);
    const bool conv = layer.op_class == OpClass::Conv || layer.op_class == OpClass::Depthwise;
    if (conv && !layer.loops.empty()) {
        const LoopDims& dims = layer.loops.front();
        title += QStringLiteral(" %1\u00D7%2").arg(dims.r).arg(dims.s);
        if (layer.op_class == OpClass::Depthwise)
            title += QStringLiteral(", depthwise");
        else if (dims.g > 1)
            title += QStringLiteral(", %1 groups").arg(dims.g);
    }
    return title;
}

Inspector::Inspector(QWidget* parent) : QWidget(parent), m_sheet(new FactSheet(this)) {
    setAccessibleName(QStringLiteral("Inspector"));
    onSurface(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_sheet);
    refresh();
}

void Inspector::setEvaluator(EvaluatorPtr evaluator) {
    if (evaluator && evaluator == m_evaluator) return;
    m_evaluator = std::move(evaluator);
    m_mapping_on.reset();
    m_work.cancel();
    m_plan.reset();
    m_metrics.reset();
    m_page = PlanPage{};
    refresh();
}

void Inspector::setPlan(std::optional<Plan> plan, std::optional<Metrics> metrics, const QString& name) {
    m_plan = std::move(plan);
    m_metrics = std::move(metrics);
    m_name = name;
    refresh();
}

void Inspector::showPlan() {
    m_page = PlanPage{};
    refresh();
}

void Inspector::showLayers(std::vector<LayerId> layers) {
    if (layers.empty()) return showPlan();
    m_page = std::move(layers);
    refresh();
}

void Inspector::showTensor(TensorId tensor) {
    m_page = tensor;
    refresh();
}

void Inspector::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    // Swatches keep the colour they were made with. Later, since Qt is just walking over the widgets that refresh() ends.
    if (event->type() == QEvent::PaletteChange) QTimer::singleShot(0, this, &Inspector::refresh);
}

QString Inspector::plainText() const {
    return m_sheet->plainText();
}

void Inspector::refresh() {
    m_work.cancel(); // the page asks again for what it lacks
    m_sheet->clear();
    if (!m_evaluator) {
        m_sheet->placeholder(QStringLiteral("Nothing open"),
                             QStringLiteral("Open a model: what you select is explained here."));
    } else if (const auto* layers = std::get_if<std::vector<LayerId>>(&m_page)) {
        layers->size() == 1 ? writeLayer(layers->front()) : writeLayers(*layers);
    } else if (const auto* tensor = std::get_if<TensorId>(&m_page)) {
        writeTensor(*tensor);
    } else if (m_plan && m_metrics) {
        writePlan();
    } else {
        m_sheet->placeholder(QStringLiteral("No plan yet"),
                             QStringLiteral("Run Auto-partition, or select a layer."));
    }
}

void Inspector::writeLayer(LayerId id) {
    const Graph& graph = *problem().graph;
    const Layer& layer = graph.layer(id);
    m_sheet->heading(layerTitle(layer));
    m_sheet->line(nameShown(layer.name));
    if (!layer.known_op)
        m_sheet->line(QStringLiteral("operator not known: bytes are counted, MACs are not"), Ink::Bad);
    if (!layer.shapes_known)
        m_sheet->line(QStringLiteral("not all shapes are known: give input shapes"), Ink::Bad);
    for (const TensorId tensor : layer.inputs)
        m_sheet->row(QStringLiteral("input"), shapeShown(graph.tensor(tensor)), {},
                     nameShown(graph.tensor(tensor).name));
    for (const TensorId tensor : layer.outputs)
        m_sheet->row(QStringLiteral("output"), shapeShown(graph.tensor(tensor)), {},
                     nameShown(graph.tensor(tensor).name));
    m_sheet->row(QStringLiteral("parameters"),
                 quantityText(static_cast<double>(parametersOf(graph, layer)), Unit::Count));
    m_sheet->row(QStringLiteral("work"), layer.macs
                                             ? quantityText(static_cast<double>(*layer.macs), Unit::Mac)
                                             : QStringLiteral("not known"));
    writeCosts(id);
    if (!m_plan || !m_metrics) return writeMapping(id);
    const PlatformId here = assignmentOf(*m_plan, graph.layerCount())[id.index()];
    if (problem().system->platforms.size() > 1)
        m_sheet->section(
            QStringLiteral("Why on %1, why not elsewhere").arg(nameShown(problem().system->platform(here).name)));
    for (std::uint32_t p = 0; p < problem().system->platforms.size(); ++p)
        if (p != here.value) m_sheet->note(whyNotText(*m_evaluator, *m_plan, *m_metrics, id, {p}));
    writeMapping(id);
}

void Inspector::writeCosts(LayerId id) {
    const CostTable& costs = *problem().costs;
    const Theme& theme = Theme::of(palette());
    m_sheet->section(QStringLiteral("On each platform"));
    for (std::uint32_t p = 0; p < problem().system->platforms.size(); ++p) {
        const Cost& cost = costs.layer(id, {p});
        m_sheet->row(nameShown(problem().system->platforms[p].name), costShown(cost),
                     cost.supported ? text(wordFor(cost.source)) : QString(), costTip(costs, cost),
                     theme.platform(p));
    }
    for (std::uint32_t p = 0; p < problem().system->platforms.size(); ++p)
        if (const QString warning = fallbackWarning(costs, id, {p}); !warning.isEmpty())
            m_sheet->line(warning, Ink::Bad);
    const std::size_t group = costs.fusion().group_of.empty() ? 0 : costs.fusion().group_of[id.index()];
    if (costs.fusion().groups.empty() || costs.fusion().groups[group].size() < 2) return;
    QStringList members;
    for (const LayerId member : costs.fusion().groups[group])
        members << nameShown(problem().graph->layer(member).op);
    m_sheet->section(QStringLiteral("As one: ") + members.join(QStringLiteral(" + ")));
    for (std::uint32_t p = 0; p < problem().system->platforms.size(); ++p)
        m_sheet->row(nameShown(problem().system->platforms[p].name), costShown(costs.group(group, {p})),
                     costs.fuses(group, {p}) ? QStringLiteral("fused") : QStringLiteral("one by one"),
                     costTip(costs, costs.group(group, {p})), theme.platform(p));
}

void Inspector::writeLayers(const std::vector<LayerId>& ids) {
    const Graph& graph = *problem().graph;
    double macs = 0, parameters = 0;
    for (const LayerId id : ids) {
        macs += static_cast<double>(graph.layer(id).macs.value_or(0));
        parameters += static_cast<double>(parametersOf(graph, graph.layer(id)));
    }
    m_sheet->heading(QStringLiteral("%1 layers").arg(ids.size()));
    m_sheet->row(QStringLiteral("parameters"), quantityText(parameters, Unit::Count));
    m_sheet->row(QStringLiteral("work"), quantityText(macs, Unit::Mac));
    m_sheet->section(QStringLiteral("On each platform, layer by layer"));
    for (std::uint32_t p = 0; p < problem().system->platforms.size(); ++p) {
        Cost sum;
        std::size_t unsupported = 0;
        for (const LayerId id : ids) {
            const Cost& cost = problem().costs->layer(id, {p});
            unsupported += cost.supported ? 0 : 1;
            sum.latency_s += cost.latency_s;
            sum.energy_j += cost.energy_j;
        }
        m_sheet->row(nameShown(problem().system->platforms[p].name),
                     unsupported ? QStringLiteral("cannot run %1 of them").arg(unsupported) : costShown(sum),
                     {}, {}, Theme::of(palette()).platform(p));
    }
    m_sheet->section(QStringLiteral("Layers"));
    for (std::size_t i = 0; i < ids.size() && i < kMostListed; ++i)
        m_sheet->line(shortLayerName(graph.layer(ids[i]).name));
    if (ids.size() > kMostListed) m_sheet->line(QStringLiteral("and %1 more").arg(ids.size() - kMostListed));
}

void Inspector::writeTensor(TensorId id) {
    const Graph& graph = *problem().graph;
    const System& system = *problem().system;
    const Tensor& tensor = graph.tensor(id);
    m_sheet->heading(QStringLiteral("Tensor"));
    m_sheet->line(nameShown(tensor.name));
    m_sheet->row(QStringLiteral("shape"), shapeShown(tensor));
    if (const auto elements = tensor.elements())
        m_sheet->row(QStringLiteral("elements"), quantityText(static_cast<double>(*elements), Unit::Count));
    m_sheet->row(QStringLiteral("from"), tensor.producer ? shortLayerName(graph.layer(*tensor.producer).name)
                                                         : QStringLiteral("input of the network"));
    for (std::size_t i = 0; i < tensor.consumers.size() && i < kMostListed; ++i)
        m_sheet->row(QStringLiteral("to"), shortLayerName(graph.layer(tensor.consumers[i]).name));
    if (tensor.is_graph_output) m_sheet->row(QStringLiteral("to"), QStringLiteral("output of the network"));
    double bytes = tensorBytes(tensor, system.platforms.front());
    QString how = QStringLiteral("as stored on ") + nameShown(system.platforms.front().name);
    if (m_plan && tensor.producer) {
        const PlatformId on = assignmentOf(*m_plan, graph.layerCount())[tensor.producer->index()];
        bytes = tensorBytes(tensor, system.platform(on));
        how = QStringLiteral("as stored on ") + nameShown(system.platform(on).name);
    }
    if (m_metrics)
        for (const Crossing& crossing : m_metrics->crossing)
            if (crossing.tensor == id) {
                bytes = crossing.bytes;
                QStringList to;
                for (const PlatformId p : crossing.to) to << nameShown(system.platform(p).name);
                how = QStringLiteral("%1 to %2, as %3")
                          .arg(nameShown(system.platform(crossing.from).name), to.join(QStringLiteral(", ")),
                               nameShown(crossing.type));
            }
    m_sheet->row(QStringLiteral("bytes"), quantityText(bytes, Unit::Byte), {}, how);
    m_sheet->line(how);
    m_sheet->section(QStringLiteral("Over each link, as one message"));
    for (std::size_t i = 0; i < system.links.size(); ++i) {
        const TransferCost cost = transferCost(system.links[i].link, bytes);
        m_sheet->row(nameShown(system.links[i].link.name),
                     quantityText(cost.time_s, Unit::Second) + QStringLiteral(" \u00B7 ") +
                         quantityText(cost.energy_j, Unit::Joule),
                     {}, QStringLiteral("%1 on the wire").arg(quantityText(cost.framed_bytes, Unit::Byte)),
                     Theme::of(palette()).link(i));
    }
}

void Inspector::writePlan() {
    const System& system = *problem().system;
    const Metrics& m = *m_metrics;
    const auto& rate = problem().scenario.rate_hz;
    const double period = periodOf(m, rate);
    m_sheet->heading((m_name.isEmpty() ? QStringLiteral("Plan") : m_name) + QStringLiteral(" \u00B7 ") +
                     platformsShown(*m_plan, system));
    m_sheet->line(QStringLiteral("cut after ") + cutShown(*problem().graph, *m_plan));
    for (const Violation& violation : m.violations) m_sheet->note(nameShown(violation.text), Ink::Bad);
    if (const QString words = bottleneckText(m, system, rate); !words.isEmpty()) m_sheet->note(words + u'.');
    writePlatformsOf(m, period);
    writeLinksOf(m, period);
    if (!m.crossing.empty()) m_sheet->section(QStringLiteral("What crosses"));
    for (std::size_t i = 0; i < m.crossing.size() && i < kMostListed; ++i) {
        const Tensor& tensor = problem().graph->tensor(m.crossing[i].tensor);
        m_sheet->row(shortLayerName(tensor.name), quantityText(m.crossing[i].bytes, Unit::Byte),
                     nameShown(m.crossing[i].type));
    }
    if (m.crossing.size() > kMostListed)
        m_sheet->line(QStringLiteral("and %1 more").arg(m.crossing.size() - kMostListed));
    writeHelp();
    if (const QString from = provenanceText(provenanceShares(*problem().costs, *m_plan)); !from.isEmpty()) {
        m_sheet->section(QStringLiteral("Where the figures come from"));
        m_sheet->line(from);
    }
}

void Inspector::writePlatformsOf(const Metrics& m, double period) {
    const System& system = *problem().system;
    m_sheet->section(QStringLiteral("Platforms"));
    for (std::size_t p = 0; p < m.platforms.size() && p < system.platforms.size(); ++p) {
        const PlatformMetrics& used = m.platforms[p];
        const double share = period > 0 ? used.busy_s / period : 0;
        m_sheet->row(nameShown(system.platforms[p].name),
                     used.busy_s > 0 ? QStringLiteral("busy %1 \u00B7 idle %2")
                                           .arg(quantityText(used.busy_s, Unit::Second),
                                                percentText(std::max(0.0, 1 - share)))
                                     : QStringLiteral("not used"),
                     {},
                     QStringLiteral("weights %1, peak activations %2, %3 per inference")
                         .arg(quantityText(used.weight_bytes, Unit::Byte),
                              quantityText(used.peak_activation_bytes, Unit::Byte),
                              quantityText(used.energy_j, Unit::Joule)),
                     Theme::of(palette()).platform(p));
        if (used.busy_s > 0)
            m_sheet->row(QStringLiteral("   memory, energy"), quantityText(used.memory_bytes, Unit::Byte) +
                                                                  QStringLiteral(" \u00B7 ") +
                                                                  quantityText(used.energy_j, Unit::Joule));
    }
}

void Inspector::writeLinksOf(const Metrics& m, double period) {
    const System& system = *problem().system;
    if (!m.links.empty()) m_sheet->section(QStringLiteral("Links"));
    for (std::size_t l = 0; l < m.links.size() && l < system.links.size(); ++l)
        m_sheet->row(nameShown(system.links[l].link.name),
                     QStringLiteral("%1 \u00B7 %2")
                         .arg(quantityText(m.links[l].bytes, Unit::Byte),
                              period > 0 ? percentText(m.links[l].busy_s / period) : QString()),
                     {},
                     QStringLiteral("busy %1, %2 per inference")
                         .arg(quantityText(m.links[l].busy_s, Unit::Second),
                              quantityText(m.links[l].energy_j, Unit::Joule)),
                     Theme::of(palette()).link(l));
}

} // namespace cutline
