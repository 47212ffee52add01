// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/hover_text.h"

#include "core/base/quantity.h"
#include "core/base/text.h"
#include "widgets/models/plan_facts.h"

#include <QCoreApplication>

#include <algorithm>

namespace cutline {
namespace {

QString hoverWords(const char* text) {
    return QCoreApplication::translate("GraphHover", text);
}
constexpr std::size_t kLongestName = 120; ///< of names under the pointer

QString escaped(std::string_view text) {
    return nameText(text, kLongestName).toHtmlEscaped();
}
QString sourceWord(Source source) {
    const std::string_view word = wordFor(source);
    return QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
}

QString row(const GraphLook& look, PlatformId platform, const QString& time, const QString& energy,
            const QString& from, bool here) {
    const QColor colour = look.theme->platform(platform.index());
    const QString name = escaped(look.system->platforms[platform.index()].name);
    return QStringLiteral(
               "<tr><td style='color:%1'>■&nbsp;</td><td>%2&nbsp;&nbsp;</td><td align='right'>%3</td>"
               "<td align='right'>&nbsp;&nbsp;%4</td><td>&nbsp;&nbsp;%5</td></tr>")
        .arg(colour.name(), here ? QStringLiteral("<b>%1</b>").arg(name) : name, time, energy, from);
}

/// Why the layer should not stay where the plan puts it.
QString faultOf(const GraphLook& look, LayerId id) {
    const int owner = look.owner[id.index()];
    if (!look.costs || owner < 0) return {};
    const PlatformId platform{static_cast<std::uint32_t>(owner)};
    if (look.costs->layer(id, platform).supported) return {};
    return QStringLiteral("<p style='color:%1'><b>%2</b></p>")
        .arg(look.theme->bad.name(),
             hoverWords("%1 cannot run %2")
                 .arg(nameText(look.system->platform(platform).name, kLongestName), nameText(look.graph->layer(id).op, kLongestName))
                 .toHtmlEscaped());
}

QString table(const QString& rows) {
    return rows.isEmpty()
               ? QString()
               : QStringLiteral("<table cellspacing='0' style='margin-top:4px'>%1</table>").arg(rows);
}

} // namespace

QString layerToolTip(const GraphLook& look, LayerId id) {
    const Layer& layer = look.graph->layer(id);
    QString text = QStringLiteral("<p style='white-space:pre'><b>%1</b>&nbsp;&nbsp;%2</p>")
                       .arg(titleOf(layer).toHtmlEscaped(), escaped(layer.name));
    QStringList facts;
    if (!layer.outputs.empty()) facts << shapeLabel(look.graph->tensor(layer.outputs.front()));
    if (layer.macs && *layer.macs > 0) facts << quantityText(static_cast<double>(*layer.macs), Unit::Mac);
    if (!layer.known_op) facts << hoverWords("operator not known: bytes only");
    text += facts.join(QStringLiteral(" · ")).toHtmlEscaped();
    QString rows;
    for (std::uint32_t p = 0; look.costs && p < look.system->platforms.size(); ++p) {
        const Cost& cost = look.costs->layer(id, PlatformId{p});
        const bool here = look.owner[id.index()] == static_cast<int>(p);
        QString from = sourceWord(cost.source);
        if (!cost.supported) from = hoverWords("not supported");
        if (cost.detail != 0) from += QStringLiteral(": ") + escaped(look.costs->detail(cost.detail));
        rows += row(look, PlatformId{p},
                    cost.supported ? quantityText(cost.latency_s, Unit::Second) : QStringLiteral("–"),
                    cost.supported ? quantityText(cost.energy_j, Unit::Joule) : QStringLiteral("–"), from, here);
    }
    return text + table(rows) + faultOf(look, id);
}

QString groupToolTip(const GraphLook& look, const QVector<LayerId>& layers) {
    std::uint64_t macs = 0;
    for (const LayerId id : layers) macs += look.graph->layer(id).macs.value_or(0);
    QString text =
        QStringLiteral("<p style='white-space:pre'><b>%1</b>&nbsp;&nbsp;%2</p>")
            .arg(hoverWords("%1 layers").arg(layers.size()), escaped(look.graph->layer(layers.front()).name));
    text += quantityText(static_cast<double>(macs), Unit::Mac).toHtmlEscaped();
    QString rows;
    for (std::uint32_t p = 0; look.costs && p < look.system->platforms.size(); ++p) {
        double seconds = 0, joules = 0;
        Source worst = Source::Profile;
        qsizetype unsupported = 0, here = 0;
        for (const LayerId id : layers) {
            const Cost& cost = look.costs->layer(id, PlatformId{p});
            seconds += cost.latency_s;
            joules += cost.energy_j;
            worst = std::max(worst, cost.source);
            unsupported += cost.supported ? 0 : 1;
            here += look.owner[id.index()] == static_cast<int>(p) ? 1 : 0;
        }
        const QString from = unsupported > 0 ? hoverWords("%1 not supported").arg(unsupported) : sourceWord(worst);
        rows += row(look, PlatformId{p}, quantityText(seconds, Unit::Second), quantityText(joules, Unit::Joule), from,
                    here > 0);
    }
    return text + table(rows);
}

QString layerInWords(const GraphLook& look, LayerId id) {
    const Layer& layer = look.graph->layer(id);
    QStringList parts{titleOf(layer), nameText(layer.name, kLongestName)};
    if (!layer.outputs.empty()) parts << shapeLabel(look.graph->tensor(layer.outputs.front()));
    const int owner = look.owner[id.index()];
    if (owner >= 0 && look.system && static_cast<std::size_t>(owner) < look.system->platforms.size()) {
        parts << hoverWords("on %1").arg(nameText(look.system->platforms[static_cast<std::size_t>(owner)].name, kLongestName));
        if (look.costs) {
            const Cost& cost = look.costs->layer(id, PlatformId{static_cast<std::uint32_t>(owner)});
            parts << (cost.supported
                          ? quantityText(cost.latency_s, Unit::Second) + QLatin1Char(' ') + sourceWord(cost.source)
                          : hoverWords("not supported"));
        }
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace cutline
