// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/platform_panel.h"

#include <QStringList>

namespace cutline {
namespace {

/// "16 bit", "8/16 bit" for weights and activations, "16 or 8 bit" where a search may choose.
QString widthsText(const Platform& platform) {
    QStringList widths{text(bitsText(platform))};
    for (std::size_t k = 1; k <= platform.precisions.size(); ++k) widths << text(bitsText(atPrecision(platform, k)));
    return widths.join(QStringLiteral(" or ")) + QStringLiteral(" bit");
}

void addMemory(PlatformCardText& card, const Platform& platform, const PlatformMetrics* used) {
    const auto capacity = platform.memoryCapacity();
    const double bytes = used ? used->memory_bytes : 0;
    if (capacity && *capacity > 0) {
        card.memory_fraction = bytes / *capacity;
        card.memory_brief = partOfText(bytes, *capacity, Unit::Byte);
        card.memory = QStringLiteral("memory ") + card.memory_brief;
        card.memory_share = percentText(*card.memory_fraction);
    } else {
        card.memory_brief = quantityText(bytes, Unit::Byte);
        card.memory = QStringLiteral("memory ") + card.memory_brief;
        card.memory_share = QStringLiteral("limit unknown");
    }
}

bool isBottleneck(const Metrics* metrics, bool is_link, std::uint32_t index) {
    const auto busiest = metrics ? bottleneckOf(*metrics) : std::nullopt;
    return busiest && busiest->is_link == is_link && busiest->index == index;
}

} // namespace

PlatformCardText platformCard(const System& system, PlatformId id, const Metrics* metrics,
                              std::optional<double> rate_hz, Source provenance) {
    const Platform& platform = system.platform(id);
    PlatformCardText card;
    card.name = text(platform.name);
    if (id.value < 9) card.key = QString::number(id.value + 1);
    const PlatformMetrics* used =
        metrics && id.index() < metrics->platforms.size() ? &metrics->platforms[id.index()] : nullptr;
    const double busy = used ? used->busy_s : 0;
    const double period = metrics ? periodOf(*metrics, rate_hz) : 0;
    card.busy_fraction = period > 0 ? busy / period : 0;
    card.busy =
        busy > 0 ? QStringLiteral("busy ") + quantityText(busy, Unit::Second) : QStringLiteral("not used");
    if (busy > 0) card.busy_share = percentText(card.busy_fraction);
    card.bottleneck = isBottleneck(metrics, false, id.value);
    addMemory(card, platform, used);
    QStringList facts{widthsText(platform)};
    if (platform.clock_hz) {
        facts << limitText(*platform.clock_hz / 1e6, Unit::None) + QStringLiteral("\u202FMHz");
    }
    card.facts = facts.join(QStringLiteral(", "));
    if (provenance != Source::None) card.provenance = text(wordFor(provenance));
    QStringList tips{platform.title.empty() ? card.name
                                            : QStringLiteral("%1: %2").arg(card.name, text(platform.title))};
    tips << (busy > 0 ? QStringLiteral("busy %1 per inference, %2 of the period")
                            .arg(quantityText(busy, Unit::Second), card.busy_share)
                      : QStringLiteral("runs no layer of this plan"));
    if (used)
        tips << QStringLiteral("energy %1 per inference").arg(quantityText(used->energy_j, Unit::Joule))
             << QStringLiteral("weights %1, peak activations %2")
                    .arg(quantityText(used->weight_bytes, Unit::Byte),
                         quantityText(used->peak_activation_bytes, Unit::Byte));
    tips << card.memory + QStringLiteral(" (") + card.memory_share + u')' << card.facts;
    if (!card.provenance.isEmpty()) tips << QStringLiteral("layer times mostly ") + card.provenance;
    tips << (card.key.isEmpty()
                 ? QStringLiteral("drag onto layers to assign them")
                 : QStringLiteral("drag onto layers, or select layers and press %1").arg(card.key));
    card.tip = tips.join(u'\n');
    return card;
}

LinkCardText linkCard(const System& system, LinkId id, const Metrics* metrics,
                      std::optional<double> rate_hz) {
    const Connection& connection = system.links[id.index()];
    LinkCardText card;
    card.name = text(connection.link.name);
    QStringList ends;
    for (const NodeId node : connection.ends) ends << text(system.nodeName(node));
    card.ends = ends.join(QStringLiteral(" \u2013 "));
    if (connection.link.length_m > 0)
        card.ends += QStringLiteral(", ") + limitText(connection.link.length_m, Unit::Metre);
    const LinkMetrics* used =
        metrics && id.index() < metrics->links.size() ? &metrics->links[id.index()] : nullptr;
    const double period = metrics ? periodOf(*metrics, rate_hz) : 0;
    card.fraction = used && period > 0 ? used->busy_s / period : 0;
    if (used) card.share = percentText(card.fraction);
    card.bottleneck = isBottleneck(metrics, true, id.value);
    QStringList tips{QStringLiteral("%1: %2, %3")
                         .arg(card.name, text(connection.link.descriptor),
                              limitText(connection.link.rate_bits_per_s, Unit::BitPerSecond)),
                     card.ends};
    if (used)
        tips << QStringLiteral("%1 per inference, busy %2, %3")
                    .arg(quantityText(used->bytes, Unit::Byte), quantityText(used->busy_s, Unit::Second),
                         quantityText(used->energy_j, Unit::Joule));
    card.tip = tips.join(u'\n');
    return card;
}

} // namespace cutline
