// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/figure_text.h"

#include "widgets/models/plan_facts.h"

namespace cutline {

QString figureText(const DescriptorFigure& figure) {
    if (!figure.value) return QStringLiteral("not known");
    if (figure.unit != Unit::Hertz) return limitText(*figure.value, figure.unit);
    // A clock is no rate of frames: 200 MHz.
    const double hz = *figure.value;
    const auto [factor, name] = hz >= 1e9   ? std::pair(1e9, QStringLiteral("GHz"))
                                : hz >= 1e6 ? std::pair(1e6, QStringLiteral("MHz"))
                                            : std::pair(1e3, QStringLiteral("kHz"));
    return limitText(hz / factor, Unit::None) + QStringLiteral("\u202F") + name;
}

QString markWord(const std::optional<Note>& note) {
    switch (note ? note->mark : Mark::Unspecified) {
    case Mark::Read:
        return QStringLiteral("read");
    case Mark::Named:
        return QStringLiteral("named");
    case Mark::Computed:
        return QStringLiteral("computed");
    case Mark::Assumed:
        return QStringLiteral("assumed");
    case Mark::Unspecified:
        break;
    }
    return {};
}

QString markSentence(const std::optional<Note>& note) {
    if (!note) return QStringLiteral("No source is given for this number.");
    const QString source = nameText(note->source, 600);
    switch (note->mark) {
    case Mark::Read:
        return QStringLiteral("Read in a public copy of its source: ") + source;
    case Mark::Named:
        return QStringLiteral("As its source is said to state: ") + source;
    case Mark::Computed:
        return QStringLiteral("Computed: ") + source;
    case Mark::Assumed:
        return QStringLiteral("Assumed: ") + source;
    case Mark::Unspecified:
        break;
    }
    return QStringLiteral("Source: ") + source;
}

} // namespace cutline
