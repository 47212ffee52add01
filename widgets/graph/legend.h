// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/graph/overlay.h"

#include <QWidget>

namespace cutline {

/// What the fill of the cards means: a colour scale with its ends, or the kinds with their names. Lies over
/// the graph's lower left corner and lets the mouse through.
class OverlayLegend : public QWidget {
    Q_OBJECT
public:
    explicit OverlayLegend(QWidget* parent);
    void show(const Overlay& overlay, const OverlayPicture& picture);
    QSize sizeHint() const override;
    /// Everything that is written, a line each.
    QString plainText() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_title, m_low, m_high;
    bool m_known = false; ///< some card has a value
    std::vector<LegendKind> m_kinds;
};

} // namespace cutline
