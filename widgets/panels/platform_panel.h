// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/metrics.h"
#include "core/platform/system.h"
#include "widgets/models/plan_facts.h"
#include "widgets/theme.h"

#include <QWidget>

#include <optional>
#include <vector>

class QMimeData;
class QPainter;
class QVBoxLayout;

namespace cutline {

/// Mime type of a dragged platform; the payload is its index as decimal text.
inline constexpr auto kPlatformMime = "application/x-cutline-platform";

/// What a platform's card says; a value, drawn by PlatformChip.
struct PlatformCardText {
    QString name, key;        ///< "EYR", "1"
    QString busy, busy_share; ///< "busy 9.87 ms", "81 %"
    double busy_fraction = 0; ///< of the period
    bool bottleneck = false;
    QString memory, memory_share;          ///< "memory 1.9 of 4 MiB", "48 %"
    QString memory_brief;                  ///< "1.9 of 4 MiB", where there is little room
    std::optional<double> memory_fraction; ///< absent: capacity not known
    QString facts;                         ///< "16 bit, 200 MHz"
    QString provenance;                    ///< "mapped"
    QString tip;
    friend bool operator==(const PlatformCardText&, const PlatformCardText&) = default;
};
PlatformCardText platformCard(const System& system, PlatformId id, const Metrics* metrics,
                              std::optional<double> rate_hz, Source provenance);

/// The card of the platform of that number, over `size`: name, load, memory against capacity.
void paintPlatformCard(QPainter& painter, QSizeF size, const PlatformCardText& text, std::size_t index, bool focused,
                       const Theme& theme);

struct LinkCardText {
    QString name, ends, share; ///< "gbe", "EYR – SMB, 5 m", "4.1 %"
    double fraction = 0;
    bool bottleneck = false;
    QString tip;
    friend bool operator==(const LinkCardText&, const LinkCardText&) = default;
};
LinkCardText linkCard(const System& system, LinkId id, const Metrics* metrics, std::optional<double> rate_hz);

class PlatformChip;
class LinkCard;

/// The palette: a chip for every platform to drag onto layers, a card for every link.
class PlatformPanel : public QWidget {
    Q_OBJECT
public:
    explicit PlatformPanel(QWidget* parent = nullptr);

    void setSystem(SystemPtr system);
    /// Most of a platform's time comes from this source (its pill); one per platform, may be shorter.
    void setProvenance(std::vector<Source> sources);
    /// The same, computed: per platform the source of most of its layers' time.
    void setCosts(const CostTable& costs);
    void setMetrics(std::optional<Metrics> metrics);
    void setRate(std::optional<double> rate_hz);
    PlatformChip* chip(std::size_t index) const { return m_chips[index]; }
    std::size_t chipCount() const { return m_chips.size(); }

Q_SIGNALS:
    /// Clicked, or Enter pressed: assign the selection, show the platform.
    void chipActivated(PlatformId platform);
    void chipHovered(std::optional<PlatformId> platform);
    void linkActivated(LinkId link);

private:
    void rebuild();
    void refresh();

    SystemPtr m_system;
    std::vector<Source> m_sources;
    std::optional<Metrics> m_metrics;
    std::optional<double> m_rate_hz;
    QWidget* m_list;
    QVBoxLayout* m_layout;
    std::vector<PlatformChip*> m_chips;
    std::vector<LinkCard*> m_links;
};

/// A draggable card of one platform.
class PlatformChip : public QWidget {
    Q_OBJECT
public:
    PlatformChip(PlatformId id, QWidget* parent);
    void setText(const PlatformCardText& text);
    const PlatformCardText& text() const { return m_text; }
    /// What a drag of this platform carries; the caller owns it.
    static QMimeData* mimeOf(PlatformId platform);
    QSize sizeHint() const override { return {220, 108}; }

Q_SIGNALS:
    void activated();
    void hovered(bool inside);
    /// A drag has begun.
    void dragged(PlatformId platform);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void startDrag();
    PlatformId m_id;
    PlatformCardText m_text;
    std::optional<QPoint> m_press;
};

} // namespace cutline
