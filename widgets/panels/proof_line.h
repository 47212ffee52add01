// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <QWidget>

namespace cutline {

class InkLabel;
class Pill;

/// The line above candidates: "search complete in this model · 478 plans in 1.4 ms · front 34 · showing 9 at
/// 1 %", and where the numbers come from. Usable in a tab bar's corner, too.
class ProofLine : public QWidget {
    Q_OBJECT
public:
    explicit ProofLine(QWidget* parent = nullptr);
    /// `shown` plans are listed at `resolution` (0: no claim about the listing).
    void setResult(const SearchResult* result, std::size_t shown, double resolution);
    void setProvenance(const QString& text);
    QString text() const;

private:
    InkLabel* m_proof;
    InkLabel* m_counts;
    Pill* m_provenance;
};

} // namespace cutline
