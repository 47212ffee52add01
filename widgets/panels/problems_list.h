// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/problems_model.h"

#include <QWidget>

class QAbstractItemDelegate;
class QStackedLayout;
class QTableView;

namespace cutline {

/// Problems of the plan and the model; a row with a layer leads to it.
class ProblemsList : public QWidget {
    Q_OBJECT
public:
    explicit ProblemsList(QWidget* parent = nullptr);
    void setViolations(const std::vector<Violation>& violations);
    void setNotes(const std::vector<ImportNote>& notes);
    int count() const { return m_model->rowCount(); }
    /// "1 problem \u00B7 2 notes"; empty: none.
    QString summary() const;
    QTableView* view() const { return m_view; }

Q_SIGNALS:
    void changed(); ///< count() or summary()
    void layerRequested(LayerId layer);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    ProblemsModel* m_model;
    QTableView* m_view;
    QAbstractItemDelegate* m_rows;
    QStackedLayout* m_stack;
};

} // namespace cutline
