// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/label_place.h"

#include <array>
#include <limits>

namespace cutline {

QRectF labelPlace(QPointF at, QSizeF size, const QRectF& area, bool strong, const std::vector<QRectF>& placed) {
    QRectF best;
    double least = std::numeric_limits<double>::infinity();
    constexpr double kWords = 16, kWordsWeigh = 20; // what is wide is a label or a ring: rather over dots than over that
    constexpr double kFarther = 25; // a dot or two are no reason to go further
    for (const double away : {1.0, 2.2, 3.6, 5.5, 8.0}) {
        const double gap = (strong ? 12 : 9) * away;
        const std::array<QPointF, 6> places{QPointF(gap, -size.height() / 2),
                                            QPointF(-gap - size.width(), -size.height() / 2),
                                            QPointF(-gap - size.width(), -gap - size.height() + 2),
                                            QPointF(gap, -gap - size.height() + 2),
                                            QPointF(gap, gap - 4),
                                            QPointF(-gap - size.width(), gap - 4)};
        for (std::size_t i = 0; i < places.size(); ++i) {
            const QRectF candidate(at + places[strong ? (i + 2) % places.size() : i], size);
            const bool fits = candidate.left() >= area.left() && candidate.right() <= area.right() + 8 &&
                              candidate.top() >= area.top() - 6 && candidate.bottom() <= area.bottom();
            double covered = (fits ? 0 : 1e6) + kFarther * (away - 1);
            for (const QRectF& r : placed) {
                const QRectF both = r.intersected(candidate);
                if (both.isValid()) covered += both.width() * both.height() * (r.width() > kWords ? kWordsWeigh : 1);
            }
            if (covered >= least) continue;
            best = candidate;
            least = covered;
        }
        if (least <= kFarther * (away - 1)) return best; // covers nothing
    }
    return best;
}

} // namespace cutline
