// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/system.h"
#include "core/search/objective.h"
#include "widgets/models/plan_facts.h"

#include <QStringList>
#include <QWidget>

#include <array>
#include <optional>
#include <vector>

namespace cutline {

/// What one tile of the strip says; made by metricTiles(), drawn by MetricTile.
struct MetricTileText {
    QString title;
    QString number, unit; ///< "82.1", "/s"
    QString change;       ///< "▲ +11.4 %"; empty: no reference
    Verdict verdict = Verdict::Same;
    QString note;        ///< grey: "to EYR alone · limit 60 ms · margin 27 %"
    QStringList briefer; ///< the same in fewer words, longest first: for narrow tiles
    bool broken = false; ///< a limit is broken: the note is red
    QString tip;         ///< everything with units
    friend bool operator==(const MetricTileText&, const MetricTileText&) = default;
};
inline constexpr std::size_t kMetricTiles = 6;

/// What the six numbers are compared with and judged by.
struct MetricContext {
    SystemPtr system;
    std::vector<Constraint> constraints;
    std::optional<double> rate_hz;      ///< absent: saturated
    const Metrics* reference = nullptr; ///< the plan that changes refer to
    QString reference_name;             ///< "EYR alone"
    bool preview = false;               ///< changes are against the plan before the drag
};
/// Throughput, latency, energy, memory, link load, accuracy.
std::array<MetricTileText, kMetricTiles> metricTiles(const Metrics& metrics, const MetricContext& context);

class MetricTile;

/// The plan's six numbers, always in sight. Takes metrics, never evaluates.
class MetricStrip : public QWidget {
    Q_OBJECT
public:
    explicit MetricStrip(QWidget* parent = nullptr);

    void setSystem(SystemPtr system);
    void setConstraints(std::vector<Constraint> constraints);
    void setRate(std::optional<double> rate_hz);
    /// nullopt: no plan; every value is a dash.
    void setMetrics(std::optional<Metrics> current, std::optional<Metrics> reference = {},
                    const QString& reference_name = {});
    /// Numbers of the plan under the mouse; changes are then against the current plan. nullopt ends it.
    void setPreview(std::optional<Metrics> preview);
    bool isPreviewing() const { return m_preview.has_value(); }
    const std::array<MetricTileText, kMetricTiles>& tiles() const { return m_texts; }

Q_SIGNALS:
    /// A tile was clicked (or Enter pressed on it): its objective, for the chart's axis.
    void objectiveActivated(Objective objective);

private:
    void refresh();

    SystemPtr m_system;
    std::vector<Constraint> m_constraints;
    std::optional<double> m_rate_hz;
    std::optional<Metrics> m_current, m_reference, m_preview;
    QString m_reference_name;
    std::array<MetricTileText, kMetricTiles> m_texts;
    std::array<MetricTile*, kMetricTiles> m_tiles{};
};

} // namespace cutline
