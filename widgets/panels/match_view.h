// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/profile_match.h"

#include <QWidget>

class QTableView;

namespace cutline {

class InkLabel;
class MatchModel;
class ShareBar;

/// Which rows of a profile are which layers, how much of the file's time that is, and what wants a look.
class MatchView : public QWidget {
    Q_OBJECT
public:
    explicit MatchView(QWidget* parent = nullptr);
    void setMatch(const Graph& graph, const Profile& profile, const ProfileMatch& match);
    MatchModel* model() const { return m_model; }

private:
    QTableView* buildTable();

    InkLabel* m_rows;
    InkLabel* m_sum;
    InkLabel* m_notes;
    ShareBar* m_share;
    MatchModel* m_model;
    QTableView* m_view;
};

} // namespace cutline
