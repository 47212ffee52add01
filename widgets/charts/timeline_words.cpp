// SPDX-License-Identifier: GPL-3.0-or-later
// Timeline: what it says in words.
#include "core/base/text.h"
#include "widgets/charts/timeline_chart.h"

#include <algorithm>

namespace cutline {

QString TimelineChart::summaryText() const {
    if (!m_timeline || m_timeline->frames == 0) return {};
    const Timeline& t = *m_timeline;
    QStringList words;
    if (m_mode == Mode::OneInference) {
        words << QStringLiteral("latency ") + quantityText(t.first_latency_s, Unit::Second);
    } else {
        words << QStringLiteral("an input every ") + quantityText(t.period_s, Unit::Second);
        words << QStringLiteral("a result every ") + quantityText(t.interval_s, Unit::Second);
        words << QStringLiteral("latency %1 at first, %2 after %3 inferences")
                     .arg(quantityText(t.first_latency_s, Unit::Second), quantityText(t.last_latency_s, Unit::Second))
                     .arg(t.frames);
    }
    if (t.bottleneck)
        words << QStringLiteral("bottleneck %1, busy %2 per inference")
                     .arg(text(printable(t.lanes[*t.bottleneck].name)),
                          quantityText(t.lanes[*t.bottleneck].busy_s, Unit::Second));
    return words.join(QStringLiteral(" \u00B7 "));
}

PlatformId TimelineChart::waitingFor(LayerId layer) const {
    // What hosts run comes after the pieces of the plan itself.
    for (const Timeline::Piece& piece : m_timeline->pieces)
        for (const Timeline::Step& step : piece.steps)
            if (std::find(step.layers.begin(), step.layers.end(), layer) != step.layers.end()) return piece.platform;
    return {};
}

QString TimelineChart::tipOf(const Timeline::Bar& bar, double time_s) const {
    const Problem& problem = m_evaluator->problem();
    QString when = QStringLiteral("\ninference %1 \u00B7 from %2 to %3, %4 long")
                             .arg(bar.frame + 1)
                             .arg(quantityText(bar.start_s, Unit::Second), quantityText(bar.end_s, Unit::Second),
                                  quantityText(bar.end_s - bar.start_s, Unit::Second));
    if (bar.lent_for)
        when = QStringLiteral("\nfor %1 of %2, which leaves this layer to its host")
                   .arg(shortLayerName(problem.graph->layer(*bar.lent_for).name),
                        text(printable(problem.system->platform(waitingFor(*bar.lent_for)).name))) +
               when;
    if (bar.kind == Timeline::Bar::Kind::Piece) {
        const Timeline::Piece& piece = m_timeline->pieces[bar.part];
        QString words = text(printable(problem.system->platform(piece.platform).name));
        const Timeline::Step* step = stepAt(bar, time_s);
        if (step)
            words += QStringLiteral(": %1, %2").arg(shortLayerName(problem.graph->layer(step->layers.front()).name),
                                                    quantityText(step->end_s - step->start_s, Unit::Second));
        if (bar.lent_for) return words + when;
        const FallBack* fall_back = step && problem.costs ? problem.costs->fallBack(step->layers.front(), piece.platform) : nullptr;
        if (fall_back)
            words += QStringLiteral(" (waits for %1)").arg(text(printable(problem.system->platform(fall_back->host).name)));
        std::size_t layers = 0;
        for (const Timeline::Step& s : piece.steps) layers += s.layers.size();
        return words + QStringLiteral("\nstage %1, %2 layers").arg(piece.stage + 1).arg(layers) + when;
    }
    const Timeline::Transfer& transfer = m_timeline->transfers[bar.part];
    const auto node = [&](NodeId id) { return text(printable(std::string(problem.system->nodeName(id)))); };
    QString words = QStringLiteral("%1: %2 \u203A %3, %4")
                        .arg(text(printable(problem.system->links[transfer.link.index()].link.name)),
                             node(transfer.from), node(transfer.to), quantityText(transfer.bytes, Unit::Byte));
    if (bar.kind == Timeline::Bar::Kind::Handling) words += QStringLiteral(" (moved by the platform itself)");
    return words + when;
}

QString TimelineChart::rangeText() const {
    if (!m_range || !m_timeline) return {};
    const double from = m_range->from_s, to = m_range->to_s, length = to - from;
    if (!(length > 0)) return {};
    std::vector<double> busy(m_timeline->lanes.size(), 0);
    std::vector<std::uint32_t> frames;
    for (const Timeline::Bar& bar : m_timeline->bars) {
        const double both = std::min(to, bar.start_s + bar.hold_s) - std::max(from, bar.start_s);
        if (both <= 0) continue;
        busy[bar.lane] += both;
        if (std::find(frames.begin(), frames.end(), bar.frame) == frames.end()) frames.push_back(bar.frame);
    }
    QStringList words{quantityText(length, Unit::Second), QStringLiteral("%1 inferences under way").arg(frames.size())};
    for (std::size_t lane = 0; lane < busy.size(); ++lane)
        words << text(printable(m_timeline->lanes[lane].name)) + u' ' + percentText(busy[lane] / length);
    return words.join(QStringLiteral(" \u00B7 "));
}

QString TimelineChart::toCsv() const {
    QString csv = QStringLiteral("inference,lane,kind,start_s,end_s,bytes,layers\n");
    if (!m_timeline) return csv;
    const Graph& graph = *m_evaluator->problem().graph;
    for (const Timeline::Bar& bar : m_timeline->bars) {
        const bool piece = bar.kind == Timeline::Bar::Kind::Piece;
        std::string layers;
        if (piece)
            for (const Timeline::Step& step : m_timeline->pieces[bar.part].steps)
                for (const LayerId layer : step.layers) layers += (layers.empty() ? "" : ";") + graph.layer(layer).name;
        else if (bar.lent_for)
            layers = graph.layer(*bar.lent_for).name;
        const QString kind = piece                                           ? QStringLiteral("piece")
                             : bar.kind == Timeline::Bar::Kind::Transfer ? QStringLiteral("transfer")
                                                                             : QStringLiteral("handling");
        csv += QStringList{QString::number(bar.frame + 1),
                           text(csvCell(m_timeline->lanes[bar.lane].name)),
                           kind,
                           text(numberText(bar.start_s)),
                           text(numberText(bar.end_s)),
                           piece ? QString() : text(numberText(m_timeline->transfers[bar.part].bytes)),
                           text(csvCell(layers))}
                   .join(u',') +
               u'\n';
    }
    return csv;
}

} // namespace cutline
