// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/problems_model.h"

#include <QWidget>

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
    QTableView* view() const { return m_view; }

Q_SIGNALS:
    void countChanged(int count);
    void layerRequested(LayerId layer);

private:
    void refresh();
    ProblemsModel* m_model;
    QTableView* m_view;
    QStackedLayout* m_stack;
};

} // namespace cutline
